"""Waiting for you: what stands in the queue of whom, in which order, and who gets which mail."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from cases.alarm.alarm import sign_of
from cases.deciding.decisions import Choice
from cases.deciding.judging import options_of
from cases.deciding.proposals import propose
from cases.models import Case, Deadline, KindChange, Proposal, Redaction, Todo
from cases.people.not_free import declare_conflict
from cases.waiting.queue import waiting_for
from jobs.runner import run_due, sweep
from organisations.access.bars import Suspended, suspend
from organisations.access.policy import Actor
from organisations.models import Assignment, DutyShift
from organisations.people.appointments import appoint
from organisations.people.duty import WEEK
from reporting.complaints.readers import readers_now
from reporting.models import Alarm, AlarmCall, Message, Report
from tests.support.build import REASON, a_case, a_report, posted, signed_in, walk, who
from tests.support.full_case import a_complaint
from tests.support.pages import in_one_line
from tests.support.reporter import words_of
from tests.support.waiting import NEW, TURN, calm, queue, whole_queue
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
WORKLIST, QUEUE = "/werkplek/", "/werkplek/wacht/"


def _wrote(case: Case, kind: str = "message") -> Message:
    sequence = case.report.messages.count() + 1
    return Message.objects.create(
        report=case.report, sequence=sequence, by="reporter", kind=kind, on=timezone.localdate(), text=case.id
    )


def _due(case: Case, moment) -> None:
    Deadline.objects.filter(id=case.deadlines.running()[0].id).update(due=moment)


def _page(actor) -> str:
    return in_one_line(signed_in(actor.person).get(QUEUE).content.decode())


def test_where_nothing_waits_the_worklist_says_so(place):
    page = in_one_line(place.client("coordinator").get(WORKLIST).content.decode())
    assert "Wacht op u" in page
    assert "Er wacht niets op u." in page


@pytest.mark.both
def test_what_cannot_wait_stands_before_what_is_late_and_that_before_the_rest(place):
    late, wrote, revenge = (calm(a_case(place)) for _ in range(3))
    officer = who(late.id, "handler")
    _due(late, timezone.now() - timedelta(hours=1))
    _wrote(wrote)
    _wrote(revenge, "retaliation")
    assert queue(officer) == [
        ("De melder vertelt over benadeling", revenge.number),
        ("Een termijn is voorbij", late.number),
        ("De melder schreef", wrote.number),
    ]
    page = _page(officer)
    assert page.index(revenge.number) < page.index(late.number) < page.index(wrote.number)
    assert reverse("cases:messages", args=[revenge.id]) in page


@time_machine.travel("2027-03-01 12:00+01:00", tick=False)
def test_a_deadline_of_today_waits_and_one_of_tomorrow_does_not(place):
    case = calm(a_case(place))
    _due(case, timezone.localtime().replace(hour=23, minute=59, second=58))
    assert queue(who(case.id, "handler")) == [("Een termijn loopt vandaag af", case.number)]
    _due(case, timezone.now() + timedelta(hours=12))
    assert queue(who(case.id, "handler")) == []


def test_ten_messages_of_one_reporter_wait_once_and_not_after_they_were_read(place):
    case = calm(a_case(place))
    for _ in range(10):
        _wrote(case)
    assert queue(who(case.id, "handler")) == [("De melder schreef", case.number)]
    Message.objects.filter(report=case.report).update(seen=True)
    assert queue(who(case.id, "handler")) == []


@pytest.mark.both
def test_a_second_pair_of_eyes_waits_for_everybody_but_who_asked(place):
    case = calm(walk(a_case(place), "acknowledge", "assess"))
    calm(case)
    officer, handler = who(case.id, "case_officer"), who(case.id, "handler")
    client = signed_in(officer.person)
    name = {"what": "ask", "motive": "care", "words": "Zij moet nog gebeld worden.", "token": uuid4()}
    assert client.post(reverse("cases:identity", args=[case.id]), name).status_code == 302
    Redaction.objects.create(
        case=case, number=1, state=Redaction.State.OFFERED, title=uuid4(), made_by=officer.person, token=uuid4()
    )
    assert {words for words, _number in queue(handler)} == {
        "Kijk na wie de naam van de melder kon zien",
        "Kijk een lakking na",
    }
    assert queue(officer) == []


@pytest.mark.both
def test_a_question_of_recusal_waits_for_who_can_answer_it_and_never_for_whom_it_is_about(place):
    case = calm(a_case(place))
    handler, officer = who(case.id, "handler"), who(case.id, "case_officer")
    suspend(case.id, place.organisation, [Suspended(str(place["alderman"].id))])
    suspend(case.id, place.organisation, [Suspended(str(officer.person.id))], "asked")
    assert queue(handler) == [("Zeg of de zaak over iemand gaat", case.number)] * 2
    assert queue(officer) == [("Zeg of de zaak over iemand gaat", case.number)]
    said = Suspended(str(place["registrar"].id), said_by=str(handler.person.id))
    suspend(case.id, place.organisation, [said])
    assert len(queue(handler)) == 2


@pytest.mark.both
def test_what_was_told_apart_waits_for_its_reader_only(place):
    complaint, _receipt = a_complaint(place, "retaliation")
    row = readers_now(complaint)[0]
    reader = signed_in(row.person)
    page = in_one_line(reader.get(WORKLIST).content.decode())
    assert "Een melder vertelde apart over benadeling" in page
    assert "Kan niet wachten" in page
    handler = signed_in(who(complaint.report.case, "handler").person)
    assert "vertelde apart" not in in_one_line(handler.get(WORKLIST).content.decode())


@pytest.mark.both
def test_reports_to_check_wait_as_one_line_and_not_for_who_answered(place):
    reports = [a_report(place)[0] for _ in range(3)]
    Report.objects.update(lane=Report.Lane.QUARANTINE)
    task = Assignment.objects.filter(case=reports[0].case, relation="handler")[0]
    client = signed_in(task.person)
    assert in_one_line(client.get(QUEUE).content.decode()).count("Meldingen om te controleren") == 1
    Report.objects.update(lane=Report.Lane.PROPOSED, lane_by=task.person)
    assert "Meldingen om te controleren" not in in_one_line(client.get(QUEUE).content.decode())


def test_more_than_eight_have_a_page_of_their_own(place):
    cases = [calm(a_case(place)) for _ in range(9)]
    for case in cases:
        _wrote(case)
        case.deadlines.update(due=timezone.now() + timedelta(days=40))
    Case.objects.update(joined_to=Case.objects.order_by("number")[0], read_on=timezone.localdate())
    client = place.client("coordinator")
    listed = in_one_line(client.get(WORKLIST).content.decode())
    assert "Toon alle 9 dingen die wachten" in listed
    assert listed.count("De melder schreef") == 8
    assert in_one_line(client.get(QUEUE).content.decode()).count("De melder schreef") == 9


def test_who_is_kept_out_has_the_queue_of_a_world_without_the_case(place):
    kept = calm(a_case(place))
    handler = who(kept.id, "handler")
    _wrote(kept)
    before = signed_in(handler.person).get(QUEUE).content
    case = calm(a_case(place))
    _wrote(case, "retaliation")
    Todo.objects.create(case=case, made_by=place["officer"], whom=handler.person, text=uuid4(), token=uuid4())
    assert case.number in _page(handler)
    suspend(case.id, place.organisation, [Suspended(str(handler.person.id))])
    after = signed_in(handler.person).get(QUEUE).content
    assert case.number.encode() not in after
    assert before.count(b"<li>") == after.count(b"<li>")
    other = calm(a_case(place))
    _wrote(other)
    mine = Assignment.objects.get(case=other.id, person=handler.person, ended=False)
    declare_conflict(other, mine.id, actor=handler, grounds=["interest"], reason="Ik ken de melder te goed.")
    assert queue(handler) == [("De melder schreef", kept.number)]


def test_another_organisation_of_the_same_person_shows_nothing_of_this_one(place):
    case = calm(a_case(place))
    handler, other = who(case.id, "handler"), place.others["province"]
    _wrote(case)
    appoint(handler.person, other.organisation, "officer")
    assert queue(Actor.at(handler.person, other.organisation)) == []


def _todo(case: Case, by, whom) -> None:
    fields = {"what": "todo", "text": "Bel de melder terug.", "due": "2030-01-01", "whom": whom.person.id}
    url = reverse("cases:notes", args=[case.id])
    assert signed_in(by.person).post(url, fields | {"token": uuid4()}).status_code == 302
    run_due()


@pytest.mark.both
def test_who_is_given_a_to_do_finds_it_and_gets_one_mail_without_content(place):
    case = calm(a_case(place))
    officer, handler = who(case.id, "case_officer"), who(case.id, "handler")
    run_due()
    mail.outbox.clear()
    _todo(case, officer, handler)
    [message] = mail.outbox
    assert message.to == [handler.person.email]
    assert case.number not in message.subject + message.body
    assert queue(handler) == [("Te doen voor u", case.number)]
    _todo(case, officer, officer)
    assert len(mail.outbox) == 1


@pytest.mark.both
def test_what_a_second_person_answers_waits_for_everybody_but_who_made_it(place):
    case = calm(a_case(place))
    maker, second = who(case.id, "case_officer"), who(case.id, "handler")
    proposal = Proposal.objects.create(case=case, code="close", words=uuid4(), asked_by=maker.person)
    KindChange.objects.create(case=case, kind="integrity", asked_by=maker.person, words=uuid4())
    assert queue(second) == [
        ("Beslis over een andere soort zaak", case.number),
        ("Antwoord op een voorstel", case.number),
    ]
    assert queue(maker) == []
    assert reverse("cases:proposal", args=[case.id, proposal.id]) in _page(second)
    Proposal.objects.update(state=Proposal.State.REFUSED)
    KindChange.objects.update(state=KindChange.State.WITHDRAWN)
    assert queue(second) == []


def _days_later(days: int) -> list:
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(days=days), tick=True):
        sweep()
        sweep()
        first = len(mail.outbox)
    with time_machine.travel(timezone.now() + timedelta(days=days, hours=13), tick=True):
        run_due()
    assert first <= len(mail.outbox)
    return [message for message in mail.outbox if "wacht" in message.subject]


@time_machine.travel("2027-03-01 07:00+01:00")  # a Monday
def test_what_waits_for_more_than_two_working_days_has_one_mail_a_day(place):
    case = calm(a_case(place))
    handler = who(case.id, "handler")
    run_due()
    _wrote(case)
    assert _days_later(2) == []
    mails = _days_later(3)
    addresses = [address for message in mails for address in message.to]
    assert addresses.count(handler.person.email) == 1
    assert all(case.number not in message.body + message.subject for message in mails)
    assert len({message.body for message in mails}) == 1


# Cases without a deadline


@pytest.mark.both
def test_a_new_case_waits_until_somebody_who_handles_it_read_it(place):
    case = calm(a_case(place))
    officer, handler = who(case.id, "case_officer"), who(case.id, "handler")
    assert (NEW, case.number) in whole_queue(officer)
    signed_in(who(case.id, "support").person).get(reverse("cases:overview", args=[case.id]))
    assert (NEW, case.number) in whole_queue(officer)
    signed_in(handler.person).get(reverse("cases:overview", args=[case.id]))
    assert NEW not in [words for words, _number in whole_queue(officer)]
    assert (TURN, case.number) in whole_queue(officer)


@pytest.mark.both
def test_a_next_step_without_a_deadline_waits_for_who_takes_it_the_oldest_first(place):
    older, newer = (
        calm(walk(a_case(place), "acknowledge", "assess", "low", "respond_letter", "offer_police_report"))
        for _ in range(2)
    )
    officer = who(older.id, "case_officer")
    older.decisions.update(made_at=timezone.now() - timedelta(days=9))
    assert whole_queue(officer) == [(TURN, older.number), (TURN, newer.number)]
    assert TURN not in [words for words, _number in whole_queue(who(older.id, "co_reader"))]
    actor = who(newer.id, "case_officer")
    rule = next(one.decision for one in options_of(newer) if one.code == "not_filed")
    propose(
        newer,
        Choice("not_filed", REASON, deed=a_deed(newer, rule, timezone.now())),
        actor=actor,
        revision=newer.revision,
    )
    assert whole_queue(officer) == [(TURN, older.number)]
    assert ("Antwoord op een voorstel", newer.number) in whole_queue(who(newer.id, "handler"))


def test_what_a_deadline_asks_or_a_term_holds_back_is_no_next_step(place):
    weighs = calm(walk(a_case(place, "integrity"), "acknowledge", "register", "accept"))  # a deadline asks the weighing
    cares = calm(walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "no_follow_up=unfounded"))
    for case in (weighs, cares):  # the aftercare ends after thirteen days at the earliest
        assert (TURN, case.number) not in whole_queue(who(case.id, "case_officer"))
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        assert (TURN, cares.number) in whole_queue(who(cares.id, "case_officer"))


def test_what_one_person_alone_decides_waits_from_the_beginning_until_its_deadline(place):
    case = walk(a_case(place, "integrity", subject="employee:"), "acknowledge", "register", "accept", "investigate")
    due = case.deadlines.running().get(code="DECIDE_10WD").due
    handler, officer = who(case.id, "handler"), who(case.id, "case_officer")
    assert handler.person == place["general_secretary"]
    [turn] = [one for one in waiting_for(handler) if str(one.words) == TURN]
    assert (turn.number, turn.until) == (case.number, due)
    page = _page(handler)
    assert f"{TURN}, {case.number}" in page
    assert f"uiterlijk {date_format(timezone.localtime(due), 'j F')}" in page
    assert TURN not in [words for words, _number in whole_queue(officer)]


@pytest.mark.both
def test_an_alarm_says_what_it_is_about_to_who_reads_the_case_only(place):
    case = a_case(place, danger="unsafe")
    officer = who(case.id, "case_officer")
    outsider = next(person for person in place.people["officer"] if person != officer.person)
    others = Actor.at(outsider, place.organisation)
    Assignment.objects.filter(case=case.id, person=outsider).delete()
    danger = Alarm.objects.get_or_create(report=case.report, occasion=case.report.id)[0]
    told = Alarm.objects.create(report=case.report, occasion=_wrote(case, "retaliation").id)
    for person in (officer.person, outsider):
        shift = DutyShift.objects.create(organisation=place.organisation, person=person, begins=0, ends=WEEK)
        for alarm in (danger, told):
            AlarmCall.objects.get_or_create(alarm=alarm, shift=shift, defaults={"person": person})
    words = [words for words, _number in whole_queue(officer)]
    assert "Alarm: iemand is niet veilig. Zeg of u belt" in words
    assert "Alarm: de melder vertelt over benadeling. Zeg of u belt" in words
    assert {words for words, _number in whole_queue(others) if words.startswith("Alarm")} == {"Alarm: zeg of u belt"}
    signs = {number for words, number in whole_queue(others) if words.startswith("Alarm")}
    assert signs == {sign_of(danger.occasion), sign_of(told.occasion)}  # told apart, without a word of the case
    page = signed_in(outsider).get(reverse("cases:alarm", args=[told.occasion]))
    assert f"Alarm {sign_of(told.occasion)}" in words_of(page)


def test_everything_that_cannot_wait_stands_on_the_worklist_however_much_it_is(place):
    case = calm(a_case(place))
    officer = who(case.id, "case_officer")
    _wrote(case)
    shift = DutyShift.objects.create(organisation=place.organisation, person=officer.person, begins=0, ends=WEEK)
    alarms = Alarm.objects.bulk_create(Alarm(report=case.report, occasion=uuid4(), rounds=1) for _ in range(10))
    AlarmCall.objects.bulk_create(AlarmCall(alarm=one, shift=shift, person=officer.person) for one in alarms)
    page = in_one_line(signed_in(officer.person).get(WORKLIST).content.decode())
    assert [reverse("cases:alarm", args=[one.occasion]) in page for one in alarms] == [True] * 10
    assert "De melder schreef" not in page
    assert "Toon alle" in page or "Bekijk alle" in page


@pytest.mark.parametrize("code", ["decide_acute_measure", "decide_outsider_measure"])
def test_a_proposal_that_cannot_wait_comes_first(place, code):
    case = walk(a_case(place), "acknowledge", "assess", "low")
    _wrote(calm(case))
    officer = who(case.id, "case_officer")
    sent = signed_in(officer.person).post(f"/werkplek/zaak/{case.id}/besluit/{code}/", posted(case, code))
    assert sent.status_code == 302
    words = [str(one.words) for one in waiting_for(who(case.id, "handler")) if one.number == case.number]
    if code == "decide_acute_measure":
        assert words[0] == "Antwoord op een voorstel dat niet kan wachten"
    else:
        assert "Antwoord op een voorstel" in words
        assert "Antwoord op een voorstel dat niet kan wachten" not in words
