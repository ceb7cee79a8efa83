"""What two people decided against somebody is told to that person, or two people say why not: the pages ask it until then."""

import pytest
from django.urls import reverse

from cases.models import Case
from tests.support.build import a_case, a_place, allowed, signed_in, walk, who
from tests.support.measures import BAN, SEND, a_measure, a_weighed_case, done
from tests.support.pages import fields_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
UNTOLD = "kent de maatregel niet zoals die nu is"


def _page(case: Case) -> str:
    return words_of(signed_in(who(case.id, "case_officer").person).get(reverse("cases:overview", args=[case.id])))


def test_a_measure_is_asked_to_be_told_first_of_all_also_after_another_answer():
    case = a_weighed_case(a_place())
    a_measure(case, **BAN)
    assert UNTOLD in _page(case)
    walk(case, "respond_letter")
    officer = signed_in(who(case.id, "case_officer").person)
    page = officer.get(reverse("cases:overview", args=[case.id])).content.decode()
    assert page.index("utrecht-alert--error") < page.index("<h2")
    assert UNTOLD in _page(case)
    done(case, SEND)
    assert UNTOLD not in _page(case)


def test_a_measure_of_which_the_person_does_not_know_does_not_run_out():
    case = a_weighed_case(a_place())
    record = a_measure(case, **BAN)
    page = reverse("cases:end_record", args=[case.id, record.id, "done"])
    client = signed_in(who(case.id, "case_officer").person)
    given = fields_of(client.get(page)) | {"on": case.started_on.isoformat()}
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert "De persoon weet er nog niet van" in words_of(refused)


def test_nothing_ends_while_an_interim_measure_was_not_told():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    assert "other_regime" not in allowed(case)


def test_an_interim_measure_is_told_before_it_is_in_force():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    assert "Voorlopige maatregel: besloten, en nog niet verteld" in _page(case)
    walk(case, "tell_interim")
    assert "besloten, en nog niet verteld" not in _page(case)
    assert dict(case.tracks.values_list("track", "state"))["interim_measure"] == "in_force"
