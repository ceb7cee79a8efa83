"""Every URL of the workplace for whoever may not reach a case: the answer is that for a case that does not exist, byte by
byte. The URLs come from the URL list itself, so that a new one cannot be forgotten."""

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cases.desk.page import TOLD_FOR
from cases.models import Case
from organisations.access.bars import recuse
from organisations.models import Assignment
from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.full_case import FullCase, a_full_case, case_patterns, patterns
from tests.support.places import Place, a_place
from vault.models import KeyGrant

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"')


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def full(place, tmp_path, settings):
    evidence_store(tmp_path, settings)
    return a_full_case(place, papers=False)


def _plain(answer: HttpResponse, case_id) -> tuple[int, bytes, str]:
    """Status, page and where it leads to, without the identifier of the case and the form token."""
    content = TOKEN.sub(b"", answer.content).replace(str(case_id).encode(), b"")
    return answer.status_code, content, answer.get("Location", "").replace(str(case_id), "")


def _answers(client: Client, full: FullCase, method: str, case_id) -> dict[str, tuple[int, bytes, str]]:
    send = getattr(client, method)
    return {
        str(pattern.name): _plain(send(full.address(pattern, case_id), {"what": "note"}), case_id)
        for pattern in case_patterns()
    }


def _strangers(place: Place, full: FullCase) -> dict[str, Client]:
    """Whoever may not reach the case: somebody recused whose permissions and keys are still there, and somebody whose
    assignment ended, both longer ago than a page tells of it."""
    busy = set(Assignment.objects.filter(case=full.case.id).values_list("person", flat=True))
    recused, ended = who(full.case.id, "co_reader").person, who(full.case.id, "support").person
    recuse(full.case.id, [recused.id])
    long_ago = timezone.localdate() - TOLD_FOR - timedelta(days=1)
    lost = Assignment.objects.filter(case=full.case.id, person__in=[recused, ended])
    lost.update(ended=True, ended_on=long_ago)
    return {
        "foreign": signed_in(next(person for person in place.people["officer"] if person.id not in busy)),
        "from elsewhere": place.others["province"].client("officer"),
        "recused": signed_in(recused),
        "ended": signed_in(ended),
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_reach_a_case_is_answered_as_if_it_did_not_exist(place, full, method):
    for name, client in _strangers(place, full).items():
        here = _answers(client, full, method, full.case.id)
        nowhere = _answers(client, full, method, NOWHERE)
        assert len(here) == len(case_patterns()) > 35
        assert {page for page in here if here[page] != nowhere[page]} == set(), name
        only_officers = {"split"}  # asks a role before it asks for a case
        assert {here[page][0] for page in here if page not in only_officers} == {404}, name


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_lost_a_case_lately_is_told_the_same_on_every_page_and_ground(place, full, method):
    """Also who is recused and of whom the worker has not ended anything yet."""
    recused, ended = who(full.case.id, "co_reader").person, who(full.case.id, "handler").person
    recuse(full.case.id, [recused.id])
    Assignment.objects.filter(case=full.case.id, person=ended).end()
    for person in (recused, ended):
        answers = _answers(signed_in(person), full, method, full.case.id)
        assert {answers[page][0] for page in answers if page != "split"} == {410}, person


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_not_signed_in_is_sent_to_sign_in_whether_the_case_exists_or_not(full, method):
    """What a browser sends of which nobody knows whose it is cannot be kept: it is shown, with the way to sign in."""
    here, nowhere = _answers(Client(), full, method, full.case.id), _answers(Client(), full, method, NOWHERE)
    assert here == nowhere
    for status, page, location in here.values():
        assert (status, location[:10]) == (302, "/inloggen/") if method == "get" else (403, "")
        assert method == "get" or b'href="/inloggen/?next=' in page


def test_who_works_the_case_reaches_every_page_and_no_other_method_than_it_has(full):
    client = signed_in(who(full.case.id, "case_officer").person)
    of_others = {"identity_known", "identity_consent", "identity_tell"}  # the confidential adviser's
    not_made = {
        "document",
        "document_file",
        "export_file",
        "redaction",
        "mask_words",
        "check_redaction",
        "mask_text",
        "masked_copy",
        "sender_code",
    }
    only_posted = {"decide_transfer", "answer_export"}
    for pattern in case_patterns():
        url = full.address(pattern)
        expected = 404 if pattern.name in of_others | not_made else 405 if pattern.name in only_posted else 200
        assert client.get(url).status_code == expected, pattern.name
        assert client.put(url).status_code == (404 if pattern.name in of_others else 405), pattern.name


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_works_the_case_without_a_key_is_refused_and_nothing_breaks(full, method):
    """The policy lets them in and the vault does not: that ends in "not found" or in a page without the words, never in a fault."""
    handler = who(full.case.id, "case_officer").person
    kept = KeyGrant.objects.filter(case=full.case.id, reader__holder=handler.id)
    for compartment in sorted({str(grant.compartment) for grant in kept}):
        for grant in kept.filter(compartment=compartment):
            grant.delete()
            answers = _answers(signed_in(handler), full, method, full.case.id)
            grant.save(force_insert=True)
            assert {page: answer[0] for page, answer in answers.items() if answer[0] >= 500} == {}, compartment


def test_no_list_names_a_case_that_somebody_may_not_reach(place, full):
    number = Case.objects.get(id=full.case.id).number.encode()
    lists = [pattern for pattern in patterns() if pattern not in case_patterns()]
    assert len(lists) > 5
    for name, client in _strangers(place, full).items():
        for pattern in lists:
            url = full.address(pattern)
            for answer in (client.get(url), client.post(url, {"case": full.case.id})):
                assert number not in answer.content, (name, pattern.name)
