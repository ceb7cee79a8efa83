"""Whoever comes, gets a role, a name or a relation, or only counts: compared with everything that was said before."""

from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

from django.core import mail
from django.utils import timezone

from cases.desk.access import countable_cases, visible_cases
from cases.file.notes import write_note, write_todo
from cases.models import Case
from cases.people.handover import colleagues
from cases.people.hearing import CONCERNED
from cases.people.not_free import declare_conflict
from jobs.models import Job
from organisations.access.bars import is_barred, recuse
from organisations.access.policy import Actor, standings_in
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint, declare_relation, take_office
from organisations.people.comparing import NotCompared
from organisations.people.naming import check_names, fingerprint
from reporting.job_kinds import ReportJob
from reporting.jobs import ping
from reporting.pings import ping_key
from tests.support.barred import run_due
from tests.support.histories.sending import opened
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import WHY, a_newcomer, must_be_out, part_of, row_of


def _typed_before(world: World) -> Case:
    """A case about somebody who works elsewhere yet, and of whom no row could be kept out."""
    return opened(world, subject="employee:", subject_name="Sanne Terpstra")


def _counts_none(case: Case, person: Person, world: World) -> None:
    assert not countable_cases(Actor.at(person, world.town)).filter(id=case.id).exists()
    run_due()
    assert not countable_cases(Actor.at(person, world.town)).filter(id=case.id).exists()
    assert is_barred(case.id, person.id)


def a_new_role_is_compared(world: World) -> None:
    case, sanne = _typed_before(world), a_newcomer(world)
    appoint(sanne, world.town, "chair")
    _counts_none(case, sanne, world)


def a_new_office_is_compared(world: World) -> None:
    case, sanne = _typed_before(world), a_newcomer(world)
    take_office(sanne, world.town, "mayor", since=timezone.localdate())
    _counts_none(case, sanne, world)


def a_new_name_is_compared(world: World) -> None:
    case, bos = _typed_before(world), world["Bos"]
    parts = replace(bos.parts, given_names="Sanne", surname="Terpstra")
    check_names(bos.id, parts, [], organisation=world.town, by=world["el Amrani"], seen=fingerprint(bos))
    _counts_none(case, bos, world)


def a_new_relation_is_compared(world: World) -> None:
    case = opened(world, subject=f"employee:{world['Wijk'].id}")
    officer = part_of(case, "case_officer").person
    declare_relation(officer, world.town, world["Wijk"], "partner")
    run_due()
    must_be_out(case, officer)


def a_relation_to_somebody_elsewhere_is_compared(world: World) -> None:
    """Whoever did it works in no organisation that the report can reach."""
    case = opened(world, "aggression", perpetrator_name="Petra Mulder")
    officer = part_of(case, "case_officer").person
    declare_relation(officer, world.town, world["Mulder"], "partner")
    run_due()
    must_be_out(case, officer)


def the_relative_of_somebody_who_is_not_free_is_out(world: World) -> None:
    case = opened(world)
    reader, officer = part_of(case, "co_reader"), part_of(case, "case_officer").person
    declare_conflict(case, row_of(case, reader.person).id, actor=reader, grounds=["relative"], reason=WHY)
    declare_relation(officer, world.town, reader.person, "partner")
    run_due()
    must_be_out(case, officer)


def the_second_row_of_somebody_who_is_out_is_out(world: World) -> None:
    """By what was said the case concerns nobody who is still there."""
    case, bos = opened(world), world["Bos"]
    recuse(case.id, [bos.id])
    second = Person.objects.create_person(bos.parts, "kim.bos@stad.demo")
    appoint(second, world.town, "chair")
    _counts_none(case, second, world)


