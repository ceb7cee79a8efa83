"""The pages on which decisions are read, taken, proposed and answered."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cases.administration.police import police_of
from cases.deciding.decisions import READ_FIRST, Choice, decide, decisions_taken
from cases.deciding.deeds import Attached, made_of_record
from cases.deciding.foreseeing.consequences import consequences_of, papers_of
from cases.deciding.forms import AnswerForm, DecisionForm
from cases.deciding.judging import ends_case, explain, has_opened, situation, states_in
from cases.deciding.offered import is_for_somebody_else, offered_text
from cases.deciding.proposals import agree, open_proposal, proposals_of, propose, refuse, see_answer
from cases.deciding.records.beside import offered_rows, recorded_beside, states_beside
from cases.deciding.records.still_running import running_records
from cases.deciding.together.closing import closes_too
from cases.desk.page import READ_AND_POST, CasePage, case_page
from cases.desk.two_people import is_own
from cases.files.attaching import Attaching
from cases.models import Proposal
from cases.parties.parties import parties_of
from cases.parties.replies import DraftReply, replies_to_drafts, unanswered_of
from cases.protocol.definitions import Decision
from cases.protocol.engine import NotNow, options, take
from cases.protocol.kinds.forms import MOMENT_OF_DEED, record_forms
from organisations.codes import code_list
from organisations.desk.kept import typed_in
from organisations.desk.notices import Notice, Notices
from organisations.models import Assignment
from reporting.dialogue.dialogue import heard_of

ANSWERED = Notices(
    {
        "refused": Notice(gettext_lazy("Recorded: you do not agree. Who proposed it reads your reason.")),
        "proposed": Notice(
            gettext_lazy("Proposed. Nothing is done and nothing is sent before a second person agrees.")
        ),
        "back": Notice(gettext_lazy("Taken back. Nothing was done and nothing was sent.")),
    }
)


@case_page("case.file", tab="decisions", shows="decisions", notices=ANSWERED)
def decisions(page: CasePage) -> HttpResponse:
    case, actor = page.case, page.actor
    return page.show(
        "cases/deciding/decisions.html", taken=decisions_taken(case, actor), proposals=proposals_of(case, actor)
    )


@case_page("case.decide", methods=READ_AND_POST)
def decision(page: CasePage, code: str) -> HttpResponse:
    """One decision: a page to take it or to propose it. Who cannot take it now is sent to the case page, which says why."""
    case = page.case
    now_is = situation(case)
    option = next((option for option in options(case.protocol, now_is) if option.code == code), None)
    rule = option.decision if option else case.protocol.rule_of(code)
    if rule is None:
        raise Http404
    beside = recorded_beside(case, page.actor, rule)
    record, message = record_forms().get(rule.done_by.record), rule.done_by.message
    other = is_for_somebody_else(case, rule, page.actor)
    people = parties_of(case, page.actor) if rule.done_by.names_person else ()
    form = DecisionForm(
        page.sent(),
        case=case,
        rule=rule,
        offered=offered_text(case, message, page.actor, for_another=other) if message else "",
        known=offered_rows(case, rule, beside, people),
        states=states_in(case, now_is, rule, for_another=other),
        people=people,
        unanswered=heard_of(case.report).unanswered if option and ends_case(case, option) else 0,
    )
    attaching = Attaching(page, form)
    if page.is_sent and "more" in page.request.POST:
        form.errors.clear()
    elif page.is_sent and (why := _why_not(page, code)):
        form.add_error("reason", why)
    elif page.is_sent and form.is_valid() and attaching.is_ready():
        with form.refusals("reason" if "reason" in form.fields else ""), transaction.atomic():
            deed = replace(form.deed, file=Attached(attaching.add())) if attaching.is_new else form.deed
            said = (form.cleaned_data["reason"], form.cleaned_data.get("outcome", ""), form.details)
            choice = Choice(code, *said, deed, form.unanswered)
            revision, about = form.cleaned_data["revision"], form.cleaned_data["about"]
            if rule.done_by.other_person:
                proposal = propose(case, choice, actor=page.actor, revision=revision, about=about)
                return page.done("proposal", "proposed", proposal.id)
            made = decide(case, choice, actor=page.actor, revision=revision, about=about)
            return page.done_or_away("overview", str(made.sequence))
        case.refresh_from_db()
        form.renew(revision=case.revision)
    elif not page.is_sent and (option is None or not option.allowed or not page.standing.relations & set(rule.who)):
        return redirect(page.address("overview"))
    waiting = case.proposals.filter(code=code, state=Proposal.State.ASKED).first()
    return page.show(
        "cases/deciding/decision.html",
        rule=rule,
        form=form,
        waiting=waiting,
        taken=attaching.taken,
        consequences=consequences_of(case, code, now_is, case.deadlines.all()),
        papers=papers_of(rule, case.kind) if page.may("case.documents") else [],
        beside=beside,
        states=states_beside(case, rule, now_is),
        drafts=_drafts(page, rule),
        unanswered=unanswered_of(case, page.actor) if option and ends_case(case, option) else [],
        not_free=_own_part(page) if record and record.says_free else None,
        for_another=other,
        of_victim=record is not None and record.of_victim,
        of_record=bool(rule.done_by.document) and made_of_record(rule.done_by.document),
        police=police_of(page.actor.organisation) if form.record and form.record.police else None,
        only_recorded=record is not None and MOMENT_OF_DEED in record.fields,
        must_read=rule.done_by.read and not has_opened(case, page.actor.person.id),
        closes_too=closes_too(case, option, now_is, page.actor, "case.decide") if option else [],
    )


@case_page("case.file", tab="decisions", shows="proposal", methods=READ_AND_POST, notices=ANSWERED)
def proposal(page: CasePage, proposal_id: UUID) -> HttpResponse:
    """What was proposed, whole, and the answer of a second person."""
    row = page.case.proposals.select_related("asked_by", "answered_by", "case").filter(id=proposal_id).first()
    if row is None:
        raise Http404
    form = AnswerForm(page.sent())
    if page.is_sent and form.is_valid():
        with page.refusals(form, "reason"):
            said = {"about": form.cleaned_data["about"]}
            if page.what == "agree":
                made = agree(page.case, row.id, actor=page.actor, words=form.cleaned_data["reason"], **said)
                return page.done_or_away("overview", str(made.sequence))
            refuse(page.case, row.id, actor=page.actor, reason=form.cleaned_data["reason"], **said)
            return page.done_or_away("decisions", "back" if is_own(row, page.actor) else "refused")
        row.refresh_from_db()
    see_answer(row, page.actor)
    opened = open_proposal(row, page.actor)
    waits = row.state == Proposal.State.ASKED
    now_is = situation(page.case) if waits else None
    option = now_is and next((one for one in options(page.case.protocol, now_is) if one.code == row.code), None)
    deadlines = list(page.case.deadlines.with_running()) if waits else []
    return page.show(
        "cases/deciding/proposal.html",
        proposal=opened,
        form=form,
        can_answer=waits and page.may("case.agree"),
        typed=[one for one in typed_in(page.request) if one.name == "reason"],
        outcome=code_list("disposition")[opened.choice.outcome] if opened.choice.outcome else "",
        running=[one for one in deadlines if one.asks_now],
        records=running_records(page.case) if waits else [],
        drafts=_drafts(page, page.case.protocol.rule_of(row.code)) if waits else None,
        unanswered=unanswered_of(page.case, page.actor) if waits else [],
        consequences=consequences_of(page.case, row.code, now_is, deadlines, opened.choice.details) if now_is else [],
        closes_too=closes_too(page.case, option, now_is, page.actor, "case.agree") if now_is and option else [],
        now=timezone.now(),
    )


def _drafts(page: CasePage, rule: Decision | None) -> list[DraftReply] | None:
    """The drafts and the replies to them, where a decision is about these; None where it is not."""
    record = record_forms().get(rule.done_by.record) if rule else None
    if record is None or not record.of_replies or not page.may("case.file"):
        return None
    return replies_to_drafts(page.case, page.actor, page.standing.relations)


def _own_part(page: CasePage) -> UUID | None:
    """The assignment of this actor, where they may say that they are not free of the case."""
    held = Assignment.objects.holding().filter(case=page.case.id, person=page.actor.person)
    mine = held.filter(organisation=page.actor.organisation).values_list("id", flat=True)
    return mine.first() if page.may("case.conflict") else None


def _why_not(page: CasePage, code: str) -> str:
    """Why the decision cannot be taken now, whatever was filled in; empty where it can be."""
    try:
        take(page.case.protocol, situation(page.case), code)
    except NotNow as not_now:
        return explain(page.case, not_now)
    rule = page.case.protocol.rule_of(code)
    return str(READ_FIRST) if rule and rule.done_by.read and not has_opened(page.case, page.actor.person.id) else ""
