"""A table as JSON in the form of docs/api.md: the dimensions with their codes and labels, and one object for each cell."""

import json
from dataclasses import asdict

from monitor.formats.published import NORMAL, Options, PublishedTable, ShownDimension, withdrawn_note


def write(published: PublishedTable, options: Options) -> str:
    """The table as JSON, with the options of the request."""
    edition, table = published.edition, published.table
    names = [*table.dimensions, "value"]
    cells: list[dict] = [
        dict(zip(names, row, strict=True)) | {"period": edition.period, "status": NORMAL} for row in published.rows
    ]
    if options.bounds:
        for cell, number in zip(cells, published.numbers(), strict=True):
            cell.update(low=number.low, high=number.high)
    content = {
        "edition": edition.id,
        "editionStatus": edition.status_now,
        "table": table.id,
        "title": table.label,
        "source": "register",
        "dimensions": [shown(dimension) for dimension in published.dimensions()],
        "cells": cells,
    }
    if note := withdrawn_note(edition):
        content["note"] = note
    return compact(content)


def shown(dimension: ShownDimension) -> dict:
    """A dimension as the JSON of a table has it."""
    return {"id": dimension.id, "label": dimension.label, "codes": [asdict(code) for code in dimension.codes]}


def compact(content: object) -> str:
    """JSON without spaces."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
