"""Whose turn it is in a case, and the sentence that says so at its top and after every act."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.deciding.asking.asks import Ask, Looking, OfferedDeed, Turn, WaitingProposal, in_words
from cases.models import Case
from cases.protocol.definitions import DECIDERS
from cases.protocol.engine import state_of
from cases.protocol.showing.ways import Ways


class WhoseTurn:
    """Whose turn it is in a case, for who looks at it. `proposals`: those that wait for a second person."""

    def __init__(self, case: Case, ways: Ways, looking: Looking, proposals: list[WaitingProposal]) -> None:
        self.case, self.ways, self.looking, self.proposals = case, ways, looking, proposals

    def of(self, asks: list[Ask], for_you: list[WaitingProposal]) -> Turn:
        """Whose turn it is for what comes first of all that somebody can do now. `for_you`: what waits for this actor's answer."""
        if not self.case.is_open and not asks and not self.proposals:
            return Turn(_("Nobody: the case is closed"), "", _("The case is closed. Nothing comes next."))
        if for_you:
            return _yours(_("Look at the proposal: %(deed)s") % {"deed": for_you[0].label})
        waits = next((ask.proposed[0] for ask in asks if ask.proposed), None)
        first = next((ask for ask in asks if ask.can_be_done and not ask.proposed), None)
        if waits is None and first is None and self.proposals:
            waits = self.proposals[0]
        if waits:
            return _of_second(waits, self._turn_of(first) if first and self.looking.can_do(first) else None)
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
        others = self.looking.who_else(self.ways.options[first.code].decision.who)
        return (
            _yours(words, due, others)
            if yours
            else _of(self.looking.named(self.ways.options[first.code].decision), words, due)
        )

    def _now_of(self, deeds: list[OfferedDeed]) -> str:
        """What several deeds have to be done for: what the step asks, or where all are of one track, what its state asks."""
        protocol, names = self.case.protocol, {self.ways.options[deed.code].track for deed in deeds}
        if names == {""} or len(names) > 1:
            return str(self.case.phase_data.now or "")
        [name] = names
        state = protocol.tracks[name].states[state_of(protocol, self.ways.now_is, name)]
        return str(state.now or state.title)

    def _of_deciders(self, words: str, due: datetime | None) -> Turn:
        others = self.looking.who_else(DECIDERS)
        return _yours(words, due, others) if self.looking.decides else _of(self._who_decides(), words, due)

    def _wait(self, asks: list[Ask]) -> Turn:
        """Until when nobody can go on; of what the reporter was asked, until when they can answer."""
        waiting = [one for one in asks if one.later and one.moment]
        first = next((one for one in waiting if one.deadline is None), None) or next(iter(waiting), None)
        if first is None or first.later is None or first.moment is None:
            return _of(self._who_decides(), "")
        label, moment = first.later.label, in_words(first.moment)
        rule = self.ways.options[first.later.code].decision.not_before
        after = rule and self.ways.options.get(rule.after)
        is_asked = bool(after and after.decision.done_by.message)
        who = _("The reporter, until %(moment)s") if is_asked else _("Wait until %(moment)s")
        sentence = (
            _("The reporter can answer until %(moment)s. After that comes: %(deed)s.")
            if is_asked
            else _("“%(deed)s” can be recorded from %(moment)s. Until then: do what this step asks.")
        )
        words = sentence % {"moment": moment, "deed": label}
        return Turn(who % {"moment": moment}, label, words + self._sooner())

    def _sooner(self) -> str:
        """What brings the case to another step sooner than what is waited for, in a sentence; empty where nothing does."""
        here = self.case.phase_data.decisions
        ways = [str(rule.label) for code, rule in here.items() if rule.to and self._can_be_taken(code)]
        deeds = _(" or ").join(f"“{label}”" for label in ways)
        return " " + _("It can be sooner with %(deeds)s, where that is so.") % {"deeds": deeds} if ways else ""

    def _can_be_taken(self, code: str) -> bool:
        return code in self.ways.options and self.ways.options[code].allowed

    def _who_decides(self) -> str:
        """Who decides in this phase, where nothing more is known."""
        rules = [*(self.case.phase_data.decisions or self.case.protocol.after_closing).values()]
        return self.looking.named(rules[0]) if rules else ""


def _yours(deed: str, due: datetime | None = None, others: str = "") -> Turn:
    """`others`: who else may do it, in words."""
    who = _("You, or %(names)s") % {"names": others} if others else _("You")
    said = _("Now it is your turn: %(deed)s.") % {"deed": deed} + _at_latest(due)
    shared = " " + _("%(names)s can do it too: agree who does it.") % {"names": others} if others else ""
    return Turn(who, deed, said + shared)


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
