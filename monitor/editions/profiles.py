"""Figures from the profiles of organisations: who takes part, and reports for every 100 holders of a function.

These numbers count organisations and posts, so they are exact and need no proof. They are counted when an edition is
built and kept with it, because profiles change and published figures do not.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.db.models import Count
from pydantic import Field, RootModel, model_validator

from cases.administration.adoption import with_own_protocol
from monitor.models import Edition, EditionProfile
from monitor.rules.catalogue import TOTAL, catalogue, tables
from monitor.rules.indicators import INDICATORS, WITH_PROFILES, Cells, Indicator, Rows, codes_then, indicators
from monitor.rules.periods import first_day
from organisations.administration.profile import layers
from organisations.codes import Code, code_list
from organisations.models import Holders, Organisation, OrganisationProfile
from organisations.rule_files import read_rules
from organisations.texts import Labelled, Text

FEWEST_HOLDERS = 100  # with fewer holders, rounding moves the rate by several reports per 100
Numbers = dict[str, dict[str, int | None]]  # EditionProfile.numbers: {indicator or denominator: {code: number}}
Why = Literal["too_few", "holders_not_known"]


class ProfileIndicator(Labelled):
    """An indicator of indicators.yaml whose rule needs profiles.

    Rule `organisations`: for each code of the list `by`, how many organisations out of how many (`of`). Rule `rate`:
    reports for every 100 holders of each function."""

    id: str
    definition_text: Text = Field(alias="definition")
    source: Literal["register", "profile"] = "register"
    rule: Literal["rate", "organisations"]
    by: str
    of: str = "holders"
    numerator: Cells | None = None

    @model_validator(mode="after")
    def _complete(self) -> "ProfileIndicator":
        code_list(self.by)
        if (self.rule == "rate") != (self.numerator is not None):
            raise ValueError("a rate has a numerator, a count of organisations has none")
        if self.numerator and self.by not in tables()[self.numerator.table].dimensions:
            raise ValueError(f"{self.numerator.table} carries no {self.by}")
        return self

    @property
    def definition(self) -> str:
        """The definition in the language of the request."""
        return str(self.definition_text)

    @property
    def tables(self) -> list[str]:
        """The ids of the tables that the indicator needs: that of the numerator of a rate."""
        return [self.numerator.table] if self.numerator else []

    @property
    def denominator(self) -> None:
        """None: the denominator is a number of organisations or holders, not a sum of cells."""
        return


@dataclass(frozen=True)
class CodeFigure:
    """The figure of one code of a list.

    Rule `organisations`: `value` organisations out of `of`. Rule `rate`: `value` reports for every 100 holders, surely
    between `low` and `high`; `of` is the number of holders and `count` the published number of reports. Without a value,
    `why` says why there is none.
    """

    code: str
    label: str
    value: float | None
    of: int | None
    low: float | None = None
    high: float | None = None
    why: Why | None = None
    count: int | None = None


class ProfileIndicators(RootModel[dict[str, ProfileIndicator]]):
    """The indicators of indicators.yaml that need what organisations tell of themselves."""

    @model_validator(mode="before")
    @classmethod
    def _with_profiles(cls, data: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return {name: {"id": name, **entry} for name, entry in data.items() if entry["rule"] in WITH_PROFILES}


@cache
def profile_indicators() -> dict[str, ProfileIndicator]:
    """{name: indicator}, of those that need profiles. Raises BadRules for one that cannot be counted."""
    return read_rules(INDICATORS, ProfileIndicators).root


def every_indicator() -> dict[str, Indicator | ProfileIndicator]:
    """{id: indicator} of all indicators: first those that are made of published cells alone."""
    return {**indicators(), **profile_indicators()}


def keep_profile(edition: Edition) -> None:
    """Count the profiles as they are at the end of an edition's period, and keep the numbers with the edition."""
    EditionProfile.objects.create(
        edition=edition, numbers=numbers_on(edition.cut_off_date, since=first_day(edition.period))
    )


