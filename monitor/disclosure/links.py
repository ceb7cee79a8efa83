"""What publications say of one another: quarters of their year, and outcomes and clocks of reports (disclosure.md).

Everything here follows from published values and tables.yaml alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from monitor.catalogue import Cell, catalogue, cell
from monitor.disclosure.prove import NEED
from monitor.disclosure.rounding import Bounds
from monitor.disclosure.system import System

Values = Mapping[Cell, int]  # the published cells of one population in one edition


@dataclass(frozen=True)
class Earlier:
    """What was published before: the quarters of the year, and for each earlier year the values of each population."""

    quarters: Mapping[str, Values] = field(default_factory=dict)
    years: Sequence[Mapping[str, Values]] = ()


def window_of(one: Cell, value: int) -> tuple[int, int]:
    """The counts that a published value of this cell can stand for."""
    reach = catalogue().base - 1 + catalogue().margin(one)
    return (max(1, value - reach) if value else 0, value + reach)


def quarter_bounds(system: System, quarters: Mapping[str, Values]) -> Bounds:
    """The values of a year that leave each of its published quarters five counts wide, for who knows one report too."""
    bounds = Bounds()
    for kind in next(iter(quarters.values()), {}):
        place, values = system.index[kind], [one[kind] for one in quarters.values()]
        windows = [window_of(kind, value) for value in values]
        if any(
            values
        ):  # a quarter that shows none must still be able to hold six, beside what the others hold at least
            bounds.low[place] = sum(low for low, _high in windows) - (0 if 0 in values else 1)
        if len(quarters) == 4:
            bounds.high[place] = sum(high for _low, high in windows) + 1
    return bounds


def linked(population: str, system: System) -> dict[int, Cell]:
    """The cells of a population in which there can be no more than there are reports: {place: cell of the reports}."""
    rule = catalogue().links
    once: Mapping[str, list[str]] = getattr(rule, population)
    found = {}
    for place, one in enumerate(system.cells):
        fixed = dict(one)
        rest = {dimension: code for dimension, code in one if dimension not in once}
        if all(fixed.get(dimension) in codes for dimension, codes in once.items()) and set(rest) <= set(
            rule.dimensions
        ):
            found[place] = cell(rest)
    return found


def most_by_reports(population: str, system: System, reports: Values, earlier: Earlier) -> dict[int, float]:
    """The upper end that the reports of all years so far leave to a cell, less what earlier years took at least."""
    found: dict[int, float] = {}
    for place, source in linked(population, system).items():
        so_far = [year["reports"] for year in earlier.years] + [reports]
        if all(source in values for values in so_far):
            taken = sum(
                window_of(system.cells[place], year[population].get(system.cells[place], 0))[0]
                for year in earlier.years
            )
            found[place] = sum(window_of(source, values[source])[1] for values in so_far) - taken
    return found


def publishable(most: Mapping[int, float]) -> Bounds:
    """The published values under which every part of a cell can still reach six: what other parts hold at least is at
    most the value less six, or one where the value is five."""
    return Bounds(high={place: end if end > NEED + 1 else 0 for place, end in most.items()})


def least_by_others(
    system: System, others: Mapping[str, tuple[System, np.ndarray]], earlier: Earlier
) -> dict[int, float]:
    """What outcomes and clocks say that there must have been of reports this year, at least."""
    found: dict[int, float] = {}
    for population, (other, published) in others.items():
        for place, source in linked(population, other).items():
            one = other.cells[place]
            if not other.published[place] or source not in system.index:
                continue
            needed = window_of(one, int(published[place]))[0]
            needed += sum(window_of(one, year[population][one])[0] for year in earlier.years)
            before = sum(window_of(source, year["reports"].get(source, 0))[1] for year in earlier.years)
            known = all(source in year["reports"] for year in earlier.years)
            if known and needed > before:
                target = system.index[source]
                found[target] = max(found.get(target, 0), needed - before)
    return found
