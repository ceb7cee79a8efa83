"""The editions in the database that an attacker holds beside a new one."""

import json
from dataclasses import dataclass

from monitor.disclosure.history import History, PublishedYear, former_codes
from monitor.editions.archive import catalogue_today
from monitor.models import Edition
from monitor.reading.tables import rows_of
from monitor.rules.catalogue import POPULATIONS, Cell, Margins, Table, Window, catalogue, window
from monitor.rules.periods import REVISION, is_quarter, is_revision, period_of, year_of
from organisations.codes import code_list
from organisations.texts import Text
from reporting.models import Fact


@dataclass(frozen=True)
class PriorEditions:
    """`ids`: the editions that a new edition rests on: quarters, then years, in order. `history`: their values in the cells
    of today. `counted_since`: for a yearly edition, the first year in which a report was counted."""

    ids: list[str]
    history: History
    counted_since: str = ""


def prior_editions(edition: str) -> PriorEditions:
    """The editions that an attacker holds beside this one: the quarters of its year, every earlier year with its revision,
    and, for a revision, the first edition. A quarter rests on nothing: later proofs take it into account."""
    if is_quarter(edition):
        return PriorEditions([], History())
    released = Edition.objects.released().exclude(id=edition).select_related("proof").prefetch_related("stored")
    year = period_of(edition)
    editions = {edition.id: edition for edition in released.order_by("id")}
    quarters = {
        edition_id: values_of(edition)["reports"]
        for edition_id, edition in editions.items()
        if is_quarter(edition_id) and year_of(edition_id) == year
    }
    whole = {
        edition_id: _year(edition)
        for edition_id, edition in editions.items()
        if not is_quarter(edition_id) and edition.period < year
    }
    firsts = {edition_id: values for edition_id, values in whole.items() if not is_revision(edition_id)}
    lasts = [whole.get(edition_id + REVISION, values) for edition_id, values in firsts.items()]
    own = editions[year] if is_revision(edition) and year in editions else None
    ids = [*quarters, *whole, *([own.id] if own else [])]
    is_revised = len(whole) > len(firsts)
    since = counted_since(year)
    is_whole = all(str(counted_year) in firsts for counted_year in range(int(since), int(year)))
    first_years = list(firsts.values()) if is_revised else ()
    history = History(quarters, lasts, first_years, values_of(own) if own else None, is_whole)
    return PriorEditions(ids, history, since)


def counted_since(year: str) -> str:
    """The first year in which a report was counted; `year` where none was counted yet."""
    periods = Fact.objects.filter(population="reports").order_by("period").values_list("period", flat=True)
    return min(year, year_of(periods.first() or year))


def has_catalogue_of_today(edition: Edition) -> bool:
    """Whether tables, code lists and margins are still those with which an edition was published."""
    return edition.proof.catalogue_file == catalogue_today()


def values_of(edition: Edition) -> dict[str, dict[Cell, int]]:
    """{population: {cell: value}} of an edition, in the cells of today's catalogue."""
    values: dict[str, dict[Cell, int]] = {name: {} for name in POPULATIONS}
    for stored in edition.stored.all():
        table = catalogue().tables[stored.table]
        for codes, value in rows_of(stored).items():
            values[table.population][table.cell_of(codes)] = value
    return values


def _year(edition: Edition) -> PublishedYear:
    """The windows of an earlier year, in the cells of the catalogue with which it was published."""
    own = json.loads(edition.proof.catalogue_file)
    margins = Margins.model_validate(own["margins"])
    windows: dict[str, dict[Cell, Window]] = {name: {} for name in POPULATIONS}
    for stored in edition.stored.all():
        table = Table(id=stored.table, label=Text(""), **own["tables"][stored.table])
        for *codes, value in stored.rows:
            cell = table.cell_of(codes)
            windows[table.population][cell] = window(value, own["base"] - 1 + margins.of(cell))
    linked = [name for name in own["dimensions"] if name in catalogue().linked_dimensions]
    return PublishedYear(
        windows, {name: former_codes(code_list(name), map(tuple, own["dimensions"][name])) for name in linked}
    )
