"""The public pages of the figures: the newest figures, the editions, and every table."""

from dataclasses import replace
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from monitor.editions.profiles import parts_of, profile_indicators, total
from monitor.models import Edition, EditionProfile, EditionTable
from monitor.reading.certainty import Measured, Number, compare, measured
from monitor.reading.charts import chart_of
from monitor.reading.tables import NO_COLUMN, SHOWN, Reading, read, rows_of
from monitor.reading.words import (
    against_quarter_before,
    against_year_before,
    days_from,
    not_counted_then,
    period_words,
    quarter_short,
)
from monitor.rules.calendar import release_calendar
from monitor.rules.catalogue import POPULATIONS, TOTAL, Table, as_cell, as_stored, catalogue, stored_code
from monitor.rules.indicators import Indicator, Rows, indicators, measured_then
from monitor.rules.periods import quarter_before, year_before, year_of
from monitor.rules.terms import terms_of
from organisations.codes import code_list

MOST_QUARTERS = 8
TAKING_PART = ("organisations_active", "organisations_with_protocol", "prevention_items_done")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The start page: the newest quarter and year, the trend of the last two years, all editions, and planned releases."""
    editions = list(Edition.objects.public().order_by("-id"))
    standing = list(Edition.objects.standing().order_by("-id"))
    slots = _quarters_of(editions, standing)
    quarters = [edition for _period, edition, _why in slots if edition]
    year = next((edition for edition in standing if not edition.is_quarterly), None)
    wanted = Q(edition__in=quarters) | Q(edition=year)
    stored: dict[str, dict[str, Rows]] = {}
    for stored_table in EditionTable.objects.filter(wanted):
        stored.setdefault(stored_table.edition_id, {})[stored_table.table] = rows_of(stored_table)
    out = {edition.id for edition in editions}
    newest = year or (quarters[-1] if quarters else None)
    context = {
        "section": "figures",
        "editions": [(edition, period_words(edition.id)) for edition in editions],
        "coming": [
            (planned, period_words(planned.period)) for planned in release_calendar() if planned.period not in out
        ],
        **_newest_quarter(slots, {period: tables["Q1"] for period, tables in stored.items() if "Q1" in tables}),
        **(_newest_year(year, stored[year.id]) if year else {}),
        **(who_takes_part(newest, stored[newest.id]) if newest else {}),
    }
    return render(request, "monitor/pages/index.html", context)


QuarterSlot = tuple[str, Edition | None, str]  # a quarter; its edition; the words for why it has none


def _quarters_of(public: list[Edition], standing: list[Edition]) -> list[QuarterSlot]:
    """The last eight quarters in order, none left out, from the first quarter that has figures."""
    withdrawn = {edition.id for edition in public if edition.status == Edition.Status.WITHDRAWN}
    by_period = {edition.id: edition for edition in standing if edition.is_quarterly}
    period = max((edition.id for edition in public if edition.is_quarterly), default="")
    slots: list[QuarterSlot] = []
    while period and len(slots) < MOST_QUARTERS and min(by_period, default="9") <= period:
        slots.insert(0, (period, by_period.get(period), _("withdrawn") if period in withdrawn else _("missing")))
        period = quarter_before(period)
    return slots


def _newest_quarter(slots: list[QuarterSlot], stored: dict[str, Rows]) -> dict:
    quarters = [edition for _period, edition, _why in slots if edition]
    if not quarters:
        return {}
    newest = quarters[-1]
    rows = stored[newest.id]
    kinds = [kind for kind in code_list("kind").codes if any((kind.id,) in stored[edition.id] for edition in quarters)]

    def aggression(period: str) -> Number:
        return Number.of(as_cell({"kind": "aggression"}), stored[period][("aggression",)])

    def said(period: str, words) -> str:
        return words(compare(aggression(newest.id), aggression(period))) if period in stored else ""

    return {
        "newest": newest,
        "newest_words": period_words(newest.id),
        "headline": said(quarter_before(newest.id), against_quarter_before)
        or (_("Figures on reports") if len(slots) > 1 else _("The first figures on reports")),
        "a_year_ago": said(year_before(newest.id), against_year_before),
        "total": rows[(TOTAL,)],
        "kinds": [(kind, rows[(kind.id,)]) for kind in kinds if (kind.id,) in rows],
        "labels": [f"{quarter_short(period)}|{year_of(period)}" for period, _one, _why in slots],
        "series": [
            [stored[edition.id].get((kind.id,)) if edition else None for _period, edition, _why in slots]
            for kind in kinds
        ],
        "names": [code_list("kind_short")[kind.id].label for kind in kinds],
        "rows": [
            (
                period,
                period_words(period),
                [stored[period].get((kind.id,)) for kind in kinds],
                stored[period][(TOTAL,)],
                "",
            )
            if edition
            else (period, period_words(period), [], None, why)
            for period, edition, why in slots
        ],
    }


def _newest_year(year: Edition, tables: dict[str, Rows]) -> dict:
    return {
        "year": year,
        "year_words": period_words(year.id),
        "measured": [
            (indicator, *_measured(indicator, tables[indicator.numerator.table]))
            for indicator in indicators().values()
            if indicator.numerator.table in tables
        ],
    }


def _measured(indicator: Indicator, rows: Rows) -> tuple[Measured | None, str]:
    """The value of an indicator, and the words that stand in its place where it has none."""
    if not measured_then(indicator, rows):
        return None, not_counted_then()
    figure = measured(indicator, rows)
    if figure is None:
        return None, _("too few to say")
    return figure, days_from(figure.low) if figure.value is None else ""


def who_takes_part(edition: Edition, stored: dict[str, Rows]) -> dict:
    """The context of the figures from profiles; empty for an edition without profile numbers. `stored`: {table: rows} of the
    edition."""
    profile = EditionProfile.objects.filter(edition=edition).first()
    if profile is None:
        return {}
    shown = profile_indicators()
    per_100 = shown["reports_per_100"]
    rows = next((stored[name] for name in per_100.tables if name in stored), None)
    rates = parts_of(per_100, profile.numbers, rows) if rows else []
    active, adopted, done = (parts_of(shown[name], profile.numbers) for name in TAKING_PART)
    return {
        "taking_part": {
            "edition": edition,
            "layers": list(zip(active, adopted, strict=True)),
            "active": total(profile.numbers["organisations_active"]),
            "organisations": total(profile.numbers["organisations"]),
            "profiles": total(profile.numbers["profiles"]),
            "protocol": shown["organisations_with_protocol"],
            "done": done,
            "per_100": per_100,
            "rates": [part for part in rates if part.why != "holders_not_known"],
            "not_known": [part.label.lower() for part in rates if part.why == "holders_not_known"],
        }
    }


@require_safe
def edition(request: HttpRequest, period: str) -> HttpResponse:
    """All tables of an edition. An address with ?tabel=, from an earlier version of these pages, leads to that table."""
    if wanted := request.GET.get("tabel"):
        rest = [(name, value) for name, value in request.GET.items() if name != "tabel"]
        address = reverse("monitor:table", args=[period, wanted]) if wanted in catalogue().tables else request.path
        return redirect(address + ("?" + urlencode(rest) if rest else ""))
    shown = _public(period)
    return render(request, "monitor/pages/edition.html", {"section": "figures", **edition_context(shown)})


@require_safe
def table(request: HttpRequest, period: str, name: str) -> HttpResponse:
    """The page of one table, read as the parameters of the address say."""
    shown = _public(period)
    context = table_context(shown, name, request.GET)
    return render(request, "monitor/pages/table.html", {"section": "figures", **context})


def _public(period: str) -> Edition:
    edition = Edition.objects.public().filter(id=period).first()
    if edition is None:
        raise Http404
    return edition


def edition_context(edition: Edition) -> dict:
    """The context of an edition's page: its tables by population, each population with its published total."""
    stored = {stored_table.table: rows_of(stored_table) for stored_table in edition.stored.all()}
    groups = []
    for population in POPULATIONS:
        tables = [
            table for table in catalogue().tables.values() if table.id in stored and table.population == population
        ]
        if tables:
            whole = next(table for table in tables if not table.fixed)
            total = stored[whole.id][(TOTAL,) * len(whole.dimensions)]
            groups.append((indicators()[population], total, tables))
    return {"edition": edition, "period": period_words(edition.id), "groups": groups, **who_takes_part(edition, stored)}


