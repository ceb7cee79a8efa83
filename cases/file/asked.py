"""What a case asks now, and of whom: the deadline that burns with the deeds that meet it, the other deeds of now, and what
waits. It only arranges what the engine and the deadlines say."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.deciding.judging import explain, is_weighing, who_in_words
from cases.models import Case, Deadline, Proposal
from cases.protocol.engine import NEVER, Option, Situation, labels
from cases.protocol.search import Search


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
    """A proposal, in words. `is_for_you`: this actor is the second person."""

    proposal: Proposal
    label: str
    is_for_you: bool

    @property
    def made_by(self) -> str:
        return self.proposal.asked_by.name

    @property
    def made_at(self) -> datetime:
        return self.proposal.asked_at


@dataclass(frozen=True)
class Burning:
    """The running deadline that comes first. `deeds` meet it; `before` come first; `later` is on the way to it too, and can
    be done from `moment` on."""

    deadline: Deadline
    deeds: list[OfferedDeed] = field(default_factory=list)
    before: list[OfferedDeed] = field(default_factory=list)
    proposed: list[WaitingProposal] = field(default_factory=list)
    later: OfferedDeed | None = None
    moment: datetime | None = None
    is_begun_by_reading: bool = False  # an hour deadline of an anonymous report that nobody who handles it has read
    is_by_hand: bool = False  # nothing of the protocol meets it
    still_runs: bool = False  # what was recorded, such as a measure, must come to an end first

    @property
    def offered(self) -> list[OfferedDeed]:
        return self.deeds or self.before


@dataclass(frozen=True)
class CaseAsks:
    """Everything that the case page offers, in its order. `turn` says whose turn it is, `next_deed` what that is."""

    turn: str
    next_deed: str
    for_you: list[WaitingProposal]
    burning: Burning | None
    now: list[OfferedDeed]
    waiting: list[WaitingProposal]
    of_others: list[OfferedDeed]
    also: list[OfferedDeed]
    not_yet: list[OfferedDeed]

    @property
    def is_one_deed(self) -> bool:
        """Whether there is nothing to choose: one deed meets what burns, and nothing else comes first."""
        burning = self.burning
        return burning is not None and len(burning.offered) == 1 and burning.later is None and not self.for_you


@dataclass(frozen=True)
class Looking:
    """Who looks: what they are in the case, and whether they decide, answer proposals and are the same as who made one."""

    relations: Collection[str]
    decides: bool
    agrees: bool
    person: object  # the id


def asked_of(
    case: Case,
    now_is: Situation,
    every_option: list[Option],
    deadlines: Iterable[Deadline],
    proposals: Iterable[Proposal],
    looking: Looking,
) -> CaseAsks:
    """What the case asks. `deadlines`: those that run, the first due first; `proposals`: those that wait."""
    return _Asking(case, now_is, every_option, list(deadlines), list(proposals), looking).asked()


class _Asking:
    def __init__(
        self,
        case: Case,
        now_is: Situation,
        every_option: list[Option],
        deadlines: list[Deadline],
        proposals: list[Proposal],
        looking: Looking,
    ) -> None:
        self.case, self.protocol, self.now_is, self.looking = case, case.protocol, now_is, looking
        self.options = {option.code: option for option in every_option}
        self.search = Search(case.protocol, now_is, self.options)
        self.deadlines = sorted(deadlines, key=_urgency)
        words = labels(self.protocol)
        self.proposals = [
            WaitingProposal(row, words.get(row.code, row.code), looking.agrees and row.asked_by_id != looking.person)
            for row in proposals
        ]
        self.proposed = {row.code for row in proposals}

    def asked(self) -> CaseAsks:
        burning = self.burning()
        shown = {deed.code for deed in burning.offered if deed.is_yours} if burning else set()
        now: list[OfferedDeed] = []
        also: list[OfferedDeed] = []
        others: list[OfferedDeed] = []
        not_yet: list[OfferedDeed] = []
        for option in self.options.values():
            if option.elsewhere or option.code in self.proposed or option.code in shown:
                continue
            deed = self.offered(option)
            if deed.is_yours:
                is_now = not option.anytime or deed.deadline is not None
                (now if is_now else also).append(deed)
            elif option.allowed and not option.anytime:
                others.append(deed)
            else:
                not_yet.append(deed)
        now.sort(key=lambda deed: _urgency(deed.deadline) if deed.deadline else (2, 0))
        for_you = [one for one in self.proposals if one.is_for_you]
        waiting = [one for one in self.proposals if not one.is_for_you]
        turn, next_deed = self.turn(burning, for_you)
        return CaseAsks(turn, next_deed, for_you, burning, now, waiting, others, also, not_yet)

    def burning(self) -> Burning | None:
        """The first running deadline that asks a deed of the organisation."""
        deadline = next((one for one in self.deadlines if one.kind.counted), None)
        if deadline is None:
            return None
        codes = self.search.ending(deadline.code)
        if deadline.begins_by_reading:
            return Burning(deadline, is_begun_by_reading=True)
        ways = list(self.search.steps(codes))
        can = [option for option in ways if option.allowed and option.code not in self.proposed]
        moment, later = self.first_of(ways)
        return Burning(
            deadline,
            [self.offered(option) for option in can if option.code in codes],
            [self.offered(option) for option in can if option.code not in codes],
            [one for one in self.proposals if one.proposal.code in {option.code for option in ways}],
            self.offered(later) if later else None,
            moment,
            is_by_hand=not codes,
            still_runs=any(option.still_runs for option in ways),
        )

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

    def turn(self, burning: Burning | None, for_you: list[WaitingProposal]) -> tuple[str, str]:
        """Whose turn it is and what that is. The way on is what the first deadline asks, or else the phase."""
        if not self.case.is_open:
            return _("Nobody: the case is closed"), ""
        if for_you:
            return _("You"), _("Look at the proposal: %(deed)s") % {"deed": for_you[0].label}
        if burning and burning.is_begun_by_reading:
            return (_("You") if self.looking.decides else self.who_decides()), _("Read the report")
        if burning and (burning.offered or burning.proposed or burning.is_by_hand):
            return self._turn_of(burning.offered, burning.proposed, str(burning.deadline.kind.label))
        moving = [code for code, rule in self.case.phase_data.decisions.items() if rule.to and code in self.options]
        ways = list(self.search.steps(moving[:1])) or list(self.search.steps(moving))
        deeds = [self.offered(option) for option in ways if option.allowed and option.code not in self.proposed]
        proposed = [one for one in self.proposals if one.proposal.code in {option.code for option in ways}]
        if deeds or proposed:
            return self._turn_of(deeds, proposed, str(self.case.phase_data.title))
        return self._wait(burning, ways)

    def _wait(self, burning: Burning | None, ways: list[Option]) -> tuple[str, str]:
        """Until when nobody can go on; of what the reporter was asked, until when they can answer."""
        if burning and burning.later and burning.moment:
            return _("Wait until %(moment)s") % {"moment": _words(burning.moment)}, burning.later.label
        moment, first = self.first_of(ways)
        if moment is None or first is None:
            return self.who_decides(), ""
        after = first.decision.not_before and self.options.get(first.decision.not_before.after)
        is_asked = bool(after and after.decision.done_by.message)
        words = _("The reporter, until %(moment)s") if is_asked else _("Wait until %(moment)s")
        return words % {"moment": _words(moment)}, str(first.decision.label)

    def first_of(self, ways: Iterable[Option]) -> tuple[datetime | None, Option | None]:
        """Which of these can be done first of those that wait for a moment, and from when."""
        dated = [(option.not_before, option) for option in ways if option.not_before and option.not_before != NEVER]
        return min(dated, key=lambda one: one[0], default=(None, None))

    def _turn_of(self, deeds: list[OfferedDeed], proposed: list[WaitingProposal], else_words: str) -> tuple[str, str]:
        yours = [deed for deed in deeds if deed.is_yours]
        if proposed and not yours:
            return _("A second person of this case"), proposed[0].label
        first = next(iter(yours or deeds), None)
        words = first.label if first and len(yours or deeds) == 1 else else_words
        if yours or (not deeds and self.looking.decides):
            return _("You"), words
        rule = self.options[first.code].decision if first else None
        return (who_in_words(rule) if rule else self.who_decides()), words

    def who_decides(self) -> str:
        """Who decides in this phase, where nothing more is known."""
        rules = [*self.case.phase_data.decisions.values()]
        return who_in_words(rules[0]) if rules else ""


def _urgency(deadline: Deadline) -> tuple[int, float]:
    """What is read first, then what is due first, then what waits for a day."""
    if deadline.begins_by_reading:
        return (-1, 0)
    return (0, deadline.due.timestamp()) if deadline.due else (1, 0)


def _words(moment: datetime) -> str:
    return date_format(localtime(moment), "j F Y, H.i")
