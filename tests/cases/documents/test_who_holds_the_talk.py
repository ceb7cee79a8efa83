"""Who holds a talk is chosen from who works the case: a letter that names them so accuses nobody. What is typed is asked about."""

import json

import pytest

from cases.desk.keys import file_key
from cases.models import CaseDocument
from cases.people.handover import recovery_of
from cases.people.words.purposes import CHOSEN, DOCUMENT
from cases.people.words.said import Said
from organisations import models
from organisations.access import bars
from reporting.pdf import can_make_pdf
from tests.cases.documents.test_documents import _filled, _url
from tests.support.barred import about_nobody, called
from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.reporter import words_of
from vault.compartments import Compartment, read_text, texts, write_text

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]
LETTER = "hearing_invitation"


@pytest.fixture
def case(place, tmp_path, settings):
    evidence_store(tmp_path, settings)
    case, _receipt = about_nobody(place)
    called(who(case.id, "co_reader").person, "Karim", "Kwartel")
    return case


def _sent(case, **changed):
    given = {**_filled(LETTER), "hearers_outside": "", **changed}
    return signed_in(who(case.id, "case_officer").person).post(_url(case, f"nieuw/{LETTER}/"), given)


def _kept(case) -> dict:
    [sealed] = texts(case.id, Compartment.FILE, DOCUMENT)
    return json.loads(read_text(file_key(case, who(case.id, "case_officer")), sealed))


def test_a_colleague_is_chosen_stands_in_the_letter_and_keeps_the_case(case):
    colleague, officer = who(case.id, "co_reader").person, who(case.id, "case_officer").person
    page = words_of(signed_in(officer).get(_url(case, f"nieuw/{LETTER}/")))
    assert "Wie voeren het gesprek?" in page
    assert "Karim Kwartel" in page
    sent = _sent(case, hearers=[str(colleague.id)], hearers_outside="Bureau Hoor")
    assert sent.status_code == 302, words_of(sent)
    assert "Het gesprek wordt gevoerd door Karim Kwartel, Bureau Hoor." in _kept(case)["text"]
    assert not models.Suspension.objects.filter(case=case.id).exists()
    assert not Said(case, recovery_of(case)).judged([colleague.id]).everybody, "nor when it is asked again later"


def test_words_about_a_colleague_beside_the_list_are_asked_about(case):
    sent = _sent(case, hearers_outside="Karim Kwartel, die het zelf deed")
    assert sent.status_code == 422
    assert "Gaat het over die persoon" in words_of(sent)
    assert not CaseDocument.objects.exists()


def test_nobody_is_chosen_who_does_not_work_the_case_and_somebody_must_be(case, place):
    colleague = who(case.id, "co_reader").person
    assert _sent(case, hearers=[str(place["alderman"].id)]).status_code == 422
    assert "Kies een antwoord bij “Wie voeren het gesprek?”" in words_of(_sent(case))
    bars.suspend(case.id, case.report.organisation, [bars.Suspended(str(colleague.id))])
    assert _sent(case, hearers=[str(colleague.id)]).status_code == 422


def test_what_an_earlier_letter_kept_as_words_is_compared(case):
    """Before, this was typed: such a letter does not say that anybody was chosen."""
    colleague = who(case.id, "co_reader").person
    assert _sent(case, hearers=[str(colleague.id)]).status_code == 302
    kept = _kept(case)
    assert kept.pop(CHOSEN) == ["hearers"]
    row = CaseDocument.objects.get()
    row.words = write_text(file_key(case, who(case.id, "case_officer")), DOCUMENT, json.dumps(kept)).id
    row.save()
    assert Said(case, recovery_of(case)).judged([colleague.id]).suspended == {colleague.id}
