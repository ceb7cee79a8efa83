"""Messages between the reporter and who handles the report, both ways, sealed with the content."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jobs.outbox import enqueue
from organisations.desk.numbers import next_number
from organisations.desk.sent_once import sent_before
from organisations.models import Person
from reporting.dialogue.progress import chain_of_reporter, day_of
from reporting.events import ReportEvent
from reporting.job_kinds import ReportJob
from reporting.models import ComplaintMessage, Message, Report
from reporting.moments import may_leave
from vault import files, ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.keyring.keys import stored_digest
from vault.models import SealedText

PURPOSE, FILE_PURPOSE = "message", "message_file"
STOP, GO_ON = "withdraw", "go_on"  # kinds of messages: the reporter wants to stop, or to go on after all
NO_ANSWER = {"experience", "identity"}  # kinds of messages that ask no answer


@dataclass(frozen=True)
class SentFile:
    """A file that goes with a message: its name, kind (as the cleaner names it), size in bytes and SHA-256 in hex."""

    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True)
class OpenedMessage:
    """A message with its opened words, and the file that goes with it."""

    message: Message | ComplaintMessage
    text: str
    is_new: bool
    file: SentFile | None = None


def lock_report(report: Report) -> None:
    """Until the transaction ends nobody else writes in the report: the second of two clicks waits for the first. Taken after
    the lock of the case, where that is taken too, and before anything is written."""
    Report.objects.select_for_update().get(id=report.id)


def was_sent(report: Report, token: bytes | None) -> bool:
    """Whether the page with this token wrote a message before, once nobody else writes in the report. Raises
    :class:`~organisations.desk.sent_once.SentBefore` where a page of the workplace wrote another one."""
    lock_report(report)
    return token is not None and bool(sent_before(Message.objects.all(), token))


@transaction.atomic
def say(report: Report, key: ContentKey, text: str, *, kind: str = "message", token: bytes | None = None) -> bool:
    """Write a message of the reporter. `kind`: of the code list message_kind; `token`: of the page from which it comes.

    Returns False, and writes nothing, when the same page was sent before.
    """
    if was_sent(report, token):
        return False
    day = day_of(report, timezone.localdate())
    message = _write(report, key, text, by=Message.By.REPORTER, kind=kind, on=day, token=token)
    ledger.record(chain_of_reporter(report), ReportEvent.MESSAGE_BY_REPORTER, on=day, kind=kind)
    enqueue(ReportJob.REPORTER_WROTE, message.id, due=may_leave(report))
    return True


@transaction.atomic
def answer_reporter(
    report: Report,
    key: ContentKey,
    text: str,
    *,
    author: Person,
    sent_by: Person | None = None,
    token: bytes | None = None,
) -> bool:
    """Write a message of somebody who handles the report. A reporter with an address gets a mail without content.

    `author` wrote the words. `sent_by`: who lets them go, where that is somebody else, such as the second of two people.
    `token`: :func:`page_digest` of the page from which it comes, where people write. Returns False, and writes nothing,
    when the same page was sent before.
    """
    today = timezone.localdate()
    if was_sent(report, token):
        return False
    message = _write(report, key, text, by=Message.By.DESK, kind="message", on=today, author=author, token=token)
    ledger.record(report.case, ReportEvent.MESSAGE_BY_DESK, actor=(sent_by or author).id)
    if hasattr(report, "ping_address"):
        enqueue(ReportJob.PING_REPORTER, report.id, key=f"reporting.ping:{message.id}")
    return True


@transaction.atomic
def send_file(report: Report, key: ContentKey, text: str, name: str, kind: str, data: bytes, *, author: Person) -> None:
    """Write a message of somebody who handles the report, with a copy of a file, sealed with the content so that the
    reporter's code opens it. Raises :class:`vault.files.NoRoom`."""
    loose = files.store([data])
    files.claim(key, loose)
    answer_reporter(report, key, text, author=author)
    sent = SentFile(name, kind, len(data), hashlib.sha256(data).hexdigest())
    described = write_text(key, FILE_PURPOSE, json.dumps(asdict(sent)))
    message = report.messages.latest("sequence")
    message.file, message.described = loose.id, described.id
    message.save(update_fields=["file", "described"])


def sent_file(report: Report, key: ContentKey, sequence: int) -> tuple[SentFile, Iterator[bytes]]:
    """The file that went with the message of this number. Raises FileNotFoundError where there is none."""
    message = report.messages.filter(sequence=sequence).exclude(file=None).first()
    if message is None or message.file is None or message.described is None:
        raise FileNotFoundError
    described = sealed_by_id(report.case, Compartment.CONTENT, FILE_PURPOSE)[message.described]
    return SentFile(**json.loads(read_text(key, described))), files.read(key, message.file)


