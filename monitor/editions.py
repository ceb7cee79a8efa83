"""Building an edition: count, protect, store. Nothing outside `disclosure` sees a count that is not protected."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from monitor.catalogue import TOTAL, Table, quarters_of, tables_of
from monitor.csv import as_csv
from monitor.disclosure.rounding import BASE, Bounds, protect, window
from monitor.disclosure.system import System, cell
from monitor.models import Edition, EditionTable
from organisations.models import Organisation
from reporting.facts import facts

METHOD = "socr-1"
PERIOD = re.compile(r"\d{4}(-Q[1-4])?")


class EditionRefused(Exception):
    """The edition is not built; the reason is in the words."""


@transaction.atomic
def build_edition(period: str, *, publish: bool = False) -> Edition:
    """The edition of a year ("2026") or quarter ("2026-Q3"). Raises :class:`EditionRefused`.

    Until the audit has landed no edition is built outside demonstration and tests.
    """
    if settings.PRODUCTION:
        raise EditionRefused("editions cannot be audited yet, so outside demonstration none is built")
    if not PERIOD.fullmatch(period):
        raise EditionRefused(f"{period!r} is not a year or a quarter such as 2026 or 2026-Q3")
    if Edition.objects.filter(id=period).exists():
        raise EditionRefused(f"there is an edition of {period}; a correction is a new edition")
    cut_off = _last_day(period)
    if cut_off >= timezone.localdate():
        raise EditionRefused(f"{period} is not over yet")
    stored = list(_protected(period))
    manifest = {
        f"{table.id}.csv": hashlib.sha256(as_csv(table, period, rows).encode()).hexdigest() for table, rows in stored
    }
    edition = Edition.objects.create(
        id=period,
        number=(Edition.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
        cut_off_date=cut_off,
        status="published" if publish else "draft",
        published_at=timezone.now() if publish else None,
        method=METHOD,
        base=BASE,
        software_version=version("weerbaar"),
        manifest=manifest,
    )
    EditionTable.objects.bulk_create(EditionTable(edition=edition, table=table.id, rows=rows) for table, rows in stored)
    return edition


def _protected(period: str) -> Iterator[tuple[Table, list]]:
    by_population: dict[str, list[Table]] = {}
    for table in tables_of(period):
        by_population.setdefault(table.population, []).append(table)
    for population, tables in by_population.items():
        system = System.of(tables)
        counts = system.count(_with_place(population, period))
        values = protect(system, counts, f"{population}:{period}", _quarter_bounds(system, population, period))
        for table in tables:
            yield table, _rows(table, system, values)


def _with_place(population: str, period: str) -> Iterator[dict[str, str]]:
    """Facts as {dimension: leaf}, with what follows from the place."""
    places = {
        one.id: {"layer": one.kind, "province": one.province, "size_class": one.size_class}
        for one in Organisation.objects.all()
    }
    for fact in facts(population, quarters_of(period)):
        yield fact.codes | places[fact.place]


def _quarter_bounds(system: System, population: str, period: str) -> Bounds | None:
    """A year may not contradict its published quarters more than by one (disclosure.md, "Quarters")."""
    quarters = [] if "-Q" in period or population != "reports" else quarters_of(period)
    published = EditionTable.objects.filter(edition__in=quarters, table="Q1", edition__status="published")
    if len(quarters) != len(published) or not quarters:
        return None
    low: dict[int, float] = {}
    high: dict[int, float] = {}
    by_kind: dict[str, list[int]] = {}
    for stored in published:
        for kind, value in stored.rows:
            by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        place = system.index[cell({"kind": kind})]
        windows = [window(value) for value in values]
        high[place] = sum(end for _, end in windows) + 1
        if any(values):
            low[place] = sum(start for start, _ in windows) - 1
    return Bounds(low, high)


def _rows(table: Table, system: System, values: np.ndarray) -> list:
    """Rows [code, …, value], totals first, in the order of the code lists."""
    rows: list[list] = [[]]
    for dimension in table.dimensions:
        rows = [[*row, code] for row in rows for code in (TOTAL, *table.codes(dimension))]
    fixed = {"kind": table.fixed} if table.fixed else {}
    return [
        [*codes, int(values[system.index[cell(fixed | dict(zip(table.dimensions, codes, strict=True)))]])]
        for codes in rows
    ]


def _last_day(period: str) -> date:
    year, _, number = period.partition("-Q")
    month = int(number) * 3 if number else 12
    first_of_next = date(int(year) + (month == 12), month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)