def numbers_on(day: date, since: date | None = None) -> Numbers:
    """The numbers that profiles give on `day`, the last day of a period: organisations by layer, prevention items, and
    holders by function. Organisations count that took part at any moment from `since`, the first day of the period."""
    taking_part = dict(Organisation.objects.taking_part(since or day, day).values_list("id", "kind"))
    profiles = OrganisationProfile.objects.filter(year=day.year, organisation__in=taking_part)
    done = Counter(item for items in profiles.values_list("prevention", flat=True) for item in items)
    adopted = with_own_protocol(day)
    everywhere = dict(Organisation.objects.reportable().order_by().values_list("kind").annotate(Count("id")))
    return {
        "organisations": _by_layer(everywhere),
        "organisations_active": _by_layer(Counter(taking_part.values())),
        "organisations_with_protocol": _by_layer(
            Counter(kind for organisation, kind in taking_part.items() if organisation in adopted)
        ),
        "profiles": _by_layer(
            Counter(taking_part[organisation] for organisation in profiles.values_list("organisation", flat=True))
        ),
        "prevention_items_done": {item.id: done[item.id] for item in code_list("prevention_item").codes},
        "holders": _holders(taking_part, profiles),
    }


def _by_layer(counts: Mapping[str, int]) -> dict[str, int | None]:
    return {layer.id: counts.get(layer.id, 0) for layer in code_list("layer").codes}


def _holders(taking_part: Mapping[UUID, str], profiles) -> dict[str, int | None]:
    """{function: its holders in all organisations that take part}; None where one of them did not state the number."""
    stated: dict[str, dict[UUID, int]] = {}
    rows = Holders.objects.filter(profile__in=profiles)
    for function, organisation, number in rows.values_list("function", "profile__organisation", "number"):
        stated.setdefault(function, {})[organisation] = number
    holders: dict[str, int | None] = {}
    for organisation, kind in taking_part.items():
        rules = layers()[kind]
        for function in rules.once:
            holders[function] = (holders.get(function) or 0) + 1  # each organisation has exactly one, such as a mayor
        for function in rules.asked:
            before, here = holders.get(function, 0), stated.get(function, {}).get(organisation)
            holders[function] = None if before is None or here is None else before + here
    functions = {function for rules in layers().values() for function in [*rules.once, *rules.asked]}
    return {
        function.id: holders.get(function.id, 0) for function in code_list("group").codes if function.id in functions
    }


def parts_of(indicator: ProfileIndicator, numbers: Numbers, rows: Rows | None = None) -> list[CodeFigure]:
    """The figure of each code of the indicator's list. `rows`: for a rate, the published rows of the numerator's table."""
    if indicator.numerator is None:
        of = numbers[indicator.of]
        whole = total(of)
        return [
            CodeFigure(code.id, code.label, numbers[indicator.id].get(code.id), of.get(code.id, whole))
            for code in code_list(indicator.by).codes
            if code.id in numbers[indicator.id]  # a code that is newer than the edition has no figure
        ]
    codes, counted = code_list(indicator.by), codes_then(tables()[indicator.numerator.table], indicator.by, rows or {})
    functions = {code.id: [leaf.id for leaf in codes.children(code.id)] or [code.id] for code in codes.codes}
    functions = {code: [leaf for leaf in leaves if leaf in counted] for code, leaves in functions.items()}
    return [
        _rate(indicator.numerator.table, indicator.by, codes[code], leaves, numbers, rows or {})
        for code, leaves in functions.items()
        if code in counted and leaves and set(leaves) <= set(numbers["holders"])
    ]


def total(numbers: Mapping[str, int | None]) -> int:
    """The sum of the numbers of all codes; an unknown number counts as 0."""
    return sum(number or 0 for number in numbers.values())


def _rate(table: str, by: str, code: Code, leaves: list[str], numbers: Numbers, rows: Rows) -> CodeFigure:
    counts = [numbers["holders"][leaf] for leaf in leaves]
    holders = None if None in counts else sum(count or 0 for count in counts)
    if holders is None:
        return CodeFigure(code.id, code.label, None, None, why="holders_not_known")
    if holders < FEWEST_HOLDERS:
        return CodeFigure(code.id, code.label, None, holders, why="too_few")
    shape = tables()[table]
    row = tuple(code.id if dimension == by else TOTAL for dimension in shape.dimensions)
    low, high = catalogue().window(shape.cell_of(row), rows[row])
    # In tenths, with the ends rounded outwards, so that the true rate lies between them.
    return CodeFigure(
        code.id,
        code.label,
        (2000 * rows[row] + holders) // (2 * holders) / 10,
        holders,
        1000 * low // holders / 10,
        -(-1000 * high // holders) / 10,
        count=rows[row],
    )
