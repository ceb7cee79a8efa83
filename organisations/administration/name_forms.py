"""The form in which an administrator enters or confirms the parts of somebody's name."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.access.name_rules import name_rules
from organisations.desk.forms import DeskForm, text_area
from organisations.models import Person
from organisations.name_parts import MOST_LETTERS, NameParts, display_name, prefix_apart
from organisations.names import plain

NO_SURNAME = _("Enter the surname. Who has one name only has it here.")
NO_LETTERS = _("“%(words)s” is no surname. Write one surname on each line.")
NO_PREFIX = _("“%(words)s” is no prefix that we know. Write it as the beginning of the surname.")
TOO_LONG = _("The whole name is longer than %(most)s characters. Shorten the given names.")
LONGEST_NAME = Person._meta.get_field("name").max_length
LONGEST = dict(zip(asdict(NameParts()), MOST_LETTERS, strict=True))


class NameField(forms.CharField):
    """One part of a name: words with one space between them."""

    def __init__(self, part: str, **options: Any) -> None:
        super().__init__(
            max_length=LONGEST[part],
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
            **options,
        )

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class NameForm(DeskForm):
    given_names = NameField(
        "given_names",
        label=_("Given names"),
        help_text=_("First the one that is used, the others after a comma. For example: Kees, Cornelis Johannes."),
        required=False,
    )
    initials = NameField(
        "initials",
        label=_("Initials"),
        help_text=_(
            "For example: C.J. Alone in a text they mean nobody (“CJ”, “CB”), but with the own prefix they do (“CvB”). In a field they count."
        ),
        required=False,
    )
    # Forms have a `prefix` too, for the names of fields; Django takes fields out of the class, so both work.
    prefix = NameField(  # type: ignore[assignment]
        "prefix", label=_("Prefix"), help_text=_("For example: van den."), required=False
    )
    surname = NameField("surname", label=_("Surname"), error_messages={"required": NO_SURNAME})
    second_prefix = NameField("second_prefix", label=_("Prefix of the second surname"), required=False)
    second_surname = NameField(
        "second_surname",
        label=_("Second surname"),
        help_text=_("Of a marriage or of the other parent. Bakker in “De Vries-Bakker”."),
        required=False,
    )
    former_surnames = forms.CharField(
        label=_("Former surnames"),
        help_text=_("One on each line, with its prefix. For example from before a marriage."),
        required=False,
        max_length=1000,
        widget=text_area(3),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, parts: NameParts, former: list[tuple[str, str]], seen: str) -> None:
        lines = "\n".join(" ".join(pair).strip() for pair in former)
        super().__init__(data, initial={**asdict(parts), "former_surnames": lines, "seen": seen})

    def clean_surname(self) -> str:
        surname: str = self.cleaned_data["surname"]
        if not plain(surname):
            raise forms.ValidationError(NO_SURNAME)
        return surname

    def clean_former_surnames(self) -> list[tuple[str, str]]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["former_surnames"].splitlines() if line.strip()]
        for line in lines:
            if not plain(prefix_apart(line)[1]) or len(line) > LONGEST["surname"]:
                raise forms.ValidationError(NO_LETTERS, params={"words": line})
        return [prefix_apart(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for prefix, surname in (("prefix", "surname"), ("second_prefix", "second_surname")):
            if given.get(surname) and not given.get(prefix):  # "van den Berg" in one field
                given[prefix], given[surname] = prefix_apart(given[surname])
            if set(plain(given.get(prefix, "")).split()) - name_rules().prefixes:
                self.add_error(prefix, NO_PREFIX % {"words": given[prefix]})
        if given.get("second_prefix") and not given.get("second_surname"):
            self.add_error("second_surname", _("Enter the second surname, or leave its prefix empty."))
        if not self.errors and len(display_name(self.parts())) > (LONGEST_NAME or 0):
            self.add_error("given_names", TOO_LONG % {"most": LONGEST_NAME})
        return given

    def parts(self) -> NameParts:
        return NameParts(**{part: self.cleaned_data[part] for part in LONGEST})

    def former(self) -> list[tuple[str, str]]:
        """(prefix, surname) of each."""
        former: list[tuple[str, str]] = self.cleaned_data["former_surnames"]
        return former


class AgreeForm(DeskForm):
    """`shown`: what the page said that is asked."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)
