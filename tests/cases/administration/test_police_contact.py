"""The contact at the police and the keyword: kept by the administrator, read where somebody decides about the police."""

import pytest
from django.urls import reverse

from cases.models import PoliceContact
from tests.support.build import a_case, signed_in, walk, who
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
PAGE, WORD = "/beheer/politie/", "kanariegeel"
GIVEN = {"name": "De operationeel expert", "reach": "000 000 00 09", "keyword": WORD}


def test_who_decides_about_the_police_reads_the_contact_there_and_nobody_else_does():
    place = a_place()
    administrator = place.client("administrator")
    assert administrator.post(PAGE, {**GIVEN, "reach": ""}).status_code == 422
    assert not PoliceContact.objects.exists()
    assert administrator.post(PAGE, GIVEN).status_code == 302
    assert WORD in administrator.get(PAGE).content.decode()
    assert WORD.encode() not in bytes(PoliceContact.objects.get().sealed)
    for role in ("officer", "coordinator", "mayor"):
        assert place.client(role).get(PAGE).status_code == 403, role
    case = walk(a_case(place), "acknowledge", "assess")
    officer = signed_in(who(case.id, "case_officer").person)
    for code in ("ask_priority_note", "consult"):
        page = words_of(officer.get(reverse("cases:decision", args=[case.id, code])))
        assert "De operationeel expert, 000 000 00 09" in page
        assert WORD in page
    assert WORD not in words_of(officer.get(reverse("cases:decision", args=[case.id, "low"])))
    assert WORD not in words_of(officer.get(reverse("cases:overview", args=[case.id])))


def test_without_a_contact_the_page_says_nothing_of_one():
    case = walk(a_case(a_place()), "acknowledge", "assess")
    officer = signed_in(who(case.id, "case_officer").person)
    page = officer.get(reverse("cases:decision", args=[case.id, "ask_priority_note"]))
    assert page.status_code == 200
    assert "Uw contact bij de politie" not in words_of(page)
