"""What a case asks now, and of whom: what comes first with the deeds that serve it, the other deeds of now, and what waits.
It only arranges what the engine and the deadlines say."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.deciding.judging import explain, is_weighing, who_in_words
from cases.models import Case, Deadline, Proposal
from cases.protocol.after_closing import is_far_look
from cases.protocol.engine import Option, Situation, labels, state_of
from cases.protocol.leading import Leading, first_of

SOON = timedelta(days=8)  # a deadline so near, such as one of a week, comes before the next step; a later one after it


@dataclass(frozen=True)
class OfferedDeed:
    """A deed as a button. `is_yours`: this actor may do it now; else `why` says whose it is or what it waits for."""

    code: str
    label: str
    help: str
    is_yours: bool = True
    why: str = ""
    deadline: Deadline | None = None  # the running one that it meets, due first


@dataclass(frozen=True)
class WaitingProposal:
    """A proposal, in words. `is_for_you`: this actor is the second person. `second`: who it waits for."""

    proposal: Proposal
    label: str
    is_for_you: bool
    second: str

    @property
    def made_by(self) -> str:
        return self.proposal.asked_by.name

    @property
    def made_at(self) -> datetime:
        return self.proposal.asked_at


@dataclass(frozen=True)
class Ask:
    """One thing that the case asks: what a running deadline asks, or (`deadline` is None) its next step. `deeds` do it;
    `before` come first; `later` is on the way to it too, and can be done from `moment` on."""

    deadline: Deadline | None
    title: str
    deeds: list[OfferedDeed] = field(default_factory=list)
    before: list[OfferedDeed] = field(default_factory=list)
    proposed: list[WaitingProposal] = field(default_factory=list)
    later: OfferedDeed | None = None
    moment: datetime | None = None
    is_begun_by_reading: bool = False  # an hour deadline of an anonymous report that nobody who handles it has read
    words: str = ""  # the track of which a state comes before everything else
    now: str = ""  # what that state asks, as something to do
    is_by_hand: bool = False  # nothing of the protocol meets it
    still_runs: bool = False  # what was recorded, such as a measure, must come to an end first
    is_to_read: bool = False  # the reporter wrote something that nobody read

    @property
    def offered(self) -> list[OfferedDeed]:
        return self.deeds or self.before

    @property
    def must_end(self) -> bool:
        return self.still_runs and not self.offered

    @property
    def can_be_done(self) -> bool:
        """Whether somebody can do something for it now."""
        by_page = self.is_by_hand or self.is_begun_by_reading or self.is_to_read
        return bool(self.offered) or by_page or self.must_end

    @property
    def why_not(self) -> str:
        """What comes before it, or from when on it can be done; empty where the deed itself can be done now."""
        if self.proposed:
            first = self.proposed[0]
            words = _("“%(deed)s” was proposed and waits for %(who)s.")
            return words % {"deed": first.label, "who": first.second}
        if self.deeds or self.is_by_hand or self.is_begun_by_reading or self.is_to_read:
            return ""
        if self.before:
            return _("First comes: %(deeds)s.") % {"deeds": ", ".join(f"“{deed.label}”" for deed in self.before[:2])}
        if self.still_runs:
            return _("First comes: what still runs, such as a measure, comes to an end.")
        if self.later and self.moment:
            words = _("“%(deed)s” can be done from %(moment)s.")
            return words % {"deed": self.later.label, "moment": in_words(self.moment)}
        return _("In this step no deed meets this.")


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, what that is, and the same in one sentence."""

    who: str
    what: str
    sentence: str


@dataclass(frozen=True)
class CaseAsks:
    """Everything that the case page offers, in its order. `first`: what this actor does first, or sees done first; `passed`:
    what comes before it and cannot be done yet, or not by this actor. `notes`: {deadline id: why it cannot be met yet}."""

    turn: Turn
    for_you: list[WaitingProposal]
    first: Ask | None
    passed: list[Ask]
    now: list[OfferedDeed]
    waiting: list[WaitingProposal]
    of_others: list[OfferedDeed]
    also: list[OfferedDeed]
    not_yet: list[OfferedDeed]
    notes: Mapping[UUID, str]

    @property
    def is_one_deed(self) -> bool:
        """Whether there is nothing to choose: one deed serves what comes first, and nothing else waits for this actor."""
        return self.first is not None and len(self.first.offered) == 1 and not self.for_you


