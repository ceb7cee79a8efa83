"""Somebody of a case is named, or said not to be free, after it began: access stops at once, people look, the chain goes
on, and nobody learns why."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.desk.access import countable_cases
from cases.desk.agreement import disagreements
from cases.file.notes import write_note, write_todo
from cases.models import Note, Todo
from cases.people import barring
from cases.people.concerned import CannotAnswer, say_concerned, say_somebody_else
from cases.people.handover import colleagues, hand_over
from cases.people.leaving import end_role
from cases.related.connections import add_name
from jobs.models import Job
from jobs.outbox import work_of
from jobs.runner import run_due
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Assignment, Person, Role, Suspension
from organisations.people.appointments import appoint, declare_relation, take_office
from organisations.people.naming import check_names, fingerprint, names_changed
from reporting.dialogue.progress import lines, progress_words
from reporting.evidence.custody import MOST_COMPARED, words_of
from reporting.evidence.intake import EvidencePiece, store_piece, take_messages
from reporting.form.submission import plan, submit
from reporting.mailbox.mailbox import open_mailbox, send_message, share_identity
from reporting.models import Message
from tests.support.barred import called, has_nothing, reaches, statuses
from tests.support.build import REASON, a_case, a_draft, a_place, a_report, signed_in, walk, who
from tests.support.pages import in_one_line
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="[^"]+"')
CLEAR = "Iemand van buiten de organisatie."  # words that name nobody


@pytest.fixture
def place():
    return a_place()


def _url(case, part: str = "") -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _task(case, relation: str) -> Assignment:
    return Assignment.objects.running().filter(case=case.id, relation=relation).order_by("person__name")[0]


def _unknown(place, **answers):
    """An integrity case that the coordinator handles, with its receipt: nobody is named in it."""
    report, receipt = a_report(place, "integrity", subject="unknown:", known_as="anonymous", account=CLEAR, **answers)
    return open_case(report), receipt


def _not_free(case, relation: str, by: Person, **data):
    """Say on the page that whoever has this part is not free."""
    url = _url(case, f"toegang/{_task(case, relation).id}/niet-vrij/")
    return signed_in(by).post(url, {"grounds": ["interest"], "reason": REASON, **data})


def _question(case) -> UUID:
    return Suspension.objects.exclude(state="final").get(case=case.id).id


def _told(case) -> list[str]:
    return [line.text for line in lines(case.report)]


def _later(**ahead):
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)


# ---- a name that is written down later ----


def test_whom_a_colleague_writes_down_as_the_perpetrator_has_nothing_any_more(place):
    case, _receipt = _unknown(place)
    officer = called(who(case.id, "case_officer").person, "Kees", "Bos")
    handler = signed_in(who(case.id, "handler").person)
    assert handler.post(_url(case, "samenhang/"), {"what": "name", "name": "Kees Bos"}).status_code == 302
    assert statuses(officer, case) == {410}
    assert has_nothing(officer, case, place.organisation)
    assert who(case.id, "case_officer").person != officer, "the next of the chain works it"
    assert "Mogelijk is iemand betrokken" in handler.get(_url(case, "tijdlijn/")).content.decode()
    assert not disagreements()


def test_a_link_is_no_event_where_somebody_may_not_know_of_the_other_case(place):
    first, _receipt = _unknown(place)
    officer = who(first.id, "case_officer").person
    second = a_case(place, "integrity", subject="unknown:", account=CLEAR, excluded=[str(officer.id)])
    client = signed_in(who(first.id, "handler").person)
    linked = {"what": "link", "number": second.number, "why": "same_matter"}
    assert client.post(_url(first, "samenhang/"), linked).status_code == 302
    assert "case.linked" not in [entry.action for entry in entries(first.id)]
    assert "case.linked" in [entry.action for entry in entries(second.id)]
    pages = [signed_in(officer).get(_url(first, part)).content.decode() for part in ("", "samenhang/", "logboek/")]
    assert not any(second.number in page or "ekoppeld aan" in page for page in pages)


def test_who_is_not_free_of_one_of_two_joined_cases_loses_both(place):
    lead, _receipt = _unknown(place)
    case, _receipt = _unknown(place)
    for registered in (lead, case):
        walk(registered, "register")
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    client = signed_in(handler)
    assert client.post(_url(case, "samenhang/"), {"what": "join", "which": lead.id}).status_code == 302
    assert _not_free(case, "case_officer", handler).status_code == 302
    for joined in (case, lead):
        assert statuses(officer, joined) == {410}
        assert has_nothing(officer, joined, place.organisation)
    row = Suspension.objects.get(case=case.id)
    say_concerned(case, row.id, actor=who(case.id, "co_reader"))
    assert set(Suspension.objects.values_list("state", flat=True)) == {"final"}, "in both"
    for joined in (case, lead):
        assert who(joined.id, "case_officer").person != officer
    assert not disagreements()


# ---- what the reporter writes in the mailbox ----


@pytest.mark.parametrize("about", ["no", "coordinator", "unknown", "greeting"])
def test_a_message_that_names_the_handler_stops_them_before_they_read_it(place, about):
    case, receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    officer = who(case.id, "case_officer").person
    before = Job.objects.count()
    words = "Beste meneer Terpstra, dank u." if about == "greeting" else "Ik weet nu wie het was: Samir Terpstra."
    answer = "unknown" if about == "greeting" else about
    send_message(open_mailbox(receipt), words, answer, [], token=uuid4().bytes)
    stays = about in {"no", "greeting"}
    assert statuses(handler, case) == ({200} if stays else {410}), "the worker has not run"
    run_due()
    assert has_nothing(handler, case, place.organisation) is not stays
    assert statuses(officer, case) == {200}
    assert is_barred(case.id, handler.id) is not stays
    if about == "coordinator":
        assert who(case.id, "handler").person == place["general_secretary"], "sure, so the next comes at once"
    if about == "unknown":
        assert not Assignment.objects.running().filter(case=case.id, relation="handler").exists()
        assert Suspension.objects.get(case=case.id).due, "people look first"
        page = signed_in(officer).get(_url(case, "toegang/")).content.decode()
        assert "Ik weet nu wie het was: Samir Terpstra." in page
    assert Job.objects.count() > before
    assert not disagreements()


def test_whoever_a_message_is_about_gets_no_mail_of_it(place):
    """Also where the worker does the mail before it ends what they have."""
    case, receipt = _unknown(place)
    run_due()
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Het was Samir Terpstra.", "unknown", [], token=uuid4().bytes)
    work_of("cases.reporter_wrote")(Job.objects.get(kind="cases.reporter_wrote"))
    mailed = set(Job.objects.filter(kind="mail.ping", key__startswith="wrote:").values_list("target", flat=True))
    assert mailed == {who(case.id, "case_officer").person.id}
    assert handler.id not in mailed


def test_who_handles_it_outside_the_chain_of_the_message_is_looked_at_too(place):
    """The cabinet is away, so the ministry has the case about the mayor; a message says nothing of the mayor."""
    cabinet = place.others["province"].people["kc_cabinet"]
    Person.objects.filter(id__in=[person.id for person in cabinet]).update(is_active=False)
    report, receipt = a_report(place, "integrity", subject="mayor:", known_as="anonymous", account=CLEAR)
    case = open_case(report)
    handler = called(who(case.id, "handler").person, "Anouk", "Zeegers")
    assert case.organisation == place.others["ministry"].organisation
    send_message(open_mailbox(receipt), "Anouk Zeegers wist ervan.", "unknown", [], token=uuid4().bytes)
    assert statuses(handler, case) == {410}


def test_an_adviser_who_is_let_back_is_an_adviser_and_reads_no_file(place):
    report, receipt = a_report(
        place, "integrity", subject="unknown:", known_as="confidential", name="Robin Vermelder", account=CLEAR
    )
    case = open_case(report)
    adviser = called(place["confidential_adviser"], "Anouk", "Zeegers")
    before = {compartment for compartment in Compartment if adviser.id in readers(case.id, compartment)}
    send_message(open_mailbox(receipt), "Anouk Zeegers was erbij.", "unknown", [], token=uuid4().bytes)
    run_due()
    assert has_nothing(adviser, case, place.organisation)
    for relation in ("case_officer", "co_reader"):
        say_somebody_else(case, _question(case), REASON, actor=who(case.id, relation))
    back = Assignment.objects.running().get(case=case.id, person=adviser)
    assert back.relation == "adviser"
    assert {compartment for compartment in Compartment if adviser.id in readers(case.id, compartment)} == before
    assert not disagreements()


def test_one_says_somebody_else_another_says_that_it_is_them(place):
    """Then it is them, and the page of people still opens."""
    case, receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
    run_due()
    say_somebody_else(case, _question(case), "Dat is een ander, die ook zo heet.", actor=who(case.id, "case_officer"))
    say_concerned(case, _question(case), actor=who(case.id, "co_reader"))
    assert who(case.id, "handler").person == place["general_secretary"]
    assert has_nothing(handler, case, place.organisation)
    page = signed_in(who(case.id, "case_officer").person).get(_url(case, "toegang/"))
    assert page.status_code == 200
    assert "Samir Terpstra" in page.content.decode()


@pytest.mark.parametrize("words", ["Het was Samir Terpstra.", "ministry_desk"])
def test_who_handles_it_far_from_here_is_compared_too(place, words):
    """By what is said now, the report would never go to the ministry."""
    cabinet = place.others["province"].people["kc_cabinet"]
    Person.objects.filter(id__in=[person.id for person in cabinet]).update(is_active=False)
    report, receipt = a_report(place, "integrity", subject="mayor:", known_as="anonymous", account=CLEAR)
    case = open_case(report)
    assert case.organisation == place.others["ministry"].organisation
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    chair = called(Person.objects.create_person("Anouk Zeegers", "voorzitter@ministerie.demo"), "Anouk", "Zeegers")
    appoint(chair, case.organisation, "chair")
    send_message(open_mailbox(receipt), "Anouk Zeegers hielp mee.", "", [], token=uuid4().bytes)
    assert is_barred(case.id, chair.id), "has no part, and counts cases there"
    text, about = (CLEAR, words) if words == "ministry_desk" else (words, "unknown")
    send_message(open_mailbox(receipt), text, about, [], token=uuid4().bytes)
    assert statuses(handler, case) == {410}


def test_who_was_let_back_is_out_again_when_a_later_message_names_them(place):
    case, receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
    run_due()
    which = _question(case)
    assert not say_somebody_else(case, which, REASON, actor=who(case.id, "case_officer"))
    assert say_somebody_else(case, which, REASON, actor=who(case.id, "co_reader"))
    assert statuses(handler, case) == {200}
    send_message(open_mailbox(receipt), "Het was dus toch Samir Terpstra.", "unknown", [], token=uuid4().bytes)
    assert statuses(handler, case) == {410}
    run_due()
    assert has_nothing(handler, case, place.organisation)


def test_evidence_that_names_an_officer_keeps_them_out_at_sending_and_later(place):
    officer = called(place["officer"], "Kees", "Bos")
    pile = "[12-11-2026 20:14] Jan: vraag het maar aan Kees Bos\n\n[12-11-2026 20:15] Jan: die krijgt ook wat"
    draft = a_draft(place, "integrity", subject="unknown:", known_as="anonymous", account=CLEAR)
    draft.files = [take_messages(pile).to_state()]
    assert officer.id in plan(draft.submission()).kept_out.suspended
    sent = open_case(submit(draft.submission()))
    assert officer.id not in readers(sent.id)
    case, receipt = _unknown(place)
    assert reaches(officer, case, place.organisation)
    send_message(open_mailbox(receipt), "", "", [take_messages(pile)], token=uuid4().bytes)
    assert statuses(officer, case) == {410}


@pytest.mark.parametrize(("name", "text"), [("Gesprek Kees_Bos.txt", "Niets."), ("1.txt", "Ik sprak met Kees Bos.")])
def test_a_file_that_names_somebody_keeps_them_out_at_sending_and_who_comes_later(place, name, text):
    officer, later = called(place["officer"], "Kees", "Bos"), place.people["council_member"][0]
    draft = a_draft(place, "integrity", subject="unknown:", known_as="named", account=CLEAR)
    draft.files = [EvidencePiece(name, "txt", store_piece(text.encode())).to_state()]
    assert officer.id in plan(draft.submission()).kept_out.suspended
    case = open_case(submit(draft.submission()))
    called(later, "Kees", "Bos")
    appoint(later, place.organisation, "officer")
    run_due()
    assert is_barred(case.id, later.id)


def test_of_the_evidence_of_one_report_no_more_is_compared_than_a_request_has_time_for(place):
    pieces = [EvidencePiece("1.txt", "txt", store_piece(b"woord " * 30_000)) for _number in range(3)]
    assert sum(map(len, words_of(pieces))) == MOST_COMPARED


def test_no_lets_back_nobody_whose_function_the_question_did_not_name(place):
    """The reporter answers, and then chooses anew whom it is about."""
    secretary = called(place["general_secretary"], "Anouk", "Zeegers")
    words = {"account": "Ik vroeg het aan Anouk Zeegers.", "about_reader": "no", "known_as": "anonymous"}
    draft = a_draft(place, "integrity", subject="unknown:", **words)
    assert plan(draft.submission()).kept_out.suspended == {secretary.id}
    step = next(step for step in draft.steps() if any(question.id == "subject" for question in step.questions))
    draft.keep(step, QueryDict("subject=alderman:"))
    assert secretary.id in plan(draft.submission()).kept_out.suspended
    again = a_draft(place, "integrity", subject="alderman:", **words)
    assert secretary.id in plan(again.submission()).kept_out.lifted


def test_a_reporter_who_turns_out_to_be_the_handler_does_not_handle(place):
    case, receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    share_identity(open_mailbox(receipt), "Samir Terpstra", "", "named", token=uuid4().bytes)
    assert statuses(handler, case) == {410}
    run_due()
    assert has_nothing(handler, case, place.organisation)


# ---- what a colleague writes: asked first ----


@pytest.mark.parametrize("where", ["notities/", "berichten/", "to-do", "besluit/register/"])
def test_whoever_names_a_reader_is_asked_first(place, where):
    case, _receipt = _unknown(place)
    co_reader = called(who(case.id, "co_reader").person, "Kees", "Bos")
    writer = signed_in(who(case.id, "case_officer").person)
    words = "Gesproken met Kees Bos over het geld."
    url = _url(case, "notities/" if where == "to-do" else where)
    data = {
        "notities/": {"what": "note", "kind": "note", "text": words, "token": str(uuid4())},
        "to-do": {"what": "todo", "text": words, "token": str(uuid4())},
        "berichten/": {"text": words},
        "besluit/register/": {"reason": words, "revision": case.revision},
    }[where]

    def kept() -> int:
        rows = (Note.objects, Todo.objects, Message.objects, case.decisions)
        return sum(row.count() for row in rows)

    asked = writer.post(url, data)
    assert asked.status_code == 422
    assert "U noemt iemand die dit leest: Kees Bos" in asked.content.decode()
    assert 'name="about"' in asked.content.decode()
    assert kept() == 0
    assert statuses(co_reader, case) == {200}
    assert writer.post(url, {**data, "about": "mentioned"}).status_code == 302
    assert kept() == 1
    assert statuses(co_reader, case) == {200}
    assert entries(case.id)[-1].detail.get("about", "mentioned") == "mentioned"


def test_words_about_a_reader_end_their_part_in_the_same_act(place):
    case, _receipt = _unknown(place)
    co_reader = called(who(case.id, "co_reader").person, "Kees", "Bos")
    writer = signed_in(who(case.id, "case_officer").person)
    data = {
        "what": "note",
        "kind": "note",
        "text": "Kees Bos nam het aan.",
        "token": str(uuid4()),
        "about": "concerned",
    }
    assert writer.post(_url(case, "notities/"), data).status_code == 302
    assert Note.objects.count() == 1
    assert statuses(co_reader, case) == {410}
    assert has_nothing(co_reader, case, place.organisation)
    told = [entry.detail for entry in entries(case.id) if "about" in entry.detail]
    assert told == [{"person": str(co_reader.id), "about": "concerned"}]


# ---- who comes to know of more, later ----


def _about(place, name: str, **answers):
    report, receipt = a_report(
        place, "integrity", subject="unknown:", subject_name=name, known_as="anonymous", account=CLEAR, **answers
    )
    return open_case(report), receipt


def test_who_was_named_in_a_to_do_never_comes_in_later(place):
    case, _receipt = _unknown(place)
    newcomer = called(place.people["council_member"][0], "Anouk", "Zeegers")
    write_todo(
        case, "Vraag Anouk Zeegers niets.", due=None, whom=None, actor=who(case.id, "case_officer"), token=uuid4()
    )
    appoint(newcomer, place.organisation, "officer")
    run_due()
    assert is_barred(case.id, newcomer.id)


def _counts(person: Person, place, case) -> bool:
    return countable_cases(Actor.at(person, place.organisation)).filter(id=case.id).exists()


@pytest.mark.parametrize("where", ["notities/", "to-do", "besluit/register/"])
def test_who_comes_later_is_compared_with_what_colleagues_wrote(place, where):
    person = called(place.people["council_member"][0], "Anouk", "Zeegers")
    case, _receipt = _unknown(place)
    writer, words = signed_in(who(case.id, "case_officer").person), "Anouk Zeegers nam het geld aan."
    data = {
        "notities/": {"what": "note", "kind": "note", "text": words, "token": str(uuid4())},
        "to-do": {"what": "todo", "text": words, "token": str(uuid4())},
        "besluit/register/": {"reason": words, "revision": case.revision},
    }[where]
    assert writer.post(_url(case, "notities/" if where == "to-do" else where), data).status_code == 302
    appoint(person, place.organisation, "officer")
    run_due()
    assert is_barred(case.id, person.id)


def _becomes_officer(place, case) -> Person:
    """Somebody outside the circle of readers, who was named, becomes one."""
    person = called(place.people["council_member"][0], "Anouk", "Zeegers")
    appoint(person, place.organisation, "officer")
    return person


def _has_a_second_row(place, case) -> Person:
    person = Person.objects.create_person("Anouk Zeegers", "tweede@voorbeeldstad.demo")
    names_changed(called(person, "Anouk", "Zeegers"))
    appoint(person, place.organisation, "coordinator")
    return person


def _gets_the_right_name(place, case) -> Person:
    person = who(case.id, "case_officer").person
    parts = person.parts.__class__("", "Anouk", "", "Zeegers")
    check_names(
        person.id, parts, [], organisation=place.organisation, by=place["administrator"], seen=fingerprint(person)
    )
    return person


def _declares_a_relation(place, case) -> Person:
    person = who(case.id, "case_officer").person
    declare_relation(person, place.organisation, place.people["council_member"][1], "partner")
    return person


def _becomes_acting_mayor(place, case) -> Person:
    person = place.people["council_member"][1]
    take_office(person, place.organisation, "mayor", since=timezone.localdate())
    return person


@pytest.mark.parametrize(
    "change",
    [_becomes_officer, _has_a_second_row, _gets_the_right_name, _declares_a_relation, _becomes_acting_mayor],
)
def test_whoever_comes_to_know_of_more_is_compared_first(place, change, monkeypatch):
    """Until that is done, also when it failed, they count no case."""
    called(place.people["council_member"][1], "Anouk", "Zeegers")
    case, _receipt = _about(place, "Anouk Zeegers")
    run_due()
    other, _receipt = _unknown(place)
    person = Person.objects.get(id=change(place, case).id)
    assert not _counts(person, place, other)
    with monkeypatch.context() as patched:
        patched.setattr("cases.jobs.compare", lambda *_args: 1 / 0)
        run_due()
    assert Job.objects.filter(kind="organisations.compare", state="open", target=person.id).exists()
    assert not _counts(person, place, other), "it failed"
    Job.objects.filter(kind="organisations.compare").update(due=timezone.now())
    run_due()
    assert is_barred(case.id, person.id)
    assert not _counts(person, place, case)
    assert _counts(person, place, other)
    assert has_nothing(person, case, place.organisation)
    assert not disagreements()


def test_whoever_may_be_meant_at_sending_is_asked_about_with_the_sentence_and_can_come_in(place):
    """Two people say that it is somebody else: then they may know of the case, and get nothing of it by that alone."""
    officer = called(place["officer"], "Kees", "Zeegers")
    case, _receipt = _about(place, "Iemand die Zeegers heet")
    reader = who(case.id, "case_officer")
    page = signed_in(reader.person).get(_url(case, "toegang/")).content.decode()
    assert "Kees Zeegers" in page
    assert "Iemand die Zeegers heet" in page
    support = signed_in(who(case.id, "support").person).get(_url(case, "toegang/")).content.decode()
    assert "Zeegers" not in support
    for actor in (reader, who(case.id, "handler")):
        say_somebody_else(case, _question(case), REASON, actor=actor)
    assert not is_barred(case.id, officer.id)
    assert officer in [colleague.person for colleague in colleagues(case)]
    assert statuses(officer, case) == {404}
    say_concerned(case, _question(case), actor=reader)  # and later it is them after all
    assert is_barred(case.id, officer.id)


def test_whoever_comes_before_a_report_became_a_case_is_compared_too(place):
    person = called(place.people["council_member"][1], "Anouk", "Zeegers")
    draft = a_draft(place, "integrity", subject="unknown:", subject_name="Zeegers", known_as="anonymous", account=CLEAR)
    report = submit(draft.submission(), lane="quarantine")
    Suspension.objects.filter(case=report.case).delete()  # as if they worked elsewhere until now
    appoint(person, place.organisation, "officer")
    run_due()
    assert is_barred(report.case, person.id)
    report.refresh_from_db()
    assert report.lane == "quarantine", "a machine may have sent it still"
    case = open_case(report)
    assert not _counts(person, place, case)


def test_whose_function_begins_later_is_compared_on_that_day(place):
    person = Person.objects.create_person("Anouk Zeegers", "later@voorbeeldstad.demo")
    called(person, "Anouk", "Zeegers")
    take_office(person, place.organisation, "mayor", since=timezone.localdate() + timedelta(days=2))
    run_due()
    case, _receipt = _about(place, "Anouk Zeegers")
    assert not is_barred(case.id, person.id), "nobody here by then"
    with _later(days=2):
        assert not _counts(person, place, case), "the worker has not run"
        run_due()
        assert is_barred(case.id, person.id)
        assert not _counts(person, place, case)


def test_who_held_the_function_until_yesterday_may_be_meant_by_it(place):
    """Reported as "the mayor", without a name."""
    officer = place["officer"]
    today = timezone.localdate()
    take_office(
        officer, place.organisation, "mayor", since=today - timedelta(days=900), until=today - timedelta(days=1)
    )
    long_ago = place.people["officer"][1]
    take_office(
        long_ago, place.organisation, "mayor", since=today - timedelta(days=3000), until=today - timedelta(days=1470)
    )
    draft = a_draft(place, "integrity", subject="mayor:", known_as="anonymous", account=CLEAR)
    kept_out = plan(draft.submission()).kept_out
    assert officer.id in kept_out.suspended
    assert place["mayor"].id in kept_out.recused
    assert long_ago.id not in kept_out.everybody


def test_a_report_that_follows_keeps_the_same_people_out(place):
    officers = place.people["officer"]
    called(officers[1], "Kees", "Bos")
    case, _receipt = _about(place, "Bos", excluded=[str(place["coordinator"].id)])
    draft = a_draft(place, "integrity", subject="unknown:", known_as="anonymous", account=CLEAR)
    draft.follows = str(case.report_id)
    kept_out = plan(draft.submission()).kept_out
    assert place["coordinator"].id in kept_out.recused
    assert officers[1].id in kept_out.suspended


def test_somebody_of_the_province_is_kept_out_of_what_comes_there(place):
    cabinet = place.others["province"].people["kc_cabinet"]
    for answers in ({"subject_name": cabinet[0].name}, {"account": f"Ook {cabinet[0].name} wist ervan."}):
        given = {"subject": "mayor:", "known_as": "anonymous", "account": CLEAR, **answers}
        planned = plan(a_draft(place, "integrity", **given).submission())
        assert cabinet[0].id not in {reader.person.id for reader in planned.readers}
        assert planned.readers[0].person == cabinet[1]


# ---- not free ----


def test_of_oneself_it_is_final_at_once(place):
    case, _receipt = _unknown(place)
    handler = who(case.id, "handler").person
    assert _not_free(case, "handler", handler)["Location"] == "/werkplek/"
    assert statuses(handler, case) == {410}
    assert who(case.id, "handler").person == place["general_secretary"]
    assert not Suspension.objects.filter(case=case.id).exclude(state="final").exists()
    with _later(days=7):
        run_due()
    assert who(case.id, "handler").person == place["general_secretary"]


def test_of_another_a_second_person_makes_it_final(place):
    case, _receipt = _unknown(place)
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    assert _not_free(case, "handler", officer).status_code == 302
    assert statuses(handler, case) == {410}
    assert not Assignment.objects.running().filter(case=case.id, relation="handler").exists()
    url = _url(case, f"toegang/betrokken/{_question(case)}/")
    assert signed_in(officer).post(url, {"what": "concerned"}).status_code == 422, "nobody agrees with themselves"
    assert signed_in(officer).post(url, {"what": "else", "reason": REASON}).status_code == 422
    co_reader = signed_in(who(case.id, "co_reader").person)
    assert co_reader.post(url, {"what": "concerned"}).status_code == 302
    assert who(case.id, "handler").person == place["general_secretary"]
    assert has_nothing(handler, case, place.organisation)
    assert not disagreements()


def test_a_second_person_lets_them_back_with_their_keys(place):
    case, _receipt = _unknown(place)
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    _not_free(case, "handler", officer)
    url = _url(case, f"toegang/betrokken/{_question(case)}/")
    co_reader = signed_in(who(case.id, "co_reader").person)
    assert co_reader.post(url, {"what": "else", "reason": REASON}).status_code == 302
    assert statuses(handler, case) == {200}
    assert who(case.id, "handler").person == handler
    assert handler.id in readers(case.id)
    with _later(days=7):
        run_due()
    assert who(case.id, "handler").person == handler
    assert not disagreements()


@pytest.mark.parametrize("ground", ["not free", "named"])
def test_silence_passes_the_case_on_after_a_working_day_and_never_back(place, ground):
    case, receipt = _unknown(place)
    handler, officer = called(who(case.id, "handler").person, "Samir", "Terpstra"), who(case.id, "case_officer")
    if ground == "named":
        send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
        run_due()
    else:
        _not_free(case, "handler", officer.person)
    due = Suspension.objects.get(case=case.id).due
    assert due - timezone.now() >= timedelta(hours=23)
    with time_machine.travel(due - timedelta(minutes=5), tick=False):
        run_due()
        assert not Assignment.objects.running().filter(case=case.id, relation="handler").exists()
    with time_machine.travel(due + timedelta(minutes=5), tick=False):
        run_due()
        assert who(case.id, "handler").person == place["general_secretary"]
        if (
            ground == "named"
        ):  # two people may still say who was meant: then they know of the case, and do not get it back
            which = _question(case)
            for actor in (officer, who(case.id, "co_reader")):
                say_somebody_else(case, which, REASON, actor=actor)
            assert not is_barred(case.id, handler.id)
        assert who(case.id, "handler").person == place["general_secretary"]
        assert has_nothing(handler, case, place.organisation)
    assert not disagreements()


def test_who_reads_nothing_stops_nobody_alone(place):
    case, _receipt = _unknown(place)
    handler, support = who(case.id, "handler").person, who(case.id, "support").person
    assert _not_free(case, "handler", support).status_code == 302
    assert statuses(handler, case) == {200}
    with _later(days=7):
        run_due()
    assert who(case.id, "handler").person == handler, "silence is no agreement"
    say_concerned(case, _question(case), actor=who(case.id, "case_officer"))
    assert statuses(handler, case) == {410}
    assert who(case.id, "handler").person == place["general_secretary"]


def test_who_only_mentions_somebody_does_not_undo_what_another_asked(place):
    case, _receipt = _unknown(place)
    called(who(case.id, "handler").person, "Samir", "Terpstra")
    _not_free(case, "handler", who(case.id, "support").person)
    officer = who(case.id, "case_officer")
    write_note(case, "Samir Terpstra belde.", kind="note", actor=officer, token=uuid4(), about="mentioned")
    assert Suspension.objects.get(case=case.id).state == "asked"


def _main(client: Client, case, part: str) -> str:
    page = in_one_line(client.get(_url(case, part)).content.decode())
    return page[page.index("<main") : page.index("</main")]


def test_nobody_answers_a_question_about_themselves(place):
    """Also not where they are the only one who could: what was said of them is not even shown."""
    case, _receipt = _unknown(place)
    handler, support = who(case.id, "handler"), who(case.id, "support").person
    client = signed_in(handler.person)
    before = [_main(client, case, part) for part in ("", "toegang/")]
    assert _not_free(case, "handler", support).status_code == 302
    which = _question(case)
    url = _url(case, f"toegang/betrokken/{which}/")
    assert client.get(url).status_code == 404
    assert client.post(url, {"what": "else", "reason": REASON}).status_code == 404
    with pytest.raises(CannotAnswer):
        say_somebody_else(case, which, REASON, actor=handler)
    assert Suspension.objects.get(id=which).state == "asked"
    assert [_main(client, case, part) for part in ("", "toegang/")] == before
    assert "niet vrij" not in client.get(_url(case, "logboek/")).content.decode()
    other = signed_in(who(case.id, "case_officer").person)
    assert other.get(url).status_code == 200
    assert "niet vrij" in other.get(_url(case, "logboek/")).content.decode()


def test_words_that_only_mention_somebody_answer_no_question_about_them(place):
    case, _receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    _not_free(case, "handler", who(case.id, "support").person)
    writer = signed_in(who(case.id, "case_officer").person)
    note = {"what": "note", "kind": "note", "text": "Samir Terpstra belt terug.", "token": str(uuid4())}
    assert writer.post(_url(case, "notities/"), {**note, "about": "mentioned"}).status_code == 302
    assert Suspension.objects.get(case=case.id).state == "asked"
    assert statuses(handler, case) == {200}


def test_whoever_wrote_that_words_are_about_a_colleague_does_not_also_keep_them_out_for_good(place):
    case, _receipt = _unknown(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    writer = who(case.id, "co_reader")
    note = {"what": "note", "kind": "note", "text": "Het was Samir Terpstra.", "token": str(uuid4())}
    client = signed_in(writer.person)
    assert client.post(_url(case, "notities/"), {**note, "about": "concerned"}).status_code == 302
    assert statuses(handler, case) == {410}
    which = _question(case)
    url = _url(case, f"toegang/betrokken/{which}/")
    assert client.post(url, {"what": "concerned", "reason": REASON}).status_code == 422
    assert Suspension.objects.get(id=which).state == "open"
    say_concerned(case, which, actor=who(case.id, "case_officer"))
    assert who(case.id, "handler").person == place["general_secretary"]


# ---- mail and keys between what arrived and the worker ----


def _mailed(person: Person) -> int:
    return Job.objects.filter(kind="mail.ping", target=person.id).count()


def test_who_was_named_gets_no_mail_before_the_worker_ends_their_part(place):
    report, receipt = a_report(place, "integrity", subject="unknown:", known_as="anonymous", account=CLEAR)
    handler = called(who(report.case, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Het was Samir Terpstra.", "unknown", [], token=uuid4().bytes)
    case = open_case(report)  # before what takes the part away
    assert not _mailed(handler)
    assert _mailed(who(case.id, "case_officer").person)
    Job.objects.filter(kind="reporting.end_parts").delete()
    run_due()
    assert not _mailed(handler), "nor that the reporter wrote"


def test_an_adviser_who_turns_out_to_be_the_reporter_gets_no_key(place):
    case, receipt = _unknown(place)
    adviser = called(place["confidential_adviser"], "Esra", "Wouda")
    Assignment.objects.create(
        case=case.id,
        person=adviser,
        organisation=place.organisation,
        relation="adviser",
        capacity="confidential_adviser",
    )
    share_identity(open_mailbox(receipt), "Esra Wouda", "", "confidential", token=uuid4().bytes)
    assert is_barred(case.id, adviser.id)
    assert adviser.id not in readers(case.id), "the worker has not run"
    run_due()
    assert has_nothing(adviser, case, place.organisation)


# ---- what is left to see ----


def _recused(case, person, place):
    add_name(case, person.name, actor=who(case.id, "handler"))


def _suspended(case, person, place):
    assert barring.declare_conflict(
        case, _task(case, "case_officer").id, actor=who(case.id, "handler"), grounds=["other"], reason=REASON
    ) == "stopped"  # fmt: skip


def _handed_over(case, person, place):
    to = Person.objects.filter(id__in=[officer.id for officer in place.people["officer"]]).exclude(
        id__in=Assignment.objects.running().filter(case=case.id).values("person")
    )[0]
    hand_over(case, _task(case, "case_officer").id, to.id, actor=who(case.id, "handler"), reason=REASON)


def _role_ended(case, person, place):
    appoint(person, place.organisation, "archivist")
    end_role(Role.objects.get(person=person, code="officer"), by=place["administrator"])


def test_who_lost_a_case_sees_the_same_on_every_ground_and_after_thirty_days_nothing(place):
    """The same bytes, but for the address that they asked for themselves."""
    shown, mains, lost = set(), set(), []
    for ground in (_recused, _suspended, _handed_over, _role_ended):
        case, _receipt = _unknown(place)
        person = who(case.id, "case_officer").person
        ground(case, person, place)
        lost.append((person, case))
        client = signed_in(person)
        answers = [client.get(_url(case, part)) for part in ("", "melding/", "besluit/register/")]
        assert {answer.status_code for answer in answers} == {410}, ground.__name__
        page = _TOKEN.sub("", in_one_line(answers[0].content.decode())).replace(str(case.id), "…")
        mains |= {answer.content.decode().partition("<main")[2].partition("</main")[0] for answer in answers}
        if ground != _role_ended:  # who has other roles has another menu
            shown.add(page)
        assert case.number not in page
    assert len(shown) == len(mains) == 1
    assert signed_in(place["archivist"]).get(_url(lost[0][1])).status_code == 404, "never had it"
    with _later(days=31):
        assert [signed_in(person).get(_url(case)).status_code for person, case in lost] == [404] * 4


def test_what_somebody_was_typing_is_handed_back_to_them_alone(place):
    case, _receipt = _unknown(place)
    person = who(case.id, "case_officer").person
    client = signed_in(person)
    _suspended(case, person, place)
    data = {"what": "note", "kind": "note", "text": "Een half verslag.", "token": str(uuid4())}
    answer = client.post(_url(case, "notities/"), data)
    assert answer.status_code == 410
    assert "Een half verslag." in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize("reads", [True, False])
def test_the_reporter_hears_whether_it_was_read_and_only_then_people_watch(place, reads):
    case, receipt = _unknown(place)
    officer = who(case.id, "case_officer").person
    if reads:
        signed_in(officer).get(_url(case, "melding/"))
    signed_in(officer).get(_url(case))
    _suspended(case, officer, place)
    words = progress_words()
    said = str(words["taken_over_read" if reads else "taken_over_unread"])
    assert [text for text in _told(case) if "neemt uw melding over" in text] == [said]
    assert said in in_one_line(Client().post("/terug/", {"receipt": receipt}).content.decode())
    assert case.deadlines.running().filter(code="RETALIATION_CHECK").exists() is reads
