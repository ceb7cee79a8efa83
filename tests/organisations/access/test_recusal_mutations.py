"""Each call of recusal, left out in turn: a scenario must notice. Who adds a call of recusal adds a line here.

A scenario is a promise in a small world, and raises AssertionError where it is broken.
"""

import ast
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404
from django.utils import timezone

from cases.deadlines.reminders import promise
from cases.deciding.decisions import decide, options_of
from cases.desk.access import countable_cases, give_access, visible_cases
from cases.desk.page import HandedOver, reached
from cases.events import CaseEvent
from cases.file.messages import write_to_reporter
from cases.file.notes import write_note, write_todo
from cases.job_kinds import CaseJob
from cases.models import Case, CaseUserObjectPermission, Deadline
from cases.people.barring import declare_conflict
from cases.people.concerned import questions_of, say_concerned
from cases.people.handover import Successor, begin, colleagues, recovery_of
from cases.people.hearing import CONCERNED
from cases.related.connections import add_name, link, unlink
from cases.related.joining import CannotJoin, join
from cases.worklist.quarantine import how_many_suspects, suspects
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import Barred, Suspended, barred_among, is_barred, recuse, suspend
from organisations.access.names import Likeness
from organisations.access.policy import Actor, standings_in
from organisations.access.recusal import UNKNOWN, Circle, KeptOut, Near, keep_out, near
from organisations.access.routing import NoAdviser, reachable, watching
from organisations.models import Assignment, Person, Recusal, Suspension
from organisations.people.appointments import appoint, declare_relation, take_office
from organisations.people.naming import check_names, fingerprint
from reporting.form.submission import plan
from reporting.form.weighing import weigh
from reporting.job_kinds import ReportJob
from reporting.mailbox import mailbox
from reporting.models import Report
from tests.support.build import walk
from tests.support.histories.sending import opened, sent, submission_of
from tests.support.histories.world import World, a_world
from vault.compartments import readers
from vault.ledger import entries
from vault.receipts import new_receipt

pytestmark = pytest.mark.django_db
WHY = "Dit is met elkaar besproken."


def _part(case: Case, relation: str) -> Actor:
    row = Assignment.objects.select_related("person", "organisation").get(case=case.id, relation=relation, ended=False)
    return Actor.at(row.person, row.organisation)


def _row(case: Case, person: Person) -> Assignment:
    return Assignment.objects.get(case=case.id, person=person, ended=False)


def _out(case: Case | Report, person: Person) -> None:
    """Barred, and without a part, a key or a permission."""
    ident = case.id if isinstance(case, Case) else case.case
    assert is_barred(ident, person.id)
    assert not Assignment.objects.running().filter(case=ident, person=person).exists()
    assert person.id not in readers(ident)
    assert not CaseUserObjectPermission.objects.filter(content_object=ident, user=person).exists()


def _box(receipt: str) -> mailbox.Mailbox:
    box = mailbox.open_mailbox(receipt)
    assert box
    return box


# Promises about a report


def whoever_was_chosen_is_out(world: World) -> None:
    _out(sent(world, subject=f"coordinator:{world.named('Samir').id}")[0], world.named("Samir"))


def whoever_was_typed_is_out(world: World) -> None:
    _out(sent(world, subject="employee:", subject_name="Samir Jansen")[0], world.named("Samir"))


def whoever_may_be_meant_is_out(world: World) -> None:
    _out(sent(world, subject="employee:", perpetrator_name="Vries")[0], world["Vries"])


def whoever_the_account_names_is_out(world: World) -> None:
    _out(sent(world, account="Na afloop nam Karim Bakker geld aan.", about_reader=UNKNOWN)[0], world["Vries"])


def whoever_was_said_not_to_handle_it_is_out(world: World) -> None:
    _out(sent(world, excluded=[str(world["Pol"].id)])[0], world["Pol"])


def whoever_is_related_is_out(world: World) -> None:
    declare_relation(world["Bos"], world.town, world["Wijk"], "partner")
    _out(sent(world, subject=f"employee:{world['Wijk'].id}")[0], world["Bos"])


def the_second_row_of_one_human_is_out(world: World) -> None:
    twin = Person.objects.create_person(world["Wijk"].parts, "tweede@stad.demo")
    appoint(twin, world.town, "coordinator")
    _out(sent(world, subject=f"employee:{world['Wijk'].id}")[0], twin)


def the_second_row_of_somebody_excluded_is_out(world: World) -> None:
    twin = Person.objects.create_person(world["Pol"].parts, "tweede@stad.demo")
    appoint(twin, world.town, "coordinator")
    _out(sent(world, excluded=[str(world["Pol"].id)])[0], twin)


