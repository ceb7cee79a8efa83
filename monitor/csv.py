"""A table as CSV (RFC 4180): the dimension ids, then period, value and status; one row a cell, totals included."""

import csv
import io

from monitor.catalogue import Table

NORMAL = "A"


def as_csv(table: Table, period: str, rows: list) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*table.dimensions, "period", "value", "status"])
    writer.writerows([*row[:-1], period, row[-1], NORMAL] for row in rows)
    return text.getvalue()
