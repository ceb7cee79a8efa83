"""A factsheet of one edition: numbers and sentences from published tables only, with the years before."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.editions.profiles import CodeFigure, parts_of, profile_indicators
from monitor.models import Edition, EditionProfile, EditionTable
from monitor.reading.certainty import Measured, Number, Share, compare, measured, number_of
from monitor.reading.sentences import headline, meaning, ranking, share_sentence
from monitor.reading.tables import SHOWN, Reading, rows_of
from monitor.reading.words import formatted, share_short
from monitor.rules.catalogue import GRAND_TOTAL, TOTAL, catalogue, stored_code, tables
from monitor.rules.factsheets import ChartName, Factsheet, Figure, Whom, factsheets, survey
from monitor.rules.indicators import FEWEST, Cells, Rows, codes_then, counted_then, groups_then, measured_then
from monitor.rules.terms import HardWord, terms_of
from organisations.codes import code_list
from reporting.codes import NOT_GIVEN

MOST_TILES = 4
WIDEST_TILE = 20  # percentage points; a share with ends further apart is no key number
TILES: tuple[ChartName, ...] = ("police", "channel")  # the charts whose shares fill the row of key numbers
LAST = ("other", NOT_GIVEN)  # the codes that say little stand last
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
    ("clocks", ""): gettext_lazy("All deadlines that passed"),
}
SHARE_OF = {
    "reports": gettext_lazy("%(what)s, part of the reports"),
    "outcomes": gettext_lazy("%(what)s, part of the cases"),
}
NOT_ASKED = gettext_lazy("Of integrity this is not asked: those reports stand under “not given”.")


class NotCounted(Exception):
    """The edition did not count yet what the factsheet is about: it has no code or no table for it."""


@dataclass(frozen=True)
class FigureRow:
    label: str
    number: Number


@dataclass(frozen=True)
class IndicatorWords:
    """An indicator in words: its figure, or why there is none. `length`: of its bar in per cent; None where only the ends of
    the share are worth saying."""

    label: str
    words: str
    length: int | None


@dataclass(frozen=True)
class Tile:
    """A key number; `before` and `after` say how exact it is."""

    label: str
    before: str
    value: str
    after: str = ""


@dataclass(frozen=True)
class FigureBlock:
    """A figure with what can be said of it.

    `about`: what is counted and about whom. `whom`: the wider group that the figure is about, where no table carries the
    factsheet's own group; `apart` is the sentence that says so, and `nearness` grows with how much wider the group is.
    `table` and `query`: the table that shows these numbers and the parameters of its address. `measures`: {label of an
    indicator: its value}.
    """

    id: str
    title: str
    about: str
    whom: str
    apart: str
    nearness: int
    notes: list[str]
    terms: list[HardWord]
    sentences: list[str]
    rows: list[FigureRow]
    total: Number
    shares: list[IndicatorWords]
    measures: Mapping[str, Measured | None]
    table: str
    query: str

    @property
    def most(self) -> int:
        """The largest value of the rows; 0 where there are none."""
        return max((row.number.value for row in self.rows), default=0)


@dataclass(frozen=True)
class ContextLine:
    """A line of the survey: the question in `words`, and the (year, share in whole per cent)."""

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
    table: tuple[str, str]
    blocks: Mapping[ChartName, FigureBlock]
    timeliness: FigureBlock
    meaning: str
    survey: list[ContextLine]
    sources: list[str]
    per_100: CodeFigure | None

    @property
    def ordered(self) -> list[FigureBlock]:
        """The charts; those about the factsheet's own group of people come first."""
        return sorted(self.blocks.values(), key=lambda block: block.nearness)

    @property
    def own(self) -> list[FigureBlock]:
        """The figures about the factsheet's own group of people."""
        return [block for block in [*self.ordered, self.timeliness] if not block.whom]

    @property
    def wider(self) -> list[FigureBlock]:
        """The figures about a wider group, the nearest first."""
        return sorted(
            (block for block in [*self.ordered, self.timeliness] if block.whom), key=lambda block: block.nearness
        )

    @property
    def title(self) -> str:
        """The title of the page."""
        return _("%(whom)s: figures on reports in %(year)s") % {
            "whom": self.factsheet.label,
            "year": self.edition.period,
        }


