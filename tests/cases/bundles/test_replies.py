"""The reply of a person of the case, their own waiver, or the end of their term ends what waits for it, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.deciding.judging import situation
from cases.jobs import end_bundles
from cases.models import BundleEntry
from tests.support.build import a_case, a_place, posted, take, walk, who
from tests.support.papers_page import a_page, a_party, officer_of, page_url, put_draft
from vault.ledger import entries
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
TO_REPLY = (
    "acknowledge", "register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed",
    "draft_ready",
)  # fmt: skip


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def case(place):
    return walk(a_case(place, "integrity"), *TO_REPLY)


@pytest.fixture
def concerned(case):
    return case.parties.get(part="person_concerned")


def _ask(case, party, way: str = "page"):
    """Record that the draft went out to this person."""
    case.refresh_from_db()
    rule = dict(case.protocol.every_decision())["send_extracts"]
    deed = a_deed(case, rule, timezone.now())
    row = deed.rows[0] | {"whom": str(party.id), "way": way}
    take(case, "send_extracts", who(case.id, "case_officer"), deed=replace(deed, rows=(row,)))
    case.refresh_from_db()
    return case.records.filter(form="extract").latest("decision__sequence")


def _recorded(case) -> str:
    page = officer_of(case).get(f"/werkplek/zaak/{case.id}/vastgelegd/").content.decode()
    return " ".join(page.split())


def test_a_reply_on_the_page_ends_what_waits_for_it(case, concerned):
    bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    record = _ask(case, concerned)
    assert record.party == concerned
    assert "extract" in situation(case).running
    page = _again(page)
    page.send("message", text="Ik lees het morgen.")
    record.refresh_from_db()
    assert record.came_to == ""
    page.send("reply", entry="1", text="Punt 2 klopt niet.")
    record.refresh_from_db()
    assert (record.came_to, record.ended_on, record.ended_by) == ("replied", TODAY(), None)
    assert record.answer == bundle.entries.get(kind="reply")
    assert "extract" in situation(case).ended
    assert "Heeft gereageerd" in _recorded(case)
    assert "op de eigen stukkenpagina" in _recorded(case)
    ended = [one for one in entries(case.id) if one.action == "record.ended"]
    assert [one.actor for one in ended] == [None]


def _again(page):
    """The same person comes back, and sees what is new."""
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    return page


def test_an_own_waiver_ends_it_as_a_waiver(case, concerned):
    _bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    record = _ask(case, concerned)
    _again(page).send("no_reply", entry="1", sure="on")
    record.refresh_from_db()
    assert record.came_to == "waived"
    assert "Ziet zelf af van een reactie" in _recorded(case)


def test_a_reply_that_came_before_it_was_recorded_counts(case, concerned):
    _bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    _again(page).send("reply", entry="1", text="Punt 2 klopt niet.")
    assert _ask(case, concerned).came_to == "replied"


def test_a_reply_of_somebody_else_ends_nothing(case, concerned):
    victim = a_party(case)
    _bundle, page = a_page(case, victim)
    put_draft(case, victim)
    record = _ask(case, concerned, "letter")
    _again(page).send("reply", entry="1", text="Ik ben iemand anders.")
    record.refresh_from_db()
    assert record.came_to == ""


def test_a_reply_to_an_earlier_draft_ends_nothing(case, concerned):
    bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    _again(page).send("reply", entry="1", text="Op het eerste concept.")
    bundle.entries.update(on=TODAY() - timedelta(days=20))
    assert _ask(case, concerned, "letter").came_to == ""


def test_counsel_replies_for_who_they_act_for_and_does_not_waive_for_them(case, concerned):
    counsel = a_party(case, "counsel", "Mr. K. Pleitman", speaks_for=concerned.id)
    _bundle, page = a_page(case, counsel)
    for _number in range(2):
        put_draft(case, counsel)
    record = _ask(case, concerned, "letter")
    _again(page).send("no_reply", entry="1", sure="on")
    page.send("reply", entry="2", text="Namens mijn cliënt.")
    record.refresh_from_db()
    assert record.came_to == ""
    BundleEntry.objects.filter(kind="no_reply").update(kind="reply")
    end_bundles(None)
    record.refresh_from_db()
    assert record.came_to == "replied"


def test_every_draft_must_be_answered(case, concerned):
    _bundle, page = a_page(case, concerned)
    for _number in range(2):
        put_draft(case, concerned)
    record = _ask(case, concerned)
    _again(page).send("reply", entry="1", text="Over het eerste deel.")
    record.refresh_from_db()
    assert record.came_to == ""
    page.send("no_reply", entry="2", sure="on")
    record.refresh_from_db()
    assert record.came_to == "replied"


def test_the_end_of_a_term_that_was_seen_ends_it(case, concerned):
    bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    record = _ask(case, concerned)
    _again(page)
    last = bundle.entries.get(kind="draft").reply_until
    for day, came_to in ((last, ""), (last + timedelta(days=1), "passed")):
        with time_machine.travel(f"{day} 12:00+01:00"):
            end_bundles(None)
        record.refresh_from_db()
        assert record.came_to == came_to
    assert record.ended_on == last + timedelta(days=1)
    assert "Reageerde niet binnen de termijn" in _recorded(case)


@pytest.mark.parametrize("cut", ["not seen", "ended early"])
def test_a_term_that_was_not_seen_or_not_whole_ends_nothing(case, concerned, cut):
    _bundle, page = a_page(case, concerned)
    put_draft(case, concerned)
    record = _ask(case, concerned)
    if cut == "ended early":
        _again(page)
        officer_of(case).post(page_url(case, concerned), {"what": "end"})
    with time_machine.travel(f"{TODAY() + timedelta(days=40)} 12:00+01:00"):
        end_bundles(None)
    record.refresh_from_db()
    assert record.came_to == ""


def test_nobody_says_by_hand_that_a_term_passed(case, concerned):
    record = _ask(case, concerned, "letter")
    address = f"/werkplek/zaak/{case.id}/vastgelegd/{record.id}/einde/passed/"
    assert officer_of(case).get(address).status_code == 404
    assert officer_of(case).post(address, {"on": f"{TODAY()}"}).status_code in {404, 422}
    record.refresh_from_db()
    assert record.came_to == ""


def test_a_term_is_never_shorter_than_that_of_the_protocol_or_longer_than_the_page(case, concerned):
    bundle, _page = a_page(case, concerned)
    for days in (0, 1, 5, 100):
        assert put_draft(case, concerned, days).status_code == 422
    assert not bundle.entries.exists()
    assert put_draft(case, concerned, 50).status_code == 302


def test_a_draft_on_the_page_is_said_only_where_one_stands_there(case, concerned):
    fields = posted(case, "send_extracts", **{"record-1-whom": str(concerned.id), "record-1-way": "page"})
    address = f"/werkplek/zaak/{case.id}/besluit/send_extracts/"
    refused = officer_of(case).post(address, fields)
    assert refused.status_code == 422
    assert "Er staat geen concept op de stukkenpagina" in refused.content.decode()
    a_page(case, concerned)
    put_draft(case, concerned)
    assert officer_of(case).post(address, fields).status_code == 302
    assert str(concerned.id) not in _recorded(case)
    assert "Voorbeeldman" in _recorded(case)


def test_an_extract_names_somebody_of_this_case(place, case, concerned):
    other = a_party(a_case(place, "integrity"))
    for person in ("", str(other.id), "niemand"):
        fields = posted(case, "send_extracts", **{"record-1-whom": person, "record-1-way": "letter"})
        assert officer_of(case).post(f"/werkplek/zaak/{case.id}/besluit/send_extracts/", fields).status_code == 422
    assert not case.records.filter(form="extract").exists()


def test_a_hearing_and_a_talk_name_one_person(place, case):
    hearing = case.records.filter(form="hearing").first()
    assert hearing is not None
    assert hearing.party is not None
    talked = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "talk", "not_solved")
    assert talked.records.get(form="talk").party == talked.parties.get(part="person_concerned")
