"""Stories S10 and S24 through the pages: what comes after a case was closed, and that it can be opened again."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from cases.deciding.newcomers import is_new
from cases.deciding.opening import open_case
from jobs.runner import run_due
from organisations.models import Assignment
from tests.stories.test_stories_of_deeds import Desk
from tests.support.build import a_place, a_report, posted, signed_in, who
from tests.support.reporter import act, come_back, words_of

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
BAN = (
    "acknowledge",
    "assess",
    "medium",
    "adopt",
    "decide_outsider_measure",
    "send_outsider_measure",
    "respond_ban",
    "offer_police_report",
    "filed",
    "recovered",
)
TO_THE_END = (
    *BAN,
    "aftercare_24h",
    "aftercare_1w",
    "aftercare_1m",
    "aftercare_3m",
    "give_feedback",
    "complete",
    "close",
)
NO_FOLLOW_UP = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "complete", "close")


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def _closed_safety(traveller) -> tuple[Desk, str]:
    report, receipt = a_report(a_place())
    desk = Desk(open_case(report), traveller)
    desk.do(*BAN)
    for days, code in ((1, "aftercare_24h"), (6, "aftercare_1w"), (23, "aftercare_1m"), (62, "aftercare_3m")):
        desk.later(days=days)
        run_due()
        desk.do(code)
    desk.do("give_feedback", "complete")
    for form in ("measure", "outsider_measure"):
        desk.end(form)
    desk.end("damage", "handed_on")
    desk.do("close")
    assert not desk.case.is_open
    return desk, receipt


def test_s24_two_years_after_closing_the_law_still_has_its_place(traveller):
    desk, receipt = _closed_safety(traveller)
    before = who(desk.case.id, "case_officer")
    desk.later(days=730)
    run_due()
    # Retaliation is told by the reporter, the others reach somebody at work.
    act(Client(), come_back(Client(), receipt), "retaliation", by_whom="other", text="Ik krijg geen diensten meer.")
    run_due()
    desk.do("hear_woo", "hear_objection", "hear_prosecution")
    running = {one.code: one for one in desk.case.deadlines.running()}
    assert {"RETALIATION_48H", "WOO_4W", "OBJECTION_6W", "PROSECUTION_TELL_2W"} <= set(running)
    assert not any(
        one.is_missed() for code, one in running.items() if code not in {"CLOSED_LOOK_1Y", "PROSECUTION_ASK_3M"}
    )
    # Each stands on the case page with its deed, and the case in the list of closed cases in which something runs.
    page = desk.client("case_officer").get(f"/werkplek/zaak/{desk.case.id}/").content.decode()
    for code in ("answer_retaliation", "decide_woo", "tell_prosecution"):
        assert f"/besluit/{code}/" in page
    listed = desk.client("case_officer").get("/werkplek/?show=after")
    assert desk.case.number in words_of(listed)

    # The objection: whoever decided before does not decide it, and somebody new came for it.
    url = f"/werkplek/zaak/{desk.case.id}/besluit/decide_objection/"
    sent = posted(desk.case, "decide_objection")
    refused = signed_in(before.person).post(url, sent)
    assert refused.status_code == 422
    assert "nog niets besliste" in words_of(refused)
    officers = Assignment.objects.holding().filter(case=desk.case.id, relation="case_officer")
    [new] = [one.person for one in officers if is_new(desk.case, one.person_id)]
    answer = signed_in(new).post(url, sent)
    assert answer.status_code == 302, words_of(answer)
    assert not desk.case.deadlines.get(code="OBJECTION_6W").is_running

    desk.do("answer_retaliation", "tell_prosecution", "look_again")
    assert "gelakt" in desk.send("decide_woo", **{"record-1-papers": "given"})  # nobody checked a mask
    desk.do("decide_woo", **{"record-1-papers": "none"})
    for code in ("RETALIATION_48H", "WOO_4W", "OBJECTION_6W", "PROSECUTION_TELL_2W"):
        assert not desk.case.deadlines.get(code=code).is_missed(), code
    mailbox = words_of(come_back(Client(), receipt))
    for words in ("Iemand vroeg om stukken", "Er is bezwaar"):
        assert words in mailbox

    # The case opens again by two.
    assert "afgesloten" in mailbox
    desk.do("reopen")
    assert desk.case.is_open
    assert desk.case.phase == "reported"
    made = desk.case.decisions.get(code="reopen")
    assert made.agreed_by
    assert made.agreed_by != made.actor
    assert desk.case.deadlines.running().filter(code="PERP_RESPONSE_48H").exists()
    assert "weer open" in words_of(come_back(Client(), receipt))
