"""Promises about what calls or waits outside any case: alarms, the queue, and the mail of a to-do."""

from contextlib import suppress
from uuid import uuid4

from django.core import mail
from django.utils import timezone

from cases.alarm.alarm import call, call_for, ring, say_to_call
from cases.file.notes import write_note, write_todo
from cases.models import Case
from cases.people.barring import end_parts
from cases.people.hearing import CONCERNED
from cases.waiting.queue import waiting_for
from jobs.models import Job
from organisations.access.bars import Suspended, suspend
from organisations.access.policy import Actor
from organisations.models import DutyShift, Person
from organisations.people.appointments import appoint, take_office
from organisations.people.comparing import NotCompared, compare_again
from organisations.people.duty import WEEK
from reporting.dialogue.alarm import raise_alarm
from reporting.mailbox.mailbox import send_message
from reporting.models import Alarm, AlarmCall
from reporting.pings import ping_key
from tests.support.barred import compare_now, run_due
from tests.support.duty import a_contact
from tests.support.histories.sending import opened, sent
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import box_of, part_of
from vault.compartments import Compartment, readers

NUMBER = {"kind": "aggression", "danger": "unsafe", "call_number": "06 12 34 56 78"}


def _on_duty(world: World, **answers) -> tuple[Case, Actor, Alarm]:
    """A case that calls an officer of it, who is on duty at every hour."""
    case = opened(world, **answers)
    actor = part_of(case, "case_officer")
    DutyShift.objects.create(organisation=case.report.organisation, person=actor.person, begins=0, ends=WEEK)
    raise_alarm(case.report, case.report.id)
    return case, actor, Alarm.objects.get(report=case.report)


def _barred(case: Case, actor: Actor) -> None:
    suspend(case.id, case.report.organisation, [Suspended(str(actor.person.id))])


def nobody_who_is_barred_is_called(world: World) -> None:
    case, actor, alarm = _on_duty(world)
    _barred(case, actor)
    ring(alarm.id)
    assert not AlarmCall.objects.exists()


def nobody_who_is_named_is_called(world: World) -> None:
    """Also who has an office in which nobody reads reports, and so is not kept out by being mentioned."""
    person = Person.objects.create_person("Teun Nachtwacht", "teun@stad.demo")
    take_office(person, world.town, "employee", since=timezone.localdate())
    DutyShift.objects.create(organisation=world.town, person=person, begins=0, ends=WEEK)
    case = opened(world, account="Teun Nachtwacht stond weer voor mijn deur, en ik ben bang.")
    raise_alarm(case.report, case.report.id)
    ring(Alarm.objects.get(report=case.report).id)
    assert not AlarmCall.objects.exists()


def no_mail_calls_who_was_barred_since(world: World) -> None:
    case, actor, alarm = _on_duty(world)
    ring(alarm.id)
    _barred(case, actor)
    mail.outbox.clear()
    call(AlarmCall.objects.get().id, uuid4())
    assert not mail.outbox


def no_alarm_opens_for_who_was_barred_since(world: World) -> None:
    case, actor, alarm = _on_duty(world)
    ring(alarm.id)
    assert call_for(actor, alarm.occasion)
    _barred(case, actor)
    assert call_for(actor, alarm.occasion) is None


def no_alarm_opens_for_who_was_not_compared(world: World) -> None:
    _case, actor, alarm = _on_duty(world)
    ring(alarm.id)
    compare_again(actor.person)
    assert call_for(actor, alarm.occasion) is None
    assert not [one for one in waiting_for(actor) if "/alarm/" in one.url]


def no_mail_calls_who_was_not_compared(world: World) -> None:
    _case, actor, alarm = _on_duty(world)
    ring(alarm.id)
    compare_again(actor.person)
    mail.outbox.clear()
    with suppress(NotCompared):
        call(AlarmCall.objects.get(alarm=alarm, person=actor.person).id, uuid4())
    assert not mail.outbox


