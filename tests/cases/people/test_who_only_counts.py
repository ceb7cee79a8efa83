"""Words of who works a case may be about somebody who only counts it, or who stands at the reception: they are kept out as well."""

from uuid import uuid4

import pytest
from django.utils import timezone

from cases.desk.access import countable_cases
from cases.file.notes import write_note, write_todo
from cases.models import Note
from cases.parties.parties import PartyWords, add_party
from cases.people.hearing import CONCERNED, MENTIONED, AskFirst, answer_about, named_people
from organisations.access.bars import Suspended, is_barred, suspend
from organisations.access.policy import Actor, Rule, table
from organisations.models import Assignment, DeclaredRelation, Person
from organisations.people.appointments import appoint, declare_relation, take_office
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import about_nobody, answer_on, called, compare_now, url_of
from tests.support.build import signed_in, who
from tests.support.measures import BAN, NAME, SEND, a_measure, a_weighed_case, done
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


def _note(case, words: str, actor: Actor, about: str) -> None:
    write_note(case, words, kind="note", actor=actor, token=uuid4(), about=about)


def _todo(case, words: str, actor: Actor, about: str) -> None:
    write_todo(case, words, due=None, whom=None, actor=actor, token=uuid4(), about=about)


def _role(case, words: str, actor: Actor, about: str) -> None:
    add_party(case, "witness", PartyWords("Robin Vreemd", role=words), actor=actor, token=uuid4(), about=about)


def _counts(person: Person, case) -> bool:
    return countable_cases(Actor.at(person, case.report.organisation)).filter(id=case.id).exists()


@pytest.mark.parametrize("write", [_note, _todo, _role])
@pytest.mark.parametrize("words", ["Het gaat over Xerxes Zoutkamp zelf.", "Het gaat over de burgemeester zelf."])
def test_who_only_counts_a_case_that_is_about_them_counts_it_no_more(place, write, words):
    case, _receipt = about_nobody(place)
    chair, actor = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "case_officer")
    assert not Assignment.objects.filter(case=case.id, person=chair).exists()
    assert _counts(chair, case)
    with pytest.raises(AskFirst, match="van wie wij moeten weten of het over die persoon gaat: Xerxes Zoutkamp"):
        write(case, words, actor, "")
    write(case, words, actor, CONCERNED)
    assert is_barred(case.id, chair.id)
    assert not _counts(chair, case)


def test_who_is_only_mentioned_counts_on_until_the_reporter_names_them(place):
    case, receipt = about_nobody(place)
    chair, actor = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "case_officer")
    words = "Morgen bel ik Xerxes Zoutkamp."
    assert named_people(case, words, actor.person.id) == [chair]
    _note(case, words, actor, answer_about(case, MENTIONED, [chair.id], writer=actor.person.id))
    assert Note.objects.count() == 1
    assert _counts(chair, case)
    send_message(open_mailbox(receipt), "Het gaat over Zoutkamp zelf.", "unknown", pieces=[], token=b"x" * 32)
    assert not _counts(chair, case)


def test_the_page_asks_and_takes_the_answer(place):
    case, _receipt = about_nobody(place)
    chair, officer = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "case_officer").person
    writer, url = signed_in(officer), url_of(case, "notities/")
    note = {"what": "note", "kind": "note", "text": "Zoutkamp nam het geld zelf aan.", "token": uuid4()}
    asked = writer.post(url, note)
    assert asked.status_code == 422
    assert "van wie wij moeten weten of het over die persoon gaat: Xerxes Zoutkamp" in words_of(asked)
    assert note["text"] in asked.content.decode()
    assert writer.post(url, {**note, "about": answer_on(asked, "concerned")}).status_code == 302
    assert is_barred(case.id, chair.id)


def test_the_chair_sees_the_bytes_of_a_world_without_the_case(place):
    chair = called(place["mayor"], "Xerxes", "Zoutkamp")
    browser = signed_in(chair)
    cases = [about_nobody(place)[0] for _number in range(3)]
    three = words_of(browser.get("/zorgplicht/"))
    last = about_nobody(place)[0]
    actor = who(last.id, "case_officer")
    _note(last, "Het gaat over de burgemeester.", actor, CONCERNED)
    assert words_of(browser.get("/zorgplicht/")) == three
    _note(cases[0], "Ook dit gaat over de burgemeester.", who(cases[0].id, "case_officer"), CONCERNED)
    assert "te weinig zaken" in words_of(browser.get("/zorgplicht/")), "two are left"


def test_who_stands_at_the_reception_sees_no_ban_of_a_case_about_them(place):
    person = called(place["auditor"], "Kees", "Bos")
    appoint(person, place.organisation, "reception")
    compare_now()
    case = a_weighed_case(place)
    a_measure(case, **BAN)
    done(case, SEND)
    browser = signed_in(person)
    assert NAME in words_of(browser.get("/werkplek/balie/"))
    _note(case, "Kees Bos van de balie gaf hem het adres.", who(case.id, "case_officer"), CONCERNED)
    assert NAME not in words_of(browser.get("/werkplek/balie/"))


def test_who_works_there_and_could_know_of_no_case_is_not_asked_about(place):
    case, _receipt = about_nobody(place)
    member = called(place["council_member"], "Anouk", "Zeegers")
    _note(case, "Anouk Zeegers belde.", who(case.id, "case_officer"), "")
    assert not is_barred(case.id, member.id)


