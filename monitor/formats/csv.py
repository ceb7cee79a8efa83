"""A table as CSV (RFC 4180), one row for each cell, totals included: the dimensions, then period, value and status. Optional
columns come after these, because programs rely on the order of the columns."""

import csv
import io
from collections.abc import Sequence

from monitor.formats.published import NORMAL, Options, PublishedTable
from organisations.desk.saving import harmless

BOM = "\ufeff"


def as_csv(dimensions: Sequence[str], period: str, rows: list) -> str:
    """The CSV file of an archive: codes without labels, so the bytes are the same in every language. `rows`: [code, …,
    value]."""
    return _written(_codes(dimensions, period, rows))


def write(published: PublishedTable, options: Options) -> str:
    """The table as CSV, with the options of the request."""
    if options.labels:
        rows = _with_labels(published)
    else:
        rows = _codes(published.table.dimensions, published.edition.period, published.rows)
    if options.bounds:
        rows = _with_bounds(rows, published)
    text = _written(rows, options.separator)
    return BOM + text if options.bom else text


def _codes(dimensions: Sequence[str], period: str, rows: list) -> list:
    return [[*dimensions, "period", "value", "status"], *([*row[:-1], period, row[-1], NORMAL] for row in rows)]


def _with_labels(published: PublishedTable) -> list:
    dimensions = published.dimensions()
    words = [{code.code: harmless(code.label) for code in dimension.codes} for dimension in dimensions]
    header = [name for dimension in dimensions for name in (dimension.id, f"{dimension.id}_label")]
    rows = []
    for *codes, value in published.rows:
        cells = [cell for code, labels in zip(codes, words, strict=True) for cell in (code, labels[code])]
        rows.append([*cells, published.edition.period, value, NORMAL])
    return [[*header, "period", "value", "status"], *rows]


def _with_bounds(rows: list, published: PublishedTable) -> list:
    header, *cells = rows
    ends = ([number.low, number.high] for number in published.numbers())
    return [[*header, "low", "high"], *([*row, *both] for row, both in zip(cells, ends, strict=True))]


def _written(rows: list, separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()
