"""What of a case is counted, seen and put right by who handles it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format

from cases.counting.facts import counts_on, facts_of_case, leave_report
from cases.models import Case, Note
from reporting.counting.corrections import as_counted, corrected, counted_otherwise, newest_correction, now_counted
from reporting.counting.facts import quarter
from reporting.models import FactCorrection
from tests.support.build import a_case, a_place, signed_in, walk, who
from tests.support.pages import fields_of, in_one_line
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db
REGISTERED = ("acknowledge", "assess", "low")
FORM = "//form[@aria-labelledby='right']"
WHY = "De functie was verkeerd overgenomen uit het gesprek."


@pytest.fixture
def case() -> Case:
    """Registered, of an alderman, and counted."""
    case = _registered()
    leave_report(case, timezone.now())
    return case


def _registered() -> Case:
    return walk(a_case(a_place(), "aggression", own_function="alderman", severity="4", channel="email"), *REGISTERED)


def client_of(case: Case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def address(case: Case) -> str:
    return f"/werkplek/zaak/{case.id}/geteld/"


def right(case: Case, **changed: str) -> dict[str, str]:
    """What the form holds as it opens, with what is changed."""
    return fields_of(client_of(case).get(address(case)), FORM) | {"why": WHY} | changed


def codes(case: Case, population: str = "reports") -> list[dict[str, str] | None]:
    facts = [now_counted(fact) for fact in facts_of_case(case) if fact.population == population]
    return [fact.codes if fact else None for fact in facts]


def test_the_officer_sees_exactly_the_codes_that_left(case):
    page = client_of(case).get(address(case)).content.decode()
    for words in ("Wethouder", "E-mail", "De melding", quarter(timezone.localdate())):
        assert words in page, words
    assert case.number not in str(codes(case))
    assert (
        "Wat van deze zaak in de cijfers telt"
        in client_of(case).get(f"/werkplek/zaak/{case.id}/besluiten/").content.decode()
    )


def test_nothing_is_counted_before_a_report_is_registered():
    case = a_case(a_place(), "aggression")
    page = client_of(case).get(address(case))
    assert "telt zodra die is geregistreerd" in page.content.decode()
    assert not fields_of(page, FORM)


@pytest.mark.both
def test_a_wrong_detail_is_put_right_in_every_fact_of_the_case_and_the_facts_stay(case):
    before = [as_counted(fact) for fact in facts_of_case(case)]
    assert client_of(case).post(address(case), right(case, group="council_member")).status_code == 302
    assert {counted["group"] for counted in codes(case) + codes(case, "clocks")} == {"council_member"}
    assert [as_counted(fact) for fact in facts_of_case(case)] == before
    page = in_one_line(client_of(case).get(address(case)).content.decode())
    assert "Raadslid" in page
    assert "Eerst geteld als: Functie: Wethouder." in page
    assert "Gecorrigeerd op" in page
    note = Note.objects.get()
    assert note.kind == Note.Kind.COUNT
    assert WHY in client_of(case).get(f"/werkplek/zaak/{case.id}/notities/").content.decode()
    assert not any(WHY.encode() in bytes(row.ciphertext) for row in SealedText.objects.all())
    assert "case.count_corrected" in [entry.action for entry in entries(case.id)]
    again = client_of(case).post(address(case), right(case), follow=True)
    assert "Er is niets veranderd" in again.content.decode()
    assert Note.objects.count() == 1


def test_in_time_it_counts_at_once_and_afterwards_in_a_revision_only(case):
    now = quarter(timezone.localdate())
    client_of(case).post(address(case), right(case, group="mayor"))
    assert [(first.codes["group"], other.codes["group"]) for first, other in counted_otherwise("reports", [now])] == [
        ("alderman", "mayor")
    ]
    assert corrected("reports", [now], newest_correction()) == []
    with time_machine.travel(timezone.now() + timedelta(days=100), tick=False):
        client_of(case).post(address(case), right(case, group="council_member"))
    assert [
        (first.codes["group"], other.codes["group"])
        for first, other in corrected("reports", [now], newest_correction())
    ] == [("mayor", "council_member")]
    assert [other.codes["group"] for _first, other in counted_otherwise("reports", [now])] == ["mayor"]


def test_what_should_never_have_been_counted_is_taken_back_and_can_come_back(case):
    client_of(case).post(address(case), right(case, wrong="never"))
    assert codes(case) == [None]
    assert "Telt niet mee" in client_of(case).get(address(case)).content.decode()
    client_of(case).post(address(case), right(case, wrong="details"))
    assert codes(case)[0]["group"] == "alderman"


def test_bad_input_is_told_and_keeps_what_was_typed(case):
    for changed, told in (
        ({"why": ""}, "Schrijf waarom de telling niet klopt"),
        ({"why": "kort"}, "ten minste 10 tekens"),
        ({"wrong": ""}, "Kies wat er niet klopt"),
        ({"wrong": "never"}, "U hebt ook gegevens veranderd"),
        ({"group": "emperor"}, "emperor"),
        ({"group": "kings_commissioner"}, "kings_commissioner"),
    ):
        page = client_of(case).post(address(case), right(case, severity="2", **changed))
        assert page.status_code == 422
        assert told in page.content.decode()
        assert fields_of(page, FORM)["severity"] == "2"
    assert not FactCorrection.objects.exists()


def test_only_who_handles_the_case_corrects_and_nobody_else_sees_it(case):
    reader = client_of(case, "co_reader")
    assert not fields_of(reader.get(address(case)), FORM)
    reader.post(address(case), {"wrong": "never", "why": WHY})
    assert client_of(case, "support").get(address(case)).status_code == 404
    assert not FactCorrection.objects.exists()


def test_a_closed_case_can_be_put_right_too(case):
    Case.objects.filter(id=case.id).update(closed_on=timezone.localdate())
    assert client_of(case).post(address(case), right(case, channel="phone")).status_code == 302
    assert codes(case)[0]["channel"] == "phone"


def test_what_is_counted_later_is_put_right_like_its_report(case):
    client_of(case).post(address(case), right(case, group="mayor"))
    walk(case, "respond_letter", "not_filed", "no_damage", "give_feedback", "no_more_care", "close")
    assert codes(case, "outcomes")[0]["group"] == "mayor"
    [outcome] = [fact for fact in facts_of_case(case) if fact.population == "outcomes"]
    assert as_counted(outcome).codes["group"] == "alderman"


def test_of_what_was_taken_back_nothing_counts_later_either(case):
    client_of(case).post(address(case), right(case, wrong="never"))
    walk(case, "respond_letter", "not_filed", "no_damage", "give_feedback", "no_more_care", "close")
    assert codes(case, "outcomes") == [None]


def test_an_older_page_does_not_undo_what_a_colleague_put_right(case):
    older = right(case, channel="phone")
    client_of(case, "handler").post(address(case), right(case, group="mayor"))
    answer = client_of(case).post(address(case), older)
    assert answer.status_code == 422
    assert "Een collega heeft de telling intussen gecorrigeerd" in answer.content.decode()
    assert (codes(case)[0]["group"], codes(case)[0]["channel"]) == ("mayor", "email")


def test_before_it_is_counted_the_page_says_when_and_what_is_put_right_counts():
    case = _registered()
    page = in_one_line(client_of(case).get(address(case)).content.decode())
    assert f"Dit telt op {date_format(counts_on(timezone.localdate()), 'j F Y')}" in page
    assert "Wethouder" in page
    older = right(case, channel="phone")
    assert client_of(case).post(address(case), right(case, group="mayor")).status_code == 302
    assert Note.objects.get().kind == Note.Kind.COUNT
    assert client_of(case).post(address(case), older).status_code == 422
    assert not facts_of_case(case)
    leave_report(Case.objects.get(id=case.id), timezone.now())
    assert codes(case)[0]["group"] == "mayor"
    assert not FactCorrection.objects.exists()


def test_what_should_not_count_leaves_no_fact_and_can_come_back():
    case = _registered()
    assert client_of(case).post(address(case), right(case, wrong="never")).status_code == 302
    assert "Telt niet mee" in client_of(case).get(address(case)).content.decode()
    leave_report(Case.objects.get(id=case.id), timezone.now())
    assert not facts_of_case(case)
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        client_of(case).post(address(case), right(case, wrong="details"))
    assert codes(case)[0]["group"] == "alderman"
