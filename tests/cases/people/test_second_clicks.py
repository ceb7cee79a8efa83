"""The second click on what was done already: the page says how it stands, and nothing is done twice."""

import pytest
from django.urls import reverse

from cases.models import HandOver
from cases.people.handover import colleagues
from organisations.access.bars import Suspended, suspend
from organisations.models import Assignment, Suspension
from tests.support.barred import about_nobody
from tests.support.build import a_case, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
ALREADY = "Dit was al veranderd. Zo staat het er nu voor."


@pytest.fixture
def case(place):
    return a_case(place, "integrity")


def _twice(case, url: str, sent: dict, *, by: str = "case_officer") -> None:
    client = signed_in(who(case.id, by).person)
    assert client.post(url, sent).status_code == 302
    again = client.post(url, sent, follow=True)
    assert again.status_code == 200
    assert ALREADY in words_of(again)


def _task(case, relation: str) -> Assignment:
    return Assignment.objects.running().get(case=case.id, relation=relation)


def test_a_task_that_was_handed_over(place):
    case, _receipt = about_nobody(place)
    colleague = colleagues(case)[0].person
    sent = {"to": colleague.id, "reason": "Met verlof vanaf vandaag."}
    _twice(case, reverse("cases:give", args=[case.id, _task(case, "co_reader").id]), sent, by="handler")
    assert HandOver.objects.count() == 1


def test_somebody_who_was_said_not_to_be_free(case):
    sent = {"grounds": ["interest"], "reason": "Kent de melder te goed."}
    _twice(case, reverse("cases:conflict", args=[case.id, _task(case, "handler").id]), sent)
    assert Suspension.objects.filter(case=case.id).count() == 1


def test_a_question_that_was_answered(case, place):
    suspend(case.id, place.organisation, [Suspended(str(place["alderman"].id))])
    asked = Suspension.objects.get(case=case.id)
    _twice(case, reverse("cases:concerned", args=[case.id, asked.id]), {"what": "concerned"})


def test_what_was_never_asked_does_not_exist(case):
    client = signed_in(who(case.id, "case_officer").person)
    nothing = "00000000-0000-4000-8000-000000000000"
    for name in ("give", "conflict", "concerned"):
        assert client.get(reverse(f"cases:{name}", args=[case.id, nothing])).status_code == 404
