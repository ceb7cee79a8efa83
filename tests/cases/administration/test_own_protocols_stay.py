"""An adopted protocol stays in force as it was when the national one changes, and its draft says what is new or missing."""

import pytest
from django.utils import timezone

from cases.administration.adoption import draft_of, move_to, offered, protocol_in_force, publish, save
from cases.deciding.decisions import Choice, decide
from cases.desk.refusals import Refused
from cases.models import Case, OwnProtocol
from cases.models.own.protocol import own_protocol
from cases.protocol.composition import ProtocolChanges, blocks, compose, fitting, national
from cases.protocol.floor import with_floor
from organisations.access.policy import Actor
from tests.support.build import REASON, a_case, a_place, signed_in, take, walk, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
BEFORE = "2026-12"
CHANGES = ProtocolChanges(deadline_lengths={"REBUTTAL_10WD": 15}, adopted_by="De raad")


@pytest.fixture
def place():
    return a_place()


def _adopted_before(place, changes: ProtocolChanges = CHANGES, base: str = "integrity") -> OwnProtocol:
    """As an organisation adopted it with the version before this one."""
    return OwnProtocol.objects.create(
        organisation=place.organisation,
        base=base,
        base_version=BEFORE,
        number=1,
        changes=changes.model_dump(),
        published_on=timezone.localdate(),
        effective_on=timezone.localdate(),
    )


def _administrator(place) -> Actor:
    return Actor.at(place["administrator"], place.organisation)


def test_new_cases_run_the_adopted_version_unchanged_and_it_says_what_it_said(place):
    row = _adopted_before(place)
    own, rules = protocol_in_force(place.organisation, "integrity")
    assert own == row
    assert rules == with_floor(compose("integrity", CHANGES, version="eigen-1", base_version=BEFORE))
    assert rules != compose("integrity", CHANGES, version="eigen-1")
    case = a_case(place, "integrity")
    assert case.protocol == own_protocol(row.id)
    assert walk(case, "acknowledge", "register").phase == "routing"


def test_the_draft_has_todays_blocks_and_says_what_comes(place):
    _adopted_before(place)
    draft = draft_of(place.organisation, "integrity")
    assert draft.is_behind
    assert not draft.is_changed
    assert draft.changes == CHANGES
    assert draft.protocol.phases == compose("integrity", CHANGES).phases
    assert draft.differences
    page = words_of(signed_in(place["administrator"]).get("/beheer/protocol/integrity/"))
    assert "Er is een nieuwe landelijke versie" in page
    assert draft.differences[0] in page


def test_a_running_case_goes_on_with_the_new_version_once_it_is_adopted(place):
    old = _adopted_before(place)
    case = walk(a_case(place, "integrity"), "acknowledge", "register")
    assert offered(case) is None
    draft = save(_administrator(place), "integrity", CHANGES, revision=0)
    assert draft.is_changed
    new = publish(_administrator(place), "integrity", revision=draft.revision, effective_on=timezone.localdate())
    assert new.base_version == national("integrity").version
    assert not draft_of(place.organisation, "integrity").is_behind
    assert case.protocol == own_protocol(old.id)
    assert offered(case) == new
    moved = move_to(case, new, actor=who(case.id, "case_officer"), revision=case.revision)
    assert moved.protocol == own_protocol(new.id)
    assert moved.protocol.phases == compose("integrity", CHANGES).phases
    assert a_case(place, "integrity").protocol == own_protocol(new.id)


def test_a_threat_that_was_weighed_as_high_stays_high_in_the_newer_version(place):
    _adopted_before(place, ProtocolChanges(), "safety")
    case = walk(a_case(place), "acknowledge", "assess", "high")
    draft = save(_administrator(place), "safety", ProtocolChanges(deadline_lengths={"EVALUATE_8W": 6}), revision=0)
    new = publish(_administrator(place), "safety", revision=draft.revision, effective_on=timezone.localdate())
    case = move_to(case, new, actor=who(case.id, "case_officer"), revision=case.revision)
    assert dict(case.tracks.values_list("track", "state"))["threat"] == "high"


def test_what_does_not_fit_any_more_is_named_and_nothing_breaks(place):
    gone = ProtocolChanges(
        chosen={"talk": False},
        who={"disposition": ["nobody_now"]},
        texts={"old_block": "Tekst"},
        deadline_lengths={"REBUTTAL_10WD": 99, "GONE_9D": 3},
    )
    kept, lost = fitting("integrity", gone, BEFORE)
    assert kept.texts == {}
    assert kept.who == {}
    assert kept.deadline_lengths == {}
    assert len(lost) == 4
    compose("integrity", kept)
    row = OwnProtocol.objects.create(
        organisation=place.organisation,
        base="integrity",
        base_version=BEFORE,
        number=1,
        changes=gone.model_dump(),
        revision=1,
    )
    page = signed_in(place["administrator"]).get("/beheer/protocol/integrity/")
    assert page.status_code == 200
    assert row.changes["texts"]


def test_blocks_that_were_not_kept_are_said_to_be_missing():
    with pytest.raises(LookupError, match="2020-01"):
        blocks("integrity", "2020-01")


@pytest.mark.parametrize("adopted", [True, False])
def test_nobody_ends_a_case_alone_under_a_protocol_of_before(place, adopted):
    case = a_case(place, "integrity")
    row = _adopted_before(place) if adopted else None
    Case.objects.filter(id=case.id).update(own_protocol=row, protocol_version=row.version if row else BEFORE)
    case = Case.objects.get(id=case.id)
    ends = {
        code
        for code, decision in case.protocol.every_decision()
        if decision.to and case.protocol.phases.get(decision.to) and case.protocol.phases[decision.to].final
    }
    assert {"redirect", "withdraw"} & ends
    for code, decision in case.protocol.every_decision():
        if code in ends:
            assert decision.done_by.other_person, code
            assert decision.because, code
    with pytest.raises(Refused, match="Twee mensen"):
        decide(case, Choice("redirect", REASON), actor=who(case.id, "handler"), revision=case.revision)
    page = words_of(signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/protocol/"))
    assert "Twee mensen beslissen dit" in page
    take(case, "redirect", who(case.id, "handler"))
    assert not Case.objects.get(id=case.id).is_open


def test_a_running_case_does_not_go_on_with_a_version_that_asks_less_of_it(place):
    case = walk(a_case(place, "integrity"), "acknowledge")
    officer = who(case.id, "case_officer")
    changes = ProtocolChanges(deadline_lengths={"REBUTTAL_10WD": 5})
    draft = save(_administrator(place), "integrity", changes, revision=0)
    new = publish(_administrator(place), "integrity", revision=draft.revision, effective_on=timezone.localdate())
    assert offered(case) == new
    page = words_of(signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/protocol/"))
    assert "De nieuwe versie vraagt minder van deze zaak" in page
    assert "kan eerder dan nu" in page
    with pytest.raises(Refused):
        move_to(case, new, actor=officer, revision=case.revision)
    assert Case.objects.get(id=case.id).own_protocol is None


def test_the_printed_protocol_says_from_when_feedback_runs(place):
    says = "De termijn loopt vanaf de ontvangstbevestiging, en uiterlijk vanaf 7 dagen na de ontvangst."
    client = signed_in(place["administrator"])
    for page in ("/beheer/protocol/integrity/", "/beheer/protocol/integrity/document/landelijk/"):
        assert says in words_of(client.get(page)), page
