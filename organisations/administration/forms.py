"""The form in which an administrator fills the profile in, made from what is asked of the organisation's layer."""

import re
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.administration.profile import Asked, ProfileAnswers
from organisations.codes import code_list
from organisations.desk.forms import DeskForm, revision_field

GROUPED = re.compile(r"\d{1,3}([., ]\d{3})+")


class WholeNumber(forms.IntegerField):
    """A number as people write it: 1.200 is twelve hundred. A text box, since a number box loses what is no number."""

    def __init__(self, asked: Asked) -> None:
        words = _("%(what)s: enter a whole number from 0 to %(most)d, or leave it empty if you do not know it.") % {
            "what": asked.label,
            "most": asked.most,
        }
        super().__init__(
            label=asked.label,
            required=False,
            min_value=0,
            max_value=asked.most,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 8}),
            error_messages={"invalid": words, "min_value": words, "max_value": words},
        )

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        return super().to_python(re.sub(r"[., ]", "", text) if GROUPED.fullmatch(text) else text)


class ProfileForm(DeskForm):
    prevention = forms.MultipleChoiceField(
        label=_("What did you do this year to prevent?"),
        help_text=_("Choose what was really done. What belongs to the start of a term counts in its own year."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    revision = revision_field()
    organisation = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: QueryDict | None, *, asked: dict[str, Asked], told: ProfileAnswers, organisation: str
    ) -> None:
        initial = {
            **told.holders,
            "prevention": told.prevention,
            "revision": told.revision,
            "organisation": organisation,
        }
        super().__init__(data, initial=initial)
        self.asked = list(asked)
        self.fields = {**{name: WholeNumber(question) for name, question in asked.items()}, **self.fields}
        items = cast(forms.MultipleChoiceField, self.fields["prevention"])
        items.choices = [(item.id, item.label) for item in code_list("prevention_item").codes]

    @property
    def holders(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    def told(self) -> ProfileAnswers:
        """What was filled in. What was left empty is not known, which is no zero."""
        given = {name: self.cleaned_data[name] for name in self.asked if self.cleaned_data[name] is not None}
        return ProfileAnswers(given, self.cleaned_data["prevention"], self.cleaned_data["revision"])
