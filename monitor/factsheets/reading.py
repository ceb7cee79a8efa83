"""A factsheet of one edition: its figures from published tables only, with the years before, as numbers and sentences."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monitor.editions.profiles import Part, parts_of, profile_indicators
from monitor.models import Edition, EditionProfile, EditionTable
from monitor.reading.certainty import Measured, Number, Share, compare, measured, number_of
from monitor.reading.sentences import headline, meaning, ranking, share_words
from monitor.reading.tables import SHOWN, Reading, rows_of
from monitor.reading.words import said, share_short
from monitor.rules.catalogue import GRAND_TOTAL, TOTAL, catalogue, stored_code, tables
from monitor.rules.factsheets import Chart, Factsheet, Figure, Whom, factsheets, survey
from monitor.rules.indicators import FEWEST, Cells, Rows, codes_then, counted_then, groups_then, measured_then
from monitor.rules.terms import Term, terms_of
from organisations.codes import code_list
from reporting.codes import NOT_GIVEN

MOST_TILES = 4
WIDEST_TILE = 20  # points between the ends of a share: beyond, it is no key number
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


class NotCounted(Exception):
    """The edition is from before a code that this factsheet is about."""


@dataclass(frozen=True)
class Row:
    label: str
    number: Number


@dataclass(frozen=True)
class Said:
    """An indicator in words: its figure, or why there is none. `length`: of a bar, where one per cent may be said."""

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
class Block:
    """A figure with what can be said of it. `about` says what is counted and about whom. `whom`: about whom it is where no
    table carries the factsheet's own, and `apart` says so; `nearness` grows with how much wider that is. `table` and
    `query`: where its numbers stand."""

    id: str
    title: str
    about: str
    whom: str
    apart: str
    nearness: int
    notes: list[str]
    terms: list[Term]
    said: list[str]
    rows: list[Row]
    total: Number
    shares: list[Said]
    found: Mapping[str, Measured | None]
    table: str
    query: str

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
    table: tuple[str, str]
    blocks: Mapping[Chart, Block]
    timeliness: Block
    meaning: str
    survey: list[ContextLine]
    sources: list[str]
    per_100: Part | None

    @property
    def ordered(self) -> list[Block]:
        """The charts: what is about the factsheet's own whom comes first."""
        return sorted(self.blocks.values(), key=lambda one: one.nearness)

    @property
    def own(self) -> list[Block]:
        return [one for one in [*self.ordered, self.timeliness] if not one.whom]

    @property
    def wider(self) -> list[Block]:
        return sorted((one for one in [*self.ordered, self.timeliness] if one.whom), key=lambda one: one.nearness)

    @property
    def title(self) -> str:
        return _("%(whom)s: figures on reports in %(year)s") % {
            "whom": self.factsheet.label,
            "year": self.edition.period,
        }


def read_sheet(sheet: Factsheet, edition: Edition, earlier: Sequence[Edition]) -> Sheet:
    """The factsheet of a yearly edition. `earlier`: the editions of years before that stand beside it, where they counted
    the same. Raises :class:`NotCounted`."""
    editions = sorted([*earlier, edition], key=lambda one: one.id)
    rows = _rows(editions, sheet.tables)
    here = rows[edition.id]
    wanted = [one.cells(factsheets().whom_of(sheet, one)) for _name, one in sheet.figures]
    if not all(counted_then(cells, here[cells.table]) for cells in wanted):
        raise NotCounted
    total_cells = sheet.total.cells(factsheets().whom_of(sheet, sheet.total))
    stored = [(one.period, rows[one.id][sheet.total.table]) for one in editions]
    years = [(period, number_of(total_cells, one)) for period, one in stored if counted_then(total_cells, one)]
    now, before = years[-1][1], years[-2] if len(years) > 1 else ("", None)
    blocks = {name: _block(sheet, name, one, here[one.table]) for name, one in sheet.charts.items()}
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


