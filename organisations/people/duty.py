"""The duty roster of an organisation: who is on duty at which hours of the week, and who outside comes last.

Hours are those of the Dutch clock: a shift from 18.00 to 8.00 ends at eight on the clock, also in the night in which the
clock is changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from organisations.models import Absence, DutyShift, Function, Organisation, Role

DAY = 24 * 60
WEEK = 7 * DAY
POLICE, EMERGENCY = "0900-8844", "112"


@dataclass(frozen=True)
class Roster:
    """The shifts of an organisation in the order of the week, and its stand-ins outside. `away`: who is away today."""

    shifts: tuple[DutyShift, ...]
    stand_ins: tuple[DutyShift, ...]
    away: frozenset[UUID] = frozenset()

    def on_duty(self, moment: datetime) -> list[DutyShift]:
        """Whose shift it is, the last one begun first."""
        now = minute_of_week(moment)
        there = [shift for shift in self.shifts if covers(shift, now) and shift.person_id not in self.away]
        return sorted(there, key=lambda shift: (now - (shift.begins or 0)) % WEEK)

    def chain(self, moment: datetime) -> list[DutyShift]:
        """Everybody who can be alarmed, in order: whose shift it is, whose shift comes next, and last those outside. Each
        person once."""
        now, here = minute_of_week(moment), self.on_duty(moment)
        later = sorted(self.shifts, key=lambda shift: ((shift.begins or 0) - now) % WEEK)
        once: dict[UUID | None, DutyShift] = {}
        for shift in (*here, *later):
            if shift.person_id not in self.away:
                once.setdefault(shift.person_id, shift)
        return [*once.values(), *self.stand_ins]

    def gaps(self) -> list[tuple[int, int]]:
        """When nobody is on duty, as minutes of the week: (from, until) in the order of the week."""
        if not self.shifts:
            return [(0, WEEK)]
        spans = sorted(span for shift in self.shifts for span in spans_of(shift))
        free, at = [], 0
        for begins, ends in spans:
            if begins > at:
                free.append((at, begins))
            at = max(at, ends)
        if at < WEEK:
            free.append((at, WEEK))
        if len(free) > 1 and free[0][0] == 0 and free[-1][1] == WEEK:  # one gap around Sunday night
            free = [*free[1:-1], (free[-1][0], free[0][1])]
        return free


def roster_of(organisation: Organisation) -> Roster:
    """The roster as it counts today: who still works there (a stand-in: somewhere) and can be reached; a contact outside, of
    whom it is known who entered it and who agreed. Two queries."""
    today = timezone.localdate()
    held = [model.objects.on(today).filter(person=OuterRef("person")).order_by() for model in (Role, Function)]
    here = [Exists(rows.filter(organisation=organisation)) for rows in held]
    works = (
        Q(person=None, entered_by__isnull=False, agreed_by__isnull=False)
        | Q(begins=None) & (Exists(held[0]) | Exists(held[1]))
        | here[0]
        | here[1]
    )
    rows = organisation.duty_shifts.filter(works).select_related("person", "organisation")
    reached = [row for row in rows if address_of(row)]
    away = Absence.objects.filter(organisation=organisation, away_from__lte=today, away_to__gte=today)
    return Roster(
        tuple(row for row in reached if row.begins is not None),
        tuple(row for row in reached if row.begins is None),
        frozenset(away.values_list("person", flat=True)),
    )


def uncalled(organisation: Organisation, roster: Roster | None = None) -> list[DutyShift]:
    """The rows of the roster by which nobody gets an alarm: of who left or has no address, and of a contact outside of whom nobody
    knows who entered it or who agreed. `roster`: of :func:`roster_of`, where it was asked already."""
    roster = roster or roster_of(organisation)
    counts = {row.id for row in (*roster.shifts, *roster.stand_ins)}
    return [row for row in organisation.duty_shifts.select_related("person") if row.id not in counts]


def somebody_is_on_duty(organisation: Organisation, moment: datetime | None = None) -> bool:
    """Whether the roster has somebody at this moment. What the reporter reads follows from it: it looks at nobody's name."""
    return bool(roster_of(organisation).on_duty(moment or timezone.now()))


def address_of(shift: DutyShift) -> str:
    """Where this person is reached; empty where nobody can be."""
    if shift.person:
        return (shift.person.email or "") if shift.person.is_active else ""
    return shift.email


def covers(shift: DutyShift, minute: int) -> bool:
    return any(begins <= minute < ends for begins, ends in spans_of(shift))


def spans_of(shift: DutyShift) -> Iterator[tuple[int, int]]:
    """The hours of a shift as one span of the week, or two where it goes on after Sunday night."""
    begins, ends = shift.begins or 0, shift.ends or 0
    if ends > begins:
        yield begins, ends
    else:
        yield begins, WEEK
        yield 0, ends


def minute_of_week(moment: datetime) -> int:
    """Minutes since Monday 0.00 on the Dutch clock."""
    local = timezone.localtime(moment)
    return local.weekday() * DAY + local.hour * 60 + local.minute
