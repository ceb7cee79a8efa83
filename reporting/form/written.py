"""What came by e-mail, by letter or in the corridor and was written down by somebody at work: the sender gets a code by letter
or mail, and reads it over.

Whoever wrote it down and is kept out of it may not have the code: with it they would read, change and follow it in the name
of the sender. Then somebody who works the case makes another one, which alone opens the report from then on.
"""

import logging
from collections.abc import Iterable, Mapping
from smtplib import SMTPException
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.sending.mail import send_code
from organisations.access.bars import barred_ones
from organisations.desk.refusals import Refused
from organisations.models import Person
from reporting.dialogue.dialogue import lock_report
from reporting.dialogue.progress import day_of
from reporting.events import ReportEvent
from reporting.models import Report
from reporting.pdf import pdf
from vault import ledger, receipts
from vault.compartments import Compartment, add_reader
from vault.keyring.keys import OrganisationKeys, recovery_key_pair
from vault.models import CaseShare, KeyGrant, KeyPair

logger = logging.getLogger(__name__)
SPOKEN = "spoken"  # the reporter is there: the code is read out
WRITTEN = frozenset({"mail", "letter"})  # what came can be kept as a file
MOST_DAYS_BACK = 365
MOST_MAILS = 3  # with the code of one report
NO_ORIGINAL = gettext_lazy("Add what came, the mail or a scan of the letter, so that anybody can compare it later.")


def came_in_writing(came_by: str) -> bool:
    """Whether a report that came this way (of came_by) has an original."""
    return came_by in WRITTEN


def needs_code_sent(came_by: str) -> bool:
    """Whether the reporter is not there when it is written down, so that the code has to be sent."""
    return came_by not in {"", SPOKEN}


def code_letter(code: str, address: str) -> bytes:
    """The letter with the code as a PDF. It names neither the subject nor the organisation. Raises NoPdf (reporting/pdf.py)."""
    return pdf(render_to_string("reporting/form/code_letter.html", {"code": code, "address": address}))


def code_text(code: str, address: str) -> str:
    """The code as a small text. Its words do not tell what the code is for."""
    return _("Your code: %(code)s\nWhere to use it: %(address)s\n") % {"code": code, "address": address}


def lacks_code(writers: Mapping[UUID, UUID]) -> set[UUID]:
    """Of {case of a report that its sender has not read over: who wrote it down}, the cases in which whoever could see or send
    the code last is kept out: no code opens these. At most two queries. Raises CannotWeigh."""
    return barred_ones({**writers, **_makers(writers)}) if writers else set()


def can_make_code(report: Report) -> bool:
    """Whether somebody who works the case may make another code: nobody read the report over, and who wrote it down is kept
    out of it or was when one was made. Also of what was told by telephone: the reporter's code opens nothing then."""
    if report.entered_by_id is None or report.confirmed_on is not None or not report.came_by:
        return False
    return bool(_makers([report.case]) or barred_ones({report.case: report.entered_by_id}))


def _makers(cases: Iterable[UUID]) -> dict[UUID, UUID]:
    """{case: who made a code last}."""
    cases = list(cases)
    events = ledger.entries_in(cases, ReportEvent.CODE_MADE) if cases else ()
    return {case: entry.actor for case, entry in events if entry.actor}


@transaction.atomic
def make_code(report: Report, *, by: Person) -> str:
    """Another code for the sender, which alone opens the report and what was told apart of it from now on; the one before
    opens nothing. Raises Refused where the sender read the report over meanwhile, or whoever wrote it down can send the code."""
    lock_report(report)
    report.refresh_from_db(fields=["confirmed_on"])
    if not can_make_code(report):
        raise Refused(_("The sender has a code already. Here is how it stands."))
    code = receipts.new_receipt()
    before = KeyPair.objects.filter(holder=report.id, purpose=KeyPair.Purpose.REPORTER)
    opened = set(KeyGrant.objects.filter(reader__in=before).values_list("case", "compartment"))
    for old in list(before.values_list("id", flat=True)):
        receipts.forget(old)
    pair = receipts.create_reporter_key_pair(report.organisation_id, report.id, code, OrganisationKeys())
    holders = dict(
        CaseShare.objects.filter(case__in={case for case, _name in opened}).values_list("case", "organisation")
    )
    for case, compartment in sorted(opened):
        add_reader(case, Compartment(compartment), pair, through=recovery_key_pair(holders[case]))
    report.receipt_kept = True  # no page of whoever wrote it down shows the code before
    report.save(update_fields=["receipt_kept"])
    ledger.record(report.case, ReportEvent.CODE_MADE, actor=by.id, on=day_of(report, timezone.localdate()))
    return code


@transaction.atomic
def mail_new_code(report: Report, to: str, address: str, *, by: Person) -> None:
    """Make another code and mail it, without anybody seeing it. Raises Refused as :func:`make_code`, and where the mail does not
    leave: then the code before stays."""
    if error := mail_code_of(report, to, make_code(report, by=by), address, by=by):
        raise Refused(error, "send_to")


@transaction.atomic
def mail_code_of(report: Report, to: str, code: str, address: str, *, by: Person | None = None) -> str:
    """Mail the code of a report that was written down, no more than :data:`MOST_MAILS` times in all: each opens the report to
    whoever has that address. `by`: None for who wrote it down. The ledger keeps that it went, not where to. Returns as
    :func:`mail_code`."""
    lock_report(report)
    if len(list(ledger.entries_of(report.case, ReportEvent.CODE_MAILED))) >= MOST_MAILS:
        return _("This code was mailed %(count)d times already. Print the letter.") % {"count": MOST_MAILS}
    error = mail_code(to, code, address)
    if not error:
        on = day_of(report, timezone.localdate())
        actor = by.id if by else report.entered_by_id
        ledger.record(report.case, ReportEvent.CODE_MAILED, actor=actor, on=on)
    return error


def mail_code(to: str, code: str, address: str) -> str:
    """Mail the code at once, since nothing that is stored may hold it. Returns what went wrong in words, or nothing."""
    try:
        validate_email(to)
    except ValidationError:
        return _("Give an e-mail address, such as name@example.nl.")
    try:
        send_code(to, code, address)
    except (OSError, SMTPException) as error:
        logger.error("a code could not be mailed: %s", type(error).__name__)
        return _("The mail could not be sent now. Print the letter, or try again later on this page.")
    return ""
