"""What people may do with a clock by hand: only what its line in clocks.yaml allows, each with a reason that is sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines.reminders import promise
from cases.deadlines.running import meet_clock, start_clocks
from cases.desk.keys import file_key
from cases.desk.refusals import MIN_REASON, NotAllowed
from cases.models import Case, Clock, ClockChange
from cases.protocol import deadline_kinds as rules
from organisations.access.policy import Actor, may
from vault import ledger
from vault.compartments import Compartment, open_compartment, read_text, sealed_by_id, write_text

PURPOSE = "clock"


class CannotChange(Exception):
    """It does not stand, with words that say what to do. Nothing has changed."""


@dataclass(frozen=True)
class Told:
    change: ClockChange
    reason: str


def why_not_extend(clock: Clock, now: datetime) -> str:
    """Why a clock cannot be extended now; empty when it can."""
    rule = clock.kind.extend
    if rule is None and clock.kind.statutory:
        return _("The law does not allow this term to be extended.")
    if rule is None:
        return _("This term is not extended.")
    if clock.extended >= rule.times:
        return _("It was extended as often as %(rule)s allows.") % {"rule": rule.source}
    if clock.due is None or clock.is_missed(now):
        return _("It has passed already. Say so to whoever waits for it.")
    return ""


def start_by_hand(case: Case, code: str, *, actor: Actor, reason: str, since: date) -> None:
    """Start a clock of the law that no step of the protocol starts, from a day."""
    kind = rules.clock_kinds().get(code)
    if kind is None or not kind.by_hand:
        raise CannotChange(_("Choose a term from the list."))
    if since > timezone.localdate():
        raise CannotChange(_("Give a day that is not in the future."))

    def act(locked: Case, _clock: Clock | None, now: datetime) -> Clock:
        if locked.clocks.pending().filter(code=code).exists():
            raise CannotChange(_("This term is running already."))
        is_today = since == timezone.localdate(now)
        start_clocks(locked, [code], now if is_today else rules.end_of(since))
        return locked.clocks.pending().get(code=code)

    _change(case, None, ClockChange.What.STARTED, actor, reason, act)


def extend(case: Case, clock: UUID, *, actor: Actor, reason: str) -> None:
    """Move a clock as far as its rule allows. Raises :class:`CannotChange` and :class:`NotAllowed`."""

    def act(_case: Case, found: Clock, now: datetime) -> Clock:
        if why := why_not_extend(found, now):
            raise CannotChange(why)
        found.due = rules.extended(found.code, found.due) if found.due else None
        found.extended += 1
        found.save(update_fields=["due", "extended"])
        promise(found)
        return found

    _change(case, clock, ClockChange.What.EXTENDED, actor, reason, act)


def give_date(case: Case, clock: UUID, day: date, *, actor: Actor, reason: str) -> None:
    """Say on which day the meeting is; it may be moved as long as it has not passed."""

    def act(_case: Case, found: Clock, now: datetime) -> Clock:
        if found.kind.unit != "meeting":
            raise CannotChange(_("This term does not depend on a meeting."))
        if day < timezone.localdate(now):
            raise CannotChange(_("Give a day that has not passed."))
        found.due = rules.end_of(day)
        found.save(update_fields=["due"])
        promise(found)
        return found

    _change(case, clock, ClockChange.What.DATED, actor, reason, act)


def done_by_hand(case: Case, clock: UUID, *, actor: Actor, reason: str) -> None:
    """Say that what a clock of the law asks was done. Refused before the law lets it be done."""

    def act(_case: Case, found: Clock, now: datetime) -> Clock:
        if not found.kind.by_hand:
            raise CannotChange(_("A decision on the case page meets this term."))
        if found.opens and now < found.opens:
            words = _("By %(rule)s this is not done before %(day)s.")
            raise CannotChange(
                words % {"rule": found.kind.source, "day": f"{timezone.localtime(found.opens):%d-%m-%Y}"}
            )
        meet_clock(found, now)
        return found

    _change(case, clock, ClockChange.What.DONE, actor, reason, act)


@transaction.atomic
def _change(case: Case, clock: UUID | None, what: str, actor: Actor, reason: str, act: Callable[..., Clock]) -> None:
    if not may(actor, "case.clocks", case):
        raise NotAllowed
    if len(reason.strip()) < MIN_REASON:
        raise CannotChange(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON})
    locked = Case.objects.select_for_update(of=("self",)).get(id=case.id)
    found = locked.clocks.pending().filter(id=clock).first() if clock else None
    if clock and found is None:
        raise CannotChange(_("This has changed meanwhile. Look at the terms again."))
    changed = act(locked, found, timezone.now())
    sealed = write_text(file_key(locked, actor), PURPOSE, reason.strip())
    ClockChange.objects.create(clock=changed, what=what, made_by=actor.person, reason=sealed.id)
    ledger.record(case.id, f"clock.{what}", actor=actor.person.id, clock=changed.code)


def changes_of(case: Case, actor: Actor) -> dict[UUID, list[Told]]:
    """What was done with each clock, with its reason. The caller has asked `may(actor, "case.file", case)`."""
    key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id)
    sealed = sealed_by_id(case.id, Compartment.FILE, PURPOSE)
    found: dict[UUID, list[Told]] = {}
    for change in ClockChange.objects.filter(clock__case=case).select_related("made_by"):
        found.setdefault(change.clock_id, []).append(Told(change, read_text(key, sealed[change.reason])))
    return found
