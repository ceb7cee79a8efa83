"""The editions that an attacker holds beside a new one, as they stand in the database."""

import json
from dataclasses import dataclass

from monitor.disclosure.earlier import Earlier, EarlierYear, parts_then
from monitor.editions.archive import catalogue_file
from monitor.models import Edition
from monitor.reading.tables import rows_of
from monitor.rules.catalogue import POPULATIONS, Cell, Margins, Table, Window, catalogue, window
from monitor.rules.periods import REVISION, is_quarter, is_revision, period_of, year_of
from organisations.codes import code_list
from organisations.texts import Text
from reporting.models import Fact


@dataclass(frozen=True)
class EarlierEditions:
    """`counted_since`: the first year in which a report was counted, of a yearly edition."""

    ids: list[str]
    values: Earlier
    counted_since: str = ""


def earlier_editions(edition: str) -> EarlierEditions:
    """What an attacker holds beside this edition: the quarters of its year, every earlier year as it was published last,
    and of a revision the first edition."""
    if is_quarter(edition):
        return EarlierEditions([], Earlier())
    released = Edition.objects.released().exclude(id=edition).select_related("proof").prefetch_related("stored")
    year = period_of(edition)
    there = {one.id: one for one in released.order_by("id")}
    quarters = {
        one: values_of(found)["reports"] for one, found in there.items() if is_quarter(one) and year_of(one) == year
    }
    whole = {one: _year(found) for one, found in there.items() if not is_quarter(one) and found.period < year}
    firsts = {one: values for one, values in whole.items() if not is_revision(one)}
    lasts = [whole.get(one + REVISION, values) for one, values in firsts.items()]
    own = there[year] if is_revision(edition) and year in there else None
    ids = [*quarters, *whole, *([own.id] if own else [])]
    is_revised = len(whole) > len(firsts)
    since = counted_since(year)
    is_whole = all(str(one) in firsts for one in range(int(since), int(year)))
    first_years = list(firsts.values()) if is_revised else ()
    earlier = Earlier(quarters, lasts, first_years, values_of(own) if own else None, is_whole)
    return EarlierEditions(ids, earlier, since)


def counted_since(year: str) -> str:
    """The first year in which a report was counted; this one where none was."""
    periods = Fact.objects.filter(population="reports").order_by("period").values_list("period", flat=True)
    return min(year, year_of(periods.first() or year))


def has_catalogue_of_today(edition: Edition) -> bool:
    """Whether tables, code lists and margins are still those with which it was published."""
    return edition.proof.catalogue_file == catalogue_file()


def values_of(edition: Edition) -> dict[str, dict[Cell, int]]:
    """The published cells of each population: {population: {cell: value}}."""
    found: dict[str, dict[Cell, int]] = {name: {} for name in POPULATIONS}
    for stored in edition.stored.all():
        table = catalogue().tables[stored.table]
        for codes, value in rows_of(stored).items():
            found[table.population][table.cell_of(codes)] = value
    return found


def _year(edition: Edition) -> EarlierYear:
    """What a year says by its own catalogue."""
    own = json.loads(edition.proof.catalogue_file)
    margins = Margins.model_validate(own["margins"])
    found: dict[str, dict[Cell, Window]] = {name: {} for name in POPULATIONS}
    for stored in edition.stored.all():
        table = Table(id=stored.table, label=Text(""), **own["tables"][stored.table])
        for *codes, value in stored.rows:
            one = table.cell_of(codes)
            found[table.population][one] = window(value, own["base"] - 1 + margins.of(one))
    linked = [name for name in own["dimensions"] if name in catalogue().linked_dimensions]
    return EarlierYear(
        found, {name: parts_then(code_list(name), map(tuple, own["dimensions"][name])) for name in linked}
    )