def page_digest(token: UUID) -> bytes:
    """What is stored of a page of the workplace, so that it writes once: half of it is of the page, as of the token."""
    page, whole = stored_digest("desk-page", token.bytes[:8]), stored_digest("desk-page", token.bytes)
    return page[:17] + whole[17:]


def conversation(report: Report, key: ContentKey, *, reader: str) -> list[OpenedMessage]:
    """All messages, oldest first. `reader` is a side (Message.By). The messages of the other side count as seen now."""
    sealed = sealed_by_id(report.case, Compartment.CONTENT, PURPOSE, FILE_PURPOSE)
    return opened_messages(report.messages.all(), key, sealed, reader=reader)


def opened_messages(
    messages: "QuerySet[Message] | QuerySet[ComplaintMessage]",
    key: ContentKey,
    sealed: Mapping[UUID, SealedText],
    *,
    reader: str,
) -> list[OpenedMessage]:
    """The messages of one conversation, opened; those of the other side count as seen now. `sealed`: their texts by id."""
    said = []
    for message in messages.select_related("author"):
        described = getattr(message, "described", None)
        file = SentFile(**json.loads(read_text(key, sealed[described]))) if described else None
        is_new = message.by != reader and not message.seen
        said.append(OpenedMessage(message, read_text(key, sealed[message.text]), is_new, file))
    messages.exclude(by=reader).filter(seen=False).update(seen=True)
    return said


def next_sequence(messages: "QuerySet[Message] | QuerySet[ComplaintMessage]") -> int:
    """The number of the next message of a conversation. The caller holds a lock that lets one write after the other."""
    return next_number(messages.all(), "sequence")


@dataclass(frozen=True)
class Heard:
    """What the reporter wrote, without its words. `stops_on`: as :func:`asked_to_stop`. `is_unread`: nobody who handles the
    report read all of it. `unanswered`: the number of the last message that asks an answer and got none; 0 where all did."""

    stops_on: date | None = None
    is_unread: bool = False
    unanswered: int = 0


def heard_of(report: Report) -> Heard:
    """What the reporter wrote and what became of it, in one query."""
    return heard_in_each([report])[report.id]


def heard_in_each(reports: Iterable[Report]) -> dict[UUID, Heard]:
    """The same of each of these reports, {its id: what}. One query."""
    columns = ("report", "by", "kind", "seen", "on", "sequence")
    of = {report.id: (report, list[tuple[str, str, bool, date, int]]()) for report in reports}
    for report, *row in Message.objects.filter(report__in=of).order_by("report", "sequence").values_list(*columns):
        of[report][1].append(tuple(row))
    return {key: _heard(report, rows) for key, (report, rows) in of.items()}


def _heard(report: Report, rows: Iterable[tuple[str, str, bool, date, int]]) -> Heard:
    stops_on, is_unread, unanswered = None, False, 0
    for by, kind, seen, on, sequence in rows:
        if by == Message.By.DESK:
            unanswered = 0
            continue
        is_unread = is_unread or not seen
        if kind in {STOP, GO_ON}:
            stops_on = (on + timedelta(days=6) if report.is_anonymous else on) if kind == STOP else None
        elif kind not in NO_ANSWER:
            unanswered = sequence
    return Heard(stops_on, is_unread, unanswered)


def asked_to_stop(report: Report) -> date | None:
    """The last day on which the reporter can have asked to withdraw; None where nobody asked, or it was taken back. Of an
    anonymous reporter the week is kept, so that is its Sunday."""
    return heard_of(report).stops_on


def written_by_reporter(report: Report, key: ContentKey) -> list[str]:
    """What the reporter wrote, oldest first. Nothing counts as seen by it."""
    sealed = sealed_by_id(report.case, Compartment.CONTENT, PURPOSE)
    written = report.messages.filter(by=Message.By.REPORTER).values_list("text", flat=True)
    return [read_text(key, sealed[text]) for text in written]


def _write(
    report: Report,
    key: ContentKey,
    text: str,
    *,
    by: str,
    kind: str,
    on: date,
    author: Person | None = None,
    token: bytes | None = None,
) -> Message:
    """The next message of a locked report."""
    return Message.objects.create(
        report=report,
        sequence=next_sequence(report.messages.all()),
        by=by,
        author=author,
        kind=kind,
        on=on,
        text=write_text(key, PURPOSE, text).id,
        token=token,
    )
