"""The deadlines of a case: what runs until when and by which rule, what was done with it, and what may be done."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.deadlines.changes import (
    CannotChange,
    ExplainedChange,
    changes_of,
    done_by_hand,
    extend,
    give_date,
    start_by_hand,
    why_not_extend,
)
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.models import Case, Deadline
from cases.protocol.deadline_kinds import deadline_kinds, unit_words
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger


@dataclass(frozen=True)
class Shown:
    """`actions` are what can be done with the deadline now: extend, date or done."""

    deadline: Deadline
    length: str
    told: list[ExplainedChange]
    why_not_extend: str
    actions: list[str]


class ChangeForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Give a reason of at least 10 characters.")},
    )
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Give a day, for example 1-1-2027."),
            "invalid": _("Give a day, for example 1-1-2027."),
        },
    )
    code = forms.ChoiceField(
        label=_("Which deadline"), error_messages={"required": _("Choose a deadline from the list.")}
    )
    field_order = ("code", "day", "reason")

    def __init__(self, data: QueryDict | None, *, asks: set[str], choices: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["code"].choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]
        for name in {"day", "code"} - asks:
            del self.fields[name]


_ASKS: dict[str, set[str]] = {"start": {"code", "day"}, "date": {"day"}, "extend": set(), "done": set()}
_WORDS = {
    "start": _("Start a deadline"),
    "date": _("Say when the meeting is"),
    "extend": _("Extend the deadline"),
    "done": _("Record that it was done"),
}


@at_work("work.list")
def deadlines(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    now, works = timezone.now(), bool(may(request.actor, "case.deadlines", case))
    told = changes_of(case, request.actor)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="deadlines")
    context = {
        **frame(request, case, "overview"),
        "shown": [_shown(case, deadline, told.get(deadline.id, []), now, works) for deadline in case.deadlines.all()],
        "works": works,
        "now": now,
        "words": _WORDS,
    }
    return render(request, "cases/deadlines/deadlines.html", context)


@at_work("work.list")
def change(request: WorkRequest, case_id: UUID, what: str) -> HttpResponse:
    """One change of one deadline (`?termijn=`), or starting one."""
    case = case_or_404(request.actor, case_id, "case.deadlines")
    if what not in _ASKS:
        raise Http404
    deadline = None if what == "start" else _deadline(case, request.GET.get("termijn", ""))
    by_hand = [(code, f"{kind.label} ({kind.source})") for code, kind in deadline_kinds().items() if kind.by_hand]
    form = ChangeForm(request.POST or None, asks=_ASKS[what], choices=by_hand)
    if request.method == "POST" and form.is_valid():
        try:
            _do(request, case, what, deadline, form.cleaned_data)
        except CannotChange as cannot:
            form.add_error("reason", str(cannot))
        else:
            return redirect(f"{reverse('cases:deadlines', args=[case.id])}?gedaan={what}")
    context = {**frame(request, case, "overview"), "form": form, "title_of_act": _WORDS[what], "deadline": deadline}
    return render(request, "cases/deadlines/deadline_change.html", context, status=422 if form.errors else 200)


def _do(request: WorkRequest, case: Case, what: str, deadline: Deadline | None, given: dict) -> None:
    if deadline is None:
        start_by_hand(case, given["code"], actor=request.actor, reason=given["reason"], since=given["day"])
    elif what == "date":
        give_date(case, deadline.id, given["day"], actor=request.actor, reason=given["reason"])
    elif what == "extend":
        extend(case, deadline.id, actor=request.actor, reason=given["reason"])
    else:
        done_by_hand(case, deadline.id, actor=request.actor, reason=given["reason"])


def _deadline(case: Case, which: str) -> Deadline:
    try:
        found = case.deadlines.filter(id=UUID(which)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


def _shown(case: Case, deadline: Deadline, told: list[ExplainedChange], now, works: bool) -> Shown:
    kind = deadline.kind
    length = case.protocol.deadline_lengths.get(deadline.code, kind.length)
    unit = unit_words(kind.unit, length)
    why_not = why_not_extend(deadline, now) if deadline.is_running else ""
    actions = []
    if works and deadline.is_running:
        actions += ["extend"] if not why_not else []
        actions += ["date"] if kind.unit == "meeting" else []
        actions += ["done"] if kind.by_hand else []
    return Shown(deadline, unit if kind.unit == "meeting" else f"{length} {unit}", told, why_not, actions)