def the_relative_of_somebody_mentioned_is_out(world: World) -> None:
    declare_relation(world["Bos"], world.town, world["Wijk"], "partner")
    _out(sent(world, account="Ik zag dat Yusuf van Wijk het geld nam.")[0], world["Bos"])


def whoever_held_the_function_is_out(world: World) -> None:
    today = timezone.localdate()
    take_office(world["Evers"], world.town, "registrar", since=today - timedelta(9), until=today - timedelta(1))
    _out(sent(world, subject="registrar:")[0], world["Evers"])


def a_following_report_inherits_who_is_out(world: World) -> None:
    first, _receipt = sent(world, subject=f"coordinator:{world.named('Samir').id}")
    _out(sent(world, earlier=first)[0], world.named("Samir"))


def the_reporter_is_out(world: World) -> None:
    _out(sent(world, known_as="confidential", name="Samir Jansen")[0], world.named("Samir"))


def what_is_typed_changes_no_shown_reader(world: World) -> None:
    with_name, without = (
        plan(submission_of(world, subject="employee:", subject_name=name)) for name in ("Kim Bos", "Iemand Anders")
    )
    assert with_name.fingerprint == without.fingerprint
    assert {reader.person for reader in with_name.readers} != {reader.person for reader in without.readers}


def nobody_concerned_is_alarmed(world: World) -> None:
    report, _receipt = sent(world)
    recuse(report.case, [world["el Amrani"].id])
    Job.objects.create(key="alarm", kind=ReportJob.ALARM, target=report.id, due=timezone.now() - timedelta(days=9))
    run_due()
    assert Job.objects.filter(key__startswith=f"alarm:{report.id}").exists()
    assert not Job.objects.filter(key=f"alarm:{report.id}:{world['el Amrani'].id}").exists()


# Promises about what arrives later


def _said_in(world: World, act: Callable[[mailbox.Mailbox, bytes], object]) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    case = Case.objects.get(id=report.case)
    handler = _part(case, "handler").person
    act(_box(receipt), token_bytes(16))
    assert is_barred(case.id, handler.id)
    assert not visible_cases(Actor.at(handler, world.town)).filter(id=case.id).exists()
    run_due()
    _out(case, handler)


def whoever_a_message_names_is_out(world: World) -> None:
    _said_in(world, lambda box, token: mailbox.send_message(box, "Wat Quinten de Haan deed.", "", [], token=token))


def whoever_a_request_names_is_out(world: World) -> None:
    _said_in(world, lambda box, token: mailbox.tell_retaliation(box, "Wat Quinten de Haan deed.", token=token))


def whoever_an_experience_names_is_out(world: World) -> None:
    _said_in(world, lambda box, token: mailbox.tell_experience(box, "1", "Wat Quinten de Haan deed.", token=token))


def whoever_the_reporter_turns_out_to_be_is_out(world: World) -> None:
    _said_in(world, lambda box, token: mailbox.share_identity(box, "Quinten de Haan", "", "confidential", token=token))


def whoever_a_correction_names_is_out(world: World) -> None:
    def correct(box: mailbox.Mailbox, token: bytes) -> None:
        mailbox.confirm(box, "Wat Quinten de Haan deed.", "Niets.", new_receipt(), token=token)

    _said_in(world, correct)


def whoever_evidence_names_is_out(world: World) -> None:
    _said_in(world, lambda box, token: weigh(box.report, Circle(unasked=("Ik zag dat Quinten de Haan het nam.",))))


def whoever_works_a_case_that_moved_is_out(world: World) -> None:
    """Also somebody of an organisation that the routing table does not name."""
    report, receipt = sent(world, "pressure")
    run_due()
    case, mulder = Case.objects.get(id=report.case), world["Mulder"]
    begin(case, "co_reader", Successor(mulder, world.ministry, "ministry_desk"), recovery_of(case))
    give_access(case)
    mailbox.tell_retaliation(_box(receipt), "Petra Mulder belde mijn baas.", token=token_bytes(16))
    run_due()
    _out(case, mulder)


def whoever_reads_elsewhere_in_the_function_is_out(world: World) -> None:
    """The question names the functions that read, also those of another organisation."""
    report, receipt = sent(world, subject=f"mayor:{world['Haan'].id}")
    run_due()
    reader = Assignment.objects.get(organisation=world.province, capacity="officer").person
    mailbox.send_message(_box(receipt), "Het gaat over wie dit leest.", "officer", [], token=token_bytes(16))
    run_due()
    _out(report, reader)


