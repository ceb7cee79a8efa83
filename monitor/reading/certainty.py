"""How sure a published number is, and what numbers allow to say. Pages, factsheets and the API take these rules from here.

A published value stands for a window of counts. What is said must be true of every count in it:

- "more" or "fewer" when windows do not touch; "slightly", when moreover the larger is at most a tenth more than the
  smaller, whatever the true counts;
- "about as many" when the larger of the two, whatever the true counts, is at most a quarter more than the smaller;
- "too few to say" otherwise;
- "the most" when no other window reaches the lower end of the first; "these two" when that holds for two together;
- a share with the lowest and the highest that it can be, and as one per cent only where these are close to each other;
- days with the classes in which the true number of days can lie.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from math import prod

from monitor.rules.catalogue import TOTAL, Cell, Table, catalogue, tables
from monitor.rules.indicators import (
    FEWEST,
    LEAD_TIME_ENDS,
    PERCENTILES,
    Cells,
    Indicator,
    Rows,
    groups_then,
    indicator_value,
    per_cent,
)
from organisations.codes import code_list

ABOUT, SLIGHTLY = 4, 10  # the difference is at most a quarter (ABOUT) or a tenth (SLIGHTLY) of the smaller number
ROUGH = 10  # percentage points; a share whose ends are further apart is given by its ends only


@dataclass(frozen=True)
class Number:
    """A published value, or a sum of published values, with the lowest and the highest count that it can stand for."""

    value: int
    low: int
    high: int

    @classmethod
    def of(cls, cell: Cell, value: int) -> "Number":
        """A published value of a cell, with its window."""
        return cls(value, *catalogue().window(cell, value))

    def __add__(self, other: "Number") -> "Number":
        return Number(self.value + other.value, self.low + other.low, self.high + other.high)


NOTHING = Number(0, 0, 0)


@dataclass(frozen=True)
class Measured:
    """The value of an indicator with its lowest and its highest possible value. `high` is None where there is no highest.
    For days in the last class, which has no end, only `low` is known and `value` is None."""

    value: int | None
    low: int
    high: int | None


@dataclass(frozen=True)
class Share(Measured):
    """In whole per cent; the true share lies between `low` and `high`."""

    value: int
    high: int

    @property
    def is_rough(self) -> bool:
        """Whether only the two ends are worth saying."""
        return self.high - self.low > ROUGH


class Verdict(StrEnum):
    """What may be said of two numbers, or FIRST where there is only one."""

    MORE = "more"
    SLIGHTLY_MORE = "slightly_more"
    FEWER = "fewer"
    SLIGHTLY_FEWER = "slightly_fewer"
    ABOUT = "about"
    UNSAID = "unsaid"
    FIRST = "first"


def compare(now: Number, before: Number | None) -> Verdict:
    """What can be said of two numbers; FIRST where there is only one."""
    if before is None:
        return Verdict.FIRST
    if now.low > before.high:
        return Verdict.SLIGHTLY_MORE if _near(now.high, before.low, SLIGHTLY) else Verdict.MORE
    if now.high < before.low:
        return Verdict.SLIGHTLY_FEWER if _near(before.high, now.low, SLIGHTLY) else Verdict.FEWER
    if _near(now.high, before.low, ABOUT) and _near(before.high, now.low, ABOUT):
        return Verdict.ABOUT
    return Verdict.UNSAID


def leading(numbers: Sequence[Number]) -> list[int]:
    """The index of the number that is surely larger than all others, or the indices of the two that are; empty where no
    number stands out."""
    order = sorted(range(len(numbers)), key=lambda index: (-numbers[index].value, index))
    for first in (1, 2):
        rest = [numbers[index].high for index in order[first:]]
        if rest and min(numbers[index].low for index in order[:first]) > max(rest):
            return order[:first]
    return []


def share(part: Number, whole: Number, rest: Number | None = None) -> Share | None:
    """The share of a part in its whole, in whole per cent; None where the whole is too small to say it.

    `rest`: the whole without the part, where that is published too; it makes the share more certain. The ends are
    rounded outwards, so that the true share lies between them whatever the counts are.
    """
    value = per_cent(part.value, whole.value)
    if value is None:
        return None
    rest = rest or Number(whole.value - part.value, 0, whole.high)
    fewest = max(part.low, whole.low - rest.high)
    most = min(part.high, whole.high - rest.low)
    low = 100 * fewest // max(1, fewest + min(rest.high, whole.high - fewest))
    high = -(-100 * most // max(1, most + max(rest.low, whole.low - most)))
    return Share(value, low, high)


def measured(indicator: Indicator, rows: Rows) -> Measured | None:
    """The value of an indicator with its ends; None where too few were counted to say it. `rows`: the published rows of its
    table. Call it only where the edition counted everything that the indicator is made of (`measured_then`)."""
    value, part = indicator_value(indicator, rows), number_of(indicator.numerator, rows)
    if indicator.rule in PERCENTILES and part.value >= FEWEST[indicator.rule]:
        first, last = _days(indicator, rows)
        return Measured(None if value is None else max(value, first), first, last)
    if value is None:
        return None
    if indicator.denominator is None:
        return Measured(value, part.low, part.high)
    rest = _rest(indicator.numerator, indicator.denominator, rows)
    return share(part, number_of(indicator.denominator, rows), number_of(rest, rows) if rest else None)


def number_of(cells: Cells, rows: Rows) -> Number:
    """A sum of published cells with its window.

    The sum of some codes of a list can be computed in two ways: by adding these codes, or by taking the other codes off
    the total. The true count lies in the window of each way, so the result is what the windows have in common."""
    table = tables()[cells.table]
    lows, highs, value = [0], [], 0
    for way in product(
        *(_ways(table, dimension, cells.codes.get(dimension, [TOTAL]), rows) for dimension in table.dimensions)
    ):
        low = high = value = 0
        for signed in product(*way):
            codes = tuple(code for _sign, code in signed)
            number = Number.of(table.cell_of(codes), rows[codes])
            if prod(sign for sign, _code in signed) > 0:
                value, low, high = value + number.value, low + number.low, high + number.high
            else:
                value, low, high = value - number.value, low - number.high, high - number.low
        lows.append(low)
        highs.append(high)
    return Number(value, max(lows), min(highs))


def _rest(part: Cells, whole: Cells, rows: Rows) -> Cells | None:
    """The cells of the whole that are not in the part; None unless the two differ in the codes of exactly one list."""
    table = tables()[whole.table]
    differ = [dimension for dimension in table.dimensions if part.codes.get(dimension) != whole.codes.get(dimension)]
    every = whole.codes.get(differ[0]) or groups_then(table, differ[0], rows) if len(differ) == 1 else []
    left = [code for code in every if code not in part.codes.get(differ[0], [])]
    if not left or len(left) + len(part.codes[differ[0]]) != len(every):
        return None
    return Cells(table=whole.table, codes=whole.codes | {differ[0]: left})


Way = list[tuple[int, str]]  # codes to add (1) and to take off (-1)


def _ways(table: Table, dimension: str, codes: list[str], rows: Rows) -> list[Way]:
    ways: list[Way] = [[(1, code) for code in codes]]
    top = groups_then(table, dimension, rows) if len(codes) > 1 else []
    if top and set(codes) <= set(top):
        ways.append([(1, TOTAL), *((-1, code) for code in top if code not in codes)])
    return ways


def _days(indicator: Indicator, rows: Rows) -> tuple[int, int | None]:
    """The first day of the lowest class, and the last day of the highest class, in which the true percentile can lie."""
    classes = [
        number_of(
            Cells(table=indicator.numerator.table, codes=indicator.numerator.codes | {"lead_time": [code.id]}), rows
        )
        for code in code_list("lead_time").codes
    ]
    tenths = 5 if indicator.rule == "median" else 9
    first = _class_of(tenths, [number.high for number in classes], [number.low for number in classes])
    last = _class_of(tenths, [number.low for number in classes], [number.high for number in classes])
    return (LEAD_TIME_ENDS[first - 1] or 0) + 1 if first else 0, LEAD_TIME_ENDS[last]


def _class_of(tenths: int, until: list[int], beyond: list[int]) -> int:
    """The index of the class in which a percentile falls. `until`: the counts of the classes up to the one that is asked;
    `beyond`: the counts of the classes after it. Both have one count for each class."""
    for index in range(len(until)):
        up_to = sum(until[: index + 1])
        if up_to and 10 * up_to >= tenths * (up_to + sum(beyond[index + 1 :])):
            return index
    return len(until) - 1


def _near(larger: int, smaller: int, part: int) -> bool:
    return part * (larger - smaller) <= smaller
