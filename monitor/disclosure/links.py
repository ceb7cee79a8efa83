"""What publications say of one another: quarters of their year, and outcomes and clocks of reports (docs/disclosure.md#publications-together).

Everything here follows from published values and tables.yaml alone.
"""

from collections.abc import Mapping

import numpy as np

from monitor.disclosure.earlier import Earlier, Values
from monitor.disclosure.prove import NEED, Attack, attack_on
from monitor.disclosure.rounding import Bounds
from monitor.disclosure.system import System
from monitor.rules.catalogue import Cell, as_cell, catalogue


def named(system: System, values: np.ndarray) -> Values:
    """The published cells of an array, shape (cells,), by their names."""
    return {system.cells[index]: int(values[index]) for index in np.flatnonzero(system.published)}


def attacks_on(
    systems: Mapping[str, System], values: Mapping[str, np.ndarray], quarters: Mapping[str, Values], history: Earlier
) -> dict[str, tuple[np.ndarray, Attack]]:
    """For each population what is known of it from these values and everything earlier, in the system with the quarters
    beside it; and the values in that system."""
    reports = systems["reports"]
    shown = named(reports, values["reports"])
    others = {name: (systems[name], published) for name, published in values.items() if name != "reports"}
    attacks = {}
    for name, system in systems.items():
        attacked, all_values, least, most = system, values[name], None, None
        if name == "reports":
            least = least_by_others(reports, others, history)
            attacked, all_values = _with_quarters(system, all_values, quarters)
        else:
            most = most_by_reports(name, system, shown, history)
        attacks[name] = all_values, attack_on(attacked, all_values, least, most)
    return attacks


def _with_quarters(system: System, values: np.ndarray, quarters: Mapping[str, Values]) -> tuple[System, np.ndarray]:
    if not quarters:
        return system, values
    attacked = system.with_quarters(list(quarters), len(quarters) == 4)
    beside = [
        quarters[dict(cell)["period"]][as_cell({dimension: code for dimension, code in cell if dimension != "period"})]
        for cell in attacked.cells[len(system.cells) :]
    ]
    return attacked, np.concatenate([values, np.array(beside, dtype=np.int64)])


def quarter_bounds(system: System, quarters: Mapping[str, Values]) -> Bounds:
    """The values of a year that leave each of its published quarters five counts wide, for who knows one report too."""
    bounds = Bounds()
    for kind in next(iter(quarters.values()), {}):
        index, values = system.index[kind], [published[kind] for published in quarters.values()]
        windows = [catalogue().window(kind, value) for value in values]
        if any(
            values
        ):  # a quarter that shows none must still be able to hold six, beside what the others hold at least
            bounds.low[index] = sum(low for low, _high in windows) - (0 if 0 in values else 1)
        if len(quarters) == 4:
            bounds.high[index] = sum(high for _low, high in windows) + 1
    return bounds


def linked(population: str, system: System) -> dict[int, Cell]:
    """The cells of a population in which there can be no more than there are reports: {place: cell of the reports}."""
    rule = catalogue().links
    once: Mapping[str, list[str]] = getattr(rule, population)
    sources = {}
    for index, cell in enumerate(system.cells):
        fixed = dict(cell)
        rest = {dimension: code for dimension, code in cell if dimension not in once}
        if all(fixed.get(dimension) in codes for dimension, codes in once.items()) and set(rest) <= set(
            rule.dimensions
        ):
            sources[index] = as_cell(rest)
    return sources


def most_by_reports(population: str, system: System, reports: Values, history: Earlier) -> dict[int, float]:
    """The upper end that the reports of all years so far leave to a cell, less what earlier years took at least."""
    upper_ends: dict[int, float] = {}
    for index, source in linked(population, system).items():
        cell = system.cells[index]
        for years in history.histories:
            before = [year.window("reports", source) for year in years]
            if source in reports and None not in before:
                taken = sum(year.least(population, cell) for year in years)
                reported = sum(window[1] for window in before if window)
                most = reported + catalogue().window(source, reports[source])[1] - taken
                upper_ends[index] = min(upper_ends.get(index, np.inf), most)
    return upper_ends


def publishable(most: Mapping[int, float]) -> Bounds:
    """The published values under which every part of a cell can still reach six: what other parts hold at least is at
    most the value less six, or one where the value is five."""
    return Bounds(high={index: end if end > NEED + 1 else 0 for index, end in most.items()})


def least_by_others(
    system: System, others: Mapping[str, tuple[System, np.ndarray]], history: Earlier
) -> dict[int, float]:
    """What outcomes and clocks say that there must have been of reports this year, at least."""
    lower_ends: dict[int, float] = {}
    for population, (other, published) in others.items():
        for index, source in linked(population, other).items():
            cell = other.cells[index]
            if not other.published[index] or source not in system.index:
                continue
            for years in history.histories:
                before = [year.window("reports", source) for year in years]
                if None not in before:
                    needed = catalogue().window(cell, int(published[index]))[0]
                    needed += sum(year.least(population, cell) for year in years)
                    needed -= sum(window[1] for window in before if window)
                    target = system.index[source]
                    lower_ends[target] = max(lower_ends.get(target, 0), needed)
    return lower_ends
