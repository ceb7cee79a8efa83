"""What a decision will change, from its rule and from how the case stands. `effects.py` does it with the same functions, and the
page of the decision says it before (`consequences.py`)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from cases.counting.facts import is_registered
from cases.deciding.judging import outcome_told, powers_of
from cases.deciding.newcomers import has_new
from cases.desk.codes import case_codes
from cases.models import Case, Deadline
from cases.parties.told import unaware_of_reopening, who_knows
from cases.protocol.after_closing import after_closing, starts_at_closing, stops_at_closing, tracks_asked_anew
from cases.protocol.definitions import Decision
from cases.protocol.engine import Option, Situation, leads_to, states_of
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.decision_questions import decision_questions
from cases.protocol.kinds.forms import CLEARED_UNTOLD, CLEARING_STATE, is_own_deadline, record_forms

SUBJECT_OUTCOME, SUBJECT_REOPENED = "SUBJECT_OUTCOME", "SUBJECT_REOPENED"
TELLING = {SUBJECT_OUTCOME, SUBJECT_REOPENED}  # deadlines to tell people by name: they ask nothing where nobody knows


@dataclass(frozen=True)
class Foreseen:
    """What changes, whatever is filled in: tracks as {track: state}, records that end as {form: what they come to}, and deadlines
    by their codes. What depends on an answer stands in `by_answer` and in the fields that say so."""

    following: str  # the phase in which the case is then
    closes: bool = False
    reopens: bool = False
    counts: str = ""  # "report" or "outcome", where it is not counted yet
    tracks: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    met: Sequence[str] = ()
    met_by_last: Sequence[str] = ()  # met once everybody who has to be told was told
    met_of_named: Sequence[str] = ()  # of the record that the decision names
    waived: Sequence[str] = ()
    stops: Sequence[str] = ()
    goes_on: Sequence[str] = ()  # what runs and does not stop as the case closes
    begins: Sequence[str] = ()
    maybe_sooner: Sequence[str] = ()  # begins no second time, but may end sooner
    rests: Sequence[str] = ()
    runs_again: Sequence[str] = ()
    brings_new: bool = False
    by_answer: Sequence["ByAnswer"] = ()

    @property
    def surely_ended(self) -> set[str]:
        """The deadlines that ask nothing more."""
        return {*self.met, *self.waived, *self.stops}


@dataclass(frozen=True)
class ByAnswer:
    """What one answer on the page of the decision adds: the tracks that it moves, and the deadlines that begin. `asked`: the name
    of the question and the code of the answer, as they stand in the details of a choice."""

    question: str
    answer: str
    asked: tuple[str, str]
    tracks: Mapping[str, str] = field(default_factory=dict)
    begins: Sequence[str] = ()


def foresee(case: Case, option: Option, now_is: Situation, deadlines: Iterable[Deadline]) -> Foreseen:
    """What this option will change. `deadlines`: all of the case, also those that ask nothing any more."""
    rule, protocol = option.decision, case.protocol
    leads = leads_to(protocol, now_is, option)
    following = case.phase if option.track else leads
    phase = protocol.phases[following]
    closes = phase.final and case.is_open
    reopens = not phase.final and not case.is_open
    tracks = tracks_moved(case, rule, option.track, leads)
    then = _situation_then(option, now_is, following, tracks)
    every = list(deadlines)
    pending = [one for one in every if one.is_running]
    asked = {one.code for one in pending if one.record_id is None}
    of_records = {one.code for one in pending if one.record_id is not None}
    named = _named_form(rule)
    meets = [code for code in rule.meets if code in asked and not is_own_deadline(named, code)]
    by_last = [code for code in meets if code in TELLING and somebody_waits(case, code, rule, then)]
    met = [code for code in meets if code not in by_last]
    waives = [*rule.waives, *(waived_by_reopening() if reopens else [])]
    every_running = asked | of_records
    waived = [code for code in waives if code in every_running and code not in met]
    starts = [code for code in rule.starts if code not in TELLING or somebody_waits(case, code, rule, then)]
    if reopens:
        starts += asked_at_reopening(case, following)
    left = [one for one in pending if one.code not in {*met, *waived}]
    stops: list[str] = []
    goes_on: list[str] = []
    if closes:
        told = bool(rule.done_by.message)
        for one in left:
            (stops if stops_at_closing(one.code, reporter_is_told=told) else goes_on).append(one.code)
        starts += begins_at_closing(case, then, outcome_told(case, then))
    begins, sooner = _begin(every, starts, {*met, *waived, *stops}, rule)
    rests, again = _resting(case, following, [one for one in left if one.code not in stops])
    return Foreseen(
        following=following,
        closes=closes,
        reopens=reopens,
        counts=_counted(case, rule),
        tracks={track: state for track, state in tracks.items() if states_of(protocol, now_is)[track] != state},
        ends={name: came_to for name, came_to in rule.ends.items() if name in now_is.running},
        met=met,
        met_by_last=by_last,
        met_of_named=[code for code in rule.meets if code in of_records and is_own_deadline(named, code)],
        waived=waived,
        stops=list(dict.fromkeys(stops)),
        goes_on=list(dict.fromkeys(goes_on)),
        begins=begins,
        maybe_sooner=sooner,
        rests=rests,
        runs_again=again,
        brings_new=rule.brings_new and not has_new(case),
        by_answer=_by_answer(case, rule, option.track, {*asked, *begins} - {*met, *waived, *stops}),
    )


def tracks_moved(
    case: Case, rule: Decision, track: str, following: str, by_details: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Into which states a decision brings the tracks that the case has: its own track, those that the rule moves, and without a
    track of its own those that the answers of the weighing form move (`by_details`)."""
    own = {track: following} if track else (by_details or {})
    if not track and not case.is_open and not case.protocol.phases[following].final:
        states = dict(case.tracks.values_list("track", "state"))
        own = {**tracks_asked_anew(case.protocol, states), **own}
    return {name: state for name, state in {**rule.moves, **own}.items() if name in case.protocol.tracks}


