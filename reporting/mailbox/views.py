"""The reporter's page, which the receipt opens. It sets no cookie: each page carries the receipt, sealed."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.access.failing_closed import CannotWeigh
from organisations.access.routing import NoAdviser
from organisations.desk.saving import to_save
from reporting.dialogue.corrected import answers_now
from reporting.dialogue.dialogue import conversation, sent_file
from reporting.dialogue.progress import lines
from reporting.dialogue.shown import shown_to_reporter
from reporting.events import ReportEvent
from reporting.evidence.custody import MEDIA_TYPES, evidence_of
from reporting.evidence.intake import FileRefused
from reporting.evidence.refusals import REFUSALS
from reporting.form.advice import advice_for
from reporting.form.cookieless import cookieless
from reporting.form.drafts import Draft
from reporting.form.sending import acknowledge
from reporting.form.steps import Trouble, ask_step, evidence_in, not_kept, pasted_again
from reporting.mailbox import apart
from reporting.mailbox import mailbox as verbs
from reporting.mailbox.door import Door, number_asked
from reporting.mailbox.forms import FORMS, MailboxForm
from reporting.mailbox.mailbox import Mailbox, open_mailbox
from reporting.mailbox.session import Session
from reporting.mailbox.wishes import wishes
from reporting.models import Message
from reporting.pdf import can_make_pdf
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from reporting.questions.reading import READABLE_BY_REPORTER, raw_answers
from vault import ledger
from vault.compartments import open_with
from vault.files import room_left
from vault.keyring.keys import NoKey
from vault.receipts import new_receipt


@cookieless
def mailbox(request: HttpRequest) -> HttpResponse:
    """Ask for the code, show what it opens, or do what a button of that page says."""
    return DOOR.enter(request)


def _act(request: HttpRequest, box: Mailbox, session: Session) -> HttpResponse:
    """Do what the button says. A page that was sent before does nothing twice, and says so."""
    action = request.POST.get("action", "")
    if action in {"ack_text", "ack_pdf"}:
        return acknowledge(box.report, as_pdf=action == "ack_pdf")
    if action == "follow_up":
        following = _following(box)
        return ask_step(request, following, following.steps()[0])
    if action == "file" and not box.awaits_confirmation:
        return _sent_file(request, box, session)
    if action not in FORMS:
        return _show(request, box, session)
    if box.awaits_confirmation != (action == "confirm") or (action == "identity" and not box.can_give_name):
        return _show(request, box, session)
    form = FORMS[action](request.POST, receipt=session.receipt, **_setting(action, box, session))
    is_apart = action in apart.ACTIONS
    if not form.is_valid():
        return _show(request, box, session, failed={action: form}, is_apart=is_apart)
    if is_apart and (kind := apart.kind_of(action, form.cleaned_data)):
        return _tell_apart(request, box, session, action, kind, form)
    try:
        done, trouble = _do(request, action, box, session, form.cleaned_data)
    except NoAdviser:
        form.add_error("known_as", _("There is no confidential adviser who can keep your name."))
        return _show(request, box, session, failed={action: form})
    except CannotWeigh:
        form.add_error(next(iter(form.fields)), _not_judged())
        return _show(request, box, session, failed={action: form})
    if action == "message" and trouble and not form.cleaned_data["text"]:
        return _show(request, box, session, failed={action: form}, trouble=trouble)
    if action == "confirm":
        session = Session(session.new_receipt)
        box = open_mailbox(session.receipt) or box
    if not done:  # what was typed stays, for a page that may be sent anew
        notice = _("This page was sent before. Nothing was done twice.")
        return _show(request, box, session, notice=notice, kept={action: form}, trouble=trouble)
    return _show(request, box, session, notice=_DONE[action](), trouble=trouble)


def _sent_file(request: HttpRequest, box: Mailbox, session: Session) -> HttpResponse:
    """A file that was sent to the reporter, to be saved."""
    try:
        file, pieces = sent_file(box.report, box.key, number_asked(request))
        content = b"".join(pieces)
    except FileNotFoundError:
        return _show(request, box, session)
    return to_save(content, MEDIA_TYPES[file.kind], file.name)


CONFIRMED = gettext_lazy("Confirmed. From now on only your new code opens this page.")
_DONE = {
    "message": lambda: _("Sent. You read the answer here."),
    "withdraw": lambda: _(
        "Sent: you want to stop. Whoever handles your report first looks whether that is safe. You read the answer here."
    ),
    "go_on": lambda: _("Good that you said so. Your report goes on."),
    "other_handler": lambda: _("Your question was sent. You read here what is decided."),
    "complaint": lambda: _("Sent. You read the answer here."),
    "apart": lambda: _("Sent. You read the answer here."),
    "retaliation": lambda: _(
        "Thank you for telling. Whoever handles your report can read it now, and answers you here."
    ),
    "identity": lambda: _("Your name was given to whom you chose."),
    "ping": lambda: _("Saved."),
    "experience": lambda: _("Thank you. With this we can do better."),
    "confirm": lambda: str(CONFIRMED),
}


def _not_judged() -> str:
    return _(
        "Nothing was sent. We could not look whether somebody who reads this is named in it, and before that nobody gets "
        "it. What you wrote is still here. Try again in an hour; choose files again then."
    )


def _tell_apart(
    request: HttpRequest, box: Mailbox, session: Session, action: str, kind: str, form: MailboxForm
) -> HttpResponse:
    """Keep what is told apart, for the readers that the page named."""
    if kind != apart.FURTHER and session.shown.get(action) != apart.would_read(box)[action]:
        form.add_error("text", _("Who reads this has changed meanwhile. Look once more, and send it again."))
        return _show(request, box, session, failed={action: form}, is_apart=True)
    try:
        done = apart.tell(box, kind, form.cleaned_data, token=session.token)
    except CannotWeigh:
        form.add_error("text", _not_judged())
        return _show(request, box, session, failed={action: form}, is_apart=True)
    if not done:
        notice = _("This page was sent before. Nothing was done twice.")
        return _show(request, box, session, notice=notice, kept={action: form}, is_apart=True)
    return _show(request, box, session, notice=_DONE[action](), is_apart=True)


def _do(request: HttpRequest, action: str, box: Mailbox, session: Session, given: dict) -> tuple[bool, list[Trouble]]:
    match action:
        case "message":
            keeps = box.report.known_as == "named" and "keep_original" in request.POST
            pieces, trouble = evidence_in(request, [], keep_originals=keeps)
            if not given["text"] and not pieces:
                return False, trouble or [Trouble("", _("Write something, or choose a file."))]
            try:
                done = verbs.send_message(box, given["text"], given["about"], pieces, token=session.token)
            except FileRefused as refused:
                return False, [*trouble, Trouble("", str(REFUSALS[refused.code]))]
            return done, [*trouble, *(not_kept(box.report, pieces) if done else [])]
        case "withdraw":
            return verbs.ask_withdrawal(box, given["text"], token=session.token), []
        case "go_on":
            return verbs.go_on(box, given["text"], token=session.token), []
        case "retaliation":
            return verbs.tell_retaliation(box, given["text"], token=session.token), []
        case "identity":
            who = (given["name"], given["contact"], given["known_as"])
            return verbs.share_identity(box, *who, token=session.token), []
        case "ping":
            verbs.set_ping(box, given["email"])
            return True, []
        case "experience":
            return verbs.tell_experience(box, given["score"], given["text"], token=session.token), []
    before = _account(raw_answers(box.report, box.key))
    return verbs.confirm(box, given["account"], before, session.new_receipt, token=session.token), []


def _show(request: HttpRequest, box: Mailbox, session: Session, **how: Any) -> HttpResponse:
    """The page of the mailbox as :func:`_page` shows it. Where recusal breaks, what this page would tell of who reads is not
    known: then a page that says only what was done and what was not."""
    try:
        return _page(request, box, session, **how)
    except CannotWeigh:
        failed = how.get("failed") or how.get("kept") or {}
        context = {
            "organisation": box.report.organisation,
            "session": session.seal(),
            "notice": how.get("notice", ""),
            "form": next(iter(failed.values()), None),
            "trouble": how.get("trouble") or [],
        }
        return render(request, "reporting/mailbox/not_shown.html", context, status=503)


@transaction.atomic
def _page(
    request: HttpRequest,
    box: Mailbox,
    session: Session,
    *,
    notice: str = "",
    failed: dict[str, MailboxForm] | None = None,
    kept: dict[str, MailboxForm] | None = None,
    trouble: list[Trouble] | None = None,
    is_apart: bool = False,
) -> HttpResponse:
    """`is_apart`: after something that is told apart, of which the ledger of the case keeps nothing, also no view."""
    report = box.report
    raw = raw_answers(report, box.key)
    if not (report.is_anonymous or is_apart):
        ledger.record(report.case, ReportEvent.SEEN_BY_REPORTER, on=timezone.localdate())
    if box.awaits_confirmation:
        return _show_confirmation(request, box, session, _account(raw), failed or {})
    given, first = [], ""
    for compartment in READABLE_BY_REPORTER:
        try:
            key = open_with(report.case, compartment, box.opened.key_pair, box.opened.private)
        except NoKey:
            continue  # nothing was sealed there
        now = answers_now(report, key)
        given += now.answers
        first = first or now.first_version
    forms = {
        name: (failed or kept or {}).get(name) or _fresh(name, box, request)
        for name in FORMS
        if name not in {"confirm", "apart"}
    }
    session.shown = apart.would_read(box)
    context = {
        "report": report,
        "organisation": report.organisation,
        "session": session.seal(),
        "lines": lines(report),
        "answers": given,
        "first_version": first,
        "said": shown_to_reporter(
            conversation(report, box.key, reader=Message.By.REPORTER),
            report.organisation,
            anonymous=report.is_anonymous,
        ),
        "evidence": evidence_of(report, box.key),
        "advice": advice_for(report.kind, raw, told={row.code for row in report.told.all()}, is_closed=box.is_closed),
        "is_closed": box.is_closed,
        "message": forms["message"],
        "wishes": wishes(box, forms, session.shown, set(failed or {})),
        "apart": apart.told_apart(box, (failed or kept or {}).get("apart")),
        "failed": bool(failed),
        "here": reverse("reporting:mailbox"),
        "failed_form": next(iter((failed or {}).values()), None),
        "trouble": trouble or [],
        "pasted": pasted_again(request, trouble),
        "notice": notice,
        "room": room_left(),
        "can_make_pdf": can_make_pdf(),
    }
    return render(request, "reporting/mailbox/mailbox.html", context, status=422 if failed else 200)


def _show_confirmation(
    request: HttpRequest, box: Mailbox, session: Session, account: str, failed: dict[str, MailboxForm]
) -> HttpResponse:
    session.new_receipt = session.new_receipt or new_receipt()
    form = failed.get("confirm") or FORMS["confirm"](
        initial={"account": request.POST.get("kept") or account},
        receipt=session.receipt,
        new_receipt=session.new_receipt,
    )
    context = {
        "report": box.report,
        "organisation": box.report.organisation,
        "session": session.seal(),
        "form": form,
        "receipt": session.new_receipt.split("-"),
    }
    return render(request, "reporting/form/confirm.html", context, status=422 if failed else 200)


def _account(raw: dict[str, object]) -> str:
    """What happened, in the words that were written down first."""
    return str(answer_meaning(Meaning.ACCOUNT, raw) or "")


def _fresh(name: str, box: Mailbox, request: HttpRequest) -> MailboxForm:
    initial = {}
    if name == "message" and request.POST.get("kept"):
        initial = {"text": request.POST["kept"]}
    if name == "ping" and (address := verbs.ping_address(box.report)):
        initial = {"email": address}
    return FORMS[name](initial=initial, **_setting(name, box))


def _setting(name: str, box: Mailbox, session: Session | None = None) -> dict[str, Any]:
    """What a form must be told beside what was typed."""
    if name == "message":
        return {"readers": verbs.functions_reading(box.report)}
    return {"new_receipt": session.new_receipt} if name == "confirm" and session else {}


def _following(box: Mailbox) -> Draft:
    """The draft of a new report that belongs to this one, with a receipt of its own."""
    draft = Draft.begin(box.report.organisation, box.report.kind)
    draft.follows = str(box.report.id)
    return draft


DOOR = Door(
    session=Session,
    opens=open_mailbox,
    act=_act,
    show=_show,
    unknown=gettext_lazy(
        "We do not know this code. Compare it group by group with what you wrote down. If you lost the code, "
        "nobody can open your report with a new one; make a new report and say that it belongs to an earlier one."
    ),
    taken=CONFIRMED,
    template="reporting/mailbox/return.html",
    kept=("account", "text"),
)
