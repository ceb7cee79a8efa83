"""The papers page as the person reads it, opened by a code. It sets no cookie: each page carries the code, sealed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.bundles.answering import write_on_page
from cases.bundles.forms import NoReplyForm, PaperForm, ReplyForm, TakeCodeForm, WriteBackForm
from cases.desk.refusals import Refused
from cases.models import BundleEntry
from cases.parties.bundles import ends_early, take_code
from cases.parties.entries import OpenedEntry, file_of, mark_seen, read
from cases.parties.opened import OPENS_NOTHING, OpenedBundle, open_by_code
from cases.parties.rights import rights_of
from organisations.access.failing_closed import CannotWeigh
from organisations.desk.kept import KeptField
from organisations.desk.saving import to_save
from reporting.evidence.custody import MEDIA_TYPES
from reporting.evidence.intake import drop_piece
from reporting.form.cookieless import cookieless
from reporting.form.forms import ReceiptForm
from reporting.form.steps import Trouble, evidence_in
from reporting.mailbox.session import Session
from vault.files import room_left
from vault.receipts import new_receipt

Kind = BundleEntry.Kind


class PapersSession(Session):
    purpose = "papers"


@dataclass(frozen=True)
class ShownEntry:
    """An entry with the forms to answer it, where it can be answered now."""

    one: OpenedEntry
    reply: PaperForm | None = None
    no_reply: PaperForm | None = None


@cookieless
def papers(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show what it opens, or do what a button of that page says."""
    if request.method != "POST":
        return _ask_code(request, ReceiptForm())
    if "session" in request.POST and "receipt" not in request.POST:
        session = PapersSession.open(request.POST["session"])
        box = open_by_code(session.receipt) if session else None
        if box is None and session and session.new_receipt and (box := open_by_code(session.new_receipt)):
            return _show(request, box, PapersSession(session.new_receipt), notice=_taken())  # the button, pressed twice
        if session is None or box is None:
            return _ask_code(request, ReceiptForm(), kept=request.POST.get("text", ""), timed_out=True)
        return _act(request, box, session)
    form = ReceiptForm(request.POST)
    if form.is_valid():
        if box := open_by_code(form.cleaned_data["receipt"]):
            return _show(request, box, PapersSession(form.cleaned_data["receipt"]))
        form.add_error("receipt", str(OPENS_NOTHING))
    return _ask_code(request, form, kept=request.POST.get("kept", ""))


