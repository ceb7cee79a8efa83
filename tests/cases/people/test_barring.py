"""Somebody of a case is named after it began: access stops at once, people look, and the chain goes on."""

from uuid import uuid4

import pytest
from django.http import QueryDict

from cases.deciding.opening import open_case
from cases.desk.access import countable_cases
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from cases.people.concerned import say_concerned, say_somebody_else
from cases.people.handover import move, recovery_of
from cases.people.transfer import destinations
from jobs.models import Job
from jobs.outbox import work_of
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Assignment, Person, Suspension
from organisations.name_parts import NameParts
from organisations.people.appointments import appoint, declare_relation
from reporting.evidence.custody import MOST_COMPARED, comparable
from reporting.evidence.intake import EvidencePiece, store_piece, take_messages, with_words
from reporting.evidence.sandbox import clean_file
from reporting.form.submission import plan, submit
from reporting.mailbox.mailbox import open_mailbox, send_message, share_identity
from tests.support.barred import (
    CLEAR,
    about_nobody,
    called,
    has_nothing,
    question_of,
    reaches,
    run_due,
    say_not_free,
    statuses,
    url_of,
)
from tests.support.build import REASON, a_case, a_draft, a_place, a_report, signed_in, walk, who
from tests.support.evidence import a_photo
from tests.support.letters import a_docx
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


# ---- a name that is written down later ----


def test_whom_a_colleague_writes_down_as_the_perpetrator_has_nothing_any_more(place):
    """Nobody expels a colleague alone: who wrote it does not make it final, a second person does."""
    case, officer = _written_down(place)
    handler = who(case.id, "handler")
    assert statuses(officer, case) == {410}
    assert has_nothing(officer, case, place.organisation)
    assert not Assignment.objects.running().filter(case=case.id, relation="case_officer").exists()
    assert Suspension.objects.get(id=question_of(case)).state == "open"
    with pytest.raises(Refused):
        say_concerned(case, question_of(case), actor=handler)
    say_concerned(case, question_of(case), actor=who(case.id, "co_reader"))
    assert Suspension.objects.get(case=case.id).state == "final"
    assert statuses(officer, case) == {410}
    assert who(case.id, "case_officer").person != officer, "the next of the chain works it"
    assert "Mogelijk is iemand betrokken" in signed_in(handler.person).get(url_of(case, "tijdlijn/")).content.decode()
    assert not disagreements()


def test_whom_a_colleague_writes_down_comes_back_where_two_say_it_is_somebody_else(place):
    """Also later, when everything that was said is asked again."""
    case, officer = _written_down(place)
    for relation in ("handler", "co_reader"):
        say_somebody_else(case, question_of(case), REASON, actor=who(case.id, relation))
    assert statuses(officer, case) == {200}
    appoint(officer, place.organisation, "coordinator")
    run_due()
    assert statuses(officer, case) == {200}
    assert not disagreements()


def _written_down(place):
    """A case in which the handler wrote down the whole name of the officer."""
    case, _receipt = about_nobody(place)
    officer = called(who(case.id, "case_officer").person, "Kees", "Bos")
    handler = signed_in(who(case.id, "handler").person)
    assert handler.post(url_of(case, "samenhang/"), {"what": "name", "name": "Kees Bos"}).status_code == 302
    return case, officer


def test_who_works_where_a_case_goes_is_compared_before_it_comes(place):
    """Somebody there became related to whom it is about when the case was not theirs to count: nobody looked at them."""
    alderman = place["alderman"]
    report, _receipt = a_report(
        place, "integrity", subject=f"alderman:{alderman.id}", known_as="anonymous", account=CLEAR
    )
    case = open_case(report)
    comes = next(where for where in destinations(case) if where.organisation != place.organisation)
    related = Person.objects.create_person(NameParts("A.", "Anouk", "", "Terhorst"), "anouk@land.demo")
    appoint(related, comes.organisation, "officer")
    run_due()
    declare_relation(related, comes.organisation, alderman, "partner")
    run_due()
    assert not is_barred(case.id, related.id), "the case is not one of their organisation"
    move(case, comes, recovery_of(case), by=None)
    assert is_barred(case.id, related.id)
    assert not countable_cases(Actor.at(related, comes.organisation), among=[case.id]).exists()