def table_context(edition: Edition, name: str, query: QueryDict, beside: str = "") -> dict:
    """The context of the page of a table. `beside`: the edition to compare with where the address names none. Raises
    Http404 where the edition has no such table."""
    stored = set(edition.stored.values_list("table", flat=True))
    if name not in stored:
        raise Http404
    others = editions_before(edition)
    wanted = query.get("naast", beside)
    if wanted not in others:
        query, wanted = _without(query, "naast"), ""
    tables = {
        stored_table.edition_id: stored_table
        for stored_table in EditionTable.objects.filter(table=name, edition__in=[edition.id, wanted])
    }
    shape, _rows = as_stored(catalogue().tables[name], tables[edition.id].rows)
    reading = Reading.of(shape, query, beside)
    before = _comparable(shape, tables[wanted]) if wanted in tables else None
    only_numbers = before is not None and reading.show != SHOWN[0]
    if only_numbers:
        reading = replace(reading, show=SHOWN[0])
    grid = read(reading, rows_of(tables[edition.id]), before)
    return {
        "edition": edition,
        "period": period_words(edition.id),
        "table": shape,
        "population": indicators()[shape.population],
        "only": code_list("kind")[shape.fixed] if shape.fixed else None,
        "grid": grid,
        "is_beside": before is not None,
        "only_numbers": only_numbers,
        "beside_words": period_words(reading.beside) if before is not None else "",
        "chart": chart_of(grid, _("Bars of what the table shows: %(table)s") % {"table": shape.label}),
        "controls": _controls(reading, others),
        "tables": [table for table in catalogue().tables.values() if table.id in stored],
        "terms": terms_of([shape.population, *shape.dimensions]),
        "left_out": _left_out(shape, stored),
        "downloads": _downloads(edition.id, name),
    }


