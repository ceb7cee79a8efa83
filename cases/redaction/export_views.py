"""Redactions and exports of a case: the list, asking for an export, answering, saving its files."""

from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.keys import file_key
from cases.desk.page import case_or_404, frame, to_save
from cases.events import CaseEvent
from cases.models import Redaction
from cases.redaction.exports import FORMS, CannotExport, Why, answer_export, ask_export, exports_of, read_export
from cases.redaction.sets import titles_of
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger

WHOLE = "whole"


class ExportForm(forms.Form):
    use_required_attribute = False
    what = forms.ChoiceField(
        label=_("What do you export?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you export.")},
    )
    where = forms.ChoiceField(
        label=_("Where does it go?"),
        choices=[
            ("inside", _("It stays inside the organisation")),
            ("outside", _("It leaves the organisation: a second person of this case must agree first")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where it goes.")},
    )
    for_whom = forms.CharField(
        label=_("For whom"),
        help_text=_("Stands on every page."),
        max_length=120,
        error_messages={"required": _("Say for whom it is.")},
    )
    purpose = forms.CharField(
        label=_("What is it for?"), max_length=300, error_messages={"required": _("Say what it is for.")}
    )
    ground = forms.CharField(
        label=_("On which ground?"),
        help_text=_("The law or the decision, for example Woo 4.1 or AVG 15."),
        max_length=200,
        error_messages={"required": _("Say on which ground.")},
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, approved: list[tuple[Redaction, str]], first: str) -> None:
        super().__init__(data, initial={"token": uuid4(), "what": first}, auto_id="%s")
        choices = [
            (str(row.number), _("Redaction %(number)d, %(title)s") % {"number": row.number, "title": title})
            for row, title in approved
        ]
        choices.append((WHOLE, str(_("The whole file, without the reporter's name: only for use inside"))))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


@at_work("work.list")
def exports(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.export")
    found = exports_of(case, request.actor)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="exports")
    context = {
        **frame(request, case, "exports"),
        "redactions": titles_of(case, file_key(case, request.actor)),
        "exports": found,
    }
    return render(request, "cases/redaction/exports.html", context)


@at_work("work.list")
def begin(request: WorkRequest, case_id: UUID) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.export")
    titles = titles_of(case, file_key(case, request.actor))
    approved = [(row, title) for row, title in titles if row.state == Redaction.State.APPROVED]
    form = ExportForm(request.POST or None, approved=approved, first=request.GET.get("lakken", ""))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = ask_export(
                case,
                Why(given["for_whom"], given["purpose"], given["ground"]),
                redaction=None if given["what"] == WHOLE else int(given["what"]),
                outside=given["where"] == "outside",
                actor=request.actor,
                token=given["token"],
            )
        except CannotExport as cannot:
            form.add_error("for_whom", str(cannot))
        else:
            done = "gemaakt" if made.state == made.State.MADE else "gevraagd"
            return redirect(f"{reverse('cases:exports', args=[case.id])}?gedaan={done}")
    context = {**frame(request, case, "exports"), "form": form}
    return render(request, "cases/redaction/export.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def answer(request: WorkRequest, case_id: UUID, number: int) -> HttpResponse:
    case = case_or_404(request.actor, case_id, "case.export")
    if request.method != "POST" or not case.exports.filter(number=number).exists():
        raise Http404
    try:
        answer_export(case, number, agree="agree" in request.POST, actor=request.actor)
        done = "antwoord"
    except CannotExport:
        done = "veranderd"
    return redirect(f"{reverse('cases:exports', args=[case.id])}?gedaan={done}")


@at_work("work.list")
def file(request: WorkRequest, case_id: UUID, number: int, form: str) -> HttpResponse:
    """One file of an export, to be saved."""
    case = case_or_404(request.actor, case_id, "case.export")
    try:
        content = read_export(case, number, form, actor=request.actor)
    except FileNotFoundError:
        raise Http404 from None
    return to_save(content, FORMS[form], f"{case.number}-uitvoer-{number}.{form}")