def read_sheet(sheet: Factsheet, edition: Edition, years_before: Sequence[Edition]) -> Sheet:
    """The factsheet of a yearly edition. `years_before`: the editions of earlier years; the trend shows those that counted
    the same. Raises :class:`NotCounted`."""
    editions = sorted([*years_before, edition], key=lambda shown: shown.id)
    rows = _rows(editions, sheet.tables)
    here = rows[edition.id]
    wanted = [figure.cells(factsheets().whom_of(sheet, figure)) for _name, figure in sheet.figures]
    if not all(counted_then(cells, here[cells.table]) for cells in wanted):
        raise NotCounted
    total_cells = sheet.total.cells(factsheets().whom_of(sheet, sheet.total))
    stored = [(shown.period, rows[shown.id][sheet.total.table]) for shown in editions]
    years = [
        (period, number_of(total_cells, year_rows))
        for period, year_rows in stored
        if counted_then(total_cells, year_rows)
    ]
    now, before = years[-1][1], years[-2] if len(years) > 1 else ("", None)
    blocks = {name: _block(sheet, name, figure, here[figure.table]) for name, figure in sheet.charts.items()}
    verdict = compare(now, before[1])
    return Sheet(
        factsheet=sheet,
        edition=edition,
        headline=headline(str(sheet.counted), now, edition.period, before[1], before[0]),
        about=_about(sheet, sheet.total),
        total=now,
        tiles=_tiles(sheet, now, here, blocks),
        years=years,
        table=(sheet.total.table, _query(sheet.total, factsheets().whom_of(sheet, sheet.total))),
        blocks=blocks,
        timeliness=_block(sheet, "timeliness", sheet.timeliness, here[sheet.timeliness.table]),
        meaning=meaning(verdict, before[0]),
        survey=[
            ContextLine(
                _("What share of %(population)s %(did)s?") % {"population": str(line.population), "did": line.label},
                sorted(line.values.items()),
            )
            for line in (survey().lines[name] for name in sheet.survey)
        ],
        sources=_sources(sheet.survey),
        per_100=_per_100(sheet, edition),
    )


def _per_100(sheet: Factsheet, edition: Edition) -> CodeFigure | None:
    """Reports for every 100 holders, for a factsheet about one function; None where it is about more, or where the rate
    cannot be said."""
    functions = factsheets().whom[sheet.whom].codes.get("group", [])
    profile = EditionProfile.objects.filter(edition=edition).first()
    if len(functions) != 1 or profile is None:
        return None
    indicator = profile_indicators()["reports_per_100"]
    rows = _rows([edition], set(indicator.tables))[edition.id][indicator.tables[0]]
    parts = parts_of(indicator, profile.numbers, rows)
    return next((part for part in parts if part.code == functions[0] and part.value is not None), None)


def _rows(editions: Iterable[Edition], wanted: set[str]) -> dict[str, dict[str, Rows]]:
    """{edition: {table: rows}}. A table that the edition does not have has no rows."""
    tables_of: dict[str, dict[str, Rows]] = {edition.id: {name: {} for name in wanted} for edition in editions}
    for stored in EditionTable.objects.filter(edition__in=tables_of, table__in=wanted):
        tables_of[stored.edition_id][stored.table] = rows_of(stored)
    return tables_of


def _block(sheet: Factsheet, name: str, figure: Figure, rows: Rows) -> FigureBlock:
    whom = factsheets().whom_of(sheet, figure)
    cells = figure.cells(whom)
    total = number_of(cells, rows)
    shown = _split(figure, cells, rows)
    # Each rounded number in a sum makes a share less certain, so a sum of several cells needs more reports.
    needed = FEWEST["share"] * math.prod(len(codes) for codes in whom.codes.values())
    every = [(each, figure.indicator(each, whom)) for each in figure.say]
    shares = [(each, indicator) for each, indicator in every if measured_then(indicator, rows)]
    measures = {each: measured(indicator, rows) if total.value >= needed else None for each, indicator in shares}
    sentences = []
    if figure.most_first:
        answers = [(row.label, row.number) for code, row in shown if code != NOT_GIVEN]
        sentences.append(ranking(answers, total, named=len(answers) < len(shown)))
    if figure.by:
        sentences += dict.fromkeys(share_sentence(each, value) for each, value in measures.items())
    own = sheet.label.lower()
    return FigureBlock(
        id=name,
        title=str(TITLES[name]),
        about=_about(sheet, figure),
        whom=_("About %(whom)s") % {"whom": whom.label} if figure.of else "",
        apart=_("There is no separate figure for %(whom)s.") % {"whom": own} if figure.of else "",
        nearness=0 if not figure.of else 1 if whom.codes else 2,
        notes=_notes(figure, cells, shown, rows),
        terms=terms_of([figure.by or figure.population_and_kind[0]]),
        sentences=sentences,
        rows=[row for _code, row in shown],
        total=total,
        shares=[_indicator_words(indicator.label, measures[each], needed) for each, indicator in shares],
        measures={indicator.label: measures[each] for each, indicator in shares},
        table=figure.table,
        query=_query(figure, whom),
    )


def _indicator_words(label: str, measure: Measured | None, needed: int) -> IndicatorWords:
    if not isinstance(measure, Share):
        return IndicatorWords(label, _("cannot be said: fewer than %(needed)s were counted") % {"needed": needed}, None)
    return IndicatorWords(label, share_short(measure), None if measure.is_rough else measure.value)


