"""The parts of a case page that join officer and reporter: messages and evidence."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from cases.deadlines.running import start_waiting_deadlines
from cases.desk.page import case_or_404, frame, to_save
from cases.desk.refusals import MIN_REASON
from cases.events import CaseEvent
from cases.models import Case
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from reporting.dialogue.dialogue import answer, conversation
from reporting.evidence.custody import content, described, evidence_of
from reporting.models import Evidence, Message
from vault import ledger
from vault.compartments import Compartment, ContentKey, open_compartment, write_text

MOST_CHARACTERS = 20_000
SHOWN_INLINE = {"jpg", "png", "webp"}


class AnswerForm(forms.Form):
    use_required_attribute = False
    text = forms.CharField(
        label=_("Your message to the reporter"),
        help_text=_("Write plainly. Do not ask for a name. The reporter reads it with the code."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")
        del self.fields["text"].widget.attrs["maxlength"]


class OriginalForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why do you open the original?"),
        help_text=_(
            "It holds hidden data, such as the place and the device. Your reason is kept, sealed with the case."
        ),
        min_length=MIN_REASON,
        max_length=300,
        error_messages={
            "required": _("Give a reason of at least 10 characters."),
            "min_length": _("Give a reason of at least 10 characters."),
        },
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["reason"].widget.attrs.pop("minlength", None)


@at_work("work.list")
def messages(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.evidence")
    key = _content_key(request, case)
    talks = bool(may(request.actor, "case.talk", case))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and talks and form.is_valid():
        answer(case.report, key, form.cleaned_data["text"], author=request.actor.person)
        return redirect("cases:messages", case_id=case.id)
    if talks:
        start_waiting_deadlines(case)
    said = conversation(case.report, key, reader=Message.By.DESK)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="messages")
    context = {**frame(request, case, "messages"), "said": said, "form": form, "talks": talks}
    return render(request, "cases/file/messages.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def evidence(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.evidence")
    found = evidence_of(case.report, _content_key(request, case))
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="evidence")
    context = {
        **frame(request, case, "evidence"),
        "evidence": found,
        "with_address": sum(one.names_address for one in found),
        "originals": bool(may(request.actor, "case.original", case)),
    }
    return render(request, "cases/file/evidence.html", context)


@at_work("work.list")
def file(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """A cleaned file. A picture may be shown on the page; everything else is saved, never opened in the browser."""
    case = case_or_404(request.actor, case_id, "case.evidence")
    row = get_object_or_404(case.report.evidence, number=number)
    ledger.record(case.id, CaseEvent.EVIDENCE_OPENED, actor=request.actor.person.id, number=number)
    return _file(request, case, row, original=False)


@at_work("work.list")
def original(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    """The file as it came: asks a reason, which the ledger keeps."""
    case = case_or_404(request.actor, case_id, "case.original")
    row = get_object_or_404(case.report.evidence.exclude(original=None), number=number)
    form = OriginalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        own = open_compartment(case.id, Compartment.FILE, request.actor.organisation.id, request.actor.person.id)
        reason = write_text(own, "original_reason", form.cleaned_data["reason"])
        ledger.record(
            case.id, CaseEvent.EVIDENCE_ORIGINAL, actor=request.actor.person.id, number=number, reason=str(reason.id)
        )
        return _file(request, case, row, original=True)
    context = {**frame(request, case, "evidence"), "row": row, "form": form}
    return render(request, "cases/file/original.html", context, status=422 if form.errors else 200)


def _content_key(request: WorkRequest, case: Case) -> ContentKey:
    return open_compartment(case.id, Compartment.CONTENT, request.actor.organisation.id, request.actor.person.id)


def _file(request: WorkRequest, case: Case, row: Evidence, *, original: bool) -> HttpResponse:
    key = _content_key(request, case)
    piece = described(row, key)
    try:
        pieces = list(content(row, key, original=original))
    except FileNotFoundError:
        raise Http404 from None
    shown = piece.kind in SHOWN_INLINE and not original and "show" in request.GET
    name = f"{case.number}-{row.number}-{piece.name}"
    media_type = "application/octet-stream" if original else piece.media_type
    return to_save(b"".join(pieces), media_type, name, shown=shown)
