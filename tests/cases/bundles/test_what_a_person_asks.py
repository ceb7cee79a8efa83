"""What a person of the case asks on their papers page reaches who works the case, has its term, and is answered before the case ends."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from django.utils.formats import date_format

from cases.desk.keys import file_key
from cases.desk.refusals import Refused
from cases.job_kinds import CaseJob
from cases.jobs import ping_party
from cases.models import BundleEntry, BundlePing, Case
from cases.parties.asking import answer
from cases.parties.bundles import end_with_case
from cases.protocol.kinds.parts import Part, parts
from cases.protocol.kinds.rights import Right, rights
from cases.waiting.found import Urgency
from cases.waiting.queue import waiting_for
from jobs.models import Job
from tests.support.build import a_case, a_place, walk, who
from tests.support.measures import BAN, SEND, a_measure, a_weighed_case, done
from tests.support.papers_page import PapersPage, a_page, a_party, officer_of, page_url

pytestmark = pytest.mark.django_db
MY_WORDS = "Ik wil mijn kant van het verhaal vertellen."


@pytest.fixture
def case():
    return a_case(a_place(), "integrity")


@pytest.fixture
def told(case):
    """The person concerned was told of the case, and has a page."""
    walk(case, "acknowledge", "inform_subject")
    return a_page(case, case.parties.get(part="person_concerned"))


def _requests(case) -> list:
    return [one for one in waiting_for(who(case.id, "case_officer")) if "mensen" in one.url and one.until]


def _answer(case, entry, text: str = "U bent welkom op 3 maart om 10 uur."):
    sent = {"what": "answer", "entry": f"{entry.id}", "text": text, "token": uuid4()}
    return officer_of(case).post(page_url(case, entry.bundle.party), sent)


def test_the_person_concerned_can_ask_every_right_each_once_with_its_term(case, told):
    bundle, page = told
    for code in parts()["person_concerned"].may_ask:
        assert str(rights()[code].label) in page.words
        page.send(code, text=f"Dit vraag ik: {code}.")
        entry = bundle.entries.get(right=code)
        assert entry.answer_by == rights()[code].answer_by(timezone.localdate())
        if entry.answer_by:
            assert date_format(entry.answer_by, "j F Y") in page.words
            assert rights()[code].rests_on in page.words
        assert f'value="{code}"' not in page.text  # until it was answered
        assert page.send(code, text="Nog een keer.").status_code == 422
        assert bundle.entries.filter(right=code).count() == 1
    assert {one.until.date() for one in _requests(case)} == {min(bundle.entries.exclude(answer_by=None).values_list("answer_by", flat=True))}  # fmt: skip


def test_nobody_asks_what_is_not_theirs_to_ask(case):
    bundle, page = a_page(case, a_party(case))
    assert "object" not in parts()["victim"].may_ask
    page.send("object", text="Ik maak bezwaar.")
    page.send("nonsense", text="Iets anders.")
    assert not bundle.entries.exists()


def test_what_was_asked_waits_until_it_is_answered_and_is_late_after_its_term(case, told):
    bundle, page = told
    page.send("be_heard", text=MY_WORDS)
    [one] = _requests(case)
    assert one.urgency == Urgency.REST
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        [late] = _requests(case)
        assert late.urgency == Urgency.LATE
        assert late.words != one.words
        again = PapersPage(page.own)
        assert "u kreeg geen antwoord" in again.words
    entry = bundle.entries.get(right="be_heard")
    assert MY_WORDS in officer_of(case).get(page_url(case, bundle.party)).content.decode()
    assert [row.url for row in _requests(case)]  # seen, and not answered
    assert _answer(case, entry).status_code == 302
    assert _requests(case) == []
    page = PapersPage(page.own)
    assert "U bent welkom op 3 maart om 10 uur." in page.words
    assert 'value="be_heard"' in page.text  # it can be asked again


def test_an_answer_is_given_once_and_names_no_reporter(case, told):
    bundle, page = told
    page.send("inspect", text="Alles wat u over mij hebt.")
    entry = bundle.entries.get(right="inspect")
    refused = _answer(case, entry, "Robin Vermelder zei dat.")
    assert refused.status_code == 422
    assert "Robin Vermelder zei dat." in refused.content.decode()
    assert _answer(case, entry).status_code == 302
    assert _answer(case, entry, "Nog een antwoord.").status_code == 302
    assert bundle.entries.filter(kind="answer").count() == 1


def test_no_case_ends_over_the_head_of_a_person_who_asked(case, told):
    bundle, page = told
    page.send("complain", text="Niemand belde mij terug.")
    with pytest.raises(Refused, match="vroeg iets"):
        walk(case, "withdraw")
    page.send("tell_end", text="")
    _answer(case, bundle.entries.get(right="complain"))
    walk(case, "withdraw")
    assert Case.objects.get(id=case.id).closed_on
    ended = bundle.entries.get(kind="ended")
    assert ended.answers.right == "tell_end"
    assert "is op deze dag afgelopen" in PapersPage(page.own).words


def test_what_was_asked_on_a_page_that_ended_is_not_lost(case, told):
    bundle, page = told
    page.send("correct", text="Mijn naam is verkeerd gespeld.")
    officer_of(case).post(page_url(case, bundle.party), {"what": "end"})
    assert len(_requests(case)) == 1
    shown = officer_of(case).get(page_url(case, bundle.party)).content.decode()
    assert "Mijn naam is verkeerd gespeld." in shown
    assert "De pagina is afgelopen" in shown
    assert _answer(case, bundle.entries.get(right="correct"), "Per brief van vandaag.").status_code == 302
    assert _requests(case) == []


def test_only_who_works_the_case_answers(case, told):
    bundle, page = told
    page.send("be_heard", text=MY_WORDS)
    entry = bundle.entries.get(right="be_heard")
    sent = {"what": "answer", "entry": f"{entry.id}", "text": "Kom maar.", "token": uuid4()}
    assert officer_of(case, "support").post(page_url(case, bundle.party), sent).status_code == 404
    other = a_party(case, name="Mevrouw A. Ander")
    officer_of(case).post(page_url(case, other), sent)  # of another person's page
    assert not bundle.entries.filter(kind="answer").exists()


def test_an_answer_cannot_be_given_to_what_is_no_request(case, told):
    bundle, page = told
    page.send("message", text="Dag.")
    with pytest.raises(Refused):
        answer(bundle, bundle.entries.get(kind="message").id, "Dag.", actor=who(case.id, "case_officer"), token=b"1")


def test_who_left_an_address_gets_one_mail_without_content_at_the_next_slot(case):
    party = a_party(case)
    with time_machine.travel("2026-03-04T10:00:00+01:00", tick=False):
        bundle, page = a_page(case, party)
        assert "example.org" not in page.text
        page.send("ping", email="geen adres")
        assert page.answer.status_code == 422
        page.send("ping", email="zij@example.org")
        assert b"zij@example.org" not in bytes(BundlePing.objects.get().sealed)
        for text in ("Er is een stuk voor u.", "En nog een."):
            sent = {"what": "write", "text": text, "token": uuid4()}
            officer_of(case).post(page_url(case, party), sent)
        [work] = Job.objects.filter(kind=CaseJob.PING_PARTY)
        assert timezone.localtime(work.due).hour == 14
        ping_party(work)
        page.send("ping", email="")
        assert not BundlePing.objects.exists()
    [sent] = mail.outbox
    assert sent.to == ["zij@example.org"]
    for word in ("Weerbaar", "stuk", case.number, "Zonderland", str(bundle.organisation)):
        assert word not in sent.subject + sent.body


def test_the_address_goes_with_the_page(case):
    bundle, page = a_page(case, a_party(case))
    page.send("ping", email="zij@example.org")
    officer_of(case).post(page_url(case, bundle.party), {"what": "end"})
    assert not BundlePing.objects.exists()


def test_who_asked_to_be_told_gets_a_mail_at_the_end_and_others_none(case):
    bundle, page = a_page(case, a_party(case))
    page.send("ping", email="zij@example.org")
    page.send("tell_end", text="")
    officer = who(case.id, "case_officer")
    Case.objects.filter(id=case.id).update(closed_on=timezone.localdate())
    for _twice in range(2):
        end_with_case(case, timezone.localdate(), file_key(case, officer), officer.person)
    assert bundle.entries.filter(kind="ended").count() == 1
    assert Job.objects.filter(kind=CaseJob.PING_PARTY).count() == 1


def test_a_letter_of_a_measure_says_until_when_its_person_can_object():
    case = a_weighed_case(a_place())
    for what, day in (({**BAN, "ground": "order"}, True), (BAN, False)):
        measure = a_measure(case, name=f"Teun {what['ground']}", **what)
        letter = done(case, SEND)
        document = case.documents.latest("number")
        assert document.record == measure
        bundle, page = a_page(case, letter.about.party)
        sent = {"what": "copy", "document": document.number, "token": uuid4()}
        assert officer_of(case).post(page_url(case, bundle.party), sent).status_code == 302
        entry = bundle.entries.get(kind="letter")
        assert bool(entry.object_until) == day
        page = PapersPage(page.own)
        assert ("U kunt bezwaar maken tegen dit besluit" in page.words) == day
        if day:
            first = timezone.localdate(letter.decision.done_at) + timedelta(weeks=6)
            assert first <= entry.object_until <= first + timedelta(days=5)
            assert entry.object_until.weekday() < 5


def test_whom_a_case_is_about_can_ask_everything_and_reads_whom_to_talk_to(told):
    _bundle, page = told
    assert str(parts()["person_concerned"].talk_to) in page.words
    concerned = parts()["person_concerned"].model_dump()
    for less in ({"may_ask": ["be_heard"]}, {"talk_to": None}):
        with pytest.raises(ValueError, match="ask everything"):
            Part.model_validate({**concerned, **less})


def test_a_right_has_a_term_or_the_end_of_the_case_answers_it():
    for right in rights().values():
        assert right.told_at_end != bool(right.answer_by(date(2026, 3, 4)))
    begun = {"label": "a", "asks": "b", "says": "c"}
    for wrong in ({}, {"told_at_end": True, "deadline": "PRIVACY_1M"}, {"deadline": "NOTHING", "to_do": "d"}):
        with pytest.raises(ValueError, match=r"term|deadline"):
            Right.model_validate(begun | wrong)


def test_words_of_a_request_are_compared_with_who_works_the_case(case, told):
    from organisations.access.bars import barred_among

    _bundle, page = told
    reader = who(case.id, "co_reader").person
    page.send("be_heard", text=f"{reader.name} was erbij en deed het.")
    assert BundleEntry.objects.filter(kind="request").exists()
    assert reader.id in barred_among(case.id, [reader.id]).everybody
