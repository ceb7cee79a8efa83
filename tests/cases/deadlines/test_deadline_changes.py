"""Deadlines by hand: extended, dated and met only as their rule allows; on hold only what may rest rests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cases.deadlines.running import start_deadlines
from cases.job_kinds import CaseJob
from cases.models import Deadline, DeadlineChange
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from jobs.models import Job
from tests.support.build import a_case, a_place, signed_in, take, walk, who
from tests.support.pages import fields_of
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db
REASON = "Het lid wordt pas volgende week gehoord."


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def case(place):
    return a_case(place, "integrity")


def _client(case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def _url(case, what: str = "", deadline: Deadline | None = None) -> str:
    page = f"/werkplek/zaak/{case.id}/termijnen/" + (f"{what}/" if what else "")
    return page + (f"?termijn={deadline.id}" if deadline else "")


def _running(case, code: str) -> Deadline:
    start_deadlines(case, [code], timezone.now())
    return case.deadlines.pending().get(code=code)


@pytest.mark.parametrize("code", ["ACK_7D", "FEEDBACK_3M", "X5_8D", "COMPLAINT_3M"])
def test_a_deadline_of_the_law_is_never_extended(case, code):
    deadline = _running(case, code)
    before = deadline.due
    answer = _client(case).post(_url(case, "extend", deadline), {"reason": REASON, "revision": 0})
    assert answer.status_code == 422
    assert "De wet staat niet toe" in answer.content.decode()
    deadline.refresh_from_db()
    assert deadline.due == before


def test_what_may_be_extended_is_as_often_as_the_rule_says(case):
    deadline, client = _running(case, "WOO_4W"), _client(case)
    before = deadline.due
    assert client.post(_url(case, "extend", deadline), {"reason": REASON, "revision": 0}).status_code == 302
    deadline.refresh_from_db()
    assert timezone.localdate(deadline.due) == timezone.localdate(before) + timedelta(weeks=2)
    [reminder] = Job.objects.filter(kind=CaseJob.REMIND, target=deadline.id, state="open")
    assert reminder.due > before - timedelta(days=7), "the reminder of its former day is taken back"
    again = client.post(_url(case, "extend", deadline), {"reason": REASON, "revision": 1})
    assert "artikel 4.4 van de Wet open overheid" in again.content.decode()
    assert REASON in again.content.decode()
    assert REASON in client.get(_url(case)).content.decode()


def test_a_page_that_is_sent_twice_extends_once(case):
    """Fact finding may be extended three times: the second of two clicks is not the second time."""
    deadline, client = _running(case, "INVEST_12W"), _client(case)
    before, url = deadline.due, _url(case, "extend", deadline)
    page = {**fields_of(client.get(url)), "reason": REASON}
    assert [client.post(url, page).status_code for _ in range(2)] == [302, 422]
    deadline.refresh_from_db()
    assert (deadline.extended, deadline.changes.count()) == (1, 1)
    assert timezone.localdate(deadline.due) == timezone.localdate(before) + timedelta(weeks=4)
    page = {**fields_of(client.get(url)), "reason": REASON}
    assert client.post(url, page).status_code == 302


def test_a_deadline_that_has_passed_is_not_extended(case):
    deadline = _running(case, "WOO_4W")
    Deadline.objects.filter(id=deadline.id).update(due=timezone.now() - timedelta(days=1))
    assert (
        "al voorbij"
        in _client(case).post(_url(case, "extend", deadline), {"reason": REASON, "revision": 0}).content.decode()
    )


def test_the_law_says_not_before_and_the_page_says_so(case):
    deadline = _running(case, "BM_RECOMMEND")
    answer = _client(case).post(_url(case, "done", deadline), {"reason": REASON})
    assert answer.status_code == 422
    assert "artikel 61b van de Gemeentewet" in answer.content.decode()
    Deadline.objects.filter(id=deadline.id).update(opens=timezone.now() - timedelta(days=1))
    assert _client(case).post(_url(case, "done", deadline), {"reason": REASON}).status_code == 302
    deadline.refresh_from_db()
    assert deadline.met_at


def test_a_deadline_that_a_decision_meets_is_not_met_by_hand(case):
    deadline = case.deadlines.pending().get(code="ACK_7D")
    answer = _client(case).post(_url(case, "done", deadline), {"reason": REASON})
    assert answer.status_code == 422
    deadline.refresh_from_db()
    assert deadline.met_at is None


def test_the_next_meeting_is_filled_in_and_reminds(case):
    from jobs.models import Job

    deadline = _running(case, "ART15_NEXT_MEETING")
    assert deadline.due is None
    assert "Dag nog niet bekend" in _client(case).get(_url(case)).content.decode()
    past = _client(case).post(_url(case, "date", deadline), {"reason": REASON, "revision": 0, "day": "2020-01-01"})
    assert past.status_code == 422
    day = timezone.localdate() + timedelta(days=20)
    _client(case).post(_url(case, "date", deadline), {"reason": REASON, "revision": 0, "day": f"{day:%Y-%m-%d}"})
    deadline.refresh_from_db()
    assert timezone.localdate(deadline.due) == day
    assert Job.objects.filter(kind="cases.remind", target=deadline.id).exists()


def test_a_power_starts_its_deadline(place):
    case = a_case(place, "integrity", subject=f"council_member:{place['council_member'].id}")
    walk(case, "acknowledge", "register", "accept", "investigate", "external", "inform_subject", "signed")
    walk(case, "draft_ready", "replies_in", "accept_report", "to_body")
    take(
        case,
        "dispose",
        who(case.id, "handler"),
        outcome="statutory_power",
        details={"power": "suspend_member"},
        now=timezone.now() + timedelta(days=60),
    )
    assert case.deadlines.pending().filter(code="ART15_NEXT_MEETING", due=None).exists()


def test_a_deadline_is_started_from_a_day(case):
    client = _client(case)
    day = timezone.localdate() - timedelta(days=3)
    data = {"code": "WOO_4W", "day": f"{day:%Y-%m-%d}", "reason": REASON}
    assert client.post(_url(case, "start"), data).status_code == 302
    deadline = case.deadlines.get(code="WOO_4W")
    assert timezone.localdate(deadline.due) == day + timedelta(weeks=4)
    assert "loopt al" in client.post(_url(case, "start"), data).content.decode()
    future = data | {"code": "BREACH_72H", "day": f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}"}
    assert "toekomst" in client.post(_url(case, "start"), future).content.decode()
    assert client.post(_url(case, "start"), data | {"code": "ACK_7D"}).status_code == 422


def test_stalking_starts_the_deadline_for_a_complaint(place):
    assert a_case(place, aggression_form=["stalking"]).deadlines.filter(code="COMPLAINT_3M").exists()
    assert not a_case(place, aggression_form=["insult"]).deadlines.filter(code="COMPLAINT_3M").exists()


def test_reasons_are_sealed_and_who_did_it_is_in_the_log(case):
    deadline = _running(case, "WOO_4W")
    _client(case).post(_url(case, "extend", deadline), {"reason": REASON, "revision": 0})
    assert not any(REASON.encode() in bytes(row.ciphertext) for row in SealedText.objects.all())
    assert DeadlineChange.objects.get().made_by == who(case.id, "case_officer").person
    assert entries(case.id)[-1].action == "deadline.extended"


@pytest.mark.parametrize("relation", ["co_reader", "support"])
def test_who_does_not_work_the_case_changes_nothing(case, relation):
    deadline = _running(case, "WOO_4W")
    assert (
        _client(case, relation).post(_url(case, "extend", deadline), {"reason": REASON, "revision": 0}).status_code
        == 404
    )
    assert not DeadlineChange.objects.exists()


@pytest.mark.parametrize("what", ["extend", "done", "gossip"])
def test_a_deadline_of_another_case_cannot_be_reached(place, case, what):
    other = _running(a_case(place, "integrity"), "WOO_4W")
    assert _client(case).post(_url(case, what, other), {"reason": REASON}).status_code == 404


def test_on_hold_the_deadlines_of_the_inquiry_rest_and_those_of_the_reporter_do_not(case):
    walk(case, "acknowledge", "register", "accept")
    weigh, feedback = (case.deadlines.get(code=code) for code in ("WEIGH_10WD", "FEEDBACK_3M"))
    start = timezone.now()
    walk(case, "hold", now=start)
    running = set(Deadline.objects.running().filter(case=case).values_list("code", flat=True))
    assert "WEIGH_10WD" not in running
    assert {"FEEDBACK_3M", "HOLD_REVIEW_4W"} <= running
    assert "Wacht op het OM" in _client(case).get(_url(case)).content.decode()
    walk(case, "resume", now=start + timedelta(days=10))
    later, same = case.deadlines.get(id=weigh.id), case.deadlines.get(id=feedback.id)
    assert timezone.localdate(later.due) == timezone.localdate(weigh.due) + timedelta(days=10)
    assert (later.paused_at, same.due) == (None, feedback.due)


def test_only_deadlines_of_the_organisation_may_rest():
    assert not [code for code, kind in deadline_kinds().items() if kind.rests_on_hold and kind.statutory]
    assert {code for code, kind in deadline_kinds().items() if kind.extend and kind.statutory} == {
        "PRIVACY_1M",
        "WOO_4W",
        "OBJECTION_6W",
    }


def test_a_reason_is_needed(case):
    deadline = _running(case, "WOO_4W")
    answer = _client(case).post(_url(case, "extend", deadline), {"reason": "kort", "revision": 0})
    assert answer.status_code == 422
    assert "ten minste 10 tekens" in answer.content.decode()
    assert "kort" in answer.content.decode()
