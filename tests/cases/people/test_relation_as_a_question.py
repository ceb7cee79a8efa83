"""Whoever counts or guards cases finds out by no declaration about whom one is: what they see is the same whomever they name."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cases.desk.access import countable_cases
from cases.desk.agreement import disagreements
from cases.file.notes import write_note
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Assignment, DutyShift, Person
from organisations.people.appointments import appoint, declare_relation
from reporting.complaints.complaints import complain
from reporting.dialogue.alarm import raise_alarm
from reporting.mailbox.mailbox import open_mailbox
from reporting.models import AlarmCall
from tests.support.barred import CLEAR, compare_now, run_due, time_ahead, url_of
from tests.support.build import a_case, a_report, signed_in, who
from tests.support.measures import BAN, NAME, SEND, a_measure, a_weighed_case, done
from tests.support.reporter import words_of
from vault.keyring.keys import stored_digest

pytestmark = pytest.mark.django_db
CHANGES = re.compile(
    rb'name="(csrfmiddlewaretoken|state|token)"\s+value="[^"]*"|nonce="?-?[\w+/=-]+"?|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
)
LISTS = ("/werkplek/", "/werkplek/?show=unread", "/werkplek/verdeling/", "/werkplek/wacht/", "/werkplek/apart/", "/werkplek/agenda/",
         "/werkplek/te-controleren/", "/werkplek/signalen/", "/werkplek/balie/", "/zorgplicht/", "/zorgplicht/?jaar=x")  # fmt: skip


@pytest.fixture(autouse=True)
def _still():
    with time_ahead():
        yield


def _seen(person: Person, case, more: list[str]) -> list:
    client = signed_in(person)
    urls = [*LISTS, *(url_of(case, part) for part in ("", "melding/", "toegang/", "samenhang/")), *more]
    answers = [client.get(url) for url in urls]
    shown = [
        (url, answer.status_code, CHANGES.sub(b"", answer.content)) for url, answer in zip(urls, answers, strict=True)
    ]
    shown.append(sorted(one.subject for one in mail.outbox if one.to == [person.email]))
    return shown


def _after_declaring(person: Person, other: Person, case, more: list[str]) -> tuple[list, bool]:
    """What the person sees who declared a relation, before and after a worker looked, and whether they are kept out of the case.
    Leaves nothing behind."""
    with transaction.atomic():
        mail.outbox.clear()
        declared = {"other": str(other.id), "code": "partner"}
        assert signed_in(person).post("/werkplek/relaties/", declared).status_code == 302
        seen = _seen(person, case, more)
        compare_now()
        for _ in range(3):
            run_due()
        seen += _seen(person, case, more)
        assert not disagreements()
        out = is_barred(case.id, person.id)
        transaction.set_rollback(True)
    return seen, out


def _is_no_oracle(person: Person, accused: Person, case, more: list[str], *others: Person) -> None:
    about, out = _after_declaring(person, accused, case, more)
    assert out, "who is related to whom it is about is not kept out"
    for other in others:
        nothing, free = _after_declaring(person, other, case, more)
        assert not free
        for one, two in zip(about, nothing, strict=True):
            assert one == two, one[0]


def test_the_chair_who_declares_relations_sees_the_same_counts_whomever_they_name(place):
    accused, other = place.people["officer"][:2]
    for _number in range(3):
        case = a_case(place, "integrity", subject=f"officer:{accused.id}", account=CLEAR)
    a_case(place, "integrity", subject="unknown:", account=CLEAR)
    assert countable_cases(place.actor("mayor")).count() >= 3
    _is_no_oracle(place["mayor"], accused, case, [], other, place["registrar"])


def test_who_guards_a_case_loses_it_whomever_they_name_and_somebody_else_guards_it(place):
    accused, other = place.people["officer"][:2]
    case = a_case(place, "integrity", subject="employee:", subject_name=accused.name, account=CLEAR)
    guard = who(case.id, "support").person
    assert signed_in(guard).get(url_of(case)).status_code == 200
    _is_no_oracle(guard, accused, case, [], other)
    declare_relation(guard, place.organisation, other, "friend")
    compare_now()
    assert signed_in(guard).get(url_of(case)).status_code == 410
    assert guard.id not in set(Assignment.objects.running().filter(case=case.id).values_list("person", flat=True))


def test_who_guards_comes_never_back_to_what_came_before_their_declaration(place):
    other = place.people["officer"][1]
    case = a_case(place, "integrity", subject="unknown:", account=CLEAR)
    guard = who(case.id, "support").person
    declare_relation(guard, place.organisation, other, "friend")
    compare_now()
    for part in Assignment.objects.running().filter(case=case.id, relation="support"):
        declare_relation(part.person, part.organisation, place["alderman"], "friend")
        compare_now()
    assert not Assignment.objects.running().filter(case=case.id, relation="support", person=guard).exists()


def test_whom_an_alarm_called_hears_nothing_of_it_whomever_they_name(place):
    accused, other = place.people["officer"][:2]
    caller = place["archivist"]
    DutyShift.objects.create(organisation=place.organisation, person=caller, begins=0, ends=7 * 24 * 60)
    case = a_case(place, "integrity", subject=f"officer:{accused.id}", account=CLEAR)
    raise_alarm(case.report, case.report_id, at_once=True)
    run_due()
    assert AlarmCall.objects.filter(person=caller).exists()
    url = reverse("cases:alarm", args=[case.report_id])
    assert signed_in(caller).get(url).status_code == 200
    _is_no_oracle(caller, accused, case, [url], other)


def test_who_reads_what_was_told_apart_reads_it_no_more_whomever_they_name(place):
    accused, other = place.people["officer"][:2]
    report, receipt = a_report(place, "integrity", subject=f"officer:{accused.id}", account=CLEAR)
    run_due()
    told = complain(
        report, open_mailbox(receipt).opened, "complaint", "Het duurt te lang.", token=stored_digest("page", report.id)
    )
    reader = Assignment.objects.get(case=told.id, relation="handler").person
    case = report.opened_case
    url = f"/werkplek/apart/{told.id}/"
    assert signed_in(reader).get(url).status_code == 200
    _is_no_oracle(reader, accused, case, [url], *({other, place["registrar"]} - {reader}))


def test_the_reception_sees_the_same_bans_whomever_they_name(place):
    person = place["alderman"]
    appoint(person, place.organisation, "reception")
    compare_now()
    case = a_weighed_case(place)
    a_measure(case, **BAN)
    done(case, SEND)
    assert NAME in words_of(signed_in(person).get("/werkplek/balie/"))
    named = place["registrar"]
    writer = who(case.id, "case_officer")
    write_note(case, f"Het gaat over {named.name} zelf.", kind="note", actor=writer, token=case.id, about="concerned")
    _is_no_oracle(person, named, case, [], place["general_secretary"])


def test_what_comes_after_the_day_of_a_declaration_is_counted(place):
    declare_relation(place["mayor"], place.organisation, place["alderman"], "friend")
    case = a_case(place, "integrity", subject="unknown:", account=CLEAR)
    chair = Actor.at(place["mayor"], place.organisation)
    assert not countable_cases(chair).filter(id=case.id).exists()
    type(case).objects.filter(id=case.id).update(started_on=timezone.localdate() + timedelta(days=1))
    assert countable_cases(chair).filter(id=case.id).exists()
