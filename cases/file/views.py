"""The pages of one case: overview, report, who may reach it, ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone

from cases.administration.adoption import offered
from cases.deadlines.running import bring_hours_forward
from cases.deciding.asking.arranging import asks_on
from cases.deciding.asking.asks import CaseAsks
from cases.deciding.foreseeing.consequences import done_in_words
from cases.deciding.judging import situation
from cases.deciding.proposals import fell_through
from cases.deciding.records.ended import ending_of
from cases.desk.access import lead_of, visible_cases
from cases.desk.codes import case_codes
from cases.desk.keys import key_of
from cases.desk.page import CasePage, case_page
from cases.desk.refusals import NotAllowed
from cases.events import CaseEvent
from cases.file.seen_pages import seen_in_words
from cases.file.summary import Summary, summary_of
from cases.identity.identity import known_as, waiting_for
from cases.identity.shown import may_be_shown, name_for, request_of_page
from cases.measures.measures import amiss_in
from cases.models import Case, CaseDecision, IdentityRequest, Proposal
from cases.people.concerned import is_asked
from cases.protocol.engine import state_of
from cases.protocol.regimes import regimes_of
from organisations.desk.notices import Notice, code_of
from organisations.models import HANDLING, Person
from reporting.dialogue.corrected import answers_now
from reporting.dialogue.progress import chain_of_reporter
from reporting.events import ReportEvent
from vault import ledger
from vault.compartments import Compartment


@dataclass(frozen=True)
class StepShown:
    title: str
    state: str  # over, now, next, skipped
    ended_by: str = ""  # of one that is over: the words of the decision with which the case left it


LOG_SHOWN = 50  # rows of the log that stand open; the earlier ones are folded
# What can still be done in a closed case: the name of its page, and what that asks.
STILL = {
    "messages": "case.talk",
    "documents": "case.documents",
    "add_file": "case.add_file",
    "exports": "case.export",
    "counted": "case.correct",
}


@case_page("case.follow")
def overview(page: CasePage) -> HttpResponse:
    """What the case asks now and of whom, with at the top who was hurt, by whom and how bad, for who reads the case."""
    case, actor, standing = page.case, page.actor, page.standing
    reads, decides = page.may("case.read"), page.may("case.decide")
    history = list(case.decisions.select_related("actor", "case").order_by("-sequence"))
    requests = list(case.identity_requests.select_related("asked_by")) if reads else []
    with_name = may_be_shown(case, actor, standing, requests)
    # Before the codes: the key of the organisation, by which they are opened, comes along with that of the reader.
    summary = summary_of(case, actor, standing, with_name=with_name, history=history) if reads else None
    codes = case_codes(case)
    now_is = situation(case, codes)
    deadlines = list(case.deadlines.with_running())
    running = [deadline for deadline in deadlines if deadline.asks_now]
    own = fell_through(actor.person.id).values("id")
    rows = case.proposals.filter(Q(state=Proposal.State.ASKED) | Q(id__in=own))
    proposals = list(rows.select_related("asked_by", "answered_by", "case"))
    waiting = [row for row in proposals if row.state == Proposal.State.ASKED]
    amiss = amiss_in(case) if now_is.measure_runs and page.may("case.file") else []
    asks = asks_on(page, now_is=now_is, running=running, waiting=waiting)
    for_you = waiting_for(case, actor, standing, requests)
    if reads and standing.relations & HANDLING:
        mark_read(case)
    _record(page, requests if with_name else None, summary)
    return page.show(
        "cases/file/overview.html",
        steps=_steps(case, history),
        asks=asks,
        amiss=amiss,
        notice=_done_just_now(page, history, asks),
        fell_through=[row for row in proposals if row not in waiting] if decides else [],
        summary=summary,
        with_name=with_name,
        tracks=[
            (track, track.states[state_of(case.protocol, now_is, name)]) for name, track in case.protocol.tracks.items()
        ],
        decides=decides,
        reads_file=page.may("case.file"),
        adds_file=page.may("case.add_file"),
        changes_deadlines=page.may("case.deadlines"),
        regimes=list(regimes_of(codes).values()) if reads else [],
        lead=lead_of(case, actor),
        joined=_joined(page),
        offered=offered(case) if decides else None,
        running=[
            (one, asks.notes.get(one.id, "")) for one in sorted(running, key=lambda one: not one.begins_by_reading)
        ],
        over=[deadline for deadline in deadlines if not deadline.asks_now],
        now=timezone.now(),
        names_asked=[request for request in for_you if request.state == IdentityRequest.State.ASKED],
        names_shown=[request for request in for_you if request.state == IdentityRequest.State.OPEN],
        history=history,
        is_asked=page.may("case.concerned") and is_asked(case, actor),
        still={name: page.may(action) for name, action in STILL.items()} if not case.is_open else {},
        ending=ending_of(case) if page.may("case.file") and not case.is_open else None,
    )


def mark_read(case: Case) -> None:
    """Somebody who handles the case read of it, so that it is not new any more."""
    if case.read_on is None:
        Case.objects.filter(id=case.id, read_on=None).update(read_on=timezone.localdate())


def _done_just_now(page: CasePage, history: list[CaseDecision], asks: CaseAsks) -> Notice | None:
    """What this actor decided or agreed to just now, with its proof, and what comes next. None where that is not so."""
    done = next((made for made in history if str(made.sequence) == code_of(page.request)), None)
    if done is None or page.actor.person.id not in {done.actor_id, done.agreed_by_id}:
        return None
    return Notice(done_in_words(done, by=page.actor.person), then=asks.turn.sentence)


def _record(page: CasePage, requests: list[IdentityRequest] | None, summary: Summary | None) -> None:
    """One event for the view. `requests` (of the case) where the page shows who reported: then a second person looks at it
    afterwards."""
    parts: dict[str, Any] = {"parts": ",".join(summary.opened)} if summary else {}
    if requests is None:
        page.seen = {"part": "overview", **parts}
        page.record_view()
        return
    request = request_of_page(page.case, page.actor, requests)
    ledger.record(page.case.id, CaseEvent.IDENTITY_SHOWN, actor=page.actor.person.id, request=str(request), **parts)


def _joined(page: CasePage) -> list[Case]:
    """The cases that are decided here, as far as the actor may see them."""
    if not page.counts.leads:
        return []
    return list(visible_cases(page.actor).filter(joined_to=page.case).order_by("number"))


@case_page("case.read", tab="report")
def report(page: CasePage) -> HttpResponse:
    """The report. The ledger keeps which compartments of it were opened."""
    case, actor = page.case, page.actor
    given = {}
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            key = key_of(case, compartment, actor)
        except NotAllowed:
            continue
        given[compartment.value] = answers_now(case.report, key)
    if page.standing.relations & HANDLING:
        bring_hours_forward(case)
        mark_read(case)
    ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts=",".join(sorted(given)))
    return page.show(
        "cases/file/report.html",
        given=given,
        known_as=known_as(case),
        name=name_for(case, actor, page.standing),
        changes_kind=page.may("case.file") and case.is_open,
    )


@case_page("case.read", tab="log", shows="log")
def log(page: CasePage) -> HttpResponse:
    case = page.case
    page.record_view()  # before the events are read, so that the page shows itself
    entries = ledger.entries(case.id)[::-1]
    names: dict[UUID | None, str] = dict(
        Person.objects.filter(id__in={entry.actor for entry in entries if entry.actor}).values_list("id", "name")
    )
    chains = {case.id, chain_of_reporter(case.report)}  # of an anonymous reporter: never between the moments of staff
    for apart in chains - {case.id}:
        entries += ledger.entries(apart)[::-1]
    words = ledger.labels()
    own = str(page.actor.person.id)
    shown = [
        entry
        for entry in entries
        if not (entry.action == CaseEvent.NOT_FREE_ASKED and entry.detail.get("person") == own)
    ]
    rows = [(entry, names.get(entry.actor, ""), _of_entry(entry, words)) for entry in shown]
    return page.show(
        "cases/file/log.html",
        rows=rows[:LOG_SHOWN],
        earlier=rows[LOG_SHOWN:],
        intact=not any(ledger.verify(chain) for chain in chains),
    )


def _of_entry(entry: ledger.Entry, words: Mapping[str, str]) -> str:
    """What an event of the log is, in words; of a look at a page also which."""
    said = words.get(entry.action, entry.action)
    return seen_in_words(str(entry.detail.get("part", "")), said) if entry.action == CaseEvent.SEEN else said


def _steps(case: Case, history: list[CaseDecision]) -> list[StepShown]:
    """The usual way with where the case is. A step that is over says by which decision it ended, since a decision can also say
    that nothing was needed; one that was passed by is skipped. `history`: the newest first."""
    path = case.protocol.path
    of_phases = [made for made in history if not made.track]
    visited = {made.phase for made in of_phases} | {made.following for made in of_phases}
    left: dict[str, str] = {}
    for made in of_phases:
        if made.phase != made.following and not _goes_back(case, made):
            left.setdefault(made.phase, made.label)
    at = case.phase if case.phase in path else case.previous_phase
    here = path.index(at) if at in path else len(path)
    shown = []
    for number, name in enumerate(path):
        if case.is_open and number == here:
            state = "now"
        elif case.is_open and number > here:
            state = "next"
        else:
            state = "over" if name in visited else "skipped"
        shown.append(
            StepShown(str(case.protocol.phases[name].title), state, left.get(name, "") if state == "over" else "")
        )
    return shown


def _goes_back(case: Case, made: CaseDecision) -> bool:
    """Whether the case left a step only for a while, to come back to it."""
    aside = case.protocol.phases.get(made.following)
    return aside is not None and aside.aside and not aside.final
