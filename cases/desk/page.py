"""A page of one case: found without telling that it exists, judged, written into the ledger, and given its frame."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, cast
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.forms import BaseForm
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.access import visible_cases
from cases.desk.codes import case_codes
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case, Todo
from organisations.access.policy import Actor, Answer, Standing, standings_in
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm
from organisations.desk.kept import typed_in
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import NO_NOTICES, Notice, Notices, done
from organisations.models import Assignment
from reporting.models import Evidence, Message
from reporting.questions.reading import main_code
from vault import ledger
from vault.keyring.looked_up import reading

TOLD_FOR = timedelta(days=30)  # for so long, who lost a case sees that it was handed over
READ, READ_AND_POST, POST = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)


@dataclass(frozen=True)
class TabCounts:
    """What the head of a case page counts: unread messages of the reporter, pieces of evidence, what is to do; and whether other
    cases are decided in this one."""

    unread: int
    pieces: int
    to_do: int
    leads: bool


@dataclass
class CasePage:
    """One request for a page of a case: the case, and what the actor is in it.

    `standing` was loaded for this request. An act judges by itself, in its own transaction, with a fresh one.
    """

    request: WorkRequest
    case: Case
    standing: Standing
    counts: TabCounts
    tab: str = "overview"
    notices: Notices = NO_NOTICES
    seen: dict[str, Any] | None = None  # what the ledger keeps of the view; None: nothing (any more)
    problem: str = ""  # why an act without a form was refused

    @property
    def actor(self) -> Actor:
        return self.request.actor

    @property
    def is_sent(self) -> bool:
        return self.request.method == "POST"

    def sent(self, what: str = ""):
        """What was posted (with the button `what`, if given), for a form to judge; None when nothing was."""
        return self.request.POST if self.is_sent and (not what or self.what == what) else None

    @property
    def what(self) -> str:
        """The button that was pressed, where a page has several."""
        return self.request.POST.get("what", "")

    def judged(self, action: str) -> Answer:
        return self.standing.may(action)

    def may(self, action: str) -> bool:
        return bool(self.standing.may(action))

    @contextmanager
    def refusals(self, form: DeskForm | None = None, field: str = "") -> Iterator[None]:
        """An act that is refused inside leaves its words in the form at `field`, or on the page where there is no form."""
        try:
            if form is None:
                yield
            else:
                with form.refusals(field):
                    yield
        except Refused as refused:
            self.problem = refused.message

    def record_view(self) -> None:
        """Write the view into the ledger, once. :meth:`show` does so; a page that shows the ledger itself does it first."""
        if self.seen is not None:
            ledger.record(self.case.id, CaseEvent.SEEN, actor=self.actor.person.id, **self.seen)
            self.seen = None

    def show(self, template: str, **context: Any) -> HttpResponse:
        """The page. Its status is 422 when a form or an act was refused. After an act it says what was done (`notice`: the words of
        the page itself) and what comes next."""
        self.record_view()
        is_refused = bool(self.problem) or any(
            value.errors for value in context.values() if isinstance(value, BaseForm) and value.is_bound
        )
        notice = None if is_refused else context.pop("notice", None) or self.notices.of(self.request)
        if notice and notice.kind == "ok" and not notice.then:
            notice = replace(notice, then=_SAYING[0](self))
        if self.problem:
            notice = Notice(self.problem, "warning")
        context = {**frame(self), **context, "notice": notice, "problem": self.problem}
        return render(self.request, template, context, status=422 if is_refused else 200)

    def done(self, page: str, what: str, *names: object, anchor: str = "") -> HttpResponse:
        """To a page of this case (the name of its URL and what it asks after the case), which says that it worked."""
        return done(self.address(page, *names), what, anchor=anchor)

    def done_or_away(self, page: str, what: str, *names: object) -> HttpResponse:
        """The same after an act by which the actor may have lost the case: then to the worklist, which says that they did."""
        is_left = visible_cases(self.actor).filter(id=self.case.id).exists()
        return self.done(page, what, *names) if is_left else done(reverse("cases:worklist"), CASE_LOST)

    def address(self, page: str, *names: object) -> str:
        return reverse(f"cases:{page}", args=[self.case.id, *names])


CASE_LOST = "case_lost"  # the code of a notice of the worklist

NextWords = Callable[[CasePage], str]
_SAYING: list[NextWords] = []


def says_what_comes_next(answer: NextWords) -> NextWords:
    """Register the one function that says, after an act, what comes next and by whom. Raises ValueError for a second one."""
    if _SAYING:
        raise ValueError("somebody says what comes next already")
    _SAYING.append(answer)
    return answer


View = Callable[Concatenate[CasePage, ...], HttpResponse]


def case_page(
    action: str,
    *,
    tab: str = "overview",
    shows: str = "",
    keeps: Collection[str] = (),
    methods: Collection[str] = READ,
    notices: Notices = NO_NOTICES,
    work: str = "work.list",
) -> Callable[[View], Callable[..., HttpResponse]]:
    """A page of one case for who may do `action` in it. The view gets a :class:`CasePage` and what its URL names.

    Unknown, foreign and recused cases answer alike: 404, whatever the method; a method that the page does not have
    answers 405. `shows` is what the ledger says was seen (empty: the view writes an event of its own, or the act does),
    with those names of the URL that `keeps` lists. `tab` is the tab of the case that the page belongs to, `work` what
    somebody must be allowed to do outside any case.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @at_work(work)
        @wraps(view)
        def page_of_case(request: WorkRequest, case_id: UUID, **names: Any) -> HttpResponse:
            try:
                case, standing, counts = reached(request.actor, case_id, action)
            except HandedOver:
                return handed_over(request)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            kept = nullcontext() if request.method in POST else reading()
            seen = {"part": shows, **{name: names[name] for name in keeps}} if shows else None
            with kept:
                return view(CasePage(request, case, standing, counts, tab, notices, seen), **names)

        return page_of_case

    return decorate


