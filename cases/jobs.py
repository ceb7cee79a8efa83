"""What a worker does for cases. It holds no content key."""

import logging

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from cases.alarm.alarm import call, ring, ring_unrecorded, take_number_back
from cases.bundles.answering import end_terms
from cases.deadlines.running import start_deadlines
from cases.deciding.opening import open_case
from cases.desk.access import give_access
from cases.desk.keys import locked_by_id
from cases.desk.telling import tell_who_works
from cases.desk.two_people import tell_seconds
from cases.events import CaseEvent
from cases.identity.identity import take_back_key
from cases.invariants import broken_invariants
from cases.job_kinds import CaseJob
from cases.models import Bundle, Case, CaseLink, IdentityRequest
from cases.parties.bundles import end_past
from cases.parties.pings import ping_address
from cases.people.barring import compare, end_parts, silence
from cases.people.declared import stop_guarding
from cases.people.departure.ending import everything_asked, tell_who_can_agree
from cases.people.departure.leaving import cases_to_hand_on, drop_what_is_left, hand_on
from cases.protocol.kinds.deadline_kinds import beginning_of
from cases.reception.list import delete_past
from cases.related.connections import keep_out_of_both
from cases.waiting.queue import waiting_for
from cases.worklist.signals import destroy_dropped
from jobs.daily import daily, day_of
from jobs.models import Job
from jobs.outbox import Promise, enqueue, enqueue_all, job, next_mail_slot
from jobs.sending.mail import send_neutral_ping, send_to_operator, send_waiting
from jobs.sending.webhook import post_alarm
from organisations.access.policy import Actor
from organisations.access.recusal import related_to
from organisations.administration import renaming
from organisations.job_kinds import OrganisationJob
from organisations.models import Assignment, Person, Suspension
from organisations.people.appointments import workplaces_of
from organisations.people.relations import declared_others
from reporting.complaints.readers import compare_who_knows, keep_apart, stop_counting_named
from reporting.job_kinds import ReportJob
from reporting.models import Alarm, Message, Report
from reporting.questions.reading import report_of
from vault import ledger

logger = logging.getLogger(__name__)
NEW_FACT = "NEW_FACT_2W"  # what a reporter adds to a closed case is weighed


@job(ReportJob.OPEN_CASE)
def open_case_of_report(work: Job) -> None:
    """Open the case of a report."""
    open_case(report_of(work.aim))


@job(CaseJob.ASKED)
def ask_second_person(work: Job) -> None:
    """Somebody asked something of a second person: mail without content to who can answer."""
    tell_seconds(work.aim)


@job(CaseJob.END_ASKED)
def ask_who_can_agree(work: Job) -> None:
    """Somebody asked that a role, a function or a sign-in ends: mail without content to who can agree."""
    tell_who_can_agree(work.aim)


@job(OrganisationJob.NAME_ASKED)
def ask_who_can_agree_with_a_name(work: Job) -> None:
    """Somebody asked for another name of somebody: mail without content to who can agree."""
    tell_who_can_agree(work.aim)


@job(OrganisationJob.DUTY_ASKED)
def ask_who_can_agree_with_the_roster(work: Job) -> None:
    """Somebody asked for a change of the duty roster: mail without content to who can agree."""
    tell_who_can_agree(work.aim)


@job(ReportJob.REPORTER_WROTE)
def reporter_wrote(work: Job) -> None:
    """The reporter wrote, asked or did something: send mail without content to who may read it, and start what the law
    asks."""
    message = Message.objects.select_related("report").get(id=work.aim)
    case = Case.objects.filter(id=message.report.case).first()
    report = message.report
    if case is None and report.lane == Report.Lane.SET_ASIDE:  # somebody wrote after all, so people look again
        report.lane, report.lane_by = Report.Lane.QUARANTINE, None
        report.save(update_fields=["lane", "lane_by"])
    if case is None and report.lane == Report.Lane.NORMAL and report.handled_by_id:
        raise LookupError("the case is not open yet")  # the worker tries the job again later
    if case is None:  # the report is in the lane to check (judging it real promises this job again), or nobody is left
        return
    if message.kind == "identity":  # who learned the name may reach the case from now on
        give_access(case)
    if message.kind == "retaliation":
        start_deadlines(case, ["RETALIATION_48H"], None if message.report.is_anonymous else timezone.now())
    if message.kind == "message" and not case.is_open:
        start_deadlines(case, [NEW_FACT], beginning_of(message.on))
    tell_who_works(case.id, "wrote", message.id, relations=["handler", "case_officer", "adviser"])


