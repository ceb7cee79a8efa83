"""The report form: one address, every step a POST that carries the sealed draft. No cookie, no script needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from organisations.access.routing import NoAdviser
from organisations.codes import code_list
from organisations.models import Organisation
from reporting.advice import advice_for
from reporting.cookieless import cookieless
from reporting.drafts import Draft
from reporting.models import Report
from reporting.progress import lines
from reporting.questions import Step, questionnaire
from reporting.reading import in_words
from reporting.submission import Plan, ReadersChanged, already_sent, plan, submit
from reporting.uploads import FILE_REFUSED
from vault.sealed_state import StateExpired, StateInvalid


def to_form(request: HttpRequest, slug: str) -> HttpResponse:
    place = get_object_or_404(Organisation.objects.reportable(), slug=slug)
    return redirect("reporting:form", slug=place.slug)


@cookieless
def form(request: HttpRequest, slug: str) -> HttpResponse:
    place = get_object_or_404(Organisation.objects.reportable(), slug=slug)
    if not place.live:
        return render(request, "reporting/not_live.html", {"place": place})
    if request.method != "POST":
        return _start(request, place)
    if "state" not in request.POST:
        return _begin(request, place)
    try:
        draft = Draft.open(place, request.POST["state"])
    except (StateExpired, StateInvalid) as error:
        return _lost(request, place, expired=isinstance(error, StateExpired))
    if report := already_sent(draft):
        return _receipt(request, draft, report)
    if "step" not in request.POST:  # a door of the start page, after going back to it
        return _begin(request, place, draft)
    return _go_on(request, draft)


def _go_on(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep what was typed, then do what the button says: back:, edit:<step>, next: or send."""
    action, _sep, target = request.POST.get("action", "next").partition(":")
    step = _step(request.POST.get("step", ""), draft)
    refused = request.META.get(FILE_REFUSED, False)
    if step:
        draft.keep(step, request.POST)
        if action == "next":
            answered = draft.form(step, judged=True)
            if refused or not answered.is_valid():
                return _ask(request, draft, step, answered, refused=refused)
    if action == "back" and step:
        steps = draft.steps()
        place_in_row = next((number for number, one in enumerate(steps) if one.id == step.id), 0)
        if place_in_row == 0:
            return _start(request, draft.place, draft)
        return _ask(request, draft, steps[place_in_row - 1])
    if action == "edit" and (wanted := _step(target, draft)):
        return _ask(request, draft, wanted)
    following = _following(draft, step) if action == "next" and step else draft.first_open_step()
    if following:
        return _ask(request, draft, following)
    if action == "send":
        return _send(request, draft)
    return _summary(request, draft)


def _following(draft: Draft, step: Step) -> Step | None:
    """The next step in the row; once the summary was reached, only what was not asked yet or is still open."""
    steps = draft.steps()
    position = next((number for number, one in enumerate(steps) if one.id == step.id), len(steps))
    was_at_summary = bool(draft.shown_readers)
    coming = [one for one in steps[position + 1 :] if not was_at_summary or one.id not in draft.typed]
    return coming[0] if coming else draft.first_open_step()


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    if draft.is_old:
        return _summary(request, draft, notice=_("It has been a while. Check your answers once more, then send them."))
    try:
        return _receipt(request, draft, submit(draft))
    except ReadersChanged:
        return _summary(
            request, draft, notice=_("Who reads your report has changed meanwhile. Look once more, then send it.")
        )
    except NoAdviser:
        return _summary(request, draft)


def _start(request: HttpRequest, place: Organisation, draft: Draft | None = None) -> HttpResponse:
    return render(request, "reporting/start.html", {"place": place, "state": draft.seal() if draft else ""})


def _begin(request: HttpRequest, place: Organisation, before: Draft | None = None) -> HttpResponse:
    """Start a report of a kind. Who came back and chose another kind keeps what was written."""
    kind = request.POST.get("kind", "")
    if kind not in code_list("kind"):
        return _start(request, place, before)
    draft = before if before and before.kind == kind else Draft.begin(place, kind)
    if before and before is not draft:
        draft.typed = {step: dict(typed) for step, typed in before.typed.items()}
    return _ask(request, draft, draft.steps()[0])


def _lost(request: HttpRequest, place: Organisation, *, expired: bool) -> HttpResponse:
    """The earlier answers cannot be opened any more. What was typed on this page goes into a new draft."""
    kind = request.POST.get("kind", "")
    if kind not in code_list("kind"):
        return _start(request, place)
    draft = Draft.begin(place, kind)
    if step := _step(request.POST.get("step", ""), draft):
        draft.keep(step, request.POST)
    notice = (
        _(
            "This page was older than two days, so we can no longer open your earlier answers. That keeps them safe. "
            "What you typed on this page is still here. We ask the other questions once more."
        )
        if expired
        else _(
            "We could not read your earlier answers. What you typed on this page is still here. We ask the other "
            "questions once more."
        )
    )
    return _ask(request, draft, draft.steps()[0], notice=notice)


def _ask(
    request: HttpRequest, draft: Draft, step: Step, answered=None, *, notice: str = "", refused: bool = False
) -> HttpResponse:
    steps = draft.steps()
    context = {
        "place": draft.place,
        "draft": draft,
        "state": draft.seal(),
        "step": step,
        "form": answered or draft.form(step),
        "number": next((number for number, one in enumerate(steps, 1) if one.id == step.id), 1),
        "total": len(steps) + 1,
        "notice": notice,
        "file_refused": refused,
        "danger": "unsafe" in draft.typed.get("what", {}).get("danger", []),
    }
    failed = refused or (answered is not None and answered.errors)
    return render(request, "reporting/step.html", context, status=422 if failed else 200)


def _summary(request: HttpRequest, draft: Draft, *, notice: str = "") -> HttpResponse:
    try:
        planned = plan(draft)
    except NoAdviser:
        step = questionnaire().step("known_as")
        answered = draft.form(step, judged=True)
        answered.is_valid()
        answered.add_error(
            "known_as",
            _(
                "There is no confidential adviser who can keep your name. Choose to report anonymously, or with your name."
            ),
        )
        return _ask(request, draft, step, answered)
    draft.shown_readers = planned.fingerprint
    answers = draft.answers()
    rows = [
        (step, [row for row in in_words(draft.kind, answers) if row.question in {one.id for one in step.questions}])
        for step in draft.steps()
    ]
    context = {
        "place": draft.place,
        "draft": draft,
        "state": draft.seal(),
        "kind": code_list("kind")[draft.kind],
        "rows": rows,
        "number": len(draft.steps()) + 1,
        "notice": notice,
        "known_as": answers["known_as"],
        "danger": answers.get("danger") == "unsafe",
        **_readers(planned),
    }
    return render(request, "reporting/summary.html", context)


def _readers(planned: Plan) -> dict:
    """Who reads, who follows the process only, and who never sees it."""
    readers = planned.route.readers if planned.route else ()
    return {
        "route": planned.route,
        "reading": [one for one in readers if one.reads_content],
        "following": [one for one in readers if not one.reads_content],
        "recused_count": len(planned.recused),
    }


def _receipt(request: HttpRequest, draft: Draft, report: Report) -> HttpResponse:
    context = {
        "place": draft.place,
        "report": report,
        "receipt": draft.receipt.split("-"),
        "lines": lines(report),
        "advice": advice_for(report.kind),
    }
    return render(request, "reporting/receipt.html", context)


def _step(step_id: str, draft: Draft) -> Step | None:
    return next((step for step in draft.steps() if step.id == step_id), None)
