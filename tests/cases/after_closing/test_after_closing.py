"""What a closed case still asks: its deadlines, its deeds, the list in which it stands, and that it opens again by two."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deadlines.feed import read_feed, renew_feed
from cases.deadlines.running import start_deadlines
from cases.deciding.judging import options_of, situation, states_in
from cases.deciding.opening import open_case
from cases.deciding.proposals import agree
from cases.deciding.records.ended import ended_for_retention
from cases.models import Case, CaseLink
from cases.protocol.after_closing import after_closing, stops_at_closing
from cases.protocol.installed import defaults, earlier, protocol
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.related.connections import linked_cases
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import recuse
from organisations.access.policy import Actor
from reporting.job_kinds import ReportJob
from tests.support.build import a_case, a_place, a_report, allowed, posted, second, signed_in, take, walk, who
from tests.support.figures.facts import facts
from tests.support.reporter import act, come_back, words_of

pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 11, 9, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
QUARTERS = [f"{year}-Q{number}" for year in (2027, 2028, 2029, 2030) for number in (1, 2, 3, 4)]
INTEGRITY = ("acknowledge", "register", "accept", "no_follow_up=unfounded", "complete", "close")


@pytest.fixture
def traveller():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def burning(page) -> str:
    """What the page says before what can be done besides."""
    return page.content.decode().partition("<details>")[0]


def pings() -> list[Job]:
    return list(Job.objects.filter(kind=ReportJob.PING_PERSON))


def closed(place, **answers) -> Case:
    return walk(a_case(place, "integrity", **answers), *INTEGRITY)


def test_every_version_of_a_protocol_knows_what_comes_after_closing():
    running = [*defaults().values(), *earlier().values()]
    for one in running:
        runs = protocol(one.id, one.version)
        codes = {code for code, _rule in runs.every_decision()}
        assert not codes & set(runs.after_closing)  # one code is one decision
        assert runs.after_closing["reopen"].to in runs.phases
        assert not runs.phases[runs.after_closing["reopen"].to].final


def test_closing_stops_no_deadline_that_the_law_started():
    for code, kind in deadline_kinds().items():
        if kind.statutory:
            answered = code in after_closing().told
            assert stops_at_closing(code, reporter_is_told=True) == answered
            assert not stops_at_closing(code, reporter_is_told=False)


def test_a_request_of_the_law_goes_on_when_its_case_closes_and_is_answered_after_it(traveller):
    place = a_place()
    case = walk(a_case(place, "integrity"), *INTEGRITY[:-1])
    start_deadlines(case, ["WOO_4W"], timezone.now())
    walk(case, "close")
    running = {one.code for one in case.deadlines.running()}
    assert running == {"WOO_4W", "CLOSED_LOOK_1Y", "LATER_CARE_3M"}
    client = signed_in(who(case.id, "case_officer").person)
    page = words_of(client.get(f"/werkplek/zaak/{case.id}/"))
    assert "Beslis op het Woo-verzoek" in page
    assert "hear_woo" not in allowed(case)  # it is asked already
    case.redactions.create(number=1, state="approved", title=case.id, made_by=place["officer"], token=case.id)
    take(case, "decide_woo", who(case.id, "case_officer"))
    assert not case.deadlines.get(code="WOO_4W").is_running
    case.refresh_from_db()
    assert case.closed_on == timezone.localdate()  # what comes after closing closes nothing again


def test_what_the_law_began_after_closing_is_answered_in_a_case_that_opened_again(traveller):
    place = a_place()
    case = closed(place)
    walk(case, "hear_woo", "hear_privacy", "hear_objection", "hear_fact", "weigh_fact", "reopen")
    case.refresh_from_db()
    assert case.is_open
    assert {"WOO_4W", "PRIVACY_1M", "OBJECTION_6W"} <= {one.code for one in case.deadlines.running()}
    assert {"decide_woo", "grant_privacy", "restrict_privacy", "decide_objection"} <= asked(case)
    assert not {"hear_woo", "look_again", "answer_late", "weigh_fact", "reopen"} & asked(case)
    client = signed_in(who(case.id, "case_officer").person)
    assert "besluit/decide_woo/" in burning(client.get(f"/werkplek/zaak/{case.id}/"))
    case.redactions.create(number=1, state="approved", title=case.id, made_by=place["officer"], token=case.id)
    take(case, "decide_woo", who(case.id, "case_officer"))
    case.refresh_from_db()
    assert not case.deadlines.get(code="WOO_4W").is_running
    assert case.is_open
    assert "decide_woo" not in asked(case)


def test_what_a_decision_meets_is_not_said_to_be_done_by_hand(traveller):
    case = closed(a_place())
    walk(case, "hear_woo")
    deadline = case.deadlines.get(code="WOO_4W")
    client = signed_in(who(case.id, "case_officer").person)
    address = f"/werkplek/zaak/{case.id}/termijnen/done/?termijn={deadline.id}"
    assert address not in client.get(f"/werkplek/zaak/{case.id}/termijnen/").content.decode()
    answer = client.post(address, {"reason": "Het besluit ging gisteren de deur uit."})
    assert answer.status_code == 422
    assert "besluit" in words_of(answer)
    deadline.refresh_from_db()
    assert deadline.is_running


def asked(case) -> set[str]:
    """What stands in the case, whether or not it can be done now."""
    return {option.code for option in options_of(case)}


def counted() -> list:
    return sorted(
        (population, one.period, str(one.organisation), sorted(one.codes.items()))
        for population in ("reports", "outcomes", "clocks")
        for one in facts(population, QUARTERS)
    )


def passed(traveller, days: int) -> None:
    traveller.shift(timedelta(days=days))
    run_due()


ENDS = {
    "unfounded": INTEGRITY,
    "withdrawn": ("acknowledge", "register", "accept", "withdraw"),
    "redirected": ("acknowledge", "register", "other_regime"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("days", [1, 100, 400])
def test_a_case_that_opens_again_is_one_report_one_outcome_and_no_second_clock(traveller, end, days):
    case = walk(a_case(a_place(), "integrity"), *ENDS[end])
    passed(traveller, 200)  # everything that fell due of the first time is counted
    before = counted()
    assert len([row for row in before if row[0] == "outcomes"]) == 1
    passed(traveller, days)
    take(case, "hear_fact", who(case.id, "case_officer"))
    passed(traveller, 20)  # too late: a deadline that began after closing is missed
    case.refresh_from_db()
    take(case, "weigh_fact", who(case.id, "case_officer"))
    case.refresh_from_db()
    walk(case, "reopen")
    assert case.is_open
    passed(traveller, 40)  # the weighing is late too
    walk(case, "preliminary_inquiry", "not_plausible=not_established")
    walk(case, "give_feedback" if "give_feedback" in allowed(case) else "give_more_feedback", "complete", "close")
    passed(traveller, 400)
    assert not case.is_open
    assert counted() == before


def test_what_one_person_wrote_alone_opens_no_case(traveller):
    case = closed(a_place())
    officer = who(case.id, "case_officer")
    client = signed_in(officer.person)
    url = f"/werkplek/zaak/{case.id}/besluit/reopen/"
    answer = client.post(url, posted(case, "reopen"))
    assert answer.status_code == 302
    assert "/voorstel/" in answer.url
    case.refresh_from_db()
    assert not case.is_open
    [proposal] = case.proposals.filter(code="reopen")
    client.post(f"/werkplek/zaak/{case.id}/voorstel/{proposal.id}/", {"what": "agree"})
    case.refresh_from_db()
    assert not case.is_open  # nobody agrees with themselves
    other = signed_in(second(case, officer).person)
    assert "Heropen" in words_of(other.get("/werkplek/wacht/")) or str(case.number) in words_of(
        other.get("/werkplek/wacht/")
    )
    assert other.post(f"/werkplek/zaak/{case.id}/voorstel/{proposal.id}/", {"what": "agree"}).status_code == 302
    case.refresh_from_db()
    assert case.is_open
    assert case.reopened_on == timezone.localdate()
    assert case.records.filter(form="reopening").count() == 1
    assert {one.code for one in case.deadlines.running()} == {"WEIGH_10WD"}


def test_who_knows_of_the_case_is_told_by_letter_after_it_opened_again_and_not_before(traveller):
    place = a_place()
    case = walk(a_case(place, "integrity"), *INTEGRITY[:3], "inform_subject", *INTEGRITY[3:4])
    walk(case, "tell_cleared", *INTEGRITY[4:])
    officer = signed_in(who(case.id, "case_officer").person)
    asks = words_of(officer.get(f"/werkplek/zaak/{case.id}/besluit/reopen/"))
    assert "Weet de betrokkene dat de zaak weer open gaat" not in asks  # nobody is told before two people decided
    walk(case, "reopen")
    assert case.is_open
    assert "SUBJECT_REOPENED" in {one.code for one in case.deadlines.running()}
    assert "Vertel de betrokkene dat de zaak weer open is" in words_of(officer.get(f"/werkplek/zaak/{case.id}/"))
    walk(case, "tell_reopened")
    assert "SUBJECT_REOPENED" not in {one.code for one in case.deadlines.running()}
    assert case.decisions.get(code="tell_reopened").party == case.parties.get(part="person_concerned")


def test_nobody_is_told_that_a_case_opened_again_of_which_they_never_heard(traveller):
    case = walk(closed(a_place()), "reopen")
    assert "SUBJECT_REOPENED" not in {one.code for one in case.deadlines.all()}
    assert "tell_reopened" not in asked(case)


def test_a_case_of_aggression_that_opens_again_begins_with_who_is_not_safe(traveller):
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage")
    walk(case, "give_feedback", "no_more_care", "close")
    passed(traveller, 200)  # everything of the first time is counted
    before = counted()
    walk(case, "reopen")
    assert case.phase == "reported"
    assert "care_first" in allowed(case)
    assert dict(case.tracks.values_list("track", "state")).get("threat", "unknown") == "unknown"
    [response] = [one for one in case.deadlines.running() if one.code == "PERP_RESPONSE_48H"]
    assert response.due == timezone.now() + timedelta(hours=48)
    page = words_of(signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/"))
    assert "Eerst acute opvang" in page
    assert "besproken met de politie" not in page
    walk(case, "care_first", "safe", "low", "respond_none")
    passed(traveller, 100)
    assert counted() == before


def test_s10_what_the_reporter_adds_after_closing_is_weighed_by_somebody(traveller):
    place = a_place()
    report, receipt = a_report(place, "integrity")
    case = walk(open_case(report), *INTEGRITY)
    assert (
        act(Client(), come_back(Client(), receipt), "message", text="Ik vond nog een brief hierover.").status_code
        == 200
    )
    run_due()
    running = case.deadlines.running().get(code="NEW_FACT_2W")
    assert running.due > timezone.now() + timedelta(days=6)
    client = signed_in(who(case.id, "case_officer").person)
    assert "/besluit/weigh_fact/" in client.get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert case.number in words_of(client.get("/werkplek/?show=after"))
    follows = a_case_that_follows(place, report)
    assert states_in(case, situation(case), case.protocol.after_closing["weigh_fact"])["linked"] == "yes"
    take(case, "weigh_fact", who(case.id, "case_officer"))
    assert not case.deadlines.running().filter(code="NEW_FACT_2W").exists()
    assert follows.follows_id == report.id


def a_case_that_follows(place, report):
    follows, _receipt = a_report(place, "integrity")
    follows.follows = report
    follows.save(update_fields=["follows"])
    return follows


def test_s10_a_withdrawn_report_keeps_its_row_in_the_register(traveller):
    case = walk(a_case(a_place(), "integrity"), *ENDS["withdrawn"])
    passed(traveller, 30)
    assert [row[0] for row in counted() if row[0] != "clocks"] == ["outcomes", "reports"]
    assert not case.is_open


def test_s10_disadvantage_in_month_two_starts_its_watch(traveller):
    report, receipt = a_report(a_place(), "integrity")
    case = walk(open_case(report), "acknowledge", "register", "accept")
    passed(traveller, 60)
    act(Client(), come_back(Client(), receipt), "retaliation", by_whom="other", text="Ik krijg geen diensten meer.")
    run_due()
    assert case.deadlines.running().filter(code="RETALIATION_48H").exists()
    walk(case, "retaliation_told")
    assert case.tracks.get(track="retaliation_watch").state == "looking"


def test_a_deadline_after_closing_is_reminded_of_in_the_queue_and_in_the_calendar(traveller):
    case = closed(a_place())
    officer = who(case.id, "case_officer")
    take(case, "hear_woo", officer)
    token = renew_feed(officer)
    due = case.deadlines.get(code="WOO_4W").due
    assert f"{due.astimezone(START.tzinfo):%Y%m%d}" in read_feed(token, "https://x.example").decode()
    client = signed_in(officer.person)
    assert "Een termijn loopt vandaag af" not in words_of(client.get("/werkplek/wacht/"))
    mail = len(pings())
    traveller.move_to(due - timedelta(hours=1))
    run_due()
    assert len(pings()) > mail
    client = signed_in(officer.person)
    assert case.number in words_of(client.get("/werkplek/wacht/"))
    # Who is barred from the case hears nothing of it.
    recuse(case.id, [officer.person.id])
    assert case.number not in words_of(client.get("/werkplek/wacht/"))
    assert case.number not in words_of(client.get("/werkplek/?show=after"))


def test_a_closed_case_asks_to_be_looked_at_only_shortly_before_the_year_is_over(traveller):
    case = closed(a_place())
    passed(traveller, 100)
    take(case, "later_care", who(case.id, "case_officer"))
    client = signed_in(who(case.id, "case_officer").person)
    assert case.number not in words_of(client.get("/werkplek/?show=after"))
    assert "/besluit/look_again/" not in burning(client.get(f"/werkplek/zaak/{case.id}/"))
    passed(traveller, 265)
    client = signed_in(who(case.id, "case_officer").person)
    assert "/besluit/look_again/" in burning(client.get(f"/werkplek/zaak/{case.id}/"))
    assert case.number in words_of(client.get("/werkplek/?show=after"))


def test_a_case_has_ended_only_when_nothing_runs_and_somebody_looked_this_year(traveller):
    report, receipt = a_report(a_place(), "integrity")
    case = walk(open_case(report), *INTEGRITY)
    officer = who(case.id, "case_officer")

    def ended() -> bool:
        case.refresh_from_db()
        return ended_for_retention(case, timezone.localdate())

    assert not ended()  # aftercare runs
    passed(traveller, 100)
    take(case, "later_care", officer)
    assert not ended()  # nobody looked
    take(case, "look_again", officer)
    assert ended()
    take(case, "hear_woo", officer)
    assert not ended()
    take(case, "decide_woo", officer)
    assert ended()
    act(Client(), come_back(Client(), receipt), "retaliation", by_whom="handler", text="Wie mij leest, benadeelt mij.")
    page = words_of(signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/"))
    assert "In deze zaak loopt niets meer." in page  # who reads the case learns nothing of what was told apart
    assert not ended()
    report.complaints.update(closed_on=timezone.localdate())
    assert ended()
    passed(traveller, 366)
    assert not ended()


def test_an_unfounded_case_never_shows_as_an_earlier_report_about_the_same(traveller):
    place = a_place()
    about = {"subject": f"alderman:{place['alderman'].id}"}
    old = walk(a_case(place, "integrity", **about), *INTEGRITY)
    new = a_case(place, "integrity", **about)
    client = signed_in(who(new.id, "case_officer").person)
    page = words_of(client.get(f"/werkplek/zaak/{new.id}/samenhang/"))
    assert old.number not in page
    answer = client.post(
        f"/werkplek/zaak/{new.id}/samenhang/", {"what": "link", "number": old.number, "why": "same_perpetrator"}
    )
    assert answer.status_code == 422
    assert "ongegrond" in words_of(answer)
    CaseLink.objects.create(first=old, second=new, why="same_perpetrator", made_by=place["officer"])
    assert old.number not in words_of(client.get(f"/werkplek/zaak/{new.id}/samenhang/"))
    assert linked_cases(old, who(old.id, "case_officer")) == []
    walk(old, "reopen")  # whatever comes of it, it is a running case about the same person now
    assert old.number in words_of(client.get(f"/werkplek/zaak/{new.id}/samenhang/"))


def take_agreed(case: Case) -> None:
    [proposal] = case.proposals.filter(state="asked")
    agree(case, proposal.id, actor=second(case, Actor.at(proposal.asked_by, case.organisation)))
