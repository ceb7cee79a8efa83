"""The form of a document, made from what its kind asks; for the police also the offence of each piece of evidence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.documents.first_values import Quoted
from cases.documents.kinds import OUTSIDE, DocumentField, Kind, Type, offences
from cases.documents.writing import LANGUAGE
from cases.files.files import ListedFile
from cases.people.hearing import about_field
from organisations.desk.forms import DeskForm, can_be, day_field, text_area, token_field
from organisations.models import Person
from organisations.people.namesakes import to_choose
from reporting.evidence.custody import Described

MOST_LINE, MOST_TEXT = 300, 20_000
MOST_SORTED = 300  # one by one; a page with thousands of lists helps nobody, and the server takes a thousand fields
SORT = "offence-"
NOTHING_SAID: Mapping[str, Quoted] = {}


class DocumentForm(DeskForm):
    sometimes_needed = ("about",)
    about = about_field()
    token = token_field()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        kind: Kind,
        first: Mapping[str, str],
        said: Mapping[str, Quoted] = NOTHING_SAID,
        evidence: list[Described] | None = None,
        files: list[ListedFile] | None = None,
        colleagues: list[Person] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(first))
        if files:
            self.fields["without"] = forms.MultipleChoiceField(
                label=_("Which files stay here?"),
                help_text=_(
                    "All other files go along, each listed with its hash. We do not look inside pictures, PDFs, sound "
                    "and film: look yourself whether the reporter can be known there."
                ),
                choices=[(str(one.row.number), f"{one.row.number}. {one.title}") for one in files],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.kind, self.colleagues = kind, colleagues or []
        self.evidence = evidence or []
        for name, asked in kind.fields.items():
            self.fields[name] = _field(asked, said.get(name), self.colleagues)
        sorts = [("", _("Not sorted")), *((code, offence.in_words) for code, offence in offences().items())]
        if len(self.evidence) > 1:
            self.fields["rest"] = forms.ChoiceField(
                label=_("Offence of what is not sorted below"), choices=sorts, required=False
            )
        for piece in self.evidence[:MOST_SORTED]:
            self.fields[f"{SORT}{piece.row.number}"] = forms.ChoiceField(
                label=_("Offence of evidence %(number)d") % {"number": piece.row.number}, choices=sorts, required=False
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for name, asked in self.kind.fields.items():
            if asked.type == Type.COLLEAGUES and not (given.get(name) or given.get(name + OUTSIDE)):
                self.add_error(name, _("Choose an answer to “%(question)s”.") % {"question": asked.label})
        return given

    @property
    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in self.kind.fields]

    @property
    def sorting(self) -> list[tuple[Described, forms.BoundField]]:
        return [(piece, self[f"{SORT}{piece.row.number}"]) for piece in self.evidence[:MOST_SORTED]]

    @property
    def more(self) -> int:
        return max(0, len(self.evidence) - MOST_SORTED)

    @property
    def values(self) -> dict[str, str]:
        """What was filled in, in Dutch words, by name of the field."""
        with translation.override(LANGUAGE):
            words = {name: _words(asked, self.cleaned_data[name]) for name, asked in self.kind.fields.items()}
        for name, asked in self.kind.fields.items():
            if asked.type == Type.COLLEAGUES:
                chosen = [one.name for one in self.colleagues if str(one.id) in self.cleaned_data[name]]
                words[name] = ", ".join(filter(None, [*chosen, words[name + OUTSIDE]]))
        return words

    @property
    def moments(self) -> dict[str, datetime]:
        """The fields that are a moment."""
        return {name: value for name, value in self.cleaned_data.items() if isinstance(value, datetime)}

    @property
    def stay_here(self) -> set[int]:
        """The numbers of the files that stay here."""
        return {int(number) for number in self.cleaned_data.get("without", ())}

    @property
    def sorted_by(self) -> dict[int, str]:
        rest = self.cleaned_data.get("rest", "")
        given = {
            piece.row.number: self.cleaned_data.get(f"{SORT}{piece.row.number}") or rest for piece in self.evidence
        }
        return {number: code for number, code in given.items() if code}


def _field(asked: DocumentField, said: Quoted | None, colleagues: list[Person]) -> forms.Field:
    beside = _("The reporter wrote on %(day)s: %(words)s") % {"day": said.day, "words": said.words} if said else ""
    missing = {"required": _("Fill in “%(question)s”.") % {"question": asked.label}}
    base: dict[str, Any] = {
        "label": str(asked.label),
        "help_text": " ".join(filter(None, [str(asked.help or ""), beside])),
        "required": not asked.optional,
        "error_messages": missing,
    }
    match asked.type:
        case Type.CHOICE:
            choices = [("", _("Choose")), *((code, str(words)) for code, words in asked.choices.items())]
            return forms.ChoiceField(
                choices=choices,
                **{
                    **base,
                    "error_messages": {
                        "required": _("Choose an answer to “%(question)s”.") % {"question": asked.label}
                    },
                },
            )
        case Type.COLLEAGUES:
            optional = {
                **base,
                "required": False,
            }  # who is not in the list is typed beside it: `clean` asks for one of both
            return forms.MultipleChoiceField(
                choices=to_choose(colleagues), widget=forms.CheckboxSelectMultiple, **optional
            )
        case Type.DATE:
            return day_field(
                base["label"], help_text=base["help_text"], required=base["required"], missing=missing["required"]
            )
        case Type.MOMENT:
            wrong = missing | {"invalid": _("Give a day and a time, for example 1-1-2027 14:00.")}
            picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            return forms.DateTimeField(widget=picker, validators=[can_be], **{**base, "error_messages": wrong})
        case Type.TEXT:
            return forms.CharField(max_length=MOST_TEXT, widget=text_area(4), **base)
    return forms.CharField(max_length=MOST_LINE, **base)


def _words(asked: DocumentField, value: object) -> str:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "l j F Y, H.i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if asked.choices:
        return str(asked.choices[str(value)]) if value else ""
    return str(value or "").strip()
