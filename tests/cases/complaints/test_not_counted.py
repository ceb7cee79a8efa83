"""Whoever has no part in a case and is named only in what is told apart about it counts it no longer; nobody else notices."""

import pytest
from django.test import Client

from cases.desk.access import countable_cases
from organisations.access.policy import Actor
from organisations.models import Recusal
from organisations.people.appointments import appoint, declare_relation
from reporting.models import Complaint
from tests.support.barred import about_nobody, called, compare_now
from tests.support.build import who
from tests.support.reporter import act, come_back

pytestmark = pytest.mark.django_db
WORDS = "Geef mij een ander. Niet Xerxes Zoutkamp: die bedreigt mij, over hem gaat mijn melding."


def _tell(receipt: str, text: str = WORDS) -> None:
    client = Client()
    assert act(client, come_back(client, receipt), "other_handler", text=text).status_code == 200


def _counts(person, case) -> bool:
    return countable_cases(Actor.at(person, case.organisation)).filter(id=case.id).exists()


def test_the_chair_who_is_named_in_what_is_told_apart_counts_the_case_no_longer(place):
    case, receipt = about_nobody(place)
    chair = called(place["mayor"], "Xerxes", "Zoutkamp")
    assert _counts(chair, case)
    _tell(receipt)
    assert not _counts(chair, case)
    assert not Recusal.objects.filter(case=case.id).exists(), "the case itself says so"


def test_the_chair_who_is_named_in_a_later_message_counts_it_no_longer(place):
    case, receipt = about_nobody(place)
    chair = called(place["mayor"], "Xerxes", "Zoutkamp")
    _tell(receipt, "Geef mij een ander.")
    assert _counts(chair, case)
    client = Client()
    act(client, come_back(client, receipt), "apart", complaint=str(Complaint.objects.get().id), text=WORDS)
    assert not _counts(chair, case)


@pytest.mark.parametrize("by", ["name", "role", "relation"])
def test_who_is_found_to_be_named_later_counts_it_no_longer(place, by):
    case, receipt = about_nobody(place)
    person, other = place["mayor"], place["council_member"]
    if by == "relation":
        called(other, "Xerxes", "Zoutkamp")
        declare_relation(other, place.organisation, person, "partner")
        person = other
    elif by == "role":
        person = called(other, "Xerxes", "Zoutkamp")
    _tell(receipt)
    if by == "name":
        assert _counts(person, case)
        called(person, "Xerxes", "Zoutkamp")
    appoint(person, place.organisation, "chair")
    compare_now()
    assert not _counts(person, case)


def test_who_has_a_part_in_the_case_and_who_is_not_named_count_on(place):
    case, receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Xerxes", "Zoutkamp")
    _tell(receipt)
    assert _counts(handler, case)
    assert _counts(place["mayor"], case)
