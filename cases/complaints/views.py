"""What reporters told apart: the list of a reader, and the page of one."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from cases.complaints.giving import give_case, handling, standing_on
from cases.desk.replies import reply_field
from organisations.desk.at_work import at_work
from organisations.desk.forms import DeskForm, reason_field, token_field
from organisations.desk.middleware import WorkRequest
from organisations.desk.notices import Notice, Notices, done
from organisations.models import Assignment
from organisations.people.namesakes import names_in_list
from reporting.complaints.complaints import answer, close, complaints_of, read_at_work
from reporting.complaints.kinds import complaint_kinds
from reporting.complaints.readers import pass_on, shown_now
from reporting.dialogue.shown import shown_at_desk
from reporting.models import Complaint

NOTICES = Notices(
    {
        "answered": Notice(_("Sent to the reporter.")),
        "closed": Notice(_("Recorded: this was dealt with. The reporter reads your reason.")),
        "given": Notice(_("Somebody else has the task now. Nobody of the case sees that the reporter asked for it.")),
    }
)


class AnswerForm(DeskForm):
    text = reply_field()
    token = token_field()


class CloseForm(DeskForm):
    ids = "close-%s"
    reason = reason_field(_("What was done with it?"), _("The reporter reads this."), max_length=4000)


class GiveForm(DeskForm):
    ids = "give-%s"
    assignment = forms.ChoiceField(
        label=_("Who gives up the task?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who gives up the task.")},
    )

    def __init__(self, data: QueryDict | None, *, options: list[Assignment]) -> None:
        super().__init__(data)
        called = names_in_list(row.person for row in options)
        self.choose_from("assignment", [(str(row.id), f"{row.label}: {called[row.person_id]}") for row in options])


@at_work("complaint.list")
def complaints(request: WorkRequest) -> HttpResponse:
    rows = [(row, complaint_kinds()[row.kind].label) for row in complaints_of(request.actor).order_by("due", "id")]
    context = {
        "section": "work",
        "waiting": [pair for pair in rows if pair[0].is_open],
        "closed": [pair for pair in rows if not pair[0].is_open],
        "notice": NOTICES.of(request),
    }
    return render(request, "cases/complaints/complaints.html", context)


@at_work("complaint.list")
def complaint(request: WorkRequest, complaint_id: UUID) -> HttpResponse:
    """The words, and what their reader does with them. Whoever is no reader is answered as if it did not exist."""
    found = complaints_of(request.actor).filter(id=complaint_id).first()
    if found is None:
        raise Http404
    standing = standing_on(request.actor, found)
    if not standing.may("complaint.read"):
        raise Http404
    what = request.POST.get("what", "") if request.method == "POST" and standing.may("complaint.act") else ""
    if what == "leave":
        pass_on(found, request.actor.person.id)
        return redirect("cases:worklist")
    forms_shown: dict[str, DeskForm] = {
        "answer": AnswerForm(request.POST if what == "answer" else None),
        "close": CloseForm(request.POST if what == "close" else None),
        "give": GiveForm(request.POST if what == "give" else None, options=handling(found)),
    }
    form = forms_shown.get(what)
    if form is not None and form.is_valid() and (code := _act(request, found, what, form)):
        still_reads = complaints_of(request.actor).filter(id=found.id).exists()
        return done(request.path, code) if still_reads else redirect("cases:worklist")
    return _page(request, found, forms_shown, form)


def _act(request: WorkRequest, found: Complaint, what: str, form: DeskForm) -> str:
    """Do what the form asks, and return the code of its notice; empty where it was refused."""
    given = form.cleaned_data
    with form.refusals(next(iter(form.fields))):
        if what == "answer":
            answer(found, given["text"], actor=request.actor, token=given["token"])
            return "answered"
        if what == "close":
            close(found, given["reason"], actor=request.actor)
            return "closed"
        give_case(found, UUID(given["assignment"]), actor=request.actor)
        return "given"
    return ""


def _page(request: WorkRequest, found: Complaint, shown: dict[str, DeskForm], sent: DeskForm | None) -> HttpResponse:
    kind = complaint_kinds()[found.kind]
    context = {
        "section": "work",
        "complaint": found,
        "kind": kind,
        "said": shown_at_desk(
            read_at_work(found, request.actor), request.actor.person, anonymous=found.report.is_anonymous
        ),
        "readers": ", ".join(str(reader) for reader in shown_now(found)),
        "forms": shown,
        "form": sent,
        "notice": NOTICES.of(request) if sent is None else None,
    }
    return render(request, "cases/complaints/complaint.html", context, status=422 if sent and sent.errors else 200)