def _mails_before_the_part_ends(world: World, *, opened_first: bool) -> None:
    """A worker may take the mail before it takes the part."""
    report, receipt = sent(world)
    if opened_first:
        run_due()
    handler = Assignment.objects.get(case=report.case, relation="handler").person
    before = set(Job.objects.filter(kind=ReportJob.PING_PERSON, target=handler.id).values_list("id", flat=True))
    mailbox.send_message(_box(receipt), "Wat Quinten de Haan deed.", "", [], token=token_bytes(16))
    Job.objects.filter(kind=ReportJob.END_PARTS).update(due=timezone.now() + timedelta(hours=1))
    run_due()
    assert handler == world["Haan"]
    assert not Job.objects.filter(kind=ReportJob.PING_PERSON, target=handler.id).exclude(id__in=before).exists()


def no_mail_says_that_the_reporter_wrote(world: World) -> None:
    _mails_before_the_part_ends(world, opened_first=True)


def no_mail_says_that_a_case_was_opened(world: World) -> None:
    _mails_before_the_part_ends(world, opened_first=False)


def no_adviser_who_is_meant_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous", subject="employee:", subject_name="Sanne Terpstra")
    run_due()
    recuse(report.case, [world["Evers"].id, world["Müller"].id])
    sanne = _sanne(world)
    appoint(sanne, world.town, "confidential_adviser")
    with suppress(NoAdviser):
        mailbox.share_identity(_box(receipt), "Robin Vermelder", "", "confidential", token=token_bytes(16))
    assert not Assignment.objects.filter(person=sanne).exists()


def no_handler_who_is_meant_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    handler = _part(Case.objects.get(id=report.case), "handler").person
    mailbox.share_identity(_box(receipt), "Quinten de Haan", "", "named", token=token_bytes(16))
    assert handler.id not in readers(report.case, "identity")


def a_recorded_name_ends_access(world: World) -> None:
    case = opened(world)
    add_name(case, "Karim de Vries", actor=_part(case, "handler"))
    _out(case, world["Vries"])


def a_note_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    write_note(
        case, "Karim de Vries nam het.", kind="note", actor=_part(case, "handler"), token=uuid4(), about=CONCERNED
    )
    _out(case, world["Vries"])


def a_todo_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    actor, token = _part(case, "handler"), uuid4()
    write_todo(case, "Vraag wat Karim de Vries nam.", due=None, whom=None, actor=actor, token=token, about=CONCERNED)
    _out(case, world["Vries"])


def a_message_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    write_to_reporter(case, "Nam Karim de Vries het?", actor=_part(case, "handler"), about=CONCERNED)
    _out(case, world["Vries"])


def a_reason_about_a_reader_ends_access(world: World) -> None:
    case = opened(world)
    code, actor = next(option.code for option in options_of(case) if option.allowed), _part(case, "handler")
    decide(case, code, actor=actor, reason="Karim de Vries nam het.", revision=case.revision, about=CONCERNED)
    _out(case, world["Vries"])


def _joined(world: World) -> tuple[Case, Case]:
    cases = [walk(opened(world, "aggression"), "acknowledge", "assess") for _number in range(2)]
    join(cases[0], cases[1].id, actor=_part(cases[0], "handler"))
    return cases[0], cases[1]


def who_is_not_free_loses_both_cases_that_are_handled_together(world: World) -> None:
    case, lead = _joined(world)
    officer = _part(case, "case_officer")
    declare_conflict(case, _row(case, officer.person).id, actor=officer, grounds=["relative"], reason=WHY)
    _out(case, officer.person)
    _out(lead, officer.person)


def whoever_is_said_not_to_be_free_loses_both_cases(world: World) -> None:
    case, lead = _joined(world)
    officer = _part(case, "case_officer")
    actor = _part(case, "handler")
    declare_conflict(case, _row(case, officer.person).id, actor=actor, grounds=["relative"], reason=WHY)
    _out(case, officer.person)
    _out(lead, officer.person)


def whoever_is_found_to_be_concerned_is_out_of_both_cases(world: World) -> None:
    case, lead = _joined(world)
    reader = _part(case, "co_reader").person
    suspend(case.id, world.town, [Suspended(str(reader.id))])
    question = questions_of(case, _part(case, "handler"))[0]
    say_concerned(case, question.row.id, actor=_part(case, "handler"))
    _out(case, reader)
    _out(lead, reader)


