"""The worklist: the cases in which the actor has a task, the first clock on top."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.access import visible_cases
from cases.models import Case, Clock
from cases.opening import case_codes
from cases.quarantine import suspects
from organisations.codes import code_list
from organisations.desk import at_work
from organisations.middleware import WorkRequest
from organisations.models import Assignment
from reporting.models import Message
from reporting.reading import main_code
from vault import ledger
from vault.compartments import Compartment
from vault.keys import Codes
from vault.models import KeyGrant

PAGE = 50


@dataclass(frozen=True)
class Row:
    case: Case
    title: str
    step: int
    steps: int
    clock: Clock | None
    task: str
    reads: bool
    unread: int


@at_work("work.list")
def worklist(request: WorkRequest) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    mine = visible_cases(actor)
    wanted = {name: request.GET.get(name, "").strip() for name in ("show", "kind", "q")}
    cases = _filtered(mine, wanted, now)
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    rows = _rows(list(page.object_list), actor)
    shown = hashlib.sha256(",".join(sorted(str(row.case.id) for row in rows)).encode()).hexdigest()
    ledger.record(actor.organisation.id, "worklist.seen", actor=actor.person.id, count=len(rows), cases=shown)
    late = mine.open().filter(clocks__met_at__isnull=True, clocks__waived=False, clocks__due__lt=now).distinct().count()
    context = {
        "page": page,
        "rows": rows,
        "wanted": wanted,
        "kinds": code_list("kind").codes,
        "late": late,
        "today": _due_before(mine.open(), _end_of_day(now)).count(),
        "open": mine.open().count(),
        "closed": mine.exclude(closed_on=None).count(),
        "to_check": suspects(actor).count(),
        "now": now,
    }
    return render(request, "cases/worklist.html", context | {"section": "work"})


def _filtered(cases, wanted: dict[str, str], now: datetime):
    cases = cases.exclude(closed_on=None) if wanted["show"] == "closed" else cases.open()
    if wanted["show"] == "today":
        cases = _due_before(cases, _end_of_day(now))
    if wanted["kind"] in code_list("kind"):
        cases = cases.filter(kind=wanted["kind"])
    if wanted["q"]:
        cases = cases.filter(number__icontains=wanted["q"].replace(" ", "-"))
    first_due = Min("clocks__due", filter=Q(clocks__met_at__isnull=True, clocks__waived=False))
    return cases.annotate(first_due=first_due).order_by("first_due", "number")


def _due_before(cases, moment: datetime):
    running = Clock.objects.running().filter(due__lte=moment).values("case")
    return cases.filter(id__in=running)


def _end_of_day(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=23, minute=59, second=59)


def _rows(cases: list[Case], actor) -> list[Row]:
    """A fixed number of queries, however many cases."""
    ids = [case.id for case in cases]
    clocks: dict = {}
    for clock in Clock.objects.running().filter(case__in=ids):
        clocks.setdefault(clock.case_id, clock)
    tasks = Assignment.objects.filter(case__in=ids, person=actor.person, organisation=actor.organisation, ended=False)
    task_of = {task.case: str(task.label) for task in tasks}
    with_key = set(
        KeyGrant.objects.filter(
            case__in=ids, compartment=Compartment.CONTENT, reader__holder=actor.person.id
        ).values_list("case", flat=True)
    )
    unread = dict(
        Message.objects.filter(report__case__in=with_key, by=Message.By.REPORTER, seen=False)
        .values_list("report__case")
        .annotate(Count("id"))
    )
    codes = Codes()
    return [
        Row(
            case=case,
            title=main_code(case_codes(case, codes)) if case.id in with_key else str(case.kind_label),
            step=_step(case),
            steps=len(case.protocol.path),
            clock=clocks.get(case.id),
            task=task_of.get(case.id, ""),
            reads=case.id in with_key,
            unread=unread.get(case.id, 0),
        )
        for case in cases
    ]


def _step(case: Case) -> int:
    path = case.protocol.path
    return path.index(case.phase) + 1 if case.phase in path else 0
