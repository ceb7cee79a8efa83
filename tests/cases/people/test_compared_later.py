"""What colleagues write is asked about first, and whoever comes to know of more later is compared first."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.desk.access import countable_cases
from cases.desk.agreement import disagreements
from cases.desk.keys import file_key
from cases.file.notes import write_todo
from cases.models import Note, Todo
from cases.people.barring import compare
from cases.people.concerned import say_concerned, say_somebody_else
from cases.people.handover import colleagues
from cases.people.transfer import ask_transfer, destinations
from cases.people.words.purposes import DEADLINE
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Person, Suspension
from organisations.people.appointments import appoint, declare_relation, take_office
from organisations.people.naming import check_names, fingerprint, names_changed
from reporting.form.submission import plan, submit
from reporting.models import Message
from tests.support.barred import (
    CLEAR,
    about_nobody,
    answer_on,
    called,
    has_nothing,
    question_of,
    statuses,
    time_ahead,
    url_of,
)
from tests.support.build import REASON, a_draft, a_place, a_report, signed_in, who
from vault.compartments import write_text
from vault.ledger import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


# ---- what a colleague writes: asked first ----


@pytest.mark.parametrize("where", ["notities/", "berichten/", "to-do", "besluit/register/"])
def test_whoever_names_a_reader_is_asked_first(place, where):
    case, _receipt = about_nobody(place)
    co_reader = called(who(case.id, "co_reader").person, "Kees", "Bos")
    writer = signed_in(who(case.id, "case_officer").person)
    words = "Gesproken met Kees Bos over het geld."
    url = url_of(case, "notities/" if where == "to-do" else where)
    data = {
        "notities/": {"what": "note", "kind": "note", "text": words, "token": str(uuid4())},
        "to-do": {"what": "todo", "text": words, "token": str(uuid4())},
        "berichten/": {"text": words, "token": uuid4()},
        "besluit/register/": {"reason": words, "revision": case.revision},
    }[where]

    def kept() -> int:
        rows = (Note.objects, Todo.objects, Message.objects, case.decisions)
        return sum(row.count() for row in rows)

    asked = writer.post(url, data)
    assert asked.status_code == 422
    assert "U noemt iemand die dit leest of eerder las: Kees Bos" in asked.content.decode()
    assert 'name="about"' in asked.content.decode()
    assert kept() == 0
    assert statuses(co_reader, case) == {200}
    assert writer.post(url, {**data, "about": answer_on(asked, "mentioned")}).status_code == 302
    assert kept() == 1
    assert statuses(co_reader, case) == {200}
    assert entries(case.id)[-1].detail.get("about", "mentioned") == "mentioned"


def test_an_answer_about_one_colleague_is_none_about_another(place):
    case, _receipt = about_nobody(place)
    called(who(case.id, "handler").person, "Kees", "Bos")
    accused = called(who(case.id, "co_reader").person, "Fatima", "Amrani", "el")
    writer, url = signed_in(who(case.id, "case_officer").person), url_of(case, "notities/")
    note = {"what": "note", "kind": "note", "text": "Kees Bos stuurde dit door.", "token": uuid4()}
    about_bos = answer_on(writer.post(url, note), "mentioned")
    note["text"] += " Het gaat over Fatima el Amrani: zij nam het geld aan."
    asked = writer.post(url, {**note, "about": about_bos})
    assert asked.status_code == 422
    assert "Fatima el Amrani" in asked.content.decode()
    assert (Note.objects.count(), is_barred(case.id, accused.id)) == (0, False)
    assert writer.post(url, {**note, "about": answer_on(asked, "concerned")}).status_code == 302
    assert is_barred(case.id, accused.id)


@pytest.mark.parametrize("about", ["mentioned", "mentioned:", "mentioned:0123456789abcdef", ":", "else"])
def test_an_answer_that_came_before_the_question_frees_nobody(place, about):
    case, _receipt = about_nobody(place)
    called(who(case.id, "co_reader").person, "Kees", "Bos")
    writer, url = signed_in(who(case.id, "case_officer").person), url_of(case, "notities/")
    note = {"what": "note", "kind": "note", "text": "Kees Bos nam het.", "token": uuid4(), "about": about}
    assert writer.post(url, note).status_code == 422
    assert Note.objects.count() == 0


def test_words_about_a_reader_end_their_part_in_the_same_act(place):
    case, _receipt = about_nobody(place)
    co_reader = called(who(case.id, "co_reader").person, "Kees", "Bos")
    writer = signed_in(who(case.id, "case_officer").person)
    data = {
        "what": "note",
        "kind": "note",
        "text": "Kees Bos nam het aan.",
        "token": str(uuid4()),
        "about": "concerned",
    }
    assert writer.post(url_of(case, "notities/"), data).status_code == 302
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
    case, _receipt = about_nobody(place)
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
    case, _receipt = about_nobody(place)
    writer, words = signed_in(who(case.id, "case_officer").person), "Anouk Zeegers nam het geld aan."
    data = {
        "notities/": {"what": "note", "kind": "note", "text": words, "token": str(uuid4())},
        "to-do": {"what": "todo", "text": words, "token": str(uuid4())},
        "besluit/register/": {"reason": words, "revision": case.revision},
    }[where]
    assert writer.post(url_of(case, "notities/" if where == "to-do" else where), data).status_code == 302
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
    other, _receipt = about_nobody(place)
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
    assert _counts(person, place, other) == (change != _declares_a_relation), "a declaration ends every count of before"
    assert has_nothing(person, case, place.organisation)
    assert not disagreements()


def test_whoever_may_be_meant_at_sending_is_asked_about_with_the_sentence_and_can_come_in(place):
    """Two people say that it is somebody else: then they may know of the case, and get nothing of it by that alone."""
    officer = called(place["officer"], "Kees", "Zeegers")
    case, _receipt = _about(place, "Iemand die Zeegers heet")
    reader = who(case.id, "case_officer")
    page = signed_in(reader.person).get(url_of(case, "toegang/")).content.decode()
    assert "Kees Zeegers" in page
    assert "Iemand die Zeegers heet" in page
    support = signed_in(who(case.id, "support").person).get(url_of(case, "toegang/")).content.decode()
    assert "Zeegers" not in support
    for actor in (reader, who(case.id, "handler")):
        say_somebody_else(case, question_of(case), REASON, actor=actor)
    assert not is_barred(case.id, officer.id)
    assert officer in [colleague.person for colleague in colleagues(case)]
    assert statuses(officer, case) == {404}
    say_concerned(case, question_of(case), actor=reader)  # and later it is them after all
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
    with time_ahead(days=2):
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


def _deadline_changed(case, officer: Actor, words: str) -> None:
    reason = write_text(file_key(case, officer), DEADLINE, words)
    case.deadlines.first().changes.create(what="extended", made_by=officer.person, reason=reason.id)


def _transfer_asked(case, officer: Actor, words: str) -> None:
    ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason=words)


@pytest.mark.parametrize("say", [_deadline_changed, _transfer_asked])
def test_who_comes_later_is_compared_with_why_a_deadline_changed_and_why_a_case_should_move(place, say):
    case, _receipt = about_nobody(place)
    other = called(place["council_member"], "Xerxes", "Zoutkamp")
    say(case, who(case.id, "case_officer"), f"{other.name} was er zelf bij.")
    appoint(other, place.organisation, "officer")
    compare(case, other)
    assert is_barred(case.id, other.id)
