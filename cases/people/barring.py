"""Who is kept out of a running case or of a signal: what they have in it ends, somebody else comes, and people say whether it concerns
them.

Access stops at once. Where others still handle the case, what somebody lost waits one working day for two people to look;
then, or at once where nobody else is left, it goes along the chain, and never back.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deadlines.running import start_deadlines
from cases.desk.access import give_access, take_away
from cases.desk.keys import locked_or_waiting
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import Case, HandOver
from cases.people.handover import (
    change_in_words,
    locked_assignment,
    pass_on,
    record_change,
    record_hand_over,
    recovery_of,
    succeed,
    successor,
    tell_moved,
    tell_of_successor,
)
from cases.people.words.said import Said
from cases.protocol.kinds.deadline_kinds import after
from jobs.outbox import enqueue
from organisations.access import bars
from organisations.access.bars import BESIDE, NOT_FREE, Suspended, change_suspension, suspended_in
from organisations.access.policy import Actor, may
from organisations.access.recusal import Circle, KeptOut, beside, rows_of_one
from organisations.models import HANDLING, Assignment, Person, Suspension
from reporting.complaints.readers import keep_apart
from reporting.dialogue.alarm import call_again
from reporting.dialogue.progress import tell
from reporting.events import ReportEvent
from reporting.form.persons.weighing import bar, bar_belonging, everybody_near
from reporting.job_kinds import ReportJob
from vault import ledger
from vault.compartments import Compartment, remove_reader

WATCH = "RETALIATION_CHECK"  # the deadline that begins when somebody lost a case that they had read
_READING = {"handler", "case_officer", "co_reader", "adviser"}
_READ_EVENTS = {
    ReportEvent.REPORT_SEEN,
    CaseEvent.EVIDENCE_OPENED,
    CaseEvent.EVIDENCE_ORIGINAL,
    CaseEvent.FOUND,
    CaseEvent.IDENTITY_SHOWN,
}
# Every other part quotes what somebody wrote. The overview says in `parts` which compartments it opened, if any.
_WORDLESS_PARTS = {"overview", "log", "protocol", "together"}


def _has_words(detail: Mapping[str, Any]) -> bool:
    return detail.get("part") not in _WORDLESS_PARTS or bool(detail.get("parts"))


@transaction.atomic
def end_parts(case: Case) -> None:
    """End whatever people who are kept out by now have in the case, in those that are decided together with it, and in what was
    told apart about them. `case` may be one that is not opened yet: of a signal."""
    _take_numbers(case)
    others = list(case.together().exclude(id=case.id))
    for other in others:
        _bar_alike(case, other)
    for handled in (case, *others):
        _end_parts_of(locked_or_waiting(handled.id))
        keep_apart(handled.report)


def _take_numbers(case: Case) -> None:
    """Who said to call the reporter has a key of the number, and no part in the case. The next on duty calls."""
    alarms = list(case.report.alarms.exclude(answered_by=None).select_related("report"))
    barred = bars.barred_among(case.id, {alarm.answered_by_id for alarm in alarms if alarm.answered_by_id}).everybody
    for alarm in alarms:
        if alarm.answered_by_id in barred:
            remove_reader(case.id, alarm.answered_by_id, Compartment.CALL)
            call_again(alarm)


def compare(case: Case, person: Person) -> None:
    """Ask recusal about somebody by everything that was said in the case so far, and keep them out if it says so, of the reports
    that belong to it too, in whichever order these are compared. `case` may be one that is not opened yet; a report that waits
    to be checked becomes none by it where they have no part in it."""
    if bars.is_barred(case.id, person.id):
        return
    bar(case.report, Said(case, recovery_of(case)).judged([person.id]), arrived=False)


def keep_out_beside(case: Case, person: UUID, *, said_by: UUID | None = None) -> None:
    """Somebody of the case was said to be concerned or not free: whoever is related to them, or called as they are, may be
    meant too, and is out until people look. So is that person of the reports that belong to this one. `said_by`: who of the case
    said it, who must not be the second person about any of them."""
    people = everybody_near(case.report, Circle(), [person])
    found = beside([person], people, people.people.keys())
    by = str(said_by or "")
    others = KeptOut(suspended=frozenset(found - bars.still_back(case.id, found)))
    bar(case.report, others, said_by=by, why=BESIDE)
    bar_belonging(case.report, KeptOut(suspended=frozenset([person])), said_by=by)


@transaction.atomic
def give_to_another(case: Case, assignment: UUID, *, rather_not: Collection[UUID]) -> HandOver:
    """Somebody else gets the assignment, by somebody who has no part in the case: the next in the chain, and one of
    `rather_not` only where nobody else is free. It is recorded as a handing over without who recorded it, and says nothing
    of why. Who had the assignment does not get the case back, nor does whoever is called as they are or related to them. The caller has judged who may. Raises
    Refused where a handler has no successor."""
    case, leaving = locked_assignment(case, assignment)
    source, before, person = recovery_of(case), case.organisation_id, leaving.person
    take_away(case, person, recused=True)
    keep_out_beside(case, person.id)  # before the successor is looked for: it may be the same human, or a relative
    comes = successor(case, leaving.relation, source, leaving=person.id, never=rather_not)
    comes = comes or successor(case, leaving.relation, source, leaving=person.id)
    if comes is None and leaving.relation == "handler":
        raise Refused(
            _("Nobody in the whole chain is free. Call the support centre for integrity before anything else.")
        )
    words = change_in_words(person.name, reason=_("The task was given to somebody else."))
    source = succeed(case, leaving.relation, comes, source, by=None)
    give_access(case)
    if leaving.relation == "handler":
        tell_of_successor(case, before)
    return record_hand_over(case, HandOver.Why.HANDED_OVER, leaving.relation, words, None, source)


def somebody_is_barred(case: UUID, other: UUID) -> bool:
    """Whether somebody with a part in `case` may not know of `other`."""
    people = list(Assignment.objects.running().filter(case=case).values_list("person", flat=True))
    return bool(bars.barred_among(other, people).everybody)


def _bar_alike(case: Case, other: Case) -> None:
    """Whoever is kept out of one of two cases that are handled together is kept out of both."""
    people = list(Assignment.objects.running().filter(case=other.id).values_list("person", flat=True))
    barred = bars.barred_among(case.id, people)
    bars.recuse(other.id, barred.recused)
    bars.suspend(other.id, other.report.organisation, bars.taken_over(case.id, barred.suspended))


def _end_parts_of(case: Case) -> None:
    running = list(Assignment.objects.running().filter(case=case.id).select_related("person", "organisation"))
    barred = bars.barred_among(case.id, [assignment.person_id for assignment in running])
    leaving = [assignment for assignment in running if assignment.person_id in barred.everybody]
    if leaving:
        stop(case, leaving, why=HandOver.Why.NAMED)


def stop(
    case: Case, leaving: list[Assignment], *, why: str, by: Person | None = None, reason: UUID | None = None
) -> None:
    """Take the case away from people who are barred from it, with these assignments of theirs. `why`: of HandOver;
    `reason`: the sealed text of the file that says why, if somebody wrote one."""
    read = {assignment.person_id: _has_read(case, assignment.person_id) for assignment in leaving}
    for person in {assignment.person_id: assignment.person for assignment in leaving}.values():
        take_away(case, person, by=by)
    handled = _is_handled(case)
    suspensions = {
        bytes(row.token): row for row in Suspension.objects.filter(case=case.id, state=Suspension.State.OPEN)
    }
    for assignment in leaving:
        row = suspensions.get(bars.token_of(case.id, assignment.person_id))
        if row and (handled or assignment.relation not in HANDLING):
            _wait(case, row, assignment)
        else:
            _replace(case, assignment.relation, assignment.person, why=why, by=by, reason=reason)
    if case.is_opened:  # nobody tells a reporter anything of a signal
        _tell(case, leaving, read)


def _wait(case: Case, row: Suspension, assignment: Assignment) -> None:
    """What somebody lost waits for two people to look, and no longer than one working day."""
    held = {
        "relation": assignment.relation,
        "capacity": assignment.capacity,
        "organisation": str(assignment.organisation_id),
    }
    suspended = suspended_in(row)
    change_suspension(row, held=(*suspended.held, held))
    if row.due is None:
        wait_for_answer(row)
    ledger.record(case.id, CaseEvent.STOPPED, person=str(assignment.person_id), why=suspended.why)


def wait_for_answer(row: Suspension) -> None:
    """People have one working day to say whether the case concerns somebody."""
    row.due = after(timezone.now(), 1, "workdays")
    row.save(update_fields=["due"])
    enqueue(CaseJob.AFTER_SILENCE, row.id, key=f"{CaseJob.AFTER_SILENCE}:{row.id}:{row.due:%Y%m%d%H%M}", due=row.due)


def _replace(
    case: Case, relation: str, person: Person, *, why: str, by: Person | None = None, reason: UUID | None = None
) -> None:
    """The next of the chain comes. Where nobody is left, two people of unrelated functions are alarmed. The file says who
    left in any case."""
    before = case.organisation_id
    source = pass_on(case, relation, recovery_of(case), leaving=person.id)
    if case.organisation_id != before:
        tell_moved(case)
    if source is None and relation in HANDLING and not _is_handled(case):
        enqueue(ReportJob.ALARM, case.report_id, key=f"{ReportJob.ALARM}:{case.id}:{timezone.now():%Y%m%d%H%M}")
    if not case.is_opened:
        return
    if reason:
        record_change(case, why, relation, reason, by)
    else:
        words = change_in_words(person.name, reason="" if source else _("Nobody else was free."))
        record_hand_over(case, why, relation, words, by, source or recovery_of(case))


def _is_handled(case: Case) -> bool:
    return Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING).exists()


def _tell(case: Case, leaving: Iterable[Assignment], read: dict[UUID, bool]) -> None:
    """The reporter hears at once that somebody lost the report, and whether they had read it. If so, people ask after a
    month whether the reporter is harmed."""
    lost = [assignment for assignment in leaving if assignment.relation in _READING]
    if not lost:
        return
    was_read = any(read[assignment.person_id] for assignment in lost)
    tell(case.report, "taken_over_read" if was_read else "taken_over_unread", on=timezone.localdate())
    if was_read:
        start_deadlines(case, [WATCH], timezone.now())


def _has_read(case: Case, person: UUID) -> bool:
    """Whether the ledger of the case says that the person opened words of it."""
    return any(
        entry.actor == person
        and (entry.action in _READ_EVENTS or (entry.action == CaseEvent.SEEN and _has_words(entry.detail)))
        for entry in ledger.entries(case.id)
    )


@transaction.atomic
def silence(row: Suspension) -> None:
    """Nobody looked in time: what the person lost goes along the chain. Who was said not to be free is out for good; said by
    somebody who reads nothing, only where nobody else could have answered, and else people are waited for again."""
    case = locked_or_waiting(row.case)
    row = Suspension.objects.select_for_update().get(id=row.id)
    if row.state == Suspension.State.ASKED:
        _after_asking(case, row, suspended_in(row))
    if row.state != Suspension.State.OPEN:
        return
    suspended = suspended_in(row)
    if suspended.why == NOT_FREE:
        bars.recuse(case.id, [UUID(suspended.person)])
        keep_out_beside(case, UUID(suspended.person), said_by=_who(suspended.said_by))
    pass_on_held(case, row, suspended)


def _after_asking(case: Case, row: Suspension, suspended: Suspended) -> None:
    person = UUID(suspended.person)
    every = Assignment.objects.running().filter(case=case.id, person=person).select_related("person", "organisation")
    if _can_be_answered(case, suspended):
        wait_for_answer(row)
    elif leaving := list(every):
        bars.recuse(case.id, [person])
        keep_out_beside(case, person, said_by=_who(suspended.said_by))
        stop(case, leaving, why=HandOver.Why.CONFLICT, reason=UUID(suspended.reason))
        end_parts(case)


def _who(said_by: str) -> UUID | None:
    return UUID(said_by) if said_by else None


def _can_be_answered(case: Case, suspended: Suspended) -> bool:
    """Whether somebody reads the case who can say whether the person is free."""
    return bool(who_can_answer(case, [UUID(one) for one in (suspended.person, suspended.said_by) if one]))


def who_can_answer(case: Case, never: Collection[UUID]) -> list[Person]:
    """Who reads the case with a key and can say whether it concerns somebody: other humans than `never`, by name. `case` may be
    one that is not opened yet."""
    parts = bars.not_barred(case.id, Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING))
    people = {part.person_id for part in parts}
    same = {who for one in never for who in rows_of_one(one, people)}
    action = "case.concerned" if case.is_opened else "signal.concerned"
    others = {
        part.person_id: part.person
        for part in parts
        if part.person_id not in same and may(Actor.at(part.person, part.organisation), action, case)
    }
    return sorted(others.values(), key=lambda person: person.name)


def pass_on_held(case: Case, row: Suspension, suspended: Suspended) -> None:
    """What somebody lost, and what waited until now, goes along the chain."""
    person = Person.objects.get(id=suspended.person)
    change_suspension(row, held=())
    Suspension.objects.filter(id=row.id).update(due=None)
    not_free = suspended.why == NOT_FREE
    why = HandOver.Why.CONFLICT if not_free else HandOver.Why.NAMED
    reason = UUID(suspended.reason) if not_free and suspended.reason else None  # else: why somebody would let them back
    for held in suspended.held:
        _replace(case, held["relation"], person, why=why, reason=reason)
