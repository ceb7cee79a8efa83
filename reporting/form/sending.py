"""The last pages: is this right, and it has arrived, with the code."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.access import bars
from organisations.access.routing import NoAdviser, Reader
from organisations.codes import code_list
from organisations.desk.saving import to_save
from organisations.people.duty import EMERGENCY, POLICE, somebody_is_on_duty
from reporting.dialogue.progress import lines
from reporting.form import lanes
from reporting.form.acknowledgement import FILE_NAME, acknowledgement, acknowledgement_pdf
from reporting.form.advice import advice_for
from reporting.form.drafts import Draft
from reporting.form.forms import StepForm
from reporting.form.steps import ask_step, is_in_danger, not_kept
from reporting.form.submission import Plan, ReadersChanged, plan, submit
from reporting.form.written import code_letter, code_text, mail_code_of
from reporting.models import Report
from reporting.pdf import NoPdf, can_make_pdf
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answer_meaning
from reporting.questions.reading import answers_in_words


def summary_page(
    request: HttpRequest, draft: Draft, *, notice: str = "", answered: StepForm | None = None
) -> HttpResponse:
    """Everything that was answered, who will read it, and the last questions. That these readers were shown goes into the draft.
    `answered`: the judged form of those questions, with its errors."""
    last = draft.questions.last_step
    if draft.forget_old_answer():
        notice = notice or _("You wrote something since you answered which reader it is about. Answer that once more.")
    submission = draft.submission()
    try:
        planned = plan(submission)
    except NoAdviser:
        return _ask_known_as(request, draft)
    draft.shown_readers = planned.fingerprint
    draft.shown_at = draft.shown_at or timezone.now().timestamp()
    given = answers_in_words(draft.questions, draft.kind, submission.answers)
    rows = [
        (step, [row for row in given if row.question in {question.id for question in step.questions}])
        for step in draft.steps()
        if not step.sends
    ]
    context = {
        **_frame(draft),
        "kind": code_list("kind")[draft.kind],
        "rows": rows,
        "pieces": draft.pieces,
        "step": last,
        "form": answered or draft.form(last),
        "previous": draft.way()[-1],
        "more": next((step for step in draft.steps() if step.optional and not step.evidence), None),
        "number": draft.count,
        "total": draft.count,
        "notice": notice,
        "honeypot": lanes.HONEYPOT,
        "challenge": lanes.challenge(draft),
        "bits": lanes.PROOF_BITS,
        "known_as": submission.known_as,
        "role": answer_meaning(Meaning.REPORTER_ROLE, submission.answers) or "",
        **_readers(planned),
    }
    return render(request, "reporting/form/summary.html", context, status=422 if answered and answered.errors else 200)


def receipt_text(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The code as a small text file. Neither its name nor its words tell what the code is for."""
    words = code_text(draft.receipt, _where(request))
    return to_save(words.encode(), "text/plain; charset=utf-8", _("note.txt"))


