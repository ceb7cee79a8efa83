"""Why a file was refused, in words that say what to do. The report itself always goes on."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "type": _("We cannot take this kind of file. Send a photo, PDF, text, mail, Word, Excel, sound or film, or make a screenshot."),
    "archive": _("We cannot look into a packed file. Unpack it and send the files one by one."),
    "empty": _("This file is empty. Choose it again."),
    "broken": _("We could not open this file safely. Make a screenshot or a PDF of it and send that."),
    "too_big": _("This file is larger than 25 MB. Send a part of it, or hand it over when we contact you."),
    "too_large_picture": _("This picture is too large. Make it smaller, or take a screenshot of it."),
    "too_long": _("This document has too many pages. Send only the pages that matter."),
    "encrypted": _("This document has a password. Save it without a password and send it again."),
    "picture_in_pdf": _("There is a picture in this PDF that we cannot make safe. Send a screenshot of the page."),
    "bomb": _("This file becomes too large when it is opened. Make a screenshot or a PDF of it."),
    "macro": _("There is a program in this document. Save it as PDF and send that."),
    "embedded": _("There is another file in this document. Save it as PDF and send that."),
    "external": _("This document fetches something from elsewhere. Save it as PDF and send that."),
    "virus": _("There is something harmful in this file. Do not open it again. Make a screenshot if you can."),
    "no_scanner": _("We cannot check files at the moment. Send your report without it and add the file later with your code."),
    "no_room": _("We cannot keep files at the moment. Send your report without it and add the file later with your code."),
    "busy": _("It is very busy at the moment. Send your report without this file and add it later with your code."),
    "lost": _("We could not keep this. Add it again with your code."),
    "too_many": _("You can send at most 10 files and 100 MB at a time. Add the others later with your code."),
    "no_messages": _("We found no messages in this file. Copy the messages and paste them below."),
    "too_many_messages": _("We can take at most 2,000 messages at a time. Split them up."),
}  # fmt: skip
NOT_KEPT = _("A file of this page is not kept any more. Choose it again.")
