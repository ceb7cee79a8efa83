"""What a composed protocol is: phases, decisions, parallel tracks, lengths of deadlines, and the articles that are
printed.

The engine runs a protocol and knows nothing else. `composition.py` makes it out of blocks; `checker.py` says whether
it is fair.
"""

from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.kinds.deadline_kinds import Unit, deadline_kinds
from cases.protocol.kinds.file_kinds import file_kinds
from cases.protocol.kinds.forms import InStates, RecordField, asked_in, message_forms, record_forms
from cases.protocol.kinds.papers import paper_kinds
from cases.protocol.kinds.parts import parts
from organisations.codes import code_list
from organisations.legal_sources import NO_SOURCE, LegalSources
from organisations.texts import Text
from reporting.dialogue import progress

PREVIOUS = "previous"
DECIDERS = ["handler", "case_officer"]
CONDITIONS = {
    "subject",
    "no_subject",
    "known_reporter",
    "wants_to_stop",
    "measure_runs",
    "pressure",
    "body_judges",
    "employer_judges",
}
REPORTER_ACTS = {"", "withdraw"}  # codes of the list `message_kind`: what the reporter did in the mailbox
RECEIPT, PHASE = "receipt", "phase"
FORMS = {"", "weighing", "power"}
STANDS_FOR = {"", "right_of_reply", "finding", "aftercare", "evaluation", "closed"}


class PersonAsked(BaseModel):
    """Which person of the case a decision asks: in one of these parts of parts.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    parts: list[str]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "PersonAsked":
        if not self.parts or (strange := set(self.parts) - set(parts())):
            raise ValueError(f"there is no part {', '.join(sorted(strange)) if self.parts else 'named'} in parts.yaml")
        return self


class DoneBy(BaseModel):
    """What must be there before a decision counts; it is asked on the page of the decision and kept with it.

    `message` names a text to the reporter in messages.yaml, which the decision sends. `record` names a form of
    records.yaml; `given` are answers to it that the decision itself gives, so that nobody is asked. `document`: kinds of
    documents of the case, of which one went out. `file` says which file of the case there is, of one of the `file_kinds`
    (without any: of whatever kind), `person` which person of the case. `other_person`: somebody else who reads the case agrees
    first; never with `document`, which went out already. `reporter`: what the reporter did in the mailbox; nobody does it for
    them. `read`: who decides has opened the report.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    message: str = ""
    record: str = ""
    document: list[str] = []
    file: Text | None = None
    file_kinds: list[str] = []
    person: PersonAsked | None = None
    given: dict[str, str] = {}
    other_person: bool = False
    reporter: str = ""
    read: bool = False

    @property
    def is_empty(self) -> bool:
        return self == NOTHING

    def asked(self, kind: str) -> dict[str, RecordField]:
        """The fields of the record that somebody fills in, in a case of this kind: the decision, or the person whom it names,
        answers the others, and what does not go with what the decision answers is not asked."""
        fields = asked_in(record_forms()[self.record], kind) if self.record else {}
        return {
            name: field
            for name, field in fields.items()
            if name not in self.given
            and not (field.by_person and self.person is not None)
            and all(self.given[other] in answers for other, answers in field.only_when.items() if other in self.given)
        }

    @property
    def names_person(self) -> bool:
        """Whether it names somebody of the case."""
        return self.person is not None or bool(self.record and record_forms()[self.record].person)

    @property
    def given_by_person(self) -> list[str]:
        """The fields of the record of which the answer is the person whom the decision names."""
        if self.person is None or not self.record:
            return []
        return [name for name, field in record_forms()[self.record].fields.items() if field.by_person]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "DoneBy":
        if self.message and self.message not in message_forms():
            raise ValueError(f"there is no text {self.message!r} in messages.yaml")
        if self.record and self.record not in record_forms():
            raise ValueError(f"there is no form {self.record!r} in records.yaml")
        if strange := [kind for kind in self.file_kinds if kind not in file_kinds().kinds]:
            raise ValueError(f"there is no kind of file {', '.join(map(repr, strange))} in file_kinds.yaml")
        if self.file_kinds and self.file is None:
            raise ValueError("kinds of a file that is not asked")
        asked = record_forms()[self.record].fields if self.record else {}
        if strange := [
            name for name, answer in self.given.items() if name not in asked or answer not in asked[name].choices
        ]:
            raise ValueError(f"the form {self.record!r} has no such answer to {', '.join(strange)}")
        if self.reporter not in REPORTER_ACTS:
            raise ValueError(f"a reporter cannot do {self.reporter!r}")
        if self.record and record_forms()[self.record].person and self.other_person:
            raise ValueError("a record that names people is kept at once: let `person` say whom two people mean")
        if self.document and self.other_person:
            # A document that went out before the second person agreed cannot be called back.
            raise ValueError("`document` and `other_person` do not go together: let two people decide, then send")
        return self


NOTHING = DoneBy()