def send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Send the report, or show the page on which something must be looked at first."""
    if draft.is_old:
        return summary_page(
            request, draft, notice=_("It has been a while. Check your answers once more, then send them.")
        )
    if not draft.shown_readers:
        return summary_page(request, draft)
    answered = draft.answered(draft.questions.last_step)
    if not answered.is_valid():
        return summary_page(request, draft, answered=answered)
    try:
        lane = Report.Lane.SIGNAL if draft.is_signal else lanes.lane_of(draft, request.POST)
        return sent(request, draft, submit(draft.submission(), lane=lane))
    except ReadersChanged:
        return summary_page(
            request, draft, notice=_("Who reads your report has changed meanwhile. Look once more, then send it.")
        )
    except NoAdviser:
        return _ask_known_as(request, draft)


def sent(request: HttpRequest, draft: Draft, report: Report) -> HttpResponse:
    """The page that says that the report has arrived. It shows the code until the reporter says to have it.
    Whoever wrote it down for somebody else, and is kept out of it by now, gets neither the code nor how it goes on."""
    if draft.is_signal:  # whatever became of it since, this page tells nothing of it
        return render(request, "reporting/form/parked.html", {"organisation": draft.organisation})
    if report.entered_by_id and bars.is_barred(report.case, report.entered_by_id):
        return render(request, "reporting/form/closed_to_taker.html", {"organisation": draft.organisation})
    action = request.POST.get("action", "")
    if action in {"ack_text", "ack_pdf"}:
        return acknowledge(report, as_pdf=action == "ack_pdf")
    if action == "kept" and not report.receipt_kept:
        report.receipt_kept = True
        report.save(update_fields=["receipt_kept"])
    if action == "receipt_text" and not report.receipt_kept:
        return receipt_text(request, draft)
    if action == "code_pdf" and not (report.receipt_kept or draft.takes_code_along):
        return _code_letter(request, draft)
    mailing = _mailing(request, draft, report) if action == "code_mail" and not report.receipt_kept else {}
    context = {
        **_frame(draft),
        "report": report,
        "receipt": [] if report.receipt_kept else draft.receipt.split("-"),
        "lines": lines(report),
        "trouble": not_kept(report, draft.pieces),
        "advice": advice_for(report.kind, draft.answers()),
        **_duty(draft, report),
        "can_make_pdf": can_make_pdf(),
        **mailing,
    }
    return render(request, "reporting/form/sent.html", context, status=422 if mailing.get("mail_error") else 200)


def _code_letter(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The letter with the code for the sender of what was written down."""
    try:
        return to_save(code_letter(draft.receipt, _where(request)), "application/pdf", _("note.pdf"))
    except NoPdf:
        return receipt_text(request, draft)  # the text says the same


def _mailing(request: HttpRequest, draft: Draft, report: Report) -> dict:
    """Mail the code to the sender of what was written down, and say on the page whether it left."""
    if draft.takes_code_along:
        return {}
    to = request.POST.get("send_to", "").strip()
    error = mail_code_of(report, to, draft.receipt, _where(request))
    return {"mailed": not error, "mail_error": error, "typed_address": to if error else ""}


def _where(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("reporting:mailbox"))


def _duty(draft: Draft, report: Report) -> dict:
    """What somebody in danger reads of who is on duty: computed from the roster, whoever the report is about."""
    if not is_in_danger(draft):
        return {}
    return {
        "somebody": somebody_is_on_duty(report.organisation),
        "later": report.is_anonymous and answer_meaning(Meaning.ALARM_NOW, draft.answers()) != "now",
        "police": POLICE,
        "emergency": EMERGENCY,
    }


def acknowledge(report: Report, *, as_pdf: bool) -> HttpResponse:
    """The signed acknowledgement as a file."""
    if as_pdf:
        try:
            return to_save(acknowledgement_pdf(report), "application/pdf", FILE_NAME.replace(".txt", ".pdf"))
        except NoPdf:
            pass  # the text says the same
    return to_save(acknowledgement(report).encode(), "text/plain; charset=utf-8", FILE_NAME)


def _frame(draft: Draft) -> dict:
    return {"organisation": draft.organisation, "draft": draft, "state": draft.seal(), "danger": is_in_danger(draft)}


def _ask_known_as(request: HttpRequest, draft: Draft) -> HttpResponse:
    step = draft.questions.step_that_asks(Meaning.KNOWN_AS)
    answered = draft.form(step, judged=True)
    answered.is_valid()
    answered.add_error(
        draft.questions.meaning(Meaning.KNOWN_AS, draft.kind).id,
        _("There is no confidential adviser who can keep your name. Choose to report anonymously, or with your name."),
    )
    return ask_step(request, draft, step, answered)


def _readers(planned: Plan) -> dict:
    """For the page: who reads the report and who follows the process only, as far as it follows from what was chosen."""
    readers = planned.shown.readers if planned.shown else ()
    reading = [reader for reader in readers if reader.reads_content]
    return {
        "reading": _counted(reading),
        "following": [reader for reader in readers if not reader.reads_content],
    }


def _counted(readers: list[Reader]) -> list[tuple[Reader, int]]:
    """One reader for each function that reads in the same way, and how many people that are."""
    by_function: dict[tuple, list[Reader]] = {}
    for reader in readers:
        by_function.setdefault((reader.organisation.id, reader.capacity, reader.reads_identity), []).append(reader)
    return [(same[0], len(same)) for same in by_function.values()]
