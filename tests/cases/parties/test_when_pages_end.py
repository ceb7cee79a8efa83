"""When a papers page ends: of whom, with which keys, and once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.models import Bundle
from cases.parties.bundles import end_bundle, end_past, renew_code
from cases.parties.parties import parties_of
from cases.parties.replying import has_draft
from tests.support.build import a_case, who
from tests.support.papers_page import (
    PURPOSE,
    PapersPage,
    a_page,
    a_party,
    code_on,
    officer_of,
    open_page,
    page_url,
    put_draft,
)
from tests.support.reporter import words_of
from vault.ledger import entries
from vault.models import KeyGrant, KeyPair

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def case(place):
    return a_case(place, "integrity")


def _correct(case, party, **changed):
    sent = {"part": party.part, "name": "Mevrouw A. Echt", "token": uuid4(), **changed}
    return officer_of(case).post(f"/werkplek/zaak/{case.id}/mensen/{party.id}/verbeteren/", sent)


def _counsel_of(case, party):
    return a_page(case, a_party(case, "counsel", "Mr. K. Pleitman", speaks_for=party.id))


@pytest.mark.parametrize(
    "changed", [{"name": "De heer B. Heel Anders"}, {"part": "person_concerned"}, {"part": "witness"}]
)
def test_another_person_in_the_place_of_one_ends_the_page_of_their_counsel(case, changed):
    victim = a_party(case, "victim", "Mevrouw A. Echt")
    bundle, page = _counsel_of(case, victim)
    assert _correct(case, victim, **changed).status_code == 302
    bundle.refresh_from_db()
    assert bundle.ended_on
    assert PURPOSE not in PapersPage(page.own).words
    comes = case.parties.get(corrects=victim)
    counsel = case.parties.get(part="counsel", ended_at=None)
    assert counsel.speaks_for == comes
    assert counsel != bundle.party, "what stood on the page was not for the person who comes"
    known = {one.party: one.words.name for one in parties_of(case, who(case.id, "case_officer"))}
    assert known[counsel] == known[bundle.party] == "Mr. K. Pleitman"


def test_the_same_person_written_anew_keeps_the_page_of_their_counsel(case):
    victim = a_party(case, "victim", "Mevrouw A. Echt")
    bundle, page = _counsel_of(case, victim)
    assert _correct(case, victim, role="Griffie").status_code == 302
    assert PURPOSE in PapersPage(page.own).words
    bundle.party.refresh_from_db()
    assert bundle.party.speaks_for == case.parties.get(corrects=victim)


def test_whom_somebody_acts_for_does_not_come_to_act_for_another_one(case):
    victim, witness = a_party(case, "victim", "Mevrouw A. Echt"), a_party(case, "witness", "De heer G. Tuige")
    _counsel_of(case, victim)
    page = _correct(case, victim, part="companion", speaks_for=witness.id)
    assert page.status_code == 422
    assert "Iemand staat deze persoon bij" in page.content.decode()
    assert case.parties.filter(ended_at=None).count() == 3


def test_a_page_that_got_another_code_meanwhile_ends_with_the_keys_of_the_new_one(case):
    bundle, _page = a_page(case, a_party(case))
    actor = who(case.id, "case_officer")
    seen = Bundle.objects.select_related("case__report", "organisation", "party").get(id=bundle.id)
    renew_code(bundle, actor=actor)
    for _twice in range(2):
        end_bundle(seen, actor=actor)
    bundle.refresh_from_db()
    assert bundle.ended_on
    assert not KeyPair.objects.filter(id=bundle.reader).exists()
    assert not KeyGrant.objects.filter(reader=bundle.reader).exists()
    assert [entry.action for entry in entries(case.id)].count("bundle.ended") == 1


def test_a_page_past_its_last_day_ends_once(case):
    bundle, _page = a_page(case, a_party(case))
    for _twice in range(2):
        end_past(timezone.localdate() + timedelta(days=61))
    assert not KeyPair.objects.filter(id=bundle.reader).exists()
    assert [entry.action for entry in entries(case.id)].count("bundle.ended") == 1


def test_a_page_that_was_opened_twice_says_that_its_code_was_shown_once(case):
    party = a_party(case)
    first, again = (open_page(case, party) for _click in range(2))
    assert code_on(first.content.decode())
    words = words_of(again)
    assert "De code is één keer getoond en is nergens bewaard" in words
    assert "Hebt u die niet gezien? Maak dan een nieuwe." in words
    assert 'value="code"' in again.content.decode(), "the button for another code"
    assert case.bundles.count() == 1


@pytest.mark.parametrize("gone", ["eruit", "verbeteren"])
def test_of_who_no_longer_counts_the_page_does_not_say_that_the_part_gets_none(case, gone):
    party, sent = (
        a_party(case),
        {"reason": "Was die dag op vakantie.", "part": "witness", "name": "X", "token": uuid4()},
    )
    officer_of(case).post(f"/werkplek/zaak/{case.id}/mensen/{party.id}/{gone}/", sent | {"name": "Een ander"})
    words = words_of(officer_of(case).get(page_url(case, party)))
    assert "is uit de zaak gehaald of opnieuw opgeschreven" in words
    assert "Wie zo bij de zaak hoort" not in words


def test_a_draft_on_a_page_past_its_last_day_is_no_draft_that_they_can_read(case):
    party = a_party(case)
    bundle, _page = a_page(case, party)
    assert put_draft(case, party).status_code == 302
    assert has_draft(case, str(party.id))
    Bundle.objects.filter(id=bundle.id).update(until=timezone.localdate() - timedelta(days=1))
    assert not has_draft(case, str(party.id)), "also before the daily job ended the page"


@pytest.mark.parametrize("what", ["verbeteren", "eruit"])
def test_the_second_click_of_a_change_says_how_it_stands(case, what):
    party = a_party(case, "witness")
    sent = {"part": "witness", "name": "Mevrouw T. Zonderwater", "token": uuid4(), "reason": "Was op vakantie."}
    url = f"/werkplek/zaak/{case.id}/mensen/{party.id}/{what}/"
    assert officer_of(case).post(url, sent).status_code == 302
    again = officer_of(case).post(url, sent, follow=True)
    assert again.status_code == 200
    assert "Dit was al veranderd. Zo staat het er nu voor." in words_of(again)
    strange = f"/werkplek/zaak/{case.id}/mensen/{uuid4()}/{what}/"
    assert officer_of(case).post(strange, sent).status_code == 404
