"""What a reporter can do with the receipt. Each act is one function and one transaction."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.access.bars import barred_among, not_barred
from organisations.access.recusal import Circle, Concerned
from organisations.access.routing import MOST_IDENTITY_HOLDERS, NoAdviser
from organisations.models import HANDLING, Assignment, Organisation, Person
from organisations.people.appointments import holders
from reporting.complaints.heard import named_apart
from reporting.complaints.readers import keep_apart
from reporting.dialogue.alarm import raise_alarm
from reporting.dialogue.dialogue import GO_ON, asked_to_stop, lock_report, say, was_sent, written_by_reporter
from reporting.dialogue.progress import chain_of_reporter, day_of, says_closed, tell
from reporting.events import ReportEvent
from reporting.evidence.custody import add_evidence, comparable
from reporting.evidence.intake import EvidencePiece, FileRefused
from reporting.form.persons.circle import circle_of_report
from reporting.form.persons.weighing import judge_people, weigh
from reporting.form.written import lacks_code
from reporting.models import PingAddress, Report
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answers_as
from vault import ledger, receipts
from vault.compartments import Compartment, ContentKey, add_reader, open_with, write_text
from vault.keyring.keys import Codes, ensure_key_pair
from vault.receipts import OpenedReceipt, open_receipt


@dataclass(frozen=True)
class Mailbox:
    """An opened report, for as long as one request lasts."""

    report: Report
    opened: OpenedReceipt
    key: ContentKey

    @property
    def is_closed(self) -> bool:
        """Whether the reporter was told that the case is closed or the report set aside, and not since that it is open
        again."""
        return says_closed(self.report.told.all())

    @property
    def wants_to_stop(self) -> bool:
        return asked_to_stop(self.report) is not None

    @property
    def can_give_name(self) -> bool:
        """Whether the reporter is anonymous and gave no name since."""
        return self.report.known_as == "anonymous" and not self.report.identity_shared

    @property
    def awaits_confirmation(self) -> bool:
        """Somebody else wrote it down, and the reporter has not checked it yet (Wbk art. 2 and 7: oral reports)."""
        return self.report.entered_by_id is not None and self.report.confirmed_on is None


def open_mailbox(receipt: str) -> Mailbox | None:
    """The mailbox of a receipt, or None for an unknown one, also for a code that opens something else than a report, and for one
    that its reporter has not taken and somebody saw who is kept out of the report. Raises Misread for a typing mistake, and
    CannotWeigh."""
    opened = open_receipt(receipt)
    if opened is None:
        return None
    report = Report.objects.select_related("organisation", "entered_by").filter(id=opened.report).first()
    if report is None or _is_seen_by_barred(report):
        return None
    return Mailbox(report, opened, open_with(report.case, Compartment.CONTENT, opened.key_pair, opened.private))


def _is_seen_by_barred(report: Report) -> bool:
    """Whether the code that opens it is known to whoever wrote it down, or made it for the sender, and is kept out by now."""
    writer = report.entered_by_id
    return bool(writer and report.confirmed_on is None and lacks_code({report.case: writer}))


def functions_reading(report: Report) -> list[str]:
    """The functions of who gets what the reporter writes or follows the case: the question about them names these."""
    order = ["handler", "case_officer", "co_reader", "adviser", "support"]
    assignments = Assignment.objects.holding().filter(case=report.case).values_list("relation", "capacity")
    in_order = sorted(assignments, key=lambda row: (order.index(row[0]), row[1]))
    return list(dict.fromkeys(capacity for _relation, capacity in in_order))


@transaction.atomic
def send_message(box: Mailbox, text: str, about: str, pieces: Iterable[EvidencePiece], *, token: bytes) -> bool:
    """Write a message, add evidence, or both. `about`: what the reporter says about those who read it (an answer of
    recusal, or a function of :func:`functions_reading`). False when this page was sent before. Raises :class:`FileRefused` when
    there are no words, and none of the evidence can be kept."""
    if was_sent(box.report, token):
        return False
    pieces, said = comparable(pieces)
    if not text and not pieces:
        raise FileRefused("lost")
    asked = functions_reading(box.report)
    subjects = _readers_meant(box.report, about) if about in asked else ()
    circle = Circle(subjects, words=(text,), unasked=said, answer=about, asked=frozenset(asked))
    weigh(box.report, circle)
    words = text or _("Evidence was added.")
    if not say(box.report, box.key, words, token=token):
        return False
    is_kept = add_evidence(box.report, box.key, pieces, on=timezone.localdate())
    if not text and not is_kept:  # dropped since it was looked at: then nothing was added
        raise FileRefused("lost")
    return True


@transaction.atomic
def ask_withdrawal(box: Mailbox, text: str, *, token: bytes) -> bool:
    """Ask to stop the report. It stays registered, and people first look whether stopping is safe. False when this
    page was sent before."""
    return _ask(box, "withdraw", text or _("I want to withdraw my report."), "asked_withdrawal", token)


@transaction.atomic
def go_on(box: Mailbox, text: str, *, token: bytes) -> bool:
    """Take the wish to withdraw back. False when this page was sent before."""
    return _ask(box, GO_ON, text or _("I want to go on after all."), "goes_on", token)


@transaction.atomic
def tell_retaliation(box: Mailbox, text: str, *, token: bytes) -> bool:
    """Tell of disadvantage after the report, which is forbidden (Wbk art. 17da), by somebody who neither reads nor handles
    it: who handles it reads this. Also after the case was closed. False when this page was sent before."""
    if not _ask(box, "retaliation", text, "told_retaliation", token):
        return False
    raise_alarm(box.report, box.report.messages.latest("sequence").id)
    return True


@transaction.atomic
def tell_experience(box: Mailbox, score: str, text: str, *, token: bytes) -> bool:
    """How the reporter felt heard: a score of 1 to 5, and words. False when this page was sent before."""
    if was_sent(box.report, token):
        return False
    weigh(box.report, Circle(words=(text,)))
    return say(box.report, box.key, f"{score} / 5\n{text}".strip(), kind="experience", token=token)


@transaction.atomic
def share_identity(box: Mailbox, name: str, contact: str, known_as: str, *, token: bytes) -> bool:
    """Give a name after an anonymous report. `known_as`: "named" gives it to those who handle the report,
    "confidential" to the confidential adviser alone. The report goes on to keep weeks and no days.

    False when this page was sent before. Raises :class:`NoAdviser`.
    """
    report = box.report
    if was_sent(report, token):
        return False
    weigh(report, Circle(reporter_name=name))  # before anybody gets the name: it may be that of who handles the report
    holders_of_name = _handlers(report) if known_as == "named" else _advisers(report, _said(box, name))
    words = _("I gave my name.") if known_as == "named" else _("I gave my name to the confidential adviser.")
    if not say(report, box.key, words, kind="identity", token=token):
        return False
    identity = open_with(report.case, Compartment.IDENTITY, box.opened.key_pair, box.opened.private)
    write_text(
        identity, "answers", json.dumps(answers_as({Meaning.REPORTER_NAME: name, Meaning.REPORTER_CONTACT: contact}))
    )
    for organisation, person in holders_of_name:
        pair = ensure_key_pair(organisation.id, person.id)
        compartments = [Compartment.IDENTITY] if known_as == "named" else [Compartment.CONTENT, Compartment.IDENTITY]
        for compartment in compartments:
            add_reader(report.case, compartment, pair, through=box.opened.key_pair, private=box.opened.private)
    report.identity_shared = known_as
    report.save(update_fields=["identity_shared"])
    tell(report, "shared_identity")
    ledger.record(
        chain_of_reporter(report),
        ReportEvent.IDENTITY_GIVEN,
        on=day_of(report, timezone.localdate()),
        known_as=known_as,
    )
    return True


@transaction.atomic
def set_ping(box: Mailbox, address: str) -> None:
    """Keep the address for mails without content; an empty one ends these mails."""
    lock_report(box.report)
    PingAddress.objects.filter(report=box.report).delete()
    if address:
        sealed = Codes().seal(box.report.organisation_id, {"email": address}, "ping", box.report.id)
        PingAddress.objects.create(report=box.report, sealed=sealed)


def ping_address(report: Report) -> str:
    """The address that the reporter left for mails without content; empty when there is none."""
    row = PingAddress.objects.filter(report=report).first()
    return Codes().open(report.organisation_id, bytes(row.sealed), "ping", report.id)["email"] if row else ""


@transaction.atomic
def confirm(box: Mailbox, corrected: str, before: str, new_receipt: str, *, token: bytes) -> bool:
    """Keep that the reporter checked what somebody else wrote down, with a correction where `corrected` differs from
    `before`. From now on only `new_receipt` opens the report. False when this page was sent before."""
    report = box.report
    if was_sent(report, token) or Report.objects.filter(id=report.id).exclude(confirmed_on=None).exists():
        return False
    weigh(report, Circle(words=(corrected,)))
    if corrected.split() != before.split() and not say(report, box.key, corrected, kind="correction", token=token):
        return False
    report.confirmed_on = day_of(report, timezone.localdate())
    report.save(update_fields=["confirmed_on"])
    receipts.exchange(box.opened, new_receipt)
    tell(report, "confirmed")
    ledger.record(chain_of_reporter(report), ReportEvent.ACCOUNT_CONFIRMED, on=report.confirmed_on)
    return True


def _readers_meant(report: Report, function: str) -> tuple[Concerned, ...]:
    """Whoever holds the function, and those who read in it: they may work in another organisation than that of the report."""
    reading = Assignment.objects.holding().filter(case=report.case, capacity=function)
    people = reading.values_list("person", flat=True)
    return (Concerned(function), *(Concerned(function, person) for person in people))


def _ask(box: Mailbox, kind: str, text: str, told: str, token: bytes) -> bool:
    if was_sent(box.report, token):
        return False
    weigh(box.report, Circle(words=(text,)))
    if not say(box.report, box.key, text, kind=kind, token=token):
        return False
    tell(box.report, told)
    return True


def _handlers(report: Report) -> list[tuple[Organisation, Person]]:
    assignments = Assignment.objects.holding().filter(case=report.case, relation__in=HANDLING)
    return [(row.organisation, row.person) for row in not_barred(report.case, assignments)]


def _said(box: Mailbox, reporter: str) -> Circle:
    """What the reporter said so far, and the name that is given now. An adviser who took office later may be meant."""
    circle = circle_of_report(box.report, box.opened.key_pair, box.opened.private)
    written = written_by_reporter(box.report, box.key)
    return replace(circle, reporter_name=reporter, unasked=(*circle.unasked, *written))


def _advisers(report: Report, circle: Circle) -> list[tuple[Organisation, Person]]:
    """The confidential advisers of the case. Where it has none, up to two are assigned now; never somebody who has a
    part in the case or is recused. Raises :class:`NoAdviser`."""
    assignments = Assignment.objects.filter(case=report.case)
    advising = not_barred(report.case, assignments.holding().filter(relation="adviser"))
    if advising:
        return [(assignment.organisation, assignment.person) for assignment in advising]
    busy: set[UUID] = set(assignments.running().values_list("person", flat=True))
    for organisation in filter(None, (report.organisation, report.handled_by)):
        candidates = holders(organisation, "confidential_adviser", timezone.localdate())
        ids = [person.id for person in candidates]
        kept_out = judge_people(report, circle, ids).everybody | barred_among(report.case, ids).everybody
        kept_out |= named_apart(report, ids)
        free = [person for person in candidates if person.id not in busy | kept_out]
        free = free[:MOST_IDENTITY_HOLDERS]
        for person in free:
            Assignment.objects.create(
                case=report.case,
                person=person,
                organisation=organisation,
                relation="adviser",
                capacity="confidential_adviser",
            )
        if free:
            keep_apart(report)
            return [(organisation, person) for person in free]
    raise NoAdviser
