"""What may happen next in a case: one interpreter over the data of a protocol. It knows no case and no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from cases.protocol.definitions import PHASE, PREVIOUS, Decision, NotBefore, Phase, Protocol
from cases.protocol.kinds.deadline_kinds import Unit, after, deadline_kinds
from cases.protocol.kinds.forms import JUDGES_STATE, holds, record_forms

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Situation:
    """Everything about a case that the rules of a protocol may look at."""

    phase: str
    decided: frozenset[str] = frozenset()  # codes of the decisions taken so far
    has_subject: bool = False
    previous: str = ""  # phase before the case was put on hold
    tracks: Mapping[str, str] = field(default_factory=dict)  # {track: state}; absent: the first state of the track
    joined: bool = False  # a joined case: its steps are decided in the lead case
    known_reporter: bool = False  # somebody knows who the reporter is
    wants_to_stop: bool = False  # the reporter asked to withdraw, and did not take that back
    is_unread: bool = False  # the reporter wrote something that nobody who handles the case read
    measure_runs: bool = False  # a measure against somebody from outside runs
    is_pressure: bool = False  # the case is one of improper pressure
    # {JUDGES_STATE or POWER_STATE: what is known there}. Where nothing is known, everything that may be true is offered.
    beside: Mapping[str, str] = field(default_factory=dict)
    # {what `NotBefore.after` names: when it last was}. PHASE: when the phase was entered; no term of its acts began before.
    moments: Mapping[str, datetime] = field(default_factory=dict)
    since: frozenset[str] | None = None  # codes of what was decided since the phase was entered; None: all of `decided`
    ended: frozenset[str] = frozenset()  # forms of which there are records and every one has ended
    running: frozenset[str] = frozenset()  # forms of which a record still runs
    must_end: frozenset[str] = frozenset()  # of these, those of which one runs that was not handed on
    times: Mapping[str, int] = field(default_factory=dict)  # {code: how often it was taken}
    now: datetime | None = None  # None: no term is looked at, as when a protocol is checked
    pending: frozenset[str] = frozenset()  # deadlines that were neither met nor waived; looked at once it was closed


@dataclass(frozen=True)
class Option:
    """A decision as it stands in a situation. It may be taken when nothing is `missing`, nothing is waited for, its
    earliest moment has come, nothing still runs that must end first, and it is not decided elsewhere."""

    code: str
    decision: Decision
    anytime: bool
    track: str = ""  # empty for a decision of the phases
    missing: tuple[str, ...] = ()  # codes of decisions that must be taken first
    waits_for: tuple[str, ...] = ()  # tracks that must move first
    elsewhere: bool = False  # this is a joined case, and the decision is taken in its lead case
    not_before: datetime | None = None  # the moment until which it must wait; NEVER where that is not known yet
    still_runs: tuple[str, ...] = ()  # forms of records that must end or be handed on first
    again: bool = False  # it was taken before and is taken again; the case stays where it is
    used_up: bool = False  # it was taken as often as it may be
    is_unread: bool = False  # it ends the case, and nobody read what the reporter wrote

    @property
    def allowed(self) -> bool:
        waits = self.missing or self.waits_for or self.elsewhere or self.still_runs or self.used_up or self.is_unread
        return not waits and self.not_before is None


class NotNow(Exception):
    """This decision cannot be taken in this situation. `missing` names the acts that must come first, if any."""

    def __init__(
        self,
        code: str,
        missing: tuple[str, ...] = (),
        waits_for: tuple[str, ...] = (),
        elsewhere: bool = False,
        not_before: datetime | None = None,
        still_runs: tuple[str, ...] = (),
        used_up: bool = False,
        is_unread: bool = False,
    ) -> None:
        super().__init__(code)
        self.is_unread = is_unread
        self.code = code
        self.used_up = used_up
        self.still_runs = still_runs
        self.not_before = not_before
        self.missing = missing
        self.waits_for = waits_for
        self.elsewhere = elsewhere


def options(protocol: Protocol, situation: Situation) -> list[Option]:
    """Everything that belongs to this phase and to the tracks: what can be decided now, and what not yet and why.
    In a final phase what comes after closing or is about something that goes on, and of that in a case that was opened again what was begun."""
    if protocol.phases[situation.phase].final:
        outliving = {code: decision for code, decision in protocol.anytime.items() if decision.outlives}
        return [
            _option(protocol, code, decision, situation, anytime=True)
            for code, decision in {**outliving, **protocol.after_closing}.items()
            if _fits(decision, situation) and _is_asked_after_closing(decision, situation.pending)
        ]
    beside = [
        _option(protocol, code, decision, situation, anytime=True, track=name)
        for name, track in protocol.tracks.items()
        for code, decision in track.states[state_of(protocol, situation, name)].decisions.items()
        if _fits(decision, situation)
    ]
    here = options_of_phase(protocol, situation) + beside
    return here + _begun_after_closing(protocol, situation, here)


def options_of_phase(protocol: Protocol, situation: Situation) -> list[Option]:
    """As :func:`options`, without those of the tracks."""
    phase = protocol.phases[situation.phase]
    if phase.final:
        return []
    here = [
        _option(protocol, code, decision, situation)
        for code, decision in phase.decisions.items()
        if _fits(decision, situation)
    ]
    always = [
        _option(protocol, code, decision, situation, anytime=True, again=code in situation.decided)
        for code, decision in protocol.anytime.items()
        if _fits(decision, situation)
        and (decision.repeat or code not in situation.decided or _ends(protocol, decision))
        and decision.to != situation.phase
        and not (decision.to and phase.aside and not protocol.phases[decision.to].final)
    ]
    always += [
        _option(protocol, code, in_place(protocol, decision), situation, anytime=True, again=True)
        for name, other in protocol.phases.items()
        for code, decision in other.decisions.items()
        if name != situation.phase and decision.again and _fits(decision, situation) and _was_left(other, situation)
    ]
    if situation.joined:
        here, always = [_rests(protocol, option) for option in here], [_rests(protocol, option) for option in always]
    return here + always


def _ends(protocol: Protocol, decision: Decision) -> bool:
    """Whether a decision ends the case. Where it was taken and the case runs, the case was opened again, and can end again."""
    return decision.to in protocol.phases and protocol.phases[decision.to].final


def _is_asked_after_closing(decision: Decision, pending: frozenset[str]) -> bool:
    """Nobody answers what was not asked, and what is asked already is not asked again before it was answered."""
    if decision.outlives:
        return True
    if decision.meets:
        return bool(pending & set(decision.meets))
    return not pending & set(decision.starts)


def _begun_after_closing(protocol: Protocol, situation: Situation, here: list[Option]) -> list[Option]:
    """In a case that was opened again: the decisions that meet what began while it was closed, where none of those here does."""
    begun = {deadline for decision in protocol.after_closing.values() for deadline in decision.starts}
    asked = situation.pending & begun - {deadline for option in here for deadline in option.decision.meets}
    return [
        _option(protocol, code, decision, situation, anytime=True)
        for code, decision in protocol.after_closing.items()
        if asked & set(decision.meets) and _fits(decision, situation)
    ]


def _was_left(phase: Phase, situation: Situation) -> bool:
    """Whether one of the decisions of the phase that can be taken again was taken: a low threat can turn out high."""
    return any(decision.again and code in situation.decided for code, decision in phase.decisions.items())


def in_place(protocol: Protocol, decision: Decision) -> Decision:
    """A decision that is taken again: it moves nothing and is counted once. It starts only those deadlines that can be met
    from every phase."""
    everywhere = [act for _code, act in [*protocol.anytime.items(), *protocol.every_track_decision()]]
    starts = [code for code in decision.starts if any(code in other.meets for other in everywhere)]
    return decision.model_copy(update={"to": "", "outcome": [], "counts": "", "tell": "", "note": {}, "starts": starts})


def _rests(protocol: Protocol, option: Option) -> Option:
    """A decision of a joined case. The lead case takes it, with two exceptions, both among the decisions at any time. The
    joined case itself takes those that move no phase (care for its reporter) and those that end it (its reporter may
    withdraw)."""
    to = option.decision.to
    decided_here = option.anytime and (not to or protocol.phases[to].final)
    return option if decided_here else replace(option, elsewhere=True)


def take(protocol: Protocol, situation: Situation, code: str) -> tuple[Option, str]:
    """The option for a code, and the phase (or the state of its track) to which it leads. Raises :class:`NotNow`."""
    option = next((option for option in options(protocol, situation) if option.code == code), None)
    if option is None:
        raise NotNow(code, _leading_to(protocol, situation, code))
    if not option.allowed:
        raise NotNow(
            code,
            option.missing,
            option.waits_for,
            option.elsewhere,
            option.not_before,
            option.still_runs,
            option.used_up,
            option.is_unread,
        )
    return option, leads_to(protocol, situation, option)


def leads_to(protocol: Protocol, situation: Situation, option: Option) -> str:
    """The phase, or the state of its track, in which the case is after this option."""
    if option.track:
        return option.decision.to or state_of(protocol, situation, option.track)
    following = option.decision.to or situation.phase
    return situation.previous if following == PREVIOUS else following


def reply_ends(protocol: Protocol, start: datetime) -> datetime | None:
    """When the term ends that the protocol gives somebody to reply, if it begins then; None where it gives none. Of several
    terms it is the longest."""
    forms = record_forms()
    rules = [rule.not_before for _code, rule in protocol.every_decision() if rule.not_before]
    waits = [rule for rule in rules if rule.unless and forms[rule.unless].answered]
    return max((after(start, *_length(protocol, rule)) for rule in waits), default=None)


def _length(protocol: Protocol, rule: NotBefore) -> tuple[int, Unit]:
    """How long a decision waits: as the rule says, or as the organisation set the deadline."""
    if not rule.deadline:
        return rule.length, rule.unit
    kind = deadline_kinds()[rule.deadline]
    return protocol.deadline_lengths.get(rule.deadline, kind.length), kind.unit


def _leading_to(protocol: Protocol, situation: Situation, code: str) -> tuple[str, ...]:
    """The codes of decisions that move a track from its present state to the state that knows this decision."""
    return tuple(
        act
        for name, track in protocol.tracks.items()
        for act, decision in track.states[state_of(protocol, situation, name)].decisions.items()
        if decision.to and code in track.states[decision.to].decisions
    )


def state_of(protocol: Protocol, situation: Situation, track: str) -> str:
    """The state of a track in a situation."""
    return situation.tracks.get(track) or protocol.tracks[track].first


def labels(protocol: Protocol) -> Mapping[str, str]:
    """The words for every decision of a protocol, {code: words}."""
    every = [*protocol.every_decision(), *protocol.after_closing.items()]
    return {code: str(decision.label) for code, decision in every}


def states_of(protocol: Protocol, situation: Situation) -> dict[str, str]:
    """The state of every track in a situation, {track: state}."""
    return {track: state_of(protocol, situation, track) for track in protocol.tracks}


def _as_it_stands(protocol: Protocol, decision: Decision, situation: Situation) -> Decision:
    """A decision as the states of the case make it: the outcomes that are true now, and whether two people decide it."""
    if not (decision.outcome_when or decision.other_person_when):
        return decision
    states = {**situation.beside, **states_of(protocol, situation)}
    outcome = [code for code in decision.outcome if holds(decision.outcome_when.get(code, {}), states)]
    by_two = any(states.get(track) in among for track, among in decision.other_person_when.items())
    done_by = decision.done_by.model_copy(update={"other_person": by_two or decision.done_by.other_person})
    return decision.model_copy(update={"outcome": outcome, "done_by": done_by})


def _fits(decision: Decision, situation: Situation) -> bool:
    if not decision.needs:
        return True
    holds = {
        "subject": situation.has_subject,
        "no_subject": not situation.has_subject,
        "known_reporter": situation.known_reporter,
        "wants_to_stop": situation.wants_to_stop,
        "measure_runs": situation.measure_runs,
        "pressure": situation.is_pressure,
        "body_judges": situation.beside.get(JUDGES_STATE) != "employer",
        "employer_judges": situation.beside.get(JUDGES_STATE) != "body",
    }
    return all(holds[condition] for condition in decision.needs)


def _option(
    protocol: Protocol,
    code: str,
    decision: Decision,
    situation: Situation,
    *,
    anytime: bool = False,
    again: bool = False,
    track: str = "",
) -> Option:
    waits = tuple(
        name
        for name, states in decision.blocked_by.items()
        if name in protocol.tracks and state_of(protocol, situation, name) in states
    )
    # Who comes back to a phase does its own acts again: a draft that changed is sent again.
    own = (
        set() if track or situation.since is None else set(protocol.phases[situation.phase].decisions) - situation.since
    )
    decided = situation.decided - own
    missing = tuple(act for act in decision.after if act not in decided)
    if missing:
        every = dict(protocol.every_decision())  # a case without a person concerned waits for no act that needs one
        missing = tuple(act for act in missing if _fits(every[act], situation))
    earliest = decision.not_before and _earliest(protocol, decision, decision.not_before, situation)
    states = protocol.tracks[track].states if track else protocol.phases
    following = states.get(decision.to)
    runs = tuple(form for form in following.ended if form in situation.must_end) if following else ()
    ends = following is not None and following.final
    return Option(
        code,
        _as_it_stands(protocol, decision, situation),
        anytime,
        track,
        missing,
        waits,
        not_before=earliest or None,
        still_runs=runs,
        again=again,
        used_up=0 < decision.at_most <= situation.times.get(code, 0),
        is_unread=ends and situation.is_unread,
    )


def _earliest(protocol: Protocol, decision: Decision, rule: NotBefore, situation: Situation) -> datetime | None:
    """The moment for which a decision still waits; None when it has come. A term that began at no known moment never
    ends."""
    if situation.now is None or (rule.unless and rule.unless in situation.ended):
        return None
    start = situation.moments.get(rule.after)
    if start is None:
        return NEVER
    if rule.after in protocol.phases[situation.phase].decisions and PHASE in situation.moments:
        start = max(start, situation.moments[PHASE])
    if rule.after.startswith("reporter:"):  # who offers to wait begins to wait then
        start = max([start, *(situation.moments[act] for act in decision.after if act in situation.moments)])
    length, unit = _length(protocol, rule)
    if rule.deadline:
        # Whatever gives the term anew, such as more time to reply, gives it whole.
        anew = {code for code, act in protocol.every_decision() if rule.deadline in act.starts}
        start = max([start, *(situation.moments[code] for code in anew & set(situation.moments))])
    moment = after(start, length, unit)
    return moment if situation.now <= moment else None
