"""What came by e-mail, by letter or in the corridor and was written down by somebody at work: the sender gets a code by letter
or mail, and reads it over."""

import logging
from smtplib import SMTPException

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.mail import send_code
from reporting.dialogue.dialogue import lock_report
from reporting.dialogue.progress import day_of
from reporting.events import ReportEvent
from reporting.models import Report
from reporting.pdf import pdf
from vault import ledger

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


@transaction.atomic
def mail_code_of(report: Report, to: str, code: str, address: str) -> str:
    """Mail the code of a report that was written down, no more than :data:`MOST_MAILS` times in all: each opens the report to
    whoever has that address. The ledger keeps that it went, not where to. Returns as :func:`mail_code`."""
    lock_report(report)
    if len(list(ledger.entries_of(report.case, ReportEvent.CODE_MAILED))) >= MOST_MAILS:
        return _("This code was mailed %(count)d times already. Print the letter.") % {"count": MOST_MAILS}
    error = mail_code(to, code, address)
    if not error:
        on = day_of(report, timezone.localdate())
        ledger.record(report.case, ReportEvent.CODE_MAILED, actor=report.entered_by_id, on=on)
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