def no_alarm_waits_for_who_was_barred_since(world: World) -> None:
    case, actor, alarm = _on_duty(world)
    ring(alarm.id)
    _barred(case, actor)
    assert not [one for one in waiting_for(actor) if "/alarm/" in one.url]


def no_contact_outside_who_is_named_is_called(world: World) -> None:
    case = opened(world, account="Quirijn Ongelooflijk stond weer voor mijn deur, en ik ben bang.")
    others = [person for person in world.people if person != world["Vries"]][-2:]
    a_contact(case.report.organisation, *others, name="Quirijn Ongelooflijk")
    raise_alarm(case.report, case.report.id)
    ring(Alarm.objects.get(report=case.report).id)
    assert not AlarmCall.objects.exists()


def who_called_and_is_barred_since_has_no_number(world: World) -> None:
    case = opened(world, **NUMBER)
    person = Person.objects.create_person("Teun Nachtwacht", "teun@stad.demo")  # without a part in the case
    appoint(person, world.town, "archivist")
    compare_now()
    actor = Actor.at(person, world.town)
    DutyShift.objects.create(organisation=world.town, person=actor.person, begins=0, ends=WEEK)
    alarm = Alarm.objects.get(report=case.report)
    ring(alarm.id)
    say_to_call(alarm.occasion, actor=actor)
    assert actor.person.id in readers(case.id, Compartment.CALL)
    _barred(case, actor)
    end_parts(Case.objects.get(id=case.id))
    assert actor.person.id not in readers(case.id, Compartment.CALL)


def who_called_and_is_named_since_has_no_number(world: World) -> None:
    """Also where nobody in that office reads reports, whom it otherwise costs nothing to be mentioned."""
    case, receipt, actor, alarm = _called_by_an_employee(world)
    send_message(box_of(receipt), "Teun Nachtwacht heeft dit gedaan.", "", [], token=b"genoemd na het bellen")
    run_due()
    _must_know_nothing(case, actor, alarm)


def who_called_and_is_named_by_a_colleague_since_has_no_number(world: World) -> None:
    case, _receipt, actor, alarm = _called_by_an_employee(world)
    words = {"kind": "note", "token": uuid4(), "about": CONCERNED}
    write_note(case, "Teun Nachtwacht heeft dit gedaan.", actor=part_of(case, "handler"), **words)
    _must_know_nothing(case, actor, alarm)


def _called_by_an_employee(world: World) -> tuple[Case, str, Actor, Alarm]:
    """A case of which an employee has the number of the reporter, since they were on duty."""
    report, receipt = sent(world, **NUMBER)
    person = Person.objects.create_person("Teun Nachtwacht", "teun@stad.demo")
    take_office(person, world.town, "employee", since=timezone.localdate())
    run_due()
    actor, alarm = Actor.at(person, world.town), Alarm.objects.get(report=report)
    DutyShift.objects.create(organisation=world.town, person=person, begins=0, ends=WEEK)
    ring(alarm.id)
    say_to_call(alarm.occasion, actor=actor)
    assert person.id in readers(report.case, Compartment.CALL)
    return Case.objects.get(id=report.case), receipt, actor, alarm


def _must_know_nothing(case: Case, actor: Actor, alarm: Alarm) -> None:
    assert call_for(actor, alarm.occasion) is None
    assert actor.person.id not in readers(case.id, Compartment.CALL)


def no_mail_tells_who_is_barred_of_a_todo(world: World) -> None:
    case = opened(world)
    officer, handler = part_of(case, "case_officer"), part_of(case, "handler")
    _barred(case, officer)
    todo = write_todo(
        case, "Bel de melder terug.", due=None, whom=officer.person.id, actor=handler, token=uuid4(), about="no"
    )
    assert not Job.objects.filter(key=ping_key("todo", case.id, todo.id)).exists()
