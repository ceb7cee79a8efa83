"""The forms of papers pages: of who works the case, and of the person who reads them."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.people.hearing import about_field
from organisations.desk.forms import DeskForm, day_field, reason_field, text_area, token_field
from reporting.form.base import NewCodeForm, ReporterForm

MOST_CHARACTERS = 20_000


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
        max_length=MOST_CHARACTERS,
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


class PaperForm(ReporterForm):
    """A form of the papers page itself. Several stand on one page, so the ids of their fields begin with `name`."""

    def __init__(self, data: Any = None, *, name: str = "", **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{name or type(self).__name__.lower()}-%s", **kwargs)


class WriteBackForm(PaperForm):
    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST_CHARACTERS,
        widget=text_area(5),
        error_messages={"required": _("Write something first.")},
    )


class ReplyForm(PaperForm):
    text = forms.CharField(
        label=_("Your reply"),
        help_text=_("What is not right, what is missing, what you want to say. It is added to the report."),
        max_length=MOST_CHARACTERS,
        widget=text_area(8),
        error_messages={"required": _("Write your reply first.")},
    )


class NoReplyForm(PaperForm):
    sure = forms.BooleanField(
        label=_("I read the draft and do not want to reply"),
        error_messages={"required": _("Tick this if you are sure.")},
    )


class TakeCodeForm(NewCodeForm, PaperForm):
    """The first visit: a code of their own."""
