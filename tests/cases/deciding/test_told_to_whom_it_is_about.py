"""What two people decided against somebody is told to that person, or two people say why not: the pages ask it until then."""

import pytest
from django.urls import reverse

from cases.models import Case
from tests.support.build import a_case, a_place, allowed, posted, signed_in, take, walk, who
from tests.support.pages import fields_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
UNTOLD = "Toegangsverbod: besloten, en nog niet gestuurd"


def _page(case: Case) -> str:
    return words_of(signed_in(who(case.id, "case_officer").person).get(reverse("cases:overview", args=[case.id])))


def _banned() -> Case:
    return walk(a_case(a_place()), "acknowledge", "assess", "low", "decide_ban")


def test_a_ban_is_asked_to_be_sent_also_after_another_answer():
    case = _banned()
    assert UNTOLD in _page(case)
    assert "send_ban" not in allowed(case)  # the step itself has a button for it
    walk(case, "respond_letter")
    page = _page(case)
    assert UNTOLD in page
    assert page.index("Stuur het besloten toegangsverbod") < page.index("Ook nu")
    officer = who(case.id, "case_officer")
    sent = signed_in(officer.person).post(
        reverse("cases:decision", args=[case.id, "send_ban"]), posted(case, "send_ban")
    )
    assert sent.status_code == 302
    assert UNTOLD not in _page(case)


def test_a_ban_that_is_sent_in_its_own_step_asks_nothing_more():
    case = walk(_banned(), "respond_ban")
    assert UNTOLD not in _page(case)


def test_nothing_ends_before_the_ban_was_told_or_two_people_said_why_not():
    case = walk(_banned(), "respond_letter")
    walk(case, "offer_adviser")
    assert "withdraw" not in allowed(case)
    take(case, "ban_not_told", who(case.id, "case_officer"))
    case.refresh_from_db()
    assert UNTOLD not in _page(case)
    assert dict(case.tracks.values_list("track", "state"))["ban"] == "not_told"


def test_a_ban_that_ended_is_still_told():
    case = walk(_banned(), "respond_letter")
    officer = who(case.id, "case_officer")
    record = case.records.get(form="ban")
    page = reverse("cases:end_record", args=[case.id, record.id, "handed_on"])
    client = signed_in(officer.person)
    given = fields_of(client.get(page)) | {"on": case.started_on.isoformat(), "record-1-whom": "De beveiliging"}
    assert client.post(page, given).status_code == 302
    assert UNTOLD in _page(case)


def test_an_interim_measure_is_told_before_it_is_in_force():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    assert "Voorlopige maatregel: besloten, en nog niet verteld" in _page(case)
    walk(case, "tell_interim")
    assert "besloten, en nog niet verteld" not in _page(case)
    assert dict(case.tracks.values_list("track", "state"))["interim_measure"] == "in_force"
