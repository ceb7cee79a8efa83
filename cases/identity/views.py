"""Who reported: asking to see it, answering, and the page with the name."""

from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.desk.page import case_or_404, frame
from cases.events import CaseEvent
from cases.identity import release as by_adviser
from cases.identity.identity import (
    CannotSee,
    answer_identity,
    ask_identity,
    known_as,
    open_identity,
    own_request,
    requests_of,
    way_of,
    withdraw_identity,
)
from cases.identity.rules import identity_rules
from cases.models import Case, IdentityRequest
from organisations.access.policy import may
from organisations.desk.at_work import at_work
from organisations.desk.middleware import WorkRequest
from vault import ledger

MOST_CHARACTERS = 4000


class AskForm(forms.Form):
    use_required_attribute = False
    motive = forms.ChoiceField(
        label=_("Why do you want to see the name?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose why you want to see the name.")),
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Sealed with the case. The second person reads this."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, initial={"token": uuid4()}, auto_id="%s")
        motives = [(code, str(one.label)) for code, one in identity_rules().motives.items()]
        self.fields["motive"].choices = motives  # type: ignore[attr-defined]
        self.fields["words"].sometimes_needed = True  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """What the reporter said to the confidential adviser."""

    use_required_attribute = False
    outcome = forms.ChoiceField(
        label=_("What does the reporter say?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the reporter says.")},
    )
    consent_by = forms.ChoiceField(label=_("How did the reporter consent?"), required=False)
    legal_source = forms.CharField(
        label=_("Which law demands the name?"), max_length=500, required=False, help_text=_("Article and law.")
    )
    reasons = forms.CharField(
        label=_("What the reporter reads about it"),
        help_text=_("Goes to the reporter as a message, before the name is opened."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    not_told_because = forms.CharField(
        label=_("Or: why telling the reporter now would endanger the inquiry"),
        help_text=_("Then the reporter is told as soon as it can be."),
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: QueryDict | None, *, asked: IdentityRequest) -> None:
        super().__init__(data, auto_id="%s")
        by_law = identity_rules().motives[asked.motive].without_consent
        outcomes = [("consent", _("Yes, this person may know my name")), ("refuse", _("No: the name stays closed"))]
        if by_law:
            outcomes.append(("law", _("No, but the law demands it")))
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        ways = [("", _("Choose")), *((code, str(one)) for code, one in identity_rules().consent_by.items())]
        self.fields["consent_by"].choices = ways  # type: ignore[attr-defined]
        for name in ("consent_by", "legal_source", "reasons", "not_told_because"):
            self.fields[name].sometimes_needed = True  # type: ignore[attr-defined]
            if not by_law and name != "consent_by":
                del self.fields[name]


class TellForm(forms.Form):
    use_required_attribute = False
    reasons = forms.CharField(
        label=_("What the reporter reads about it"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data, auto_id="%s")


@at_work("work.list")
def identity(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """How the name stands, the form to ask, and all requests; every button posts here."""
    case = case_or_404(request.actor, case_id, "case.read")
    actor, what, problem = request.actor, request.POST.get("what", ""), ""
    form = AskForm(request.POST if what == "ask" else None)
    if request.method == "POST":
        try:
            if done := _act(request, case, what, form):
                return redirect(f"{reverse('cases:identity', args=[case.id])}?gedaan={done}")
        except CannotSee as cannot:
            problem = str(cannot)
            if what == "ask":
                form.add_error("words", problem)
    may_ask = may(actor, "identity.ask", case)
    asks = bool(may_ask) and own_request(case, actor) is None
    context = {
        **frame(request, case, "report"),
        "form": form,
        "problem": problem if what != "ask" or not asks else "",
        "known_as": known_as(case),
        "way": way_of(case, actor).value,
        "days": identity_rules().open_days,
        "asks": asks,
        "is_closed": may_ask.why == "closed",
        "knows": bool(may(actor, "identity.know", case)),
        "requests": requests_of(case, actor),
    }
    ledger.record(case.id, CaseEvent.SEEN, actor=actor.person.id, part="identity")
    return render(request, "cases/identity/identity.html", context, status=422 if form.errors or problem else 200)


@at_work("work.list")
def opened(request: WorkRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    """The name, for who asked and was given it."""
    case = case_or_404(request.actor, case_id, "case.file")
    try:
        asked, found = open_identity(case, request_id, actor=request.actor)
    except CannotSee:
        return redirect(f"{reverse('cases:identity', args=[case.id])}?gedaan=gesloten")
    context = {**frame(request, case, "report"), "found": found, "until": asked.opens_until}
    return render(request, "cases/identity/identity_open.html", context)


@at_work("work.list")
def known(request: WorkRequest, case_id: UUID) -> HttpResponse:
    """The name, for the confidential adviser who holds it."""
    case = case_or_404(request.actor, case_id, "identity.know")
    found = by_adviser.know_identity(case, actor=request.actor)
    return render(request, "cases/identity/identity_open.html", {**frame(request, case, "report"), "found": found})


@at_work("work.list")
def consent(request: WorkRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    """The confidential adviser records what the reporter says."""
    case = case_or_404(request.actor, case_id, "identity.consent")
    found = next((one for one in requests_of(case, request.actor) if one.request.id == request_id), None)
    if found is None:
        raise Http404
    form = ConsentForm(request.POST or None, asked=found.request)
    if request.method == "POST" and form.is_valid():
        try:
            _record(case, found.request, form, request)
        except CannotSee as cannot:
            form.add_error("outcome", str(cannot))
        else:
            return redirect(f"{reverse('cases:identity', args=[case.id])}?gedaan=antwoord")
    context = {**frame(request, case, "report"), "form": form, "one": found, "rules": identity_rules()}
    return render(request, "cases/identity/identity_consent.html", context, status=422 if form.errors else 200)


@at_work("work.list")
def tell(request: WorkRequest, case_id: UUID, request_id: UUID) -> HttpResponse:
    """Tell the reporter afterwards, where telling beforehand would have endangered the inquiry."""
    case = case_or_404(request.actor, case_id, "identity.know")
    row = next((one for one in by_adviser.untold(case) if one.request_id == request_id), None)
    if row is None:
        raise Http404
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            by_adviser.tell_reporter(case, row.id, reasons=form.cleaned_data["reasons"], actor=request.actor)
        except CannotSee as cannot:
            form.add_error("reasons", str(cannot))
        else:
            return redirect(f"{reverse('cases:identity', args=[case.id])}?gedaan=verteld")
    duty = by_adviser.duty_of(case, row, request.actor)
    context = {**frame(request, case, "report"), "form": form, "duty": duty}
    return render(request, "cases/identity/identity_tell.html", context, status=422 if form.errors else 200)


def _act(request: WorkRequest, case: Case, what: str, form: AskForm) -> str:
    """What was done, empty when the form has to be mended."""
    if what == "ask":
        if not form.is_valid():
            return ""
        given = form.cleaned_data
        asked = ask_identity(
            case, motive=given["motive"], words=given["words"], actor=request.actor, token=given["token"]
        )
        return "open" if asked.state == IdentityRequest.State.OPEN else "gevraagd"
    try:
        which = UUID(request.POST.get("which", ""))
    except ValueError:
        raise Http404 from None
    if what in {"agree", "refuse"}:
        answer_identity(case, which, agree=what == "agree", actor=request.actor)
        return "antwoord"
    if what == "withdraw":
        withdraw_identity(case, which, actor=request.actor)
        return "terug"
    raise Http404


def _record(case: Case, asked: IdentityRequest, form: ConsentForm, request: WorkRequest) -> None:
    given = form.cleaned_data
    match given["outcome"]:
        case "consent":
            by_adviser.release_with_consent(case, asked.id, consent_by=given["consent_by"], actor=request.actor)
        case "law":
            duty = by_adviser.Duty(given["legal_source"], given["reasons"], given["not_told_because"])
            by_adviser.release_by_law(case, asked.id, duty=duty, actor=request.actor)
        case _:
            by_adviser.refuse_release(case, asked.id, actor=request.actor)
