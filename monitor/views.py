"""The public pages of the figures: editions, tables with a chart, and how we measure."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitor import catalogue
from monitor.catalogue import TOTAL, Table
from monitor.indicators import indicators
from monitor.models import Edition, EditionTable
from organisations.codes import code_list

MOST_QUARTERS = 8


@dataclass(frozen=True)
class Row:
    label: str
    depth: int
    values: list[int]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest quarter, the line through the last two years, and all editions."""
    published = Edition.objects.public()
    quarters = list(published.filter(id__contains="-Q").order_by("-id")[:MOST_QUARTERS])[::-1]
    stored = {one.edition_id: dict(one.rows) for one in EditionTable.objects.filter(edition__in=quarters, table="Q1")}
    kinds = code_list("kind").codes
    series = [[stored[quarter.id][kind.id] for quarter in quarters] for kind in kinds]
    newest = stored[quarters[-1].id] if quarters else {}
    context = {
        "editions": [(one.id, quarter_words(one.id)) for one in published.order_by("-id")],
        "newest": quarters[-1] if quarters else None,
        "headline": _headline(newest, quarters, stored) if quarters else "",
        "total": newest.get(TOTAL),
        "kinds": [(kind, newest.get(kind.id)) for kind in kinds],
        "labels": [f"{_quarter_short(one.id)}|{one.id[:4]}" for one in quarters],
        "series": series,
        "names": [kind.label for kind in code_list("kind_short").codes],
        "rows": [
            (quarter_words(one.id), [stored[one.id][kind.id] for kind in kinds], stored[one.id][TOTAL])
            for one in quarters
        ],
    }
    return render(request, "monitor/index.html", context | {"section": "figures"})


@require_safe
def edition(request: HttpRequest, period: str) -> HttpResponse:
    found = Edition.objects.public().filter(id=period).first()
    if found is None:
        raise Http404
    stored = {one.table: one.rows for one in found.stored.all()}
    wanted = request.GET.get("tabel", "")
    table = catalogue.tables()[wanted if wanted in stored else next(iter(stored))]
    columns, rows = grid(table, stored[table.id])
    most = max((row.values[0] for row in rows if row.depth), default=0)
    context = {
        "edition": found,
        "period": quarter_words(period),
        "tables": [catalogue.tables()[name] for name in stored],
        "table": table,
        "columns": columns,
        "rows": rows,
        "most": most,
        "population": indicators()[table.population],
    }
    return render(request, "monitor/edition.html", context | {"section": "figures"})


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "monitor/method.html", {"section": "method"})


def grid(table: Table, rows: list) -> tuple[list[str], list[Row]]:
    """A table as people read it: the first dimension down, the second across with its total first. A third dimension
    is shown as its total; the download has all of it."""
    values = {tuple(row[:-1]): row[-1] for row in rows}
    down, across = table.dimensions[0], table.dimensions[1] if len(table.dimensions) > 1 else None
    rest = (TOTAL,) * max(len(table.dimensions) - 2, 0)
    columns = [TOTAL, *(code.id for code in code_list(across).level1)] if across else [TOTAL]

    def value(code: str, column: str) -> int:
        return values[(code, column, *rest) if across else (code,)]

    shown = [Row(_("Total"), 0, [value(TOTAL, column) for column in columns])]
    for code in table.codes(down):
        depth = 2 if code_list(down)[code].parent else 1
        shown.append(Row(code_list(down)[code].label, depth, [value(code, column) for column in columns]))
    words = (
        [_("Total") if column == TOTAL else code_list(across)[column].label for column in columns]
        if across
        else [_("Number")]
    )
    return words, shown


def quarter_words(period: str) -> str:
    """ "2026-Q3" as "3e kwartaal 2026"."""
    year, _sep, number = period.partition("-Q")
    if not number:
        return year
    if (get_language() or "nl").startswith("en"):
        return f"{['first', 'second', 'third', 'fourth'][int(number) - 1]} quarter of {year}"
    return f"{number}e kwartaal {year}"


def _quarter_short(period: str) -> str:
    letter = "Q" if (get_language() or "nl").startswith("en") else "K"
    return letter + period[-1]


def _headline(newest: dict[str, int], quarters: list[Edition], stored: dict[str, dict[str, int]]) -> str:
    """What the numbers say, from published numbers only."""
    if len(quarters) < 2:
        return _("The first figures on reports")
    before = stored[quarters[-2].id]
    if newest["aggression"] > before["aggression"]:
        return _("More reports of aggression than in the quarter before")
    if newest["aggression"] < before["aggression"]:
        return _("Fewer reports of aggression than in the quarter before")
    return _("About as many reports of aggression as in the quarter before")