def whoever_is_found_to_be_concerned_is_out_for_good(world: World) -> None:
    case = opened(world)
    officer = _part(case, "case_officer").person
    suspend(case.id, world.town, [Suspended(str(officer.id))])
    say_concerned(case, questions_of(case, _part(case, "handler"))[0].row.id, actor=_part(case, "handler"))
    assert officer.id in barred_among(case.id, [officer.id]).recused


def silence_keeps_out_for_good_who_is_not_free(world: World) -> None:
    case = opened(world)
    officer, actor = _part(case, "case_officer").person, _part(case, "handler")
    declare_conflict(case, _row(case, officer).id, actor=actor, grounds=["relative"], reason=WHY)
    Job.objects.filter(kind=CaseJob.AFTER_SILENCE).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert officer.id in barred_among(case.id, [officer.id]).recused


def whoever_is_said_not_to_be_free_is_out(world: World) -> None:
    case = opened(world)
    officer = _part(case, "case_officer").person
    declare_conflict(case, _row(case, officer).id, actor=_part(case, "handler"), grounds=["relative"], reason=WHY)
    _out(case, officer)


def no_adviser_who_is_barred_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    recuse(report.case, [world["Evers"].id])
    mailbox.share_identity(_box(receipt), "Robin Vermelder", "", "confidential", token=token_bytes(16))
    assert not Assignment.objects.filter(person=world["Evers"]).exists()


# Promises about somebody who comes


def _typed_before(world: World) -> Case:
    """A case about somebody who works elsewhere yet, and of whom no row could be kept out."""
    return opened(world, subject="employee:", subject_name="Sanne Terpstra")


def _sanne(world: World) -> Person:
    parts = replace(world["Wijk"].parts, given_names="Sanne", initials="S.", prefix="", surname="Terpstra")
    return Person.objects.create_person(parts, "sanne@stad.demo")


def _counts_none(case: Case, person: Person, world: World) -> None:
    assert not countable_cases(Actor.at(person, world.town)).filter(id=case.id).exists()
    run_due()
    assert not countable_cases(Actor.at(person, world.town)).filter(id=case.id).exists()
    assert is_barred(case.id, person.id)


def a_new_role_is_compared(world: World) -> None:
    case, sanne = _typed_before(world), _sanne(world)
    appoint(sanne, world.town, "chair")
    _counts_none(case, sanne, world)


def a_new_office_is_compared(world: World) -> None:
    case, sanne = _typed_before(world), _sanne(world)
    take_office(sanne, world.town, "mayor", since=timezone.localdate())
    _counts_none(case, sanne, world)


def a_new_name_is_compared(world: World) -> None:
    case, bos = _typed_before(world), world["Bos"]
    parts = replace(bos.parts, given_names="Sanne", surname="Terpstra")
    check_names(bos.id, parts, [], organisation=world.town, by=world["el Amrani"], seen=fingerprint(bos))
    _counts_none(case, bos, world)


def a_new_relation_is_compared(world: World) -> None:
    case = opened(world, subject=f"employee:{world['Wijk'].id}")
    officer = _part(case, "case_officer").person
    declare_relation(officer, world.town, world["Wijk"], "partner")
    run_due()
    _out(case, officer)


def nobody_counts_before_being_compared(world: World) -> None:
    case, sanne = _typed_before(world), _sanne(world)
    appoint(sanne, world.town, "chair")
    assert not countable_cases(Actor.at(sanne, world.town)).filter(id=case.id).exists()


def nobody_comes_who_was_typed_before(world: World) -> None:
    case, sanne = _typed_before(world), _sanne(world)
    appoint(sanne, world.town, "officer")
    assert sanne.id not in {successor.person.id for successor in colleagues(case)}


def nobody_comes_whom_a_todo_names(world: World) -> None:
    case, sanne = opened(world), _sanne(world)
    appoint(sanne, world.town, "officer")
    text = "Vraag na wat Sanne Terpstra nam."
    write_todo(case, text, due=None, whom=None, actor=_part(case, "handler"), token=uuid4())
    assert sanne.id not in {successor.person.id for successor in colleagues(case)}


def nobody_comes_who_is_barred(world: World) -> None:
    case = opened(world)
    lost = _part(case, "co_reader").person
    recuse(case.id, [lost.id])
    Assignment.objects.filter(case=case.id, person=lost).end()
    assert lost.id not in {successor.person.id for successor in colleagues(case)}


# Promises about what a bar does, whatever was left behind


def _barred_with_all_rows(world: World, *, lane: str = Report.Lane.NORMAL) -> tuple[Case, Actor]:
    case = opened(world)
    actor = _part(case, "case_officer")
    suspend(case.id, world.town, [Suspended(str(actor.person.id))])
    Report.objects.filter(case=case.id).update(lane=lane)
    return case, actor


