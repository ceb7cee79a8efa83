"""What a case asks now, as data: what its page shows in the order in which `arranging.py` puts it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.deciding.judging import who_in_words
from cases.models import Deadline, Proposal
from cases.protocol.definitions import Decision


@dataclass(frozen=True)
class OfferedDeed:
    """A deed as a button. `is_yours`: this actor may do it now; else `why` says whose it is or what it waits for."""

    code: str
    label: str
    help: str
    is_yours: bool = True
    why: str = ""
    deadline: Deadline | None = None  # the running one that it meets, due first
    wait: str = ""  # the rule for which it waits until a moment, in a sentence; empty where it waits for none


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
            return _("First comes: %(deeds)s.") % {"deeds": ", ".join(f"“{deed.label}”" for deed in self.before)}
        if self.still_runs:
            return _("First comes: what still runs, such as a measure, comes to an end.")
        if self.later and self.moment:
            words = _("“%(deed)s” can be done from %(moment)s.")
            return " ".join(
                filter(None, [words % {"deed": self.later.label, "moment": in_words(self.moment)}, self.later.wait])
            )
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
    nobody answers a proposal of their own. `others`: the names of others who decide in it, {relation: names}."""

    relations: Collection[str]
    decides: bool
    agrees: bool
    person: object  # the id
    others: Mapping[str, list[str]] = field(default_factory=dict)

    def who_else(self, relations: Iterable[str]) -> str:
        """The names of the others who hold one of these relations, in words; empty where there is none."""
        names = {name: None for relation in relations for name in self.others.get(relation, [])}
        return _(" or ").join(names)

    def named(self, rule: Decision) -> str:
        """Who may take a decision, in words, with the names of those who hold that task now."""
        names = self.who_else(rule.who)
        return f"{who_in_words(rule)} ({names})" if names else who_in_words(rule)

    def can_do(self, ask: Ask) -> bool:
        """Whether they can do something for it now."""
        if ask.offered:
            return any(deed.is_yours for deed in ask.offered)
        return self.decides and ask.can_be_done


def in_words(moment: datetime) -> str:
    return date_format(localtime(moment), "j F Y, H.i")
