"""The code for the sender of what was written down by somebody who is kept out of it by now: who works the case sends another."""

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.keys import locked
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.refusals import NotAllowed
from cases.models import Case
from organisations.access.policy import Actor, Standing, standing_in
from organisations.desk.forms import DeskForm
from organisations.desk.saving import to_save
from reporting.form.written import can_make_code, code_letter, code_text, mail_new_code, make_code
from reporting.models import Report
from reporting.pdf import NoPdf, can_make_pdf

GIVES = ("handler", "case_officer")
GIVES_CONFIDENTIAL = ("adviser",)  # the code opens the name too


class MailForm(DeskForm):
    send_to = forms.EmailField(
        label=_("Mail it to the address that the sender gave"),
        help_text=_(
            "The address is not kept. Never an address that others read too, such as one of the work of the sender."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Give an e-mail address, such as name@example.nl."),
            "invalid": _("Give an e-mail address, such as name@example.nl."),
        },
    )


def givers(report: Report) -> tuple[str, ...]:
    """By which relations somebody sends the code: of a confidential report only the adviser, who knows the name anyway."""
    return GIVES_CONFIDENTIAL if report.known_as == "confidential" else GIVES


def may_send_code(case: Case, standing: Standing) -> bool:
    """Whether the sender can get another code, and by whoever stands in the case so."""
    talks = bool(standing.may("case.talk")) and bool(standing.relations.intersection(givers(case.report)))
    return talks and can_make_code(case.report)


@transaction.atomic
def _allowed(case: Case, actor: Actor) -> Case:
    case = locked(case)
    if not may_send_code(case, standing_in(actor, case)):
        raise NotAllowed
    return case


@case_page("case.talk", tab="messages", shows="sender_code", methods=READ_AND_POST)
def sender_code(page: CasePage) -> HttpResponse:
    """Mail the code, which nobody sees then, or save the letter with it."""
    if not may_send_code(page.case, page.standing):
        raise Http404
    form = MailForm(page.sent("mail"))
    where = page.request.build_absolute_uri(reverse("reporting:mailbox"))
    if page.what == "mail" and page.is_sent and form.is_valid():
        with form.refusals("send_to"), transaction.atomic():
            report = _allowed(page.case, page.actor).report
            mail_new_code(report, form.cleaned_data["send_to"], where, by=page.actor.person)
            return page.done("messages", "code")
    if page.is_sent and page.what in {"letter", "text"}:
        with page.refusals(), transaction.atomic():
            return _letter(make_code(_allowed(page.case, page.actor).report, by=page.actor.person), where, page.what)
    return page.show("cases/file/sender_code.html", form=form, can_make_pdf=can_make_pdf())


def _letter(code: str, where: str, what: str) -> HttpResponse:
    if what == "letter":
        try:
            return to_save(code_letter(code, where), "application/pdf", str(_("note.pdf")))
        except NoPdf:
            pass  # the text says the same
    return to_save(code_text(code, where).encode(), "text/plain; charset=utf-8", str(_("note.txt")))
