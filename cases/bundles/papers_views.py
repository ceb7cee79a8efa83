"""The papers page as the person reads it, opened by a code. It sets no cookie: each page carries the code, sealed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.bundles.answering import write_on_page
from cases.bundles.forms import AskForm, NoReplyForm, ReplyForm, TakeCodeForm, WriteBackForm
from cases.bundles.shown import shown_to_party
from cases.desk.refusals import Refused
from cases.models import BundleEntry
from cases.parties.asking import can_ask
from cases.parties.bundles import ends_early, take_code
from cases.parties.entries import file_of, mark_seen, read
from cases.parties.opened import OPENS_NOTHING, OpenedBundle, open_by_code
from cases.parties.pings import ping_address, set_ping
from cases.parties.rights import rights_of
from cases.protocol.kinds.parts import parts
from cases.protocol.kinds.rights import Right, rights
from organisations.access.failing_closed import CannotWeigh
from organisations.desk.kept import KeptField
from organisations.desk.saving import to_save
from reporting.evidence.custody import MEDIA_TYPES
from reporting.evidence.intake import drop_piece
from reporting.form.cookieless import cookieless
from reporting.form.steps import Trouble, evidence_in
from reporting.mailbox.door import Door, Wish, number_asked
from reporting.mailbox.forms import MailboxForm, PingForm
from reporting.mailbox.session import Session
from vault.files import room_left
from vault.receipts import new_receipt

Kind = BundleEntry.Kind
TAKEN = gettext_lazy("From now on only your new code opens this page.")


class PapersSession(Session):
    purpose = "papers"


@cookieless
def papers(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show what it opens, or do what a button of that page says."""
    return DOOR.enter(request)


def _act(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> HttpResponse:
    """Do what the button says. A page that was sent before does nothing twice, and says so."""
    action = request.POST.get("action", "")
    if not box.bundle.is_taken:
        return _take(request, box, session)
    if action == "file":
        return _file(request, box, session)
    if action == "ping":
        return _keep_address(request, box, session)
    form = _forms(request, box, session).get(action)
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
        what = {"kind": Kind.REQUEST, "right": action} if action in rights() else {"kind": _KINDS[action]}
        answers = _entry(box, request.POST.get("entry", ""))
        done = write_on_page(box, text, token=session.token, answers=answers, pieces=pieces, **what)
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
    try:
        words, pieces = file_of(box, number_asked(request))
        content = b"".join(pieces)
    except FileNotFoundError:
        return _show(request, box, session)
    return to_save(content, MEDIA_TYPES[words.form], f"{words.title}.{words.form}")


def _keep_address(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> HttpResponse:
    form = PingForm(request.POST, receipt=session.receipt)
    if not form.is_valid():
        return _show(request, box, session, failed=("ping", form))
    try:
        set_ping(box, form.cleaned_data["email"])
    except Refused as refused:
        form.add_error("email", refused.message)
        return _show(request, box, session, failed=("ping", form))
    return _show(request, box, session, notice=_("Saved."))


_KINDS = {"message": Kind.MESSAGE, "reply": Kind.REPLY, "no_reply": Kind.NO_REPLY}


def _forms(request: HttpRequest, box: OpenedBundle, session: PapersSession) -> dict[str, MailboxForm]:
    sent, name = request.POST, request.POST.get("entry", "")
    asked = parts()[box.bundle.party.part].may_ask
    return {
        **{code: AskForm(sent, of=rights()[code], receipt=session.receipt, name=code) for code in asked},
        "message": WriteBackForm(sent, receipt=session.receipt),
        "reply": ReplyForm(sent, receipt=session.receipt, name=f"reply-{name}"),
        "no_reply": NoReplyForm(sent, receipt=session.receipt, name=f"no-reply-{name}"),
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
        return DOOR.ask(request)
    return _show(request, opened, PapersSession(session.new_receipt), notice=str(TAKEN))


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
    failed: tuple[str, MailboxForm] | None = None,
    kept: str = "",
    trouble: list[Trouble] | None = None,
) -> HttpResponse:
    """`kept`: what was typed and not sent; also what the page carried from before."""
    if not box.bundle.is_taken:
        return _show_take(request, session)
    sealed = box.texts()
    entries = read(box, sealed)
    mark_seen(box, entries)
    kept = kept or request.POST.get("kept", "") or (request.POST.get("text", "") if failed else "")
    again = {(failed[0], request.POST.get("entry", "")): failed[1]} if failed else {}
    message = again.get(("message", "")) or WriteBackForm(initial={"text": kept})
    part = parts()[box.bundle.party.part]
    context = {
        "organisation": box.bundle.organisation,
        "session": session.seal(),
        "here": reverse("papers"),
        "entries": shown_to_party(entries, box.bundle, again),
        "rights": rights_of(box.bundle),
        "talk_to": part.talk_to,
        "wishes": _wishes(box, failed),
        "purpose": box.purpose_in(sealed),
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


def _wishes(box: OpenedBundle, failed: tuple[str, MailboxForm] | None) -> list[Wish]:
    """What the person can ask now, each with its term and where else they can go; and the mail that says that something is new."""
    again, found = dict([failed] if failed else []), []
    for code, right in can_ask(box.bundle).items() if box.bundle.can_write else ():
        form = again.get(code) or AskForm(of=right, name=code)
        found.append(Wish(code, str(right.label), _("Send"), form, _says(right), is_open=code in again))
    address = ping_address(box.bundle)
    words = _("Change your mail address") if address else _("Get a mail when there is something new")
    form = again.get("ping") or PingForm(initial={"email": address})
    says = [_("The mail says only that there is something new. It does not name this site or what it is about.")]
    return [*found, Wish("ping", words, _("Save"), form, says, is_open="ping" in again)]


def _says(right: Right) -> list[str]:
    lines = [str(right.says)]
    if by := right.answer_by(timezone.localdate()):
        words = _("If you send this today, you must have an answer on %(day)s at the latest (%(source)s).")
        lines.append(words % {"day": date_format(by, "j F Y"), "source": right.rests_on})
    return [*lines, str(right.place)] if right.place else lines


DOOR = Door(
    session=PapersSession,
    opens=open_by_code,
    act=_act,
    show=_show,
    unknown=OPENS_NOTHING,
    taken=TAKEN,
    template="cases/bundles/return.html",
)
