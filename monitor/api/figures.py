"""The value of each indicator in an edition, from its published tables only."""

from monitor.catalogue import TOTAL, tables
from monitor.indicators import FEWEST, Cells, Indicator, figure, indicators
from monitor.models import Edition, EditionTable
from monitor.reading import rows_of

UNITS = {"count": "count", "share": "percent", "median": "days", "p90": "days"}


def figures_of(edition: Edition) -> list[dict]:
    """One entry for each indicator that the edition's tables carry; no value, but a reason, where it may not be said."""
    rows = {one.table: rows_of(one) for one in EditionTable.objects.filter(edition=edition)}
    found = []
    for indicator in indicators().values():
        table = indicator.numerator.table
        if indicator.rule == "count" and not indicator.numerator.codes and table not in rows:
            # The whole of a population stands in each of its tables, so also in those of a quarter.
            table = next((one for one in indicator.tables if one in rows), table)
            indicator = indicator.model_copy(update={"numerator": Cells(table=table)})
        if table in rows:
            found.append(_entry(indicator, rows[table]))
    return found


def _entry(indicator: Indicator, rows: dict) -> dict:
    value = figure(indicator, rows)
    return {
        "indicator": indicator.id,
        "label": indicator.label,
        "value": value,
        "unit": UNITS[indicator.rule],
        "reason": None if value is not None else _reason(indicator, rows),
        "table": indicator.numerator.table,
    }


def _reason(indicator: Indicator, rows: dict) -> str:
    """`too_few`, or for a percentile that lies in the last class, which has no end: `beyond_last_class`."""
    if indicator.rule in {"median", "p90"}:
        whole = rows[(TOTAL,) * len(tables()[indicator.numerator.table].dimensions)]
        if whole >= FEWEST[indicator.rule]:
            return "beyond_last_class"
    return "too_few"
