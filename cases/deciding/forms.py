"""The form of a decision: outcome and criteria where the protocol asks them, the deed, the reason, and the revision of the
page. What the deed lacks says `deeds.judge`, at the field that is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases.deciding.deeds import (
    CALL,
    ELSEWHERE,
    MAILBOX,
    MEETING,
    NEW,
    WAYS_OUT,
    Deed,
    Row,
    Sent,
    Told,
    documents_for,
    field_name,
)
from cases.models import Case
from cases.parties.parties import OpenedParty
from cases.people.hearing import about_field
from cases.protocol.decision_questions import decision_questions
from cases.protocol.definitions import Decision, PersonAsked
from cases.protocol.forms import FieldType, MessageForm, RecordField, message_forms, record_forms
from cases.protocol.parts import parts
from organisations.codes import code_list
from organisations.desk.forms import DeskForm, NeededWhen, day_field, reason_field, revision_field, text_area

MOST_CHARACTERS = 20_000
MOST_WORDS = 2_000
MOST_LINE = 300
OWN_PLACE = {"outcome", "reason", "about", "revision"}  # fields that are not asked beside the reason
DEED_PARTS = ("message", "document", "record", "file", "person")
A_MOMENT = _("Give a day and a time, for example 3-12-2026 14:30.")


class DecisionForm(DeskForm):
    sometimes_needed = ("about", "message_at", "message_whom", "document_where", "person_name", "person_part")
    needed_when = {
        "power": NeededWhen("outcome", {"statutory_power"}, _("Choose which statutory power was used.")),
    }
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, error_messages={"required": _("Choose what the outcome is.")}
    )
    reason = reason_field(
        help_text=_("Sealed with the case. Only who may read the file reads this."), max_length=MOST_CHARACTERS, rows=6
    )
    about = about_field()
    revision = revision_field()

    def __init__(
        self,
        data: QueryDict | None,
        *,
        case: Case,
        rule: Decision,
        known: Mapping[str, str] | None = None,
        people: Sequence[OpenedParty] = (),
    ) -> None:
        """`known`: what the text to the reporter can begin with ({name in messages.yaml: words}); `people`: those of the case
        of whom one can be chosen."""
        super().__init__(data, initial={"revision": case.revision})
        self.rule, self.case = rule, case
        if len(rule.outcome) > 1:
            dispositions = code_list("disposition")
            self.choose_from("outcome", [(code, str(dispositions[code])) for code in rule.outcome])
        else:
            del self.fields["outcome"]
        if rule.form == "weighing":
            self._ask_weighing()
        if rule.form == "power":
            self._ask_power(case.report.organisation.kind)
        self._ask_deed(known or {})
        if rule.done_by.person is not None:
            self._ask_person(rule.done_by.person, people)
        self.fields["reason"].required = rule.because
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

    def _ask_power(self, layer: str) -> None:
        powers = [(code, power.label) for code, power in decision_questions().powers.items() if layer in power.layers]
        self.fields["power"] = forms.ChoiceField(
            label=_("Which statutory power?"),
            help_text=_("Only where the outcome is a statutory power. Its deadline starts with this decision."),
            choices=[("", _("None")), *((code, str(label)) for code, label in powers)],
            required=False,
        )

    def _ask_deed(self, known: Mapping[str, str]) -> None:
        asked = self.rule.done_by
        self.rows = 0
        if asked.record:
            form = record_forms()[asked.record]
            self.rows = self._rows_shown(form.rows)
            for number in range(1, self.rows + 1):
                for key, question in form.fields.items():
                    self.fields[field_name(number, key)] = record_field(question, is_needed=number == 1)
        if asked.document:
            self._ask_document(asked.document)
        if asked.file is not None:
            help_text = _("Which paper, of which day, and where it is kept.")
            self.fields["file"] = forms.CharField(
                label=str(asked.file),
                help_text=help_text,
                max_length=MOST_WORDS,
                widget=text_area(2),
                error_messages={"required": _("Say which paper it is, of which day, and where it is kept.")},
            )
        if asked.message:
            self._ask_message(message_forms()[asked.message], known)

    def _ask_person(self, asked: PersonAsked, people: Sequence[OpenedParty]) -> None:
        known = [(str(one.party.id), str(one)) for one in people if one.can_be(asked.parts)]
        self.fields["person"] = forms.ChoiceField(
            label=str(asked.label),
            choices=[("", _("Choose")), *known, (NEW, _("Somebody who is not written down yet"))],
            error_messages={"required": _("Say who it was.")},
        )
        self.fields["person_name"] = _line(
            _("Name"), help_text=_("Only for who is not written down yet."), required=False
        )
        self.fields["person_part"] = forms.ChoiceField(
            label=_("In which part?"),
            help_text=_("Only for who is not written down yet."),
            required=False,
            choices=[("", _("Choose")), *((code, str(parts()[code].label)) for code in asked.parts)],
        )

    def _rows_shown(self, most: int) -> int:
        """As many rows as were sent, and one more where the button for it was pressed."""
        sent = {
            int(name.split("-")[1])
            for name in self.data
            if name.startswith("record-") and name.split("-")[1].isdecimal()
        }
        return min(most, max([1, *sent]) + ("more" in self.data))

    def _ask_document(self, kinds: list[str]) -> None:
        made = [
            (str(number), _("Document %(number)d of %(day)s") % {"number": number, "day": date_format(day, "j F Y")})
            for number, day in documents_for(self.case, kinds)
        ]
        self.fields["document"] = forms.ChoiceField(
            label=_("Which letter went out?"),
            choices=[*made, (ELSEWHERE, _("A letter that was made elsewhere"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose the document that went out, or say that it was made elsewhere.")},
        )
        self.fields["document_where"] = forms.CharField(
            label=_("Which letter, and where is it kept?"),
            max_length=MOST_LINE,
            required=False,
            help_text=_("Only for a letter that was made elsewhere."),
        )
        self.fields["document_on"] = day_field(_("On which day did it go out?"))
        self.fields["document_way"] = forms.ChoiceField(
            label=_("How?"),
            choices=[("", _("Choose")), *WAYS_OUT.items()],
            error_messages={"required": _("Say how it went out.")},
        )

    def _ask_message(self, form: MessageForm, known: Mapping[str, str]) -> None:
        if form.reasons:
            self.fields["message_reason"] = forms.ChoiceField(
                label=_("The reason that the reporter reads"),
                choices=[(code, str(words)) for code, words in form.reasons.items()],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose the reason that the reporter reads.")},
            )
        begins = str(form.begins or "").format_map(_Known(known))
        self.fields["message"] = forms.CharField(
            label=str(form.label),
            help_text=str(form.help or ""),
            max_length=MOST_CHARACTERS,
            widget=text_area(7),
            initial=begins,
            error_messages={"required": _("Write what the reporter reads.")},
        )
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
        self.fields["message_at"] = _moment(_("When did you speak?"), required=False)
        self.fields["message_whom"] = _line(_("With whom?"), required=False)

    @property
    def details(self) -> dict[str, str]:
        """The answers beside outcome, reason and deed."""
        names = [name for name in self.fields if name not in OWN_PLACE and not name.startswith(DEED_PARTS)]
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    @property
    def deed(self) -> Deed:
        """What was filled in of the deed."""
        given = self._given
        told = Told(
            given("message"),
            given("message_reason"),
            given("message_way") or MAILBOX,
            given("message_at"),
            given("message_whom"),
        )
        if told.way == MAILBOX:
            told = Told(told.text, told.reason)
        sent = Sent(given("document"), given("document_on"), given("document_way"), given("document_where"))
        rows = tuple(self._row(number) for number in range(1, self.rows + 1))
        party = given("person")
        person, part = (given("person_name"), given("person_part")) if party == NEW else ("", "")
        return Deed(told, rows, sent, given("file"), person, party, part)

    def _given(self, name: str) -> str:
        return as_answer(self.cleaned_data.get(name, ""))

    def _row(self, number: int) -> Row:
        form = record_forms()[self.rule.done_by.record]
        return {key: self._given(field_name(number, key)) for key in form.fields}

    def beside(self) -> list[forms.BoundField]:
        """The fields beside outcome, deed and reason."""
        return [self[name] for name in self.fields if name not in OWN_PLACE and not name.startswith(DEED_PARTS)]

    def record_rows(self) -> list[list[forms.BoundField]]:
        """The fields of the record, row by row."""
        asked = self.rule.done_by.record
        keys = record_forms()[asked].fields if asked else {}
        return [[self[field_name(number, key)] for key in keys] for number in range(1, self.rows + 1)]

    @property
    def record_label(self) -> str:
        return str(record_forms()[self.rule.done_by.record].label) if self.rule.done_by.record else ""

    @property
    def record_help(self) -> str:
        asked = self.rule.done_by.record
        return str(record_forms()[asked].help or "") if asked else ""

    @property
    def can_have_more(self) -> bool:
        return bool(self.rule.done_by.record) and self.rows < record_forms()[self.rule.done_by.record].rows

    def deed_fields(self) -> list[forms.BoundField]:
        """The fields of papers, person and message, in their order."""
        return [self[name] for name in self.fields if name.startswith(DEED_PARTS) and not name.startswith("record-")]


def as_answer(value: Any) -> str:
    """What was filled in as it is kept: days and moments in ISO form."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "").strip()


