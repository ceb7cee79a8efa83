"""The pages of measures against people from outside: those of a case, the letter of one, and the register."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.documents.forms import DocumentForm
from cases.documents.issue import document_paper
from cases.documents.kinds import document_kinds
from cases.events import CaseEvent
from cases.measures.letter import KIND, letter_values, make_letter, running_measure
from cases.measures.measures import measure_files, register_for
from cases.parties.hearings import hearing_list
from cases.parties.parties import parties_of
from cases.people.words.purposes import CHANGE, PARTY, PARTY_ENDED, RECORD
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger
from vault.compartments import Compartment, sealed_by_id


@at_work("measures.list")
def register(request: WorkRequest) -> HttpResponse:
    """Every measure that holds, with its days, as far as the person who looks reads the file."""
    actor, found = request.actor, register_for(request.actor)
    ledger.record(actor.organisation.id, CaseEvent.MEASURES_SEEN, actor=actor.person.id, count=len(found))
    return render(
        request,
        "cases/measures/register.html",
        {"section": "work", "measures": found, "today": timezone.localdate()},
    )


@case_page("case.file", tab="decisions", shows="measures")
def measures(page: CasePage) -> HttpResponse:
    """Of each measure of a case everything that the file holds."""
    case, actor = page.case, page.actor
    sealed = sealed_by_id(case.id, Compartment.FILE, RECORD, CHANGE, PARTY, PARTY_ENDED)
    people = parties_of(case, actor, sealed)
    return page.show(
        "cases/measures/measures.html",
        measures=measure_files(case, actor, people, sealed),
        to_hear=hearing_list(case, actor, people, sealed),
        writes=page.may("case.documents"),
        works=page.may("case.decide"),
    )


@case_page("case.documents", tab="documents", shows="measure_letter", methods=READ_AND_POST)
def letter(page: CasePage, record_id: UUID) -> HttpResponse:
    """The letter of one measure. `show` shows it as it would be, `make` makes it."""
    case, actor = page.case, page.actor
    one = running_measure(case, record_id, actor)
    if one is None:
        raise Http404
    kind = document_kinds()[KIND]
    data = page.request.POST if page.is_sent else None
    form = DocumentForm(data, kind=kind, first={"addressee": one.whom})
    paper = None
    if data is not None and form.is_valid():
        if "make" in data:
            with form.refusals(next(iter(kind.fields))):
                token = cast(UUID, form.cleaned_data["token"])
                made = make_letter(case, record_id, form.values, actor=actor, token=token)
                return page.done("document", "made", made.number)
        else:
            values = {**letter_values(one), **form.values}
            paper = document_paper(case, KIND, values, number=case.documents.count() + 1, actor=actor)
    return page.show(
        "cases/documents/document_write.html",
        form=form,
        kind=kind,
        paper=paper,
        has_own=False,
    )
