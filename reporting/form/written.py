"""What came by e-mail, by letter or in the corridor and was written down by somebody at work: the sender gets a code by letter
or mail, and reads it over."""

import logging
from smtplib import SMTPException

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.mail import send_code
from reporting.pdf import pdf

logger = logging.getLogger(__name__)
SPOKEN = "spoken"  # the reporter is there: the code is read out
WRITTEN = frozenset({"mail", "letter"})  # what came can be kept as a file
MOST_DAYS_BACK = 365
NO_ORIGINAL = gettext_lazy("Add what came, the mail or a scan of the letter, so that anybody can compare it later.")


def came_in_writing(came_by: str) -> bool:
    """Whether a report that came this way (of came_by) has an original."""
    return came_by in WRITTEN


def is_sent_to(came_by: str) -> bool:
    """Whether the reporter is not there when it is written down, so that the code has to be sent."""
    return came_by not in {"", SPOKEN}


def code_letter(code: str, address: str) -> bytes:
    """The letter with the code as a PDF. It names neither the subject nor the organisation. Raises NoPdf (reporting/pdf.py)."""
    return pdf(render_to_string("reporting/form/code_letter.html", {"code": code, "address": address}))


def mail_code(to: str, code: str, address: str) -> str:
    """Mail the code at once, since nothing that is stored may hold it. Returns what went wrong in words, or nothing."""
    try:
        validate_email(to)
    except ValidationError:
        return _("Give an e-mail address, such as name@example.nl.")
    try:
        send_code(to, code, address)
    except (OSError, SMTPException) as error:
        logger.error("a code could not be mailed: %s", type(error).__name__)
        return _("The mail could not be sent now. Print the letter, or try again later on this page.")
    return ""
