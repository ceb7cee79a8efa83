"""What people may do with a deadline by hand: only what its line in deadlines.yaml allows. Each change has a reason,
which is sealed and heard: `about` of each act is that of :func:`cases.people.hearing.hear`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines.receipt import due_of_receipt
from cases.deadlines.reminders import promise_anew
from cases.deadlines.running import meet_deadline, start_deadlines
from cases.deciding.judging import options_of
from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import Refused, reason_of
from cases.events import CaseEvent
from cases.models import Case, Deadline, DeadlineChange
from cases.people.hearing import hear
from cases.people.words.purposes import DEADLINE
from cases.protocol.kinds import deadline_kinds as rules
from cases.protocol.kinds.forms import MOST_DAYS_AHEAD
from organisations.access.policy import Actor
from reporting.form.written import MOST_DAYS_BACK
from vault import ledger
from vault.compartments import Compartment, read_text, sealed_by_id, write_text

_EVENTS = {
    DeadlineChange.What.STARTED: CaseEvent.DEADLINE_STARTED,
    DeadlineChange.What.EXTENDED: CaseEvent.DEADLINE_EXTENDED,
    DeadlineChange.What.DATED: CaseEvent.DEADLINE_DATED,
    DeadlineChange.What.DONE: CaseEvent.DEADLINE_DONE,
}


@dataclass(frozen=True)
class ExplainedChange:
    """A change of a deadline with its opened reason."""

    change: DeadlineChange
    reason: str


def why_not_extend(deadline: Deadline, now: datetime) -> str:
    """Why a deadline cannot be extended now, in words; empty when it can be."""
    rule = deadline.kind.extend
    if rule is None and deadline.kind.statutory:
        return _("The law does not allow this deadline to be extended.")
    if rule is None:
        return _("This deadline is not extended.")
    if deadline.extended >= rule.times:
        return _("It was extended as often as %(rule)s allows.") % {"rule": rule.rests_on}
    if deadline.due is None or deadline.is_missed(now):
        return _("It has passed already. Say so to whoever waits for it.")
    return ""


def start_by_hand(case: Case, code: str, *, actor: Actor, reason: str, since: date, about: str = "") -> None:
    """Start a deadline of the law that no step of the protocol starts, running from the day `since`. Raises
    Refused and :class:`NotAllowed`."""
    kind = rules.deadline_kinds().get(code)
    if kind is None or not kind.by_hand:
        raise Refused(_("Choose a deadline from the list."))
    _has_been(since)

    def act(locked: Case, _deadline: Deadline | None, now: datetime) -> Deadline:
        if locked.deadlines.pending().filter(code=code).exists():
            raise Refused(_("This deadline is running already."))
        is_today = since == timezone.localdate(now)
        start_deadlines(locked, [code], now if is_today else rules.end_of(since))
        started = locked.deadlines.pending().get(code=code)
        if kind.since_known:  # the day that was given is the one of the fact
            started.dated = True
            started.save(update_fields=["dated"])
        return started

    _change(case, None, DeadlineChange.What.STARTED, actor, reason, about, act)


def extend(case: Case, deadline: UUID, *, actor: Actor, reason: str, revision: int, about: str = "") -> None:
    """Move a deadline as far as its rule allows. `revision` is how many changes it had when the page was made. Raises
    Refused and :class:`NotAllowed`."""

    def act(_case: Case, deadline: Deadline, now: datetime) -> Deadline:
        _as_seen(deadline, revision)
        if why := why_not_extend(deadline, now):
            raise Refused(why)
        deadline.due = rules.extended(deadline.code, deadline.due) if deadline.due else None
        deadline.extended += 1
        deadline.save(update_fields=["due", "extended"])
        promise_anew(deadline)
        return deadline

    _change(case, deadline, DeadlineChange.What.EXTENDED, actor, reason, about, act)


def give_date(
    case: Case, deadline: UUID, day: date, *, actor: Actor, reason: str, revision: int, about: str = ""
) -> None:
    """Say on which day the meeting is, or on which day the fact was; then the term never becomes longer than from the receipt,
    since who reports a fact knows of it. The day of a meeting may be changed as long as it has not passed. `revision` is how
    many changes the deadline had when the page was made. Raises Refused and :class:`NotAllowed`."""

    def act(locked: Case, deadline: Deadline, now: datetime) -> Deadline:
        _as_seen(deadline, revision)
        today = timezone.localdate(now)
        if deadline.kind.since_known:
            _has_been(day)
            known = rules.due(deadline.code, rules.end_of(day))
            at_most = due_of_receipt(locked.report, deadline.code, locked.protocol)
            deadline.due = min(known, at_most) if known and at_most else known
        elif deadline.kind.unit != "meeting":
            raise Refused(_("This deadline does not depend on a meeting."))
        elif day < today:
            raise Refused(_("Give a day that has not passed."))
        elif (day - today).days > MOST_DAYS_AHEAD:
            raise Refused(_("Give a day that is at most %(count)d days ahead.") % {"count": MOST_DAYS_AHEAD})
        else:
            deadline.due = rules.end_of(day)
        deadline.dated = True
        deadline.save(update_fields=["due", "dated"])
        promise_anew(deadline)
        return deadline

    _change(case, deadline, DeadlineChange.What.DATED, actor, reason, about, act)


def _has_been(day: date) -> None:
    """Raises Refused for a day from which no term runs: one that comes, or a typing slip in the year."""
    today = timezone.localdate()
    if day > today:
        raise Refused(_("Give a day that is not in the future."))
    if (today - day).days > MOST_DAYS_BACK:
        raise Refused(_("Give a day that is at most %(count)d days ago.") % {"count": MOST_DAYS_BACK})


def met_by_decisions(case: Case) -> set[str]:
    """The deadlines that a decision of the case meets as it stands now. Nobody passes its proof and its second person by hand."""
    return {code for option in options_of(case) if not option.elsewhere for code in option.decision.meets}


def done_by_hand(case: Case, deadline: UUID, *, actor: Actor, reason: str, about: str = "") -> None:
    """Say that what a deadline of the law asks was done. Raises Refused, also before the law lets it be
    done, and :class:`NotAllowed`."""

    def act(locked: Case, deadline: Deadline, now: datetime) -> Deadline:
        if not deadline.kind.by_hand or deadline.code in met_by_decisions(locked):
            raise Refused(_("A decision on the case page meets this deadline."))
        if deadline.opens and now < deadline.opens:
            words = _("By %(rule)s this is not done before %(day)s.")
            raise Refused(words % {"rule": deadline.rests_on, "day": f"{timezone.localtime(deadline.opens):%d-%m-%Y}"})
        meet_deadline(deadline, now)
        return deadline

    _change(case, deadline, DeadlineChange.What.DONE, actor, reason, about, act)


def _as_seen(deadline: Deadline, revision: int) -> None:
    """A page that is sent twice changes a deadline once."""
    if deadline.changes.count() != revision:
        raise Refused(_("This has changed meanwhile. Look at the deadlines again."))


@transaction.atomic
def _change(
    case: Case,
    deadline: UUID | None,
    what: str,
    actor: Actor,
    reason: str,
    about: str,
    act: Callable[..., Deadline],
) -> None:
    """Lock the case, let `act` change the deadline, keep the sealed reason and record it. `act` gets the locked case,
    the pending deadline (None to start one) and the moment, and returns the changed deadline. Raises AskFirst."""
    case, key = opened_file(case, actor, "case.deadlines")
    reason_of(reason)
    pending = case.deadlines.pending().filter(id=deadline).first() if deadline else None
    if deadline and pending is None:
        raise Refused(_("This has changed meanwhile. Look at the deadlines again."))
    changed = act(case, pending, timezone.now())
    sealed = write_text(key, DEADLINE, reason.strip())
    DeadlineChange.objects.create(deadline=changed, what=what, made_by=actor.person, reason=sealed.id)
    ledger.record(case.id, _EVENTS[DeadlineChange.What(what)], actor=actor.person.id, deadline=changed.code)
    hear(case, reason, about, actor=actor)


def explained_changes(case: Case, actor: Actor) -> dict[UUID, list[ExplainedChange]]:
    """What was done with each deadline by hand, {deadline id: changes}, the oldest first. The caller has asked
    `may(actor, "case.file", case)`."""
    key = file_key(case, actor)
    sealed = sealed_by_id(case.id, Compartment.FILE, DEADLINE)
    changes: dict[UUID, list[ExplainedChange]] = {}
    for change in DeadlineChange.objects.filter(deadline__case=case).select_related("made_by"):
        changes.setdefault(change.deadline_id, []).append(
            ExplainedChange(change, read_text(key, sealed[change.reason]))
        )
    return changes