def test_who_could_know_of_other_cases_and_not_of_this_one_is_asked_about_once_they_could(place):
    """Of a case of this row a committee of employers gets no part, hears nothing and counts nothing; of others it handles some."""
    case, _receipt = about_nobody(place)
    member = called(place["council_member"], "Anouk", "Zeegers")
    take_office(member, place.organisation, "employer_committee", since=timezone.localdate())
    compare_now()
    actor, words = who(case.id, "case_officer"), "Anouk Zeegers nam het geld aan."
    assert named_people(case, words, actor.person.id) == []
    _note(case, words, actor, "")
    assert not _counts_on_a_page(member, place)
    appoint(member, place.organisation, "coordinator")
    compare_now()
    assert is_barred(case.id, member.id), "who comes to know of it later is compared then"


def _counts_on_a_page(person: Person, place) -> bool:
    return signed_in(person).get("/zorgplicht/").status_code == 200


def test_who_knows_of_cases_by_a_new_rule_is_asked_about_unless_it_says_that_it_shows_none(place, monkeypatch):
    case, _receipt = about_nobody(place)
    member, actor = called(place["council_member"], "Anouk", "Zeegers"), who(case.id, "case_officer")
    appoint(member, place.organisation, "publisher")
    compare_now()
    asked = lambda: named_people(case, "Anouk Zeegers belde.", actor.person.id)  # noqa: E731
    assert asked() == []
    for rule, known in (
        (Rule(roles=["publisher"]), [member]),
        (Rule(roles=["publisher"], own_parts=True), []),
        (Rule(anyone_at_work=True), [member]),
        (Rule(roles=["publisher"], relations=["handler"]), []),
    ):
        monkeypatch.setitem(table(), "test.new", rule)
        assert asked() == known


@pytest.mark.parametrize("code", ["auditor", "archivist", "registrar", "administrator", "reception"])
def test_who_hears_where_nobody_may_open_it_or_knows_by_a_role_is_asked_about(place, code):
    case, _receipt = about_nobody(place)
    member, actor = called(place["council_member"], "Anouk", "Zeegers"), who(case.id, "case_officer")
    give = take_office if code == "registrar" else appoint
    give(member, place.organisation, code, **({"since": timezone.localdate()} if code == "registrar" else {}))
    compare_now()
    assert named_people(case, "Anouk Zeegers belde.", actor.person.id) == [member]


def test_whom_words_are_about_takes_relatives_along(place):
    """Who declared to be related to the chair told so in confidence: nobody names them in the question."""
    case, _receipt = about_nobody(place)
    chair, officer = called(place["mayor"], "Xerxes", "Zoutkamp"), who(case.id, "co_reader").person
    declare_relation(officer, place.organisation, chair, "partner")
    compare_now()
    _note(case, "Het gaat over Xerxes Zoutkamp.", who(case.id, "case_officer"), CONCERNED)
    assert is_barred(case.id, officer.id)


@pytest.mark.parametrize("reads", ["co_reader", "case_officer"])
def test_the_writer_is_asked_about_whom_a_reader_is_related_to(place, reads):
    """The council member comes to know of nothing, the officer who reads the case is their partner: also where it is the writer."""
    case, _receipt = about_nobody(place)
    member, reader = called(place["council_member"], "Anouk", "Zeegers"), who(case.id, reads)
    declare_relation(reader.person, place.organisation, member, "partner")
    compare_now()
    actor = who(case.id, "case_officer")
    with pytest.raises(AskFirst, match="moeten weten of het over die persoon gaat: Anouk Zeegers"):
        _note(case, "Anouk Zeegers nam het geld aan.", actor, "")
    assert not Note.objects.exists()
    _note(case, "Anouk Zeegers belde.", actor, answer_about(case, MENTIONED, [member.id], writer=actor.person.id))
    assert not is_barred(case.id, reader.person.id)
    _note(case, "Anouk Zeegers nam het geld aan.", actor, CONCERNED)
    assert is_barred(case.id, member.id)
    assert is_barred(case.id, reader.person.id)


@pytest.mark.parametrize("declared", ["before", "since"])
def test_who_was_only_mentioned_before_is_out_when_the_words_are_about_a_relative(place, declared):
    """That a note only mentions the officer says nothing of their partner. Two people can still let them back."""
    case, _receipt = about_nobody(place)
    member, reader = called(place["council_member"], "Anouk", "Zeegers"), who(case.id, "co_reader").person
    called(reader, "Kees", "Bos")
    actor = who(case.id, "case_officer")
    _note(case, "Kees Bos belde.", actor, answer_about(case, MENTIONED, [reader.id], writer=actor.person.id))
    if declared == "before":
        declare_relation(reader, place.organisation, member, "partner")
        compare_now()
    _note(case, "Anouk Zeegers nam het geld aan.", actor, CONCERNED)
    if declared == "since":
        assert not is_barred(case.id, reader.id)
        suspend(case.id, case.report.organisation, [Suspended(str(member.id))])
        declare_relation(reader, place.organisation, member, "partner")
        compare_now()
    assert is_barred(case.id, reader.id)


def test_a_declaration_that_cannot_be_opened_may_mean_whoever_is_named(place):
    case, _receipt = about_nobody(place)
    member, reader = called(place["council_member"], "Anouk", "Zeegers"), who(case.id, "co_reader").person
    row = declare_relation(reader, place.organisation, place["registrar"], "friend")
    compare_now()
    actor = who(case.id, "case_officer")
    assert named_people(case, "Anouk Zeegers belde.", actor.person.id) == []
    DeclaredRelation.objects.filter(id=row.id).update(sealed=bytes(row.sealed)[:-1] + b"x")
    assert named_people(case, "Anouk Zeegers belde.", actor.person.id) == [member]
    DeclaredRelation.objects.filter(id=row.id).delete()
    assert named_people(case, "Anouk Zeegers belde.", actor.person.id) == []
