"""The workplace: who reaches what, bad moves that lose nothing, and a list that costs the same for many cases."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.build import PASSWORD, REASON, a_case, posted, signed_in, walk, who
from vault import ledger

pytestmark = pytest.mark.django_db


def _plain(answer, case_id) -> bytes:
    """The page without its own address and form token."""
    return re.sub(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"', b"", answer.content).replace(
        str(case_id).encode(), b""
    )


def _decide(client: Client, case, code: str, **fields):
    return client.post(f"/werkplek/zaak/{case.id}/besluit/{code}/", posted(case, code, **fields))


@pytest.mark.parametrize("path", ["/werkplek/", "/zorgplicht/"])
def test_who_is_not_signed_in_is_asked_to(place, path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/inloggen/")


@pytest.mark.both
def test_sign_in_by_e_mail_leads_to_the_worklist(place):
    client = Client()
    wrong = client.post("/inloggen/", {"login": place["officer"].email, "password": "niet het goede wachtwoord"})
    assert wrong.status_code == 200
    assert "Dit e-mailadres en wachtwoord horen niet bij elkaar" in wrong.content.decode()
    assert not re.search(r"\b(je|jij|jou|jouw)\b", wrong.content.decode()), "people are addressed as u"
    answer = client.post("/inloggen/", {"login": place["officer"].email, "password": PASSWORD})
    assert answer["Location"] == "/werkplek/"


@pytest.mark.parametrize("code", ["administrator", "archivist", "auditor", "council_member", "alderman"])
def test_without_a_task_a_case_cannot_be_told_from_one_that_does_not_exist(place, code):
    case = a_case(place)
    client = signed_in(place[code])
    there = client.get(f"/werkplek/zaak/{case.id}/")
    nowhere = client.get("/werkplek/zaak/00000000-0000-4000-8000-000000000000/")
    assert _plain(there, case.id) == _plain(nowhere, "00000000-0000-4000-8000-000000000000")
    assert there.status_code == 404
    assert case.number not in client.get("/werkplek/").content.decode()


@pytest.mark.parametrize("relation", ["handler", "case_officer", "co_reader", "support"])
def test_each_task_reaches_what_it_may(place, relation):
    case = a_case(place)
    client = signed_in(who(case.id, relation).person)
    expected = {
        "": 200,
        "toegang/": 200,
        "melding/": 404 if relation == "support" else 200,
        "besluiten/": 404 if relation == "support" else 200,
        "logboek/": 404 if relation == "support" else 200,
        "besluit/acknowledge/": 200 if relation in {"handler", "case_officer"} else 404,
    }
    assert {part: client.get(f"/werkplek/zaak/{case.id}/{part}").status_code for part in expected} == expected


def test_a_decision_without_a_reason_is_not_taken(place):
    case = a_case(place)
    answer = _decide(signed_in(who(case.id, "case_officer").person), case, "acknowledge", reason="kort")
    assert answer.status_code == 422
    assert "ten minste 10 tekens" in answer.content.decode()
    assert not case.decisions.exists()


def test_a_decision_out_of_order_says_what_comes_first_and_keeps_the_reason(place):
    case = a_case(place)
    answer = _decide(signed_in(who(case.id, "case_officer").person), case, "give_feedback")
    assert answer.status_code == 422
    assert "Leg eerst vast: “Bevestig de ontvangst aan de melder”" in answer.content.decode()
    assert REASON in answer.content.decode()


def test_of_two_officers_who_decide_at_once_one_stands_and_the_other_is_told(place):
    case = a_case(place)
    handler, officer = signed_in(who(case.id, "handler").person), signed_in(who(case.id, "case_officer").person)
    unread = _decide(handler, case, "acknowledge")
    assert unread.status_code == 422  # nobody says that it is handled before they read it
    assert f"/werkplek/zaak/{case.id}/melding/" in unread.content.decode()
    assert "Lees eerst de melding" in unread.content.decode()
    assert handler.get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert _decide(handler, case, "acknowledge").status_code == 302
    late = _decide(officer, case, "assess")
    text = late.content.decode()
    assert late.status_code == 422
    assert "Bevestig de ontvangst aan de melder" in text
    assert who(case.id, "handler").person.name in text
    assert REASON in text
    assert case.decisions.count() == 1


def test_a_closed_case_says_that_it_is_closed(place):
    case = walk(a_case(place), "withdraw=withdrawn")
    client = signed_in(who(case.id, "case_officer").person)
    answer = _decide(client, case, "acknowledge")
    assert "gesloten" in answer.content.decode()
    assert case.number in client.get("/werkplek/?show=closed").content.decode()


def test_reasons_are_read_by_who_may_read_the_file(place):
    case = walk(a_case(place), "acknowledge")
    page = signed_in(who(case.id, "co_reader").person).get(f"/werkplek/zaak/{case.id}/besluiten/")
    assert REASON in page.content.decode()


def test_every_view_of_a_case_is_in_its_log(place):
    case = a_case(place)
    officer = who(case.id, "case_officer").person
    client = signed_in(officer)
    for part in ("", "melding/", "besluiten/", "toegang/", "logboek/"):
        before = len(ledger.entries(case.id))
        client.get(f"/werkplek/zaak/{case.id}/{part}")
        added = ledger.entries(case.id)[before:]
        assert [entry.actor for entry in added] == [officer.id], part
    assert ledger.verify(case.id) == []


def test_a_tampered_log_is_shown_as_tampered(place):
    from vault.models import LedgerEvent

    case = a_case(place)
    LedgerEvent.objects.filter(chain=case.id, sequence=1).delete()
    page = signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/logboek/")
    assert "geknoeid" in page.content.decode()


def test_the_worklist_costs_the_same_for_two_cases_and_for_ten(place):
    client = place.client("coordinator")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/werkplek/").status_code == 200
        return len(captured)

    for _ in range(2):
        a_case(place)
    client.get("/werkplek/")
    few = queries()
    for _ in range(8):
        a_case(place)
    assert queries() <= few
    assert few <= 40


def test_somebody_in_two_organisations_switches_and_sees_one_at_a_time(place):
    from organisations.people.appointments import appoint

    other = place.others["water_authority"]
    person = place["coordinator"]
    appoint(person, other.organisation, "coordinator")
    case = a_case(place)
    client = signed_in(person)
    client.post("/organisatie/", {"organisation": other.organisation.slug})
    assert case.number not in client.get("/werkplek/").content.decode()
    client.post("/organisatie/", {"organisation": place.organisation.slug})
    assert case.number in client.get("/werkplek/").content.decode()
    assert client.post("/organisatie/", {"organisation": "provincie-voorbeeldland"}).status_code == 400


def test_the_chair_sees_no_content_and_no_number_under_three_cases(place):
    a_case(place)
    page = place.client("mayor").get("/zorgplicht/").content.decode()
    assert "minder dan drie zaken" in page
    assert "Na de vergadering" not in page


def test_the_chairs_numbers_are_multiples_of_five_that_add_up(place):
    from django.utils import timezone

    from care.overview import overview

    for kind in ("aggression", "aggression", "integrity", "pressure", "aggression"):
        a_case(place, kind)
    found = overview(place.actor("mayor"), timezone.localdate().year)
    values = [one.value for one in found.opened]
    assert found.enough
    assert all(value % 5 == 0 for value in [*values, found.opened_total])
    assert sum(values) == found.opened_total


def test_only_a_chair_opens_the_duty_of_care(place):
    assert place.client("officer").get("/zorgplicht/").status_code == 403
    assert place.client("mayor").get("/zorgplicht/").status_code == 200
