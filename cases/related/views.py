"""What belongs together with a case: links, matches, names of the perpetrator, handling together, and splitting off."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.access import lead_of
from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.file.search import by_number
from cases.models import Case
from cases.related.connections import (
    WHY_WORDS,
    CannotConnect,
    add_name,
    known_names,
    link,
    linked_cases,
    matches,
    unlink,
)
from cases.related.joining import CannotJoin, join, separate
from organisations.access.policy import may
from organisations.codes import code_list
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from reporting.evidence.custody import copied, evidence_of
from reporting.evidence.intake import Refused
from reporting.form.drafts import Draft
from vault import ledger
from vault.compartments import Compartment, open_compartment


class LinkForm(forms.Form):
    use_required_attribute = False
    number = forms.CharField(
        label=_("Number of the other case"),
        help_text=_("One of your own cases, for example 7KQ4-M2PX."),
        max_length=12,
        error_messages={"required": _("Write the number of a case.")},
    )
    why = forms.ChoiceField(
        label=_("Why do they belong together?"),
        choices=[(code.value, words) for code, words in WHY_WORDS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why they belong together.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="link-%s")
        self.fields["number"].widget.attrs = {"autocomplete": "off"}


class NameForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=_("Name, account, telephone number or registration"),
        help_text=_("Sealed with the file. With it other cases about the same are found."),
        max_length=120,
        error_messages={"required": _("Write a name or an account.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="name-%s")
        self.fields["name"].widget.attrs = {"autocomplete": "off"}


@at_work("work.list")
def connections(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """Everything on one page; every button posts here."""
    case = case_or_404(request.actor, case_id, "case.file")
    what = request.POST.get("what", "")
    link_form = LinkForm(request.POST if what == "link" else None)
    name_form = NameForm(request.POST if what == "name" else None)
    form: forms.Form = link_form if what == "link" else name_form
    trouble = ""
    if request.method == "POST":
        if not may(request.actor, "case.connect", case):
            raise Http404
        try:
            if done := _act(request, case, what, link_form, name_form):
                return redirect(f"{reverse('cases:connections', args=[case.id])}?gedaan={done}")
        except (CannotConnect, CannotJoin) as cannot:
            trouble = str(cannot)
            if what in {"link", "name"}:
                form.add_error("number" if what == "link" else "name", trouble)
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="connections")
    found = matches(case, request.actor)
    context = {
        **frame(request, case, "connections"),
        "lead": lead_of(case, request.actor),
        "linked": linked_cases(case, request.actor),
        "matches": found,
        "names": known_names(case, request.actor),
        "link_form": link_form,
        "name_form": name_form,
        "form": form,
        "trouble": "" if form.errors else trouble,
        "works": bool(may(request.actor, "case.connect", case)),
    }
    return render(request, "cases/related/connections.html", context, status=422 if form.errors or trouble else 200)


def _act(request: WorkRequest, case: Case, what: str, link_form: LinkForm, name_form: NameForm) -> str:
    """What was done; empty when a form has to be mended."""
    actor = request.actor
    if what == "link" and link_form.is_valid():
        other = by_number(actor, link_form.cleaned_data["number"])
        if other is None:
            raise CannotConnect(_("You have no case with this number."))
        link(case, other.id, link_form.cleaned_data["why"], actor=actor)
        return "link"
    if what == "name" and name_form.is_valid():
        add_name(case, name_form.cleaned_data["name"].strip(), actor=actor)
        return "name"
    if what in {"link", "name"}:
        return ""
    if what == "separate":
        return "separate" if separate(case, actor=actor) else "nothing"
    try:
        which = UUID(request.POST.get("which", ""))
    except ValueError:
        return "nothing"
    if what == "unlink":
        return "unlink" if unlink(case, which, actor=actor) else "nothing"
    if what == "join":
        join(case, which, actor=actor)
        return "join"
    return "nothing"


class SplitForm(forms.Form):
    use_required_attribute = False
    evidence = forms.MultipleChoiceField(
        label=_("Which files come along?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: QueryDict | None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="split-%s")
        self.fields["evidence"].choices = choices  # type: ignore[attr-defined]


@at_work("report.enter")
def split(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """A part of a report becomes a report of its own, with its own route and people; the officer writes it down.

    First which files come along, then the doors, each with a sealed draft.
    """
    case = case_or_404(request.actor, case_id, "case.connect")
    key = open_compartment(case.id, Compartment.CONTENT, request.actor.organisation.id, request.actor.person.id)
    files = {str(one.row.number): one for one in evidence_of(case.report, key) if one.row.file}
    form = SplitForm(request.POST or None, choices=[(number, f"{number}. {one.name}") for number, one in files.items()])
    doors: list[tuple[object, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            pieces = [copied(files[number].row, key).to_state() for number in form.cleaned_data["evidence"]]
        except (FileNotFoundError, Refused):
            form.add_error("evidence", _("A file cannot be copied now. Go on without it, or try again later."))
        else:
            doors = [(kind, _draft(request, case, kind.id, pieces)) for kind in code_list("kind").codes]
    ledger.record(case.id, CaseEvent.SEEN, actor=request.actor.person.id, part="split")
    context = {
        **frame(request, case, "connections"),
        "form": form,
        "doors": doors,
        "organisation": case.report.organisation,
    }
    return render(request, "cases/related/split.html", context, status=422 if form.errors else 200)


def _draft(request: WorkRequest, case: Case, kind: str, pieces: list[dict]) -> str:
    draft = Draft.begin(case.report.organisation, kind)
    draft.taker, draft.follows, draft.files = str(request.actor.person.id), str(case.report_id), pieces
    return draft.seal()