def a_bar_hides_the_case(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    assert not visible_cases(actor).filter(id=case.id).exists()


def a_bar_hides_the_count(world: World) -> None:
    case = opened(world, subject=f"mayor:{world['Haan'].id}", known_as="anonymous")
    Case.objects.filter(id=case.id).update(organisation=world.town)
    assert countable_cases(Actor.at(world["Pol"], world.town)).filter(id=case.id).exists()
    assert not countable_cases(Actor.at(world["Haan"], world.town)).filter(id=case.id).exists()


def a_bar_hides_the_report_to_judge(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.QUARANTINE)
    assert not suspects(actor).filter(case=case.id).exists()


def a_bar_hides_the_number_of_reports_to_judge(world: World) -> None:
    case, actor = _barred_with_all_rows(world, lane=Report.Lane.QUARANTINE)
    assert how_many_suspects(actor, [case.id]) == 0


def a_bar_denies_everything(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    standing = standings_in(actor, [case.id], Case)[case.id]
    assert not standing.reaches
    assert not standing.may("case.read")


def a_bar_gives_no_permission(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    CaseUserObjectPermission.objects.filter(content_object=case, user=actor.person).delete()
    give_access(case)
    assert not CaseUserObjectPermission.objects.filter(content_object=case, user=actor.person).exists()


def a_bar_reminds_of_nothing(world: World) -> None:
    case, actor = _barred_with_all_rows(world)
    moment = timezone.now() + timedelta(minutes=9)
    promise(_due(case, moment))
    run_due()
    reminded = Job.objects.filter(kind=CaseJob.REMIND, target__in=Deadline.objects.filter(case=case)).values("id")
    keys = {f"{job['id']}:{actor.person.id}" for job in reminded}
    assert keys
    assert not Job.objects.filter(key__in=keys).exists()


def _due(case: Case, moment) -> Deadline:
    deadline = Deadline.objects.running().filter(case=case).exclude(due=None)[0]
    deadline.due = moment
    deadline.save(update_fields=["due"])
    return deadline


def who_lost_a_case_sees_that_it_was_handed_over(world: World) -> None:
    case = opened(world)
    officer = _part(case, "case_officer")
    add_name(case, "Karim de Vries", actor=_part(case, "handler"))
    try:
        reached(officer, case.id, "case.follow")
    except HandedOver:
        return
    except Http404:
        raise AssertionError("who lost the case is not told that it was handed over") from None


def who_never_had_a_case_sees_that_there_is_none(world: World) -> None:
    case = opened(world, subject=f"coordinator:{world.named('Samir').id}")
    try:
        reached(Actor.at(world.named("Samir"), world.town), case.id, "case.follow")
    except HandedOver:
        raise AssertionError("somebody who never had the case is told of it") from None
    except Http404:
        return


def _two_of_which_one_is_closed_to_the_reader(world: World) -> tuple[Case, Case]:
    cases = [walk(opened(world, "aggression"), "acknowledge", "assess") for _number in range(2)]
    reader = _part(cases[0], "co_reader").person
    recuse(cases[1].id, [reader.id])
    Assignment.objects.filter(case=cases[1].id, person=reader).end()
    return cases[0], cases[1]


def a_link_is_no_fact_where_somebody_is_barred_from_the_other(world: World) -> None:
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    link(case, closed.id, "same_matter", actor=_part(case, "handler"))
    assert CaseEvent.LINKED not in [entry.action for entry in entries(case.id)]
    assert CaseEvent.LINKED in [entry.action for entry in entries(closed.id)]


def the_end_of_a_link_is_no_fact_either(world: World) -> None:
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    made = link(case, closed.id, "same_matter", actor=_part(case, "handler"))
    unlink(case, made.id, actor=_part(case, "handler"))
    assert CaseEvent.UNLINKED not in [entry.action for entry in entries(case.id)]
    assert CaseEvent.UNLINKED in [entry.action for entry in entries(closed.id)]


def nothing_is_joined_where_somebody_is_barred_from_the_other(world: World) -> None:
    case, closed = _two_of_which_one_is_closed_to_the_reader(world)
    with pytest.raises(CannotJoin):
        join(case, closed.id, actor=_part(case, "handler"))


# The mutations


@dataclass(frozen=True)
class Mutation:
    """One call left out. `where`: module and name as the caller knows it. `only_in`: the function in which it is left out;
    in every one, where empty."""

    where: str
    scenario: Callable[[World], None]
    only_in: str = ""
    instead: Any = lambda *given, **named: None

    def __str__(self) -> str:
        return f"{self.where}{' in ' + self.only_in if self.only_in else ''}"


def _nothing(*_given, **_named) -> KeptOut:
    return KeptOut()


def _no_rows(*_given, **_named) -> set:
    return set()


def _nobody(*_given, **_named) -> Barred:
    return Barred()


def _false(*_given, **_named) -> bool:
    return False


def _true(*_given, **_named) -> bool:
    return True


def _no_bars(*_given, **_named) -> tuple:
    return Recusal.objects.none(), Suspension.objects.none()


def _no_subjects(*_given, **_named) -> tuple:
    return ()


def _unlike(*_given, **_named) -> Likeness:
    return Likeness.DIFFERENT


def _only_of_the_table(report: Report, said: Circle, _people: object = ()) -> Near:
    """Without who has a part in the case."""
    places = reachable(report.organisation, said, report.kind)
    return near(report.organisation, places, watching(), timezone.localdate())


def _without(**left_out) -> Callable:
    """keep_out, blind for a part of what it is given."""
    return lambda circle, people: keep_out(replace(circle, **left_out), people)


RECUSAL, BARS = "organisations.access.recusal", "organisations.access.bars"
MUTATIONS = [
    # What recusal looks at
    Mutation(f"{RECUSAL}._of_names", whoever_was_typed_is_out, instead=_unlike),
    Mutation("reporting.form.weighing.keep_out", whoever_evidence_names_is_out, instead=_without(unasked=())),
    Mutation("organisations.access.routing.keep_out", whoever_was_chosen_is_out, instead=_without(subjects=())),
    Mutation(
        "organisations.access.routing.keep_out", whoever_was_said_not_to_handle_it_is_out, instead=_without(excluded=())
    ),
    Mutation("organisations.access.routing.keep_out", a_following_report_inherits_who_is_out, instead=_without(earlier=None)),
    Mutation(f"{RECUSAL}.related_to", whoever_is_related_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}._namesakes", the_second_row_of_one_human_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}._namesakes", the_second_row_of_somebody_excluded_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}._mentioned", whoever_the_account_names_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}._mentioned", the_relative_of_somebody_mentioned_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}.Near.former_holders", whoever_held_the_function_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}._reporter", the_reporter_is_out, instead=_no_rows),
    Mutation(f"{RECUSAL}.barred_among", a_following_report_inherits_who_is_out, instead=_nobody),
    # What it leaves
    Mutation(f"{BARS}.recuse", whoever_was_chosen_is_out, "_bar"),
    Mutation(f"{BARS}.suspend", whoever_may_be_meant_is_out, "_bar"),
    Mutation("reporting.form.submission._bar", whoever_was_chosen_is_out),
    Mutation("reporting.form.submission.judged", whoever_was_typed_is_out, instead=_nothing),
    # Where words arrive
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_message_names_is_out, "send_message"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_request_names_is_out, "_ask"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_an_experience_names_is_out, "tell_experience"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_the_reporter_turns_out_to_be_is_out, "share_identity"),
    Mutation("reporting.mailbox.mailbox.weigh", whoever_a_correction_names_is_out, "confirm"),
    Mutation("cases.related.connections.weigh", a_recorded_name_ends_access, "add_name"),
    Mutation("cases.file.notes.hear", a_note_about_a_reader_ends_access, "write_note"),
    Mutation("cases.file.notes.hear", a_todo_about_a_reader_ends_access, "write_todo"),
    Mutation("cases.file.messages.hear", a_message_about_a_reader_ends_access),
    Mutation("cases.deciding.decisions.hear", a_reason_about_a_reader_ends_access),
    Mutation("reporting.form.weighing.enqueue", whoever_a_message_names_is_out, "bar"),
    Mutation("reporting.mailbox.mailbox.barred_among", no_handler_who_is_meant_gets_a_name, "_handlers", _nobody),
    Mutation("reporting.mailbox.mailbox.judge_people", no_adviser_who_is_meant_gets_a_name, "_advisers", _nothing),
    Mutation("reporting.form.weighing.everybody_near", whoever_works_a_case_that_moved_is_out, instead=_only_of_the_table),
    Mutation("cases.jobs.barred_among", no_mail_says_that_the_reporter_wrote, instead=_nobody),
    Mutation("cases.deciding.opening.barred_among", no_mail_says_that_a_case_was_opened, instead=_nobody),
    Mutation("reporting.mailbox.mailbox._readers_meant", whoever_reads_elsewhere_in_the_function_is_out, instead=_no_subjects),
    # Where parts end
    Mutation("cases.jobs.end_parts", whoever_a_message_names_is_out),
    Mutation("cases.people.hearing.end_parts", a_note_about_a_reader_ends_access),
    Mutation("cases.related.connections.end_parts", a_recorded_name_ends_access),
    Mutation("cases.people.barring.end_parts", who_is_not_free_loses_both_cases_that_are_handled_together),
    Mutation("cases.people.barring.end_parts", whoever_is_said_not_to_be_free_loses_both_cases),
    Mutation("cases.people.concerned.end_parts", whoever_is_found_to_be_concerned_is_out_of_both_cases),
    Mutation(f"{BARS}.recuse", whoever_is_found_to_be_concerned_is_out_for_good, "say_concerned"),
    Mutation(f"{BARS}.recuse", silence_keeps_out_for_good_who_is_not_free, "silence"),
    Mutation(f"{BARS}.recuse", who_is_not_free_loses_both_cases_that_are_handled_together, "declare_conflict"),
    Mutation(f"{BARS}.recuse", who_is_not_free_loses_both_cases_that_are_handled_together, "_bar_alike"),
    Mutation(f"{BARS}.recuse", whoever_the_reporter_turns_out_to_be_is_out, "bar"),
    Mutation(f"{BARS}.suspend", whoever_a_message_names_is_out, "bar"),
    Mutation(f"{BARS}.suspend", a_note_about_a_reader_ends_access, "hear"),
    Mutation(f"{BARS}.suspend", whoever_is_said_not_to_be_free_is_out, "declare_conflict"),
    Mutation(f"{BARS}.suspend", whoever_is_said_not_to_be_free_loses_both_cases, "_bar_alike"),
    Mutation(f"{BARS}.barred_among", whoever_a_message_names_is_out, "_end_parts_of", _nobody),
    Mutation(f"{BARS}.barred_among", whoever_is_said_not_to_be_free_loses_both_cases, "_bar_alike", _nobody),
    Mutation(f"{BARS}.barred_among", nothing_is_joined_where_somebody_is_barred_from_the_other, "somebody_is_barred", _nobody),
    Mutation("cases.people.barring._bar_alike", who_is_not_free_loses_both_cases_that_are_handled_together),
    # Who comes
    Mutation("organisations.people.appointments.compare_again", a_new_role_is_compared, "appoint"),
    Mutation("organisations.people.appointments.compare_again", a_new_office_is_compared, "take_office"),
    Mutation("organisations.people.appointments.compare_again", a_new_relation_is_compared, "declare_relation"),
    Mutation("organisations.people.naming.compare_again", a_new_name_is_compared),
    Mutation("cases.jobs.compare", a_new_role_is_compared),
    Mutation("cases.people.handover.Said.judged", nobody_comes_who_was_typed_before, instead=_nothing),
    Mutation("cases.people.said.Said._todos", nobody_comes_whom_a_todo_names, instead=_no_rows),
    Mutation("cases.people.handover.barred_from_any", nobody_comes_who_is_barred, instead=_no_rows),
    # What a bar does
    Mutation("cases.desk.access.hidden_cases", a_bar_hides_the_case, instead=_no_rows),
    Mutation("cases.desk.access.hidden_cases", a_bar_hides_the_count, instead=_no_rows),
    Mutation("cases.desk.access.is_waiting", nobody_counts_before_being_compared, instead=_false),
    Mutation("cases.desk.access.barred_among", a_bar_gives_no_permission, instead=_nobody),
    Mutation(
        "cases.worklist.quarantine.hidden_cases", a_bar_hides_the_number_of_reports_to_judge, "how_many_suspects", _no_rows
    ),
    Mutation("reporting.mailbox.mailbox.barred_among", no_adviser_who_is_barred_gets_a_name, "_advisers", _nobody),
    Mutation("cases.related.connections.somebody_is_barred", the_end_of_a_link_is_no_fact_either, "unlink", _false),
    Mutation("cases.worklist.quarantine.hidden_cases", a_bar_hides_the_report_to_judge, instead=_no_rows),
    Mutation("organisations.access.policy.bars_of", a_bar_denies_everything, instead=_no_bars),
    Mutation("cases.deadlines.reminders.barred_among", a_bar_reminds_of_nothing, instead=_nobody),
    Mutation("reporting.jobs.is_barred", nobody_concerned_is_alarmed, instead=_false),
    Mutation("cases.desk.page.had_before", who_lost_a_case_sees_that_it_was_handed_over, instead=_false),
    Mutation("cases.desk.page.had_before", who_never_had_a_case_sees_that_there_is_none, instead=_true),
    Mutation(
        "cases.related.connections.somebody_is_barred", a_link_is_no_fact_where_somebody_is_barred_from_the_other,
        instead=_false,
    ),
    Mutation("cases.related.joining.somebody_is_barred", nothing_is_joined_where_somebody_is_barred_from_the_other, instead=_false),
    # What a reporter may see
    Mutation("organisations.access.recusal.Circle.chosen_only", what_is_typed_changes_no_shown_reader, instead=property(lambda circle: circle)),
]  # fmt: skip
SCENARIOS = {mutation.scenario.__name__: mutation.scenario for mutation in MUTATIONS}


