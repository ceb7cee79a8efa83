"""What a deed keeps is read wherever a case is read: outcome, records, what the reporter was told, who agreed, and its own day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.deeds import Deed
from cases.deciding.proposals import propose, refuse
from cases.deciding.records.records import end_record
from cases.file.search import search
from cases.people.handover import recovery_of
from cases.people.words.said import Said
from cases.redaction.sources import sources_of
from tests.support.build import REASON, a_case, a_place, second, signed_in, walk, who
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_deed, a_row

pytestmark = pytest.mark.django_db
NOTHING_MORE = "no_follow_up"


@pytest.fixture
def case():
    return walk(a_case(a_place()), "acknowledge", "assess", "medium")


def _adopt(case, what: str):
    now = timezone.now()
    actor = who(case.id, "case_officer")
    deed = Deed(rows=(dict(a_row("measure", now)) | {"what": what},))
    decide(case, Choice("adopt", reason=REASON, deed=deed), actor=actor, revision=case.revision)
    case.refresh_from_db()
    return actor, case.records.get(form="measure")


def test_the_words_of_records_are_found_masked_and_compared_for_recusal(case):
    actor, record = _adopt(case, "Zwanenhalsslot op de achterdeur")
    given = {"why": "Wijkteam Kwartelsteeg doet het nu."}
    end_record(case, record.id, "stopped", timezone.localdate(), given, actor=actor)
    assert [hit.part for hit in search(actor, "zwanenhalsslot").hits] == ["records"]
    assert [hit.part for hit in search(actor, "kwartelsteeg").hits] == ["records"]
    [source] = [one for one in sources_of(case, actor) if one.id == f"record:{record.id}"]
    assert "Zwanenhalsslot" in source.text
    assert "Kwartelsteeg" in source.text
    said = "\n".join(Said(case, recovery_of(case)).words())
    assert "Zwanenhalsslot" in said
    assert "Kwartelsteeg" in said


def test_masks_of_a_decision_stay_when_what_it_recorded_ends(case):
    actor, record = _adopt(case, "Een slot")
    before = {one.id: one.hash for one in sources_of(case, actor)}
    end_record(case, record.id, "done", timezone.localdate(), {}, actor=actor)
    after = {one.id: one.hash for one in sources_of(case, actor)}
    assert {name for name in before if before[name] != after[name]} == {f"record:{record.id}"}


def test_what_was_proposed_and_refused_is_found_and_can_be_masked():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    actor = who(case.id, "case_officer")
    rule = dict(case.protocol.every_decision())[NOTHING_MORE]
    deed, why = a_deed(case, rule, timezone.now()), "Dit is geen schending, zo staat het in de Merelverordening."
    choice = Choice(NOTHING_MORE, why, rule.outcome[0], {}, deed)
    proposal = propose(case, choice, actor=actor, revision=case.revision)
    other = second(case, actor)
    refuse(case, proposal.id, actor=other, reason="De Lijsterregeling zegt iets anders.")
    assert search(actor, "merelverordening").hits
    assert search(actor, "lijsterregeling").hits
    [source] = [one for one in sources_of(case, actor) if one.id == f"proposal:{proposal.id}"]
    assert "Merelverordening" in source.text
    assert "Lijsterregeling" in source.text
    assert "Merelverordening" in "\n".join(Said(case, recovery_of(case)).words())


def test_the_outcome_and_who_agreed_stand_in_decisions_timeline_and_export():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", "register", "accept")
    actor = who(case.id, "case_officer")
    case = walk(case, f"{NOTHING_MORE}=unfounded")
    row = case.decisions.get(code=NOTHING_MORE)
    client = signed_in(actor.person)
    for page in ("besluiten", "tijdlijn"):
        words = words_of(client.get(f"/werkplek/zaak/{case.id}/{page}/"))
        assert "Ongegrond" in words
        assert row.agreed_by.name in words
    [source] = [one for one in sources_of(case, actor) if one.id == f"decision:{row.id}"]
    assert "Uitkomst: Ongegrond" in source.text
    assert "Akkoord: " in source.text
    assert row.agreed_by.name not in source.text
    assert "Besproken en vastgelegd" in source.text  # what the reporter was told


def test_a_deed_stands_on_its_own_day(case):
    actor = who(case.id, "case_officer")
    row = case.decisions.get(code="assess")
    type(row).objects.filter(id=row.id).update(done_at=row.made_at - timedelta(days=3))
    day = timezone.localdate(row.made_at) - timedelta(days=3)
    [source] = [one for one in sources_of(case, actor) if one.id == f"decision:{row.id}"]
    assert source.on == day
    assert "Vastgelegd op: " in source.text


def test_how_a_letter_went_out_is_read_in_words():
    case = walk(a_case(a_place(), "integrity"), "inform_subject")
    page = words_of(signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/besluiten/"))
    assert "met de post" in page
    assert ", letter" not in page
