"""What the forms of the workplace share: how they are shown, the fields that come back in many, and what is sometimes asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from organisations.desk.refusals import Refused
from organisations.desk.sent_once import SentBefore, with_content

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MIN_REASON = 10
MOST_IN_REASON = 4000  # characters of a reason, or of another short text
MOST_IN_TEXT = 20_000  # characters of a text that somebody writes at length: a message, a note, a record
REASON, SEALED = _("Reason"), _("Sealed with the case.")
A_DAY = _("Give a day, for example 1-1-2027.")
FIRST_YEAR, YEARS_AHEAD = 1900, 10


@dataclass(frozen=True)
class NeededWhen:
    """A field that must be filled in as soon as `other` has one of `values`; `words` say so where it was left empty."""

    other: str
    values: Collection[str]
    words: "StrOrPromise"


class DeskForm(forms.Form):
    """A form of the workplace. The server judges, in words of its own, so the browser is told nothing of what is required.

    `ids` is the pattern of the identifiers in the page: another one where a page has two forms. `needed_when` tells of
    fields that are required only with a certain answer to another ({field: when}); `sometimes_needed` names those of
    which another part of the program says when. Neither is called optional on the page.
    """

    use_required_attribute = False
    ids: ClassVar[str] = "%s"
    needed_when: ClassVar[Mapping[str, NeededWhen]] = {}
    sometimes_needed: ClassVar[Collection[str]] = ()

    def __init__(
        self, data: QueryDict | None = None, files: Any = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, files, initial=initial, auto_id=self.ids)

    @property
    def sometimes_asked(self) -> set[str]:
        """The names of fields that are not called optional. Some forms add their fields after they were made, so this is
        asked when the page is."""
        return {*self.needed_when, *self.sometimes_needed}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, when in self.needed_when.items():
            if name in self.fields and given.get(when.other) in when.values and not given.get(name):
                self.add_error(name, cast(str, when.words))
        for name in self._tokens():
            if given.get(name):
                given[name] = with_content(given[name], self._content())
        return given

    def _tokens(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, PageToken)]

    def _content(self) -> list[str]:
        """Everything that came from the page but what differs each time it is made."""
        sent = {name: values for name, values in cast(QueryDict, self.data).lists() if name not in self._tokens()}
        sent.pop("csrfmiddlewaretoken", None)
        return [text for name in sorted(sent) for text in (name, *map(str, sent[name]))]

    def choose_from(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Give a field its choices, which are known only when the page is made."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    @contextmanager
    def refusals(self, field: str) -> Iterator[None]:
        """An act that is refused inside leaves its words at the fields that they name where the form has them, or else at this
        one."""
        try:
            yield
        except Refused as refused:
            for words, where in refused.every:
                self.add_error(where if where in self.fields else field, words)
            question = self.fields.get(refused.field)
            if refused.asked and isinstance(question, AskedField):
                question.ask(refused.asked, refused.answers)
                question.is_asked = True
            if isinstance(refused, SentBefore):
                self.renew(**{name: uuid4() for name in self._tokens()})

    @property
    def only_asks(self) -> bool:
        """Whether nothing is wrong, and the page asks something before it does what was sent."""
        asked = {name for name, field in self.fields.items() if isinstance(field, AskedField) and field.is_asked}
        return bool(self.errors) and set(self.errors) <= asked

    def renew(self, **fields: object) -> None:
        """Give hidden fields another value and keep what was typed: sending it again is then meant."""
        data = cast(QueryDict, self.data).copy()
        for name, value in fields.items():
            data[name] = str(value)
        self.data = data


class AskedField(forms.ChoiceField):
    """A question that a refusal asks. Each answer carries back what exactly was asked, after a colon: what comes after that was
    not answered with it. An answer that begins with `one_of` names some of what was asked, after a hyphen each."""

    one_of = "only"
    is_asked = False  # whether the page shows the question now, which is no error

    def ask(self, asked: str, answers: Iterable[tuple[str, Any]] = ()) -> None:
        offered = answers or cast(Iterable[Any], self.choices)
        self.choices = [(f"{str(answer).partition(':')[0]}:{asked}", words) for answer, words in offered]

    def clean(self, value: Any) -> str:
        said, _colon, asked = str(value or "").partition(":")
        if asked:
            first, *some = said.split("-")
            is_some = first == self.one_of and bool(some) and set(some) <= set(asked.split("."))
            self.ask(asked, [*cast(Iterable[Any], self.choices), *([(said, "")] if is_some else [])])
        return cast(str, super().clean(value))


class WholeText(forms.CharField):
    """A text of which the browser cuts nothing off and refuses nothing: the server says what is wrong with its length."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class PageToken(forms.UUIDField):
    """Cleaned, it follows from what came with it too (`organisations.desk.sent_once`)."""


def token_field() -> PageToken:
    """One page, one act: the same page sent twice is one act, and something else from the same page is refused."""
    return PageToken(widget=forms.HiddenInput, initial=uuid4)


def revision_field() -> forms.IntegerField:
    """Of what the page showed, so that an act on an old page is refused."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def tick_field(label: "StrOrPromise", words: "StrOrPromise") -> forms.MultipleChoiceField:
    """One box that somebody ticks; its value is empty or not."""
    return forms.MultipleChoiceField(
        label=label, choices=[("yes", words)], required=False, widget=forms.CheckboxSelectMultiple
    )


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


AT_LEAST = _("At least 10 characters.")


def reason_field(
    label: "StrOrPromise" = REASON,
    help_text: "StrOrPromise" = SEALED,
    *,
    max_length: int = MOST_IN_REASON,
    rows: int = 4,
) -> forms.CharField:
    """Why somebody does this, in at least :data:`MIN_REASON` characters. `rows=1` is one line."""
    return WholeText(
        label=label,
        help_text=format_lazy("{} {}", help_text, AT_LEAST) if help_text else AT_LEAST,
        min_length=MIN_REASON,
        max_length=max_length,
        widget=text_area(rows) if rows > 1 else forms.TextInput(),
        error_messages=dict.fromkeys(("required", "min_length"), _("Give a reason of at least 10 characters.")),
    )


def can_be(day: date) -> None:
    """Whether people can mean a day or moment. Raises ValidationError: a typing slip in the year is none, and what lies at the
    ends of time cannot be counted with."""
    if not FIRST_YEAR <= day.year <= timezone.localdate().year + YEARS_AHEAD:
        raise forms.ValidationError(
            _("Look at the year: give a day after 1900 and at most %(count)d years ahead.") % {"count": YEARS_AHEAD}
        )


def day_field(
    label: "StrOrPromise",
    *,
    help_text: "StrOrPromise" = "",
    required: bool = True,
    missing: "StrOrPromise" = A_DAY,
) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": A_DAY},
        validators=[can_be],
    )
