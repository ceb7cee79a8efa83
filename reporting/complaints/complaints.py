"""What a reporter says about who handles the report, or about how it is handled: a part of the case with its own readers,
keys, deadline and chain of the ledger. Whoever has or had a part in the case finds nothing of it anywhere."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.outbox import enqueue
from organisations.access.bars import hidden_cases, recuse
from organisations.access.policy import Actor, cases_held
from organisations.desk.refusals import Refused
from organisations.desk.sent_once import sent_before
from organisations.models import Assignment, Person
from reporting.complaints.heard import PURPOSE
from reporting.complaints.kinds import complaint_kinds
from reporting.complaints.readers import (
    assign,
    chain_of_reporter,
    keep_apart,
    keep_out_meant,
    readers_for,
    stop_counting_named,
    tell_readers,
)
from reporting.dialogue.alarm import called_by_alarm, raise_alarm
from reporting.dialogue.dialogue import OpenedMessage, lock_report, next_sequence, opened_messages, page_digest
from reporting.dialogue.progress import day_of
from reporting.events import ComplaintEvent
from reporting.form.persons.circle import circle_of_report
from reporting.job_kinds import ReportJob
from reporting.models import Complaint, ComplaintMessage, Message, Report
from reporting.moments import may_leave
from vault import ledger
from vault.compartments import (
    Compartment,
    ContentKey,
    create_case_keys,
    open_compartment,
    open_with,
    sealed_by_id,
    write_text,
)
from vault.keyring.keys import ensure_key_pairs, recovery_key_pair
from vault.receipts import OpenedReceipt


@transaction.atomic
def complain(report: Report, opened: OpenedReceipt, kind: str, text: str, *, token: bytes) -> Complaint | None:
    """Keep a complaint, sealed for its readers, the recovery key and the reporter. `kind`: of kinds.yaml; `token`: of the
    page from which it comes. Returns None, and writes nothing, when the same page was sent before."""
    rules = complaint_kinds()[kind]
    lock_report(report)
    if ComplaintMessage.objects.filter(token=token).exists():
        return None
    circle = circle_of_report(report, opened.key_pair, opened.private)
    plan = readers_for(report, replace(circle, unasked=(*circle.unasked, text)), kind)
    keeper = plan.route.handled_by if plan.route else report.handled_by or report.organisation
    now, day = timezone.now(), day_of(report, timezone.localdate())
    complaint = Complaint(
        id=uuid4(),
        report=report,
        kind=kind,
        handled_by=keeper,
        on=day,
        due=rules.due_of(day, may_leave(report, now, now=now) or now),
    )
    complaint.save(force_insert=True)
    pairs = ensure_key_pairs([(reader.organisation.id, reader.person.id) for reader in plan.readers])
    recipients = {Compartment.CONTENT: [*pairs, recovery_key_pair(keeper.id), opened.key_pair]}
    keys = create_case_keys(complaint.id, keeper.id, recipients)
    recuse(complaint.id, plan.kept_out.everybody)
    assign(complaint, plan.readers)
    _write(complaint, keys[Compartment.CONTENT], text, by=Message.By.REPORTER, on=day, token=token)
    keep_out_meant(complaint, among=set(called_by_alarm(report)))
    if plan.route:
        tell_readers(complaint, complaint.id)
    else:
        enqueue(ReportJob.ALARM_COMPLAINT, complaint.id)
    _promise_due(complaint)
    if kind == "retaliation":
        raise_alarm(report, complaint.id, complaint=complaint)
    ledger.record(chain_of_reporter(complaint), ComplaintEvent.MADE, on=day, kind=kind)
    return complaint


@transaction.atomic
def write_back(complaint: Complaint, opened: OpenedReceipt, text: str, *, token: bytes) -> bool:
    """Write a further message of the reporter. False when the same page was sent before, or when the complaint was dealt
    with meanwhile."""
    complaint = Complaint.objects.select_for_update(of=("self",)).select_related("report").get(id=complaint.id)
    if not complaint.is_open or ComplaintMessage.objects.filter(token=token).exists():
        return False
    keep_apart(complaint.report)
    keep_out_meant(complaint, text)
    key = open_with(complaint.id, Compartment.CONTENT, opened.key_pair, opened.private)
    day = day_of(complaint.report, timezone.localdate())
    message = _write(complaint, key, text, by=Message.By.REPORTER, on=day, token=token)
    tell_readers(complaint, message.id)
    ledger.record(chain_of_reporter(complaint), ComplaintEvent.BY_REPORTER, on=day)
    return True


def complaints_of(actor: Actor) -> QuerySet[Complaint]:
    """The complaints that the actor reads for the active organisation: never one about a case in which they have or ever
    had a part, of which they may not know, or that they wrote down."""
    rows = about_others(actor)
    found = list(rows.values_list("id", "report__case"))
    hidden = hidden_cases(actor.person.id, [name for pair in found for name in pair]) if found else set()
    ids = [complaint for complaint, case in found if not {complaint, case} & hidden]
    return Complaint.objects.filter(id__in=ids).select_related("report__organisation", "handled_by")


def about_others(actor: Actor) -> QuerySet[Complaint]:
    """As :func:`complaints_of`, in no query of its own, with those of which the actor may not know."""
    parts = Assignment.objects.filter(person=actor.person)
    rows = Complaint.objects.filter(id__in=cases_held(actor)).exclude(report__case__in=parts.values("case"))
    return rows.exclude(report__entered_by=actor.person)


@transaction.atomic
def answer(complaint: Complaint, text: str, *, actor: Actor, token: UUID) -> None:
    """Write to the reporter; the same page (`token`) sent twice writes once. The caller has judged that the actor may.
    Raises :class:`Refused`."""
    complaint = _locked(complaint)
    if sent_before(ComplaintMessage.objects.all(), page_digest(token)):
        return
    _write_by_desk(complaint, text, actor, token=page_digest(token))
    ledger.record(complaint.id, ComplaintEvent.ANSWERED, actor=actor.person.id)


@transaction.atomic
def close(complaint: Complaint, reason: str, *, actor: Actor) -> None:
    """The complaint is dealt with; the reporter reads the reason. The caller has judged that the actor may. Raises
    :class:`Refused`."""
    complaint = _locked(complaint)
    _write_by_desk(complaint, reason, actor)
    complaint.closed_on, complaint.closed_by = timezone.localdate(), actor.person
    complaint.save(update_fields=["closed_on", "closed_by"])
    ledger.record(complaint.id, ComplaintEvent.CLOSED, actor=actor.person.id)


def read_at_work(complaint: Complaint, actor: Actor) -> list[OpenedMessage]:
    """All messages for a reader, oldest first; those of the reporter count as seen. Raises NoKey."""
    if complaint.is_open and complaint.due is None:  # told before 0.10.0: its hours begin now
        now = timezone.now()
        complaint.due = complaint_kinds()[complaint.kind].due_of(complaint.on, now)
        complaint.save(update_fields=["due"])
        _promise_due(complaint)
    key = open_compartment(complaint.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    ledger.record(complaint.id, ComplaintEvent.SEEN, actor=actor.person.id, part="messages")
    return _conversation(complaint, key, reader=Message.By.DESK)


def read_by_reporter(complaint: Complaint, opened: OpenedReceipt) -> list[OpenedMessage]:
    """All messages for the reporter, oldest first; those of the other side count as seen."""
    key = open_with(complaint.id, Compartment.CONTENT, opened.key_pair, opened.private)
    return _conversation(complaint, key, reader=Message.By.REPORTER)


def _conversation(complaint: Complaint, key: ContentKey, *, reader: str) -> list[OpenedMessage]:
    sealed = sealed_by_id(complaint.id, Compartment.CONTENT, PURPOSE)
    return opened_messages(complaint.messages.all(), key, sealed, reader=reader)


def _locked(complaint: Complaint) -> Complaint:
    complaint = Complaint.objects.select_for_update(of=("self",)).select_related("report").get(id=complaint.id)
    if not complaint.is_open:
        raise Refused(_("This was dealt with meanwhile."))
    return complaint


def _write_by_desk(complaint: Complaint, text: str, actor: Actor, *, token: bytes | None = None) -> None:
    key = open_compartment(complaint.id, Compartment.CONTENT, actor.organisation.id, actor.person.id)
    day = timezone.localdate()
    message = _write(complaint, key, text, by=Message.By.DESK, on=day, author=actor.person, token=token)
    if hasattr(complaint.report, "ping_address"):
        enqueue(ReportJob.PING_REPORTER, complaint.report_id, key=f"reporting.ping:{message.id}")


def _write(
    complaint: Complaint,
    key: ContentKey,
    text: str,
    *,
    by: str,
    on: date,
    author: Person | None = None,
    token: bytes | None = None,
) -> ComplaintMessage:
    written = ComplaintMessage.objects.create(
        complaint=complaint,
        sequence=next_sequence(complaint.messages.all()),
        by=by,
        author=author,
        on=on,
        text=write_text(key, PURPOSE, text).id,
        token=token,
    )
    stop_counting_named(complaint.report)
    return written


def _promise_due(complaint: Complaint) -> None:
    if complaint.due:
        due = may_leave(complaint.report, complaint.due + timedelta(minutes=1))
        enqueue(ReportJob.COMPLAINT_DUE, complaint.id, key=f"complaint-due:{complaint.id}:{due:%Y%m%d%H%M}", due=due)