def _left_out(shape: Table, stored: set[str]) -> list[dict]:
    """The code lists of which a table shows only the first level: [{dimension, parts: the labels that are left out, others:
    the other dimensions in words, tables: those that show the parts}]."""
    left_out = []
    for dimension in (dimension for dimension, level in shape.levels.items() if level == 1):
        codes = code_list(dimension)
        whole = [table for table in catalogue().tables.values() if table.id in stored and dimension in table.dimensions]
        left_out.append(
            {
                "dimension": codes.label,
                "parts": [code.label for code in codes.codes if code.parent],
                "others": get_text_list(
                    [code_list(other).label.lower() for other in shape.dimensions if other != dimension], _("and")
                ),
                "tables": [table for table in whole if dimension not in table.levels],
            }
        )
    return left_out


def _comparable(shape: Table, table_before: EditionTable) -> Rows:
    """The rows of an earlier edition that mean the same in this one. Of a code list whose codes changed meanwhile, only the
    total does."""
    was, rows = as_stored(catalogue().tables[table_before.table], table_before.rows)
    alike = [set(was.codes(name)) == set(shape.codes(name)) for name in shape.dimensions]
    return {
        tuple(codes): value
        for *codes, value in rows
        if all(code == TOTAL or same for code, same in zip(codes, alike, strict=True))
    }


def _downloads(period: str, name: str) -> list[tuple[str, str]]:
    """(words, address in the API) of the files of a table. Files for people have the lowest and highest count of each
    number."""
    address = f"/api/v1/editions/{period}/tables/{name}"
    return [
        (_("For Excel"), f"{address}?format=csv&labels=true&bom=true&separator=semicolon&bounds=true"),
        (_("CSV"), f"{address}?format=csv&bounds=true"),
        (_("CSV with labels"), f"{address}?format=csv&labels=true&bounds=true"),
        (_("JSON-stat"), f"{address}?format=jsonstat"),
        (_("SDMX-CSV"), f"{address}?format=sdmx-csv"),
        (_("The whole edition (zip)"), f"/api/v1/editions/{period}/archive"),
    ]


def editions_before(edition: Edition) -> list[str]:
    """The ids of the editions in force of earlier years or quarters, newest first; for a revision also the first
    edition."""
    own = Edition.objects.public().filter(id=edition.period).exclude(status=Edition.Status.WITHDRAWN)
    same = Edition.objects.standing().filter(id__lt=edition.period) | own.exclude(id=edition.id)
    same = same.quarterly() if edition.is_quarterly else same.yearly()
    return list(same.order_by("-id").values_list("id", flat=True))


def _without(query: QueryDict, name: str) -> QueryDict:
    kept = query.copy()
    kept[name] = ""
    return kept


def _controls(reading: Reading, others: list[str]) -> list[dict]:
    """The choices above a table: [{name, label, options: [(value, words, is chosen)]}]."""
    shape = reading.table
    dimensions = [(dimension, code_list(dimension).label) for dimension in shape.dimensions]
    controls = [_choice("rij", _("Down"), dimensions, reading.down)] if len(dimensions) > 1 else []
    if len(dimensions) > 1:
        across = [pair for pair in dimensions if pair[0] != reading.down]
        controls.append(
            _choice("kolom", _("Across"), [*across, (NO_COLUMN, _("only the total"))], reading.across or NO_COLUMN)
        )
    for dimension in reading.held:
        codes = [
            (code, ("– " if stored_code(dimension, code).parent else "") + stored_code(dimension, code).label)
            for code in shape.codes(dimension)
        ]
        controls.append(
            _choice(dimension, code_list(dimension).label, [("", _("Total")), *codes], reading.fixed.get(dimension, ""))
        )
    words = [_("Numbers"), _("Per cent of the row"), _("Per cent of the column"), _("What a number can stand for")]
    controls.append(_choice("toon", _("Show"), list(zip(SHOWN, words, strict=True)), reading.show))
    if others:
        beside = [("", _("nothing")), *((edition, period_words(edition)) for edition in others)]
        controls.append(_choice("naast", _("Beside it"), beside, reading.beside))
    return controls


def _choice(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> dict:
    return {"name": name, "label": label, "options": [(value, words, value == chosen) for value, words in options]}