class NotBefore(BaseModel):
    """The earliest moment of a decision: `length` after the receipt, after the case came into its phase ("phase"), after
    another decision (its code) or after the reporter did something ("reporter:withdraw"). With `deadline` the length is the one that the protocol gives that
    deadline. `unless` names a form of records.yaml: when every record of it has ended, nothing is waited for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    after: str = RECEIPT
    length: int = 0
    unit: Unit = "days"
    deadline: str = ""
    unless: str = ""


class Decision(BaseModel):
    """What may be decided. Without `to` the case (or its track) stays where it is. `repeat`: one at any time may be taken more
    than once. `again`: once one such decision of its phase was taken, it may be taken again in any other phase, and the case
    then stays where it is. `because`: a reason is compulsory. `moves`: tracks that it moves, {track: state}.
    `other_person_when`: two people decide it while a track is in one of these states. `outcome_when`: in which states of the
    case an outcome is true, of its tracks or beside them. `at_most`: how often it may be taken; 0 is without end. `ends`: records that it ends and what they come to, {form:
    code}; when the last of them ends otherwise, the track moves on by itself. `does`: acts of tracks that it does too; composing gives
    it what they meet and move. `new_person`: whoever took or agreed to a decision
    before the case closed does not take it; `brings_new`: the next who is free comes, where the case has no such person.
    `outlives`: one at any time that can also be taken in a closed case, as long as what it `needs` is there. `cannot_wait`: a
    proposal of it comes first in the queue of who can agree."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    to: str = ""
    moves: dict[str, str] = {}
    outcome: list[str] = []
    outcome_when: dict[str, InStates] = {}
    after: list[str] = []  # codes of decisions that must have been taken before
    blocked_by: dict[str, list[str]] = {}  # {track: states}: not while the track is in one of them
    needs: list[str] = []
    who: list[str] = DECIDERS
    form: str = ""  # which questions are asked beside the reason
    done_by: DoneBy = NOTHING
    not_before: NotBefore | None = None
    again: bool = False
    because: bool = False
    meets: list[str] = []
    starts: list[str] = []
    waives: list[str] = []
    note: dict[str, str] = {}
    tell: str = ""
    counts: str = ""
    repeat: bool = False
    at_most: int = 0
    other_person_when: InStates = {}
    ends: dict[str, str] = {}
    does: list[str] = []
    new_person: bool = False
    brings_new: bool = False
    outlives: bool = False
    cannot_wait: bool = False


class Phase(BaseModel):
    """A phase of a protocol, or a state of a track. `stands_for` names the part that the checker looks for, for
    example `aftercare`. `ended`: forms of records.yaml; no case comes here while a record of one still runs. `asks`: of a
    state of a track; what is asked there comes before an answer to a perpetrator and before an end. `at_once`: of a state of a
    track; its decisions are shown before everything that has a deadline."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    now: Text | None = None
    source: LegalSources = NO_SOURCE
    aside: bool = False
    final: bool = False
    stands_for: str = ""
    ended: list[str] = []
    asks: bool = False
    at_once: bool = False
    decisions: dict[str, Decision] = {}

    @model_validator(mode="after")
    def _records_can_end(self) -> "Phase":
        if strange := [form for form in self.ended if form not in record_forms() or not record_forms()[form].ends]:
            raise ValueError(f"no record of {', '.join(strange)} ends")
        return self


class Track(BaseModel):
    """Something that goes on beside the phases, such as a criminal inquiry. It has states of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    source: LegalSources = NO_SOURCE
    first: str
    states: dict[str, Phase]


class DeadlineBounds(BaseModel):
    """Between which lengths an organisation may set a deadline, in the deadline's own unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    at_least: int
    at_most: int


class Article(BaseModel):
    """A block as the adopted document prints it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    block: str
    number: str
    title: Text
    text: Text
    entry: Text
    source: LegalSources
    who: list[str]
    artefacts: list[Text] = []
    deadline_bounds: dict[str, DeadlineBounds] = {}
    committee: str = ""


