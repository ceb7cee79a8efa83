"""The form of a decision: outcome and criteria where the protocol asks them, the deed, the reason, and the revision of the
page. `deeds.faults_of` says what is wrong with the deed, each fault at its field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.deciding.deeds import (
    CALL,
    ELSEWHERE,
    MAILBOX,
    MEETING,
    NEW_PERSON,
    WAYS_OUT,
    Attached,
    Deed,
    Sent,
    TextToReporter,
    documents_for,
    faults_of,
    made_of_record,
)
from cases.deciding.judging import UNANSWERED, powers_of
from cases.deciding.records.fields import (
    MOST_IN_TEXT,
    MOST_LINE,
    as_answer,
    line_field,
    moment_field,
    record_field,
)
from cases.deciding.records.rows import NO_STATES, Row, States, field_name
from cases.desk.codes import case_codes
from cases.files.files import usable_files
from cases.files.forms import NEW_FILE, attach_fields
from cases.models import Case
from cases.parties.parties import OpenedParty
from cases.people.hearing import about_field
from cases.protocol.definitions import Decision, PersonAsked
from cases.protocol.kinds.decision_questions import decision_questions
from cases.protocol.kinds.forms import MessageForm, RecordField, RecordForm, asked_in, message_forms, record_forms
from cases.protocol.kinds.parts import parts
from organisations.codes import code_list
from organisations.desk.forms import (
    DeskForm,
    NeededWhen,
    WholeText,
    day_field,
    reason_field,
    revision_field,
    text_area,
    tick_field,
)
from organisations.desk.numbers import number_in

MOST_WORDS = 2_000
STATUTORY_POWER = "statutory_power"  # of disposition
OWN_PLACE = {"outcome", "reason", "about", "revision", "answered"}  # fields that are not asked beside the reason
NO_ROW: Row = {}
DEED_PARTS = ("message", "document", "record", "file", "person")


class DecisionForm(DeskForm):
    sometimes_needed = (
        "about",
        "message_way",
        "message_at",
        "message_whom",
        "message_no_sanction",
        "document_where",
        "person_name",
        "person_part",
    )
    needed_when = {
        "power": NeededWhen("outcome", {STATUTORY_POWER}, _("Choose which statutory power was used.")),
        "file_kind": NeededWhen("file", {NEW_FILE}, _("Choose what kind of file it is.")),
        "file_on": NeededWhen("file", {NEW_FILE}, _("Give the day on which it came.")),
    }
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, error_messages={"required": _("Choose what the outcome is.")}
    )
    reason = reason_field(
        help_text=_("Sealed with the case. Only who may read the file reads this."), max_length=MOST_IN_TEXT, rows=6
    )
    about = about_field()
    revision = revision_field()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        case: Case,
        rule: Decision,
        offered: str = "",
        known: Sequence[Row] = (),
        states: States = NO_STATES,
        people: Sequence[OpenedParty] = (),
        unanswered: int = 0,
    ) -> None:
        """`offered`: with what the text to the reporter begins. `known`: rows with what is known already.
        `states`: those of the case with which the record must agree. `people`: those of the case of whom one can be chosen.
        `unanswered`: the number of a message of the reporter that an end must answer."""
        super().__init__(data, initial={"revision": case.revision})
        self.rule, self.case, self.states = rule, case, states
        if len(rule.outcome) > 1:
            dispositions = code_list("disposition")
            self.choose_from("outcome", [(code, str(dispositions[code])) for code in rule.outcome])
        else:
            del self.fields["outcome"]
        if rule.form == "weighing":
            self._ask_weighing()
        if rule.form == "power" and STATUTORY_POWER in rule.outcome:
            self._ask_power()
        self._ask_deed(offered, known, people)
        if rule.done_by.person is not None:
            self._ask_person(rule.done_by.person, people)
        self.fields["reason"].required = rule.because
        self.unanswered = unanswered
        if unanswered:
            words = _("I read it. My text answers it, or it needs no answer")
            self.fields["answered"] = tick_field(_("The reporter wrote and got no answer yet"), words)
        self.order_fields([name for name in self.fields if name not in {"reason", "about", "revision"}])

    def _ask_weighing(self) -> None:
        for name, criterion in decision_questions().weighing.items():
            choices = [(code, str(words)) for code, words in decision_questions().scales[criterion.scale].items()]
            field: forms.Field = (
                forms.ChoiceField(
                    choices=[("", _("Choose")), *choices],
                    error_messages={"required": _("Choose an answer, also when it is not clear.")},
                )
                if choices
                else forms.CharField(max_length=MOST_WORDS, required=False, widget=text_area(2))
            )
            field.label, field.help_text = str(criterion.label), str(criterion.help or "")
            self.fields[name] = field

    def _ask_power(self) -> None:
        powers = powers_of(self.case, case_codes(self.case))
        self.fields["power"] = forms.ChoiceField(
            label=_("Which statutory power?"),
            help_text=_("Only where the outcome is a statutory power. Its deadline starts with this decision."),
            choices=[("", _("None")), *((code, str(power.label)) for code, power in powers.items())],
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        """Everything that is wrong with the deed stands at its field at once, beside what the fields themselves refuse."""
        given = super().clean()
        if "answered" in self.fields and not given.get("answered"):
            self.add_error("answered", str(UNANSWERED))
        deed = self.deed
        added_now = (
            {"file"} if deed.file.number == NEW_FILE else set()
        )  # it becomes a file of the case with the decision
        for words, where in faults_of(self.case, self.rule.done_by, deed, timezone.now(), self.states):
            where = self.stands_at.get(where, where)
            if where in self.fields and where not in {*self.errors, *added_now}:
                self.add_error(where, words)
        return given

    @property
    def record(self) -> RecordForm | None:
        """The form of records.yaml that is asked."""
        asked = self.rule.done_by.record
        return record_forms()[asked] if asked else None

    @property
    def record_keys(self) -> list[str]:
        """The fields of the record that somebody fills in; the decision, or the person whom it names, answers the others."""
        return list(self.rule.done_by.asked(self.case.kind))

    @property
    def asked(self) -> Mapping[str, RecordField]:
        """All that the record holds in a case of this kind."""
        return asked_in(self.record, self.case.kind) if self.record else {}

    def _ask_deed(self, offered: str, known: Sequence[Row], people: Sequence[OpenedParty]) -> None:
        asked = self.rule.done_by
        self.rows = 0
        if self.record:
            self.rows = self._rows_shown(self.record.rows, len(known) or 1)
            for number in range(1, self.rows + 1):
                begins = known[number - 1] if number <= len(known) else NO_ROW
                for key in self.record_keys:
                    field = record_field(
                        self.case,
                        self.asked,
                        key,
                        on_page=self.record_keys,
                        is_needed=number == 1,
                        offered=begins.get(key, ""),
                    )
                    self.fields[field_name(number, key)] = field
                    if wanted := self.record.fields[key].parts:
                        named = [(str(one.party.id), str(one)) for one in people if one.can_be(wanted)]
                        self.choose_from(field_name(number, key), [("", _("Choose")), *named])
        if asked.document:
            self._ask_document(asked.document)
        if asked.file is not None:
            self.fields |= attach_fields(asked.file_kinds, usable_files(self.case, asked.file_kinds))
            self.fields["file"].label = str(asked.file)
        if asked.message:
            self._ask_message(message_forms()[asked.message], offered)

    def _ask_person(self, asked: PersonAsked, people: Sequence[OpenedParty]) -> None:
        known = [(str(one.party.id), str(one)) for one in people if one.can_be(asked.parts)]
        self.fields["person"] = forms.ChoiceField(
            label=str(asked.label),
            choices=[("", _("Choose")), *known, (NEW_PERSON, _("Somebody who is not written down yet"))],
            error_messages={"required": _("Say who it was.")},
        )
        self.fields["person_name"] = line_field(
            _("Name"), help_text=_("Only for who is not written down yet."), required=False
        )
        self.fields["person_part"] = forms.ChoiceField(
            label=_("In which part?"),
            help_text=_("Only for who is not written down yet."),
            required=False,
            choices=[("", _("Choose")), *((code, str(parts()[code].label)) for code in asked.parts)],
        )

    def _rows_shown(self, most: int, known: int) -> int:
        """As many rows as were sent, and one more where the button for it was pressed; at first as many as are known."""
        sent = [number_in(name.split("-")[1]) for name in self.data if name.startswith("record-")]
        numbers = [number for number in sent if number is not None]
        return min(most, (max(numbers) if numbers else known) + ("more" in self.data))

    def _ask_document(self, kinds: list[str]) -> None:
        of_record = made_of_record(kinds)
        made = [
            (
                str(number),
                _("%(what)s (document %(number)d, %(day)s)")
                % {"number": number, "what": what, "day": date_format(day, "j F Y")},
            )
            for number, what, day in documents_for(self.case, kinds)
        ]
        self.fields["document"] = forms.ChoiceField(
            label=_("Which letter went out?"),
            help_text=_("It is made of what was recorded, under “Measures”.") if of_record else "",
            choices=made if of_record else [*made, (ELSEWHERE, _("A letter that was made elsewhere"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose the document that went out, or say that it was made elsewhere.")},
        )
        if not of_record:
            self.fields["document_where"] = forms.CharField(
                label=_("Which letter, and where is it kept?"),
                max_length=MOST_LINE,
                required=False,
                help_text=_("Only for a letter that was made elsewhere."),
            )
        if self.record and self.record.sends:
            return
        self.fields["document_on"] = day_field(_("On which day did it go out?"))
        self.fields["document_way"] = forms.ChoiceField(
            label=_("How?"),
            choices=[("", _("Choose")), *WAYS_OUT.items()],
            error_messages={"required": _("Say how it went out.")},
        )

    def _ask_message(self, form: MessageForm, offered: str) -> None:
        if form.reasons:
            self.fields["message_reason"] = forms.ChoiceField(
                label=_("The reason that the reporter reads"),
                choices=[(code, str(words)) for code, words in form.reasons.items()],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose the reason that the reporter reads.")},
            )
        self.fields["message"] = forms.CharField(
            label=str(form.label),
            help_text=str(form.help or ""),
            max_length=MOST_IN_TEXT,
            widget=text_area(7),
            initial=offered,
            error_messages={"required": _("Write what the reporter reads.")},
        )
        words = _("It names no sanction of a person")
        self.fields["message_no_sanction"] = tick_field(_("Does this text name a sanction?"), words)
        self.remedy = str(form.remedy or "")
        if self.rule.done_by.other_person:  # nothing is told before the second one agrees
            return
        self.fields["message_way"] = forms.ChoiceField(
            label=_("How is the reporter told?"),
            initial=MAILBOX,
            widget=forms.RadioSelect,
            required=False,
            help_text=_("What you write above goes to the mailbox in each case; after a talk it is the summary."),
            choices=[(MAILBOX, _("In the mailbox, now")), (CALL, _("I called")), (MEETING, _("We met"))],
        )
        self.fields["message_at"] = moment_field(
            _("When did you speak?"), help_text=_("Only if you called or met."), required=False
        )
        self.fields["message_whom"] = line_field(
            _("With whom?"), help_text=_("Only if you called or met."), required=False
        )

    @property
    def details(self) -> dict[str, str]:
        """The answers beside outcome, reason and deed."""
        names = [name for name in self.fields if name not in OWN_PLACE and not name.startswith(DEED_PARTS)]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    @property
    def deed(self) -> Deed:
        """What was filled in of the deed."""
        given = self._given
        told = TextToReporter(
            given("message"),
            given("message_reason"),
            given("message_way") or MAILBOX,
            given("message_at"),
            given("message_whom"),
            bool(self.cleaned_data.get("message_no_sanction")),
        )
        if told.way == MAILBOX:
            told = TextToReporter(told.text, told.reason, no_sanction=told.no_sanction)
        went = {name: given(where) for name, where in self.stands_at.items()}
        sent = Sent(given("document"), went["document_on"][:10], went["document_way"], given("document_where"))
        rows = tuple(self._row(number) for number in range(1, self.rows + 1))
        party = given("person")
        person, part = (given("person_name"), given("person_part")) if party == NEW_PERSON else ("", "")
        return Deed(told, rows, sent, Attached(given("file")), person, party, part)

    @property
    def stands_at(self) -> dict[str, str]:
        """{what is asked of a letter: the field that answers it}: one of the record where that says the same."""
        sends = self.record.sends if self.record else {}
        own = ("document_on", "document_way")
        return {name: field_name(1, sends[name]) if name in sends else name for name in own}

    def _given(self, name: str) -> str:
        return as_answer(self.cleaned_data.get(name, ""))

    def _row(self, number: int) -> Row:
        return {key: self._given(field_name(number, key)) for key in self.record_keys}

    def beside(self) -> list[forms.BoundField]:
        """The fields beside outcome, deed and reason."""
        return [self[name] for name in self.fields if name not in OWN_PLACE and not name.startswith(DEED_PARTS)]

    def record_rows(self) -> list[list[forms.BoundField]]:
        """The fields of the record, row by row."""
        return [[self[field_name(number, key)] for key in self.record_keys] for number in range(1, self.rows + 1)]

    @property
    def record_label(self) -> str:
        return str(self.record.label) if self.record else ""

    @property
    def record_help(self) -> str:
        return str(self.record.help or "") if self.record else ""

    @property
    def can_have_more(self) -> bool:
        return self.record is not None and self.rows < self.record.rows

    def deed_fields(self) -> list[forms.BoundField]:
        """The fields of papers, person and message, in their order. What is asked only of some texts is there once it is."""
        hidden = set() if self._asks_of_sanction() else {"message_no_sanction"}
        parts = [name for name in self.fields if name.startswith(DEED_PARTS) and not name.startswith("record-")]
        return [self[name] for name in parts if name not in hidden and not self[name].is_hidden]

    def _asks_of_sanction(self) -> bool:
        asked = self["message_no_sanction"] if "message_no_sanction" in self.fields else None
        return asked is not None and bool(asked.errors or asked.value())


class AnswerForm(DeskForm):
    """What a second person says of a proposal. The reason is needed to refuse."""

    sometimes_needed = ("reason", "about")
    reason = WholeText(
        label=_("What you want to say about it"),
        help_text=_("Sealed with the case. Needed where you do not agree; where you agree it is kept too."),
        max_length=MOST_IN_TEXT,
        required=False,
        widget=text_area(4),
    )
    about = about_field()