def _ask_code(request: HttpRequest, form: ReceiptForm, *, kept: str = "", timed_out: bool = False) -> HttpResponse:
    context = {"form": form, "kept": kept, "timed_out": timed_out}
    return render(request, "cases/bundles/return.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> HttpResponse:
    """Do what the button says. A page that was sent before does nothing twice, and says so."""
    action = request.POST.get("action", "")
    if not box.bundle.is_taken:
        return _take(request, box, session)
    if action == "file":
        return _file(request, box, session)
    form = _forms(request, session).get(action)
    if form is None or not box.bundle.can_write:
        return _show(request, box, session, kept=request.POST.get("text", ""))
    if not form.is_valid():
        return _show(request, box, session, failed=(action, form))
    text = form.cleaned_data.get("text", "")
    taken, trouble = evidence_in(request, [], keep_originals=False)
    pieces = [piece for piece in taken if piece.kind in MEDIA_TYPES]  # no pile of messages: this page asks none
    if trouble:  # a reply is sent once, so it waits for its files
        for piece in taken:
            drop_piece(piece)
        return _show(request, box, session, failed=(action, form), trouble=trouble)
    try:
        kind, answers = _KINDS[action], _entry(box, request.POST.get("entry", ""))
        done = write_on_page(box, text, token=session.token, kind=kind, answers=answers, pieces=pieces)
    except Refused as refused:
        form.add_error(next(iter(form.fields)), refused.message)
        return _show(request, box, session, failed=(action, form))
    except CannotWeigh:
        form.add_error(
            next(iter(form.fields)), _("Nothing was sent. What you wrote is still here. Try again in an hour.")
        )
        return _show(request, box, session, failed=(action, form))
    if not done:  # what was typed stays, for a page that may be sent anew
        return _show(request, box, session, notice=_("This page was sent before. Nothing was done twice."), kept=text)
    return _show(request, box, session, notice=_("Sent."))


def _file(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> HttpResponse:
    """A file of the page, to be saved."""
    which = request.POST.get("which", "")
    try:
        words, pieces = file_of(box, int(which) if which.isdecimal() and len(which) < 6 else 0)
        content = b"".join(pieces)
    except FileNotFoundError:
        return _show(request, box, session)
    return to_save(content, MEDIA_TYPES[words.form], f"{words.title}.{words.form}")


_KINDS = {"message": Kind.MESSAGE, "reply": Kind.REPLY, "no_reply": Kind.NO_REPLY}


def _forms(request: HttpRequest, session: PapersSession) -> dict[str, PaperForm]:
    sent, name = request.POST, request.POST.get("entry", "")
    return {
        "message": WriteBackForm(sent, receipt=session.receipt),
        "reply": ReplyForm(sent, receipt=session.receipt, name=f"reply-{name}"),
        "no_reply": NoReplyForm(sent, name=f"no-reply-{name}"),
    }


def _entry(box: OpenedBundle, sequence: str):
    """The entry with this number; None where there is none."""
    return next((one.entry.id for one in read(box) if str(one.entry.sequence) == sequence), None)


def _take(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> HttpResponse:
    """The first time: a code of their own takes the place of the one that was sent."""
    form = TakeCodeForm(request.POST, new_receipt=session.new_receipt)
    if request.POST.get("action") != "take" or not session.new_receipt:
        return _show(request, box, session)
    if not form.is_valid():
        return _show_take(request, session, form)
    try:
        take_code(box, session.new_receipt)
    except Refused as refused:
        form.add_error("last_group", refused.message)
        return _show_take(request, session, form)
    opened = open_by_code(session.new_receipt)
    if opened is None:
        return _ask_code(request, ReceiptForm())
    return _show(request, opened, PapersSession(session.new_receipt), notice=_taken())


def _taken() -> str:
    return _("From now on only your new code opens this page.")


def _show_take(request: HttpRequest, session: PapersSession, form: TakeCodeForm | None = None) -> HttpResponse:
    session.new_receipt = session.new_receipt or new_receipt()
    form = form or TakeCodeForm(new_receipt=session.new_receipt)
    context = {
        "session": session.seal(),
        "form": form,
        "receipt": session.new_receipt.split("-"),
        "kept": request.POST.get("kept", ""),
    }
    return render(request, "cases/bundles/take.html", context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest,
    box: OpenedBundle,
    session: PapersSession,
    *,
    notice: str = "",
    failed: tuple[str, PaperForm] | None = None,
    kept: str = "",
    trouble: list[Trouble] | None = None,
) -> HttpResponse:
    """`kept`: what was typed and not sent; also what the page carried from before."""
    if not box.bundle.is_taken:
        return _show_take(request, session)
    entries = read(box)
    mark_seen(box)
    failed_for = request.POST.get("entry", "") if failed else ""
    kept = kept or request.POST.get("kept", "") or (request.POST.get("text", "") if failed else "")
    message = failed[1] if failed and failed[0] == "message" else WriteBackForm(initial={"text": kept})
    context = {
        "organisation": box.bundle.organisation,
        "session": session.seal(),
        "entries": [_shown(one, failed, failed_for) for one in entries],
        "rights": rights_of(box.bundle),
        "purpose": box.purpose,
        "until": box.bundle.until,
        "ends_early": ends_early(box.bundle),
        "can_write": box.bundle.can_write,
        "message": message,
        "kept": kept,
        "typed": [KeptField("text", kept)] if kept.strip() else [],
        "form": failed[1] if failed else None,
        "notice": notice,
        "trouble": trouble or [],
        "room": room_left(),
    }
    return render(request, "cases/bundles/papers.html", context, status=422 if failed else 200)


def _shown(one: OpenedEntry, failed: tuple[str, PaperForm] | None, failed_for: str) -> ShownEntry:
    if not one.can_be_answered:
        return ShownEntry(one)
    number = str(one.entry.sequence)
    of_this = dict([failed]) if failed and failed_for == number else {}
    return ShownEntry(
        one,
        of_this.get("reply") or ReplyForm(name=f"reply-{number}"),
        of_this.get("no_reply") or NoReplyForm(name=f"no-reply-{number}"),
    )
