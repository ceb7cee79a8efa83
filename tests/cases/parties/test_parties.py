"""People of a case who do not work it: written down, corrected, taken out, and compared with who works the case."""

from uuid import uuid4

import pytest

from cases.models import Party
from cases.parties.parties import PartyWords, add_party, parties_of
from organisations.access.bars import barred_among
from organisations.models import Assignment
from tests.support.build import a_case, a_place, posted, signed_in, walk, who
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db
TO_FACTS = (
    "acknowledge",
    "register",
    "accept",
    "preliminary_inquiry",
    "plausible",
    "internal",
    "inform_subject",
    "signed",
)


@pytest.fixture
def case():
    return a_case(a_place(), "integrity")


def _client(case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def _url(case) -> str:
    return f"/werkplek/zaak/{case.id}/mensen/"


def _add(client, case, **changed):
    sent = {"part": "witness", "name": "Mevrouw T. Zonderland", "role": "Griffie", "contact": "", "token": uuid4()}
    return client.post(_url(case), sent | changed)


def test_a_person_of_the_case_is_sealed_and_read_by_who_reads_the_file(case):
    assert _add(_client(case), case).status_code == 302
    for relation in ("handler", "co_reader"):
        assert "Zonderland" in _client(case, relation).get(_url(case)).content.decode()
    assert _client(case, "support").get(_url(case)).status_code == 404
    assert not any(b"Zonderland" in bytes(row.ciphertext) for row in SealedText.objects.all())
    assert "Zonderland" not in str(Party.objects.values())
    assert "party.added" in [entry.action for entry in entries(case.id)]


def test_a_page_that_is_sent_twice_writes_one_person(case):
    client, token = _client(case), uuid4()
    for _ in range(2):
        _add(client, case, token=token)
    assert case.parties.count() == 1


def test_nothing_typed_is_lost_when_something_is_missing(case):
    page = _add(_client(case), case, part="")
    assert page.status_code == 422
    assert "Zonderland" in page.content.decode()
    assert case.parties.count() == 0


def test_who_acts_for_somebody_names_that_person(case):
    client = _client(case)
    assert _add(client, case, part="counsel", name="Mr. K. Pleitman").status_code == 422
    _add(client, case)
    witness = case.parties.get()
    assert _add(client, case, part="counsel", name="Mr. K. Pleitman", speaks_for=witness.id).status_code == 302
    page = client.get(_url(case)).content.decode()
    assert "staat Mevrouw T. Zonderland bij" in page
    refused = client.post(f"{_url(case)}{witness.id}/eruit/", {"reason": "Was die dag op vakantie."})
    assert refused.status_code == 422


def test_a_correction_takes_the_place_and_leaves_what_was_written(case):
    client = _client(case)
    _add(client, case)
    wrong = case.parties.get()
    page = client.get(f"{_url(case)}{wrong.id}/verbeteren/")
    assert "Zonderland" in page.content.decode()
    fields = {"part": "victim", "name": "Mevrouw T. Zonderwater", "token": uuid4()}
    assert client.post(f"{_url(case)}{wrong.id}/verbeteren/", fields).status_code == 302
    known = parties_of(case, who(case.id, "case_officer"))
    assert [(one.words.name, one.party.is_ended) for one in known] == [
        ("Mevrouw T. Zonderland", True),
        ("Mevrouw T. Zonderwater", False),
    ]
    again = client.post(f"{_url(case)}{wrong.id}/verbeteren/", fields | {"token": uuid4()}, follow=True)
    assert "Dit was al veranderd" in again.content.decode()
    assert case.parties.count() == 2


def test_who_is_taken_out_stays_readable_with_the_reason(case):
    client = _client(case)
    _add(client, case)
    party = case.parties.get()
    assert client.post(f"{_url(case)}{party.id}/eruit/", {"reason": "kort"}).status_code == 422
    assert client.post(f"{_url(case)}{party.id}/eruit/", {"reason": "Was die dag op vakantie."}).status_code == 302
    page = client.get(_url(case)).content.decode()
    assert "<del>Mevrouw T. Zonderland" in page
    assert "Was die dag op vakantie." in page


def test_a_colleague_who_is_written_down_as_a_witness_no_longer_works_the_case(case):
    reader = who(case.id, "co_reader")
    _add(_client(case), case, name=reader.person.name)
    assert reader.person.id in barred_among(case.id, [reader.person.id]).everybody
    assert signed_in(reader.person).get(_url(case)).status_code == 410
    assert not Assignment.objects.running().filter(case=case.id, person=reader.person).exists()


def test_who_comes_later_is_compared_with_the_people_of_the_case(case):
    from cases.people.barring import compare

    place_person = who(case.id, "handler").person
    other = (
        type(place_person)
        .objects.exclude(id__in=Assignment.objects.filter(case=case.id).values("person"))
        .exclude(surname="")
        .first()
    )
    actor = who(case.id, "case_officer")
    add_party(case, "victim", PartyWords(other.name), actor=actor, token=uuid4())
    compare(case, other)
    assert other.id in barred_among(case.id, [other.id]).everybody


def test_a_hearing_names_somebody_of_the_case_and_writes_down_who_is_new():
    case = a_case(a_place(), "integrity")
    _to_hearing(case)
    client = _client(case)
    empty = client.post(f"/werkplek/zaak/{case.id}/besluit/hear/", posted(case, "hear", person=""))
    assert empty.status_code == 422
    fields = posted(case, "hear", person="new", person_name="De heer B. Getuige", person_part="witness")
    assert client.post(f"/werkplek/zaak/{case.id}/besluit/hear/", fields).status_code == 302
    party = case.parties.get(part="witness")
    before = case.parties.count()
    case.refresh_from_db()
    again = posted(case, "hear", person=str(party.id), person_name="", person_part="")
    assert client.post(f"/werkplek/zaak/{case.id}/besluit/hear/", again).status_code == 302
    assert case.parties.count() == before
    assert "De heer B. Getuige (Getuige)" in client.get(f"/werkplek/zaak/{case.id}/besluiten/").content.decode()


def test_a_person_of_another_case_cannot_be_named():
    place = a_place()
    case, other = a_case(place, "integrity"), a_case(place, "integrity")
    stranger = add_party(other, "witness", PartyWords("B. Vreemd"), actor=who(other.id, "case_officer"), token=uuid4())
    _to_hearing(case)
    fields = posted(case, "hear", person=str(stranger.id))
    page = _client(case).post(f"/werkplek/zaak/{case.id}/besluit/hear/", fields)
    assert page.status_code == 422


def _to_hearing(case) -> None:
    walk(case, *TO_FACTS)
