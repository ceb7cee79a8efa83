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
from cases.events import CaseEvent
from cases.waiting.queue import FIRST, waiting_for
from cases.worklist.quarantine import how_many_suspects
from cases.worklist.worklist import (
    MOST_LETTERS,
    WorklistChoice,
    attention_of,
    chosen,
    counts,
    drop_filter,
    in_order,
    listed_cases,
    rows,
    save_filter,
    saved_filters,
)
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.middleware import WorkRequest
from reporting.complaints.complaints import complaints_of
from vault import ledger
from vault.looked_up import reading

PAGE = 50


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
    attention = attention_of(actor)
    listed = listed_cases(mine, attention)
    page = Paginator(chosen(listed, actor, choice, now), PAGE).get_page(request.GET.get("page"))
    shown = rows(in_order(mine, list(page.object_list)), actor, listed)
    digest = hashlib.sha256(",".join(sorted(str(row.case.id) for row in shown)).encode()).hexdigest()
    ledger.record(actor.organisation.id, CaseEvent.WORKLIST_SEEN, actor=actor.person.id, count=len(shown), cases=digest)
    saved, waiting = saved_filters(actor), waiting_for(actor, mine)
    context = {
        "section": "work",
        "waiting": waiting[:FIRST],
        "waiting_total": len(waiting),
        "waiting_more": len(waiting) > FIRST,
        "page": page,
        "query": f"&{choice.query}" if choice.query else "",
        "rows": shown,
        "choice": choice,
        "tabs": [(words, show, choice.but(show)) for show, words in _TABS],
        "counts": counts(listed, now),
        "kinds": code_list("kind").codes,
        "relations": code_list("relation").codes,
        "to_check": how_many_suspects(actor, attention.waiting),
        "apart": complaints_of(actor).filter(closed_on=None).count() if attention.apart else 0,
        "saved": saved,
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
    ("unread", _("New messages")),
    ("closed", _("Closed")),
)
