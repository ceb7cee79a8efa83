"""The forms of the duty roster."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisations.desk.forms import DeskForm
from organisations.models import Person
from organisations.people.namesakes import to_choose

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
A_TIME = _("Give a time, for example 18:00.")


def time_field(label) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"required": A_TIME, "invalid": A_TIME},
    )


class ShiftForm(DeskForm):
    ids = "shift-%s"
    person = forms.ChoiceField(
        label=_("Who is on duty?"),
        help_text=_("Somebody who works here, with a mail address that nobody else reads."),
        error_messages={"required": _("Choose who is on duty."), "invalid_choice": _("Choose who is on duty.")},
    )
    days = forms.TypedMultipleChoiceField(
        label=_("On which days does it begin?"),
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    begins = time_field(_("From"))
    ends = time_field(_("Until"))

    def __init__(self, data: QueryDict | None, *, people: list[Person]) -> None:
        super().__init__(data)
        self.choose_from("person", [("", _("Choose somebody")), *to_choose(people)])
        self.fields["ends"].help_text = _("A time that is not later is that of the next day.")


class StandInForm(DeskForm):
    ids = "stand-in-%s"

    def __init__(self, data: QueryDict | None, *, first: dict[str, str]) -> None:
        super().__init__(data, initial=first)

    name = forms.CharField(
        label=_("Name of the stand-in"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the name of the stand-in.")},
    )
    email = forms.EmailField(
        label=_("Mail address of the stand-in"),
        help_text=_("Of this person alone. A shared address is read by whoever a report may be about."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give a mail address, for example naam@voorbeeld.nl."),
            "invalid": _("Give a mail address, for example naam@voorbeeld.nl."),
        },
    )
