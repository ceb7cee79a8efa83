"""The worklist: the cases in which the actor has an assignment, the first deadline on top, and the choices that somebody keeps."""

import hashlib
from contextlib import nullcontext, suppress
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.desk.access import visible_cases
from cases.desk.page import CASE_LOST
from cases.events import CaseEvent
from cases.waiting.queue import first_of, waiting_for
from cases.worklist.choice import MOST_LETTERS, WorklistChoice, drop_filter, save_filter, saved_filters
from cases.worklist.quarantine import how_many_suspects
from cases.worklist.worklist import (
    attention_of,
    chosen,
    counts,
    due_now,
    first_line_of,
    fitting,
    in_order,
    listed_cases,
    rows,
    with_activity,
)
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices
from reporting.complaints.complaints import complaints_of
from vault import ledger
from vault.keyring.looked_up import reading

PAGE = 50
NOTICES = Notices({CASE_LOST: Notice(_("Done. You have no part in that case any more."))})


class SaveForm(DeskForm):
    name = forms.CharField(
        label=_("Keep this choice as"),
        max_length=MOST_LETTERS,
        error_messages={"required": _("Give the choice a name.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["name"].widget.attrs = {"autocomplete": "off"}


@at_work("work.list")
def worklist(request: WorkRequest) -> HttpResponse:
    """Posting keeps the choice in the address under a name, or drops one."""
    with nullcontext() if request.method == "POST" else reading():
        return _worklist(request)


def _worklist(request: WorkRequest) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    choice = WorklistChoice.of(request.GET)
    form = SaveForm(request.POST if request.POST.get("what") == "keep" else None)
    if request.method == "POST" and _changed(request, choice, form):
        return redirect(f"{reverse('cases:worklist')}?{choice.query}" if choice.query else "cases:worklist")
    mine = visible_cases(actor)
    attention = attention_of(actor, mine)
    by_activity = choice.sort.removeprefix("-") == "active"
    listed = listed_cases(mine, attention, active_for=actor if by_activity else None)
    fits = fitting(listed, actor, choice)
    waiting = waiting_for(actor, mine)
    due = due_now(listed, waiting, now)
    page = Paginator(chosen(fits, choice, due), PAGE).get_page(request.GET.get("page"))
    shown = rows(in_order(with_activity(mine, actor), list(page.object_list)), actor, listed)
    digest = hashlib.sha256(",".join(sorted(str(row.case.id) for row in shown)).encode()).hexdigest()
    ledger.record(actor.organisation.id, CaseEvent.WORKLIST_SEEN, actor=actor.person.id, count=len(shown), cases=digest)
    saved, totals = saved_filters(actor), counts(fits, due)
    context = {
        "section": "work",
        "notice": NOTICES.of(request),
        "waiting": first_of(waiting),
        "waiting_total": len(waiting),
        "waiting_more": len(waiting) > len(first_of(waiting)),
        "page": page,
        "query": f"&{choice.query}" if choice.query else "",
        "rows": shown,
        "choice": choice,
        "tabs": [(words, show, choice.but(show), totals.of(show)) for show, words in _TABS],
        "first_line": first_line_of(listed, waiting, due),
        "columns": {
            code: (words, choice.sorted_by(code), choice.direction_of(code)) for code, words in _COLUMNS.items()
        },
        "sorts": _SORTS,
        "phases": sorted({row.phase: row.phase_title for row in listed}.items(), key=lambda phase: phase[1]),
        "waits": _WAITS,
        "colleagues": attention.people if len(attention.people) > 1 or choice.colleague else [],
        "kinds": code_list("kind").codes,
        "relations": code_list("relation").codes,
        "to_check": how_many_suspects(actor, attention.waiting),
        "apart": complaints_of(actor).filter(closed_on=None).count() if attention.apart else 0,
        "saved": saved,
        "is_narrowed": choice != WorklistChoice(show=choice.show),
        "is_saved": any(kept.choice == choice for kept in saved),
        "form": form,
        "now": now,
    }
    return render(request, "cases/worklist/worklist.html", context, status=422 if form.errors else 200)


def _changed(request: WorkRequest, choice: WorklistChoice, form: SaveForm) -> bool:
    if request.POST.get("what") == "drop":
        with suppress(ValueError):  # a button that this page does not have
            drop_filter(request.actor, UUID(request.POST.get("which", "")))
        return True
    if form.is_valid():
        if save_filter(request.actor, form.cleaned_data["name"], choice):
            return True
        form.add_error("name", _("You keep twelve choices already. Drop one first."))
    return False


_TABS = (
    ("", _("All open cases")),
    ("today", _("Today or late")),
    ("late", _("Late")),
    ("hold", _("On hold")),
    ("unread", _("New messages")),
    ("after", _("Closed, and something runs")),
    ("closed", _("Closed")),
)

_COLUMNS = {
    "number": _("Case"),
    "": _("First deadline"),
    "kind": _("Kind"),
    "phase": _("Step"),
    "active": _("Last activity"),
}
_SORTS = (
    ("", _("First deadline on top")),
    ("-", _("Last deadline on top")),
    ("number", _("Number")),
    ("-number", _("Number, from the end")),
    ("kind", _("Kind")),
    ("-kind", _("Kind, from the end")),
    ("phase", _("Step, the first on top")),
    ("-phase", _("Step, the last on top")),
    ("active", _("Longest without activity on top")),
    ("-active", _("Newest activity on top")),
)
_WAITS = (
    ("case_officer", _("The officer")),
    ("handler", _("The handler")),
    ("prosecution", _("The police or the prosecution")),
)
