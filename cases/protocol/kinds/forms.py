"""What decisions ask beside their reason: records with fields (records.yaml) and texts to the reporter (messages.yaml)."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from cases.protocol.kinds.deadline_kinds import Unit
from cases.protocol.kinds.parts import parts
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Text

HERE = Path(__file__).parent
MOMENT_OF_DEED = "at"  # the field of a record that dates the deed, where the record has it
MOST_DAYS_AHEAD = 3650
InStates = dict[str, list[str]]  # {track, a state beside them or code list of the report: some of its states or codes}
OF_REPORT = ("aggression_form",)  # code lists of the report with which a record must agree
MAILBOX_STATE = "mailbox"  # beside the tracks: whether the reporter wrote there ("written") or not ("silent")
WRITTEN, SILENT = "written", "silent"
CLEARING_STATE = (
    "clearing"  # beside them: whether a person concerned knows of the report, and was told the outcome by letter
)
NOBODY_CLEARED, CLEARED_UNTOLD, CLEARED_TOLD = "nobody", "waits", "told"
LINK_STATE = "linked"  # whether a case that goes on with it is linked ("yes") or not ("no")
MASK_STATE = "masked"  # whether a redaction was checked by a second person ("yes") or not ("no")
JUDGES_STATE = "judges"  # who judges the person concerned: "body" or "employer"; absent where nobody knows
POWER_STATE = "power"  # whether there is a statutory power against the person concerned ("some") or none ("none")
TERM_PASSED = "passed"  # what a record came to when the term of its person passed without an answer


class FieldType(StrEnum):
    """What kind of answer a field takes."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    AMOUNT = "amount"
    CHOICE = "choice"
    RECORD = "record"  # one that runs of another form, by the number of its decision
    COLLEAGUES = (
        "colleagues"  # who of those who work the case did something: their identifiers and `choices`, with commas
    )
    PERSON = "person"  # somebody of the case; the answer is the id of their row, and is kept as who that is in words


class NotBeforeField(BaseModel):
    """A day or moment that does not lie before another field of the same record, or not before `length` after it. With
    words in the field `unless` the length need not have passed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    field: str
    length: int = 0
    unit: Unit = "days"
    unless: str = ""


class RecordField(BaseModel):
    """One thing that a record asks.

    `needed_when` names another field and the answers to it with which this one must be filled in; `only_when`, the answers
    with which it may be. `choose_when`: in which states of the case a choice is true, {choice: {track: states}}; a track
    that the protocol lacks asks nothing. `choose_with`: with which other answers a choice goes, {choice: {field: answers}}.
    `refuses`: choices with which nothing is recorded, and why. `tells`: what a letter says for a choice. `ahead`: a day in the
    future, at most `within` days from now; any other day or moment has been, and lies after the report unless `earlier`.
    `not_before` says after what else it lies. `of`: the form of the record that is asked. `only_in`: the kinds of cases that
    ask it; `choose_in`: those in which a choice exists, {choice: kinds}. `parts`: of a person, in which parts of
    parts.yaml. `by_person`: where a decision names a person of the case, that is the answer. `on_page`: choices that are true
    only where a draft stands on the papers page of the person whom the record names."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: FieldType = FieldType.LINE
    label: Text
    help: Text | None = None
    optional: bool = False
    ahead: bool = False
    within: int = Field(default=MOST_DAYS_AHEAD, ge=1)
    earlier: bool = False
    not_before: NotBeforeField | None = None
    choices: dict[str, Text] = {}
    choose_when: dict[str, InStates] = {}
    choose_with: dict[str, dict[str, list[str]]] = {}
    refuses: dict[str, Text] = {}
    tells: dict[str, Text] = {}
    of: str = ""
    needed_when: dict[str, list[str]] = {}
    only_when: dict[str, list[str]] = {}
    only_in: list[str] = []
    choose_in: dict[str, list[str]] = {}
    parts: list[str] = []
    by_person: bool = False
    on_page: list[str] = []

    @model_validator(mode="after")
    def _is_whole(self) -> "RecordField":
        if (self.type in {FieldType.CHOICE, FieldType.COLLEAGUES}) != bool(self.choices):
            raise ValueError("a choice and colleagues have choices, and nothing else has")
        if (self.type == FieldType.RECORD) != bool(self.of):
            raise ValueError("a record is of a form, and nothing else is")
        if (self.type == FieldType.PERSON) != bool(self.parts) or set(self.parts) - set(parts()):
            raise ValueError("a person is in one of these parts of parts.yaml, and nothing else is")
        named = {*self.choose_when, *self.choose_with, *self.refuses, *self.tells, *self.choose_in, *self.on_page}
        if strange := named - set(self.choices):
            raise ValueError(f"nobody can choose {', '.join(sorted(strange))}")
        if (self.earlier or self.not_before) and self.type not in {FieldType.DAY, FieldType.MOMENT}:
            raise ValueError("only a day or a moment lies before or after something")
        return self

    def in_case_of(self, kind: str) -> "RecordField":
        """The field as a case of this kind asks it."""
        if not self.choose_in:
            return self
        kept = {code: words for code, words in self.choices.items() if kind in self.choose_in.get(code, [kind])}
        return self.model_copy(update={"choices": kept})

    def can_choose(self, answer: str, states: Mapping[str, str]) -> bool:
        """Whether a choice is true in these states, {track, or MAILBOX_STATE: state}."""
        return holds(self.choose_when.get(answer, {}), states)


