"""What a document begins with: what the report says of that field, in words that hold for whoever reads the document."""

import re
from html import unescape

import pytest

from cases.corrections.corrections import correct_count
from cases.corrections.kind import KindAnswers, change_kind
from cases.documents.kinds import code_in_document, document_kinds
from organisations.codes import code_list
from reporting.questions.own import national_questions
from tests.support.build import a_case, a_place, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _page(case, code: str = "police_file"):
    return signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/documenten/nieuw/{code}/")


def _begins(case, field: str, code: str = "police_file") -> str:
    page = _page(case, code).content.decode()
    line = re.search(rf'<input[^>]*name="{field}"[^>]*>', page)
    if line is None:
        return unescape(re.search(rf'<textarea[^>]*name="{field}"[^>]*>([^<]*)</textarea>', page)[1]).strip()
    value = re.search(r'value="([^"]*)"', line[0])
    return unescape(value[1]) if value else ""


def test_a_document_says_nothing_to_its_reader_that_the_form_said_to_the_reporter():
    sources = {
        source for kind in document_kinds().values() for asked in kind.fields.values() for source in asked.source
    }
    lists = {national_questions()[source].codes for source in sources} - {""} | {"integrity_type", "pressure_form"}
    for name in lists:
        for leaf in code_list(name).leaves:
            spoken = re.findall(r"\b(u|uw|mij|mijn|ik)\b", code_in_document(name, leaf.id).lower())
            assert not spoken or (name, leaf.id) == ("pressure_form", "P11"), (name, leaf.id)


def test_where_it_happened_is_said_without_speaking_to_the_reader(place):
    case = a_case(place, aggression_form=["home"], location="home", channel="home_visit")
    assert _begins(case, "where") == "Bij iemand thuis"
    assert _begins(case, "how") == "Vernieling van een huis\nBij iemand thuis"


@pytest.mark.parametrize("code", ["perpetrator_letter", "police_file", "accident_notice"])
def test_the_moment_is_asked_and_the_words_of_the_reporter_stand_beside_it(place, code):
    field = {"perpetrator_letter": "happened_on", "police_file": "when", "accident_notice": "occurred"}[code]
    case = a_case(place, happened_on="gisteravond rond elf uur")
    assert _begins(case, field, code) == ""
    assert re.search(r"De melder schreef op \d+ \w+ \d{4}: gisteravond rond elf uur", words_of(_page(case, code)))


def test_a_letter_is_addressed_to_who_was_named_and_promises_no_police_report(place):
    case = a_case(place, perpetrator_name="Jan de Wit")
    assert _begins(case, "addressee", "perpetrator_letter") == "Jan de Wit"
    assert "doet in zulke gevallen aangifte" not in document_kinds()["perpetrator_letter"].text


@pytest.mark.parametrize(("role", "begins"), [("self", "Wethouder"), ("on_behalf", "Wethouder"), ("witness", "")])
def test_the_function_of_a_witness_is_not_that_of_who_it_happened_to(place, role, begins):
    assert _begins(a_case(place, reporter_role=role, own_function="alderman"), "function") == begins


def test_an_answer_that_says_nothing_is_no_beginning(place):
    case = a_case(place, targeted_trait="none")
    assert [_begins(case, field) for field in ("function", "who", "why")] == ["", "", ""]


def test_everybody_who_did_it_is_named(place):
    case = a_case(place, colleague="alderman:", second_subject="unknown:", subject_name="Kees van Dam")
    assert _begins(case, "who") == "Wethouder\nKees van Dam"


def test_what_was_put_right_holds(place):
    case = a_case(place, own_function="alderman", perpetrator="resident", aggression_form=["threat"])
    right = {"group": "mayor", "perpetrator": "company", "aggression_form": "stalking"}
    officer = who(case.id, "case_officer")
    assert correct_count(case, right, "Bij het gesprek bleek dit anders.", actor=officer, revision=0)
    assert [_begins(case, field) for field in ("function", "who", "how")] == [
        "Burgemeester",
        "Bedrijf of ondernemer",
        "Stalken",
    ]


def test_a_case_of_another_kind_says_what_it_is_now(place):
    case = a_case(place, own_function="alderman", aggression_form=["threat"])
    officer = who(case.id, "case_officer")
    change_kind(case, "pressure", KindAnswers("P3", "", "company", "mayor"), actor=officer)
    assert [_begins(case, field) for field in ("function", "who", "how")] == [
        "Burgemeester",
        "Bedrijf of ondernemer",
        str(code_list("pressure_form")["P3"]),
    ]
