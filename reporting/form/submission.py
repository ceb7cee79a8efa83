"""Sending a report: one transaction in which it is routed, sealed for exactly its readers, and promised a case.

When the reporter sees the receipt, the report is on disk. Nothing here calls Redis, mail or any other service.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs.outbox import enqueue, next_mail_slot
from organisations.access import recusal
from organisations.access.routing import NoAdviser, NobodyLeft, Reader, Route, route
from organisations.models import HANDLING, Assignment
from reporting.dialogue.progress import begin_telling, week_of
from reporting.events import ReportEvent
from reporting.evidence.custody import add_evidence
from reporting.form.drafts import Draft
from reporting.form.marks import put_marks
from reporting.job_kinds import ReportJob
from reporting.models import Report
from vault import ledger
from vault.compartments import Compartment, ContentKey, create_case_keys, write_text
from vault.keys import Codes, OrganisationKeys, ensure_key_pairs, keyed_digest, recovery_key_pair
from vault.receipts import create_reporter_key_pair, random_code

logger = logging.getLogger(__name__)

NUMBER_LENGTH = 8


class ReadersChanged(Exception):
    """The readers are no longer those that the summary showed: show it again before sending."""


@dataclass(frozen=True)
class Plan:
    """Where a draft would go now. `route` is None when nobody is left; the report is kept all the same."""

    route: Route | None
    recused: frozenset[UUID]

    @property
    def fingerprint(self) -> str:
        return self.route.fingerprint if self.route else "nobody"


def plan(draft: Draft) -> Plan:
    """Who will read this. Raises :class:`NoAdviser` when nobody can keep the name of a confidential reporter."""
    circle = draft.circle()
    try:
        with transaction.atomic():  # what breaks in here breaks nothing around it
            found = route(
                draft.organisation, draft.kind, circle, str(draft.answers()["known_as"]), draft.day, draft.rosters
            )
        return Plan(found, found.recused)
    except NobodyLeft as nobody:
        return Plan(None, frozenset(nobody.recused))
    except NoAdviser:
        raise
    except Exception as error:  # whatever is wrong with the routing, the report is kept
        logger.error("routing failed: %s", type(error).__name__)
        named = {subject.person for subject in circle.subjects if subject.person}
        return Plan(None, frozenset(named.union(circle.excluded)))


def already_sent(draft: Draft) -> Report | None:
    """The report that this form made, if it was sent before: a refresh or a double click."""
    return Report.objects.filter(token=_token(draft)).first()


def submit(draft: Draft, now: datetime | None = None, lane: str = Report.Lane.NORMAL) -> Report:
    """Keep the report. The same form sent twice is one report.

    Raises :class:`ReadersChanged` and :class:`NoAdviser`; nothing is stored then.
    """
    if report := already_sent(draft):
        return report
    try:
        with transaction.atomic():
            return _store(draft, plan(draft), now or timezone.now(), lane)
    except IntegrityError:
        if report := already_sent(draft):  # the second click was as fast as the first
            return report
        raise


def _store(draft: Draft, planned: Plan, now: datetime, lane: str) -> Report:
    if draft.shown_readers != planned.fingerprint:
        raise ReadersChanged
    codes = draft.codes()
    if planned.route:
        codes["row"] = planned.route.row  # where to look for whoever comes after its handler
    anonymous = codes["known_as"] == "anonymous"
    case = uuid4()
    sealing = Codes([draft.organisation.id, *([planned.route.handled_by.id] if planned.route else [])])
    report = Report.objects.create(
        case=case,
        number=_new_number(),
        organisation=draft.organisation,
        handled_by=planned.route.handled_by if planned.route else None,
        kind=draft.kind,
        known_as=codes["known_as"],
        received_on=week_of(draft.day) if anonymous else draft.day,
        received_at=None if anonymous else now,
        questions=draft.questions.version,
        codes=sealing.seal(draft.organisation.id, codes, "report", case),
        token=_token(draft),
        lane=lane if planned.route else Report.Lane.NORMAL,
        entered_by_id=UUID(draft.taker) if draft.taker else None,
        follows_id=UUID(draft.follows) if draft.follows else None,
    )
    readers = planned.route.readers if planned.route else ()
    keys = _seal(draft, report, readers, sealing.keys)
    add_evidence(report, keys[Compartment.CONTENT], draft.pieces, on=draft.day)
    recusal.recuse(case, planned.recused)
    put_marks(case, draft.organisation, draft.answers())
    Assignment.objects.bulk_create(
        Assignment(
            case=case, person=one.person, organisation=one.organisation, relation=one.relation, capacity=one.capacity
        )
        for one in readers
    )
    if planned.route:
        soon = 1 if draft.kind == "aggression" and not anonymous else 7
        begin_telling(
            report,
            draft.day,
            ("received", None),
            ("will_be_read", report.received_on + timedelta(days=soon)),
            # Wbk 2 lid 2 h and i: seven days to acknowledge, then three months.
            ("you_will_hear", report.received_on + relativedelta(days=7, months=3)),
        )
        _promise_reading(report, readers, in_danger=codes["danger"] == "now")
    else:
        begin_telling(report, draft.day, ("received", None), ("kept", None))
        enqueue(ReportJob.ALARM, report.id)
    ledger.record(case, ReportEvent.RECEIVED, on=report.received_on, known_as=report.known_as)
    return report


def _promise_reading(report: Report, readers: tuple[Reader, ...], *, in_danger: bool) -> None:
    """A case for the readers. In quarantine one mail a day to those who work it, however many reports there are; one an
    hour when somebody says to be in danger."""
    if report.lane == Report.Lane.NORMAL:
        enqueue(ReportJob.OPEN_CASE, report.case)
        return
    slot = next_mail_slot()
    moment = f"danger:{timezone.now():%Y%m%d%H}" if in_danger else f"{slot:%Y%m%d}"
    for one in readers:
        if one.relation in HANDLING:
            # A digest: the row stays, and would tell the hour of an anonymous report.
            key = keyed_digest("quarantine-mail", moment, one.person.id).hex()
            enqueue(ReportJob.PING_PERSON, one.person.id, key=f"quarantine:{key}", due=None if in_danger else slot)


def _new_number() -> str:
    while Report.objects.filter(number=(number := random_code(NUMBER_LENGTH))).exists():
        continue
    return number


def _seal(
    draft: Draft, report: Report, readers: tuple[Reader, ...], keys_here: OrganisationKeys
) -> dict[Compartment, ContentKey]:
    """Keys for exactly the readers, the reporter and the recovery key; then the words."""
    handled_by = report.handled_by or report.organisation
    recovery = recovery_key_pair(handled_by.id)
    reporter = create_reporter_key_pair(draft.organisation.id, report.id, draft.receipt, keys_here)
    found = ensure_key_pairs([(one.organisation.id, one.person.id) for one in readers])
    pairs = dict(zip(readers, found, strict=True))
    at_work = [pair for one, pair in pairs.items() if one.relation in HANDLING]
    recipients = {
        Compartment.CONTENT: [*(pair for one, pair in pairs.items() if one.reads_content), recovery, reporter],
        Compartment.IDENTITY: [*(pair for one, pair in pairs.items() if one.reads_identity), recovery, reporter],
        Compartment.PERPETRATOR: [*at_work, recovery, reporter],
        Compartment.FILE: [*at_work, recovery],
        Compartment.OWN: [recovery, reporter],
    }
    answers = draft.by_compartment()
    # Who is anonymous now may give a name later, so there is always a place for it.
    wanted = set(answers) | {Compartment.CONTENT, Compartment.FILE, Compartment.IDENTITY}
    sealed_for = {name: readers for name, readers in recipients.items() if name in wanted}
    keys = create_case_keys(report.case, handled_by.id, sealed_for, keys_here)
    for compartment, given in answers.items():
        write_text(keys[compartment], "answers", json.dumps(given, sort_keys=True))
    return keys


def _token(draft: Draft) -> bytes:
    return keyed_digest("form", draft.organisation.id, draft.token)