class OwnDeadline(BaseModel):
    """A deadline that a record has for itself where these answers were given, {field: answers}."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    deadline: str
    when: dict[str, list[str]]


class Against(BaseModel):
    """Which fields of a form say what nobody may leave out of a measure against somebody. `rights`: whether the person did no
    more than use a right."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    facts: str = ""
    said: str = ""
    hearing: str = ""
    proportion: str = ""
    end: str = ""
    review: str = ""
    services: str = ""
    way: str = ""
    contact: str = ""
    ground: str = ""
    rights: str = ""


class Hears(BaseModel):
    """How a form says that somebody was, or could be, heard. `invited` and `day` name the fields with these days (without `day`
    the deed says it), `how` those that say how it went, `why` the one that says why not. `attended`: with all of these answers the
    person was heard indeed; with others they were only invited."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    invited: str = ""
    day: str = ""
    how: list[str]
    why: str = ""
    attended: dict[str, list[str]] = Field(min_length=1)

    @property
    def fields(self) -> set[str]:
        return {self.invited, self.day, self.why, *self.how, *self.attended}

    def was_attended(self, answers: Mapping[str, str]) -> bool:
        """Whether the person was heard, by these answers to the fields."""
        return all(answers.get(name) in wanted for name, wanted in self.attended.items())


class RecordForm(BaseModel):
    """The fields of one kind of record. `rows`: how many can be recorded at once. `ends`: what a record of this kind can
    come to, {code: words}; until somebody says which, it runs. `end_fields`: what is asked when it comes to that, {code of
    `ends`: fields}. `until` names the field with its last day. `total_per` names the choice per which amounts are added.
    `fixed`: its last day is not moved, since two people decided it. `later`: each lies on a later day than the one before.
    `beside`: forms of which the page shows what was recorded already, and `states`: tracks of which it shows the state.
    `offered`: the last record of this form is what the page begins with, since there is one such fact in a case.
    `may_stay`: nobody has to say what it came to before the case ends. `runs_out`: the end that is true only when the last day
    has passed. `by_deed`: ends that only a decision brings about (its `ends`): nobody says by hand what was done. `told_by`: the form of the record that it was told, without which it
    neither runs out nor is handed on. `review` names the field with the day on which it is looked at. `renews`: a record of it gives the one that it
    names another last day and day of review. `against`: it is a measure against somebody. `own_deadline`: one for each record.
    `police`: its page shows the contact of the organisation at the police. `tells`: it was decided against
    somebody, who is told. `judges`: it says what is found of somebody. `hands_on`: its case may close while it runs, once two people said who looks
    after it. `says_free`: who fills it in says to be free of the case. `of_victim`: it is about who it happened to.
    `of_replies`: its page shows the drafts on the papers pages of the case, with the replies to them.
    `people`: a field with which each row begins, and the parts of parts.yaml whose people it begins with. `begins`: fields that
    begin with the last record with the same given answers. `sends`: fields that say on which day and how the document of the
    same decision went out, {name of a field of the letter: field}, so that nobody is asked twice. `answered`: what a record
    comes to by what its person does with a draft on their papers page, {kind of entry: code of `ends`}; `term_passed`: what it
    comes to when their term passed without it, which nobody says by hand. `objection`: the answers with which it is a decision
    against which somebody can object. `hears`: it is a hearing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    help: Text | None = None
    rows: int = Field(default=1, ge=1, le=8)
    fields: dict[str, RecordField]
    ends: dict[str, Text] = {}
    end_fields: dict[str, dict[str, RecordField]] = {}
    until: str = ""
    total_per: str = ""
    fixed: bool = False
    later: bool = False
    beside: list[str] = []
    states: list[str] = []
    offered: bool = False
    may_stay: bool = False
    tells: bool = False
    judges: bool = False
    hands_on: bool = False
    says_free: bool = False
    of_replies: bool = False
    of_victim: bool = False
    begins: list[str] = []
    people: dict[str, list[str]] = {}
    sends: dict[str, str] = {}
    runs_out: str = ""
    by_deed: list[str] = []
    told_by: str = ""
    review: str = ""
    renews: bool = False
    against: Against | None = None
    own_deadline: OwnDeadline | None = None
    police: bool = False
    objection: dict[str, list[str]] = {}
    hears: Hears | None = None

    @property
    def about(self) -> str:
        """The field that names another record; empty where none does."""
        return next((name for name, field in self.fields.items() if field.type == FieldType.RECORD), "")

    answered: dict[str, str] = {}
    term_passed: Text | None = None

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> "RecordForm":
        fields = self.fields.values()
        named = {other for field in fields for other in (*field.needed_when, *field.only_when)}
        named |= {name for field in fields if (rule := field.not_before) for name in (rule.field, rule.unless)}
        named |= {self.until, self.total_per, self.review, *self.objection}
        named |= self.hears.fields if self.hears else set()
        named |= {other for field in fields for answers in field.choose_with.values() for other in answers}
        named |= set(self.against.model_dump().values()) if self.against else set()
        named |= set(self.own_deadline.when) if self.own_deadline else set()
        named -= {""}
        if strange := named - set(self.fields):
            raise ValueError(f"there is no field {', '.join(sorted(strange))}")
        ends = {*self.end_fields, *self.answered.values(), *self.by_deed, *filter(None, [self.runs_out])}
        if strange := ends - set(self.ends):
            raise ValueError(f"a record cannot come to {', '.join(sorted(strange))}")
        for name, answers in (*self.objection.items(), *(self.hears.attended.items() if self.hears else ())):
            if set(answers) - set(self.fields[name].choices):
                raise ValueError(f"{name} has no such choice")
        if self.hands_on and not (self.until and self.ends):
            raise ValueError("what is handed on has a last day and comes to an end")
        if self.answered and self.person is None:
            raise ValueError("nobody is named whose reply ends it")
        return self

    @property
    def person(self) -> str | None:
        """The field that names somebody of the case, if there is one."""
        return next((name for name, field in self.fields.items() if field.type == FieldType.PERSON), None)

    def in_words(self, came_to: str) -> str:
        """What a record came to, as people read it."""
        if came_to == TERM_PASSED and self.term_passed is not None:
            return str(self.term_passed)
        return str(self.ends.get(came_to, came_to))