def _per_100(sheet: Factsheet, edition: Edition) -> Part | None:
    """Reports for every 100 holders, on a factsheet of one function and where that can be said."""
    functions = factsheets().whom[sheet.whom].codes.get("group", [])
    profile = EditionProfile.objects.filter(edition=edition).first()
    if len(functions) != 1 or profile is None:
        return None
    indicator = profile_indicators()["reports_per_100"]
    rows = _rows([edition], set(indicator.tables))[edition.id][indicator.tables[0]]
    parts = parts_of(indicator, profile.numbers, rows)
    return next((one for one in parts if one.code == functions[0] and one.value is not None), None)


def _rows(editions: Iterable[Edition], wanted: set[str]) -> dict[str, dict[str, Rows]]:
    """{edition: {table: rows}}; no rows of a table that came later."""
    found: dict[str, dict[str, Rows]] = {one.id: {name: {} for name in wanted} for one in editions}
    for stored in EditionTable.objects.filter(edition__in=found, table__in=wanted):
        found[stored.edition_id][stored.table] = rows_of(stored)
    return found


def _block(sheet: Factsheet, name: str, one: Figure, rows: Rows) -> Block:
    whom = factsheets().whom_of(sheet, one)
    cells = one.cells(whom)
    total = number_of(cells, rows)
    shown = _split(one, cells, rows)
    # Every rounded number that is added makes a share less certain.
    needed = FEWEST["share"] * math.prod(len(codes) for codes in whom.codes.values())
    every = [(each, one.indicator(each, whom)) for each in one.say]
    shares = [(each, indicator) for each, indicator in every if measured_then(indicator, rows)]
    found = {each: measured(indicator, rows) if total.value >= needed else None for each, indicator in shares}
    sentences = []
    if one.most_first:
        answers = [(row.label, row.number) for code, row in shown if code != NOT_GIVEN]
        sentences.append(ranking(answers, total, named=len(answers) < len(shown)))
    if one.by:
        sentences += dict.fromkeys(share_words(each, value) for each, value in found.items())
    own = sheet.label.lower()
    return Block(
        id=name,
        title=str(TITLES[name]),
        about=_about(sheet, one),
        whom=_("About %(whom)s") % {"whom": whom.label} if one.of else "",
        apart=_("There is no separate figure for %(whom)s.") % {"whom": own} if one.of else "",
        nearness=0 if not one.of else 1 if whom.codes else 2,
        notes=_notes(one, cells, shown, rows),
        terms=terms_of([one.by or one.counts[0]]),
        said=sentences,
        rows=[row for _code, row in shown],
        total=total,
        shares=[_said(indicator.label, found[each], needed) for each, indicator in shares],
        found={indicator.label: found[each] for each, indicator in shares},
        table=one.table,
        query=_query(one, whom),
    )


def _said(label: str, found: Measured | None, needed: int) -> Said:
    if not isinstance(found, Share):
        return Said(label, _("cannot be said: fewer than %(needed)s were counted") % {"needed": needed}, None)
    return Said(label, share_short(found), None if found.is_rough else found.value)


def _query(one: Figure, whom: Whom) -> str:
    """How the table is read that shows these numbers: the address after the question mark."""
    table = tables()[one.table]
    codes = one.cells(whom).codes
    several = next((dimension for dimension, some in codes.items() if len(some) > 1), "")
    down = one.by or ("clock" if "clock" in table.dimensions else next(iter(set(table.dimensions) - set(codes)), ""))
    across = several or ("met" if "met" in table.dimensions else "")
    parents = {(several, code_list(several)[code].parent or "") for code in codes[several]} if several else set()
    fixed = {dimension: some[0] for dimension, some in codes.items() if len(some) == 1}
    show = "rij" if across == "met" else SHOWN[0]
    return Reading(table, down, across, fixed, frozenset(parents), show).query()