def test_who_may_not_know_of_a_case_loses_the_one_that_is_linked_to_it_and_learns_of_no_link(place):
    first, _receipt = about_nobody(place)
    officer = who(first.id, "case_officer").person
    second = a_case(place, "integrity", subject="unknown:", account=CLEAR, excluded=[str(officer.id)])
    client = signed_in(who(first.id, "handler").person)
    linked = {"what": "link", "number": second.number, "why": "same_matter"}
    assert client.post(url_of(first, "samenhang/"), linked).status_code == 302
    assert all("case.linked" in [entry.action for entry in entries(one.id)] for one in (first, second))
    assert has_nothing(officer, first, place.organisation)
    pages = [signed_in(officer).get(url_of(first, part)) for part in ("", "samenhang/", "logboek/")]
    assert {page.status_code for page in pages} == {410}
    assert not any(second.number in page.content.decode() for page in pages)
    assert not disagreements()


def test_who_is_not_free_of_one_of_two_joined_cases_loses_both(place):
    lead, _receipt = about_nobody(place)
    case, _receipt = about_nobody(place)
    for registered in (lead, case):
        walk(registered, "register")
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    client = signed_in(handler)
    assert client.post(url_of(case, "samenhang/"), {"what": "join", "which": lead.id}).status_code == 302
    assert say_not_free(case, "case_officer", handler).status_code == 302
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
    case, receipt = about_nobody(place)
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
        page = signed_in(officer).get(url_of(case, "toegang/")).content.decode()
        assert "Ik weet nu wie het was: Samir Terpstra." in page
    assert Job.objects.count() > before
    assert not disagreements()


def test_whoever_a_message_is_about_gets_no_mail_of_it(place):
    """Also where the worker does the mail before it ends what they have."""
    case, receipt = about_nobody(place)
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
        say_somebody_else(case, question_of(case), REASON, actor=who(case.id, relation))
    back = Assignment.objects.running().get(case=case.id, person=adviser)
    assert back.relation == "adviser"
    assert {compartment for compartment in Compartment if adviser.id in readers(case.id, compartment)} == before
    assert not disagreements()


def test_one_says_somebody_else_another_says_that_it_is_them(place):
    """Then it is them, and the page of people still opens."""
    case, receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
    run_due()
    say_somebody_else(case, question_of(case), "Dat is een ander, die ook zo heet.", actor=who(case.id, "case_officer"))
    say_concerned(case, question_of(case), actor=who(case.id, "co_reader"))
    assert who(case.id, "handler").person == place["general_secretary"]
    assert has_nothing(handler, case, place.organisation)
    page = signed_in(who(case.id, "case_officer").person).get(url_of(case, "toegang/"))
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
    case, receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
    run_due()
    which = question_of(case)
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
    case, receipt = about_nobody(place)
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


def test_a_letter_that_names_somebody_keeps_them_out_at_sending_and_who_comes_later(place):
    """Also in the words of an office file; a picture cannot be read, and the page of the evidence says so."""
    officer, later = called(place["officer"], "Kees", "Bos"), place.people["council_member"][0]
    letter = clean_file(a_docx("Ik sprak met Kees ", "Bos.")).data
    draft = a_draft(place, "integrity", subject="unknown:", known_as="named", account=CLEAR)
    pieces = [with_words(EvidencePiece("1.docx", "docx", store_piece(letter)), letter)]
    pieces.append(EvidencePiece("2.jpg", "jpg", store_piece(a_photo())))
    draft.files = [piece.to_state() for piece in pieces]
    assert officer.id in plan(draft.submission()).kept_out.suspended
    case = open_case(submit(draft.submission()))
    called(later, "Kees", "Bos")
    appoint(later, place.organisation, "officer")
    run_due()
    assert is_barred(case.id, later.id)
    page = signed_in(who(case.id, "handler").person).get(url_of(case, "bewijs/")).content.decode()
    assert page.count("Hierin zijn niet alle namen gezocht") == 1


def test_of_the_evidence_of_one_report_no_more_is_compared_than_a_request_has_time_for(place):
    pieces = [EvidencePiece("1.txt", "txt", store_piece(b"woord " * 30_000)) for _number in range(3)]
    assert sum(map(len, comparable(pieces)[1])) == MOST_COMPARED


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
    assert secretary.id in plan(again.submission()).kept_out.mentioned


def test_a_reporter_who_turns_out_to_be_the_handler_does_not_handle(place):
    case, receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    share_identity(open_mailbox(receipt), "Samir Terpstra", "", "named", token=uuid4().bytes)
    assert statuses(handler, case) == {410}
    run_due()
    assert has_nothing(handler, case, place.organisation)


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
    case, receipt = about_nobody(place)
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
