"""The pages of one case: overview, report, who may reach it, ledger."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.administration.adoption import offered
from cases.deadlines.running import start_waiting_deadlines
from cases.deciding.decisions import situation, who_in_words
from cases.desk.access import lead_of, visible_cases
from cases.desk.codes import case_codes
from cases.desk.page import CasePage, case_page
from cases.events import CaseEvent
from cases.identity.identity import known_as, waiting_for
from cases.models import Case, CaseDecision
from cases.people.concerned import is_asked
from cases.protocol.engine import Option, labels, options, state_of
from cases.protocol.regimes import regimes_of
from organisations.desk.notices import Notice, Notices
from organisations.models import HANDLING, Person
from reporting.dialogue.corrected import answers_now
from reporting.dialogue.progress import chain_of_reporter
from reporting.events import ReportEvent
from vault import ledger
from vault.compartments import Compartment, open_compartment
from vault.keys import NoKey


@dataclass(frozen=True)
class StepShown:
    title: str
    state: str  # done, now, next, skipped


DECIDED = Notices(other=Notice(gettext_lazy("Recorded. The case page shows what comes next.")))


@case_page("case.follow", part="overview", notices=DECIDED)
def overview(page: CasePage) -> HttpResponse:
    case, actor = page.case, page.actor
    reads, decides = page.may("case.read"), page.may("case.decide")
    codes = case_codes(case)
    now_is = situation(case, codes)
    every_option = options(case.protocol, now_is) if decides else []
    deadlines = list(case.deadlines.all())
    history = list(case.decisions.select_related("actor", "case").order_by("-sequence"))
    return page.show(
        "cases/file/overview.html",
        steps=_steps(case, history),
        **_choices(page, every_option, set(case.deadlines.running().values_list("code", flat=True))),
        tracks=[
            (track, track.states[state_of(case.protocol, now_is, name)], _of_track(every_option, name))
            for name, track in case.protocol.tracks.items()
        ],
        decides=decides,
        reads_file=page.may("case.file"),
        regimes=list(regimes_of(codes).values()) if reads else [],
        lead=lead_of(case, actor),
        joined=_joined(page),
        offered=offered(case) if decides else None,
        deadlines=deadlines,
        now=timezone.now(),
        asked_of_you=waiting_for(case, actor, page.standing) if reads else [],
        history=history,
        is_asked=page.may("case.note") and is_asked(case, actor),
    )


def _choices(page: CasePage, every_option: list[Option], asked_now: set[str]) -> dict[str, list]:
    """What this actor can do now, and what not yet or not they, each with the reason. Of the tracks, what a running
    deadline asks (`asked_now`: the codes of those deadlines)."""
    case = page.case
    words = labels(case.protocol)
    can: list[Option] = []
    can_also: list[Option] = []
    cannot: list[tuple[Option, str]] = []
    for option in every_option:
        if option.track and option.allowed and not asked_now & set(option.decision.meets):
            continue
        if option.elsewhere:
            continue
        if option.missing:
            first = ", ".join(words[act] for act in option.missing)
            cannot.append((option, _("First record: %(first)s.") % {"first": first}))
        elif option.waits_for:
            tracks = ", ".join(str(case.protocol.tracks[name].title) for name in option.waits_for)
            cannot.append((option, _("Waits for: %(tracks)s.") % {"tracks": tracks}))
        elif not page.standing.relations & set(option.decision.who):
            cannot.append((option, _("Decided by: %(who)s.") % {"who": who_in_words(option.decision)}))
        else:
            (can_also if option.anytime else can).append(option)
    can_also.sort(key=lambda option: not asked_now & set(option.decision.meets))  # what a deadline asks comes first
    return {"can": can, "can_also": can_also, "cannot": cannot}


def _joined(page: CasePage) -> list[Case]:
    """The cases that are decided here, as far as the actor may see them."""
    return list(visible_cases(page.actor).filter(joined_to=page.case).order_by("number"))


def _of_track(every_option: list[Option], track: str) -> list[Option]:
    return [option for option in every_option if option.track == track and option.allowed]


@case_page("case.read", tab="report")
def report(page: CasePage) -> HttpResponse:
    """The report. The ledger keeps which compartments of it were opened."""
    case, actor = page.case, page.actor
    given = {}
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            key = open_compartment(case.id, compartment, actor.organisation.id, actor.person.id)
        except NoKey:
            continue
        given[compartment.value] = answers_now(case.report, key)
    if page.standing.relations & HANDLING:
        start_waiting_deadlines(case)
    ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts=",".join(sorted(given)))
    return page.show(
        "cases/file/report.html",
        given=given,
        known_as=known_as(case),
        changes_kind=page.may("case.file") and case.is_open,
    )


@case_page("case.read", tab="log", part="log")
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
    rows = [(entry, names.get(entry.actor, ""), words.get(entry.action, entry.action)) for entry in shown]
    return page.show("cases/file/log.html", rows=rows, intact=not any(ledger.verify(chain) for chain in chains))


def _steps(case: Case, history: list[CaseDecision]) -> list[StepShown]:
    """The usual way with where the case is; a step that was passed by is skipped, not done."""
    path = case.protocol.path
    visited = {made.phase for made in history} | {made.following for made in history}
    at = case.phase if case.phase in path else case.previous_phase
    here = path.index(at) if at in path else len(path)
    shown = []
    for number, name in enumerate(path):
        if not case.is_open:
            state = "done" if name in visited else "skipped"
        elif number == here:
            state = "now"
        elif number < here:
            state = "done" if name in visited else "skipped"
        else:
            state = "next"
        shown.append(StepShown(str(case.protocol.phases[name].title), state))
    return shown
