"""The form of a decision: reason, outcome where the protocol asks one, and the revision of the page."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.decisions import MIN_REASON
from cases.protocol.definitions import Decision
from organisations.codes import code_list

MOST_CHARACTERS = 20_000


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, error_messages={"required": _("Choose what the outcome is.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case. Only who may read the file reads this."),
        min_length=MIN_REASON,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Give a reason of at least 10 characters."),
            "min_length": _("Give a reason of at least 10 characters."),
        },
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, rule: Decision, revision: int) -> None:
        super().__init__(data, initial={"revision": revision}, auto_id="%s")
        if rule.outcome:
            dispositions = code_list("disposition")
            chosen = cast(forms.ChoiceField, self.fields["outcome"])
            chosen.choices = [(code, str(dispositions[code])) for code in rule.outcome]
        else:
            del self.fields["outcome"]
        for name in ("minlength", "maxlength"):
            self.fields["reason"].widget.attrs.pop(name, None)

    def refuse(self, message: str, revision: int) -> None:
        """Show why the decision does not stand, keep what was typed, and take the new revision for the next try."""
        self.add_error("reason", message)
        self.data = {**cast(QueryDict, self.data).dict(), "revision": str(revision)}
