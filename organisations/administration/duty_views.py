"""The administrator's page for the duty roster: who gets the alarm when. Nothing of a case is ever on it."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from organisations.administration.duty import can_be_on_duty, end_duty, give_duty, give_stand_in
from organisations.administration.duty_forms import DAYS, ShiftForm, StandInForm
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import DutyShift
from organisations.people.duty import DAY, EMERGENCY, POLICE, address_of, roster_of

NOTICES = Notices(
    {
        "on": Notice(_("Put on the duty roster.")),
        "off": Notice(_("Taken off the duty roster.")),
        "gone": Notice(_("This was taken off the duty roster before."), "info"),
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.duty")
def duty(request: WorkRequest) -> HttpResponse:
    organisation, sent = request.actor.organisation, request.POST.get("what", "")
    if sent == "remove":
        with suppress(ValueError):  # a button that this page does not have
            gone = end_duty(organisation, UUID(request.POST.get("which", "")), by=request.actor.person)
            return done(request.path, "off" if gone else "gone")
    shift = ShiftForm(request.POST if sent == "shift" else None, people=can_be_on_duty(organisation))
    stand_in = StandInForm(request.POST if sent == "stand_in" else None)
    form: DeskForm | None = {"shift": shift, "stand_in": stand_in}.get(sent)
    if form is not None and form.is_valid() and _done(request, form):
        return done(request.path, "on")
    roster, now = roster_of(organisation), timezone.now()
    rows = organisation.duty_shifts.select_related("person")
    context = {
        "section": "admin",
        "organisation": organisation,
        "shifts": [(row, _hours(row.begins, row.ends), address_of(row)) for row in rows if row.begins is not None],
        "stand_ins": [(row, _name(row), address_of(row)) for row in rows if row.begins is None],
        "on_duty": [_name(row) for row in roster.on_duty(now)],
        "gaps": [_hours(*gap) for gap in roster.gaps()] if roster.shifts else [],
        "now": now,
        "police": POLICE,
        "emergency": EMERGENCY,
        "shift_form": shift,
        "stand_in_form": stand_in,
        "form": form,
        "notice": NOTICES.of(request) if form is None else None,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "organisations/administration/duty.html", context, status=status)


def _done(request: WorkRequest, form: DeskForm) -> bool:
    given, by, organisation = form.cleaned_data, request.actor.person, request.actor.organisation
    with form.refusals(next(iter(form.fields))):
        if isinstance(form, ShiftForm):
            person = UUID(given["person"])
            give_duty(organisation, person, given["days"], given["begins"], given["ends"], by=by)
        else:
            give_stand_in(organisation, given["name"], given["email"], by=by)
    return not form.errors


def _name(row: DutyShift) -> str:
    return row.person.name if row.person else row.name


def _hours(begins: int | None, ends: int | None) -> str:
    """From and until in words: "Monday 18.00 – Tuesday 8.00"."""
    return f"{_moment(begins or 0)} – {_moment(ends or 0)}"


def _moment(minute: int) -> str:
    day, rest = divmod(minute, DAY)
    return f"{DAYS[day % 7]} {rest // 60}.{rest % 60:02}"
