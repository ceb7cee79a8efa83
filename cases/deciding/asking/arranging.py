"""What a case asks now, and of whom: what comes first with the deeds that serve it, the other deeds of now, and what waits.
It only arranges what the engine and the deadlines say."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.asking.asks import Ask, CaseAsks, Looking, OfferedDeed, WaitingProposal
from cases.deciding.asking.whose_turn import WhoseTurn
from cases.deciding.judging import ends_case, explain, is_weighing, situation
from cases.deciding.proposals import seconds_in_words, waiting_proposals
from cases.desk.page import CasePage, says_what_comes_next
from cases.models import Case, Deadline, Proposal
from cases.protocol.after_closing import is_far_look
from cases.protocol.definitions import DECIDERS
from cases.protocol.engine import Option, Situation, labels, options, state_of
from cases.protocol.showing.sentences import earliest
from cases.protocol.showing.ways import Ways, first_of
from organisations.models import Assignment

SOON = timedelta(days=8)  # a deadline so near, such as one of a week, comes before the next step; a later one after it


def asks_on(
    page: CasePage,
    *,
    now_is: Situation | None = None,
    running: Iterable[Deadline] | None = None,
    waiting: Iterable[Proposal] | None = None,
) -> CaseAsks:
    """What the case asks now. `now_is`, `running` (the running deadlines) and `waiting` (the proposals that wait): where the
    caller looked them up already."""
    case = page.case
    now_is = now_is or situation(case)
    if running is None:
        running = case.deadlines.running()
    reads = page.may("case.read")
    if waiting is None:
        waiting = waiting_proposals(case)
    proposals = {row: seconds_in_words(row, by_name=reads) for row in waiting}
    decides, person = page.may("case.decide"), page.actor.person.id
    others = _others_who_decide(case, person) if page.may("case.read") else {}
    looking = Looking(page.standing.relations, decides, page.may("case.agree"), person, others)
    return asks_of(case, now_is, options(case.protocol, now_is), running, proposals, looking)


def _others_who_decide(case: Case, person: UUID) -> dict[str, list[str]]:
    """The names of the others who decide in the case, {relation: names}."""
    held = Assignment.objects.running().filter(case=case.id, relation__in=DECIDERS).exclude(person=person)
    names: dict[str, list[str]] = {}
    for task in held.select_related("person").order_by("person__name"):
        names.setdefault(task.relation, []).append(task.person.name)
    return names


@says_what_comes_next
def next_words(page: CasePage) -> str:
    """What comes next and by whom, in one sentence: the same that the top of the case page says."""
    return asks_on(page).turn.sentence


def asks_of(
    case: Case,
    now_is: Situation,
    every_option: list[Option],
    deadlines: Iterable[Deadline],
    proposals: Mapping[Proposal, str],
    looking: Looking,
) -> CaseAsks:
    """What the case asks. `deadlines`: those that run; `proposals`: those that wait, each with the words for who it waits
    for."""
    return _Arranging(case, now_is, every_option, list(deadlines), proposals, looking).arranged()


class _Arranging:
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
        self.ways = Ways(case.protocol, now_is, every_option)
        self.options = self.ways.options
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

    def arranged(self) -> CaseAsks:
        asks, far = self.asks()
        first = self.first(asks)
        passed = [one for one in asks[: asks.index(first)] if one.why_not or one.offered] if first else []
        shown = {deed.code for deed in first.offered if deed.is_yours} if first else set()
        way = {option.code for option in self.ways.way_on()}
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
        also.sort(key=lambda deed: ends_case(self.case, self.options[deed.code]))  # no end heads the list
        now.sort(key=lambda deed: _urgency(deed.deadline) if deed.deadline else (2, 0))
        for_you = [one for one in self.proposals if one.is_for_you]
        waiting = [one for one in self.proposals if not one.is_for_you]
        turn = WhoseTurn(self.case, self.ways, self.looking, self.proposals).of(asks, for_you)
        notes = {one.deadline.id: one.why_not for one in [*asks, *far] if one.deadline and one.why_not}
        return CaseAsks(turn, for_you, first, passed, now, waiting, others, also, not_yet, notes)

    def asks(self) -> tuple[list[Ask], list[Ask]]:
        """What is asked now, in order: what a track asks at once, the deadlines that are near and the next step. And the
        deadlines that are far, which count only in a case that has no step of its own."""
        asks, far = self._asks_of_phase()
        return [*self._at_once(), *asks], far

    def _at_once(self) -> Iterator[Ask]:
        protocol = self.case.protocol
        if self.ways.now_is.is_unread and self.options:
            yield Ask(None, _("The reporter wrote, and nobody has read it yet"), is_to_read=True)
        for name, track in protocol.tracks.items():
            state = track.states[state_of(protocol, self.ways.now_is, name)]
            ways = self.ways.ways_out(name)
            if state.at_once and ways:
                ask = self._of(None, str(state.title), ways, {way.code for way in ways})
                yield replace(ask, words=str(track.title), now=str(state.now or ""))

    def _asks_of_phase(self) -> tuple[list[Ask], list[Ask]]:
        every = [self.ask(deadline) for deadline in self.deadlines if deadline.kind.counted]
        soon = [one for one in every if one.deadline and self._is_soon(one.deadline)]
        rest = [one for one in every if one not in soon]
        way = self.ways.way_on()
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
        codes = self.ways.ending(deadline.code)
        title = str(deadline.kind.label)
        if deadline.begins_by_reading:
            return Ask(deadline, title, is_begun_by_reading=True)
        usual = self.options.get(codes[0]) if codes else None
        if (
            usual and not usual.allowed and usual.code not in self.proposed
        ):  # an early end of the case is no way around it
            return self._of(deadline, title, list(self.ways.steps(codes[:1])), codes)
        return self._of(deadline, title, list(self.ways.steps(codes)), codes)

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
        yours = [one for one in asks if self.looking.can_do(one)]
        free = [one for one in yours if not one.proposed]
        others = [one for one in asks if one.can_be_done or one.proposed]
        return next(iter([*free, *others, *asks]), None)

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
            why = _("Decided by: %(who)s.") % {"who": self.looking.named(rule)}
        deadline = next((one for one in self.deadlines if one.code in rule.meets), None)
        wait = earliest(self.case.protocol, rule.not_before) if option.not_before and rule.not_before else ""
        return OfferedDeed(option.code, label, str(rule.help or ""), yours, why, deadline, wait)


def _codes(ask: Ask) -> set[str]:
    """The decisions that stand at an ask, also those that were proposed."""
    return {deed.code for deed in [*ask.deeds, *ask.before]} | {one.proposal.code for one in ask.proposed}


def _urgency(deadline: Deadline) -> tuple[int, float]:
    """What is read first, then what is due first, then what waits for a day."""
    at = (0, deadline.due.timestamp()) if deadline.due else (1, 0)
    return (-1, 0) if deadline.begins_by_reading else at
