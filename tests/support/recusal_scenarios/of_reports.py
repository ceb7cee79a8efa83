"""Promises about a report and the words that the reporter sends later."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from secrets import token_bytes

from django.core import mail
from django.utils import timezone

from cases.desk.access import give_access, visible_cases
from cases.models import Case
from cases.people.handover import Successor, begin, recovery_of
from jobs.models import Job
from organisations.access.bars import is_barred, recuse
from organisations.access.policy import Actor
from organisations.access.recusal import UNKNOWN, Circle
from organisations.access.routing import NoAdviser
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint, declare_relation, take_office
from reporting.form.persons.weighing import weigh
from reporting.form.submission import plan
from reporting.job_kinds import ReportJob
from reporting.mailbox import mailbox
from reporting.pings import ping_key
from tests.support.barred import run_due
from tests.support.histories.sending import sent, submission_of
from tests.support.histories.world import World
from tests.support.recusal_scenarios.parts import a_newcomer, box_of, must_be_out, part_of
from vault.compartments import readers
from vault.receipts import new_receipt


def whoever_was_chosen_is_out(world: World) -> None:
    must_be_out(sent(world, subject=f"coordinator:{world.named('Samir').id}")[0], world.named("Samir"))


def whoever_was_typed_is_out(world: World) -> None:
    must_be_out(sent(world, subject="employee:", subject_name="Samir Jansen")[0], world.named("Samir"))


def whoever_may_be_meant_is_out(world: World) -> None:
    must_be_out(sent(world, subject="employee:", perpetrator_name="Vries")[0], world["Vries"])


def whoever_the_account_names_is_out(world: World) -> None:
    must_be_out(sent(world, account="Na afloop nam Karim Bakker geld aan.", about_reader=UNKNOWN)[0], world["Vries"])


def whoever_was_said_not_to_handle_it_is_out(world: World) -> None:
    must_be_out(sent(world, excluded=[str(world["Pol"].id)])[0], world["Pol"])


def whoever_is_related_is_out(world: World) -> None:
    declare_relation(world["Bos"], world.town, world["Wijk"], "partner")
    must_be_out(sent(world, subject=f"employee:{world['Wijk'].id}")[0], world["Bos"])


def the_second_row_of_one_human_is_out(world: World) -> None:
    twin = Person.objects.create_person(world["Wijk"].parts, "tweede@stad.demo")
    appoint(twin, world.town, "coordinator")
    must_be_out(sent(world, subject=f"employee:{world['Wijk'].id}")[0], twin)


def the_second_row_of_somebody_excluded_is_out(world: World) -> None:
    twin = Person.objects.create_person(world["Pol"].parts, "tweede@stad.demo")
    appoint(twin, world.town, "coordinator")
    must_be_out(sent(world, excluded=[str(world["Pol"].id)])[0], twin)


def the_relative_of_somebody_mentioned_is_out(world: World) -> None:
    declare_relation(world["Bos"], world.town, world["Wijk"], "partner")
    must_be_out(sent(world, account="Ik zag dat Yusuf van Wijk het geld nam.")[0], world["Bos"])


def whoever_held_the_function_is_out(world: World) -> None:
    today = timezone.localdate()
    take_office(world["Evers"], world.town, "registrar", since=today - timedelta(9), until=today - timedelta(1))
    must_be_out(sent(world, subject="registrar:")[0], world["Evers"])


def a_following_report_inherits_who_is_out(world: World) -> None:
    first, _receipt = sent(world, subject=f"coordinator:{world.named('Samir').id}")
    must_be_out(sent(world, earlier=first)[0], world.named("Samir"))


def the_reporter_is_out(world: World) -> None:
    must_be_out(sent(world, known_as="confidential", name="Samir Jansen")[0], world.named("Samir"))


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
    assert Job.objects.filter(key__startswith=f"alarm:{report.case.hex}").exists()
    assert not Job.objects.filter(key=ping_key("alarm", report.case, report.id, world["el Amrani"].id)).exists()


# Promises about what arrives later


def _said_in(world: World, act: Callable[[mailbox.Mailbox, bytes], object]) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    case = Case.objects.get(id=report.case)
    handler = part_of(case, "handler").person
    act(box_of(receipt), token_bytes(16))
    assert is_barred(case.id, handler.id)
    assert not visible_cases(Actor.at(handler, world.town)).filter(id=case.id).exists()
    Job.objects.filter(kind=ReportJob.END_PARTS).update(due=timezone.now() - timedelta(minutes=1))  # the slot came
    run_due()
    must_be_out(case, handler)


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
    mailbox.tell_retaliation(box_of(receipt), "Petra Mulder belde mijn baas.", token=token_bytes(16))
    run_due()
    must_be_out(case, mulder)


def whoever_reads_elsewhere_in_the_function_is_out(world: World) -> None:
    """The question names the functions that read, also those of another organisation."""
    report, receipt = sent(world, subject=f"mayor:{world['Haan'].id}")
    run_due()
    reader = Assignment.objects.get(organisation=world.province, capacity="officer").person
    mailbox.send_message(box_of(receipt), "Het gaat over wie dit leest.", "officer", [], token=token_bytes(16))
    run_due()
    must_be_out(report, reader)


def _mails_before_the_part_ends(world: World, *, opened_first: bool) -> None:
    """A worker may take the mail before it takes the part."""
    report, receipt = sent(world)
    if opened_first:
        run_due()
    handler = Assignment.objects.get(case=report.case, relation="handler").person
    before = set(Job.objects.filter(kind=ReportJob.PING_PERSON, target=handler.id).values_list("id", flat=True))
    mailbox.send_message(box_of(receipt), "Wat Quinten de Haan deed.", "", [], token=token_bytes(16))
    Job.objects.filter(kind=ReportJob.END_PARTS).update(due=timezone.now() + timedelta(hours=1))
    run_due()
    assert handler == world["Haan"]
    assert not Job.objects.filter(kind=ReportJob.PING_PERSON, target=handler.id).exclude(id__in=before).exists()


def no_mail_says_that_the_reporter_wrote(world: World) -> None:
    _mails_before_the_part_ends(world, opened_first=True)


def no_mail_says_that_a_case_was_opened(world: World) -> None:
    _mails_before_the_part_ends(world, opened_first=False)


def no_mail_that_waited_goes_to_who_is_out_by_then(world: World) -> None:
    """What an anonymous report promises waits for a slot."""
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    handler = Assignment.objects.get(case=report.case, relation="handler").person
    waiting = Job.objects.get(key=ping_key("opened", report.case, handler.id))
    assert waiting.state == "open"
    mailbox.send_message(box_of(receipt), "Wat Quinten de Haan deed.", "", [], token=token_bytes(16))
    run_due()
    mail.outbox = []
    Job.objects.filter(id=waiting.id).update(due=timezone.now() - timedelta(minutes=1))
    run_due()
    assert handler == world["Haan"]
    assert [one.to for one in mail.outbox if handler.email in one.to] == []


def no_adviser_who_is_meant_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous", subject="employee:", subject_name="Sanne Terpstra")
    run_due()
    recuse(report.case, [world["Evers"].id, world["Müller"].id])
    sanne = a_newcomer(world)
    appoint(sanne, world.town, "confidential_adviser")
    with suppress(NoAdviser):
        mailbox.share_identity(box_of(receipt), "Robin Vermelder", "", "confidential", token=token_bytes(16))
    assert not Assignment.objects.filter(person=sanne).exists()


def no_handler_who_is_meant_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    handler = part_of(Case.objects.get(id=report.case), "handler").person
    mailbox.share_identity(box_of(receipt), "Quinten de Haan", "", "named", token=token_bytes(16))
    assert handler.id not in readers(report.case, "identity")


def no_adviser_who_is_barred_gets_a_name(world: World) -> None:
    report, receipt = sent(world, known_as="anonymous")
    run_due()
    recuse(report.case, [world["Evers"].id])
    mailbox.share_identity(box_of(receipt), "Robin Vermelder", "", "confidential", token=token_bytes(16))
    assert not Assignment.objects.filter(person=world["Evers"]).exists()
