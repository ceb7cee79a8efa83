"""The forms of the publishing desk."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _


def _sure(what_happens="") -> forms.MultipleChoiceField:
    """A box to tick at the end of a form, so that a click by mistake does nothing."""
    return forms.MultipleChoiceField(
        label=_("Are you sure?"),
        help_text=what_happens,
        choices=[("yes", _("Yes, I am sure."))],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the box if you are sure.")},
    )


class SureForm(forms.Form):
    """The form of an act that cannot be undone."""

    sure = _sure()


class ReleaseForm(forms.Form):
    when = forms.ChoiceField(
        label=_("When"),
        choices=[
            ("now", _("At once: Everybody sees the figures as soon as you press the button.")),
            ("later", _("At a moment: Until then only the ministry's own systems can read them.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose when the figures come out.")},
    )
    until = forms.DateTimeField(
        label=_("The moment, if you chose one"),
        required=False,
        help_text=_("The embargo ends by itself at this moment. Nobody has to do anything then."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Give a day and a time.")},
    )
    sure = _sure(
        _(
            "Once it is out, everybody can see and keep the figures. They are never changed; they can only be withdrawn, with a reason that everybody reads. An embargo can be taken back until it ends."
        )
    )

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", _("Give the moment at which the embargo ends."))
        if cleaned.get("when") == "now" and cleaned.get("until"):
            self.add_error(
                "until", _("You chose “At once” and also gave a moment. Leave the moment empty, or choose it.")
            )
        return cleaned

    @property
    def embargo_until(self) -> datetime | None:
        """The end of the embargo; None where the edition comes out at once."""
        return self.cleaned_data["until"] if self.cleaned_data["when"] == "later" else None


class WithdrawEditionForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you withdraw it?"),
        help_text=_("Everybody reads this on the page of the edition. Name no numbers other than published ones."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Give a reason.")},
    )
    sure = _sure(
        _(
            "From now on everybody reads on each page of this edition that it was withdrawn, and why. It leaves the start page and the factsheets. Nobody can undo this or change the reason. No other edition of this period can follow; only a year can be revised, when enough was corrected."
        )
    )
