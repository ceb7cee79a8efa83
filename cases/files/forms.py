"""The forms of files: adding, striking out, and the fields with which the page of a decision adds the file that it asks."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.files.files import MOST_TITLE
from cases.models import AddedFile
from cases.people.hearing import about_field
from cases.protocol.kinds.file_kinds import file_kinds
from organisations.desk.forms import DeskForm, day_field, reason_field, token_field
from reporting.evidence.cleaner.kinds import endings_taken

NEW_FILE = "new"  # one that is added with the decision


class FileInput(forms.FileInput):
    """One file, or several."""

    def __init__(self, *, several: bool) -> None:
        self.allow_multiple_selected = several
        super().__init__({"accept": endings_taken(), **({"multiple": True} if several else {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """The files that were chosen, as a list. The field refuses none: `taking.take_files` says what is wrong with a file."""

    def __init__(self, label: Any, help_text: Any, *, several: bool = True) -> None:
        super().__init__(label=label, help_text=help_text, required=False, widget=FileInput(several=several))


def _kind_field(kinds: Iterable[str]) -> forms.ChoiceField:
    choices = [(code, str(file_kinds().kinds[code].label)) for code in kinds]
    return forms.ChoiceField(
        label=_("What is it?"),
        choices=choices if len(choices) == 1 else [("", _("Choose")), *choices],
        error_messages={"required": _("Choose what kind of file it is.")},
    )


def _source_field() -> forms.ChoiceField:
    usual = [("", _("As usual for this kind"))]
    sources = [(code, str(words)) for code, words in file_kinds().sources.items()]
    return forms.ChoiceField(
        label=_("From whom did it come?"),
        choices=[*usual, *sources],
        required=False,
        error_messages={"invalid_choice": _("Choose from whom it came.")},
    )


def _day_field() -> forms.DateField:
    field = day_field(_("On which day did it come?"), missing=_("Give the day on which it came."))
    field.initial = timezone.localdate
    return field


def _title_field(help_text: Any) -> forms.CharField:
    return forms.CharField(label=_("Title"), help_text=help_text, max_length=MOST_TITLE, required=False)


def _carried() -> forms.CharField:
    """Files of a page that was refused, sealed."""
    return forms.CharField(widget=forms.HiddenInput, required=False)


class AddForm(DeskForm):
    sometimes_needed: ClassVar = ("about",)
    about = about_field()
    carried = _carried()
    token = token_field()

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        several = _("Empty: the name of the file. Several files get a number behind the title. Sealed with the case.")
        checked = _(
            "At most 10 files of 25 MB each. We check each file and take out hidden data before anybody sees it."
        )
        self.fields |= {
            "files": FilesField(_("Files"), checked),
            "kind": _kind_field(file_kinds().kinds),
            "source": _source_field(),
            "received_on": _day_field(),
            "title": _title_field(several),
        }
        self.fields["files"].sometimes_needed = True  # type: ignore[attr-defined]
        self.order_fields(["files", "kind", "source", "received_on", "title"])


class StrikeForm(DeskForm):
    sometimes_needed: ClassVar = ("about",)
    reason = reason_field(
        _("Why is it struck out?"), _("Sealed with the case. The file stays readable here, with your reason.")
    )
    about = about_field()


def attach_fields(kinds: list[str], usable: Iterable[AddedFile]) -> dict[str, forms.Field]:
    """The fields with which the page of a decision takes the file that it asks: one of the case, or a new one right there.
    `kinds`: the codes that it may have (none: any), `usable`: the files of the case that it may be, newest first."""
    had = [
        (
            str(row.number),
            _("File %(number)d: %(kind)s, %(day)s")
            % {
                "number": row.number,
                "kind": file_kinds().kinds[row.kind].label,
                "day": date_format(row.received_on, "j F Y"),
            },
        )
        for row in usable
    ]
    fields: dict[str, forms.Field] = {
        "file_new": FilesField(
            _("Choose the file"), _("A PDF, photo, document or mail of at most 25 MB."), several=False
        ),
        "file_kind": _kind_field(kinds or file_kinds().kinds),
        "file_source": _source_field(),
        "file_on": _day_field(),
        "file_title": _title_field(_("Empty: the name of the file. Sealed with the case.")),
        "file_carried": _carried(),
        "file_token": token_field(),
    }
    which = forms.ChoiceField(
        label=_("Which file shows it?"),
        choices=[*had, (NEW_FILE, _("A new file, which I add now"))],
        widget=forms.RadioSelect,
        initial=had[0][0] if had else NEW_FILE,
        error_messages={"required": _("Choose the file, or add it here.")},
    )
    for name in ("file_new", "file_kind", "file_on"):  # only for a new one
        fields[name].required = False
        fields[name].sometimes_needed = True  # type: ignore[attr-defined]
    for name in ("file_carried", "file_token"):
        fields[name].required = False
    return {"file": which, **fields}
