"""What a reporter tells apart from those who handle the report, on the page of the mailbox."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from reporting.complaints.complaints import complain, read_by_reporter, write_back
from reporting.complaints.kinds import complaint_kinds
from reporting.complaints.readers import ReaderShown, functions_for, keep_apart, shown_now
from reporting.dialogue.alarm import duty_words
from reporting.dialogue.shown import ShownMessage, shown_to_reporter
from reporting.form.persons.circle import circle_of_report
from reporting.mailbox.forms import ApartForm, MailboxForm
from reporting.mailbox.mailbox import Mailbox
from reporting.models import Complaint

FURTHER = "further"  # a further message in something that was told before
ACTIONS = {"retaliation", "other_handler", "complaint", "apart"}
ABOUT = ("retaliation", "other_handler", "complaint")  # actions that make a complaint of a kind with this name


@dataclass(frozen=True)
class ToldApart:
    """Something that was told apart, as the reporter sees it. `form` is None once it was dealt with."""

    complaint: Complaint
    told: str
    readers: str
    said: list[ShownMessage]
    hands_on: bool
    duty: list[str]  # what somebody on duty did, in words
    form: MailboxForm | None


def kind_of(action: str, given: dict[str, Any]) -> str:
    """The kind of complaint that a cleaned form makes; empty where it goes to who handles the report. Who does not say who
    takes revenge is kept apart."""
    match action:
        case "retaliation":
            return "" if given["by_whom"] == "other" else "retaliation"
        case "complaint":
            return given["way"]
        case "apart":
            return FURTHER
    return action


def would_read(box: Mailbox) -> dict[str, str]:
    """{action: who would read it}, functions with their organisations; empty words where nobody is left."""
    circle = circle_of_report(box.report, box.opened.key_pair, box.opened.private)
    return {action: _listed(readers) for action, readers in functions_for(box.report, circle, ABOUT).items()}


def tell(box: Mailbox, kind: str, given: dict[str, Any], *, token: bytes) -> bool:
    """Keep it. False when this page was sent before, or a further message found nothing open."""
    if kind == FURTHER:
        complaint = box.report.complaints.filter(id=given["complaint"]).first()
        return complaint is not None and write_back(complaint, box.opened, given["text"], token=token)
    words = given["text"] or _("I ask for another handler.")
    return complain(box.report, box.opened, kind, words, token=token) is not None


def told_apart(box: Mailbox, typed: MailboxForm | None) -> list[ToldApart]:
    """Everything that was told apart. `typed`: the form that was sent just now and is shown again."""
    keep_apart(box.report)
    told = []
    for complaint in box.report.complaints.select_related("report", "handled_by").prefetch_related("alarms"):
        kind = complaint_kinds()[complaint.kind]
        told.append(
            ToldApart(
                complaint=complaint,
                told=str(kind.told),
                readers=_listed(shown_now(complaint)),
                said=shown_to_reporter(
                    read_by_reporter(complaint, box.opened), complaint.handled_by, anonymous=box.report.is_anonymous
                ),
                hands_on=kind.hands_on,
                duty=[words for alarm in complaint.alarms.all() for words in duty_words(alarm)],
                form=_form_of(complaint, typed) if complaint.is_open else None,
            )
        )
    return told


def _form_of(complaint: Complaint, typed: MailboxForm | None) -> MailboxForm:
    if typed is not None and typed.data.get("complaint") == str(complaint.id):
        return typed
    return ApartForm(initial={"complaint": complaint.id})


def _listed(readers: list[ReaderShown]) -> str:
    return ", ".join(str(reader) for reader in readers)