class ProtocolHead(BaseModel):
    """What a protocol is and how it begins. `on_opening`, `on_danger`: the deadlines that start then."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    version: str
    title: Text
    kinds: list[str]
    first: str
    on_opening: list[str]
    on_danger: list[str]


class Protocol(ProtocolHead):
    """A whole protocol. Every name in it leads somewhere, or the protocol cannot be made: ValueError."""

    phases: dict[str, Phase]
    anytime: dict[str, Decision]
    tracks: dict[str, Track] = {}
    deadline_lengths: dict[str, int] = {}  # {code: length} where it differs from deadlines.yaml
    articles: list[Article] = []
    adopted_by: str = ""
    after_closing: dict[str, Decision] = {}  # of a case that runs it: cases/protocol/after_closing.py

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "Protocol":
        if self.first not in self.phases:
            raise ValueError(f"first phase {self.first!r} does not exist")
        for code in (*self.on_opening, *self.on_danger, *self.deadline_lengths):
            _known_deadline("protocol", code)
        everything = self.every_decision()
        names = [name for name, _ in everything]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two decisions are called {', '.join(sorted(twice))}")
        for phase in self.phases.values():
            for name, decision in phase.decisions.items():
                self._names_of(name, decision, set(self.phases), set(names))
        for name, decision in self.anytime.items():
            self._names_of(name, decision, set(self.phases), set(names))
        for track in self.tracks.values():
            if track.first not in track.states:
                raise ValueError(f"first state {track.first!r} does not exist")
            for state in track.states.values():
                for name, decision in state.decisions.items():
                    self._names_of(name, decision, set(track.states), set(names))
        if wrong := {phase.stands_for for phase in self.phases.values()} - STANDS_FOR:
            raise ValueError(f"nothing is called {', '.join(wrong)}")
        return self

    def _names_of(self, name: str, decision: Decision, targets: set[str], acts: set[str]) -> None:
        if decision.to and decision.to != PREVIOUS and decision.to not in targets:
            raise ValueError(f"{name}: there is no phase {decision.to!r}")
        for deadline in (*decision.meets, *decision.starts, *decision.waives):
            _known_deadline(name, deadline)
        for act in (*decision.after, *decision.does):
            if act not in acts:
                raise ValueError(f"{name}: nobody can do {act!r} before it")
        for code in decision.outcome:
            if code not in code_list("disposition"):
                raise ValueError(f"{name}: there is no outcome {code!r}")
        for relation in decision.who:
            if relation not in code_list("relation"):
                raise ValueError(f"{name}: nobody is {relation!r} in a case")
        named = [decision.blocked_by, decision.other_person_when, *decision.outcome_when.values()]
        named.append({track: [state] for track, state in decision.moves.items()})
        for track, states in (pair for one in named for pair in one.items()):
            if track in self.tracks and (strange := set(states) - set(self.tracks[track].states)):
                raise ValueError(f"{name}: the track {track} has no {', '.join(strange)}")
        if strange := set(decision.outcome_when) - set(decision.outcome):
            raise ValueError(f"{name}: it does not have the outcome {', '.join(strange)}")
        for form, came_to in decision.ends.items():
            if form not in record_forms() or came_to not in record_forms()[form].ends:
                raise ValueError(f"{name}: no record of {form!r} comes to {came_to!r}")
        if decision.tell and decision.tell not in progress.progress_words():
            raise ValueError(f"{name}: there is no message {decision.tell!r} for the reporter")
        if set(decision.needs) - CONDITIONS or decision.counts not in {"", "report", "outcome"}:
            raise ValueError(f"{name}: unknown condition or population")
        if decision.form not in FORMS:
            raise ValueError(f"{name}: there is no form {decision.form!r}")
        for paper in decision.done_by.document:
            if paper not in paper_kinds() or set(self.kinds) - set(paper_kinds()[paper].kinds):
                raise ValueError(f"{name}: not every report of this protocol has the document {paper!r}")
        self._moment_of(name, decision.not_before, acts)

    def _moment_of(self, name: str, earliest: NotBefore | None, acts: set[str]) -> None:
        if earliest is None:
            return
        of_reporter = earliest.after.removeprefix("reporter:")
        if earliest.after not in {RECEIPT, PHASE, *acts} and of_reporter not in REPORTER_ACTS - {""}:
            raise ValueError(f"{name}: nothing is called {earliest.after!r}")
        if earliest.unless and earliest.unless not in record_forms():
            raise ValueError(f"{name}: there is no form {earliest.unless!r}")
        if earliest.deadline:
            _known_deadline(name, earliest.deadline)
        elif earliest.length < 1:
            raise ValueError(f"{name}: a moment before which nothing may be done needs a length")

    def every_decision(self) -> list[tuple[str, Decision]]:
        """All decisions with their codes: of the phases, at any time, and of the tracks. Not those after closing."""
        return [
            *((name, decision) for phase in self.phases.values() for name, decision in phase.decisions.items()),
            *self.anytime.items(),
            *self.every_track_decision(),
        ]

    def rule_of(self, code: str) -> Decision | None:
        """The decision with this code, also one that is taken after closing; None where there is none."""
        return self.after_closing.get(code) or dict(self.every_decision()).get(code)

    def asked_by(self, rule: Decision) -> list[str]:
        """The deadlines that ask for this decision: those that it meets, without those that ask for what it does too."""
        if not rule.does:
            return rule.meets
        every = dict(self.every_track_decision())
        others = {deadline for act in rule.does for deadline in every[act].meets}
        return [deadline for deadline in rule.meets if deadline not in others]

    def every_track_decision(self) -> list[tuple[str, Decision]]:
        """The decisions of the tracks with their codes."""
        return [
            (name, decision)
            for track in self.tracks.values()
            for state in track.states.values()
            for name, decision in state.decisions.items()
        ]

    @property
    def path(self) -> list[str]:
        """The phases of the usual way, in order: "step 5 of 9" counts them."""
        return [name for name, phase in self.phases.items() if not phase.aside]

    def title_of(self, phase: str, track: str = "") -> str:
        """The words for a phase; with `track` for a state of that track."""
        phases = self.tracks[track].states if track else self.phases
        return str(phases[phase].title)


def _known_deadline(name: str, deadline: str) -> None:
    if deadline not in deadline_kinds():
        raise ValueError(f"{name}: there is no deadline {deadline!r}")
