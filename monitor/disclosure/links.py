"""What publications say of one another: quarters of their year, and outcomes and clocks of reports (docs/disclosure.md#publications-together).

Everything here follows from published values and tables.yaml alone.
"""

from collections.abc import Mapping

import numpy as np

from monitor.disclosure.earlier import Earlier, Values
from monitor.disclosure.prove import NEED, Attack, attack_on
from monitor.disclosure.rounding import Bounds
from monitor.disclosure.system import System
from monitor.rules.catalogue import Cell, catalogue, cell


def named(system: System, values: np.ndarray) -> Values:
    """The published cells of an array, shape (cells,), by their names."""
    return {system.cells[place]: int(values[place]) for place in np.flatnonzero(system.published)}


def attacks_on(
    systems: Mapping[str, System], values: Mapping[str, np.ndarray], quarters: Mapping[str, Values], earlier: Earlier
) -> dict[str, tuple[np.ndarray, Attack]]:
    """For each population what is known of it from these values and everything earlier, in the system with the quarters
    beside it; and the values in that system."""
    reports = systems["reports"]
    shown = named(reports, values["reports"])
    others = {name: (systems[name], one) for name, one in values.items() if name != "reports"}
    found = {}
    for name, system in systems.items():
        attacked, all_values, least, most = system, values[name], None, None
        if name == "reports":
            least = least_by_others(reports, others, earlier)
            attacked, all_values = _with_quarters(system, all_values, quarters)
        else:
            most = most_by_reports(name, system, shown, earlier)
        found[name] = all_values, attack_on(attacked, all_values, least, most)
    return found


def _with_quarters(system: System, values: np.ndarray, quarters: Mapping[str, Values]) -> tuple[System, np.ndarray]:
    if not quarters:
        return system, values
    attacked = system.with_quarters(list(quarters), len(quarters) == 4)
    beside = [
        quarters[dict(one)["period"]][cell({dimension: code for dimension, code in one if dimension != "period"})]
        for one in attacked.cells[len(system.cells) :]
    ]
    return attacked, np.concatenate([values, np.array(beside, dtype=np.int64)])


def quarter_bounds(system: System, quarters: Mapping[str, Values]) -> Bounds:
    """The values of a year that leave each of its published quarters five counts wide, for who knows one report too."""
    bounds = Bounds()
    for kind in next(iter(quarters.values()), {}):
        place, values = system.index[kind], [one[kind] for one in quarters.values()]
        windows = [catalogue().window(kind, value) for value in values]
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
        one = system.cells[place]
        for years in earlier.histories:
            before = [year.window("reports", source) for year in years]
            if source in reports and None not in before:
                taken = sum(year.least(population, one) for year in years)
                reported = sum(window[1] for window in before if window)
                most = reported + catalogue().window(source, reports[source])[1] - taken
                found[place] = min(found.get(place, np.inf), most)
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
            for years in earlier.histories:
                before = [year.window("reports", source) for year in years]
                if None not in before:
                    needed = catalogue().window(one, int(published[place]))[0]
                    needed += sum(year.least(population, one) for year in years)
                    needed -= sum(window[1] for window in before if window)
                    target = system.index[source]
                    found[target] = max(found.get(target, 0), needed)
    return found
