"""The forms of the steps of a report, made from the questions, and the form of the receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.access.recusal import NO, UNKNOWN
from organisations.access.routing import likely_handlers
from organisations.codes import code_list
from organisations.models import Organisation, function_code
from organisations.people.appointments import Rosters
from reporting.codes import EXCLUSIVE_GROUPS, NOT_GIVEN
from reporting.form.base import ReporterForm, without_browser_limit
from reporting.form.persons.readers import functions_asked, names_typed, typed_circle
from reporting.questions.meanings import Meaning
from reporting.questions.questions import Question, Step
from vault import receipts

MOST_CHARACTERS = 20_000
DIGITS_OF_A_NUMBER = 10  # of a Dutch phone number with its area code
_FUNCTIONS = {
    layer: [*groups, *(["group_leader"] if layer != "water_authority" else [])]
    for layer, groups in EXCLUSIVE_GROUPS.items()
}
_EVERYWHERE = ["registrar", "general_secretary", "coordinator", "officer", "confidential_adviser", "administrator"]


@dataclass(frozen=True)
class Setting:
    """What the choices of the questions depend on."""

    organisation: Organisation
    kind: str
    rosters: Rosters
    typed: dict[str, list[str]]  # {question id: values} of earlier pages
    receipt: str

    @cached_property
    def subjects(self) -> list:
        """Whom a report can be about: functions with the people who hold them now, each function alone, and others."""
        groups = []
        for code in [*_FUNCTIONS.get(self.organisation.kind, []), *_EVERYWHERE]:
            label = str(function_code(code))
            people = sorted(self.rosters.everybody(self.organisation, code), key=lambda person: person.name)
            named = [
                (f"{code}:{person.id}", _("%(name)s, %(function)s") % {"name": person.name, "function": label})
                for person in people
            ]
            somebody = _("%(function)s, I do not know who or would rather not say") % {"function": label}
            groups.append((label, [*named, (f"{code}:", somebody)]))
        rest = [("employee:", _("Somebody who works for the organisation")), ("unknown:", _("I do not know"))]
        return [*groups, (_("Somebody else"), rest)]

    @cached_property
    def functions(self) -> list[str]:
        """The functions of those who would read it. They never rest on a name that was typed."""
        circle = typed_circle(self.typed)
        return functions_asked(self.organisation, self.kind, circle, self.rosters.day, self.rosters)

    @property
    def readers(self) -> list[tuple[str, str]]:
        """Which of those who would read it the report is about."""
        return reader_choices(self.functions)

    @property
    def names(self) -> list[str]:
        """The names that were typed on earlier pages."""
        return names_typed(self.typed)


class StepForm(ReporterForm):
    """One step of the report. Every error says what to do; the list of errors on top of the page links to the fields.

    `typed`: {question id: values} of this step; `judged`: whether the form has its errors.
    """

    def __init__(self, typed: dict[str, list[str]], step: Step, setting: Setting, *, judged: bool) -> None:
        data = MultiValueDict(typed)
        super().__init__(data if judged else None, receipt=setting.receipt)
        self.step_questions = step.asked(setting.kind)
        asked = [question for question in self.step_questions if question.is_asked(setting.typed)]
        self.questions = {question.id: question for question in asked}
        for question in self.questions.values():
            if field := _field(question, setting):
                self.fields[question.id] = field
                several = isinstance(field, forms.MultipleChoiceField)
                self.initial[question.id] = data.getlist(question.id) if several else data.get(question.id)
                if question.needed_unless:
                    self.not_optional(question.id)
                    self.needed_when(question.id, question.is_needed, str(question.missing))


class ReceiptForm(ReporterForm):
    """The receipt as somebody types it. The form names typing mistakes; the view looks whether the receipt exists."""

    receipt = forms.CharField(
        label=gettext_lazy("Your code"),
        help_text=gettext_lazy("Six groups of four characters. Capitals, spaces and hyphens do not matter."),
        max_length=60,
        error_messages={"required": gettext_lazy("Type your code")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )

    def clean_receipt(self) -> str:
        """The code as it was typed. Refuses what can be no code, with what seems to be wrong with it."""
        typed = self.cleaned_data["receipt"]
        try:
            receipts.parse(typed)
        except receipts.Misread as misread:
            raise forms.ValidationError(
                {
                    "symbol": _(
                        "There is a character in it that a code never has. A code has no letters I, L or O and no "
                        "digits 0 or 1. Look again at what you wrote down."
                    ),
                    "length": _("A code has 24 characters. Check whether one is missing or one too many."),
                    "check": _(
                        "There is a typing mistake in the code. One character is wrong, or two have changed places. "
                        "Compare it group by group with what you wrote down."
                    ),
                }[misread.kind]
            ) from None
        return typed


def reader_choices(functions: Iterable[str]) -> list[tuple[str, str]]:
    """The answers to the question whether words are about somebody who reads them. `functions`: codes of those who do."""
    about = [(code, _("Yes, about: %(function)s") % {"function": function_code(code)}) for code in functions]
    return [(NO, _("No, about none of them")), *about, (UNKNOWN, _("I do not know"))]


def _field(question: Question, setting: Setting) -> forms.Field | None:
    wording: dict[str, Any] = {
        "label": str(question.label),
        "help_text": str(question.help or ""),
        "required": question.required,
        "error_messages": {"required": str(question.missing or "")},
    }
    match question.type:
        case "codes":
            return forms.MultipleChoiceField(
                choices=_grouped(question.codes), widget=forms.CheckboxSelectMultiple, **wording
            )
        case "code" if question.codes == "group":
            return forms.ChoiceField(choices=[("", _("I would rather not say")), *_own_functions(setting)], **wording)
        case "code":
            choices = [
                (code.id, str(question.choices.get(code.id, code)))
                for code in code_list(question.codes).codes
                if code.id != NOT_GIVEN
            ]
            if question.required:
                return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **wording)
            return forms.ChoiceField(choices=[("", _("Skip")), *choices], **wording)
        case "choice":
            own = [(code, str(words)) for code, words in question.choices.items()]
            return forms.ChoiceField(choices=[("", _("Skip")), *own], **wording)
        case "text":
            field = forms.CharField(max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}), **wording)
            if question.means == Meaning.CALL_NUMBER:
                field.validators.append(_can_be_called)
                field.widget.attrs["inputmode"] = "tel"
            return field
        case "account":
            field = forms.CharField(max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 6}), **wording)
            without_browser_limit(field)
            field.error_messages["max_length"] = _(
                "Your text is longer than this form can take. Make it shorter than %(limit)d characters. What you "
                "wrote is still here."
            ) % {"limit": MOST_CHARACTERS}
            field.validators = [
                MaxLengthValidator(MOST_CHARACTERS, field.error_messages["max_length"]),
                ProhibitNullCharactersValidator(),
            ]
            return field
        case "subject":
            first = ("", _("Choose who it is about") if question.required else _("Skip"))
            return forms.ChoiceField(choices=[first, *setting.subjects], **wording)
        case "people":
            choices = [
                (str(person.id), f"{function_code(code)}: {person.name}")
                for code, person in likely_handlers(setting.organisation, setting.rosters)
            ]
            return (
                forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **wording)
                if choices
                else None
            )
        case "reader":
            if setting.names:
                wording["label"] = _(
                    "Does %(names)s have one of these functions, or is your report about somebody who has one?"
                ) % {"names": ", ".join(setting.names)}
            return forms.ChoiceField(choices=setting.readers, widget=forms.RadioSelect, **wording)
        case "heaviest":
            chosen = [
                (code, str(code_list(source)[code]))
                for source in question.of
                for code in setting.typed.get(source, ())
                if code in code_list(source)
            ]
            if len(chosen) == 1:
                return None
            wording["required"] = bool(chosen)
            return forms.ChoiceField(choices=chosen, widget=forms.RadioSelect, **wording)
    raise AssertionError(question.type)


def _can_be_called(typed: str) -> None:
    """Refuse what nobody can call: who is on duty is told that there is a number, and the reporter that somebody calls."""
    if sum(character.isdecimal() for character in typed) < DIGITS_OF_A_NUMBER:
        raise forms.ValidationError(
            _("This is no whole phone number. Write all ten digits, with the area code, or leave it empty.")
        )


def _grouped(list_id: str) -> list:
    """Level-1 codes as headings with their leaves below; codes without leaves stand by themselves."""
    codes = code_list(list_id)
    if not codes.parents:
        return [(code.id, str(code)) for code in codes.codes]
    groups = [
        (str(code), [(child.id, str(child)) for child in codes.children(code.id)])
        for code in codes.level1
        if code.id in codes.parents
    ]
    alone = [(code.id, str(code)) for code in codes.level1 if code.id not in codes.parents]
    return [*groups, (_("Other"), alone)] if alone else groups


def _own_functions(setting: Setting) -> list[tuple[str, str]]:
    wanted = [*_FUNCTIONS.get(setting.organisation.kind, []), "registrar", "general_secretary", "employee"]
    return [(code, str(code_list("group")[code])) for code in wanted if code in code_list("group")]
