"""A table as a JSON-stat 2.0 dataset: a cube with every cell. A total is the parent of the codes that add up to it."""

from django.utils.translation import gettext as _

from monitor.formats.json import compact
from monitor.formats.published import NORMAL, Options, PublishedTable, ShownDimension, withdrawn_note
from monitor.rules.catalogue import TOTAL, Table

PERIOD = "period"


def write(published: PublishedTable, options: Options) -> str:
    """The table as JSON-stat, with the options of the request."""
    edition, table = published.edition, published.table
    dimensions = published.dimensions()
    values = {tuple(codes): value for *codes, value in published.rows}
    extension: dict = {
        "edition": edition.id,
        "editionStatus": edition.status_now,
        "table": table.id,
        "base": edition.base,
    }
    if options.bounds:
        numbers = published.numbers()
        extension |= {"low": [number.low for number in numbers], "high": [number.high for number in numbers]}
    content = {
        "version": "2.0",
        "class": "dataset",
        "label": table.label,
        "source": _("Weerbaar: register of reports"),
        "id": [*table.dimensions, PERIOD],
        "size": [*(len(dimension.codes) for dimension in dimensions), 1],
        "role": {"time": [PERIOD]},
        "dimension": {dimension.id: _dimension(dimension, table) for dimension in dimensions}
        | {PERIOD: _period(edition.period)},
        "value": [values[codes] for codes in table.rows()],
        "status": NORMAL,
        "extension": extension,
    }
    if edition.public_since:
        content["updated"] = edition.public_since.date().isoformat()
    if note := withdrawn_note(edition):
        content["note"] = [note]
    return compact(content)


def _dimension(dimension: ShownDimension, table: Table) -> dict:
    parents = [TOTAL, *dict.fromkeys(code.parent for code in dimension.codes if code.parent)]
    return {
        "label": dimension.label,
        "category": {
            "index": [code.code for code in dimension.codes],
            "label": {code.code: code.label for code in dimension.codes},
            "child": {parent: table.children(dimension.id, parent) for parent in parents},
        },
    }


def _period(period: str) -> dict:
    return {"label": _("Period"), "category": {"index": [period], "label": {period: period}}}