@job(ReportJob.END_PARTS)
def end_parts_of_barred(work: Job) -> None:
    """Something arrived that names people of the case: what they have in it ends. A report in the lane to check becomes a
    case first, since somebody who names people is no machine."""
    report = report_of(work.aim)
    if report.handled_by_id is None:
        keep_apart(report)
        return
    if report.lane == Report.Lane.SIGNAL:  # it stays parked
        end_parts(Case.before_opening(report))
        return
    if report.lane != Report.Lane.NORMAL:
        report.lane = Report.Lane.NORMAL
        report.save(update_fields=["lane"])
    end_parts(open_case(report))


@job(OrganisationJob.COMPARE)
def compare_with_cases(work: Job) -> None:
    """Somebody may now come to know of more, or is known by other words: ask recusal in every case of their
    organisations, in every report that is no case yet, and in what they read that was told apart; then about whoever declared to
    be related to them, or to whom they are. Before them comes to whom they declared to be related: who is out takes relatives
    along, and either may be promised first."""
    others = declared_others({work.aim}) - {work.aim}
    people = [*others, work.aim, *related_to({work.aim, *others})]
    found = Person.objects.in_bulk(people)
    for person in people:
        if person in found:
            _compare_everywhere(found[person])


def _compare_everywhere(person: Person) -> None:
    stop_guarding(person)
    places = [place.organisation.id for place in workplaces_of(person)]
    for case in Case.objects.filter(Q(organisation__in=places) | Q(report__organisation__in=places)).iterator():
        compare(case, person)
    reports = Report.objects.filter(Q(organisation__in=places) | Q(handled_by__in=places))
    for report in reports.exclude(case__in=Case.objects.values("id")).select_related("organisation", "handled_by"):
        compare(Case.before_opening(report), person)
    for report in reports.filter(complaints__isnull=False).distinct():
        stop_counting_named(report, [person.id])
    compare_who_knows(person.id)


@job(CaseJob.KEEP_OUT_OF_BOTH)
def keep_out_of_linked(work: Job) -> None:
    """These cases were linked before 0.10.0, when who was kept out of one could go on in the other."""
    link = CaseLink.objects.select_related("first__report__organisation", "second__report__organisation").filter(
        id=work.aim
    )
    if found := link.first():
        locked_by_id(found.first_id, found.second_id)
        keep_out_of_both(found)


@job(CaseJob.AFTER_SILENCE)
def pass_on_after_silence(work: Job) -> None:
    """One working day went by and nobody said whether the case concerns somebody."""
    row = Suspension.objects.filter(id=work.aim).first()
    if row:
        silence(row)


@daily(CaseJob.HAND_ON_DAILY)
def hand_on_today(work: Job) -> None:
    """What ended by date: promise for each case that the next one comes, and end calendars."""
    today = timezone.localdate()
    enqueue_all(Promise(CaseJob.HAND_ON, case, f"{CaseJob.HAND_ON}:{case}:{today}") for case in cases_to_hand_on())
    drop_what_is_left()


@job(CaseJob.HAND_ON)
def hand_on_case(work: Job) -> None:
    """Somebody of this case is not entitled to their assignment any more: the next who is free comes."""
    hand_on(work.aim)


@job(CaseJob.TAKE_IDENTITY_KEY)
def take_identity_key(work: Job) -> None:
    """The days in which somebody may see a confidential name are over: take the copy of the key back."""
    asked = IdentityRequest.objects.select_for_update().filter(id=work.aim, holds_copy=True).first()
    if asked:
        take_back_key(asked)
        ledger.record(asked.case_id, CaseEvent.IDENTITY_TAKEN_BACK, person=str(asked.asked_by_id))


@job(CaseJob.CALL_NOT_RECORDED)
def ring_where_no_call_was_recorded(work: Job) -> None:
    """Somebody said to call, and nobody knows whether they did: the alarm rings again."""
    ring_unrecorded(work.aim)


@job(CaseJob.TAKE_NUMBER_KEY)
def take_number_key(work: Job) -> None:
    """Promised by versions before 0.10.0: the hours in which somebody on duty may see a number are over, take the key back."""
    alarm = Alarm.objects.select_for_update(of=("self",)).select_related("report").filter(id=work.aim).first()
    # Somebody else may have said to call since, whose hours are not over; before 0.10.0 the key named nobody.
    if alarm and (work.key.count(":") < 2 or work.key.endswith(str(alarm.answered_by_id))):
        take_number_back(alarm)