def reached(actor: Actor, case_id: UUID, action: str) -> tuple[Case, Standing, TabCounts]:
    """A case in which the actor may do `action`, and what they are in it. Raises Http404, the same for a case that does not
    exist, that was never theirs, or of which they may not know; :class:`HandedOver` where they had it. Two queries."""
    standing = standings_in(actor, [case_id], Case)[case_id]
    if not standing.reaches:
        has_lost = actor.is_compared and had_before(actor, case_id)  # who waits to be compared did not lose it
        raise HandedOver if has_lost else Http404
    rows = Case.objects.select_related("report__organisation", "report__entered_by", "organisation")
    case = get_object_or_404(rows.annotate(**_COUNTED), id=case_id)
    standing = replace(standing, is_open=case.is_open)
    if not standing.may(action):
        raise Http404
    counted = cast(Any, case)  # the annotations
    return case, standing, TabCounts(counted.unread, counted.pieces, counted.undone, counted.leads)


class HandedOver(Http404):
    """Somebody asks for a case that they lost a short while ago."""


def had_before(actor: Actor, case_id: UUID) -> bool:
    """Whether somebody who has nothing in the case lost it in the last thirty days, or is losing it now. On whatever ground
    that is, they see the same: who was recused learns no more than who handed it over."""
    since = timezone.localdate() - TOLD_FOR
    mine = Assignment.objects.filter(case=case_id, person=actor.person)
    return mine.filter(Q(ended=False) | Q(ended_on__gte=since)).exists()


def handed_over(request: WorkRequest) -> HttpResponse:
    """The page of a case that somebody lost, with what they were typing: it is theirs, and goes nowhere else."""
    context = {"section": "work", "typed": typed_in(request)}
    return render(request, "cases/desk/handed_over.html", context, status=410)


def frame(page: CasePage) -> dict[str, Any]:
    """What the head of every case page needs."""
    reads, file = page.may("case.read"), page.may("case.file")
    counts = page.counts
    tabs = [("overview", _("Overview"))]
    if reads:
        tabs.append(("report", _("Report")))
        tabs.append(
            ("messages", _("Messages (%(count)d new)") % {"count": counts.unread} if counts.unread else _("Messages"))
        )
        tabs.append(
            ("evidence", _("Evidence (%(count)d)") % {"count": counts.pieces} if counts.pieces else _("Evidence"))
        )
    if file:
        tabs.append(("decisions", _("Decisions")))
        tabs.append(("notes", _("Notes (%(count)d to do)") % {"count": counts.to_do} if counts.to_do else _("Notes")))
        tabs.append(("documents", _("Documents")))
        tabs.append(("files", _("Files")))
        tabs.append(("connections", _("Belongs together")))
        tabs.append(("exports", _("Export")))
        tabs.append(("parties", _("People of the case")))
    tabs.append(("people", _("Who has access")))
    if reads:
        tabs.append(("log", _("Log")))
    return {
        "section": "work",
        "case": page.case,
        "title": main_code(case_codes(page.case)) if reads else str(page.case.kind_label),
        "tab": page.tab,
        "tabs": tabs,
        "reads": reads,
    }


def _how_many(rows, group: str):
    return Coalesce(Subquery(rows.order_by().values(group).annotate(count=Count("pk")).values("count")), 0)


_COUNTED = {
    "unread": _how_many(
        Message.objects.filter(report=OuterRef("report"), by=Message.By.REPORTER, seen=False), "report"
    ),
    "pieces": _how_many(Evidence.objects.filter(report=OuterRef("report")), "report"),
    "undone": _how_many(Todo.objects.filter(case=OuterRef("pk"), done_at=None), "case"),
    "leads": Exists(Case.objects.filter(joined_to=OuterRef("pk"))),
}
