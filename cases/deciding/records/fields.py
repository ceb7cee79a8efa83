"""The fields of what decisions and ended records ask, with the rules that a page without script must say beforehand."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deciding.records.choice_words import choice_rule, choice_with, only_when_in_words
from cases.deciding.records.rows import day_of, missing_words, moment_of, records_to_name
from cases.desk.colleagues import BETWEEN, chosen, colleagues_of
from cases.models import Case
from cases.protocol.kinds.deadline_kinds import unit_words
from cases.protocol.kinds.forms import MOST_DAYS_AHEAD, FieldType, RecordField
from organisations.desk.forms import MOST_IN_TEXT, can_be, day_field, text_area
from organisations.people.namesakes import to_choose

MOST_LINE = 300
MOST_RULE = 160  # characters of a rule that stands in the help of its field; more is folded
A_MOMENT = gettext_lazy("Give a day and a time, for example 3-12-2026 14:30.")


def as_answer(value: Any) -> str:
    """What was filled in as it is kept: days and moments in ISO form, of several choices all of them."""
    if isinstance(value, list):
        return BETWEEN.join(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "").strip()


def record_field(
    case: Case,
    asked_with: Mapping[str, RecordField],
    name: str,
    *,
    on_page: Collection[str] = (),
    is_needed: bool = True,
    offered: str = "",
) -> forms.Field:
    """The field of a form for what a record asks, with its rules in words. `asked_with`: all fields of its form, of which those
    `on_page` are asked (without any: all). `is_needed`: whether the row of the field must be filled in. `offered`: an answer with
    which it begins."""
    asked = asked_with[name]
    label = str(asked.label)
    rules = rules_in_words(case, asked_with, asked, on_page or asked_with)
    is_short = len(rules) == 1 and len(rules[0]) <= MOST_RULE
    help_text = " ".join(filter(None, [str(asked.help or ""), *(rules if is_short else [])]))
    required = is_needed and not asked.optional
    match asked.type:
        case FieldType.RECORD:
            field: forms.Field = forms.ChoiceField(
                label=label,
                help_text=help_text,
                required=required,
                choices=[("", _("Choose")), *records_to_name(case, asked.of)],
                error_messages={"required": _("Choose an answer.")},
            )
        case FieldType.CHOICE:
            field = forms.ChoiceField(
                label=label,
                help_text=help_text,
                required=required,
                choices=[("", _("Choose")), *((code, str(words)) for code, words in asked.choices.items())],
                error_messages={"required": _("Choose an answer.")},
            )
        case FieldType.COLLEAGUES:
            field = forms.MultipleChoiceField(
                label=label,
                help_text=help_text,
                required=required,
                choices=[
                    *to_choose(colleagues_of(case)),
                    *((code, str(words)) for code, words in asked.choices.items()),
                ],
                widget=forms.CheckboxSelectMultiple,
            )
        case FieldType.PERSON:  # the page gives the people of its case
            field = forms.ChoiceField(
                label=label, help_text=help_text, required=required, error_messages={"required": _("Say who it was.")}
            )
        case FieldType.DAY:
            field = day_field(label, help_text=help_text, required=required)
        case FieldType.MOMENT:
            field = moment_field(label, help_text=help_text, required=required)
        case FieldType.TEXT:
            field = forms.CharField(
                label=label,
                help_text=help_text,
                required=required,
                max_length=MOST_IN_TEXT,
                widget=text_area(3),
                error_messages={"required": _("Fill this in.")},
            )
        case _:
            field = line_field(label, help_text=help_text, required=required)
    field.error_messages["required"] = missing_words(asked)
    field.names_question = True  # type: ignore[attr-defined]  # in the list of errors, away from its label
    if asked.needed_when or asked.only_when or not is_needed:
        field.sometimes_needed = True  # type: ignore[attr-defined]
    field.rules = [] if is_short else rules  # type: ignore[attr-defined]  # folded under the field
    field.initial = _as_initial(asked, offered)
    return field


def rules_in_words(
    case: Case, asked_with: Mapping[str, RecordField], asked: RecordField, on_page: Collection[str]
) -> list[str]:
    """The rules that an answer must keep beside other answers and beside the case, a sentence each. No sentence names a question
    that is not asked on the page."""
    said = [only_when_in_words(asked_with, asked, on_page)]
    said += [choice_rule(case, asked, choice) for choice in asked.choose_when]
    said += [choice_with(asked_with, asked, choice, on_page) for choice in asked.choose_with]
    if (rule := asked.not_before) and rule.field in on_page:
        other = asked_with[rule.field].label
        if rule.length:
            length = f"{rule.length} {unit_words(rule.unit, rule.length)}"
            said.append(_("At least %(length)s after “%(question)s”.") % {"length": length, "question": other})
        else:
            said.append(_("Not before “%(question)s”.") % {"question": other})
        if rule.unless and rule.unless in on_page:
            said.append(
                _("Sooner only with an answer to “%(question)s”.") % {"question": asked_with[rule.unless].label}
            )
    if asked.within < MOST_DAYS_AHEAD:
        said.append(_("At most %(count)d days ahead.") % {"count": asked.within})
    return [one for one in said if one]


def _as_initial(asked: RecordField, answer: str) -> Any:
    if asked.type == FieldType.DAY:
        return day_of(answer)
    if asked.type == FieldType.MOMENT:
        moment = moment_of(answer)
        return timezone.localtime(moment) if moment else None
    if asked.type == FieldType.COLLEAGUES:
        return sorted(chosen(answer))
    return answer or None


def line_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=MOST_LINE,
        error_messages={"required": _("Fill this in.")},
    )


def moment_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": A_MOMENT, "invalid": A_MOMENT},
        validators=[can_be],
    )
