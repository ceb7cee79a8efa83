"""What a letter to somebody who is not the reporter says of the case: a reference of its own, and never its number."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.urls import reverse

from cases.documents.first_values import first_values, words_for
from cases.documents.issue import document_paper, make_document, read_document
from cases.documents.kinds import document_kinds
from reporting.pdf import can_make_pdf
from tests.support.build import a_case, a_place, signed_in, who
from tests.support.reporter import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]


def _made(case, code: str, **values: str):
    given = {name: f"Over {name}." for name in document_kinds()[code].fields} | values
    if code == "police_file":
        given |= {"mode": "Door de werkgever (werkgeversaangifte)", "consent": "", "complainant": ""}
    return make_document(case, code, given, actor=who(case.id, "case_officer"), token=uuid4())


def _words(case, number: int) -> str:
    """Everything that the file for a word processor holds, its footer too."""
    docx = zipfile.ZipFile(io.BytesIO(read_document(case, number, "docx", actor=who(case.id, "case_officer"))))
    return "".join(docx.read(name).decode() for name in docx.namelist() if name.endswith(".xml"))


@pytest.mark.parametrize("code", [
    code for code, kind in document_kinds().items() if "integrity" in kind.kinds and not (kind.to_reporter or kind.record)
])  # fmt: skip
def test_nobody_but_the_reporter_reads_the_number_of_the_case(code):
    case = a_case(a_place(), "integrity")
    row = _made(case, code)
    words = _words(case, row.number)
    assert row.reference
    assert row.reference in words
    assert case.number not in words
    assert case.report.number not in words


def test_two_letters_of_one_case_have_two_references():
    case = a_case(a_place())
    assert _made(case, "perpetrator_letter").reference != _made(case, "perpetrator_letter").reference


def test_the_reporter_reads_their_own_number():
    case = a_case(a_place())
    row = _made(case, "acknowledgement")
    assert row.reference == ""
    assert case.number in _words(case, row.number)


def test_what_goes_to_the_police_names_no_number_in_any_of_its_files():
    case = a_case(a_place())
    row = _made(case, "police_file")
    packed = zipfile.ZipFile(io.BytesIO(read_document(case, row.number, "zip", actor=who(case.id, "case_officer"))))
    for name in ("aangifte.json", "manifest.json"):
        assert json.loads(packed.read(name))["reference"] == row.reference
        assert case.number not in packed.read(name).decode()


def test_a_letter_that_is_not_made_yet_has_no_number_either():
    case = a_case(a_place())
    officer = who(case.id, "case_officer")
    paper = document_paper(case, "perpetrator_letter", {}, number=1, actor=officer)
    assert "komt erop als het is gemaakt" in paper.footer
    assert case.number not in paper.footer + paper.words


def test_who_calls_with_a_reference_is_found_and_a_saved_file_is_called_by_it():
    case = a_case(a_place())
    row = _made(case, "perpetrator_letter")
    officer = signed_in(who(case.id, "case_officer").person)
    found = officer.post(reverse("cases:search"), {"sought": row.reference})
    assert found.status_code == 302
    assert str(case.id) in found.url
    saved = officer.get(reverse("cases:document_file", args=[case.id, row.number, "pdf"]))
    assert case.number not in saved["Content-Disposition"]
    assert row.reference in saved["Content-Disposition"]
    assert row.reference in words_of(officer.get(reverse("cases:document", args=[case.id, row.number])))


@pytest.mark.parametrize(("kind", "answers", "begins"), [
    ("aggression", {"own_function": "alderman"}, "Wethouder"),
    ("aggression", {}, ""),
    ("integrity", {}, ""),
])  # fmt: skip
def test_the_function_of_who_it_happened_to_is_a_function_or_is_left_open(kind, answers, begins):
    case = a_case(a_place(), kind, **answers)
    kind = document_kinds()["police_file"]
    values = first_values(kind, words_for(case, kind, who(case.id, "case_officer")))
    assert values["function"] == begins
