"""Documents of a case: the list, writing one with an example beside it, withdrawing, sending, saving."""

from typing import cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.page import case_or_404, frame, to_save
from cases.documents.forms import DocumentForm
from cases.documents.issue import (
    MEDIA_TYPES,
    CannotMake,
    document_paper,
    documents_of,
    first_values,
    kinds_for,
    make_document,
    read_document,
    send_document,
    withdraw_document,
)
from cases.documents.kinds import Kind
from cases.documents.own_templates import template_in_use
from cases.events import CaseEvent
from cases.models import Case
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from reporting.evidence.custody import Described, evidence_of
from vault import ledger
from vault.compartments import Compartment, open_compartment


class WithdrawForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("Sealed with the case. The document stays readable here."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is withdrawn.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")


@at_work("work.list")
def documents(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    found = documents_of(case, request.actor)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="documents")
    context = {
        **frame(request, case, "documents"),
        "documents": found,
        "writes": bool(may(request.actor, "case.documents", case)),
        "kinds": kinds_for(case),
    }
    return render(request, "cases/documents/documents.html", context)


@at_work("work.list")
def write(request: WorkRequest, case_id: UUID, kind: str) -> HttpResponse:
    """The form of a document. `show` shows it as it would be, `make` makes it."""
    case = case_or_404(request.actor, case_id, "case.documents")
    found = kinds_for(case).get(kind)
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    first = first_values(case, found, request.actor) if data is None else {}
    form = DocumentForm(data, kind=found, first=first, evidence=_evidence(request, case, found))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="document", kind=kind)
    paper = None
    if data is not None and form.is_valid():
        if "make" in data:
            try:
                made = make_document(
                    case,
                    kind,
                    form.values,
                    actor=request.actor,
                    token=cast(UUID, form.cleaned_data["token"]),
                    sorted_by=form.sorted_by,
                )
            except CannotMake as cannot:
                form.add_error(_asked_last(found), str(cannot))
            else:
                return redirect(f"{reverse('cases:document', args=[case.id, made.number])}?gedaan=gemaakt")
        else:
            paper = document_paper(case, kind, form.values, number=case.documents.count() + 1, actor=request.actor)
    context = {
        **frame(request, case, "documents"),
        "form": form,
        "kind": found,
        "paper": paper,
        "has_own": not found.evidence and template_in_use(case.organisation, kind) is not None,
    }
    return render(request, "cases/documents/document_write.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def document(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """One document: its files, sending it, withdrawing it."""
    case = case_or_404(request.actor, case_id, "case.file")
    what, problem = request.POST.get("what", ""), ""
    form = WithdrawForm(request.POST if what == "withdraw" else None)
    if request.method == "POST":
        try:
            if what == "send":
                send_document(case, number, actor=request.actor)
                return redirect(f"{reverse('cases:document', args=[case.id, number])}?gedaan=verstuurd")
            if form.is_valid():
                withdraw_document(case, number, reason=form.cleaned_data["reason"], actor=request.actor)
                return redirect(f"{reverse('cases:document', args=[case.id, number])}?gedaan=ingetrokken")
        except CannotMake as cannot:
            problem = str(cannot)
    one = next((one for one in documents_of(case, request.actor) if one.document.number == number), None)
    if one is None:
        raise Http404
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="documents", number=number)
    context = {
        **frame(request, case, "documents"),
        "one": one,
        "form": form,
        "problem": problem,
        "writes": bool(may(request.actor, "case.documents", case)),
    }
    return render(request, "cases/documents/document.html", context, status=422 if form.errors or problem else 200)


@at_work("work.list")
def file(request: WorkRequest, case_id: UUID, number: int, form: str) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.file")
    try:
        content = read_document(case, number, form, actor=request.actor)
    except FileNotFoundError:
        raise Http404 from None
    return to_save(content, MEDIA_TYPES[form], f"{case.number}-document-{number}.{form}")


def _evidence(request: WorkRequest, case: Case, kind: Kind) -> list[Described]:
    if not kind.evidence:
        return []
    actor = request.actor
    return evidence_of(
        case.report, open_compartment(case.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    )


def _asked_last(kind: Kind) -> str:
    """The longest text: where a word that may not stand there is looked for first."""
    return next((name for name, asked in kind.fields.items() if asked.type == "text"), next(iter(kind.fields)))
