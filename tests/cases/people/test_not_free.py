"""Somebody of a case is said not to be free: a second person decides, and silence passes the case on."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.desk.access import take_away
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from cases.file.notes import write_note
from cases.models import Case
from cases.people.concerned import say_concerned, say_somebody_else
from cases.people.hearing import MENTIONED, answer_about
from cases.related.connections import add_name
from organisations.access.bars import is_barred
from organisations.models import Assignment, Person, Suspension
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import (
    about_nobody,
    answer_on,
    called,
    has_nothing,
    question_of,
    run_due,
    say_not_free,
    statuses,
    task_of,
    time_ahead,
    url_of,
)
from tests.support.build import REASON, a_place, signed_in, who
from tests.support.evidence import evidence_store
from tests.support.full_case import a_full_case, case_patterns
from tests.support.pages import in_one_line
from vault.compartments import readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def test_of_oneself_it_is_final_at_once(place):
    case, _receipt = about_nobody(place)
    handler = who(case.id, "handler").person
    assert say_not_free(case, "handler", handler)["Location"].partition("?")[0] == "/werkplek/"
    assert statuses(handler, case) == {410}
    assert who(case.id, "handler").person == place["general_secretary"]
    assert not Suspension.objects.filter(case=case.id).exclude(state="final").exists()
    with time_ahead(days=7):
        run_due()
    assert who(case.id, "handler").person == place["general_secretary"]


def test_of_another_a_second_person_makes_it_final(place):
    case, _receipt = about_nobody(place)
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    assert say_not_free(case, "handler", officer).status_code == 302
    assert statuses(handler, case) == {410}
    assert not Assignment.objects.running().filter(case=case.id, relation="handler").exists()
    url = url_of(case, f"toegang/betrokken/{question_of(case)}/")
    assert signed_in(officer).post(url, {"what": "concerned"}).status_code == 422, "nobody agrees with themselves"
    assert signed_in(officer).post(url, {"what": "else", "reason": REASON}).status_code == 422
    co_reader = signed_in(who(case.id, "co_reader").person)
    assert co_reader.post(url, {"what": "concerned"}).status_code == 302
    assert who(case.id, "handler").person == place["general_secretary"]
    assert has_nothing(handler, case, place.organisation)
    assert not disagreements()


@pytest.mark.parametrize("asked", ["free", "named"])
def test_the_question_about_a_colleague_is_the_one_that_is_answered(place, asked):
    """Whether they are free, where somebody said that they are not; whether the case is about them, where they are named."""
    words = {
        "free": ("Staat Samir Terpstra vrij van deze zaak?", "Ja: deze persoon staat vrij"),
        "named": ("Gaat dit over Samir Terpstra?", "Nee: het gaat niet over deze persoon"),
    }
    case, _receipt = about_nobody(place)
    called(who(case.id, "handler").person, "Samir", "Terpstra")
    officer, co_reader = who(case.id, "case_officer"), who(case.id, "co_reader").person
    if asked == "free":
        say_not_free(case, "handler", officer.person)
    else:
        write_note(case, "Het was Samir Terpstra.", kind="note", actor=officer, token=uuid4(), about="concerned")
    page = _main(signed_in(co_reader), case, f"toegang/betrokken/{question_of(case)}/")
    assert {name for name, said in words.items() if all(text in page for text in said)} == {asked}


def test_grounds_that_must_be_given_are_not_called_optional(place):
    case, _receipt = about_nobody(place)
    officer = who(case.id, "case_officer").person
    page = _main(signed_in(officer), case, f"toegang/{task_of(case, 'handler').id}/niet-vrij/")
    assert "Waarom staat deze persoon niet vrij?" in page
    assert "(hoeft niet)" not in page


def test_a_second_person_lets_them_back_with_their_keys(place):
    case, _receipt = about_nobody(place)
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    say_not_free(case, "handler", officer)
    url = url_of(case, f"toegang/betrokken/{question_of(case)}/")
    co_reader = signed_in(who(case.id, "co_reader").person)
    assert co_reader.post(url, {"what": "else", "reason": REASON}).status_code == 302
    assert statuses(handler, case) == {200}
    assert who(case.id, "handler").person == handler
    assert handler.id in readers(case.id)
    with time_ahead(days=7):
        run_due()
    assert who(case.id, "handler").person == handler
    assert not disagreements()


@pytest.mark.parametrize("ground", ["not free", "named"])
def test_silence_passes_the_case_on_after_a_working_day_and_never_back(place, ground):
    case, receipt = about_nobody(place)
    handler, officer = called(who(case.id, "handler").person, "Samir", "Terpstra"), who(case.id, "case_officer")
    if ground == "named":
        send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
        run_due()
    else:
        say_not_free(case, "handler", officer.person)
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
            which = question_of(case)
            for actor in (officer, who(case.id, "co_reader")):
                say_somebody_else(case, which, REASON, actor=actor)
            assert not is_barred(case.id, handler.id)
        assert who(case.id, "handler").person == place["general_secretary"]
        assert has_nothing(handler, case, place.organisation)
    assert not disagreements()


def test_who_reads_nothing_stops_nobody_alone(place):
    case, _receipt = about_nobody(place)
    handler, support = who(case.id, "handler").person, who(case.id, "support").person
    assert say_not_free(case, "handler", support).status_code == 302
    assert statuses(handler, case) == {200}
    with time_ahead(days=7):
        run_due()
    assert who(case.id, "handler").person == handler, "silence is no agreement"
    say_concerned(case, question_of(case), actor=who(case.id, "case_officer"))
    assert statuses(handler, case) == {410}
    assert who(case.id, "handler").person == place["general_secretary"]


def test_where_nobody_else_reads_silence_passes_the_case_on(place):
    case, _receipt = about_nobody(place)
    handler, support = who(case.id, "handler").person, who(case.id, "support").person
    for relation in ("case_officer", "co_reader"):
        take_away(case, who(case.id, relation).person)
    assert say_not_free(case, "handler", support).status_code == 302
    due = Suspension.objects.get(case=case.id).due
    with time_machine.travel(due - timedelta(minutes=5), tick=False):
        run_due()
        assert who(case.id, "handler").person == handler
    with time_machine.travel(due + timedelta(minutes=5), tick=False):
        run_due()
        assert statuses(handler, case) == {410}
        assert has_nothing(handler, case, place.organisation)
        assert who(case.id, "handler").person == place["general_secretary"]
        assert Suspension.objects.get(case=case.id).state == "final"
        page = signed_in(place["general_secretary"]).get(url_of(case, "toegang/")).content.decode()
        assert REASON in page
    assert not disagreements()


def test_whoever_leaves_is_in_the_file_also_where_nobody_comes(place):
    case, _receipt = about_nobody(place)
    co_reader = who(case.id, "co_reader").person
    Person.objects.filter(roles__code="officer").exclude(
        id__in=Assignment.objects.running().filter(case=case.id).values("person")
    ).update(is_active=False)
    Person.objects.filter(id=place["general_secretary"].id).update(is_active=False)
    add_name(case, co_reader.name, actor=who(case.id, "handler"))
    say_concerned(case, question_of(case), actor=who(case.id, "case_officer"))
    assert not Assignment.objects.running().filter(case=case.id, relation="co_reader").exists()
    page = in_one_line(signed_in(who(case.id, "handler").person).get(url_of(case, "toegang/")).content.decode())
    assert f"Het gaat misschien over {co_reader.name}" in page
    assert "Niemand anders was vrij." in page


def test_who_only_mentions_somebody_does_not_undo_what_another_asked(place):
    case, _receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    say_not_free(case, "handler", who(case.id, "support").person)
    officer = who(case.id, "case_officer")
    about = answer_about(case, MENTIONED, [handler.id], writer=officer.person.id)
    write_note(case, "Samir Terpstra belde.", kind="note", actor=officer, token=uuid4(), about=about)
    assert Suspension.objects.get(case=case.id).state == "asked"


def _main(client: Client, case, part: str) -> str:
    page = in_one_line(client.get(url_of(case, part)).content.decode())
    return page[page.index("<main") : page.index("</main")]


def test_nobody_answers_a_question_about_themselves(place):
    """Also not where they are the only one who could: what was said of them is not even shown."""
    case, _receipt = about_nobody(place)
    handler, support = who(case.id, "handler"), who(case.id, "support").person
    client = signed_in(handler.person)
    before = [_main(client, case, part) for part in ("", "toegang/")]
    assert say_not_free(case, "handler", support).status_code == 302
    which = question_of(case)
    url = url_of(case, f"toegang/betrokken/{which}/")
    assert client.get(url).status_code == 404
    assert client.post(url, {"what": "else", "reason": REASON}).status_code == 404
    with pytest.raises(Refused):
        say_somebody_else(case, which, REASON, actor=handler)
    assert Suspension.objects.get(id=which).state == "asked"
    assert [_main(client, case, part) for part in ("", "toegang/")] == before
    assert "niet vrij" not in client.get(url_of(case, "logboek/")).content.decode()
    other = signed_in(who(case.id, "case_officer").person)
    assert other.get(url).status_code == 200
    assert "niet vrij" in other.get(url_of(case, "logboek/")).content.decode()


def test_words_that_only_mention_somebody_answer_no_question_about_them(place):
    case, _receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    say_not_free(case, "handler", who(case.id, "support").person)
    writer = signed_in(who(case.id, "case_officer").person)
    note = {"what": "note", "kind": "note", "text": "Samir Terpstra belt terug.", "token": str(uuid4())}
    asked = writer.post(url_of(case, "notities/"), note)
    note["about"] = answer_on(asked, "mentioned")
    assert writer.post(url_of(case, "notities/"), note).status_code == 302
    assert Suspension.objects.get(case=case.id).state == "asked"
    assert statuses(handler, case) == {200}


def test_whoever_wrote_that_words_are_about_a_colleague_does_not_also_keep_them_out_for_good(place):
    case, _receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    writer = who(case.id, "co_reader")
    note = {"what": "note", "kind": "note", "text": "Het was Samir Terpstra.", "token": str(uuid4())}
    client = signed_in(writer.person)
    assert client.post(url_of(case, "notities/"), {**note, "about": "concerned"}).status_code == 302
    assert statuses(handler, case) == {410}
    which = question_of(case)
    url = url_of(case, f"toegang/betrokken/{which}/")
    assert client.post(url, {"what": "concerned", "reason": REASON}).status_code == 422
    assert Suspension.objects.get(id=which).state == "open"
    say_concerned(case, which, actor=who(case.id, "case_officer"))
    assert who(case.id, "handler").person == place["general_secretary"]


def test_the_process_guardian_changes_nothing_for_those_who_handle(place, tmp_path, settings):
    """Every page of the case is sent as the guardian, over every task: all that it leaves is one question to a second one."""
    evidence_store(tmp_path, settings)
    full = a_full_case(place, papers=False)
    case, guardian = full.case, who(full.case.id, "support").person
    client, tasks = signed_in(guardian), Assignment.objects.filter(case=case.id).order_by("id")
    before, state = list(tasks.values()), Case.objects.filter(id=case.id).values().get()
    others = list(tasks.exclude(person=guardian).values_list("id", flat=True))
    everything = {"what": "note", "grounds": "interest", "reason": REASON, "agree": "1", "to": str(place["officer"].id)}
    took = set()
    for pattern in case_patterns():
        for task in others if "assignment_id" in str(pattern.pattern) else others[:1]:
            address = replace(full, task=task).address(pattern)
            if client.post(address, everything).status_code == 302:
                took.add(pattern.name)
    assert took == {"conflict"}
    assert list(tasks.values()) == before
    assert Case.objects.filter(id=case.id).values().get() == state
    asked = Suspension.objects.filter(case=case.id).exclude(id=full.suspension)
    assert {row.state for row in asked} == {"asked"}
    reader = signed_in(who(case.id, "case_officer").person)
    assert reader.get(url_of(case, "")).status_code == 200