class _Known(dict):
    """Words for the beginning of a text; what is not known stays between brackets, so that it must be filled in."""

    def __missing__(self, name: str) -> str:
        return f"[{name}]"


def record_field(asked: RecordField, *, is_needed: bool = True) -> forms.Field:
    """The field of a form for what a record asks. `is_needed`: whether the row of the field must be filled in."""
    label, help_text = str(asked.label), str(asked.help or "")
    required = is_needed and not asked.optional
    match asked.type:
        case FieldType.CHOICE:
            field: forms.Field = forms.ChoiceField(
                label=label,
                help_text=help_text,
                required=required,
                choices=[("", _("Choose")), *((code, str(words)) for code, words in asked.choices.items())],
                error_messages={"required": _("Choose an answer.")},
            )
        case FieldType.DAY:
            field = day_field(label, help_text=help_text, required=required)
        case FieldType.MOMENT:
            field = _moment(label, help_text=help_text, required=required)
        case FieldType.TEXT:
            field = forms.CharField(
                label=label,
                help_text=help_text,
                required=required,
                max_length=MOST_CHARACTERS,
                widget=text_area(3),
                error_messages={"required": _("Fill this in.")},
            )
        case _:
            field = _line(label, help_text=help_text, required=required)
    if asked.needed_when or not is_needed:
        field.sometimes_needed = True  # type: ignore[attr-defined]
    return field


def _line(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_LINE,
        error_messages={"required": _("Fill this in.")},
    )


def _moment(label: Any, *, help_text: str = "", required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": A_MOMENT, "invalid": A_MOMENT},
    )


class AnswerForm(DeskForm):
    """What a second person says of a proposal. The reason is needed to refuse."""

    sometimes_needed = ("reason", "about")
    reason = reason_field(
        help_text=_("Sealed with the case. Needed where you do not agree."), max_length=MOST_CHARACTERS
    )
    about = about_field()

    def __init__(self, data: QueryDict | None) -> None:
        super().__init__(data)
        self.fields["reason"].required = False