def _query(figure: Figure, whom: Whom) -> str:
    """The parameters of the address of the table that shows the numbers of a figure."""
    table = tables()[figure.table]
    codes = figure.cells(whom).codes
    several = next((dimension for dimension, some in codes.items() if len(some) > 1), "")
    down = figure.by or ("clock" if "clock" in table.dimensions else next(iter(set(table.dimensions) - set(codes)), ""))
    across = several or ("met" if "met" in table.dimensions else "")
    parents = {(several, code_list(several)[code].parent or "") for code in codes[several]} if several else set()
    fixed = {dimension: some[0] for dimension, some in codes.items() if len(some) == 1}
    show = "rij" if across == "met" else SHOWN[0]
    return Reading(table, down, across, fixed, frozenset(parents), show).query()


def _new(figure: Figure, cells: Cells, rows: Rows) -> list[str]:
    """The labels of the codes by which a figure would be split today and that the edition did not know yet."""
    if not figure.by:
        return []
    then = codes_then(tables()[figure.table], figure.by, rows)
    return [
        code.label
        for code in code_list(figure.by).level1
        if code.id not in then and _is_possible(_part(cells, figure, code.id))
    ]


def _part(cells: Cells, figure: Figure, code: str) -> Cells:
    """The cells of one code of a figure. They are not checked against today's code lists, because an earlier edition may
    have other codes."""
    return Cells.model_construct(table=figure.table, codes=cells.codes | {figure.by: [code]})


def _is_possible(cells: Cells) -> bool:
    """Whether something can ever be counted in these cells."""
    table = tables()[cells.table]
    relations = catalogue().relations(table.population)
    rows = product(*(cells.codes.get(dimension, [TOTAL]) for dimension in table.dimensions))
    return not all(relations.is_empty(table.cell_of(row)) for row in rows)


def _notes(figure: Figure, cells: Cells, shown: list[tuple[str, FigureRow]], rows: Rows) -> list[str]:
    """The notes that belong to these numbers, beside the reading help of the page."""
    notes = [str(NOT_ASKED)] if figure.by == "channel" else []
    reach = max((row.number.high - row.number.value for _code, row in shown), default=0)
    if reach > catalogue().reach(GRAND_TOTAL):
        words = _("Few organisations, or a sum of rounded numbers: the real number is at most %(reach)s more or less.")
        notes.append(words % {"reach": formatted(reach)})
    if new := _new(figure, cells, rows):
        notes.append(_("Not counted then: %(codes)s.") % {"codes": ", ".join(new)})
    return notes


def _split(figure: Figure, cells: Cells, rows: Rows) -> list[tuple[str, FigureRow]]:
    """(code, row) of the first-level codes by which a figure is split, as the edition counted them, without the codes in
    which nothing can be counted."""
    if not figure.by:
        return []
    rows_by_code = []
    for code in groups_then(tables()[figure.table], figure.by, rows):
        part = _part(cells, figure, code)
        if _is_possible(part):
            rows_by_code.append((code, FigureRow(stored_code(figure.by, code).label, number_of(part, rows))))
    if figure.most_first:
        rows_by_code.sort(key=lambda pair: (LAST.index(pair[0]) + 1 if pair[0] in LAST else 0, -pair[1].number.value))
    return rows_by_code


def _about(sheet: Factsheet, figure: Figure) -> str:
    return f"{COUNTED[figure.population_and_kind]}: {factsheets().whom_of(sheet, figure).label}."


def _tiles(sheet: Factsheet, now: Number, here: dict[str, Rows], blocks: Mapping[ChartName, FigureBlock]) -> list[Tile]:
    """The key numbers: the total, the counts beside it, and shares about the same group to fill the row."""
    counts = [FigureRow(str(sheet.counted), now)]
    for also in sheet.also:
        counts.append(FigureRow(also.label, number_of(also.cells(factsheets().whom_of(sheet, also)), here[also.table])))
    tiles = [_count_tile(row) for row in counts]
    for name in TILES:
        for label, share in blocks[name].measures.items():
            if not isinstance(share, Share) or share.high - share.low > WIDEST_TILE:
                continue
            if not blocks[name].whom and len(tiles) < MOST_TILES:
                words = str(SHARE_OF[sheet.charts[name].population_and_kind[0]]) % {"what": label}
                tiles.append(_share_tile(words, share))
    return tiles


def _count_tile(row: FigureRow) -> Tile:
    if row.number.value:
        return Tile(row.label, _("about"), formatted(row.number.value))
    return Tile(row.label, _("at most"), formatted(row.number.high))


def _share_tile(label: str, share: Share) -> Tile:
    ends = {"low": share.low, "high": share.high}
    if share.is_rough:
        return Tile(label, _("between"), _("%(low)s and %(high)s%%") % ends)
    return Tile(label, _("about"), f"{share.value}%", _("%(low)s to %(high)s%%") % ends)


def _sources(names: Iterable[str]) -> list[str]:
    years = sorted({year for name in names for year in survey().lines[name].values})
    return [str(survey().sources[year]) for year in years]
