"""The deadlines of a case: what runs until when and by which rule, what was done with it, and what may be done."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.deciding.deadlines.changes import (
    ExplainedChange,
    done_by_hand,
    explained_changes,
    extend,
    give_date,
    met_by_decisions,
    start_by_hand,
    why_not_extend,
)
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.models import Case, Deadline, DeadlineChange
from cases.people.hearing import about_field
from cases.protocol.kinds.deadline_kinds import deadline_kinds, unit_words
from organisations.desk.forms import MOST_IN_REASON, DeskForm, day_field, revision_field, text_area
from organisations.desk.notices import Notice, code_of


@dataclass(frozen=True)
class Shown:
    """`actions` are what can be done with the deadline now: extend, date or done."""

    deadline: Deadline
    length: str
    told: list[ExplainedChange]
    why_not_extend: str
    actions: list[str]

    @property
    def date_words(self) -> str:
        return str(_SINCE_KNOWN if self.deadline.kind.since_known else _WORDS["date"])


class ChangeForm(DeskForm):
    """`asks` are the fields, beside the reason, that this change has. The act judges how long the reason is."""

    sometimes_needed = ("about",)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Sealed with the case."),
        max_length=MOST_IN_REASON,
        widget=text_area(3),
        error_messages={"required": _("Give a reason of at least 10 characters.")},
    )
    day = day_field(_("Day"))
    code = forms.ChoiceField(
        label=_("Which deadline"), error_messages={"required": _("Choose a deadline from the list.")}
    )
    about = about_field()
    revision = revision_field()
    field_order = ("code", "day", "reason")

    def __init__(
        self, data: QueryDict | None, *, asks: set[str], choices: list[tuple[str, str]], revision: int
    ) -> None:
        super().__init__(data, initial={"revision": revision})
        self.choose_from("code", [("", _("Choose")), *choices])
        for name in {"day", "code", "revision"} - asks:
            del self.fields[name]


_ASKS: dict[str, set[str]] = {
    "start": {"code", "day"},
    "date": {"day", "revision"},
    "extend": {"revision"},
    "done": set(),
}
_SINCE_KNOWN = _("Say on which day the fact was, or the first one")
_ACT_OF = {
    DeadlineChange.What.STARTED: "start",
    DeadlineChange.What.DATED: "date",
    DeadlineChange.What.EXTENDED: "extend",
    DeadlineChange.What.DONE: "done",
}
_WORDS = {
    "start": _("Start a deadline"),
    "date": _("Say when the meeting is"),
    "extend": _("Extend the deadline"),
    "done": _("Record that it was done"),
}


_DONE = {
    "start": _("You started the deadline “%(what)s”."),
    "date": _("You gave the day of “%(what)s”."),
    "extend": _("You extended the deadline “%(what)s”."),
    "done": _("You recorded that this was done: “%(what)s”."),
}


@case_page("case.file", shows="deadlines")
def deadlines(page: CasePage) -> HttpResponse:
    case, now, works = page.case, timezone.now(), page.may("case.deadlines")
    told = explained_changes(case, page.actor)
    rows = list(case.deadlines.all())
    by_hand = works and any(one.is_running and one.kind.by_hand for one in rows)
    by_decision = met_by_decisions(case) if by_hand else set()
    return page.show(
        "cases/deadlines/deadlines.html",
        shown=[_shown(case, deadline, told.get(deadline.id, []), now, works, by_decision) for deadline in rows],
        works=works,
        now=now,
        words=_WORDS,
        notice=_done_just_now(page, told),
    )


def _done_just_now(page: CasePage, told: dict[UUID, list[ExplainedChange]]) -> Notice | None:
    """What this actor did with a deadline just now, as its change says; None where that is not so."""
    mine = [one.change for changes in told.values() for one in changes if one.change.made_by_id == page.actor.person.id]
    last = max(mine, key=lambda change: change.made_at, default=None)
    if last is None or code_of(page.request) != str(last.id):
        return None
    deadline = next(one for one in page.case.deadlines.all() if one.id == last.deadline_id)
    said = str(_DONE[_ACT_OF[DeadlineChange.What(last.what)]]) % {"what": deadline.kind.label}
    if deadline.is_running and deadline.due:
        said += " " + gettext("It runs to %(day)s.") % {
            "day": date_format(timezone.localtime(deadline.due), "j F Y, H.i")
        }
    return Notice(said)


@case_page("case.deadlines", methods=READ_AND_POST)
def change(page: CasePage, what: str) -> HttpResponse:
    """One change of one deadline (`?termijn=`), or starting one."""
    if what not in _ASKS:
        raise Http404
    deadline = None if what == "start" else _deadline(page.case, page.request.GET.get("termijn", ""))
    by_hand = [(code, f"{kind.label} ({kind.rests_on})") for code, kind in deadline_kinds().items() if kind.by_hand]
    revision = deadline.changes.count() if deadline else 0
    form = ChangeForm(page.sent(), asks=_ASKS[what], choices=by_hand, revision=revision)
    if page.is_sent and form.is_valid():
        with form.refusals("reason"):
            _do(page, what, deadline, form.cleaned_data)
            last = DeadlineChange.objects.filter(deadline__case=page.case, made_by=page.actor.person).latest("made_at")
            return page.done_or_away("deadlines", str(last.id))
    title = _SINCE_KNOWN if what == "date" and deadline and deadline.kind.since_known else _WORDS[what]
    return page.show("cases/deadlines/deadline_change.html", form=form, title_of_act=title, deadline=deadline)


def _do(page: CasePage, what: str, deadline: Deadline | None, given: dict) -> None:
    case, actor, revision = page.case, page.actor, given.get("revision", 0)
    said = {"reason": given["reason"], "about": given["about"]}
    if deadline is None:
        start_by_hand(case, given["code"], actor=actor, **said, since=given["day"])
    elif what == "date":
        give_date(case, deadline.id, given["day"], actor=actor, **said, revision=revision)
    elif what == "extend":
        extend(case, deadline.id, actor=actor, **said, revision=revision)
    else:
        done_by_hand(case, deadline.id, actor=actor, **said)


def _deadline(case: Case, which: str) -> Deadline:
    try:
        deadline = case.deadlines.filter(id=UUID(which)).first()
    except ValueError:
        raise Http404 from None
    if deadline is None:
        raise Http404
    return deadline


def _shown(
    case: Case, deadline: Deadline, told: list[ExplainedChange], now, works: bool, by_decision: set[str]
) -> Shown:
    kind = deadline.kind
    length = case.protocol.deadline_lengths.get(deadline.code, kind.length)
    unit = unit_words(kind.unit, length)
    why_not = why_not_extend(deadline, now) if deadline.is_running else ""
    actions = []
    if works and deadline.is_running:
        actions += ["extend"] if not why_not else []
        actions += ["date"] if kind.unit == "meeting" or kind.since_known else []
        actions += ["done"] if kind.by_hand and deadline.code not in by_decision else []
    return Shown(deadline, unit if kind.unit == "meeting" else f"{length} {unit}", told, why_not, actions)