# Every call of these in the product is left out by one of the mutations, or stands here with why it is not.
CALLS = {
    "weigh", "hear", "end_parts", "barred_among", "hidden_cases", "is_barred", "bars_of", "somebody_is_barred",
    "barred_from_any", "keep_out", "judged", "judge_people", "compare", "compare_again", "had_before", "recuse", "suspend",
    "related_to", "is_waiting",
}  # fmt: skip
OWN_TESTS = "tests/reporting/complaints: complaints are no part of a case"
NOT_LEFT_OUT = {
    "organisations.access.bars: barred_among in is_barred": "the same asked of one person",
    "organisations.access.bars: suspend in keep_lifted": "keeps nobody out: remembers who was let in",
    "organisations.access.routing: judged in route": "asked by submission.plan before; routes of the form show nobody",
    "reporting.form.weighing: barred_among in bar": "tells who is new: leaving it out promises work twice",
    "cases.people.barring: is_barred in compare": "saves work: who is barred stays so",
    "cases.people.said: judge_people in judged": "the function that calls it is left out",
    "cases.desk.access: recuse in take_away": "nobody asks for it but tests",
    "cases.people.leaving: barred_among in _never": "of a report that has no case yet: tests/cases/people/test_leaving.py",
    "reporting.complaints.complaints: recuse in complain": OWN_TESTS,
    "reporting.complaints.complaints: hidden_cases in complaints_of": OWN_TESTS,
    "reporting.complaints.readers: keep_out in _kept_out": OWN_TESTS,
    "reporting.complaints.readers: barred_among in _kept_out": OWN_TESTS,
    "reporting.complaints.readers: recuse in pass_on": OWN_TESTS,
}