@dataclass(frozen=True)
class Looking:
    """Who looks at the case: their relations to it, whether they decide in it and answer proposals, and who they are, since
    nobody answers a proposal of their own."""

    relations: Collection[str]
    decides: bool
    agrees: bool
    person: object  # the id


def asked_of(
    case: Case,
    now_is: Situation,
    every_option: list[Option],
    deadlines: Iterable[Deadline],
    proposals: Mapping[Proposal, str],
    looking: Looking,
) -> CaseAsks:
    """What the case asks. `deadlines`: those that run; `proposals`: those that wait, each with the words for who it waits
    for."""
    return _Asking(case, now_is, every_option, list(deadlines), proposals, looking).asked()


class _Asking:
    def __init__(
        self,
        case: Case,
        now_is: Situation,
        every_option: list[Option],
        deadlines: list[Deadline],
        proposals: Mapping[Proposal, str],
        looking: Looking,
    ) -> None:
        self.case, self.looking, self.now = case, looking, now_is.now or timezone.now()
        self.leading = Leading(case.protocol, now_is, every_option)
        self.options = self.leading.options
        asking = [one for one in deadlines if not is_far_look(one.code, one.due, self.now)]
        self.deadlines = sorted(asking, key=_urgency)
        words = labels(case.protocol)
        self.proposals = [
            WaitingProposal(
                row, words.get(row.code, row.code), looking.agrees and row.asked_by_id != looking.person, second
            )
            for row, second in proposals.items()
        ]
        self.proposed = {row.code for row in proposals}

    def asked(self) -> CaseAsks:
        asks, far = self.asks()
        first = self.first(asks)
        passed = [one for one in asks[: asks.index(first)] if one.why_not or one.offered] if first else []
        shown = {deed.code for deed in first.offered if deed.is_yours} if first else set()
        way = {option.code for option in self.leading.way_on()}
        now: list[OfferedDeed] = []
        also: list[OfferedDeed] = []
        others: list[OfferedDeed] = []
        not_yet: list[OfferedDeed] = []
        for option in self.options.values():
            if option.elsewhere or option.code in self.proposed or option.code in shown:
                continue
            deed = self.offered(option)
            if deed.is_yours:
                (now if not option.anytime or deed.deadline or option.code in way else also).append(deed)
            elif option.allowed and not option.anytime:
                others.append(deed)
            else:
                not_yet.append(deed)
        now.sort(key=lambda deed: _urgency(deed.deadline) if deed.deadline else (2, 0))
        for_you = [one for one in self.proposals if one.is_for_you]
        waiting = [one for one in self.proposals if not one.is_for_you]
        notes = {one.deadline.id: one.why_not for one in [*asks, *far] if one.deadline and one.why_not}
        return CaseAsks(self.turn(asks, for_you), for_you, first, passed, now, waiting, others, also, not_yet, notes)

    def asks(self) -> tuple[list[Ask], list[Ask]]:
        """What is asked now, in order: what a track asks at once, the deadlines that are near and the next step. And the
        deadlines that are far, which count only in a case that has no step of its own."""
        asks, far = self._asks_of_phase()
        return [*self._at_once(), *asks], far

    def _at_once(self) -> Iterator[Ask]:
        protocol = self.case.protocol
        if self.leading.now_is.is_unread and self.options:
            yield Ask(None, _("The reporter wrote, and nobody has read it yet"), is_to_read=True)
        for name, track in protocol.tracks.items():
            state = track.states[state_of(protocol, self.leading.now_is, name)]
            ways = self.leading.ways_out(name)
            if state.at_once and ways:
                ask = self._of(None, str(state.title), ways, {way.code for way in ways})
                yield replace(ask, words=str(track.title), now=str(state.now or ""))

    def _asks_of_phase(self) -> tuple[list[Ask], list[Ask]]:
        every = [self.ask(deadline) for deadline in self.deadlines if deadline.kind.counted]
        soon = [one for one in every if one.deadline and self._is_soon(one.deadline)]
        rest = [one for one in every if one not in soon]
        way = self.leading.way_on()
        codes = {option.code for option in way}
        if any(codes & _codes(one) for one in soon):
            return soon, rest
        meeting = [one for one in rest if codes & {deed.code for deed in one.deeds}]
        of_step = (meeting or [one for one in rest if codes & {deed.code for deed in one.offered}])[:1]
        if not of_step and way:
            of_step = [self._of(None, str(self.case.phase_data.title), way, codes)]
        far = [one for one in rest if one not in of_step]
        return ([*soon, *of_step], far) if of_step else ([*soon, *far], [])

    def _is_soon(self, deadline: Deadline) -> bool:
        return deadline.begins_by_reading or (deadline.due is not None and deadline.due - self.now <= SOON)

    def ask(self, deadline: Deadline) -> Ask:
        codes = self.leading.ending(deadline.code)
        title = str(deadline.kind.label)
        if deadline.begins_by_reading:
            return Ask(deadline, title, is_begun_by_reading=True)
        usual = self.options.get(codes[0]) if codes else None
        if (
            usual and not usual.allowed and usual.code not in self.proposed
        ):  # an early end of the case is no way around it
            return self._of(deadline, title, list(self.leading.steps(codes[:1])), codes)
        return self._of(deadline, title, list(self.leading.steps(codes)), codes)

    def _of(self, deadline: Deadline | None, title: str, ways: list[Option], codes: Collection[str]) -> Ask:
        can = [option for option in ways if option.allowed and option.code not in self.proposed]
        moment, later = first_of(ways)
        return Ask(
            deadline,
            title,
            [self.offered(option) for option in can if option.code in codes],
            [self.offered(option) for option in can if option.code not in codes],
            [one for one in self.proposals if one.proposal.code in {option.code for option in ways}],
            self.offered(later) if later else None,
            moment,
            is_by_hand=not codes,
            still_runs=any(option.still_runs for option in ways),
        )

    def first(self, asks: list[Ask]) -> Ask | None:
        """What this actor can do first; where that is nothing, what somebody else can do first."""
        yours = [one for one in asks if self._is_yours(one)]
        free = [one for one in yours if not one.proposed]
        others = [one for one in asks if one.can_be_done or one.proposed]
        return next(iter([*free, *others, *asks]), None)

    def _is_yours(self, ask: Ask) -> bool:
        if ask.offered:
            return any(deed.is_yours for deed in ask.offered)
        return self.looking.decides and ask.can_be_done

    def offered(self, option: Option) -> OfferedDeed:
        rule = option.decision
        label = str(rule.label)
        if option.again:
            label = (_("Weigh again: %(deed)s") if is_weighing(rule) else _("Again: %(deed)s")) % {"deed": label}
        yours = option.allowed and self.looking.decides and bool(set(self.looking.relations) & set(rule.who))
        why = ""
        if not option.allowed:
            why = explain(self.case, option)
        elif not yours:
            why = _("Decided by: %(who)s.") % {"who": who_in_words(rule)}
        deadline = next((one for one in self.deadlines if one.code in rule.meets), None)
        return OfferedDeed(option.code, label, str(rule.help or ""), yours, why, deadline)

    def turn(self, asks: list[Ask], for_you: list[WaitingProposal]) -> Turn:
        """Whose turn it is for what comes first of all that somebody can do now."""
        if not self.case.is_open and not asks and not self.proposals:
            return Turn(_("Nobody: the case is closed"), "", _("The case is closed. Nothing comes next."))
        if for_you:
            return _yours(_("Look at the proposal: %(deed)s") % {"deed": for_you[0].label})
        waits = next((ask.proposed[0] for ask in asks if ask.proposed), None)
        first = next((ask for ask in asks if ask.can_be_done and not ask.proposed), None)
        if waits is None and first is None and self.proposals:
            waits = self.proposals[0]
        if waits:
            return _of_second(waits, self._turn_of(first) if first and self._is_yours(first) else None)
        return self._turn_of(first) if first else self._wait(asks)

    def _turn_of(self, ask: Ask) -> Turn:
        due = ask.deadline.due if ask.deadline else None
        if ask.is_begun_by_reading:
            return self._of_deciders(_("Read the report"), due)
        if ask.is_to_read:
            return self._of_deciders(_("Read what the reporter wrote"), due)
        if not ask.offered:
            words = _("End what still runs, or hand it on") if ask.must_end else ask.title
            return self._of_deciders(words, due)
        yours = [deed for deed in ask.offered if deed.is_yours]
        first = (yours or ask.offered)[0]
        several = ask.now or ("" if ask.words or (ask.deadline and ask.deeds) else self._now_of(yours or ask.offered))
        words = first.label if len(yours or ask.offered) == 1 else several.rstrip(".") or ask.title
        if ask.deadline and not ask.deeds:
            words = _("%(deed)s. That comes before: %(what)s") % {"deed": words.rstrip("."), "what": ask.title}
        return _yours(words, due) if yours else _of(who_in_words(self.options[first.code].decision), words, due)

    def _now_of(self, deeds: list[OfferedDeed]) -> str:
        """What several deeds have to be done for: what the step asks, or where all are of one track, what its state asks."""
        protocol, names = self.case.protocol, {self.options[deed.code].track for deed in deeds}
        if names == {""} or len(names) > 1:
            return str(self.case.phase_data.now or "")
        [name] = names
        state = protocol.tracks[name].states[state_of(protocol, self.leading.now_is, name)]
        return str(state.now or state.title)

    def _of_deciders(self, words: str, due: datetime | None) -> Turn:
        return _yours(words, due) if self.looking.decides else _of(self.who_decides(), words, due)

    def _wait(self, asks: list[Ask]) -> Turn:
        """Until when nobody can go on; of what the reporter was asked, until when they can answer."""
        waiting = [one for one in asks if one.later and one.moment]
        first = next((one for one in waiting if one.deadline is None), None) or next(iter(waiting), None)
        if first is None or first.later is None or first.moment is None:
            return _of(self.who_decides(), "")
        label, moment = first.later.label, in_words(first.moment)
        rule = self.options[first.later.code].decision.not_before
        after = rule and self.options.get(rule.after)
        is_asked = bool(after and after.decision.done_by.message)
        who = _("The reporter, until %(moment)s") if is_asked else _("Wait until %(moment)s")
        sentence = (
            _("The reporter can answer until %(moment)s. After that comes: %(deed)s.")
            if is_asked
            else _("Nothing can be done until %(moment)s. After that comes: %(deed)s.")
        )
        return Turn(who % {"moment": moment}, label, sentence % {"moment": moment, "deed": label})

    def who_decides(self) -> str:
        """Who decides in this phase, where nothing more is known."""
        rules = [*(self.case.phase_data.decisions or self.case.protocol.after_closing).values()]
        return who_in_words(rules[0]) if rules else ""


