"""What a hostile reader found when one person, or a date, was enough: each held out since."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cases.deciding.decisions import Choice
from cases.deciding.deeds import Deed, TextToReporter
from cases.deciding.judging import options_of
from cases.deciding.proposals import agree, propose, refuse
from cases.deciding.records.records import extend_record
from cases.desk.refusals import Refused
from cases.models import Case, Proposal
from cases.people.handover import recovery_of, successor
from cases.people.hearing import CONCERNED
from cases.protocol.engine import Option
from jobs.runner import run_due
from organisations.access import bars
from organisations.access.bars import NAMED, Suspended
from organisations.models import HANDLING, Assignment
from reporting.models import Report
from tests.support.build import REASON, a_case, a_place, second, signed_in, take, walk, who
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
TO_DRAFT = (
    "register",
    "accept",
    "preliminary_inquiry",
    "plausible",
    "internal",
    "inform_subject",
    "signed",
    "draft_ready",
)


def _option(case: Case, code: str, now=None) -> Option:
    return next(option for option in options_of(case, now=now) if option.code == code)


def _choice(case: Case, code: str, reason: str = REASON) -> Choice:
    rule = _option(case, code).decision
    return Choice(code, reason, next(iter(rule.outcome), ""), deed=a_deed(case, rule, timezone.now()))


def _low() -> Case:
    return walk(a_case(a_place()), "acknowledge", "assess", "low")


def test_whom_the_words_of_a_proposal_name_never_comes_as_the_second_person():
    case = _low()
    officer = who(case.id, "case_officer")
    Assignment.objects.filter(case=case.id, relation="co_reader").delete()
    others = Assignment.objects.filter(case=case.id, relation__in=HANDLING).exclude(person=officer.person)
    others.update(ended=True, ended_on=timezone.localdate() - timedelta(days=60))
    named = successor(case, "co_reader", recovery_of(case), leaving=None).person
    choice = _choice(case, "respond_none", f"De dreiging kwam van {named.name} zelf.")
    propose(case, choice, actor=officer, revision=case.revision, about=CONCERNED)
    assert signed_in(named).get(f"/werkplek/zaak/{case.id}/").status_code == 404
    reading = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING)
    assert named not in [assignment.person for assignment in reading]
    assert reading.exclude(person=officer.person).exists()


def test_who_is_kept_out_since_hears_nothing_of_a_proposal_and_it_is_not_taken():
    case = _low()
    officer = who(case.id, "case_officer")
    proposal = propose(case, _choice(case, "respond_none"), actor=officer, revision=case.revision)
    run_due()
    bars.suspend(case.id, case.report.organisation, [Suspended(str(officer.person.id), NAMED)])
    other = second(case, officer)
    with pytest.raises(Refused):
        agree(case, proposal.id, actor=other)
    mail.outbox.clear()
    refuse(case, proposal.id, actor=other, reason="Eerst bellen met wie het overkwam.")
    run_due()
    assert officer.person.email not in [address for message in mail.outbox for address in message.to]


def test_a_proposal_falls_when_the_case_moved_on_or_closed():
    case = _low()
    officer = who(case.id, "case_officer")
    first = propose(case, _choice(case, "respond_none"), actor=officer, revision=case.revision)
    walk(case, "respond_letter")
    with pytest.raises(Refused):
        agree(case, first.id, actor=second(case, officer))
    walk(case, "not_filed", "no_damage", "give_feedback", "no_more_care", "close")
    first.refresh_from_db()
    assert (first.state, first.answered_by) == (Proposal.State.LAPSED, None)
    page = signed_in(officer.person)
    for address in ("besluiten/", f"voorstel/{first.id}/"):
        shown = page.get(f"/werkplek/zaak/{case.id}/{address}").content.decode()
        assert "vervallen" in shown
        assert "ingetrokken" not in shown


def test_who_made_a_proposal_takes_it_back_with_words_that_say_so():
    case = _low()
    officer = who(case.id, "case_officer")
    proposal = propose(case, _choice(case, "respond_none"), actor=officer, revision=case.revision)
    page, address = signed_in(officer.person), f"/werkplek/zaak/{case.id}/voorstel/{proposal.id}/"
    assert "Trek het voorstel in" in page.get(address).content.decode()
    page.post(address, {"what": "refuse"})
    assert "ingetrokken" in page.get(address).content.decode()


def test_the_term_to_reply_never_begins_before_the_step_and_begins_anew_with_more_time():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", *TO_DRAFT)
    rule = _option(case, "send_extracts").decision
    deed = a_deed(case, rule, timezone.now())
    case.decisions.update(done_at=timezone.now() - timedelta(days=40), made_at=timezone.now() - timedelta(days=40))
    case.decisions.filter(code="draft_ready").update(made_at=timezone.now(), done_at=timezone.now())
    Case.objects.filter(id=case.id).update(started_on=case.started_on - timedelta(days=60))
    Report.objects.filter(id=case.report_id).update(received_at=timezone.now() - timedelta(days=60))
    case = Case.objects.get(id=case.id)
    early = (timezone.localtime() - timedelta(days=30)).isoformat()
    dated_back = Deed(rows=({**deed.rows[0], "at": early},), sent=deed.sent)
    with pytest.raises(Refused, match="ligt vóór waar de brief over gaat"):
        take(case, "send_extracts", who(case.id, "case_officer"), deed=dated_back)
    take(case, "send_extracts", who(case.id, "case_officer"))
    case.refresh_from_db()
    assert not _option(case, "replies_in").allowed
    walk(case, "extend_reply", now=timezone.now() + timedelta(days=12))
    assert not _option(case, "replies_in", timezone.now() + timedelta(days=17)).allowed


def test_a_draft_that_changed_is_sent_again():
    case = walk(a_case(a_place(), "integrity"), "acknowledge", *TO_DRAFT, "replies_in", "repair")
    assert _option(case, "replies_in", timezone.now() + timedelta(days=90)).missing == ("send_extracts",)


def test_nothing_is_told_by_voice_before_the_second_person_agreed():
    case = _low()
    choice = _choice(case, "respond_none")
    told = TextToReporter(choice.deed.told.text, way="call", at=timezone.now().isoformat(), whom="de melder")
    spoken = Choice(choice.code, choice.reason, choice.outcome, deed=Deed(told, choice.deed.rows))
    with pytest.raises(Refused) as refused:
        propose(case, spoken, actor=who(case.id, "case_officer"), revision=case.revision)
    assert refused.value.field == "message_way"


def test_a_ban_goes_out_after_two_decided_and_one_alone_does_not_lengthen_it():
    case = _low()
    walk(case, "decide_outsider_measure")
    assert _option(case, "respond_ban").missing == ("send_outsider_measure",)
    walk(case, "send_outsider_measure", "respond_ban")
    ban = case.records.get(form="outsider_measure")
    with pytest.raises(Refused):
        extend_record(case, ban.id, ban.until + timedelta(days=900), REASON, actor=who(case.id, "case_officer"))


def test_one_call_is_one_contact():
    case = walk(a_case(a_place()), "acknowledge", "assess", "low", "aftercare_24h")
    later = timezone.now() + timedelta(days=40)
    walk(case, "aftercare_1w", now=later)
    with pytest.raises(Refused) as refused:
        take(case, "aftercare_1m", who(case.id, "case_officer"), now=later + timedelta(minutes=5))
    assert refused.value.field == "record-1-at"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "", "gisteren"])
def test_a_moment_at_the_ends_of_time_is_no_moment(moment):
    case = walk(a_case(a_place()), "acknowledge")
    rule = _option(case, "aftercare_24h").decision
    row = {**a_deed(case, rule, timezone.now()).rows[0], "at": moment}
    with pytest.raises(Refused):
        take(case, "aftercare_24h", who(case.id, "case_officer"), deed=Deed(rows=(row,)))


def test_about_the_head_of_those_who_handle_the_second_person_comes_from_further_on():
    place = a_place()
    case = a_case(place, "integrity", subject=f"general_secretary:{place['general_secretary'].id}")
    chair = who(case.id, "handler")
    reading = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING).exclude(person=chair.person)
    assert not reading.exists()
    walk(case, "acknowledge", "register", "accept", actor=chair)
    propose(case, _choice(case, "no_follow_up"), actor=chair, revision=case.revision)
    assert reading.count() == 1
    agree(case, case.proposals.get().id, actor=second(case, chair))
    case.refresh_from_db()
    assert case.phase == "aftercare"
