"""Documents of a case: the list, writing one with an example beside it, withdrawing, sending, saving."""

from typing import cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from cases.desk.colleagues import colleagues_of
from cases.desk.keys import key_of
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.documents.first_values import first_values, said_beside, words_for
from cases.documents.forms import DocumentForm
from cases.documents.issue import (
    MEDIA_TYPES,
    document_paper,
    documents_of,
    kinds_for,
    make_document,
    read_document,
    send_document,
    withdraw_document,
)
from cases.documents.kinds import Kind
from cases.documents.own_templates import template_in_use
from cases.files.files import ListedFile, files_of
from cases.people.hearing import about_field
from organisations.desk.forms import MOST_IN_REASON, DeskForm, text_area
from organisations.desk.notices import Notice, Notices
from organisations.desk.saving import to_save
from reporting.evidence.custody import Described, evidence_of
from vault.compartments import Compartment

NOTICES = Notices(
    {
        "made": Notice(_("The document is made and kept, sealed with the case.")),
        "sent": Notice(_("The reporter finds it in the mailbox.")),
        "withdrawn": Notice(_("Withdrawn. It stays readable here.")),
    }
)


class WithdrawForm(DeskForm):
    sometimes_needed = ("about",)
    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("Sealed with the case. The document stays readable here."),
        max_length=MOST_IN_REASON,
        widget=text_area(3),
        error_messages={"required": _("Say why it is withdrawn.")},
    )
    about = about_field()


@case_page("case.file", tab="documents", shows="documents")
def documents(page: CasePage) -> HttpResponse:
    return page.show(
        "cases/documents/documents.html",
        documents=documents_of(page.case, page.actor),
        writes=page.may("case.documents"),
        kinds=kinds_for(page.case),
    )


@case_page("case.documents", tab="documents", shows="document", keeps=["kind"], methods=READ_AND_POST)
def write(page: CasePage, kind: str) -> HttpResponse:
    """The form of a document. `show` shows it as it would be, `make` makes it."""
    case, actor = page.case, page.actor
    kind_of_document = kinds_for(case).get(kind)
    if kind_of_document is None:
        raise Http404
    data = page.request.POST if page.is_sent else None  # also an empty form is judged
    words = words_for(case, kind_of_document, actor)
    first = first_values(kind_of_document, words) if data is None else {}
    evidence, files = _evidence(page, kind_of_document), _files(page, kind_of_document)
    said = said_beside(case, kind_of_document, words)
    form = DocumentForm(
        data,
        kind=kind_of_document,
        first=first,
        said=said,
        evidence=evidence,
        files=files,
        colleagues=colleagues_of(case),
    )
    paper = None
    if data is not None and form.is_valid():
        if "make" in data:
            with form.refusals(_asked_last(kind_of_document)):
                document = make_document(
                    case,
                    kind,
                    form.values,
                    actor=actor,
                    token=cast(UUID, form.cleaned_data["token"]),
                    sorted_by=form.sorted_by,
                    moments=form.moments,
                    without=form.stay_here,
                    about=form.cleaned_data["about"],
                )
                return page.done_or_away("document", "made", document.number)
        else:
            paper = document_paper(case, kind, form.values, number=case.documents.count() + 1, actor=actor)
    return page.show(
        "cases/documents/document_write.html",
        form=form,
        kind=kind_of_document,
        paper=paper,
        has_own=not kind_of_document.evidence and template_in_use(case.organisation, kind) is not None,
    )


@case_page("case.file", tab="documents", shows="documents", keeps=["number"], methods=READ_AND_POST, notices=NOTICES)
def document(page: CasePage, number: int) -> HttpResponse:
    """One document: its files, sending it, withdrawing it."""
    case, actor = page.case, page.actor
    form = WithdrawForm(page.sent("withdraw"))
    if page.is_sent:
        with page.refusals(form if form.is_bound else None, "reason"):
            if page.what == "send":
                send_document(case, number, actor=actor)
                return page.done("document", "sent", number)
            if form.is_valid():
                given = form.cleaned_data
                withdraw_document(case, number, reason=given["reason"], actor=actor, about=given["about"])
                return page.done_or_away("document", "withdrawn", number)
    described = next((row for row in documents_of(case, actor) if row.document.number == number), None)
    if described is None:
        raise Http404
    return page.show(
        "cases/documents/document.html",
        one=described,
        form=form,
        writes=page.may("case.documents"),
        shows=_decisions_shown_by(page, described.document.kind) if not described.document.withdrawn_at else [],
    )


@case_page("case.file", tab="documents")
def file(page: CasePage, number: int, form: str) -> HttpResponse:
    """One file of a document, to be saved. Saving it writes its own event."""
    try:
        content = read_document(page.case, number, form, actor=page.actor)
    except FileNotFoundError:
        raise Http404 from None
    row = page.case.documents.get(number=number)
    name = row.reference or f"{page.case.number}-{number}"  # a file is sent on under its name
    return to_save(content, MEDIA_TYPES[form], f"document-{name}.{form}")


def _decisions_shown_by(page: CasePage, kind: str) -> list[tuple[str, str]]:
    """(code, words) of the decisions of the present step that this actor takes and that a document of this kind shows."""
    case = page.case
    if not page.may("case.decide") or not case.is_open:
        return []
    here = {**case.phase_data.decisions, **case.protocol.anytime}
    mine = page.standing.relations
    return [
        (code, str(rule.label)) for code, rule in here.items() if kind in rule.done_by.document and mine & set(rule.who)
    ]


def _evidence(page: CasePage, kind: Kind) -> list[Described]:
    if not kind.evidence:
        return []
    key = key_of(page.case, Compartment.CONTENT, page.actor)
    return evidence_of(page.case.report, key)


def _files(page: CasePage, kind: Kind) -> list[ListedFile]:
    if not kind.evidence:
        return []
    return [one for one in reversed(files_of(page.case, page.actor)) if not one.row.struck_at]


def _asked_last(kind: Kind) -> str:
    """The longest text: where a word that may not stand there is looked for first."""
    return next((name for name, asked in kind.fields.items() if asked.type == "text"), next(iter(kind.fields)))
