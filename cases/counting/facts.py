"""What of a case is counted, and when: its report, its outcome, and each of its deadlines that fell due.

A deadline counts when it falls due, met or missed; a job looks at it then. It never counts earlier than the report of
its case, and never in a quarter of which an edition may stand: what is found out later counts in the quarter in which
it is found out.
"""

from datetime import date, datetime

from django.utils import timezone

from cases.desk.codes import case_codes
from cases.desk.keys import locked_cases
from cases.job_kinds import CaseJob
from cases.models import Case, Deadline, DeadlineQuerySet
from cases.protocol.installed import defaults
from jobs.models import Job
from jobs.outbox import job
from organisations.codes import code_list
from reporting.codes import lead_time_of
from reporting.counting.corrections import STILL_OPEN, correct, facts_of, follow, is_still_open, now_counted
from reporting.counting.facts import NewFact, counted_in, leave_fact, leave_facts, populations, quarter
from reporting.models import Fact


def count_report(case: Case, codes: dict[str, str], now: datetime) -> None:
    """Count the report of a case when an officer registers it. `codes` is {code list: code}. Deadlines that fell due
    before count from now on, dated now."""
    if not case.is_counted:
        return
    day = timezone.localdate(now)
    leave_fact(NewFact(_registered(case), "reports", case.report.organisation_id, quarter(day), codes))
    count_deadlines(case, case.deadlines.all(), now)


def count_outcome(case: Case, codes: dict[str, str], now: datetime) -> None:
    """Count the outcome when a decision ends the case. A case whose report was never registered has no outcome in the
    figures."""
    if not case.is_counted or not is_registered(case):
        return
    day = timezone.localdate(now)
    ended = {
        "path": codes.get("path", "not_investigated"),
        "lead_time": _lead_time(case, day),
        "handled_by": "own_organisation" if case.organisation_id == case.report.organisation_id else "elsewhere",
    }
    leave_fact(NewFact(_closed(case), "outcomes", case.report.organisation_id, quarter(day), codes | ended))
    _follow_corrections(case, [("outcomes", _closed(case))])


def count_as_another_kind(case: Case, before: dict[str, str], after: dict[str, str], now: datetime) -> None:
    """The case becomes one of another kind. `before` and `after` are {code list: code}.

    While every quarter in which something of it was counted is open, that is taken back, and the report counts anew in
    the quarter of its registration. Afterwards the figures keep it as it was: its outcome counts as `referred`, and the
    case leaves no facts any more.
    """
    facts, today = facts_of_case(case), timezone.localdate(now)
    if not facts or not case.is_counted:
        return
    report = facts[0]
    if now_counted(report) is None:
        case.is_counted = False
    elif all(is_still_open(fact, today) for fact in facts):
        for fact in facts:
            correct(fact, None, today)
        case.counted_anew += 1
        leave_fact(NewFact(_registered(case), "reports", case.report.organisation_id, report.period, after))
    else:
        count_outcome(case, before | {"outcome": "referred"}, now)
        case.is_counted = False


def count_deadlines(case: Case, deadlines: DeadlineQuerySet, now: datetime) -> None:
    """Count those of these deadlines that fell due. Nothing of a case counts before its report does."""
    possible = populations()["clocks"].possible("clock", case.kind)  # a case of another kind keeps what it met before
    fallen = [one for one in deadlines.fell_due(now) if one.kind.counted and one.kind.group in possible]
    if not case.is_counted:
        return
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
            codes | {"clock": deadline.kind.group, "met": "missed" if deadline.is_missed(now) else "met"},
        )
        for deadline in fallen
    )
    _follow_corrections(case, [("clocks", _event(case, deadline)) for deadline in fallen])


def facts_of_case(case: Case) -> list[Fact]:
    """Everything that is counted of a case, its report first; empty before the report is registered."""
    deadlines = [("clocks", f"deadline:{_name(case)}:{code.id}") for code in code_list("clock").leaves]
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
    """Whether the report of the case counts in the figures."""
    return counted_in("reports", _registered(case)) is not None


def _registered(case: Case) -> str:
    return f"registered:{_name(case)}"


def _closed(case: Case) -> str:
    return f"closed:{_name(case)}"


def _event(case: Case, deadline: Deadline) -> str:
    """The name of the event that a deadline is in the figures. Each kind of deadline counts once for a case, however
    often it runs: the first one that falls due. The proof of the figures relies on it (`links` in
    monitor/rules/tables.yaml)."""
    return f"deadline:{_name(case)}:{deadline.kind.group}"


def _name(case: Case) -> str:
    """The name of the case in its events: another one each time it counts anew."""
    return f"{case.id}:{case.counted_anew}" if case.counted_anew else str(case.id)


def _lead_time(case: Case, day: date) -> str:
    protocols = [case.protocol, *(defaults().values() if case.counted_anew else ())]
    every = (rule for one in protocols for rule in one.every_decision())
    registering = [code for code, decision in every if decision.counts == "report"]
    registration = case.decisions.filter(code__in=registering).order_by("sequence").first()
    since = timezone.localdate(registration.made_at) if registration else case.started_on
    return lead_time_of((day - since).days)