def _codes(ask: Ask) -> set[str]:
    """The decisions that stand at an ask, also those that were proposed."""
    return {deed.code for deed in [*ask.deeds, *ask.before]} | {one.proposal.code for one in ask.proposed}


def _yours(deed: str, due: datetime | None = None) -> Turn:
    return Turn(_("You"), deed, _("Now it is your turn: %(deed)s.") % {"deed": deed} + _at_latest(due))


def _of(who: str, deed: str, due: datetime | None = None) -> Turn:
    if not deed:
        return Turn(who, deed, _("Now it is the turn of: %(who)s.") % {"who": who})
    sentence = _("Now it is the turn of: %(who)s. What comes next: %(deed)s.") % {"who": who, "deed": deed}
    return Turn(who, deed, sentence + _at_latest(due))


def _of_second(one: WaitingProposal, meanwhile: Turn | None) -> Turn:
    """The turn of the second person. `meanwhile`: what this actor can do until they answer."""
    deed = _("Look at the proposal: %(deed)s") % {"deed": one.label}
    sentence = _("Now the proposal “%(deed)s” waits for %(who)s.") % {"deed": one.label, "who": one.second}
    more = " " + _("Meanwhile you can do this: %(deed)s.") % {"deed": meanwhile.what} if meanwhile else ""
    return Turn(one.second, deed, sentence + more)


def _at_latest(due: datetime | None) -> str:
    return " " + _("At the latest %(moment)s.") % {"moment": in_words(due)} if due else ""


def _urgency(deadline: Deadline) -> tuple[int, float]:
    """What is read first, then what is due first, then what waits for a day."""
    at = (0, deadline.due.timestamp()) if deadline.due else (1, 0)
    return (-1, 0) if deadline.begins_by_reading else at


def in_words(moment: datetime) -> str:
    return date_format(localtime(moment), "j F Y, H.i")
