"""The administrator's page for the duty roster: who gets the alarm when. Nothing of a case is ever on it."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from organisations.administration.duty import (
    RosterChange,
    agree_with_duty,
    can_be_on_duty,
    duty_asked,
    end_duty,
    give_duty,
    give_stand_in,
)
from organisations.administration.duty_forms import DAYS, ShiftForm, StandInForm
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import DutyAsked, DutyShift
from organisations.people.duty import DAY, EMERGENCY, POLICE, address_of, roster_of, uncalled
from organisations.people.namesakes import names_in_list

NOTICES: Notices = Notices(
    {
        RosterChange.ON: Notice(_("Put on the duty roster.")),
        RosterChange.OFF: Notice(_("Taken off the duty roster.")),
        RosterChange.GONE: Notice(_("This was taken off the duty roster before."), "info"),
        RosterChange.ASKED: Notice(_("Asked. It happens when a second person agrees. Until then nothing changes.")),
    }
)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.duty")
def duty(request: WorkRequest) -> HttpResponse:
    organisation, sent = request.actor.organisation, request.POST.get("what", "")
    form: DeskForm | None = DeskForm(request.POST) if sent == "remove" else None
    if form is not None and (became := _removed(request, form)):
        return done(request.path, became)
    shift = ShiftForm(request.POST if sent == "shift" else None, people=can_be_on_duty(organisation))
    roster = roster_of(organisation)
    silent = uncalled(organisation, roster)
    stand_in = StandInForm(request.POST if sent == "stand_in" else None, first=_contact(silent))
    form = form or {"shift": shift, "stand_in": stand_in}.get(sent)
    if form is not None and sent != "remove" and form.is_valid() and (became := _done(request, form)):
        return done(request.path, became)
    now = timezone.now()
    rows = organisation.duty_shifts.select_related("person")
    asked = duty_asked(organisation)
    going = {one.shift_id: one for one in asked if one.shift_id}
    context = {
        "section": "admin",
        "organisation": organisation,
        "shifts": [
            (row, _hours(row.begins, row.ends), row not in silent, going.get(row.id))
            for row in rows
            if row.begins is not None
        ],
        "stand_ins": [(row, _name(row), address_of(row), row not in silent) for row in rows if row.begins is None],
        "called": names_in_list(row.person for row in rows if row.person),
        "asked": [one for one in asked if one.shift is None or one.shift.begins is None],
        "on_duty": [_name(row) for row in roster.on_duty(now)],
        "somebody": bool(roster.shifts),
        "has_stand_in": bool(roster.stand_ins),
        "gaps": [_hours(*gap) for gap in roster.gaps()] if roster.shifts else [],
        "now": now,
        "police": POLICE,
        "emergency": EMERGENCY,
        "shift_form": shift,
        "stand_in_form": stand_in,
        "form": form,
        "notice": NOTICES.of(request) if form is None or not form.errors else None,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "organisations/administration/duty.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@at_work("admin.agree")
def agree_duty(request: WorkRequest, which: UUID) -> HttpResponse:
    """Who goes off the roster, or the stand-in who comes on it, as an administrator wants it, for a second person."""
    asked = next((one for one in duty_asked(request.actor.organisation) if one.id == which), None)
    if asked is None:
        raise Http404
    form = DeskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals("__all__"):
            agree_with_duty(asked, by=request.actor.person)
            return render(request, "organisations/administration/duty_agreed.html", {"section": "admin"})
    context = {"section": "admin", "asked": asked, "form": form, **_going(asked)}
    status = 422 if form.errors else 200
    return render(request, "organisations/administration/duty_agree.html", context, status=status)


def _contact(silent: list[DutyShift]) -> dict[str, str]:
    """What the form of the stand-in begins with: the contact who gets no alarm, so that a second person can agree with it."""
    found = next((row for row in silent if row.begins is None and row.person_id is None), None)
    return {"name": found.name, "email": found.email} if found else {}


def _going(asked: DutyAsked) -> dict[str, object]:
    """What a page says of who goes: the hours, and whether they stand on the roster with another row too."""
    row = asked.shift
    if row is None or row.person_id is None:
        return {}
    others = asked.organisation.duty_shifts.filter(person=row.person_id).exclude(id=row.id)
    return {"hours": _hours(row.begins, row.ends) if row.begins is not None else "", "has_others": others.exists()}


def _removed(request: WorkRequest, form: DeskForm) -> str:
    """What became of a row; empty where it stays, for a button that this page does not have or with the words at the form."""
    if not form.is_valid():
        return ""
    with suppress(ValueError), form.refusals("__all__"):
        return end_duty(request.actor.organisation, UUID(request.POST.get("which", "")), by=request.actor.person)
    return ""


def _done(request: WorkRequest, form: DeskForm) -> str:
    """What became of what was typed; empty where it was refused, with the words at the form."""
    given, by, organisation = form.cleaned_data, request.actor.person, request.actor.organisation
    with form.refusals(next(iter(form.fields))):
        if isinstance(form, ShiftForm):
            person = UUID(given["person"])
            give_duty(organisation, person, given["days"], given["begins"], given["ends"], by=by)
            return RosterChange.ON
        return give_stand_in(organisation, given["name"], given["email"], by=by)
    return ""


def _name(row: DutyShift) -> str:
    return row.person.name if row.person else row.name


def _hours(begins: int | None, ends: int | None) -> str:
    """From and until in words: "Monday 18.00 – Tuesday 8.00"."""
    return f"{_moment(begins or 0)} – {_moment(ends or 0)}"


def _moment(minute: int) -> str:
    day, rest = divmod(minute, DAY)
    return f"{DAYS[day % 7]} {rest // 60}.{rest % 60:02}"
