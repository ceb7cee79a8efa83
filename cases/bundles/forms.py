"""The forms of papers pages: of who works the case, and of the person who reads them."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.models import BundleEntry
from cases.people.hearing import about_field
from cases.protocol.kinds.rights import Right
from organisations.desk.forms import MOST_IN_TEXT, DeskForm, day_field, reason_field, text_area, token_field
from reporting.form.base import NewCodeForm
from reporting.mailbox.forms import MailboxForm, long_text


class OpenForm(DeskForm):
    """For whom a papers page is made is in the address; why and how long is asked."""

    sometimes_needed = ("about",)
    purpose = reason_field(
        _("What is this page for?"), _("For example: to reply to the draft. This person reads it on the page.")
    )
    until = day_field(
        _("Until which day?"), help_text=_("After this day the page closes. At the latest within a year.")
    )
    about = about_field()


class WriteForm(DeskForm):
    ids = "write-%s"
    sometimes_needed = ("about",)
    text = forms.CharField(
        label=_("Message"),
        max_length=MOST_IN_TEXT,
        widget=text_area(5),
        error_messages={"required": _("Write something first.")},
    )
    about = about_field()
    token = token_field()


class CopyForm(DeskForm):
    """Which document is copied, and until when the person can reply to it, if it is a draft."""

    ids = "copy-%s"
    document = forms.ChoiceField(label=_("Which document?"), error_messages={"required": _("Choose a document.")})
    reply_until = day_field(
        _("Until which day can this person reply?"),
        help_text=_("Only for a draft to which a reply is asked."),
        required=False,
    )
    token = token_field()

    def __init__(self, data: QueryDict | None, *, documents: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.choose_from("document", [("", _("Choose")), *documents])


class FileForm(DeskForm):
    """Which file of the case is copied."""

    ids = "file-%s"
    file = forms.ChoiceField(label=_("Which file?"), error_messages={"required": _("Choose a file first.")})
    token = token_field()

    def __init__(self, data: QueryDict | None, *, files: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.choose_from("file", [("", _("Choose")), *files])


class AnswerForm(DeskForm):
    """An answer to what a person asked. Several can stand on one page, so the ids of their fields begin with the entry."""

    sometimes_needed = ("about",)
    text = forms.CharField(
        label=_("Your answer"),
        max_length=MOST_IN_TEXT,
        widget=text_area(5),
        error_messages={"required": _("Write your answer first.")},
    )
    about = about_field()
    entry = forms.UUIDField(widget=forms.HiddenInput)
    token = token_field()

    def __init__(self, data: QueryDict | None, *, asked: BundleEntry) -> None:
        super().__init__(data, initial={"entry": asked.id})
        self.auto_id = f"answer-{asked.sequence}-%s"
        if not asked.bundle.is_readable:
            self.fields["text"].help_text = _("The page has ended: say when and how you answered this person.")


class WriteBackForm(MailboxForm):
    text = long_text(_("Your message"), missing=_("Write something first."))


class ReplyForm(MailboxForm):
    text = long_text(
        _("Your reply"),
        _("What is not right, what is missing, what you want to say. It is added to the report."),
        missing=_("Write your reply first."),
        rows=8,
    )


class NoReplyForm(MailboxForm):
    sure = forms.BooleanField(
        label=_("I read the draft and do not want to reply"),
        error_messages={"required": _("Tick this if you are sure.")},
    )


class AskForm(MailboxForm):
    """Something that the person asks, of rights.yaml. `of`: the right."""

    text = long_text("", missing=_("Write what you ask first."))

    def __init__(self, data: Any = None, *, of: Right, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["text"].label = str(of.asks)
        self.fields["text"].required = not of.told_at_end


class TakeCodeForm(NewCodeForm, MailboxForm):
    """The first visit: a code of their own."""
