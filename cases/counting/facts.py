"""What of a case is counted, and when: its report, its outcome, and each of its deadlines that fell due.

The report is counted by a job some days after it was registered, so that what is found out until then counts, and dated by
its registration. A deadline counts when it falls due, met or missed; a job looks at it then. It never counts earlier than
the report of its case, and nothing counts in a quarter of which an edition may stand: what is found out later counts in the
quarter in which it is found out.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from cases.desk.codes import case_codes
from cases.desk.keys import locked_cases
from cases.job_kinds import CaseJob
from cases.models import Case, Deadline, DeadlineQuerySet
from cases.protocol.kinds.deadline_kinds import beginning_of
from jobs.models import Job
from jobs.outbox import enqueue, job
from organisations.codes import code_list
from reporting.codes import lead_time_of
from reporting.counting.corrections import STILL_OPEN, correct, facts_of, follow, is_still_open, now_counted
from reporting.counting.facts import NewFact, counted_codes, counted_in, leave_fact, leave_facts, populations, quarter
from reporting.models import Fact

LATER_ANSWERS = timedelta(days=14)  # after the registration: until then other codes and another kind count


def count_report(case: Case, codes: dict[str, str], now: datetime) -> None:
    """An officer registers the report: promise that it is counted, dated by this day. The caller saves the case. A case
    that becomes one of another kind and is registered again keeps its first day. `codes` is {code list: code}; raises
    CannotCount for one that could not be counted."""
    counted_codes("reports", case.report.organisation.kind, codes)
    if case.registered_on is None:
        case.registered_on = timezone.localdate(now)
        enqueue(CaseJob.COUNT_REPORT, case.id, due=beginning_of(counts_on(case.registered_on)))


def counts_on(registered_on: date) -> date:
    """The day on which a report is counted that was registered on this day: when the time for later answers is over, and
    at the latest when its quarter is. An edition of the quarter is built after that day, at the earliest."""
    later = registered_on + LATER_ANSWERS
    first = date(registered_on.year, (registered_on.month - 1) // 3 * 3 + 1, 1)
    after_quarter = (first + timedelta(days=93)).replace(day=1)
    return min(later, after_quarter)


def leave_report(case: Case, now: datetime) -> None:
    """Leave the fact of a registered report as it is known now, once, and of the deadlines that fell due since. A worker that
    comes too late for an edition of its quarter dates it later."""
    if case.registered_on is None or not case.is_counted:
        return
    period = max(quarter(case.registered_on), quarter(timezone.localdate(now) - STILL_OPEN))
    leave_fact(NewFact(_registered(case), "reports", case.report.organisation_id, period, case_codes(case)))
    count_deadlines(case, case.deadlines.all(), now)


@job(CaseJob.COUNT_REPORT)
def count_registered(work: Job) -> None:
    """The job of a registered report, on the day of :func:`counts_on`. It begins with the day and not at the moment at
    which somebody registered, so that the facts of a day come together and in no order."""
    case = Case.objects.select_for_update(of=("self",)).select_related("report").filter(id=work.aim).first()
    if case:
        leave_report(case, timezone.now())


def count_outcome(case: Case, codes: dict[str, str], now: datetime) -> None:
    """Count the outcome when a decision ends the case, and its report first: nothing of it changes any more. A case whose
    report was never registered has no outcome in the figures."""
    if not case.is_counted or not is_registered(case):
        return
    leave_report(case, now)
    day = timezone.localdate(now)
    ended = {
        "path": codes.get("path", "not_investigated"),
        "lead_time": _lead_time(case, day),
        "handled_by": "own_organisation" if case.organisation_id == case.report.organisation_id else "elsewhere",
    }
    leave_fact(NewFact(_closed(case), "outcomes", case.report.organisation_id, quarter(day), codes | ended))
    _follow_corrections(case, [("outcomes", _closed(case))])


def count_as_another_kind(case: Case, before: dict[str, str], now: datetime) -> None:
    """The case becomes one of another kind. `before` is {code list: code}.

    Before its report was counted nothing has to be done: it will count as what it is then. Afterwards the figures keep it
    as it was: its outcome counts as `referred`, and the case leaves no facts any more.
    """
    facts = facts_of_case(case)
    if not facts:
        return
    if now_counted(facts[0]) is not None:
        count_outcome(case, before | {"outcome": "referred"}, now)
    case.is_counted = False


def count_deadlines(case: Case, deadlines: DeadlineQuerySet, now: datetime) -> None:
    """Count those of these deadlines that fell due. Nothing of a case counts before its report does."""
    if not case.is_counted:
        return
    fallen = _counted(case, deadlines, now)
    registered = counted_in("reports", _registered(case)) if fallen else None
    if registered is None:
        return
    codes, open_since = case_codes(case), timezone.localdate(now) - STILL_OPEN
    leave_facts(
        NewFact(
            _event(case, deadline),
            "clocks",
            case.report.organisation_id,
            max(registered, quarter(max(deadline.fell_due_on, open_since))),
            codes | {"clock": deadline.kind.group, "met": "missed" if deadline.came_late(now) else "met"},
        )
        for deadline in fallen
    )
    _follow_corrections(case, [("clocks", _event(case, deadline)) for deadline in fallen])


def count_as_met(case: Case, deadline: Deadline, now: datetime) -> None:
    """It was recorded only now that a deadline was met in time. Where the figures count it as missed this is put right
    while its quarter is open; afterwards they say what was known then, since a revision proves nothing with it."""
    of_group = [one for one in _counted(case, case.deadlines.all(), now) if one.kind.group == deadline.kind.group]
    if not of_group or of_group[0] != deadline:  # of each sort the first that falls due counts
        return
    for fact in facts_of([("clocks", _event(case, deadline))]):
        there, today = now_counted(fact), timezone.localdate(now)
        if there and is_still_open(fact, today):
            correct(fact, there.codes | {"met": "met"}, today)


def _counted(case: Case, deadlines: DeadlineQuerySet, now: datetime) -> list[Deadline]:
    """Those of these deadlines that fell due and can count, the first one first. A case of another kind keeps what it met
    before, where that kind can have it."""
    possible = populations()["clocks"].possible("clock", case.kind)
    fallen = [one for one in deadlines.fell_due(now) if one.counts and one.kind.counted and one.kind.group in possible]
    return sorted(fallen, key=lambda one: (one.due or one.met_at or now, one.code))


def facts_of_case(case: Case) -> list[Fact]:
    """Everything that is counted of a case, its report first; empty before its report is counted."""
    deadlines = [("clocks", f"deadline:{case.id}:{code.id}") for code in code_list("clock").leaves]
    facts = facts_of([("reports", _registered(case)), ("outcomes", _closed(case)), *deadlines])
    return sorted(facts, key=lambda fact: list(populations()).index(fact.population))


def _follow_corrections(case: Case, events: list[tuple[str, str]]) -> None:
    """Correct facts that are counted later in the way the report was corrected: an error in the report is an error in
    each of them."""
    [report] = facts_of([("reports", _registered(case))])
    if report.corrections.all():
        for fact in facts_of(events):
            follow(report, fact)


@job(CaseJob.COUNT_DEADLINE)
def count_deadline(work: Job) -> None:
    """The job of a deadline at its due moment. A deadline that was waived or rests does not count; one that was moved
    has another job."""
    case = locked_cases().filter(deadlines=work.aim).first()  # locked: no decision is half way
    if case:
        count_deadlines(case, case.deadlines.filter(id=work.aim), timezone.now())


def is_registered(case: Case) -> bool:
    """Whether the report of the case was registered, so that the figures count it or will."""
    return case.registered_on is not None


def _registered(case: Case) -> str:
    return f"registered:{case.id}"


def _closed(case: Case) -> str:
    return f"closed:{case.id}"


def _event(case: Case, deadline: Deadline) -> str:
    """The name of the event that a deadline is in the figures. Each kind of deadline counts once for a case, however
    often it runs: the first one that falls due. The proof of the figures relies on it (`links` in
    monitor/rules/tables.yaml)."""
    return f"deadline:{case.id}:{deadline.kind.group}"


def _lead_time(case: Case, day: date) -> str:
    return lead_time_of((day - (case.registered_on or case.started_on)).days)
