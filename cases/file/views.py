"""The pages of one case: overview, report, decisions, who may reach it, ledger."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.administration.adoption import offered
from cases.deadlines.running import start_waiting_deadlines
from cases.deciding.decisions import acts_as, situation, who_in_words
from cases.desk.access import lead_of, visible_cases
from cases.desk.codes import case_codes
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.identity.identity import known_as, waiting_for
from cases.models import Case
from cases.protocol.engine import Option, labels, options, state_of
from cases.protocol.regimes import regimes_of
from organisations.access.policy import Actor, may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.models import HANDLING, Assignment, Person
from reporting.dialogue.progress import chain_of_reporter
from reporting.questions.reading import answers
from vault import ledger
from vault.compartments import Compartment, open_compartment
from vault.keys import NoKey


@dataclass(frozen=True)
class StepShown:
    title: str
    state: str  # done, now, next, skipped


@at_work("work.list")
def overview(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.follow")
    reads, decides = bool(may(request.actor, "case.read", case)), bool(may(request.actor, "case.decide", case))
    codes = case_codes(case)
    now_is = situation(case, codes)
    found = options(case.protocol, now_is)
    context = {
        **frame(request, case, "overview"),
        "steps": _steps(case),
        **_choices(request.actor, case, found if decides else []),
        "tracks": [
            (track, track.states[state_of(case.protocol, now_is, name)], _of_track(found, name) if decides else [])
            for name, track in case.protocol.tracks.items()
        ],
        "decides": decides,
        "reads_file": bool(may(request.actor, "case.file", case)),
        "regimes": list(regimes_of(codes).values()) if reads else [],
        "lead": lead_of(case, request.actor),
        "joined": _joined(request.actor, case),
        "offered": offered(case) if decides else None,
        "deadlines": list(case.deadlines.all()),
        "now": timezone.now(),
        "asked_of_you": waiting_for(case, request.actor) if reads else [],
        "history": list(case.decisions.select_related("actor", "case").order_by("-sequence")),
    }
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="overview")
    return render(request, "cases/file/overview.html", context | {"reads": reads})


def _choices(actor: Actor, case: Case, found: list[Option]) -> dict[str, list]:
    """What this actor can do now, and what not yet or not they, each with the reason. Of the tracks, what a running
    deadline asks."""
    asked_now = set(case.deadlines.running().values_list("code", flat=True))
    words, mine = labels(case.protocol), acts_as(case, actor)
    can: list[Option] = []
    can_also: list[Option] = []
    cannot: list[tuple[Option, str]] = []
    for one in found:
        if one.track and one.allowed and not asked_now & set(one.decision.meets):
            continue
        if one.elsewhere:
            continue
        if one.missing:
            first = ", ".join(words[act] for act in one.missing)
            cannot.append((one, _("First record: %(first)s.") % {"first": first}))
        elif one.waits_for:
            tracks = ", ".join(str(case.protocol.tracks[name].title) for name in one.waits_for)
            cannot.append((one, _("Waits for: %(tracks)s.") % {"tracks": tracks}))
        elif not mine & set(one.decision.who):
            cannot.append((one, _("Decided by: %(who)s.") % {"who": who_in_words(one.decision)}))
        else:
            (can_also if one.anytime else can).append(one)
    can_also.sort(key=lambda one: not asked_now & set(one.decision.meets))  # what a deadline asks comes first
    return {"can": can, "can_also": can_also, "cannot": cannot}


def _joined(actor: Actor, case: Case) -> list[Case]:
    """The cases that are decided here, as far as the actor may see them."""
    return list(visible_cases(actor).filter(joined_to=case).order_by("number"))


def _of_track(found: list[Option], track: str) -> list[Option]:
    return [one for one in found if one.track == track and one.allowed]


@at_work("work.list")
def report(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.read")
    given = {}
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            key = open_compartment(case.id, compartment, request.actor.organisation.id, request.actor.person.id)
        except NoKey:
            continue
        given[compartment.value] = answers(case.report, key)
    if _relation(request, case) & HANDLING:
        start_waiting_deadlines(case)
    ledger.record(case.id, CaseEvent.REPORT_SEEN, actor=request.actor.person.id, parts=",".join(sorted(given)))
    return render(
        request,
        "cases/file/report.html",
        {**frame(request, case, "report"), "given": given, "known_as": known_as(case)},
    )


@at_work("work.list")
def log(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.read")
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="log")
    entries = ledger.entries(case.id)[::-1]
    names: dict[UUID | None, str] = dict(
        Person.objects.filter(id__in={one.actor for one in entries if one.actor}).values_list("id", "name")
    )
    apart = chain_of_reporter(case.report)  # of an anonymous reporter: never between the moments of staff
    entries += ledger.entries(apart)[::-1] if apart != case.id else []
    words = ledger.labels()
    rows = [(entry, names.get(entry.actor, ""), words.get(entry.action, entry.action)) for entry in entries]
    context = {
        **frame(request, case, "log"),
        "rows": rows,
        "intact": not (ledger.verify(case.id) or ledger.verify(apart)),
    }
    return render(request, "cases/file/log.html", context)


def _relation(request: WorkRequest, case: Case) -> set[str]:
    tasks = Assignment.objects.filter(
        case=case.id, person=request.actor.person, organisation=request.actor.organisation, ended=False
    )
    return set(tasks.values_list("relation", flat=True))


def _steps(case: Case) -> list[StepShown]:
    """The usual way with where the case is; a step that was passed by is skipped, not done."""
    path = case.protocol.path
    visited = set(case.decisions.values_list("phase", flat=True)) | set(
        case.decisions.values_list("following", flat=True)
    )
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
