"""Where a case is, as the rules of its protocol see it, and what can be decided in it now."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deciding.passed import Passed, passed_in
from cases.desk.codes import case_codes
from cases.desk.offering import answers_what_can_be_decided
from cases.desk.refusals import Refused
from cases.models import Case, CaseLink, Redaction
from cases.parties.asking import waits_for_answer
from cases.parties.told import TELLS_OUTCOME, untold, who_knows
from cases.people.barring import somebody_is_barred
from cases.protocol.after_closing import after_closing, reopening
from cases.protocol.definitions import PHASE, PREVIOUS, RECEIPT, Decision
from cases.protocol.engine import NEVER, NotNow, Option, Situation, labels, options, states_of
from cases.protocol.kinds.deadline_kinds import beginning_of, end_of
from cases.protocol.kinds.decision_questions import UNKNOWN, Power, powers_for
from cases.protocol.kinds.forms import (
    CLEARED_TOLD,
    CLEARED_UNTOLD,
    CLEARING_STATE,
    JUDGES_STATE,
    LINK_STATE,
    MAILBOX_STATE,
    MASK_STATE,
    NOBODY_CLEARED,
    OF_REPORT,
    POWER_STATE,
    SILENT,
    WRITTEN,
    record_forms,
)
from cases.protocol.regimes import judges_of
from organisations.codes import code_list
from reporting.dialogue.dialogue import Heard, heard_of
from reporting.events import ReportEvent
from reporting.models import Message
from vault import ledger

NOT_IN_EVERY_CASE = gettext_lazy(
    "You may not decide in every case that is handled together with this one. Separate it first, or let somebody who works "
    "both decide."
)
UNANSWERED = gettext_lazy("Read what the reporter wrote. Say that your text answers it, or that it needs no answer.")
UNANSWERED_SINCE = gettext_lazy(
    "The reporter wrote since this was proposed. Read it and answer it, then refuse this or agree."
)
ASKED = gettext_lazy(
    "A person of the case asked something and got no answer yet. Answer it on their papers page, under “People of the case”."
)
CLEARING = {"unfounded", "rehabilitation"}  # of disposition
KNOWN = {"named", "confidential"}
READ_MESSAGES = gettext_lazy(
    "The reporter wrote, and nobody has read it yet. Read it first, under “Messages”: it may change what you decide."
)


def situation(
    case: Case,
    codes: dict[str, str] | None = None,
    now: datetime | None = None,
    passed: Passed | None = None,
    heard: Heard | None = None,
) -> Situation:
    """What the engine may know of a case. `codes` is {code list: code} of the case, where the caller has opened it
    already; `now` is the moment at which something is decided; `passed`: what happened in it,
    and `heard`: what its reporter wrote, where that was read already."""
    passed, codes = passed or passed_in([case.id])[case.id], codes or case_codes(case)
    has_subject = codes.get("subject") == "given"
    now_is = situation_from(case, passed, has_subject=has_subject, heard=heard or heard_of(case.report), now=now)
    now_is = replace(now_is, beside=_of_person_concerned(case, codes))
    if case.is_open and case.reopened_on is None:
        return now_is
    return replace(now_is, pending=frozenset(case.deadlines.pending().order_by().values_list("code", flat=True)))


def _of_person_concerned(case: Case, codes: Mapping[str, str]) -> dict[str, str]:
    """Who judges the person concerned, where that is known, and whether the law gives a power against them."""
    judges = judges_of(codes)
    power = {POWER_STATE: "some" if powers_of(case, codes) else "none"}
    return {JUDGES_STATE: judges, **power} if judges else power


def powers_of(case: Case, codes: Mapping[str, str]) -> dict[str, Power]:
    """The statutory powers of the organisation of a case against the person concerned. `codes`: of the case."""
    return powers_for(case.report.organisation.kind, codes.get("row", UNKNOWN))


def situation_from(
    case: Case, passed: Passed, *, has_subject: bool, heard: Heard | None = None, now: datetime | None = None
) -> Situation:
    """The same, from what was read already. `heard`: what the reporter wrote, where that is asked."""
    heard = heard or Heard()
    report = case.report
    moments: dict[str, datetime] = {RECEIPT: report.received_at or beginning_of(case.started_on)}
    times: Counter[str] = Counter()
    since: set[str] | None = None
    every = [*case.protocol.every_decision(), *case.protocol.after_closing.items()]
    back = {code for code, rule in every if rule.to == PREVIOUS}
    telling = {code for code, rule in every if rule.done_by.message}
    does = {code: rule.does for code, rule in every if rule.does}
    for code, done_at, made_at, track, phase, following in passed.made:
        if code in reopening():
            # What happened is another event: care is given after that, and who must hear of it hears it then.
            moments = {act: at for act, at in moments.items() if act not in after_closing().asked_anew}
            moments[RECEIPT], times = made_at, Counter()
        # Who is told has time from when the text is in the mailbox, whatever day somebody says to have called.
        moment = made_at if code in telling else done_at
        moments[code] = max(moment, moments.get(code, moment))
        times[code] += 1
        if not track and following == case.phase != phase and code not in back:
            since, moments[PHASE] = set(), made_at
        elif since is not None:
            since.add(code)
        moments |= {act: max(moment, moments.get(act, moment)) for act in does.get(code, ())}
    taken = frozenset(moments) - {PHASE, RECEIPT}
    stops_on = heard.stops_on
    if stops_on and case.reopened_on and stops_on < case.reopened_on:
        stops_on = None  # who wanted to stop before it opened again did not mean what came after
    if stops_on:
        moments["reporter:withdraw"] = end_of(stops_on)
    running = frozenset(form for form, runs, _here in passed.records if runs)
    return Situation(
        phase=case.phase,
        decided=taken,
        has_subject=has_subject,
        previous=case.previous_phase,
        tracks=passed.tracks,
        joined=case.joined_to_id is not None,
        known_reporter=bool({report.known_as, report.identity_shared} & KNOWN),
        wants_to_stop=stops_on is not None,
        is_unread=heard.is_unread,
        measure_runs=any(form in record_forms() and record_forms()[form].against for form in running),
        is_pressure=case.kind == "pressure",
        moments=moments,
        since=None if since is None else frozenset(since),
        ended=frozenset(form for form, _runs, _here in passed.records if form not in running),
        running=running,
        must_end=frozenset(form for form, _runs, here in passed.records if here),
        times=times,
        now=now or timezone.now(),
    )


def states_in(case: Case, now_is: Situation, rule: Decision, *, for_another: bool = False) -> dict[str, str]:
    """What the answers to the record of a decision must agree with: the state of each track, of BESIDE_TRACKS those that its
    form asks for, and the codes of the report. `for_another`: the mailbox is that of somebody else than who it happened to.
    Empty where its form asks for no state."""
    form = record_forms().get(rule.done_by.record)
    if form is None or not any(asked.choose_when for asked in form.fields.values()):
        return {}
    named = {name for field in form.fields.values() for states in field.choose_when.values() for name in states}
    beside = {name: state(case, now_is) for name, state in _BESIDE.items() if name in named}
    if for_another and MAILBOX_STATE in beside:
        beside[MAILBOX_STATE] = SILENT
    codes = case_codes(case) if named & set(OF_REPORT) else {}
    of_report = {name: codes.get(name, "") for name in OF_REPORT if codes}
    known = {name: state for name, state in beside.items() if state is not None}
    return {**states_of(case.protocol, now_is), **known, **of_report}


def outcome_told(case: Case, now_is: Situation) -> str:
    """Whether each person concerned who knows of the report was told the outcome with a letter, after it was given; where nothing
    can be held against them, with the letter that says so. A case that ended without an outcome tells that it ended."""
    every = dict(case.protocol.every_decision())
    given = [now_is.moments[code] for code, rule in every.items() if rule.outcome and code in now_is.moments]
    if not given and case.protocol.phases[now_is.phase].final:
        given = [*now_is.moments.values()]
    if not given or not who_knows(case):
        return NOBODY_CLEARED
    is_cleared = case_codes(case).get("disposition") in CLEARING
    return CLEARED_UNTOLD if untold(case, max(given), is_cleared=is_cleared) else CLEARED_TOLD


def _clearing(case: Case, now_is: Situation) -> str | None:
    """As :func:`outcome_told`; None where the protocol of the case has no act by which somebody is told."""
    tells = any(TELLS_OUTCOME in rule.done_by.document for _code, rule in case.protocol.every_decision())
    return outcome_told(case, now_is) if tells else None


def _mailbox(case: Case, _now_is: Situation) -> str:
    return WRITTEN if case.report.messages.filter(by=Message.By.REPORTER).exists() else SILENT


def _linked(case: Case, _now_is: Situation) -> str:
    """Whether another case goes on with this one: somebody said that it follows, or the reporter added to the report. One of
    which somebody here may not know is none."""
    links = CaseLink.objects.filter(first=case, why=CaseLink.Why.FOLLOWS).values_list("second", flat=True)
    others = {*links, *case.report.followed_by.values_list("case", flat=True)}
    return "yes" if any(not somebody_is_barred(case.id, other) for other in others) else "no"


def _masked(case: Case, _now_is: Situation) -> str:
    return "yes" if case.redactions.filter(state=Redaction.State.APPROVED).exists() else "no"


_BESIDE: Mapping[str, Callable[[Case, Situation], str | None]] = {
    CLEARING_STATE: _clearing,
    MAILBOX_STATE: _mailbox,
    LINK_STATE: _linked,
    MASK_STATE: _masked,
}


def options_of(case: Case, codes: dict[str, str] | None = None, now: datetime | None = None) -> list[Option]:
    """What can be decided in the case now, and what not yet. `codes` and `now` as in :func:`situation`."""
    return options(case.protocol, situation(case, codes, now))


@answers_what_can_be_decided
def is_offered(case: Case, code: str) -> bool:
    """Whether this decision can be taken in the case now."""
    return any(option.code == code and option.allowed for option in options_of(case))


def at_moment(now_at: Situation, moment: datetime) -> Situation:
    """The situation for a deed of that moment: a term must have passed when it was done, not when it is recorded."""
    return replace(now_at, now=min(moment, now_at.now or moment))


def explain(case: Case, not_now: NotNow | Option) -> str:
    """Why a decision cannot be taken now, and what to do first."""
    words = labels(case.protocol)
    if not_now.elsewhere:
        return _("This case is handled together with another one. Decide there, or separate it first.")
    if not_now.missing:
        first = ", ".join(f"“{words[act]}”" for act in not_now.missing)
        return _("This cannot be done yet. First record: %(first)s.") % {"first": first}
    if not_now.used_up:
        return _("This was done as often as it may be. Choose something else now.")
    if not_now.waits_for:
        tracks = ", ".join(f"“{case.protocol.tracks[name].title}”" for name in not_now.waits_for)
        return _("This has to wait for %(tracks)s. Record first what came out there.") % {"tracks": tracks}
    if not_now.still_runs:
        return _("This still runs: %(what)s. End it or hand it on first, under “What was recorded”.") % {
            "what": ", ".join(str(record_forms()[form].label) for form in not_now.still_runs)
        }
    if not_now.is_unread:
        return str(READ_MESSAGES)
    if not_now.not_before == NEVER:
        return _("This cannot be done yet: the term for it has not begun.")
    if not_now.not_before:
        return _("This can be done after %(moment)s.") % {
            "moment": date_format(timezone.localtime(not_now.not_before), "j F Y, H.i")
        }
    if not case.is_open:
        return _("This case is closed, and this is not asked in it now.")
    return _("This cannot be done in the step “%(step)s”. Choose from what the case page offers now.") % {
        "step": case.phase_data.title
    }


def has_opened(case: Case, person: UUID) -> bool:
    """Whether somebody read the report: the ledger says that they opened it, or they typed it for the reporter."""
    return case.report.entered_by_id == person or any(
        entry.actor == person and entry.action == ReportEvent.REPORT_SEEN for entry in ledger.entries(case.id)
    )


def ends_case(case: Case, option: Option) -> bool:
    """Whether a decision brings the case to its end."""
    to = option.decision.to
    return not option.track and to in case.protocol.phases and case.protocol.phases[to].final


def refuse_unanswered(case: Case, option: Option, answered: int, *, is_proposed: bool) -> None:
    """No decision ends a case while the reporter or a person of the case waits for an answer. `answered`: the number of the last message of which was said
    that it has one or needs none. Raises :class:`Refused`."""
    if not ends_case(case, option):
        return
    if heard_of(case.report).unanswered > answered:
        raise Refused(str(UNANSWERED_SINCE if is_proposed else UNANSWERED), "answered")
    if waits_for_answer(case):
        raise Refused(str(ASKED))


def refuse_unheard(joined: Case) -> None:
    """A case that ends with the one that it is handled together with: its reporter and its people got an answer. Raises
    :class:`Refused`."""
    heard, number = heard_of(joined.report), {"number": joined.number}
    if heard.is_unread or heard.unanswered:
        raise Refused(
            _("In %(number)s the reporter wrote and got no answer yet. Read it there and answer it first.") % number
        )
    if waits_for_answer(joined):
        raise Refused(
            _("In %(number)s a person of the case asked something and got no answer yet. Answer it there first.")
            % number
        )


def is_weighing(rule: Decision) -> bool:
    """Whether a decision says how bad it is."""
    return rule.form == "weighing" or rule.done_by.record == "threat"


def who_in_words(rule: Decision) -> str:
    """Who may take a decision, in words."""
    relations = code_list("relation")
    return ", ".join(str(relations[relation]) for relation in rule.who)
