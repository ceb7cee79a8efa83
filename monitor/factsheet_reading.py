"""A factsheet of one edition: its figures from published tables only, with the years before, as numbers and sentences."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.catalogue import TOTAL, catalogue, tables
from monitor.disclosure.links import window_of
from monitor.factsheets import Chart, Factsheet, Figure, factsheets, survey
from monitor.indicators import FEWEST, Cells, Rows, figure
from monitor.models import Edition, EditionTable
from monitor.reading import rows_of
from monitor.sentences import NOTHING, Number, compare, headline, meaning, ranking, said, share_words
from organisations.codes import code_list
from reporting.codes import NOT_GIVEN

MOST_TILES = 4
TILES: tuple[Chart, ...] = ("police", "channel")  # whose shares fill the row of key numbers
LAST = ("other", NOT_GIVEN)  # what says little stands last
TITLES = {
    "forms": gettext_lazy("What kind of aggression?"),
    "channel": gettext_lazy("How did it happen?"),
    "severity": gettext_lazy("How serious did it feel?"),
    "reporting": gettext_lazy("How was it reported?"),
    "police": gettext_lazy("Was a police report filed?"),
    "outcomes": gettext_lazy("What came of it?"),
    "lead_time": gettext_lazy("How long did it take?"),
    "timeliness": gettext_lazy("Were organisations in time?"),
}
COUNTED = {
    ("reports", "aggression"): gettext_lazy("Reports of aggression"),
    ("reports", "integrity"): gettext_lazy("Reports on integrity"),
    ("reports", ""): gettext_lazy("All reports (aggression, integrity and pressure)"),
    ("outcomes", "aggression"): gettext_lazy("Closed cases of aggression"),
    ("outcomes", ""): gettext_lazy("All closed cases (aggression, integrity and pressure)"),
    ("clocks", ""): gettext_lazy("All clocks that ran out"),
}
SHARE_OF = {
    "reports": gettext_lazy("%(what)s, part of the reports"),
    "outcomes": gettext_lazy("%(what)s, part of the cases"),
}
NOT_ASKED = gettext_lazy("Of integrity this is not asked: those reports stand under “not given”.")


@dataclass(frozen=True)
class Row:
    label: str
    number: Number


@dataclass(frozen=True)
class Share:
    """An indicator; without a value where too few were counted."""

    label: str
    value: int | None


@dataclass(frozen=True)
class Tile:
    """A key number; `before` says how exact it is."""

    label: str
    before: str
    value: str


@dataclass(frozen=True)
class Block:
    """A figure with what can be said of it. `about` says what is counted and about whom, `apart` what no table carries."""

    id: str
    title: str
    about: str
    apart: str
    notes: list[str]
    said: list[str]
    rows: list[Row]
    total: Number
    shares: list[Share]

    @property
    def most(self) -> int:
        return max((row.number.value for row in self.rows), default=0)


@dataclass(frozen=True)
class ContextLine:
    """One line of the survey: whom was asked, and the shares by year."""

    words: str
    values: list[tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    factsheet: Factsheet
    edition: Edition
    headline: str
    about: str
    total: Number
    tiles: list[Tile]
    years: list[tuple[str, Number]]
    blocks: Mapping[Chart, Block]
    timeliness: Block
    meaning: str
    survey: list[ContextLine]
    sources: list[str]

    @property
    def title(self) -> str:
        return _("%(whom)s: figures on reports in %(year)s") % {
            "whom": self.factsheet.label,
            "year": self.edition.id,
        }


def read_sheet(sheet: Factsheet, edition: Edition, earlier: Sequence[Edition]) -> Sheet:
    """The factsheet of a yearly edition. `earlier`: the editions of years before that stand beside it."""
    editions = sorted([*earlier, edition], key=lambda one: one.id)
    rows = _rows(editions, sheet.tables)
    total_cells = sheet.total.cells(factsheets().whom_of(sheet, sheet.total))
    years = [(one.id, number_of(total_cells, rows[one.id][sheet.total.table])) for one in editions]
    now, before = years[-1][1], years[-2] if len(years) > 1 else ("", None)
    here = rows[edition.id]
    blocks = {name: _block(sheet, name, one, here[one.table]) for name, one in sheet.charts.items()}
    verdict = compare(now, before[1])
    return Sheet(
        factsheet=sheet,
        edition=edition,
        headline=headline(sheet.counted.label, now, edition.id, before[1], before[0]),
        about=_about(sheet, sheet.total),
        total=now,
        tiles=_tiles(sheet, now, here, blocks),
        years=years,
        blocks=blocks,
        timeliness=_block(sheet, "timeliness", sheet.timeliness, here[sheet.timeliness.table]),
        meaning=meaning(verdict, before[0]),
        survey=[
            ContextLine(
                _("What share of %(population)s %(did)s?") % {"population": line.population.label, "did": line.label},
                sorted(line.values.items()),
            )
            for line in (survey().lines[name] for name in sheet.survey)
        ],
        sources=_sources(sheet.survey),
    )


def number_of(cells: Cells, rows: Rows) -> Number:
    """A sum of published cells, with the counts that it can stand for."""
    table = tables()[cells.table]
    found = NOTHING
    for codes in product(*(cells.codes.get(dimension, [TOTAL]) for dimension in table.dimensions)):
        found += Number(rows[codes], *window_of(table.cell_of(codes), rows[codes]))
    return found


def _rows(editions: Iterable[Edition], wanted: set[str]) -> dict[str, dict[str, Rows]]:
    found: dict[str, dict[str, Rows]] = {}
    for stored in EditionTable.objects.filter(edition__in=editions, table__in=wanted):
        found.setdefault(stored.edition_id, {})[stored.table] = rows_of(stored)
    return found


def _block(sheet: Factsheet, name: str, one: Figure, rows: Rows) -> Block:
    whom = factsheets().whom_of(sheet, one)
    cells = one.cells(whom)
    total = number_of(cells, rows)
    shown = _split(one, cells, rows)
    shares = [(each, one.indicator(each, whom)) for each in one.say]
    # Every rounded number that is added makes a share less certain.
    is_enough = total.value >= FEWEST["share"] * math.prod(len(codes) for codes in whom.codes.values())
    values = {each: figure(indicator, rows) if is_enough else None for each, indicator in shares}
    sentences = []
    if one.most_first:
        answers = [(row.label, row.number) for code, row in shown if code != NOT_GIVEN]
        sentences.append(ranking(answers, total, named=len(answers) < len(shown)))
    if one.by:
        sentences += dict.fromkeys(share_words(each, value) for each, value in values.items())
    return Block(
        id=name,
        title=str(TITLES[name]),
        about=_about(sheet, one),
        apart=_("There is no separate figure for %(whom)s.") % {"whom": sheet.label.lower()} if one.of else "",
        notes=_notes(one, shown),
        said=sentences,
        rows=[row for _code, row in shown],
        total=total,
        shares=[Share(indicator.label, values[each]) for each, indicator in shares],
    )


def _notes(one: Figure, shown: list[tuple[str, Row]]) -> list[str]:
    """What a reader must know of these numbers beyond the reading help."""
    found = [str(NOT_ASKED)] if one.by == "channel" else []
    reach = max((row.number.high - row.number.value for _code, row in shown), default=0)
    if reach > catalogue().base - 1 + catalogue().margins.default:
        words = _("Few organisations, or a sum of rounded numbers: the real number is at most %(reach)s more or less.")
        found.append(words % {"reach": said(reach)})
    return found


def _split(one: Figure, cells: Cells, rows: Rows) -> list[tuple[str, Row]]:
    """The first level of the list by which a figure is split, without what can never be counted there."""
    if not one.by:
        return []
    table = tables()[one.table]
    relations = catalogue().relations(table.population)
    found = []
    for code in code_list(one.by).level1:
        part = Cells(table=one.table, codes=cells.codes | {one.by: [code.id]})
        places = product(*(part.codes.get(dimension, [TOTAL]) for dimension in table.dimensions))
        if not all(relations.is_empty(table.cell_of(place)) for place in places):
            found.append((code.id, Row(code.label, number_of(part, rows))))
    if one.most_first:
        found.sort(key=lambda pair: (LAST.index(pair[0]) + 1 if pair[0] in LAST else 0, -pair[1].number.value))
    return found


def _about(sheet: Factsheet, one: Figure) -> str:
    return f"{COUNTED[one.counts]}: {factsheets().whom_of(sheet, one).label}."


def _tiles(sheet: Factsheet, now: Number, here: dict[str, Rows], blocks: Mapping[Chart, Block]) -> list[Tile]:
    """The total, what is counted beside it, and shares of the same whom to fill the row."""
    counts = [Row(sheet.counted.label, now)]
    for one in sheet.also:
        counts.append(Row(one.label, number_of(one.cells(factsheets().whom_of(sheet, one)), here[one.table])))
    tiles = [_count_tile(one) for one in counts]
    for name in TILES:
        for share in blocks[name].shares:
            if share.value is not None and len(tiles) < MOST_TILES:
                words = str(SHARE_OF[sheet.charts[name].counts[0]]) % {"what": share.label}
                tiles.append(Tile(words, _("about"), f"{share.value}%"))
    return tiles


def _count_tile(row: Row) -> Tile:
    if row.number.value:
        return Tile(row.label, _("about"), said(row.number.value))
    return Tile(row.label, _("at most"), said(row.number.high))


def _sources(names: Iterable[str]) -> list[str]:
    years = sorted({year for name in names for year in survey().lines[name].values})
    return [survey().sources[year].label for year in years]
