"""Who reported: asking to see it, answering, and the page with the name."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.refusals import Refused
from cases.identity import release as by_adviser
from cases.identity.identity import (
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
from cases.identity.shown import name_for
from cases.models import Case, IdentityRequest
from cases.people.hearing import about_field
from organisations.access.policy import Actor
from organisations.desk.forms import MOST_IN_REASON, DeskForm, text_area, token_field
from organisations.desk.notices import Notice, Notices

NOTICES = Notices(
    {
        "open": Notice(_("The name is open for you. A second person of the case looks at your reason afterwards.")),
        "asked": Notice(_("Asked. Look here how it stands.")),
        "answered": Notice(_("Recorded.")),
        "told": Notice(_("Recorded.")),
        "back": Notice(_("Taken back. The name is closed for you.")),
        "closed": Notice(_("The name is not open for you now."), "warning"),
    }
)


class AskForm(DeskForm):
    sometimes_needed = ("words", "about")
    motive = forms.ChoiceField(
        label=_("Why do you want to see the name?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose why you want to see the name.")),
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Sealed with the case. The second person reads this."),
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(4),
    )
    about = about_field()
    token = token_field()

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.choose_from(
            "motive", [(code, str(motive.label)) for code, motive in identity_rules().asked_by_people.items()]
        )


class ConsentForm(DeskForm):
    """What the reporter said to the confidential adviser. Which fields an outcome needs is judged with the act."""

    sometimes_needed = ("consent_by", "legal_source", "reasons", "not_told_because", "about")
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
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(5),
    )
    not_told_because = forms.CharField(
        label=_("Or: why telling the reporter now would endanger the inquiry"),
        help_text=_("Then the reporter is told as soon as it can be."),
        max_length=MOST_IN_REASON,
        required=False,
        widget=text_area(3),
    )
    about = about_field()

    def __init__(self, data: QueryDict | None, *, asked: IdentityRequest) -> None:
        super().__init__(data)
        outcomes = [("consent", _("Yes, this person may know my name")), ("refuse", _("No: the name stays closed"))]
        if identity_rules().motives[asked.motive].without_consent:
            outcomes.append(("law", _("No, but the law demands it")))
        else:
            for name in ("legal_source", "reasons", "not_told_because", "about"):
                del self.fields[name]
        self.choose_from("outcome", outcomes)
        ways = [(code, str(words)) for code, words in identity_rules().consent_by.items()]
        self.choose_from("consent_by", [("", _("Choose")), *ways])


class TellForm(DeskForm):
    sometimes_needed = ("about",)
    reasons = forms.CharField(
        label=_("What the reporter reads about it"),
        max_length=MOST_IN_REASON,
        widget=text_area(5),
        error_messages={"required": _("Write something first.")},
    )
    about = about_field()


@case_page("case.read", tab="report", shows="identity", methods=READ_AND_POST, notices=NOTICES)
def identity(page: CasePage) -> HttpResponse:
    """How the name stands, the form to ask, and all requests; every button posts here."""
    case, actor = page.case, page.actor
    form = AskForm(page.sent("ask"))
    may_ask = page.judged("identity.ask")
    if page.is_sent:
        with page.refusals(form if form.is_bound else None, "words"):
            if what := _act(page, form):
                return page.done_or_away("identity", what)
    stands = name_for(case, actor, page.standing)
    anew = form.is_bound and stands.on_case_page  # who sees the name on the case page can ask all the same
    asks = bool(may_ask) and (stands.may_ask or (anew and own_request(case, actor) is None))
    if form.errors and not asks:  # the page has no form in which the words could stand
        page.problem = "\n".join(str(words) for words in form.errors.get("words", []))
    return page.show(
        "cases/identity/identity.html",
        form=form,
        known_as=known_as(case),
        way=way_of(case, actor).value,
        days=identity_rules().open_days,
        asks=asks,
        knows=page.may("identity.know"),
        on_case_page=stands.on_case_page,
        requests=requests_of(case, actor, page.standing),
    )


@case_page("case.file", tab="report")
def opened(page: CasePage, request_id: UUID) -> HttpResponse:
    """The name, for who asked and was given it. Opening it writes its own event."""
    try:
        asked, answers = open_identity(page.case, request_id, actor=page.actor)
    except Refused:
        return page.done("identity", "closed")
    return page.show("cases/identity/identity_open.html", found=answers, until=asked.opens_until)


@case_page("identity.know", tab="report")
def known(page: CasePage) -> HttpResponse:
    """The name, for the confidential adviser who holds it. Opening it writes its own event."""
    answers = by_adviser.know_identity(page.case, actor=page.actor)
    return page.show("cases/identity/identity_open.html", found=answers)


@case_page("identity.consent", tab="report", methods=READ_AND_POST)
def consent(page: CasePage, request_id: UUID) -> HttpResponse:
    """The confidential adviser records what the reporter says."""
    asked = next(
        (asked for asked in requests_of(page.case, page.actor, page.standing) if asked.request.id == request_id), None
    )
    if asked is None:
        raise Http404
    form = ConsentForm(page.sent(), asked=asked.request)
    if page.is_sent and form.is_valid():
        with form.refusals("outcome"):
            _record(page.case, asked.request, form, page.actor)
            return page.done_or_away("identity", "answered")
    return page.show("cases/identity/identity_consent.html", form=form, one=asked, rules=identity_rules())


@case_page("identity.know", tab="report", methods=READ_AND_POST)
def tell(page: CasePage, request_id: UUID) -> HttpResponse:
    """Tell the reporter afterwards, where telling beforehand would have endangered the inquiry."""
    case, actor = page.case, page.actor
    row = next((row for row in by_adviser.untold(case) if row.request_id == request_id), None)
    if row is None:
        raise Http404
    form = TellForm(page.sent())
    if page.is_sent and form.is_valid():
        with form.refusals("reasons"):
            given = form.cleaned_data
            by_adviser.tell_reporter(case, row.id, reasons=given["reasons"], actor=actor, about=given["about"])
            return page.done_or_away("identity", "told")
    return page.show("cases/identity/identity_tell.html", form=form, duty=by_adviser.duty_of(case, row, actor))


def _act(page: CasePage, form: AskForm) -> str:
    """What was done, empty when the form has to be mended."""
    case, actor = page.case, page.actor
    if page.what == "ask":
        if not form.is_valid():
            return ""
        given = form.cleaned_data
        words, about = given["words"], given["about"]
        asked = ask_identity(case, motive=given["motive"], words=words, actor=actor, token=given["token"], about=about)
        return "open" if asked.state == IdentityRequest.State.OPEN else "asked"
    try:
        which = UUID(page.request.POST.get("which", ""))
    except ValueError:
        raise Http404 from None
    if page.what in {"agree", "refuse"}:
        answer_identity(case, which, agree=page.what == "agree", actor=actor)
        return "answered"
    if page.what == "withdraw":
        withdraw_identity(case, which, actor=actor)
        return "back"
    raise Http404


def _record(case: Case, asked: IdentityRequest, form: ConsentForm, actor: Actor) -> None:
    given = form.cleaned_data
    match given["outcome"]:
        case "consent":
            by_adviser.release_with_consent(case, asked.id, consent_by=given["consent_by"], actor=actor)
        case "law":
            duty = by_adviser.Duty(given["legal_source"], given["reasons"], given["not_told_because"])
            by_adviser.release_by_law(case, asked.id, duty=duty, actor=actor, about=given["about"])
        case _:
            by_adviser.refuse_release(case, asked.id, actor=actor)