def asked_in(form: RecordForm, kind: str) -> dict[str, RecordField]:
    """What a form asks in a case of this kind. A day that lies after another one lies after nothing where that is not asked."""
    asked = {name: field for name, field in form.fields.items() if not field.only_in or kind in field.only_in}
    for name, field in asked.items():
        if field.not_before and field.not_before.field not in asked:
            asked[name] = field.model_copy(update={"not_before": None})
    return {name: field.in_case_of(kind) for name, field in asked.items()}


def holds(wanted: Mapping[str, Collection[str]], states: Mapping[str, str]) -> bool:
    """Whether every track of `wanted` that there is stands in one of its states."""
    return all(states[name] in allowed for name, allowed in wanted.items() if name in states)


class MessageForm(BaseModel):
    """A text to the reporter. `about` says what it is about, as in the printed protocol. `begins` is what the officer starts
    from and changes; it knows {function}, {number}, {day} (the day of the next message) and {adviser}; `begins_for_another` is that where the reporter is not who it happened to. `reasons`: from
    which one is chosen, {code: words}; it opens the text. `remedy`: how to object, which closes the text and cannot be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    about: Text
    help: Text | None = None
    begins: Text | None = None
    begins_for_another: Text | None = None
    reasons: dict[str, Text] = {}
    remedy: Text | None = None


class RecordForms(RootModel[dict[str, RecordForm]]):
    """The whole of records.yaml."""

    @model_validator(mode="after")
    def _show_forms_that_exist(self) -> "RecordForms":
        for name, form in self.root.items():
            named = {
                *form.beside,
                *filter(None, [form.told_by]),
                *(field.of for field in form.fields.values() if field.of),
            }
            if strange := named - set(self.root):
                raise WrongRule(f"there is no form {', '.join(sorted(strange))}", name, "beside")
        return self


@cache
def record_forms() -> dict[str, RecordForm]:
    """The forms of records.yaml, {name: form}."""
    return read_rules(HERE / "records.yaml", RecordForms).root


def is_own_deadline(form: str, code: str) -> bool:
    """Whether each record of a form has this deadline for itself."""
    rule = record_forms().get(form)
    return rule is not None and rule.own_deadline is not None and rule.own_deadline.deadline == code


@cache
def message_forms() -> dict[str, MessageForm]:
    """The texts of messages.yaml, {name: text}."""
    return read_rules(HERE / "messages.yaml", dict[str, MessageForm])
