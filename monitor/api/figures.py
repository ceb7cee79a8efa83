"""The value of each indicator in an edition, from its published tables and from the profile numbers kept with it."""

from monitor.editions.profiles import Numbers, ProfileIndicator, parts_of, profile_indicators, total
from monitor.models import Edition, EditionProfile, EditionTable
from monitor.reading.certainty import Measured, measured
from monitor.reading.tables import rows_of
from monitor.rules.indicators import Cells, Indicator, indicators, measured_then

UNITS = {
    "count": "count",
    "share": "percent",
    "median": "days",
    "p90": "days",
    "rate": "per_100",
    "organisations": "count",
}


def figures_of(edition: Edition) -> list[dict]:
    """One entry, in the form of docs/api.md, for each indicator that the edition's tables carry. An entry has a reason in
    place of a value where the value may not be said."""
    rows = {stored.table: rows_of(stored) for stored in EditionTable.objects.filter(edition=edition)}
    figures = []
    for indicator in indicators().values():
        table = indicator.numerator.table
        if indicator.rule == "count" and not indicator.numerator.codes and table not in rows:
            # Every table of a population has its total, so a quarter has it too, in another table than a year.
            table = next((name for name in indicator.tables if name in rows), table)
            indicator = indicator.model_copy(update={"numerator": Cells(table=table)})
        if table in rows:
            figures.append(_entry(indicator, rows[table]))
    profile = EditionProfile.objects.filter(edition=edition).first()
    if profile:
        figures += [
            _with_parts(indicator, profile.numbers, rows)
            for indicator in profile_indicators().values()
            if _is_there(indicator, rows)
        ]
    return figures


def _is_there(indicator: ProfileIndicator, rows: dict) -> bool:
    return set(indicator.tables) <= set(rows)


def _with_parts(indicator: ProfileIndicator, numbers: Numbers, rows: dict) -> dict:
    """The entry of an indicator that has a figure for each code of a list. A rate has no figure for the whole list, because
    the numbers of holders of different functions cannot be added up."""
    is_rate = indicator.numerator is not None
    table = indicator.numerator.table if indicator.numerator else None
    parts = [
        {"code": part.code, "label": part.label, "value": part.value, "of": part.of, "reason": part.why}
        | ({"low": part.low, "high": part.high} if is_rate else {})
        for part in parts_of(indicator, numbers, rows.get(table))
    ]
    exact = None if is_rate else total(numbers[indicator.id])
    return {
        "indicator": indicator.id,
        "label": indicator.label,
        "value": exact,
        "low": exact,
        "high": exact,
        "unit": UNITS[indicator.rule],
        "reason": "only_parts" if is_rate else None,
        "table": table,
        "parts": parts,
    }


def _entry(indicator: Indicator, rows: dict) -> dict:
    is_counted = measured_then(indicator, rows)
    figure = measured(indicator, rows) if is_counted else None
    return {
        "indicator": indicator.id,
        "label": indicator.label,
        "value": figure.value if figure else None,
        "low": figure.low if figure else None,
        "high": figure.high if figure else None,
        "unit": UNITS[indicator.rule],
        "reason": _reason(figure, is_counted),
        "table": indicator.numerator.table,
    }


def _reason(figure: Measured | None, is_counted: bool) -> str | None:
    if not is_counted:
        return "not_counted_then"
    if figure is None:
        return "too_few"
    return "beyond_last_class" if figure.value is None else None
