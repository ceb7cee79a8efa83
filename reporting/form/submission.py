"""Sending a report: one transaction in which it is routed, sealed for exactly its readers, and promised a case.

When the reporter sees the receipt, the report is on disk. Nothing here calls Redis, mail or any other service.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from jobs.outbox import enqueue, next_mail_slot
from organisations.access.recusal import Circle, KeptOut
from organisations.access.routing import NoAdviser, NobodyLeft, Reader, Route, judged, route
from organisations.models import HANDLING, Assignment, Function, Organisation, Role
from organisations.people.appointments import Rosters
from reporting.dialogue.alarm import raise_alarm
from reporting.dialogue.progress import begin_telling, week_of
from reporting.dialogue.promised import promised_days
from reporting.events import ReportEvent
from reporting.evidence.custody import add_evidence
from reporting.evidence.intake import EvidencePiece
from reporting.form.persons.marks import put_marks
from reporting.form.persons.weighing import bar_belonging, keep_out_of
from reporting.job_kinds import ReportJob
from reporting.models import Report, Signal
from reporting.moments import may_leave
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from vault import ledger
from vault.compartments import Compartment, ContentKey, create_case_keys, write_text
from vault.keyring.keys import Codes, OrganisationKeys, ensure_key_pairs, keyed_digest, recovery_key_pair
from vault.receipts import create_reporter_key_pair, random_code

logger = logging.getLogger(__name__)

NUMBER_LENGTH = 8


class ReadersChanged(Exception):
    """The readers are no longer those that the summary showed: show it again before sending."""


@dataclass(frozen=True)
class Submission:
    """A finished report before it is stored, computed once from its draft (:meth:`Draft.submission`).

    `answers` by question id as they were given, `by_compartment` the same where each is sealed, `codes`: {code list: its
    leaf code}. `questions` is the version of the questions. `token` is the digest of the form: one form makes one report.
    """

    organisation: Organisation
    kind: str
    known_as: str
    day: date
    questions: str
    token: bytes
    receipt: str
    answers: Mapping[str, object]
    by_compartment: Mapping[Compartment, Mapping[str, object]]
    codes: Mapping[str, str]
    circle: Circle
    rosters: Rosters
    pieces: tuple[EvidencePiece, ...] = ()
    shown_readers: str = ""  # Plan.fingerprint of the readers that the reporter saw
    taker: UUID | None = None  # the person who writes down what somebody else tells
    came_by: str = ""  # of came_by: how it came to the taker
    review_on: date | None = None  # of a signal: the day on which people look again
    came_on: date | None = None  # the day on which it came to the taker, where it was another one
    follows: UUID | None = None  # the earlier report to which this one belongs

    @property
    def is_anonymous(self) -> bool:
        """Whether the reporter gives no name to anybody."""
        return self.known_as == "anonymous"

    @property
    def came_earlier(self) -> bool:
        """Whether it came before the day on which it was written down. The days of the law count from when it came."""
        return self.came_on is not None and self.came_on < self.day

    @property
    def received_on(self) -> date:
        """The day on which the organisation received it."""
        return self.came_on if self.came_on and self.came_earlier else self.day

    @property
    def is_urgent(self) -> bool:
        """Whether the reporter says not to be safe now."""
        return self.codes["danger"] == "now"

    @property
    def alarms_now(self) -> bool:
        """Whether an anonymous reporter chose an alarm that shows the moment of the report."""
        return answer_meaning(Meaning.ALARM_NOW, self.answers) == "now"


@dataclass(frozen=True)
class Plan:
    """Where a report would go now. `route` is None when nobody is left; the report is kept all the same.

    `shown` is what the reporter may see of it: the same as far as it follows from what was chosen. Names that were typed
    do not count in it, since the form is open to everybody.
    """

    shown: Route | None
    route: Route | None
    kept_out: KeptOut

    @property
    def fingerprint(self) -> str:
        """Changes when the readers that were shown change. It tells no person."""
        return self.shown.fingerprint if self.shown else "nobody"

    @property
    def readers(self) -> tuple[Reader, ...]:
        """Everybody who gets a part in the case; nobody where nobody is left."""
        return self.route.readers if self.route else ()


def plan(submission: Submission) -> Plan:
    """Who will read this. Raises :class:`NoAdviser` when nobody can keep the name of a confidential reporter."""
    shown = _shown(submission)
    circle, kept_out = submission.circle, None
    try:
        with transaction.atomic():  # what breaks in here breaks nothing around it
            kept_out = judged(submission.organisation, submission.kind, circle, submission.day)
            way = _route(submission, circle, kept_out=kept_out, needs_adviser=False)
        return Plan(shown, way, kept_out)
    except NobodyLeft as left:
        return Plan(shown, None, left.kept_out)
    except OperationalError:  # a database that is away comes back: the same sent again finds who may read it
        raise
    except Exception as error:  # whatever is wrong with the routing, the report is kept
        logger.error("routing failed: %s", type(error).__name__)
        named = {subject.person for subject in circle.subjects if subject.person}
        kept_out = kept_out or KeptOut(suspended=_everybody(submission))
        recused = kept_out.recused.union(named, circle.excluded)
        return Plan(shown, None, replace(kept_out, recused=recused, suspended=kept_out.suspended - recused))


def _everybody(submission: Submission) -> frozenset[UUID]:
    """Where recusal itself broke, anybody there may be meant: nobody hears of the report before people have looked."""
    held = [model.objects.on(submission.day).filter(organisation=submission.organisation) for model in (Role, Function)]
    return frozenset(person for rows in held for person in rows.values_list("person", flat=True))


def _shown(submission: Submission) -> Route | None:
    """Raises :class:`NoAdviser`, and only for what was chosen: a name that is typed must not change what is answered."""
    try:
        with transaction.atomic():
            return _route(submission, submission.circle.chosen_only)
    except (NoAdviser, OperationalError):  # the database as in :func:`plan`
        raise
    except NobodyLeft:
        return None
    except Exception as error:  # as in :func:`plan`
        logger.error("routing failed: %s", type(error).__name__)
        return None


def _route(submission: Submission, circle: Circle, **how: Any) -> Route:
    return route(
        submission.organisation,
        submission.kind,
        circle,
        submission.known_as,
        submission.day,
        submission.rosters,
        **how,
    )


def already_sent(token: bytes) -> Report | None:
    """The report that the form of this token made, if it was sent before: a refresh or a double click."""
    return Report.objects.filter(token=token).first()


def submit(submission: Submission, now: datetime | None = None, lane: str = Report.Lane.NORMAL) -> Report:
    """Keep the report. The same form sent twice is one report.

    Raises :class:`ReadersChanged` and :class:`NoAdviser`; nothing is stored then.
    """
    if report := already_sent(submission.token):
        return report
    try:
        with transaction.atomic():
            return _store(submission, plan(submission), now or timezone.now(), lane)
    except IntegrityError:
        if report := already_sent(submission.token):  # the second click was as fast as the first
            return report
        raise


def _store(submission: Submission, planned: Plan, now: datetime, lane: str) -> Report:
    if submission.shown_readers != planned.fingerprint:
        raise ReadersChanged
    organisation, anonymous = submission.organisation, submission.is_anonymous
    codes = dict(submission.codes)
    if planned.route:
        codes["row"] = planned.route.row  # where to look for whoever comes after its handler
    case = uuid4()
    sealing = Codes([organisation.id, *([planned.route.handled_by.id] if planned.route else [])])
    report = Report.objects.create(
        case=case,
        number=_new_number(),
        organisation=organisation,
        handled_by=planned.route.handled_by if planned.route else None,
        kind=submission.kind,
        known_as=submission.known_as,
        received_on=week_of(submission.received_on) if anonymous else submission.received_on,
        received_at=None if anonymous else _received_at(submission, now),
        written_at=now if submission.came_earlier and not anonymous else None,
        came_by=submission.came_by,
        questions=submission.questions,
        codes=sealing.seal(organisation.id, codes, "report", case),
        token=submission.token,
        lane=lane if planned.route else Report.Lane.NORMAL,
        entered_by_id=submission.taker,
        follows_id=submission.follows,
    )
    if report.lane == Report.Lane.SIGNAL:
        Signal.objects.create(report=report, review_on=submission.review_on or submission.day)
    keys = _seal(submission, report, planned.readers, sealing.keys)
    add_evidence(report, keys[Compartment.CONTENT], submission.pieces, on=submission.received_on)
    keep_out_of(report, planned.kept_out)
    bar_belonging(report, planned.kept_out, due=may_leave(report))
    put_marks(case, organisation, submission.answers)
    Assignment.objects.bulk_create(
        Assignment(
            case=case,
            person=reader.person,
            organisation=reader.organisation,
            relation=reader.relation,
            capacity=reader.capacity,
        )
        for reader in planned.readers
    )
    _begin(submission, report, planned)
    if submission.is_urgent:
        raise_alarm(report, report.id, at_once=submission.alarms_now)
    ledger.record(case, ReportEvent.RECEIVED, on=report.received_on, known_as=report.known_as)
    return report


def _received_at(submission: Submission, now: datetime) -> datetime:
    """Of what came on an earlier day the beginning of that day: nobody wrote down the hour."""
    if not submission.came_earlier:
        return now
    return timezone.make_aware(datetime.combine(submission.received_on, time()))


def _begin(submission: Submission, report: Report, planned: Plan) -> None:
    """Tell the reporter what happens, and ask whoever handles the report to begin. Nobody is told anything of a signal, and
    it waits for its day."""
    if report.lane == Report.Lane.SIGNAL:
        return
    if not planned.route:
        begin_telling(report, submission.received_on, ("received", None), ("kept", None))
        enqueue(ReportJob.ALARM, report.id)
        return
    if submission.known_as == "confidential" and not any(reader.relation == "adviser" for reader in planned.readers):
        enqueue(ReportJob.ALARM, report.id)  # every adviser is kept out: the name waits, sealed, for another one
    begin_telling(report, submission.received_on, ("received", None), *_promised(report).items())
    _promise_reading(report, planned.readers, in_danger=submission.is_urgent, chosen=submission.alarms_now)


def begin_parked(report: Report, now: datetime) -> None:
    """A parked signal becomes a report that comes in now: what is promised and what the law gives count from now. The caller
    holds the transaction, and opens the case."""
    today, anonymous = timezone.localdate(now), report.is_anonymous
    report.lane = Report.Lane.NORMAL
    report.received_on, report.received_at = week_of(today) if anonymous else today, None if anonymous else now
    report.save(update_fields=["lane", "received_on", "received_at"])
    report.signal.delete()
    begin_telling(report, today, ("received", None), *_promised(report).items())


def _promised(report: Report) -> dict[str, date]:
    """What the reporter is promised, in the order of the days. Nothing where the days cannot be computed: the report is kept
    all the same."""
    try:
        with transaction.atomic():
            days = promised_days(report, {})
    except OperationalError:  # as in :func:`plan`
        raise
    except Exception as error:  # whatever is wrong with the protocol
        logger.error("no day can be promised: %s", type(error).__name__)
        return {}
    return dict(sorted(((code, there.day) for code, there in days.items()), key=lambda promised: promised[1]))


def _promise_reading(report: Report, readers: tuple[Reader, ...], *, in_danger: bool, chosen: bool) -> None:
    """Plan the case. For a report in quarantine, mail those who handle reports instead: once a day however many reports
    wait, or once an hour when a reporter says to be in danger. `chosen`: of :func:`~reporting.moments.may_leave`."""
    if report.lane == Report.Lane.NORMAL:
        enqueue(ReportJob.OPEN_CASE, report.case)
        return
    due = may_leave(report, None if in_danger else next_mail_slot(), chosen=chosen and in_danger)
    moment = f"danger:{due or timezone.now():%Y%m%d%H}" if in_danger else f"{due:%Y%m%d}"
    for reader in readers:
        if reader.relation in HANDLING:
            # A digest: the row stays, and would tell the hour of an anonymous report.
            key = keyed_digest("quarantine-mail", moment, reader.person.id).hex()
            enqueue(ReportJob.PING_PERSON, reader.person.id, key=f"quarantine:{key}", due=due)


def _new_number() -> str:
    while Report.objects.filter(number=(number := random_code(NUMBER_LENGTH))).exists():
        continue
    return number


def _seal(
    submission: Submission, report: Report, readers: tuple[Reader, ...], keys_here: OrganisationKeys
) -> dict[Compartment, ContentKey]:
    """Make keys for exactly the readers, the reporter and the recovery key, and write the answers with them."""
    handled_by = report.handled_by or report.organisation
    recovery = recovery_key_pair(handled_by.id)
    reporter = create_reporter_key_pair(submission.organisation.id, report.id, submission.receipt, keys_here)
    key_pairs = ensure_key_pairs([(reader.organisation.id, reader.person.id) for reader in readers])
    pairs = list(zip(readers, key_pairs, strict=True))
    at_work = [pair for reader, pair in pairs if reader.relation in HANDLING]
    recipients = {
        Compartment.CONTENT: [*(pair for reader, pair in pairs if reader.reads_content), recovery, reporter],
        Compartment.IDENTITY: [*(pair for reader, pair in pairs if reader.reads_identity), recovery, reporter],
        Compartment.PERPETRATOR: [*at_work, recovery, reporter],
        Compartment.FILE: [*at_work, recovery],
        Compartment.OWN: [recovery, reporter],
        Compartment.CALL: [recovery, reporter],  # who says to call gets a key then (cases/alarm)
    }
    # Who is anonymous now may give a name later, so there is always a compartment for it.
    wanted = set(submission.by_compartment) | {Compartment.CONTENT, Compartment.FILE, Compartment.IDENTITY}
    sealed_for = {name: holders for name, holders in recipients.items() if name in wanted}
    keys = create_case_keys(report.case, handled_by.id, sealed_for, keys_here)
    for compartment, answers in submission.by_compartment.items():
        write_text(keys[compartment], "answers", json.dumps(answers, sort_keys=True))
    return keys
