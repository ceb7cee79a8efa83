"""What comes from profiles of organisations: who takes part, and reports for every 100 holders of a function.

These numbers count organisations and posts, so they are exact and need no proof. They are counted when an edition is
built and kept with it: profiles change, what was published does not.
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

FEWEST_HOLDERS = 100  # below, one report more or less says more than all others together
Numbers = dict[str, dict[str, int | None]]  # as EditionProfile keeps them
Why = Literal["too_few", "holders_not_known"]


class ProfileIndicator(Labelled):
    """`organisations`: how many of how many, for each code of `by`. `rate`: reports for every 100 holders of each function."""

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
        return str(self.definition_text)

    @property
    def tables(self) -> list[str]:
        return [self.numerator.table] if self.numerator else []

    @property
    def denominator(self) -> None:
        """No cells: a number of organisations or of holders."""
        return


@dataclass(frozen=True)
class Part:
    """The figure of one code. Of organisations: `value` of `of`. A rate: `value` with the ends between which it lies
    whatever the real count is, `of` the holders and `count` the published number of reports; or no value and why not."""

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
    return {**indicators(), **profile_indicators()}


def keep_profile(edition: Edition) -> None:
    """Count what the profiles say at the end of an edition's period, and keep it with the edition."""
    EditionProfile.objects.create(
        edition=edition, numbers=numbers_on(edition.cut_off_date, since=first_day(edition.period))
    )


def numbers_on(day: date, since: date | None = None) -> Numbers:
    """What the profiles say on the last day of a period: organisations by layer, prevention items, and holders by function,
    of who took part at any moment `since` its first day."""
    taking_part = dict(Organisation.objects.taking_part(since or day, day).values_list("id", "kind"))
    profiles = OrganisationProfile.objects.filter(year=day.year, organisation__in=taking_part)
    done = Counter(item for items in profiles.values_list("prevention", flat=True) for item in items)
    adopted = with_own_protocol(day)
    everywhere = dict(Organisation.objects.reportable().order_by().values_list("kind").annotate(Count("id")))
    return {
        "organisations": _by_layer(everywhere),
        "organisations_active": _by_layer(Counter(taking_part.values())),
        "organisations_with_protocol": _by_layer(Counter(kind for one, kind in taking_part.items() if one in adopted)),
        "profiles": _by_layer(Counter(taking_part[one] for one in profiles.values_list("organisation", flat=True))),
        "prevention_items_done": {one.id: done[one.id] for one in code_list("prevention_item").codes},
        "holders": _holders(taking_part, profiles),
    }


def _by_layer(counts: Mapping[str, int]) -> dict[str, int | None]:
    return {one.id: counts.get(one.id, 0) for one in code_list("layer").codes}


def _holders(taking_part: Mapping[UUID, str], profiles) -> dict[str, int | None]:
    """Holders of each function; none where one organisation that takes part did not say."""
    told: dict[str, dict[UUID, int]] = {}
    rows = Holders.objects.filter(profile__in=profiles)
    for function, place, number in rows.values_list("function", "profile__organisation", "number"):
        told.setdefault(function, {})[place] = number
    found: dict[str, int | None] = {}
    for place, kind in taking_part.items():
        rules = layers()[kind]
        for function in rules.once:
            found[function] = (found.get(function) or 0) + 1  # never unknown
        for function in rules.asked:
            before, here = found.get(function, 0), told.get(function, {}).get(place)
            found[function] = None if before is None or here is None else before + here
    functions = {one for rules in layers().values() for one in [*rules.once, *rules.asked]}
    return {one.id: found.get(one.id, 0) for one in code_list("group").codes if one.id in functions}


def parts_of(indicator: ProfileIndicator, numbers: Numbers, rows: Rows | None = None) -> list[Part]:
    """The figure for each code. `rows`: the published rows of the numerator's table, for a rate."""
    if indicator.numerator is None:
        of = numbers[indicator.of]
        whole = total(of)
        return [
            Part(one.id, one.label, numbers[indicator.id].get(one.id), of.get(one.id, whole))
            for one in code_list(indicator.by).codes
            if one.id in numbers[indicator.id]  # what was not counted then has no figure
        ]
    codes, counted = code_list(indicator.by), codes_then(tables()[indicator.numerator.table], indicator.by, rows or {})
    functions = {one.id: [leaf.id for leaf in codes.children(one.id)] or [one.id] for one in codes.codes}
    functions = {code: [one for one in leaves if one in counted] for code, leaves in functions.items()}
    return [
        _rate(indicator.numerator.table, indicator.by, codes[code], leaves, numbers, rows or {})
        for code, leaves in functions.items()
        if code in counted and leaves and set(leaves) <= set(numbers["holders"])
    ]


def total(numbers: Mapping[str, int | None]) -> int:
    return sum(one or 0 for one in numbers.values())


def _rate(table: str, by: str, code: Code, leaves: list[str], numbers: Numbers, rows: Rows) -> Part:
    counts = [numbers["holders"][one] for one in leaves]
    holders = None if None in counts else sum(one or 0 for one in counts)
    if holders is None:
        return Part(code.id, code.label, None, None, why="holders_not_known")
    if holders < FEWEST_HOLDERS:
        return Part(code.id, code.label, None, holders, why="too_few")
    shape = tables()[table]
    place = tuple(code.id if one == by else TOTAL for one in shape.dimensions)
    low, high = catalogue().window(shape.cell_of(place), rows[place])
    # Tenths, the ends rounded outwards: what is said stays true whatever the real count is.
    return Part(
        code.id,
        code.label,
        (2000 * rows[place] + holders) // (2 * holders) / 10,
        holders,
        1000 * low // holders / 10,
        -(-1000 * high // holders) / 10,
        count=rows[place],
    )