def the_second_row_of_who_says_not_to_be_free_is_out(world: World) -> None:
    case = opened(world)
    reader = part_of(case, "co_reader")
    second = Person.objects.create_person(reader.person.parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    run_due()
    assert not is_barred(case.id, second.id)
    declare_conflict(case, row_of(case, reader.person).id, actor=reader, grounds=["relative"], reason=WHY)
    assert is_barred(case.id, second.id)


def the_relative_of_whom_a_note_is_about_is_out(world: World) -> None:
    case, vries = opened(world), world["Vries"]
    reader = part_of(case, "co_reader").person
    declare_relation(reader, world.town, vries, "partner")
    run_due()
    write_note(
        case, "Karim de Vries nam het.", kind="note", actor=part_of(case, "handler"), token=uuid4(), about=CONCERNED
    )
    must_be_out(case, reader)


def the_relative_of_a_new_name_is_compared(world: World) -> None:
    case, other = _typed_before(world), world["Schouten"]
    officer = part_of(case, "case_officer").person
    declare_relation(officer, world.town, other, "partner")
    run_due()
    parts = replace(other.parts, given_names="Sanne", initials="S.", surname="Terpstra")
    check_names(other.id, parts, [], organisation=world.town, by=world["el Amrani"], seen=fingerprint(other))
    run_due()
    must_be_out(case, officer)


def nobody_counts_before_being_compared(world: World) -> None:
    case, sanne = _typed_before(world), a_newcomer(world)
    appoint(sanne, world.town, "chair")
    assert not countable_cases(Actor.at(sanne, world.town)).filter(id=case.id).exists()


def nobody_reads_before_being_compared(world: World) -> None:
    case = _typed_before(world)
    officer = part_of(case, "case_officer")
    _renamed_as_typed(world, officer.person)
    assert not standings_in(officer, [case.id], Case)[case.id].reaches
    assert not visible_cases(officer).exists()


def the_relative_of_a_new_name_reads_nothing_before(world: World) -> None:
    case, other = _typed_before(world), world["Schouten"]
    officer = part_of(case, "case_officer")
    declare_relation(officer.person, world.town, other, "partner")
    run_due()
    _renamed_as_typed(world, other)
    assert not visible_cases(officer).exists()


def who_only_counts_is_out_when_a_note_is_about_them(world: World) -> None:
    case = opened(world)
    adviser = world["Müller"]
    write_note(
        case,
        f"Het gaat over {adviser.name}.",
        kind="note",
        actor=part_of(case, "handler"),
        token=uuid4(),
        about=CONCERNED,
    )
    assert is_barred(case.id, adviser.id)


def no_mail_goes_before_its_reader_was_compared(world: World) -> None:
    case = _typed_before(world)
    officer = part_of(case, "case_officer").person
    Job.objects.all().update(state="done")
    _renamed_as_typed(world, officer)
    mail.outbox.clear()
    job = Job(kind=ReportJob.PING_PERSON, target=officer.id, key=ping_key("wrote", case.id, officer.id))
    with suppress(NotCompared):
        ping(job)
    assert not mail.outbox


def _renamed_as_typed(world: World, person: Person) -> None:
    parts = replace(person.parts, given_names="Sanne", initials="S.", prefix="", surname="Terpstra")
    check_names(person.id, parts, [], organisation=world.town, by=world["el Amrani"], seen=fingerprint(person))


def nobody_comes_who_was_typed_before(world: World) -> None:
    case, sanne = _typed_before(world), a_newcomer(world)
    appoint(sanne, world.town, "officer")
    assert sanne.id not in {successor.person.id for successor in colleagues(case)}


def nobody_comes_whom_a_todo_names(world: World) -> None:
    case, sanne = opened(world), a_newcomer(world)
    text = "Vraag na wat Sanne Terpstra nam."
    write_todo(case, text, due=None, whom=None, actor=part_of(case, "handler"), token=uuid4())
    appoint(sanne, world.town, "officer")
    assert sanne.id not in {successor.person.id for successor in colleagues(case)}


def nobody_comes_who_is_barred(world: World) -> None:
    case = opened(world)
    lost = part_of(case, "co_reader").person
    recuse(case.id, [lost.id])
    Assignment.objects.filter(case=case.id, person=lost).end()
    assert lost.id not in {successor.person.id for successor in colleagues(case)}
