"""Who reads a complaint: by the routing of the report, and never who has or ever had a part in its case."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from jobs.outbox import enqueue
from organisations.access.bars import barred_among, barred_in_each, is_barred, recuse, stop_counting
from organisations.access.failing_closed import failing_closed
from organisations.access.recusal import Circle, KeptOut, beside, keep_out
from organisations.access.routing import NobodyLeft, Reader, Route, route
from organisations.codes import Code
from organisations.models import Assignment, Organisation
from organisations.people.relations import declared_after
from reporting.complaints.heard import heard_in, named_apart
from reporting.dialogue.alarm import call_again, called_by_alarm
from reporting.dialogue.progress import day_of
from reporting.events import ComplaintEvent
from reporting.form.persons.circle import circle_of_report
from reporting.form.persons.weighing import everybody_near
from reporting.job_kinds import ReportJob
from reporting.models import AlarmCall, Complaint, Report
from reporting.moments import may_leave
from reporting.pings import ping_key
from vault import ledger
from vault.compartments import Compartment, add_reader, move_case, readers, remove_reader
from vault.keyring.keys import ensure_key_pair, recovery_key_pair, unlock
from vault.models import KeyPair

logger = logging.getLogger(__name__)

ABOUT_HANDLING = {"complaint", "formal_complaint"}  # also about who read an earlier one


@dataclass(frozen=True)
class ReaderShown:
    """The function and organisation of a reader, as the reporter sees it: never a name."""

    capacity: Code
    organisation: Organisation

    def __str__(self) -> str:
        return f"{self.capacity} ({self.organisation})"


@dataclass(frozen=True)
class Readers:
    """Where a complaint would go. `route` is None where nobody is left; it is kept all the same."""

    route: Route | None
    kept_out: KeptOut

    @property
    def readers(self) -> tuple[Reader, ...]:
        return self.route.readers if self.route else ()


def people_of(report: Report) -> set[UUID]:
    """Everybody who has or ever had a part in the case, or wrote the report down for the reporter."""
    people = set(Assignment.objects.filter(case=report.case).values_list("person", flat=True))
    return people | ({report.entered_by_id} if report.entered_by_id else set())


def readers_for(report: Report, circle: Circle, kind: str, complaint: Complaint | None = None) -> Readers:
    """Who would read a complaint of this kind now: one person, and the next who holds the same function there. No route
    where nobody is left. `complaint`: one that exists and needs a reader; who left it never comes back."""
    never = _never(report, circle, kind, complaint)
    first = _first(report, circle, never)
    if first.route is None:
        return first
    reader = first.readers[0]
    second = _first(report, circle, never | {reader.person.id})
    others = [
        other
        for other in second.readers
        if (other.organisation, other.capacity) == (reader.organisation, reader.capacity)
    ]
    readers = (reader, *(replace(other, relation="co_reader") for other in others))
    return Readers(replace(first.route, readers=readers), first.kept_out)


def functions_for(report: Report, circle: Circle, kinds: Iterable[str]) -> dict[str, list[ReaderShown]]:
    """{kind: the function that would read a complaint of this kind now}; empty where nobody is left."""
    known: dict[frozenset[UUID], list[ReaderShown]] = {}
    found = {}
    for kind in kinds:
        never = frozenset(_never(report, circle, kind))
        if never not in known:
            readers = _first(report, circle, set(never)).readers
            known[never] = [ReaderShown(reader.capacity_label, reader.organisation) for reader in readers]
        found[kind] = known[never]
    return found


def _never(report: Report, circle: Circle, kind: str, complaint: Complaint | None = None) -> set[UUID]:
    never = people_of(report) | set(circle.excluded)
    if kind in ABOUT_HANDLING:
        never |= _readers_of_others(report, complaint)
    if complaint:
        left = Assignment.objects.filter(case=complaint.id, ended=True)
        never |= set(left.values_list("person", flat=True))
    return never


def _readers_of_others(report: Report, complaint: Complaint | None) -> set[UUID]:
    others = report.complaints.exclude(id=complaint.id) if complaint else report.complaints.all()
    return set(Assignment.objects.filter(case__in=others.values("id")).values_list("person", flat=True))


def _first(report: Report, circle: Circle, never: set[UUID]) -> Readers:
    """The handler of the route, alone. Whoever may not know of the case, or may be meant, reads no complaint about it."""
    kept_out = KeptOut(frozenset(never))
    try:
        with transaction.atomic():  # what breaks in here breaks nothing around it
            kept_out = _kept_out(report, circle, never)
            day = timezone.localdate()
            way = route(report.organisation, report.kind, circle, "anonymous", day, kept_out=kept_out)
    except NobodyLeft:
        return Readers(None, kept_out)
    except OperationalError:  # a database that is away comes back, and the same can be told again
        raise
    except Exception as error:  # whatever is wrong with the routing, what was told is kept
        logger.error("routing of a complaint failed: %s", type(error).__name__)
        return Readers(None, kept_out)
    handler = next(reader for reader in way.readers if reader.relation == "handler")
    return Readers(replace(way, readers=(handler,)), kept_out)


def _kept_out(report: Report, circle: Circle, never: set[UUID], knowing: frozenset[UUID] = frozenset()) -> KeptOut:
    """`knowing`: who knows of it already, so that being mentioned counts for them."""
    people = everybody_near(report, circle, never | knowing)
    people = replace(people, watchers=people.watchers | knowing)
    out = keep_out(circle, people).everybody | barred_among(report.case, people.people).everybody | never
    return KeptOut(out | beside(out, people, people.people.keys()))


def readers_now(complaint: Complaint) -> list[Assignment]:
    """Who reads the complaint: their assignments, as far as they may know of it (:func:`out_of`)."""
    held = Assignment.objects.holding().filter(case=complaint.id).select_related("person", "organisation")
    rows = list(held.order_by("relation", "id"))
    out = out_of(complaint, [row.person_id for row in rows])
    return [row for row in rows if row.person_id not in out]


def out_of(complaint: Complaint, people: Collection[UUID]) -> set[UUID]:
    """Who of these people may not know of the complaint: whoever has or had a part in its case, and whoever is kept out of the
    complaint or of the case, for good or until people look. Raises
    :class:`~organisations.access.failing_closed.CannotWeigh`."""
    if not people:
        return set()
    barred = barred_in_each([complaint.id, complaint.report.case], people)
    return (people_of(complaint.report) & set(people)).union(*barred.values())


def is_out(name: UUID, person: UUID) -> bool:
    """Whether the person hears nothing of the case, or of the complaint, with this identifier: bars stand under both. Nor does who
    does not read it and said since it came to be related to somebody, whoever that is."""
    complaint = Complaint.objects.select_related("report").filter(id=name).first()
    is_out = bool(out_of(complaint, [person])) if complaint else is_barred(name, person)
    if is_out or person in readers(name, Compartment.CONTENT):
        return is_out
    came = complaint.on if complaint else Report.objects.filter(case=name).values("received_on")[:1]
    return declared_after(person, came).exists()


def shown_now(complaint: Complaint) -> list[ReaderShown]:
    """The functions that read the complaint now, each once."""
    rows = readers_now(complaint)
    handlers_first = sorted(rows, key=lambda row: row.relation != "handler")
    return list(dict.fromkeys(ReaderShown(row.capacity_label, row.organisation) for row in handlers_first))


def assign(complaint: Complaint, readers: tuple[Reader, ...]) -> None:
    """The rows by which the readers find it at work."""
    Assignment.objects.bulk_create(
        Assignment(
            case=complaint.id,
            person=reader.person,
            organisation=reader.organisation,
            relation=reader.relation,
            capacity=reader.capacity,
        )
        for reader in readers
    )


@transaction.atomic
def keep_apart(report: Report) -> None:
    """Whoever has a part in the case by now, or is kept out of it, reads no complaint of it, also none that was dealt with;
    somebody else comes to read those that are open. Everything that gives a part in a case, and that ends what people have who
    are kept out of it, calls this."""
    for complaint in report.complaints.select_related("report"):
        for person in sorted(out_of(complaint, _reading(complaint))):
            pass_on(complaint, person)
        called = set(called_by_alarm(report).filter(alarm__complaint=complaint))
        for person in called & people_of(report) if called else ():
            _close_alarms(report, person)


def _reading(complaint: Complaint) -> set[UUID]:
    return set(Assignment.objects.running().filter(case=complaint.id).values_list("person", flat=True))


@transaction.atomic
def keep_out_meant(complaint: Complaint, arriving: str = "", among: Collection[UUID] | None = None) -> None:
    """Whoever reads the complaint and may be meant by what was said in it, or in the answers of the report, reads it no longer; nor
    does whoever is related to them or called so. Alarms of the report are closed for whom they called in the same way.
    `arriving`: what the reporter writes now; `among`: who is looked at, since they are known by other words or declared something;
    everybody, where none. Raises :class:`~organisations.access.failing_closed.CannotWeigh`."""
    reading, called = _reading(complaint), set(called_by_alarm(complaint.report))
    meant = _meant(complaint, _looked_at(reading | called, among), arriving)
    for person in sorted(meant & reading):
        pass_on(complaint, person, arriving)
    for person in meant & called:
        _close_alarms(complaint.report, person)


def _close_alarms(report: Report, person: UUID) -> None:
    """Whom alarms of the report called hears nothing of them any more, and has no key of the number by them. Those of what is no
    complaint stay with whoever has or had a part in the case: they would notice."""
    calls = AlarmCall.objects.filter(alarm__report=report, person=person).select_related("alarm__report")
    closed = {row.alarm.id: row.alarm for row in calls}
    if person in people_of(report):
        closed = {key: alarm for key, alarm in closed.items() if alarm.complaint_id}
    for alarm in closed.values():
        recuse(alarm.chain, [person])
        if alarm.answered_by_id == person:
            call_again(alarm, may_leave(report))
    if closed and not report.alarms.filter(answered_by=person, holds_key=True).exclude(id__in=closed).exists():
        remove_reader(report.case, person, Compartment.CALL)


def stop_counting_named(report: Report, among: Collection[UUID] | None = None) -> None:
    """Whoever could count the case, has no part in it and is named in what was told apart about it, or is related to whom that names,
    counts it no longer. Nothing of it stands in the case: who has a part would notice. `among`: who is looked at; everybody, where
    none. Raises :class:`~organisations.access.failing_closed.CannotWeigh`."""
    complaints = list(report.complaints.values_list("id", flat=True))
    if complaints:
        people = set(everybody_near(report, Circle()).watchers if among is None else among) - people_of(report)
        named = named_apart(report, people)
        for complaint in complaints if named else ():
            stop_counting(complaint, named)


def compare_who_knows(person: UUID) -> None:
    """:func:`keep_out_meant` for somebody who is known by other words, or who declared something, in whatever they read or an alarm
    told them of. Whoever said to be related to somebody reads nothing any more of what was told apart until then, whoever that
    is: they read no word of its case, and else could find out about whom it is."""
    read = Q(id__in=Assignment.objects.running().filter(person=person).values("case"))
    for complaint in Complaint.objects.filter(read, Exists(declared_after(person, OuterRef("on")))):
        pass_on(complaint, person)
    called = Q(report__in=AlarmCall.objects.filter(person=person).values("alarm__report"))
    for complaint in Complaint.objects.filter(read | called).select_related("report__organisation"):
        keep_out_meant(complaint, among=[person])


def _looked_at(people: set[UUID], among: Collection[UUID] | None) -> set[UUID]:
    return people if among is None else people & set(among)


def _meant(complaint: Complaint, people: Collection[UUID], arriving: str) -> set[UUID]:
    """Who of these people would not be asked to read the complaint now. Nobody is meant by what they wrote themselves."""
    if not people:
        return set()
    report = complaint.report
    with failing_closed():
        circle, heard = _answers_of(report), heard_in(complaint)
        never = people_of(report) | set(circle.excluded)
        found: set[UUID] = set()
        for person in people:
            words = (*(one.text for one in heard if one.author != person), arriving)
            said = replace(circle, unasked=(*circle.unasked, *words))
            found |= _kept_out(report, said, never, frozenset({person})).everybody & {person}
        return found


def _answers_of(report: Report) -> Circle:
    source = recovery_key_pair(report.handled_by_id or report.organisation_id)
    return circle_of_report(report, source, unlock(source))


@transaction.atomic
def pass_on(complaint: Complaint, leaving: UUID, arriving: str = "") -> bool:
    """Somebody reads the complaint no longer and never again; where it is open and no reader is left, the next of the route
    comes, or two people of unrelated functions are alarmed. Nobody comes whom the complaint itself names, also in the words
    that are `arriving` now. Returns False where it waits for a reader."""
    complaint = Complaint.objects.select_for_update(of=("self",)).select_related("report").get(id=complaint.id)
    Assignment.objects.filter(case=complaint.id, person=leaving).end()
    remove_reader(complaint.id, leaving)
    recuse(complaint.id, [leaving])
    _record(complaint, ComplaintEvent.READER_LEFT, leaving)
    if not complaint.is_open or readers_now(complaint):
        return True
    report = complaint.report
    circle = _answers_of(report)
    circle = replace(circle, unasked=(*circle.unasked, *(heard.text for heard in heard_in(complaint)), arriving))
    found = readers_for(report, circle, complaint.kind, complaint)
    recuse(complaint.id, found.kept_out.everybody)
    if found.route is None:
        enqueue(ReportJob.ALARM_COMPLAINT, complaint.id, key=f"{ReportJob.ALARM_COMPLAINT}:{complaint.id}:{leaving}")
        return False
    source = _moved(complaint, found.route.handled_by)
    for reader in found.readers:
        pair = ensure_key_pair(reader.organisation.id, reader.person.id)
        add_reader(complaint.id, Compartment.CONTENT, pair, through=source)
        _record(complaint, ComplaintEvent.READER_CAME, reader.person.id)
    assign(complaint, found.readers)
    tell_readers(complaint, leaving)
    return True


def chain_of_reporter(complaint: Complaint) -> UUID:
    """An anonymous reporter's acts, and what follows from them at once, stand apart from the acts of readers, as
    :func:`reporting.dialogue.progress.chain_of_reporter` says."""
    return uuid5(complaint.id, "reporter") if complaint.report.is_anonymous else complaint.id


def _record(complaint: Complaint, event: ComplaintEvent, person: UUID) -> None:
    report = complaint.report
    on = day_of(report, timezone.localdate()) if report.is_anonymous else None
    ledger.record(chain_of_reporter(complaint), event, on=on, person=str(person))


def _moved(complaint: Complaint, to: Organisation) -> KeyPair:
    """The recovery key that opens the complaint, after its keys went to the organisation of its readers."""
    source = recovery_key_pair(complaint.handled_by_id)
    if to.id == complaint.handled_by_id:
        return source
    recovery = recovery_key_pair(to.id)
    move_case(complaint.id, to.id, recovery=recovery, through=source)
    complaint.handled_by = to
    complaint.save(update_fields=["handled_by"])
    return recovery


def tell_readers(complaint: Complaint, occasion: UUID) -> None:
    """A mail without content to each reader, once for each `occasion`: what it is about, for the key of the job."""
    for row in readers_now(complaint):
        if row.person.email:
            enqueue(
                ReportJob.PING_PERSON,
                row.person_id,
                key=ping_key("complaint", complaint.id, occasion, row.person_id),
                due=may_leave(complaint.report),
            )


def everybody_who_read(report: Report) -> set[UUID]:
    """Everybody who reads or ever read a complaint of this report."""
    rows = Assignment.objects.filter(case__in=report.complaints.values("id"))
    return set(rows.values_list("person", flat=True))
