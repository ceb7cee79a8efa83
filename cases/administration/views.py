"""The administrator's pages on which an organisation composes its protocol. Nothing of a case is ever on them."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.administration.adoption import (
    ProtocolChangedMeanwhile,
    ProtocolDraft,
    Unfair,
    Unread,
    draft_of,
    drop,
    findings,
    publish,
    save,
)
from cases.administration.forms import ProtocolForm, PublishForm
from cases.administration.paper_views import answer_paper
from cases.models import OwnProtocol
from cases.models.own.protocol import own_protocol
from cases.protocol.checking.contradictions import marked
from cases.protocol.composition import examples, national, protocol_templates
from cases.protocol.definitions import Protocol
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.desk.numbers import number_in

CHANGED_MEANWHILE = _("Somebody changed the protocol meanwhile. Look at it and change it again.")
NOTICES = Notices(
    {
        "saved": Notice(_("Saved. It is not in force yet.")),
        "published": Notice(_("The protocol is adopted. New cases run it from the day that you chose.")),
        "dropped": Notice(_("What was being written is thrown away. The protocol in force stays.")),
        "elsewhere": Notice(CHANGED_MEANWHILE),
        "example": Notice(_("The example is filled in. Look at it, and save it if it fits.")),
    }
)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@at_work("admin.protocol")
def start(request: WorkRequest) -> HttpResponse:
    """The protocols of the organisation, each with its versions."""
    rows = []
    for base, template in protocol_templates().items():
        writing = draft_of(request.actor.organisation, base)
        versions = request.actor.organisation.protocols.filter(base=base, published_on__isnull=False)
        rows.append((template, writing, list(versions.select_related("published_by"))))
    return render(request, "cases/administration/start.html", {**_frame(request), "rows": rows})


@read_or_write
@at_work("admin.protocol")
def compose_page(request: WorkRequest, base: str) -> HttpResponse:
    """Choose blocks, who decides, terms and texts. Checking without saving is the same page."""
    writing = _writing(request, base)
    changes = writing.changes
    if (example := request.GET.get("voorbeeld", "")) in examples() and examples()[example][0] == base:
        changes = examples()[example][2]
    organisation = request.actor.organisation.slug
    form = ProtocolForm(
        request.POST or None, base=base, changes=changes, revision=writing.revision, organisation=organisation
    )
    problems, status, sentences = None, 200, marked(base, changes)
    if request.method == "POST" and form.is_valid():
        sentences = marked(base, form.changes())
        if "check" in request.POST:
            problems = findings(base, form.changes())
        else:
            try:
                if (
                    form.cleaned_data["organisation"] != organisation
                ):  # made before this person switched to another organisation
                    raise ProtocolChangedMeanwhile
                save(request.actor, base, form.changes(), revision=form.cleaned_data["revision"])
                return done(reverse("case_administration:adopt", args=[base]), "saved")
            except Unfair as unfair:
                problems, status = unfair.findings, 422
            except ProtocolChangedMeanwhile:
                form.add_error(None, CHANGED_MEANWHILE)
                form.renew(revision=writing.revision, organisation=organisation)
    context = {
        **_frame(request),
        "writing": writing,
        "template": protocol_templates()[base],
        "form": form,
        "found": problems,
        "marked": sentences,
        "own_texts": form.is_valid() and form.changes().has_own_words,
        "base": base,
        "examples": [(name, title) for name, (of, title, _changes) in examples().items() if of == base],
    }
    return render(request, "cases/administration/compose.html", context, status=422 if form.errors else status)


@require_http_methods(["POST"])
@at_work("admin.protocol")
def check_now(request: WorkRequest, base: str) -> HttpResponse:
    """What the checker says of a page that is being filled in: a fragment for the script."""
    writing = _writing(request, base)
    form = ProtocolForm(request.POST, base=base, changes=writing.changes, revision=writing.revision)
    if not form.is_valid():
        return render(request, "cases/administration/findings.html", {"invalid": True})
    changes = form.changes()
    shown = {"found": findings(base, changes), "marked": marked(base, changes), "own_texts": changes.has_own_words}
    return render(request, "cases/administration/findings.html", shown)


@read_or_write
@at_work("admin.protocol")
def adopt(request: WorkRequest, base: str) -> HttpResponse:
    """What changes, and putting it into force or throwing it away."""
    writing = _writing(request, base)
    if not writing.is_changed:
        return redirect("case_administration:protocols")
    form = PublishForm(
        request.POST if "publish" in request.POST else None, revision=writing.revision, marked=writing.marked
    )
    if request.method == "POST" and request.POST.get("organisation") != request.actor.organisation.slug:
        return done(request.path, "elsewhere")
    if "drop" in request.POST:
        drop(request.actor, base)
        return _to_start("dropped")
    if "publish" in request.POST and form.is_valid():
        try:
            publish(
                request.actor,
                base,
                revision=form.cleaned_data["revision"],
                effective_on=form.cleaned_data["effective_on"],
                read=form.cleaned_data.get("read", ()),
            )
            return _to_start("published")
        except (ProtocolChangedMeanwhile, Unfair, Unread):
            return done(request.path, "elsewhere")
    context = {
        **_frame(request),
        "writing": writing,
        "template": protocol_templates()[base],
        "base": base,
        "form": form,
        "differences": writing.differences,
        "found": findings(base, writing.changes),
        "marked": writing.marked,
        "own_texts": writing.changes.has_own_words,
    }
    return render(request, "cases/administration/adopt.html", context, status=422 if form.errors else 200)


@require_safe
@at_work("admin.protocol")
def document(request: WorkRequest, base: str, version: str, form: str = "html") -> HttpResponse:
    """The printed protocol: the national one, a version, or the one that is being written."""
    organisation = request.actor.organisation
    if base not in protocol_templates():
        raise Http404
    if version == "landelijk":
        return answer_paper(request, national(base), organisation, None, form)
    if version == "concept":
        writing = _writing(request, base)
        try:
            written = writing.protocol
        except ValueError:  # it does not fit today's blocks; the page on which it is written says what is wrong
            raise Http404 from None
        return answer_paper(request, written, organisation, None, form, writing.marked)
    rows = OwnProtocol.objects.filter(organisation=organisation, base=base, published_on__isnull=False)
    row = rows.filter(number=number_in(version) or 0).first()
    if row is None:
        raise Http404
    protocol: Protocol = own_protocol(row.id)
    return answer_paper(request, protocol, organisation, row.effective_on, form)


def _writing(request: WorkRequest, base: str) -> ProtocolDraft:
    if base not in protocol_templates():
        raise Http404
    return draft_of(request.actor.organisation, base)


def _to_start(what: str) -> HttpResponse:
    return done(reverse("case_administration:protocols"), what)


def _frame(request: WorkRequest) -> dict:
    return {"section": "admin", "organisation": request.actor.organisation, "notice": NOTICES.of(request)}
