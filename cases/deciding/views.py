"""The pages on which decisions are read, taken, proposed and answered."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deciding.decisions import Choice, decide, decisions_taken
from cases.deciding.forms import AnswerForm, DecisionForm
from cases.deciding.judging import explain, options_of, situation
from cases.deciding.proposals import agree, open_proposal, proposals_of, propose, refuse
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.two_people import is_own
from cases.models import Proposal
from cases.parties.parties import parties_of
from cases.protocol.engine import NotNow, take
from organisations.codes import code_list
from organisations.desk.notices import Notice, Notices
from organisations.models import Assignment, function_code

ANSWERED = Notices(
    {
        "agreed": Notice(gettext_lazy("You agreed. The decision was taken, and what belongs to it was done.")),
        "refused": Notice(gettext_lazy("Recorded. Who proposed it reads your reason.")),
        "proposed": Notice(gettext_lazy("Proposed. It counts when somebody else who reads this case agrees.")),
        "back": Notice(gettext_lazy("Taken back.")),
    }
)


@case_page("case.file", tab="decisions", part="decisions")
def decisions(page: CasePage) -> HttpResponse:
    case, actor = page.case, page.actor
    return page.show(
        "cases/deciding/decisions.html", taken=decisions_taken(case, actor), proposals=proposals_of(case, actor)
    )


@case_page("case.decide", methods=READ_AND_POST)
def decision(page: CasePage, code: str) -> HttpResponse:
    """One decision: a page to take it or to propose it. Who cannot take it now is sent to the case page, which says why."""
    case = page.case
    option = next((option for option in options_of(case) if option.code == code), None)
    rule = option.decision if option else dict(case.protocol.every_decision()).get(code)
    if rule is None:
        raise Http404
    people = parties_of(case, page.actor) if rule.done_by.person else ()
    form = DecisionForm(page.sent(), case=case, rule=rule, known=_known(page), people=people)
    if page.is_sent and "more" in page.request.POST:
        form.errors.clear()
    elif page.is_sent and (why := _why_not(page, code)):
        form.add_error("reason", why)
    elif page.is_sent and form.is_valid():
        with form.refusals("reason" if "reason" in form.fields else ""):
            choice = Choice(
                code, form.cleaned_data["reason"], form.cleaned_data.get("outcome", ""), form.details, form.deed
            )
            revision, about = form.cleaned_data["revision"], form.cleaned_data["about"]
            if rule.done_by.other_person:
                proposal = propose(case, choice, actor=page.actor, revision=revision, about=about)
                return page.done("proposal", "proposed", proposal.id)
            decide(case, choice, actor=page.actor, revision=revision, about=about)
            return page.done_or_away("overview", code)
        case.refresh_from_db()
        form.renew(revision=case.revision)
    elif not page.is_sent and (option is None or not option.allowed or not page.standing.relations & set(rule.who)):
        return redirect(page.address("overview"))
    waiting = case.proposals.filter(code=code, state=Proposal.State.ASKED).first()
    return page.show("cases/deciding/decision.html", rule=rule, code=code, form=form, waiting=waiting)


@case_page("case.file", tab="decisions", part="proposal", methods=READ_AND_POST, notices=ANSWERED)
def proposal(page: CasePage, proposal_id: UUID) -> HttpResponse:
    """What was proposed, whole, and the answer of a second person."""
    row = page.case.proposals.select_related("asked_by", "answered_by", "case").filter(id=proposal_id).first()
    if row is None:
        raise Http404
    form = AnswerForm(page.sent())
    if page.is_sent and form.is_valid():
        with page.refusals(form, "reason"):
            if page.what == "agree":
                agree(page.case, row.id, actor=page.actor)
                return page.done_or_away("overview", "agreed")
            given = form.cleaned_data
            refuse(page.case, row.id, actor=page.actor, reason=given["reason"], about=given["about"])
            return page.done("decisions", "refused" if not is_own(row, page.actor) else "back")
        row.refresh_from_db()
    opened = open_proposal(row, page.actor)
    can_answer = row.state == Proposal.State.ASKED and page.may("case.agree")
    outcome = code_list("disposition")[opened.choice.outcome] if opened.choice.outcome else ""
    return page.show("cases/deciding/proposal.html", proposal=opened, form=form, can_answer=can_answer, outcome=outcome)


def _why_not(page: CasePage, code: str) -> str:
    """Why the decision cannot be taken now, whatever was filled in; empty where it can be."""
    try:
        take(page.case.protocol, situation(page.case), code)
    except NotNow as not_now:
        return explain(page.case, not_now)
    return ""


def _known(page: CasePage) -> dict[str, str]:
    """What a text to the reporter can begin with. What is not known is left to the writer."""
    case = page.case
    known = {"number": case.number}
    held = Assignment.objects.holding().filter(
        case=case.id, person=page.actor.person, organisation=page.actor.organisation
    )
    if assignment := held.first():
        known["function"] = str(function_code(assignment.capacity))
    feedback = case.deadlines.pending().filter(code="FEEDBACK_3M").exclude(due=None).first()
    if feedback and feedback.due:  # the text that names it acknowledges the report
        known["day"] = date_format(localtime(feedback.once_acknowledged or feedback.due), "j F Y")
    phone = case.report.organisation.adviser_phone
    if phone:
        known["adviser"] = _("You can call the confidential adviser: %(phone)s.") % {"phone": phone}
    return known