def begins_at_closing(case: Case, then: Situation, clearing: str) -> list[str]:
    """The deadlines that begin as the case closes. `then`: with the decision that closes it. `clearing`: by
    :func:`outcome_told`."""
    states = {**states_of(case.protocol, then), CLEARING_STATE: clearing}
    return list(starts_at_closing(case.protocol.id, then.decided, states))


def waived_by_reopening() -> list[str]:
    """The deadlines that ask nothing more as a case opens again."""
    return [after_closing().look.deadline]


def asked_at_reopening(case: Case, phase: str) -> list[str]:
    """The deadlines that begin as a case opens again in this phase: what its step asks has its whole time anew."""
    asked = [code for rule in case.protocol.phases[phase].decisions.values() for code in rule.meets]
    met = {code for _code, rule in case.protocol.every_decision() for code in rule.meets}
    return [*asked, *(code for code in after_closing().reopens_with.get(case.protocol.id, []) if code in met)]


def somebody_waits(case: Case, deadline: str, rule: Decision, now_is: Situation) -> bool:
    """Whether somebody concerned who knows of the case was not told yet what this deadline asks: one letter is for one person.
    `now_is`: with the decision."""
    if deadline == SUBJECT_OUTCOME:
        return outcome_told(case, now_is) == CLEARED_UNTOLD
    if deadline == SUBJECT_REOPENED and not case.is_open:  # it opens by this very decision
        return bool(who_knows(case))
    if deadline == SUBJECT_REOPENED and rule.done_by.document:
        return bool(unaware_of_reopening(case))
    return False


def _situation_then(option: Option, now_is: Situation, following: str, tracks: Mapping[str, str]) -> Situation:
    """The situation as this decision leaves it, for what the other effects look at."""
    now = now_is.now or timezone.now()
    return replace(
        now_is,
        phase=following,
        decided=now_is.decided | {option.code},
        tracks={**now_is.tracks, **tracks},
        moments={**now_is.moments, option.code: now},
    )


def _named_form(rule: Decision) -> str:
    """The form of the record that the record of a decision names; empty where it names none."""
    form = record_forms().get(rule.done_by.record)
    return form.fields[form.about].of if form and form.about else ""


def _begin(
    every: Sequence[Deadline], starts: Iterable[str], ended: set[str], rule: Decision
) -> tuple[list[str], list[str]]:
    """(those that begin, those that may end sooner instead): as `start_deadlines` and `start_own` do it."""
    begins, sooner = [], []
    of_case = [one for one in every if one.record_id is None]
    for code in dict.fromkeys(starts):
        there = [one for one in of_case if one.code == code]
        runs = [one for one in there if one.is_running and code not in ended]
        if is_own_deadline(rule.done_by.record, code):
            begins.append(code)
        elif deadline_kinds()[code].at_latest and there:
            sooner += [code] if runs else []
        elif not runs:
            begins.append(code)
    return begins, sooner


def _resting(case: Case, following: str, pending: Sequence[Deadline]) -> tuple[list[str], list[str]]:
    """(those that rest, those that run again) as the case goes aside or comes back."""
    phase, now = case.protocol.phases[following], timezone.now()
    if following == case.phase:
        return [], []
    if phase.aside and not phase.final:
        resting = [one for one in pending if one.kind.rests_on_hold and one.paused_at is None and one.due]
        return [one.code for one in resting if one.due and one.due > now], []
    if case.phase_data.aside:
        return [], [one.code for one in pending if one.paused_at is not None]
    return [], []


def _counted(case: Case, rule: Decision) -> str:
    if rule.counts == "report":
        return "" if is_registered(case) else "report"
    if rule.counts == "outcome":
        return "outcome" if case.is_counted and is_registered(case) else ""
    return ""


def _by_answer(case: Case, rule: Decision, track: str, running: set[str]) -> list[ByAnswer]:
    questions, found = decision_questions(), []
    if rule.form == "weighing" and not track:
        for name, criterion in questions.weighing.items():
            for code, moved in criterion.moves.items():
                known = {which: state for which, state in moved.items() if which in case.protocol.tracks}
                if known:
                    answer = str(questions.scales[criterion.scale][code])
                    found.append(ByAnswer(str(criterion.label), answer, (name, code), known))
    if rule.form == "power":
        found += [
            ByAnswer("", str(power.label), ("power", code), begins=begins)
            for code, power in powers_of(case, case_codes(case)).items()
            if (begins := [start for start in power.starts if start not in running])
        ]
    return found