def _new(one: Figure, cells: Cells, rows: Rows) -> list[str]:
    """What the list by which a figure is split has today, and had not when the edition was made."""
    if not one.by:
        return []
    then = codes_then(tables()[one.table], one.by, rows)
    return [
        code.label
        for code in code_list(one.by).level1
        if code.id not in then and _is_possible(_part(cells, one, code.id))
    ]


def _part(cells: Cells, one: Figure, code: str) -> Cells:
    """The cells of one code; not checked against the lists of today, which an earlier edition need not share."""
    return Cells.model_construct(table=one.table, codes=cells.codes | {one.by: [code]})


def _is_possible(cells: Cells) -> bool:
    """Whether something can ever be counted there."""
    table = tables()[cells.table]
    relations = catalogue().relations(table.population)
    places = product(*(cells.codes.get(dimension, [TOTAL]) for dimension in table.dimensions))
    return not all(relations.is_empty(table.cell_of(place)) for place in places)


def _notes(one: Figure, cells: Cells, shown: list[tuple[str, Row]], rows: Rows) -> list[str]:
    """What a reader must know of these numbers beyond the reading help."""
    found = [str(NOT_ASKED)] if one.by == "channel" else []
    reach = max((row.number.high - row.number.value for _code, row in shown), default=0)
    if reach > catalogue().reach(GRAND_TOTAL):
        words = _("Few organisations, or a sum of rounded numbers: the real number is at most %(reach)s more or less.")
        found.append(words % {"reach": said(reach)})
    if new := _new(one, cells, rows):
        found.append(_("Not counted then: %(codes)s.") % {"codes": ", ".join(new)})
    return found


def _split(one: Figure, cells: Cells, rows: Rows) -> list[tuple[str, Row]]:
    """The first level of the list by which a figure is split, as the edition counted it, without what can never be counted
    there."""
    if not one.by:
        return []
    found = []
    for code in groups_then(tables()[one.table], one.by, rows):
        part = _part(cells, one, code)
        if _is_possible(part):
            found.append((code, Row(stored_code(one.by, code).label, number_of(part, rows))))
    if one.most_first:
        found.sort(key=lambda pair: (LAST.index(pair[0]) + 1 if pair[0] in LAST else 0, -pair[1].number.value))
    return found


def _about(sheet: Factsheet, one: Figure) -> str:
    return f"{COUNTED[one.counts]}: {factsheets().whom_of(sheet, one).label}."


def _tiles(sheet: Factsheet, now: Number, here: dict[str, Rows], blocks: Mapping[Chart, Block]) -> list[Tile]:
    """The total, what is counted beside it, and shares of the same whom to fill the row."""
    counts = [Row(str(sheet.counted), now)]
    for one in sheet.also:
        counts.append(Row(one.label, number_of(one.cells(factsheets().whom_of(sheet, one)), here[one.table])))
    tiles = [_count_tile(one) for one in counts]
    for name in TILES:
        for label, share in blocks[name].found.items():
            if not isinstance(share, Share) or share.high - share.low > WIDEST_TILE:
                continue
            if not blocks[name].whom and len(tiles) < MOST_TILES:
                words = str(SHARE_OF[sheet.charts[name].counts[0]]) % {"what": label}
                tiles.append(_share_tile(words, share))
    return tiles


def _count_tile(row: Row) -> Tile:
    if row.number.value:
        return Tile(row.label, _("about"), said(row.number.value))
    return Tile(row.label, _("at most"), said(row.number.high))


def _share_tile(label: str, share: Share) -> Tile:
    ends = {"low": share.low, "high": share.high}
    if share.is_rough:
        return Tile(label, _("between"), _("%(low)s and %(high)s%%") % ends)
    return Tile(label, _("about"), f"{share.value}%", _("%(low)s to %(high)s%%") % ends)


def _sources(names: Iterable[str]) -> list[str]:
    years = sorted({year for name in names for year in survey().lines[name].values})
    return [str(survey().sources[year]) for year in years]
