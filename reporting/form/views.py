"""The report form: one address, every step a POST that carries the sealed draft. No cookie, no script needed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from organisations.access.failing_closed import CannotWeigh
from organisations.codes import code_list
from organisations.models import Organisation
from reporting.form.acknowledgement import key_text
from reporting.form.cookieless import cookieless
from reporting.form.drafts import Draft
from reporting.form.sending import send, sent, summary_page
from reporting.form.steps import Trouble, ask_step, begin_report, doors_page, remove_evidence, take_evidence
from reporting.form.submission import already_sent
from reporting.form.written import NO_ORIGINAL
from reporting.questions.questions import Step
from vault.sealed_state import StateExpired, StateInvalid


def to_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The short address of an organisation leads to its form."""
    organisation = get_object_or_404(Organisation.objects.reportable(), slug=slug)
    return redirect("reporting:form", slug=organisation.slug)


def signing_key(request: HttpRequest, slug: str) -> HttpResponse:
    """The public key by which anybody checks an acknowledgement of the organisation."""
    has_signed = Organisation.objects.reportable().exclude(live=False, takes_part_until=None)
    organisation = get_object_or_404(has_signed, slug=slug)
    return render(
        request, "reporting/form/signing_key.html", {"organisation": organisation, "key": key_text(organisation.id)}
    )


@cookieless
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """The report form. A POST without a sealed draft begins one; with a draft it goes on, or shows that it was sent."""
    organisation = get_object_or_404(Organisation.objects.reportable(), slug=slug)
    if not organisation.live and "state" not in request.POST:  # who has begun a report may still send it
        return render(request, "reporting/form/not_live.html", {"organisation": organisation})
    if request.method != "POST":
        return doors_page(request, organisation)
    if "state" not in request.POST:
        return begin_report(request, organisation)
    try:
        draft = Draft.open(organisation, request.POST["state"])
    except (StateExpired, StateInvalid) as error:
        return _lost(request, organisation, expired=isinstance(error, StateExpired))
    if report := already_sent(draft.digest):
        return sent(request, draft, report)
    if "step" not in request.POST:  # somebody went back to the start page and chose a door
        return begin_report(request, organisation, draft)
    try:
        return _go_on(request, draft)
    except CannotWeigh:
        return _not_weighed(request, draft)


def _go_on(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep what was typed and do what the button says: back, edit:<step>, add, remove:<file>, next, send."""
    action, _sep, target = request.POST.get("action", "next").partition(":")
    step = _step(request.POST.get("step", ""), draft)
    if not step and request.POST["step"]:
        draft.keep_loose(request.POST)
    if step:
        draft.keep(step, request.POST)
        if draft.takes_evidence(step):
            trouble = take_evidence(request, draft)
            if action == "remove":
                remove_evidence(draft, target)
            if action == "next" and draft.lacks_original:
                trouble = [*trouble, Trouble("", str(NO_ORIGINAL))]
            if action in {"add", "remove"} or (trouble and action == "next"):
                return ask_step(request, draft, step, trouble=trouble)
        if action == "next" and not step.sends and not (answered := draft.answered(step)).is_valid():
            return ask_step(request, draft, step, answered)
    if action == "back" and step and not step.optional:
        return _back(request, draft, step)
    if action == "edit" and (wanted := _step(target, draft)) and not wanted.sends:
        return ask_step(request, draft, wanted)
    following = _following(draft, step) if action == "next" and step else draft.first_open_step()
    if following:
        return ask_step(request, draft, following)
    if action == "send":
        return send(request, draft)
    return summary_page(request, draft)


def _not_weighed(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Recusal broke, so nobody may get the report: the page says whether it was sent, and keeps what was answered."""
    if report := already_sent(draft.digest):
        return sent(request, draft, report)
    context = {"organisation": draft.organisation, "state": draft.seal()}
    return render(request, "reporting/form/not_weighed.html", context, status=503)


def _back(request: HttpRequest, draft: Draft, step: Step) -> HttpResponse:
    places = [*draft.way(), draft.questions.last_step]
    position = next((number for number, other in enumerate(places) if other.id == step.id), 0)
    if position == 0:
        return doors_page(request, draft.organisation, draft)
    return ask_step(request, draft, places[position - 1])


def _following(draft: Draft, step: Step) -> Step | None:
    """The next page of the way; after the last page was reached, only one that was not asked yet or is not answered well."""
    steps = draft.way()
    position = next((number for number, other in enumerate(steps) if other.id == step.id), len(steps))
    was_at_summary = bool(draft.shown_readers)
    coming = [other for other in steps[position + 1 :] if not was_at_summary or other.id not in draft.typed]
    return coming[0] if coming else draft.first_open_step()


def _lost(request: HttpRequest, organisation: Organisation, *, expired: bool) -> HttpResponse:
    """The page for a draft that cannot be opened any more. What was typed on the last page goes into a new draft."""
    kind = request.POST.get("kind", "")
    if kind not in code_list("kind"):
        return doors_page(request, organisation)
    draft = Draft.begin(organisation, kind)
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
    return ask_step(request, draft, draft.steps()[0], notice=notice)


def _step(step_id: str, draft: Draft) -> Step | None:
    return next((step for step in draft.steps() if step.id == step_id), None)
