"""A case turns out to be of another kind: it goes on without filling in anything again."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.corrections.kind import KindAnswers, ask_kind, asked_kind, decide_kind
from cases.counting.facts import facts_of_case, leave_report
from cases.deciding.opening import open_case
from cases.desk.agreement import disagreements
from cases.desk.codes import case_codes
from cases.desk.refusals import NotAllowed, Refused
from cases.invariants import broken_invariants
from cases.models import Case, KindChange
from jobs.runner import run_due
from organisations.models import Assignment
from reporting.counting.corrections import now_counted
from reporting.models import FactCorrection
from tests.support.build import ACCOUNT, REASON, a_case, a_report, allowed, signed_in, walk, who
from tests.support.measures import ACUTE, BAN, HEAR, a_measure, a_weighed_case
from tests.support.pages import fields_of
from tests.support.reporter import come_back, words_of

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TO = {
    "aggression": {"kind": "aggression", "aggression_form": "threat", "perpetrator": "resident", "group": "alderman"},
    "integrity": {"kind": "integrity", "integrity_type": "nepotism", "subject": "alderman:"},
    "pressure": {"kind": "pressure", "pressure_form": "P3"},
}


def _url(case) -> str:
    return f"/werkplek/zaak/{case.id}/soort/"


def _client(case, relation: str) -> Client:
    return signed_in(who(case.id, relation).person)


def _ask(case, kind: str, **fields):
    return _client(case, "case_officer").post(_url(case), {"what": "ask", "reason": REASON, **TO[kind], **fields})


def _change(case, kind: str, relation: str = "co_reader", **fields) -> Case:
    assert _ask(case, kind, **fields).status_code == 302
    assert _client(case, relation).post(_url(case), {"what": "agree"}).status_code == 302
    case = Case.objects.get(id=case.id)
    assert case.kind == kind
    return case


def _every_page(case, relation: str = "case_officer") -> None:
    client = _client(case, relation)
    for page in (
        "",
        "melding/",
        "berichten/",
        "besluiten/",
        "tijdlijn/",
        "termijnen/",
        "geteld/",
        "toegang/",
        "documenten/",
        "soort/",
    ):
        assert client.get(f"/werkplek/zaak/{case.id}/{page}").status_code == 200, page
    assert client.get("/werkplek/").status_code == 200


@pytest.mark.parametrize(
    ("before", "after"), [("aggression", "integrity"), ("integrity", "pressure"), ("pressure", "aggression")]
)
def test_it_goes_on_with_what_it_has_in_the_first_phase_of_the_other_protocol(place, before, after):
    case = walk(a_case(place, before), "acknowledge")
    number = case.number
    changed = _change(case, after)
    assert (changed.number, changed.phase) == (number, changed.protocol.first)
    assert after in changed.protocol.kinds
    assert changed.tracks.get(track="reporter_feedback").state == "acknowledged"
    page = words_of(_client(changed, "case_officer").get(f"/werkplek/zaak/{case.id}/melding/"))
    assert ACCOUNT in page
    assert allowed(changed) & ({"assess"} if after == "aggression" else {"register"})
    _every_page(changed)
    assert broken_invariants() == []


def test_it_waits_until_a_measure_against_somebody_was_told_and_has_ended(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "take_interim_measure")
    refused = _ask(case, "aggression")
    assert refused.status_code == 422
    assert "Voorlopige maatregel: besloten, en nog niet verteld" in words_of(refused)
    walk(case, "tell_interim")
    refused = _ask(case, "aggression")
    assert refused.status_code == 422
    assert "“Voorlopige maatregel” loopt nog" in words_of(refused)
    walk(case, "end_interim_measure")
    _change(case, "aggression")


def test_what_cannot_wait_and_came_after_it_was_asked_stops_the_second_person_too(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept")
    assert _ask(case, "aggression").status_code == 302
    walk(case, "take_interim_measure")
    refused = _client(case, "co_reader").post(_url(case), {"what": "agree"})
    assert refused.status_code == 422
    assert "Maak eerst af" in words_of(refused)
    assert case.tracks.get(track="interim_measure").state == "to_tell"


def test_who_must_still_be_heard_about_a_measure_is_heard_under_the_other_kind_too(place):
    case = a_weighed_case(place)
    record = a_measure(case, ACUTE, **BAN)
    before = record.deadlines.get(code="HEAR_OUTSIDER_1W")
    case = _change(case, "pressure")
    deadline = record.deadlines.get(code="HEAR_OUTSIDER_1W")
    assert (deadline.waived_at, deadline.due) == (None, before.due)
    assert HEAR in allowed(case)


def test_it_takes_two_and_the_reporter_reads_it(place):
    report, receipt = a_report(place, "aggression")
    case = open_case(report)
    assert _ask(case, "integrity").status_code == 302
    own = _client(case, "case_officer").post(_url(case), {"what": "agree"})
    assert own.status_code == 422
    assert Case.objects.get(id=case.id).kind == "aggression"
    assert "vraagt om verder te gaan als" in words_of(_client(case, "co_reader").get(_url(case)))
    assert _client(case, "support").get(_url(case)).status_code == 404
    assert _client(case, "co_reader").post(_url(case), {"what": "agree"}).status_code == 302
    assert "vermoeden van een integriteitsschending. U hoeft niets opnieuw in te vullen." in words_of(
        come_back(Client(), receipt)
    )


@pytest.mark.parametrize(("relation", "state"), [("co_reader", "refused"), ("case_officer", "withdrawn")])
def test_refused_or_taken_back_nothing_changes(place, relation, state):
    case = a_case(place, "aggression")
    _ask(case, "integrity")
    assert _client(case, relation).post(_url(case), {"what": "refuse"}).status_code == 302
    assert KindChange.objects.get().state == state
    assert Case.objects.get(id=case.id).kind == "aggression"
    assert _ask(case, "integrity").status_code == 302, "it can be asked again"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(place):
    case = a_case(place, "aggression")
    page = _client(case, "case_officer").post(_url(case), {"what": "ask", "kind": "integrity", "reason": REASON})
    assert page.status_code == 422
    assert "Kies wat er is gebeurd." in words_of(page)
    assert "Kies over wie het gaat" in words_of(page)
    assert fields_of(page)["reason"].strip() == REASON
    assert not KindChange.objects.exists()


def test_deadlines_of_the_law_keep_their_start_and_what_was_met_stays_met(place):
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=AMSTERDAM), tick=False) as travel:
        case = walk(a_case(place, "aggression"), "acknowledge")
        fresh = a_case(place, "aggression")
        feedback = case.deadlines.get(code="FEEDBACK_3M").due
        travel.shift(timedelta(days=1))
        changed, fresh = _change(case, "integrity"), _change(fresh, "integrity")
        running = {row.code: row for row in changed.deadlines.pending()}
        assert running["FEEDBACK_3M"].due == feedback
        assert changed.deadlines.get(code="ACK_24H").met_at
        assert "ACK_7D" not in running, "it was acknowledged already"
        assert not {"PERP_RESPONSE_48H", "AFTERCARE_1W"} & set(running)
        promised = datetime(2026, 3, 3, 10, tzinfo=AMSTERDAM)  # at the receipt; the new kind would give seven days
        assert fresh.deadlines.pending().get(code="ACK_7D").due == promised
        back = _change(fresh, "aggression")
        assert back.deadlines.pending().get(code="ACK_24H").due == datetime(2026, 3, 3, 10, tzinfo=AMSTERDAM)
        assert back.deadlines.pending().get(code="PERP_RESPONSE_48H").due == datetime(2026, 3, 5, 10, tzinfo=AMSTERDAM)


def test_whom_it_is_about_now_loses_it_at_once_and_never_comes_back(place):
    case = a_case(place, "aggression")
    handler = who(case.id, "handler").person  # the coordinator
    assert _ask(case, "integrity", subject=f"coordinator:{handler.id}").status_code == 302
    assert signed_in(handler).get(f"/werkplek/zaak/{case.id}/").status_code == 410
    run_due()
    assert _client(case, "co_reader").post(_url(case), {"what": "agree"}).status_code == 302
    run_due()
    assert who(case.id, "handler").person != handler
    assert not Assignment.objects.holding().filter(case=case.id, person=handler).exists()
    assert disagreements() == []


def test_the_handler_of_the_new_kind_comes(place):
    case = a_case(place, "aggression")
    assert who(case.id, "handler").person == place["coordinator"]
    changed = _change(case, "integrity")
    assert case_codes(changed)["row"] == "alderman"
    assert who(case.id, "handler").person == place["mayor"]
    assert signed_in(place["coordinator"]).get(f"/werkplek/zaak/{case.id}/").status_code == 410
    _every_page(changed, "handler")


def test_before_registration_it_counts_once_as_what_it_is(place):
    changed = walk(_change(a_case(place, "aggression"), "integrity"), "register")
    leave_report(changed, timezone.now())
    [report] = [fact for fact in facts_of_case(changed) if fact.population == "reports"]
    assert now_counted(report).codes["kind"] == "integrity"
    assert now_counted(report).codes["integrity_type"] == "nepotism"


def test_until_it_is_counted_it_counts_as_what_it_became_dated_by_its_registration(place):
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=AMSTERDAM), tick=False) as travel:
        case = walk(a_case(place, "aggression"), "acknowledge", "assess")
        travel.shift(timedelta(days=10))
        changed = _change(case, "integrity")
        assert not facts_of_case(changed)
        walk(changed, "register", "accept")
        assert Case.objects.get(id=case.id).registered_on == date(2026, 3, 2)
        travel.move_to(datetime(2026, 3, 16, 0, 1, tzinfo=AMSTERDAM))
        while run_due():
            pass
        counted = [now_counted(fact) for fact in facts_of_case(changed)]
        assert {one.codes["kind"] for one in counted} == {"integrity"}
        assert [one.period for one in counted if one.population == "reports"] == ["2026-Q1"]
        assert FactCorrection.objects.count() == 0


def test_once_it_is_counted_it_counts_as_referred_and_leaves_no_more_facts(place):
    with time_machine.travel(datetime(2026, 3, 30, 10, tzinfo=AMSTERDAM), tick=False) as travel:
        case = walk(a_case(place, "aggression"), "acknowledge", "assess")
        travel.shift(timedelta(days=10))
        while run_due():
            pass
        changed = _change(case, "integrity")
        facts = facts_of_case(changed)
        kinds = {now_counted(fact).codes["kind"] for fact in facts}
        assert kinds == {"aggression"}
        [outcome] = [now_counted(fact).codes for fact in facts if fact.population == "outcomes"]
        assert outcome["outcome"] == "referred"
        walk(changed, "register", "accept")
        travel.shift(timedelta(days=200))
        while run_due():
            pass
        assert len(facts_of_case(changed)) == len(facts)


def test_a_case_that_is_closed_or_handled_with_another_does_not_change(place):
    case = a_case(place, "aggression")
    actor = who(case.id, "case_officer")
    walk(case, "withdraw=withdrawn")
    with pytest.raises(NotAllowed):
        ask_kind(case, "integrity", KindAnswers("nepotism", "alderman:"), REASON, actor=actor)
    assert asked_kind(case, actor) is None
    with pytest.raises(Refused):
        decide_kind(case, actor=actor, agree=True)


def test_who_did_it_and_to_whom_stays_said_when_the_kind_changes(place):
    changed = _change(a_case(place, "integrity"), "aggression")
    page = words_of(_client(changed, "case_officer").get(f"/werkplek/zaak/{changed.id}/"))
    assert "Door wie Inwoner" in page
    assert "Wie het trof Wethouder" in page or "Wethouder" in page
    other = _change(a_case(place, "aggression"), "integrity")
    page = words_of(_client(other, "case_officer").get(f"/werkplek/zaak/{other.id}/"))
    assert "Over wie Wethouder. Genoemd toen de soort van de zaak veranderde" in page
