"""The parts of a case page that join officer and reporter: messages and evidence."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from cases.deadlines.running import bring_hours_forward
from cases.desk.keys import key_of
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.replies import reply_field
from cases.events import CaseEvent
from cases.file.contact.messages import write_to_reporter
from cases.file.contact.originals import say_why_original
from cases.file.contact.removal import can_be_removed, removal_list
from cases.file.contact.sender_code import may_send_code
from cases.people.hearing import about_field
from organisations.desk.forms import DeskForm, reason_field, tick_field, token_field
from organisations.desk.notices import Notice, Notices
from organisations.desk.saving import to_save
from reporting.dialogue.dialogue import conversation
from reporting.dialogue.shown import shown_at_desk
from reporting.evidence.custody import content, evidence_of, not_compared, opened_evidence
from reporting.models import Evidence, Message
from vault import ledger
from vault.compartments import Compartment, ContentKey

SENT = Notices(
    {
        "sent": Notice(_("Sent. The reporter reads it with the code.")),
        "code": Notice(_("The mail with the code has left.")),
    }
)


class AnswerForm(DeskForm):
    sometimes_needed = ("about", "no_sanction")
    text = reply_field()
    no_sanction = tick_field(_("Does this text name a sanction?"), _("It names no sanction of a person"))
    about = about_field()
    token = token_field()


class OriginalForm(DeskForm):
    sometimes_needed = ("about",)
    reason = reason_field(
        _("Why do you open the original?"),
        _("It holds hidden data, such as the place and the device. Your reason is kept, sealed with the case."),
        max_length=300,
        rows=1,
    )
    about = about_field()


@case_page("case.evidence", tab="messages", shows="messages", methods=READ_AND_POST, notices=SENT)
def messages(page: CasePage) -> HttpResponse:
    report, key = page.case.report, _content_key(page)
    talks = page.may("case.talk")
    form = AnswerForm(page.sent())
    if page.is_sent and talks and form.is_valid():
        with form.refusals("text"):
            given = form.cleaned_data
            write_to_reporter(
                page.case,
                given["text"],
                actor=page.actor,
                token=given["token"],
                about=given["about"],
                no_sanction=bool(given["no_sanction"]),
            )
            return page.done_or_away("messages", "sent")
    if talks:
        bring_hours_forward(page.case)
    opened = conversation(report, key, reader=Message.By.DESK)
    said = shown_at_desk(opened, page.actor.person, anonymous=report.is_anonymous)
    page.counts = replace(page.counts, unread=0)  # the conversation was read just now
    return page.show(
        "cases/file/messages.html",
        said=said,
        form=form,
        talks=talks,
        sends_code=may_send_code(page.case, page.standing),
    )


@case_page("case.evidence", tab="evidence", shows="evidence")
def evidence(page: CasePage) -> HttpResponse:
    pieces = evidence_of(page.case.report, _content_key(page))
    return page.show(
        "cases/file/evidence.html",
        evidence=pieces,
        not_compared=not_compared(pieces),
        with_address=sum(piece.names_address for piece in pieces),
        removable=len(can_be_removed(pieces)),
        without_link=sum(piece.is_message and not piece.link for piece in pieces),
        originals=page.may("case.original"),
    )


@case_page("case.evidence", tab="evidence")
def removal(page: CasePage) -> HttpResponse:
    """The list of what a platform is asked to take away, to save. Whoever saves it stands in the ledger."""
    pieces = evidence_of(page.case.report, _content_key(page))
    listed = len(can_be_removed(pieces))
    ledger.record(page.case.id, CaseEvent.REMOVAL_LISTED, actor=page.actor.person.id, count=listed)
    return to_save(removal_list(pieces), "text/csv; charset=utf-8", str(_("removal.csv")))


@case_page("case.evidence", tab="evidence")
def file(page: CasePage, number: int) -> HttpResponse:
    """A cleaned file. A picture may be shown on the page; everything else is saved, never opened in the browser."""
    row = get_object_or_404(page.case.report.evidence, number=number)
    ledger.record(page.case.id, CaseEvent.EVIDENCE_OPENED, actor=page.actor.person.id, number=number)
    return _file(page, row, original=False)


@case_page("case.original", tab="evidence", methods=READ_AND_POST)
def original(page: CasePage, number: int) -> HttpResponse:
    """The file as it came: asks a reason, which the ledger keeps."""
    row = get_object_or_404(page.case.report.evidence.exclude(original=None), number=number)
    form = OriginalForm(page.sent())
    if page.is_sent and form.is_valid():
        with form.refusals("reason"):
            given = form.cleaned_data
            say_why_original(page.case, number, given["reason"], actor=page.actor, about=given["about"])
            return _file(page, row, original=True)
    return page.show("cases/file/original.html", row=row, form=form)


def _key(page: CasePage, compartment: Compartment) -> ContentKey:
    return key_of(page.case, compartment, page.actor)


def _content_key(page: CasePage) -> ContentKey:
    return _key(page, Compartment.CONTENT)


def _file(page: CasePage, row: Evidence, *, original: bool) -> HttpResponse:
    key = _content_key(page)
    piece = opened_evidence(row, key)
    try:
        pieces = list(content(row, key, original=original))
    except FileNotFoundError:
        raise Http404 from None
    shown = piece.is_picture and not original and "show" in page.request.GET
    name = f"{page.case.number}-{row.number}-{piece.name}"
    media_type = "application/octet-stream" if original else piece.media_type
    return to_save(b"".join(pieces), media_type, name, shown=shown)
