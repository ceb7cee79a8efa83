"""The look as template tags: icons, status, form fields and charts. A builtin of every template."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import cast
from uuid import UUID

from django import template
from django.forms import BaseForm, BoundField, ChoiceField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.access import policy
from organisations.models import Person
from organisations.people.help_lines import HelpLine, help_lines
from reporting.evidence.cleaner.kinds import endings_taken

register = template.Library()

ICONS = {
    "check": '<path d="M4 12.5l5.5 5.5L20 6.5"/>',
    "alert": '<path d="M12 3.5L2.5 20h19z"/><path d="M12 10v4.5M12 17.2v.1"/>',
    "cross": '<circle cx="12" cy="12" r="9"/><path d="M8.5 8.5l7 7M15.5 8.5l-7 7"/>',
    "ok": '<circle cx="12" cy="12" r="9"/><path d="M7.5 12.5l3 3 6-6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.4 2"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="1.5"/><path d="M8 11V8a4 4 0 018 0v3"/>',
    "eye": '<path d="M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12z"/><circle cx="12" cy="12" r="2.7"/>',
    "eye-off": '<path d="M3 3l18 18M6.4 6.6C3.6 8.3 2 12 2 12s3.6 6.5 10 6.5c1.7 0 3.2-.5 4.5-1.1M10 5.7c.6-.1 1.3-.2 2-.2 '
    '6.4 0 10 6.5 10 6.5s-.9 1.6-2.5 3.2"/>',
    "right": '<path d="M9 5l7 7-7 7"/>',
    "phone": '<path d="M6 3.5h3l1.6 4.4-2.2 1.5a12.5 12.5 0 006.2 6.2l1.5-2.2 4.4 1.6v3c0 1.1-.9 2-2 2C11 20.5 3.5 13 4 5.5c0-1.1.9-2 '
    '2-2z"/>',
    "print": '<path d="M7 8.5V3.5h10v5M7 17.5H4v-9h16v9h-3"/><path d="M7 14h10v6.5H7z"/>',
    "exit": '<path d="M13.5 4H5v16h8.5M10 12h11M17 7.5l4.5 4.5-4.5 4.5"/>',
    "pause": '<circle cx="12" cy="12" r="9"/><path d="M10 9v6M14 9v6"/>',
    "dot": '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3.5"/>',
    "open": '<circle cx="12" cy="12" r="9"/>',
    "down": '<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>',
}
STATUS = {
    "ok": ("is-ok", "ok"),
    "warn": ("is-warn", "alert"),
    "bad": ("is-bad", "cross"),
    "run": ("", "clock"),
    "now": ("", "dot"),
    "idle": ("", "open"),
    "pause": ("", "pause"),
}


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str) -> bool:
    """Whether the person at work may do this outside any case: what nobody may follow is no link. What they are is asked
    once for all links of a page."""
    request = context.get("request")
    if request is None:
        return False
    if not hasattr(request, "standing"):
        request.standing = policy.standing_of(getattr(request, "actor", None))
    return bool(request.standing.may(action))


@register.simple_tag(name="help_lines")
def _help_lines() -> tuple[HelpLine, ...]:
    """Whom anybody can call for help, whatever their organisation."""
    return help_lines()


@register.simple_tag
def evidence_endings() -> str:
    """The endings of the files that a file field for evidence offers."""
    return endings_taken()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="wb-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        SafeString(ICONS[name]),  # our own constants
    )


@register.simple_tag
def status(kind: str, text: str) -> SafeString:
    """Icon, words, colour: in that order of importance."""
    look, symbol = STATUS[kind]
    return format_html('<span class="{}">{}{}</span>', f"wb-status {look}".strip(), icon(symbol), text)


@register.inclusion_tag("components/summary_list.html")
def answer_list(answers: Iterable) -> dict:
    """What somebody typed, with its lines as they were. Each answer has a `label` and a `text`."""
    return {"rows": [(answer.label, answer.text) for answer in answers], "typed": True}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict:
    """A form field in the markup of NL Design System: label, help, error, input."""
    kind = bound.field.widget.__class__.__name__
    said = list(bound.errors)
    asked = said if getattr(bound.field, "is_asked", False) else []
    errors = [] if asked else said
    described = [f"{bound.auto_id}-help"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if said else []
    attrs: dict[str, str | bool] = {"class": _INPUT.get(kind, _INPUT["TextInput"])}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if errors:
        attrs["aria-invalid"] = "true"
    is_choice = kind in {"RadioSelect", "CheckboxSelectMultiple"}
    return {
        "bound": bound,
        "errors": errors,
        "asked": asked,
        "described": " ".join(described),
        "rules": getattr(bound.field, "rules", []),
        "groups": _groups(bound, kind) if is_choice else None,
        "input_type": "radio" if kind == "RadioSelect" else "checkbox",
        "input_class": _INPUT.get(kind, ""),
        "widget": "" if is_choice else bound.as_widget(attrs=attrs),
        "optional": _is_optional(bound),
    }


@register.simple_tag
def outcome(form: BaseForm | None, problem: str = "") -> str:
    """What stands before the title of a page whose form, or act, was refused or asks something first."""
    if problem or (form and form.errors and not getattr(form, "only_asks", False)):
        return _("Error:") + " "
    return _("Question:") + " " if form and form.errors else ""


def _is_optional(bound: BoundField) -> bool:
    """Whether it is never needed, whatever is answered beside it."""
    if bound.field.required or getattr(bound.field, "sometimes_needed", False):
        return False
    return bound.name not in getattr(bound.form, "sometimes_asked", ())  # of a form of the workplace


_INPUT = {
    "FileInput": "utrecht-textbox utrecht-textbox--html-input wb-file",
    "TextInput": "utrecht-textbox utrecht-textbox--html-input",
    "Textarea": "utrecht-textarea utrecht-textarea--html-textarea",
    "Select": "utrecht-select utrecht-select--html-select",
    "RadioSelect": "utrecht-radio-button utrecht-radio-button--html-input",
    "CheckboxSelectMultiple": "utrecht-checkbox utrecht-checkbox--html-input",
}


def _groups(bound: BoundField, kind: str) -> list[dict]:
    """Choices under their headings: [{label, options: [{id, value, label, checked}]}]."""
    chosen = bound.value() or []
    chosen = {str(chosen)} if kind == "RadioSelect" else {str(value) for value in chosen}
    groups: list[dict] = []
    number = 0
    for value, label in list(cast(Iterable, cast(ChoiceField, bound.field).choices)):
        grouped = isinstance(label, list | tuple)
        if grouped or not groups or groups[-1]["label"]:
            groups.append({"label": value if grouped else "", "options": []})
        for one, words in label if grouped else [(value, label)]:
            first = bound.auto_id if number == 0 else f"{bound.auto_id}-{number}"
            name, _sep, explained = str(words).partition(": ")
            split = kind == "RadioSelect" and len(explained) > 25
            groups[-1]["options"].append(
                {
                    "id": first,
                    "value": one,
                    "label": name if split else words,
                    "help": explained[:1].upper() + explained[1:] if split else "",
                    "checked": str(one) in chosen,
                }
            )
            number += 1
    return groups


@register.filter
def of_question(error: str, bound: BoundField) -> str:
    """An error as the list above a form says it: with its question, where the words of the error do not name it; and of
    which row, where the same is asked several times."""
    if not getattr(bound.field, "names_question", False):
        return error
    label = str(bound.label)
    row = re.match(r"record-(\d+)-", bound.name)
    which = f"{row[1]}. " if row and getattr(bound.form, "rows", 1) > 1 else ""
    return f"{which}{error}" if label in error else f"{which}“{label}”: {error}"


@register.filter
def dialled(number: str) -> str:
    """A telephone number as it stands in a `tel:` link: "+31 (0)20 123 45 67" as "+31201234567"."""
    return re.sub(r"[^\d+]", "", number.replace("(0)", ""))


@register.filter
def called(person: Person, names: Mapping[UUID, str]) -> str:
    """What somebody is called on a page: `names` of `organisations.people.namesakes.names_in_list`."""
    return names.get(person.id, person.name)


@register.filter
def listed(names: Sequence[str]) -> str:
    """ "A", "A or B", "A, B or C"."""
    return get_text_list(list(names))


@register.filter
def thousands(number: int) -> str:
    """1065 as 1.065 in Dutch and 1,065 in English."""
    text = f"{number:,}"
    return text if (get_language() or "nl").startswith("en") else text.replace(",", ".")


@register.simple_tag
def bar(value: int, most: int, series: str = "s1") -> SafeString:
    """A bar in a table cell. The number stands beside it, so it is hidden from screen readers."""
    return format_html(
        '<svg class="wb-bar" aria-hidden="true" focusable="false"><rect class="track" width="100%" height="16" rx="2"/>'
        '<rect class="{}" width="{}%" height="16" rx="2"/></svg>',
        series,
        f"{100 * value / max(most, 1):.1f}",
    )


@register.simple_tag
def legend(names: Sequence[str]) -> SafeString:
    rows = format_html_join(
        "",
        '<li><svg aria-hidden="true" focusable="false">{}</svg> {}</li>',
        ((_marker(f"s{number}", "50%", "50%"), name) for number, name in enumerate(names, 1)),
    )
    return format_html('<ul class="wb-legend">{}</ul>', rows)


@register.simple_tag
def lines_chart(
    labels: Sequence[str], series: Sequence[Sequence[int | None]], name: str, height: int = 280
) -> SafeString:
    """Lines whose x runs in per cent and y in pixels, so that text keeps its size on every screen.

    `labels` has a text for each point ("|" breaks it in two lines); `series` up to four rows of numbers, where None is a gap.
    """
    most, step = _scale(max((value or 0 for row in series for value in row), default=0))

    def x(point: int) -> str:
        return f"{9 + 87 * point / max(len(labels) - 1, 1):.2f}%"

    def y(value: int) -> str:
        return f"{height - 42 - (height - 60) * value / most:.1f}"

    parts = []
    for value in range(0, most + 1, step):
        parts.append(
            format_html(
                '<line class="{}" x1="9%" x2="100%" y1="{}" y2="{}"/>'
                '<text x="7.5%" y="{}" dy=".35em" text-anchor="end">{}</text>',
                "grid" if value else "axis",
                y(value),
                y(value),
                y(value),
                thousands(value),
            )
        )
    for point, label in enumerate(labels):
        for line, text in enumerate(label.split("|")):
            parts.append(
                format_html(
                    '<text x="{}" y="{}" text-anchor="middle">{}</text>', x(point), height - 24 + 17 * line, text
                )
            )
    for number, row in enumerate(series, 1):
        for point, (left, right) in enumerate(pairwise(row)):
            if left is None or right is None:
                continue
            parts.append(
                format_html(
                    '<line class="s{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
                    number,
                    x(point),
                    y(left),
                    x(point + 1),
                    y(right),
                )
            )
        parts += [_marker(f"s{number}", x(point), y(value)) for point, value in enumerate(row) if value is not None]
    return format_html(
        '<svg class="wb-chart" height="{}" role="img" aria-label="{}">{}</svg>',
        height,
        name,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _scale(highest: int) -> tuple[int, int]:
    """A round top of the axis and the step between its lines."""
    step = 5
    while step * 5 < highest:
        step = step * 2 if str(step)[0] != "2" else step * 5 // 2
    return max(step * -(-highest // step), step), step


def _marker(series: str, x: str, y: str) -> SafeString:
    shapes = {
        "s1": '<circle class="s1" cx="{}" cy="{}" r="4.5"/>',
        "s2": '<svg class="s2" x="{}" y="{}" overflow="visible"><rect x="-4.5" y="-4.5" width="9" height="9"/></svg>',
        "s3": '<svg class="s3" x="{}" y="{}" overflow="visible"><path d="M0-5.5L5.5 4.5h-11z"/></svg>',
        "s4": '<svg class="s4" x="{}" y="{}" overflow="visible"><path d="M0-6L6 0 0 6-6 0z"/></svg>',
    }
    return format_html(shapes[series], x, y)


@register.filter
def moment(iso: str) -> str:
    """A moment or day in ISO 8601, as an export keeps it, in words: "31-10-2027, 02.30 (+01:00)". The distance from UTC stands
    there because in one night of the year two hours have the same name."""
    day, _t, clock = iso.partition("T")
    words = "-".join(reversed(day.split("-")))
    return f"{words}, {clock[:5].replace(':', '.')} ({clock[5:]})" if clock else words
