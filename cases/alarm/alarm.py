"""An alarm rings with the people of the duty roster, one more each time, until one of them says to call the reporter.

Nobody who is or may be concerned is ever called. Mail and webhook are the same words for every case.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.alarm.outside import link_of
from cases.desk.access import visible_cases
from cases.desk.refusals import Refused
from cases.job_kinds import CaseJob
from cases.models import Case
from cases.people.words.said import Said
from jobs.outbox import Promise, enqueue, enqueue_all, promised_for_later, take_back
from jobs.sending.mail import send_alarm, send_alarm_link
from organisations.access.bars import barred_among, hidden_cases
from organisations.access.policy import Actor, cases_held
from organisations.models import HANDLING, Assignment, DutyShift, Organisation, Person
from organisations.people.appointments import organisations_of
from organisations.people.comparing import comparisons_due, wait_until_compared
from organisations.people.duty import address_of, roster_of
from organisations.people.relations import declared_after
from reporting.complaints.heard import heard_apart, named_apart
from reporting.complaints.readers import people_of
from reporting.dialogue.alarm import call_again, tell_of_alarm
from reporting.events import ReportEvent
from reporting.job_kinds import ReportJob
from reporting.models import Alarm, AlarmCall, Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from reporting.questions.reading import Answered, answers, raw_answers
from vault import ledger
from vault.compartments import (
    Compartment,
    ContentKey,
    add_reader,
    open_compartment,
    open_with,
    remove_reader,
)
from vault.keyring.keys import NoKey, ensure_key_pair, recovery_key_pair, unlock


def sign_of(occasion: UUID) -> str:
    """By what people who do not read the case tell one alarm from another. It says nothing: the name is chance."""
    return occasion.hex[:4].upper()


@dataclass(frozen=True)
class Reach:
    """How a reporter can be called: whether there is a number, and whether words may be left there."""

    by_number: bool = False
    by_voicemail: bool = False


@transaction.atomic
def ring(alarm: UUID) -> None:
    """Call who is free, in the order of the roster: the first one, and at each repetition one more, those outside last.
    Promises to ring again; does nothing once somebody answered. Where the roster has people and none of them is free, two
    people of unrelated functions hear that something is new, as where nobody may open a report."""
    row = Alarm.objects.select_for_update(of=("self",)).select_related("report__organisation", "complaint")
    found = row.filter(id=alarm, answered_on=None).first()
    if found is None:
        return
    now, roster = timezone.now(), roster_of(found.report.organisation)
    everybody = [*roster.shifts, *roster.stand_ins]
    free = {shift.id for shift in _free(found, everybody)}
    if not free:
        if everybody:
            _nobody_is_free(found)
        return
    reached = [shift for shift in roster.chain(now) if shift.id in free][: found.rounds + 1]
    found.calls.exclude(shift__in=free).delete()  # who is named since they were called
    AlarmCall.objects.bulk_create(
        (AlarmCall(alarm=found, shift=shift, person=shift.person) for shift in reached), ignore_conflicts=True
    )
    promises = [
        Promise(ReportJob.ALARM_CALL, call, f"{ReportJob.ALARM_CALL}:{call}:{found.rounds}")
        for call in found.calls.filter(shift__in=reached).values_list("id", flat=True)
    ]
    # A webhook rings with whom it likes: where somebody of the roster may not know, it stays silent.
    if settings.ALARM_WEBHOOK and len(free) == len(everybody):
        key = f"{ReportJob.ALARM_WEBHOOK}:{found.id}:{found.rounds}"
        promises.append(Promise(ReportJob.ALARM_WEBHOOK, found.id, key))
    found.rounds += 1
    found.save(update_fields=["rounds"])
    again = now + timedelta(minutes=settings.ALARM_REPEAT_MINUTES)
    promises.append(Promise(ReportJob.RING, found.id, f"{ReportJob.RING}:{found.id}:{found.rounds}", again))
    enqueue_all(promises)


def _nobody_is_free(alarm: Alarm) -> None:
    if alarm.complaint_id:
        enqueue(ReportJob.ALARM_COMPLAINT, alarm.complaint_id, key=f"{ReportJob.ALARM_COMPLAINT}:{alarm.id}")
    else:
        enqueue(ReportJob.ALARM, alarm.report_id, key=f"{ReportJob.ALARM}:{alarm.id}")


def call(which: UUID, job: UUID) -> None:
    """The mail to one person, who is asked again whether they are free; none once somebody answered. Who has no account gets
    a link. Raises NotCompared."""
    row = AlarmCall.objects.select_related("alarm__report__organisation", "alarm__complaint", "shift__person")
    found = row.filter(id=which, alarm__answered_on=None).first()
    address = address_of(found.shift) if found else ""
    if found is None or not address:
        return
    if found.person_id is None:
        if is_free(found):
            send_alarm_link(address, link_of(found), job)
        return
    wait_until_compared(found.person_id)
    if is_free(found):
        send_alarm(address, job)


def alarms_for(actor: Actor) -> QuerySet[AlarmCall]:
    """The calls of this person, also those of which they may not know any more: ask recusal of these. None as long as the
    person was not compared with what was reported, and none of a report that they do not read and that came before they last said
    to be related to somebody."""
    calls = AlarmCall.objects.filter(person=actor.person).exclude(Exists(comparisons_due(actor.person.id)))
    declared = Exists(declared_after(actor.person.id, OuterRef("alarm__report__received_on")))
    reads = Exists(_reading(OuterRef("alarm__report__case")).filter(person=actor.person))
    return calls.filter(~declared | reads)


def _reading(case: Any) -> QuerySet[Assignment]:
    return Assignment.objects.running().filter(case=case, relation__in=HANDLING)


def call_for(actor: Actor, occasion: UUID) -> AlarmCall | None:
    """The call of this person in the alarm of an occasion; None where they were not called, or are not free any more."""
    row = (
        alarms_for(actor)
        .select_related("alarm__report", "alarm__answered_by", "shift__person", "shift__organisation")
        .filter(alarm__occasion=occasion)
        .first()
    )
    return row if row and not hidden_cases(actor.person.id, {row.alarm.chain, row.alarm.report.case}) else None


def read_case(alarm: Alarm, actor: Actor) -> Case | None:
    """The case of the alarm, for who reads it anyway; None for everybody else and for what was told apart."""
    if alarm.complaint_id:
        return None
    return visible_cases(actor).filter(id=alarm.report.case).filter(id__in=cases_held(actor, *HANDLING)).first()


def reach_of(report: Report) -> Reach:
    """Whether the reporter can be called. Nobody sees the number by it."""
    try:
        given = raw_answers(report, _recovered(report))
    except NoKey:  # the reporter was not asked
        return Reach()
    number = str(answer_meaning(Meaning.CALL_NUMBER, given) or "").strip()
    return Reach(bool(number), bool(number) and answer_meaning(Meaning.VOICEMAIL, given) == "safe")


@transaction.atomic
def say_to_call(occasion: UUID, *, actor: Actor) -> None:
    """This person takes the alarm: nobody is called any more, and the reporter reads that they call, or where there is no
    number that nobody can. Raises :class:`Refused` where somebody else was first."""
    row = Alarm.objects.select_for_update(of=("self",)).select_related("report").get(occasion=occasion)
    found = call_for(actor, occasion)
    if found is None:
        raise Refused(_("You can no longer do this here."))
    if row.answered_by_id == actor.person.id:
        return
    answer(row, found, actor.person)
    place = _place(found.shift)
    if place and row.answer == Alarm.Answer.CALLS:
        handled_by = row.report.handled_by_id or row.report.organisation_id
        pair, source = ensure_key_pair(place.id, actor.person.id), recovery_key_pair(handled_by)
        add_reader(row.report.case, Compartment.CALL, pair, through=source)
        row.holds_key = True
        row.save(update_fields=["holds_key"])


def answer(row: Alarm, called: AlarmCall, person: Person | None) -> None:
    """Keep that a locked alarm was answered, and tell the reporter what follows. Raises :class:`Refused` where somebody else
    was first. `person`: None for a contact outside."""
    if row.answered_on:
        raise Refused(_("Somebody else calls already. You need not do anything."))
    row.answered_by, row.answered_on = person, timezone.localdate()
    row.answer = Alarm.Answer.CALLS if reach_of(row.report).by_number else Alarm.Answer.NO_NUMBER
    row.save(update_fields=["answered_by", "answered_on", "answer"])
    tell_of_alarm(row)
    if row.answer == Alarm.Answer.CALLS:
        called.began = True
        called.save(update_fields=["began"])
        take_back(CaseJob.CALL_NOT_RECORDED, row.id)  # of somebody who said to call before, and is kept out since
        until = timezone.now() + timedelta(minutes=settings.ALARM_RECORD_MINUTES)
        enqueue(CaseJob.CALL_NOT_RECORDED, row.id, key=f"{CaseJob.CALL_NOT_RECORDED}:{row.id}:{uuid4()}", due=until)
    shift: dict[str, Any] = {} if person else {"shift": str(called.shift_id)}
    ledger.record(
        row.chain, ReportEvent.ALARM_ANSWERED, actor=person.id if person else None, answer=row.answer, **shift
    )


@transaction.atomic
def record_call(occasion: UUID, came_of: str, *, actor: Actor) -> None:
    """Who said to call says what it came to (a value of `Alarm.CameOf`), however long it lasted, and the number closes. Raises
    :class:`Refused`."""
    row = Alarm.objects.select_for_update(of=("self",)).select_related("report").get(occasion=occasion)
    found = call_for(actor, occasion)
    if found is None or not (found.began or row.answered_by_id == actor.person.id):
        raise Refused(_("You can no longer do this here."))
    keep_call(row, found, came_of, actor.person)


def keep_call(row: Alarm, called: AlarmCall, came_of: str, person: Person | None) -> None:
    """Keep what the call of a locked alarm came to, once. Where it rang again since, who began to call ends it all the same; but
    that they did not reach the reporter ends nothing where somebody else calls now. Raises :class:`Refused` for an answer that is
    none."""
    is_theirs = bool(row.answered_on) and (row.answered_by_id == person.id if person else called.used)
    if row.came_of or not (called.began or (is_theirs and row.answer == Alarm.Answer.CALLS)):
        return
    if came_of not in Alarm.CameOf.values:
        raise Refused(_("Say whether you spoke to the reporter."))
    if is_theirs or not row.answered_on or came_of == Alarm.CameOf.REACHED:
        take_number_back(row)  # of who said to call last
        if not is_theirs:
            row.answered_by, row.answered_on, row.answer = person, timezone.localdate(), Alarm.Answer.CALLS
        row.came_of = came_of
        row.save(update_fields=["answered_by", "answered_on", "answer", "came_of"])
        take_back(CaseJob.CALL_NOT_RECORDED, row.id)
        tell_of_alarm(row)
        row.calls.update(began=False, used=False)
        called.began, called.used = False, person is None
    else:
        called.began = False
    called.save(update_fields=["began", "used"])
    shift: dict[str, Any] = {} if person else {"shift": str(called.shift_id)}
    ledger.record(row.chain, ReportEvent.ALARM_CALLED, actor=person.id if person else None, came_of=came_of, **shift)


@transaction.atomic
def ring_unrecorded(alarm: UUID) -> None:
    """Ring again where somebody said to call and nobody recorded a call since: whether the reporter was called is not known. Whoever
    called says so once more, or somebody else does."""
    row = Alarm.objects.select_for_update(of=("self",)).select_related("report").filter(id=alarm).first()
    if promised_for_later(CaseJob.CALL_NOT_RECORDED, alarm):
        return  # this was promised of an earlier answer, and who answered since still has time
    if row and row.answer == Alarm.Answer.CALLS and not row.came_of:
        take_number_back(row)
        call_again(row, why="duty_unknown")


def take_number_back(row: Alarm) -> None:
    """Destroy the key of the number that who answered a locked alarm has, unless another alarm of the report, which they
    answered later, still needs it."""
    if not row.holds_key or row.answered_by_id is None:
        return
    row.holds_key = False
    row.save(update_fields=["holds_key"])
    if not row.report.alarms.filter(answered_by=row.answered_by_id, holds_key=True).exists():
        remove_reader(row.report.case, row.answered_by_id, Compartment.CALL)
    ledger.record(row.chain, ReportEvent.NUMBER_TAKEN_BACK, person=str(row.answered_by_id))


def number_of(called: AlarmCall, actor: Actor) -> list[Answered]:
    """What is needed to call the reporter, for who said to call and as long as they have the key. It opens without the
    case, and each opening stands in the ledger."""
    place, alarm = _place(called.shift), called.alarm
    if place is None or alarm.answered_by_id != actor.person.id or not alarm.holds_key:
        return []
    try:
        key = open_compartment(alarm.report.case, Compartment.CALL, place.id, actor.person.id)
    except NoKey:
        return []
    ledger.record(alarm.chain, ReportEvent.NUMBER_OPENED, actor=actor.person.id)
    return answers(alarm.report, key)


def number_for_outside(called: AlarmCall) -> list[Answered]:
    """The same for a contact outside, who has no key: it opens in the answer to the button, and never again."""
    alarm = called.alarm
    ledger.record(alarm.chain, ReportEvent.NUMBER_OPENED, shift=str(called.shift_id))
    return answers(alarm.report, _recovered(alarm.report))


def is_free(called: AlarmCall) -> bool:
    """Whether who was called may hear of the alarm now, by everything that was said since."""
    return bool(_free(called.alarm, [called.shift]))


def _recovered(report: Report) -> ContentKey:
    """The key of the number by the recovery key. Raises NoKey where nothing was asked."""
    source = recovery_key_pair(report.handled_by_id or report.organisation_id)
    return open_with(report.case, Compartment.CALL, source, unlock(source))


def _place(shift: DutyShift) -> Organisation | None:
    """Where this person works and so has a key: the organisation of the roster, or that of the stand-in outside."""
    if shift.begins is not None or shift.person is None:
        return shift.organisation
    return next(iter(organisations_of(shift.person)), None)


def _free(alarm: Alarm, shifts: list[DutyShift]) -> list[DutyShift]:
    """Who of these may hear of it, in their order. Who may be meant is not free, nor who has or had a part in a case of
    which something is told apart. Nor is a fixed contact outside where one of the two who said that the address is right is
    not free: nobody else says who reads it."""
    report = alarm.report
    case = Case.objects.filter(id=report.case).select_related("report__organisation").first()
    case = case or Case.before_opening(report)
    said, apart = Said(case, recovery_key_pair(case.organisation_id)), tuple(one.text for one in heard_apart(report))
    people = [person for shift in shifts for person in _who_must_be_free(shift)]
    barred: set[UUID] = set()
    if people:
        barred |= _declared_after(report, people)
        barred |= barred_among(report.case, people).everybody | said.judged(people, all_watch=True).everybody
        barred |= named_apart(report, set(people) - people_of(report))  # who has the case would notice
    if alarm.complaint_id:
        barred |= barred_among(alarm.complaint_id, people).everybody | people_of(report)
    return [
        shift
        for shift in shifts
        if not barred.intersection(_who_must_be_free(shift))
        and (shift.person_id or not said.may_mean(_contact(shift), apart))
    ]


def _declared_after(report: Report, people: list[UUID]) -> set[UUID]:
    """Who of these said to be related to somebody since the report came, and does not read it (:func:`declared_after`)."""
    declared = Exists(declared_after(OuterRef("id"), report.received_on))
    rows = Person.objects.filter(declared, id__in=people).exclude(id__in=_reading(report.case).values("person"))
    return set(rows.values_list("id", flat=True))


def _who_must_be_free(shift: DutyShift) -> list[UUID]:
    return [person for person in (shift.person_id, shift.entered_by_id, shift.agreed_by_id) if person]


def _contact(shift: DutyShift) -> Person:
    """A fixed contact outside as recusal knows people: by the words of the name, which nobody checked."""
    person = Person(name=shift.name, email=shift.email)
    person.suggest_parts()
    return person
