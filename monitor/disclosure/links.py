"""What one publication tells about the counts of another (docs/disclosure.md#publications-together): quarters about their
year, and outcomes and deadlines about reports.

Everything here follows from published values and tables.yaml alone.
"""

from collections.abc import Mapping

import numpy as np

from monitor.disclosure.history import History, Values
from monitor.disclosure.prove import NEED, Attack, attack_on
from monitor.disclosure.rounding import Bounds
from monitor.disclosure.system import System
from monitor.rules.catalogue import Cell, as_cell, catalogue


def values_by_cell(system: System, values: np.ndarray) -> Values:
    """{cell: value} of the published cells; `values` has shape (cells,)."""
    return {system.cells[index]: int(values[index]) for index in np.flatnonzero(system.published)}


def attacks_on(
    systems: Mapping[str, System], values: Mapping[str, np.ndarray], quarters: Mapping[str, Values], history: History
) -> dict[str, tuple[np.ndarray, Attack]]:
    """{population: (values, attack)}: what an attacker knows from these values together with the whole history.

    `values` and the result's values have shape (cells,). For reports of a year with published quarters the result is in
    a wider system, with the cells of the quarters at its end (:meth:`System.with_quarters`).
    """
    reports = systems["reports"]
    shown = values_by_cell(reports, values["reports"])
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
    """Bounds on the values of a year, so that each published quarter stays open over at least five counts, also for
    somebody who knows one report of it.

    The year is the sum of its quarters. A quarter that shows 0 must be able to hold six, another one five more than its
    least, while the other quarters hold their least: so the year's value has a lower bound near the sum of the lower ends.
    With all four quarters known it has an upper bound near the sum of the upper ends, for the same reason.
    """
    bounds = Bounds()
    for kind in next(iter(quarters.values()), {}):
        index, values = system.index[kind], [published[kind] for published in quarters.values()]
        windows = [catalogue().window(kind, value) for value in values]
        if any(values):
            bounds.low[index] = sum(low for low, _high in windows) - (0 if 0 in values else 1)
        if len(quarters) == 4:
            bounds.high[index] = sum(high for _low, high in windows) + 1
    return bounds


def linked(population: str, system: System) -> dict[int, Cell]:
    """{index of a cell of the population: the cell of reports that it cannot exceed}.

    An outcome, and each deadline that a report has once, presupposes a report (`links` in tables.yaml). So over all years
    so far a cell such as "aftercare, aggression, mayor" counts at most as many as the reports of "aggression, mayor".
    """
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


def most_by_reports(population: str, system: System, reports: Values, history: History) -> dict[int, float]:
    """{index of a cell: the highest count that the published reports allow}.

    That is the highest number of reports of all years so far, less the lowest number that the same cell had in the
    earlier years. `reports`: the published values of this year's reports.
    """
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
    """Upper bounds on published values, from the upper ends of counts that the reports allow (:func:`most_by_reports`).

    Every part of a cell must be able to hold six, while the other parts hold their least. That least is at most the
    value less six, or one where the value is five. Where the upper end is too low for this, the value must be 0.
    """
    return Bounds(high={index: end if end > NEED + 1 else 0 for index, end in most.items()})


def least_by_others(
    system: System, others: Mapping[str, tuple[System, np.ndarray]], history: History
) -> dict[int, float]:
    """{index of a cell of reports: the lowest count that published outcomes and deadlines demand of it}.

    `system`: that of the reports. `others`: {population: (its system, its values)}.
    """
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
