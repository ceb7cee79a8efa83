"""Asking recusal again whenever something arrives in a report that may name somebody who could come to know of it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.utils import timezone

from jobs.outbox import enqueue
from organisations.access import bars
from organisations.access.bars import NAMED, Suspended
from organisations.access.failing_closed import failing_closed
from organisations.access.recusal import Circle, KeptOut, Near, beside, keep_out, near
from organisations.access.routing import reachable, watching
from organisations.models import Assignment
from organisations.people.relations import newly_declared
from reporting.belonging import belonging
from reporting.dialogue.alarm import called_by_alarm
from reporting.job_kinds import ReportJob
from reporting.models import Report
from reporting.moments import may_leave


def weigh(report: Report, said: Circle, *, writer: UUID | None = None, together: Collection[UUID] = ()) -> KeptOut:
    """Keep out whom `said`, which has just arrived, is or may be about, and promise that their part in the case ends.

    From this moment on they reach nothing of the case; a worker then takes their keys and lets the chain go on: of an
    anonymous report in the next slot of the mail, since the trace of it would tell when the reporter wrote. In the
    caller's transaction, before anybody can read what arrived. Raises :class:`~organisations.access.failing_closed.CannotWeigh`.

    `writer`: who of the case wrote it, if it was no reporter. They are not meant by it, and nobody expels a colleague alone:
    see :func:`keep_out_of`. `together`: the cases that are decided together with it, which lose the same people.
    """
    with failing_closed():
        kept_out = keep_out(replace(said, earlier=None), everybody_near(report, said))
    if writer is None:
        return bar(report, kept_out, due=may_leave(report))
    by_writer = _until_a_second_says_so({report.case, *together}, kept_out)
    return bar(report, KeptOut(by_writer.recused - {writer}, by_writer.suspended - {writer}), said_by=str(writer))


def _until_a_second_says_so(cases: Collection[UUID], kept_out: KeptOut) -> KeptOut:
    """The same, where one person of a case says it: whoever has or ever had a part in one of the cases, or is out of one until
    people look, is no more than suspended, however sure the words are. Who is out for good stays so."""
    parts = Assignment.objects.filter(case__in=cases, person__in=list(kept_out.recused))
    colleagues = set(parts.values_list("person", flat=True)) if kept_out.recused else set()
    before = [bars.barred_among(case, kept_out.recused) for case in cases] if kept_out.recused else []
    colleagues = colleagues.union(*(barred.suspended for barred in before))
    colleagues = colleagues.difference(*(barred.recused for barred in before))
    return KeptOut(kept_out.recused - colleagues, kept_out.suspended | colleagues, kept_out.mentioned)


def judge_people(
    report: Report, said: Circle, people: Collection[UUID], everybody: Near | None = None, *, all_watch: bool = False
) -> KeptOut:
    """What recusal says of people who may only now come to know of the report, by everything that was said before. Words of which
    their writer said that they only mention somebody do not count for that person, and whom two people let back is out only
    by what is sure, or by a relation that was declared since. `everybody`: of :func:`everybody_near`, where it was asked already.
    `all_watch`: they come to know of reports whatever their function, so being mentioned counts for them. What the taker of a
    report said frees nobody any more who declared to be related to them since, or to whom they did. Writes nothing.

    Whoever is related to somebody who is out already, or is called so, may be meant too, whatever the other is out for. Whoever is
    out of a report that belongs to this one is out of this one. Raises :class:`CannotWeigh`.
    """
    wanted = frozenset(people)
    with failing_closed():
        if everybody is None or not wanted <= everybody.people.keys():
            everybody = everybody_near(report, said, people)
        watched = replace(everybody, watchers=everybody.watchers | wanted) if all_watch else everybody
        kept_out = keep_out(replace(said, only_mentioned=bars.mentioned_in(report.case)), watched)
        related = beside(bars.barred_among(report.case, everybody.people).everybody, everybody, wanted)
        elsewhere = [bars.barred_among(other.case, wanted) for other in belonging(report)]
    back = bars.lifted_among(report.case, wanted)
    related = related | (again := related_since(report, said, back, everybody))
    back -= again
    recused = (kept_out.recused & wanted) | (frozenset().union(*(barred.recused for barred in elsewhere)) - back)
    suspended = ((kept_out.suspended | related) & wanted).union(*(barred.suspended for barred in elsewhere))
    return KeptOut(recused, suspended - recused - back)


@failing_closed()
def related_since(report: Report, said: Circle, back: Collection[UUID], everybody: Near) -> set[UUID]:
    """Whom of those whom two people let back a relation keeps out that was declared after that: to whoever is or may be meant by
    what was said, or is out. Raises :class:`CannotWeigh`."""
    then = bars.declared_then(report.case, back) if back else {}
    if not then or not newly_declared(then):
        return set()
    meant = keep_out(said, replace(everybody, watchers=frozenset(everybody.people))).everybody
    elsewhere = [bars.barred_among(other.case, everybody.people).everybody for other in belonging(report)]
    others = meant.union(bars.barred_among(report.case, everybody.people).everybody, *elsewhere)
    return newly_declared(then, others)


def bar(
    report: Report,
    kept_out: KeptOut,
    *,
    said_by: str = "",
    why: str = NAMED,
    due: datetime | None = None,
    arrived: bool = True,
) -> KeptOut:
    """Write who is kept out of this report and of those that belong to it, and promise that whatever they have in the cases
    ends. Returns who was not kept out of this one before. `said_by` and `why` as for :func:`keep_out_of`. `due`: of
    :class:`jobs.outbox.Promise`. `arrived`: somebody has just written it, so a report in the lane to check comes from no machine
    and becomes a case; without it the report stays there where none of these people has a part."""
    new = keep_out_of(report, kept_out, said_by=said_by, why=why)
    if new.everybody and (arrived or _ends_something(report, new)):
        promise_end(report, due)
    bar_belonging(report, kept_out, said_by=said_by, why=why, due=due)
    return new


def bar_belonging(
    report: Report, kept_out: KeptOut, *, said_by: str = "", why: str = NAMED, due: datetime | None = None
) -> None:
    """The same for the reports that belong to this one (reporting/belonging.py): they are about the same. Whom people let back there
    stays, unless it is sure whom this one is about."""
    for other in belonging(report) if kept_out.everybody else ():
        back = bars.still_back(other.case, kept_out.suspended)
        there = KeptOut(kept_out.recused, kept_out.suspended - back)
        new = keep_out_of(other, there, said_by=said_by, why=why)
        if new.everybody and _ends_something(other, new):
            promise_end(other, due)


def _ends_something(report: Report, out: KeptOut) -> bool:
    """Whether these people can have anything in the case, or in what was told apart about it: in a report that is not judged yet
    only what was given to them."""
    names = [report.case, *report.complaints.values_list("id", flat=True)]
    held = Assignment.objects.running().filter(case__in=names, person__in=list(out.everybody))
    return report.lane == Report.Lane.NORMAL or held.exists()


def bar_alike(report: Report, *, said_by: str) -> None:
    """The report came to belong to others, because somebody of the case, `said_by`, linked them: whoever is kept out of one is
    kept out of all, and what they have there ends. Raises :class:`CannotWeigh`."""
    group = [report, *belonging(report)]
    with failing_closed():
        parts = Assignment.objects.filter(case__in=[one.case for one in group]).values_list("person", flat=True)
        people = set(parts).union(*(everybody_near(one, Circle()).people for one in group))
        barred = {one.case: bars.barred_among(one.case, people) for one in group}
        for one in group:
            for there in (other for other in group if other != one):
                _bar_as_in(there, one, barred[there.case], said_by)


def _bar_as_in(there: Report, here: Report, barred: bars.Barred, said_by: str) -> None:
    """Keep whoever is out of one report out of the other one, in which whoever brought it about is not the second person."""
    suspended = barred.suspended - bars.still_back(here.case, barred.suspended)
    out = [(KeptOut(recused=barred.recused), said_by, NAMED)]
    for one in bars.taken_over(there.case, suspended):
        out.append((KeptOut(suspended=frozenset([UUID(one.person)])), one.said_by, one.why))
    new = [keep_out_of(here, kept_out, said_by=by, why=why).everybody for kept_out, by, why in out]
    if _ends_something(here, KeptOut(suspended=frozenset().union(*new))):
        promise_end(here, may_leave(here))


def promise_end(report: Report, due: datetime | None = None) -> None:
    """Promise that whatever people who are kept out have in the case ends: a worker ends it. `due`: of
    :class:`jobs.outbox.Promise`."""
    enqueue(ReportJob.END_PARTS, report.case, key=f"{ReportJob.END_PARTS}:{uuid4()}", due=due)


@failing_closed()
def keep_out_of(report: Report, kept_out: KeptOut, *, said_by: str = "", why: str = NAMED) -> KeptOut:
    """The same for people who have no part in the case yet: nothing is promised. `said_by`: the identifier of who of the case
    brought it about. Nobody expels a colleague alone: whoever has or ever had a part in it is then out until somebody else says
    that it concerns them. `why`: of :class:`Suspended`. Raises :class:`CannotWeigh`."""
    if said_by:
        kept_out = _until_a_second_says_so([report.case], kept_out)
    before = bars.barred_among(report.case, kept_out.everybody | kept_out.mentioned.keys())
    bars.recuse(report.case, kept_out.recused)
    suspended = (Suspended(str(person), why, said_by=said_by) for person in kept_out.suspended)
    bars.suspend(report.case, report.organisation, suspended)
    mentioned = {who: marks for who, marks in kept_out.mentioned.items() if who not in before.everybody}
    bars.keep_mentioned(report.case, report.organisation, mentioned)
    return KeptOut(kept_out.recused - before.recused, kept_out.suspended - before.everybody)


def everybody_near(report: Report, said: Circle, people: Collection[UUID] = ()) -> Near:
    """Who could come to know of the report or has a part in it (a case that moved is worked by others than its row says),
    with `people` and whom it is about. Being mentioned counts for whoever has a part in it or was called by an alarm, whatever
    they are at work."""
    places = reachable(report.organisation, said, report.kind)
    inside = set(Assignment.objects.running().filter(case=report.case).values_list("person", flat=True))
    knowing = inside | set(called_by_alarm(report))
    wanted = {*people, *said.chosen, *knowing}
    found = near(
        report.organisation, filter(None, (*places, report.handled_by)), watching(), timezone.localdate(), wanted
    )
    return replace(found, watchers=found.watchers | knowing)
