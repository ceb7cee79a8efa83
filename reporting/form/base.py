"""What every form of a reporter does alike, and the forms in which an administrator changes the questions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vault import receipts

NO_LAST_GROUP = gettext_lazy("Type the last four characters of your code, so that you know that you have it.")
NOT_THE_LAST_GROUP = gettext_lazy(
    "That is not the last group. Compare it with the code above and type the last four characters."
)


@dataclass(frozen=True)
class _Need:
    holds: Callable[[dict[str, Any]], bool]
    missing: str


class ReporterForm(forms.Form):
    """A form whose errors are the server's: each page carries `novalidate`, so that the browser loses nothing.

    `receipt`: the code of the reporter who fills it in; a text that holds it is refused. Empty: nobody's.
    """

    use_required_attribute = True  # a screen reader says what is required
    sometimes_needed: tuple[str, ...] = ()  # fields that are not marked as optional, though they may stay empty

    def __init__(self, *args, receipt: str = "", **kwargs) -> None:
        super().__init__(*args, **{"auto_id": "%s", **kwargs})
        self.reporter_receipt = receipt
        self._needs: dict[str, _Need] = {}
        for name in self.sometimes_needed:
            self.not_optional(name)

    def not_optional(self, name: str) -> None:
        """Do not mark the field as optional."""
        self.fields[name].sometimes_needed = True  # type: ignore[attr-defined]

    def needed_when(self, name: str, holds: Callable[[dict[str, Any]], bool], missing: str) -> None:
        """Refuse the form with the words `missing` where the field is empty and `holds` is true of the cleaned answers
        ({field: value}, without the fields that have an error)."""
        self._needs[name] = _Need(holds, missing)

    def clean(self) -> dict[str, Any]:
        """The cleaned answers, after what is needed and what may not be told were judged."""
        cleaned = super().clean() or {}
        for name, need in self._needs.items():
            if name not in self.errors and not cleaned.get(name) and need.holds(cleaned):
                self.add_error(name, need.missing)
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and self.reporter_receipt and receipts.mentions(value, self.reporter_receipt):
                words = _("Your own code is in this text. Take it out: who reads it could open your report.")
                self.add_error(name, words)
        return cleaned


def without_browser_limit(field: forms.Field) -> None:
    """Leave a length to the server: the browser's own limit cuts a pasted text off without a word."""
    field.widget.attrs.pop("maxlength", None)


def mistake_in_last_group(typed: str, receipt: str) -> str:
    """What is wrong with the last group of a code as somebody typed it back; empty when it is right."""
    symbols = "".join(symbol for symbol in typed.upper() if symbol.isalnum())
    if symbols == receipt[-receipts.GROUP :]:
        return ""
    return str(NOT_THE_LAST_GROUP if symbols else NO_LAST_GROUP)


class NewCodeForm(ReporterForm):
    """A form beside a new code, which asks to type the last group of that code (`new_receipt`)."""

    last_group = forms.CharField(
        label=gettext_lazy("Type the last group of your new code"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": NO_LAST_GROUP},
    )

    def __init__(self, *args, new_receipt: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.new_receipt = new_receipt

    def clean_last_group(self) -> str:
        """The group as it was typed. Refuses another than the last one of the new code."""
        typed = self.cleaned_data["last_group"]
        if mistake := mistake_in_last_group(typed, self.new_receipt):
            raise forms.ValidationError(mistake)
        return typed