@daily(CaseJob.CHECK_INVARIANTS)
def check_invariants(work: Job) -> None:
    """Check everything once a day. Where something is broken, whoever operates the installation hears how much it is, and
    which command says what: a mail is no place for numbers of cases."""
    if broken := len(broken_invariants()):
        logger.error("%d invariants are broken: run manage.py check_invariants", broken)
        enqueue(CaseJob.TELL_BROKEN, key=f"{CaseJob.TELL_BROKEN}:{day_of(work)}:{broken}")


@job(CaseJob.TELL_BROKEN)
def tell_broken(work: Job) -> None:
    """The mail to who operates the installation, where there is an address. How much is broken stands in the key of the job,
    by which `doctor` says it too."""
    if settings.OPERATOR_EMAIL:
        send_to_operator(settings.OPERATOR_EMAIL, int(work.key.rsplit(":", 1)[1]), work.id)


@daily(CaseJob.BUNDLES_DAILY)
def end_bundles(work: Job) -> None:
    """What a person was asked to reply to ends with their term, and papers pages with their last day: codes and keys go."""
    end_terms()
    end_past(timezone.localdate())


@job(CaseJob.PING_PARTY)
def ping_party(work: Job) -> None:
    """A mail to a person of a case who asked for it: it names neither this site nor the subject."""
    bundle = Bundle.objects.filter(id=work.aim).first()
    if bundle and (address := ping_address(bundle)):
        send_neutral_ping(address, work.id)


@daily(CaseJob.SIGNALS_DAILY)
def destroy_signals(work: Job) -> None:
    """Signals that were dropped two weeks ago are destroyed."""
    destroy_dropped(timezone.localdate())


@daily(CaseJob.RECEPTION_DAILY)
def clear_reception(work: Job) -> None:
    """Bans of which the last day is past, and those that ended, are no longer kept for the reception."""
    delete_past(timezone.localdate())


@daily(CaseJob.WAITING_DAILY)
def look_what_waits(work: Job) -> None:
    """Ask of everybody with an assignment, and of who can agree that something ends, each in a job of their own, whether
    something has been waiting for days."""
    today = timezone.localdate()
    people = set(Assignment.objects.holding().exclude(person__email=None).order_by().values_list("person", flat=True))
    for asked in everything_asked():
        people.update(person.id for person in renaming.seconds(asked.person, asked.organisation, asked.asked_by))
    enqueue_all(Promise(CaseJob.WAITING, person, f"{CaseJob.WAITING}:{person}:{today}") for person in people)


@job(CaseJob.WAITING)
def mail_what_waits(work: Job) -> None:
    """Something has been waiting for this person for more than two working days: one mail, at the next slot of the day."""
    person, today = Person.objects.filter(id=work.aim, is_active=True).first(), timezone.localdate()
    if person is None:
        return
    places = workplaces_of(person)
    actors = [Actor(person, at.organisation, at.roles, at.functions, at.is_compared) for at in places]
    if any(one.waits_long(today) for actor in actors for one in waiting_for(actor)):
        key = f"{CaseJob.PING_WAITING}:{person.id}:{today}"
        enqueue(CaseJob.PING_WAITING, person.id, key=key, due=next_mail_slot())


@job(CaseJob.PING_WAITING)
def ping_waiting(work: Job) -> None:
    """The mail itself, if the person still works somewhere when it goes."""
    person = Person.objects.filter(id=work.aim, is_active=True).exclude(email=None).first()
    if person and person.email and workplaces_of(person):
        send_waiting(person.email, work.id)


@job(ReportJob.RING)
def ring_alarm(work: Job) -> None:
    """Call who is on duty and free, and promise to call again."""
    ring(work.aim)


@job(ReportJob.ALARM_CALL)
def call_on_duty(work: Job) -> None:
    """One mail of an alarm to one person."""
    call(work.aim, work.id)


@job(ReportJob.ALARM_WEBHOOK)
def post_to_webhook(work: Job) -> None:
    """The words of an alarm to the address that the operator set, unless somebody answered meanwhile."""
    if settings.ALARM_WEBHOOK and Alarm.objects.filter(id=work.aim, answered_on=None).exists():
        post_alarm(settings.ALARM_WEBHOOK)