def _calls() -> set[tuple[str, str, str]]:
    """(module, name, function) of every call of recusal in the product."""
    found = set()
    root = Path(__file__).parents[3]
    for app in ("organisations", "reporting", "cases", "care"):
        for path in (root / app).rglob("*.py"):
            module = ".".join(path.relative_to(root).with_suffix("").parts)
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    found |= {(module, name, function.name) for name in _called(function)}
    return found


def _called(function: ast.FunctionDef) -> set[str]:
    names = set()
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            match call.func:
                case ast.Name(name) | ast.Attribute(ast.Name("bars"), name) if name in CALLS:
                    names.add(name)
    return names


def test_every_call_of_recusal_is_left_out_once():
    left_out = {(mutation.where, mutation.only_in) for mutation in MUTATIONS}
    missing = {
        f"{module}: {name} in {function}"
        for module, name, function in _calls()
        if not {(f"{at}.{name}", only_in) for at in (module, BARS) for only_in in ("", function)} & left_out
    }
    assert missing - NOT_LEFT_OUT.keys() == set()
    assert NOT_LEFT_OUT.keys() - missing == set(), "stands here without need"


@contextmanager
def _left_out(mutation: Mutation):
    place, _dot, name = mutation.where.rpartition(".")
    owner = _found(place)
    real = owner.__dict__[name]

    def sometimes(*given, **named):
        left_out = not mutation.only_in or sys._getframe(1).f_code.co_name == mutation.only_in
        return (mutation.instead if left_out else real)(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, mutation.instead if isinstance(mutation.instead, property) else sometimes)
        yield


def _found(place: str):
    """A module, or a class in one."""
    try:
        return import_module(place)
    except ModuleNotFoundError:
        module, _dot, name = place.rpartition(".")
        return getattr(import_module(module), name)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_promise_holds(name):
    check = SCENARIOS[name]
    check(a_world())


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_a_promise_breaks_without_the_call(mutation):
    with _left_out(mutation), pytest.raises((AssertionError, pytest.fail.Exception)):
        mutation.scenario(a_world())
