"""What is published: tables as data (tables.yaml), with a loader that refuses what cannot be published safely."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from monitor.rules.periods import is_quarter
from organisations.codes import Code, CodeList, UnknownCode, code_list
from organisations.rule_files import WrongRule, rules_in
from organisations.texts import Labelled, Text
from reporting.codes import EXCLUSIVE_GROUPS
from reporting.counting.facts import populations

TOTAL = "_T"
BASE = 5  # the offsets of disclosure/rounding.py are made for this base alone
MOST_CELLS = 5000  # of one population: more could not be proven in time (docs/disclosure.md#one-system)
HERE = Path(__file__).parent

Population = Literal["reports", "outcomes", "clocks"]
OF_PLACE = ("layer", "province", "size_class")  # what follows from where it happened
POPULATIONS: tuple[Population, ...] = ("reports", "outcomes", "clocks")
Cell = tuple[tuple[str, str], ...]  # (dimension, code) pairs, sorted; what is not named is the total
GRAND_TOTAL: Cell = ()
Window = tuple[int, int]  # the lowest and highest count that a published value can stand for


def cell(pairs: Mapping[str, str]) -> Cell:
    return tuple(sorted((dimension, code) for dimension, code in pairs.items() if code != TOTAL))


def window(value: int, reach: int) -> Window:
    """The counts that a value can stand for which lies at most `reach` from its count. Of nothing a 0 is published, so that
    more than 0 stands for one at least."""
    return (max(1, value - reach) if value else 0, value + reach)


class Table(Labelled):
    id: str
    population: Population
    dimensions: list[str]
    carried: list[str] = []
    fixed: str = ""
    quarterly: bool = False
    levels: dict[str, int] = {}

    @property
    def every_dimension(self) -> list[str]:
        """Those that are published and those that are only carried."""
        return [*self.carried, *self.dimensions]

    def codes(self, dimension: str) -> list[str]:
        """The codes that the table shows of a dimension, parents before children, without the total."""
        return [code for code in _ordered(code_list(dimension)) if self._shown(dimension, code)]

    def children(self, dimension: str, code: str) -> list[str]:
        """What adds up to a code (or to the total) in this table."""
        codes = code_list(dimension)
        if code == TOTAL:
            return [one.id for one in codes.level1]
        return [one.id for one in codes.children(code) if self._shown(dimension, one.id)]

    def rows(self) -> list[tuple[str, ...]]:
        """The codes of each row as it is published: totals first, in the order of the code lists."""
        return list(product(*([TOTAL, *self.codes(dimension)] for dimension in self.dimensions)))

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every cell of the table and of what is only carried, as {dimension: code}."""
        fixed = {"kind": self.fixed} if self.fixed else {}
        for codes in product(*([TOTAL, *self.codes(dimension)] for dimension in self.every_dimension)):
            yield fixed | dict(zip(self.every_dimension, codes, strict=True))

    def cell_of(self, codes: Iterable[str]) -> Cell:
        """The cell of a published row."""
        fixed = {"kind": self.fixed} if self.fixed else {}
        return cell(fixed | dict(zip(self.dimensions, codes, strict=True)))

    def _shown(self, dimension: str, code: str) -> bool:
        return code_list(dimension)[code].parent is None or self.levels.get(dimension, 2) > 1


class StoredTable(Table):
    """A table with the codes that stand in the rows of an edition: its lists may have changed since."""

    shown: dict[str, list[str]]

    def codes(self, dimension: str) -> list[str]:
        return self.shown[dimension]

    def children(self, dimension: str, code: str) -> list[str]:
        parent = None if code == TOTAL else code
        return [one for one in self.shown[dimension] if stored_code(dimension, one).parent == parent]


def as_stored(table: Table, rows: list[list]) -> tuple[Table, list[list]]:
    """A table as an edition has it, and its stored rows [code, …, value] with codes that were only renamed under their
    names of today. A code that was merged, or is in no list any more, stays what it was: its numbers mean that."""
    stored = [list(dict.fromkeys(row[place] for row in rows)) for place in range(len(table.dimensions))]
    if all(codes == [TOTAL, *table.codes(name)] for name, codes in zip(table.dimensions, stored, strict=True)):
        return table, rows
    names = [_renamed(code_list(name), codes) for name, codes in zip(table.dimensions, stored, strict=True)]
    shown = {
        name: [new.get(code, code) for code in codes if code != TOTAL]
        for name, new, codes in zip(table.dimensions, names, stored, strict=True)
    }
    today = [[*(new.get(code, code) for new, code in zip(names, row, strict=False)), row[-1]] for row in rows]
    return StoredTable(**table.model_dump(), shown=shown), today


def stored_code(dimension: str, code: str) -> Code:
    """A code that an edition shows. One that is in no list any more has no other words than itself."""
    codes = code_list(dimension)
    if code in codes:
        return codes[code]
    parent = codes[codes.today(code)].parent if code in codes.replaced else None
    return Code(code, Text(code), parent)


def _renamed(codes: CodeList, stored: list[str]) -> dict[str, str]:
    """{former code: the one of today}, where that means the same and nothing else that is stored counts under it."""
    gone = [codes.replaced[code] for code in stored if code in codes.replaced and code not in codes]
    found = {one.code: one.by for one in gone if not one.narrower}
    times = Counter([*found.values(), *stored])
    return {former: today for former, today in found.items() if times[today] == 1}


class Equal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    one: dict[str, str]
    sum: list[dict[str, str]]


@dataclass(frozen=True)
class Relations:
    """What everybody knows of a population, since it follows from forms, protocols and code lists: which codes alone
    occur with a kind ({kind: {dimension: codes}}), sums between tables, which functions one layer alone has, and the dimensions
    that no correction changes."""

    only: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    equal: Sequence[Equal] = ()
    held_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lasting: Sequence[str] = ()

    def is_empty(self, one: Cell) -> bool:
        """Whether nothing can ever be counted in a cell."""
        codes = dict(one)
        for dimension, possible in self.only.get(codes.get("kind", ""), {}).items():
            code = codes.get(dimension)
            if code is not None and not {code, *(leaf.id for leaf in code_list(dimension).children(code))} & set(
                possible
            ):
                return True
        return False

    def can_only_fall(self, one: Cell) -> bool:
        """Whether corrections of a year only ever take something out of a cell: what goes into no other comes from none."""
        return {dimension for dimension, _code in one} <= set(self.lasting)


class Links(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    dimensions: list[str]
    outcomes: dict[str, list[str]]
    clocks: dict[str, list[str]]


Margin = Literal[2, 4]  # for which there are offsets (disclosure/rounding.py)


class Margins(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    default: Margin
    larger: dict[str, dict[str, Margin]]

    def of(self, one: Cell) -> int:
        """How much further than base - 1 the published value of a cell may lie from its count."""
        return max([self.default, *(self.larger.get(dimension, {}).get(code, 0) for dimension, code in one)])


class Catalogue(BaseModel):
    """All of tables.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    base: Literal[5]
    margins: Margins
    tables: dict[str, Table]
    equal: list[Equal] = []
    links: Links

    @model_validator(mode="before")
    @classmethod
    def _with_ids(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "tables": {name: {"id": name} | table for name, table in data["tables"].items()}}

    @model_validator(mode="after")
    def _can_be_published_and_proven(self) -> "Catalogue":
        for table in self.tables.values():
            _check_table(table)
        for dimension, codes in self.margins.larger.items():
            if unknown := [code for code in codes if code not in code_list(dimension)]:
                message = f"larger margins: {', '.join(unknown)} is no code of {dimension}"
                raise WrongRule(message, "margins", "larger", dimension)
        for population in POPULATIONS:
            for quarterly in (False, True):
                _check_system(self.of(population, quarterly))
        return self

    def of(self, population: str, quarterly: bool) -> list[Table]:
        """The tables of one population in a quarterly or in a yearly edition."""
        return [one for one in self.tables.values() if one.population == population and one.quarterly == quarterly]

    def relations(self, population: str) -> Relations:
        of_facts = populations()[population]
        lasting = sorted({*of_facts.lasting, *OF_PLACE})
        return Relations(of_facts.only, tuple(self.equal), EXCLUSIVE_GROUPS, lasting)

    def reach(self, one: Cell) -> int:
        """How far the published value of a cell can lie from its count."""
        return self.base - 1 + self.margins.of(one)

    def window(self, one: Cell, value: int) -> Window:
        """The counts that a published value of a cell can stand for."""
        return window(value, self.reach(one))

    @property
    def linked_dimensions(self) -> set[str]:
        """Those by which editions of other years say something of this one."""
        return {*self.links.dimensions, *self.links.outcomes, *self.links.clocks}

    @cached_property
    def published_dimensions(self) -> list[str]:
        return list(dict.fromkeys(name for table in self.tables.values() for name in table.dimensions))


@cache
def catalogue() -> Catalogue:
    return read_catalogue((HERE / "tables.yaml").read_text("utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """Raises BadRules for what cannot be published or proven."""
    return rules_in(text, Catalogue, HERE / "tables.yaml")


def tables() -> dict[str, Table]:
    return catalogue().tables


def tables_of(period: str) -> list[Table]:
    """The tables of an edition: a quarter ("2026-Q3") or a year ("2026")."""
    return [table for table in tables().values() if table.quarterly == is_quarter(period)]


def _ordered(codes: CodeList) -> list[str]:
    return [one.id for parent in codes.level1 for one in (parent, *codes.children(parent.id))]


def _check_table(table: Table) -> None:
    if not table.dimensions:
        raise WrongRule(f"{table.id} names no dimension", "tables", table.id)
    for dimension in [*table.every_dimension, *table.levels]:
        try:
            code_list(dimension)
        except UnknownCode:
            raise WrongRule(f"{table.id}: there is no code list {dimension!r}", "tables", table.id) from None
    if len(set(table.every_dimension)) != len(table.every_dimension):
        raise WrongRule(f"{table.id} names a dimension twice", "tables", table.id)
    if table.fixed and (table.fixed not in code_list("kind") or "kind" in table.every_dimension):
        raise WrongRule(f"{table.id} cannot be fixed to {table.fixed!r}", "tables", table.id)
    if not table.fixed and "kind" not in table.every_dimension:
        raise WrongRule(f"{table.id} must say how it knows the kind: fixed, carried or a dimension", "tables", table.id)


def attributes(table: Table) -> set[str]:
    """What a table knows of a fact of one kind; a dimension with two levels is two attributes."""
    found = set()
    for dimension in table.every_dimension:
        if dimension != "kind":
            found.add(f"{dimension}/1")
            if any(code_list(dimension)[code].parent for code in table.codes(dimension)):
                found.add(f"{dimension}/2")
    return found


def _check_system(found: list[Table]) -> None:
    """Not too many cells, and decomposable: each kind's tables must hang together like a tree (Graham's reduction), so that every whole-number solution is a
    possible register: else witnesses would prove nothing."""
    cells = {cell(pairs) for table in found for pairs in table.combinations()}
    if len(cells) > MOST_CELLS:
        message = f"{len(cells)} cells in one system, more than the {MOST_CELLS} that can be proven"
        raise WrongRule(message, "tables", found[0].id)
    for kind in code_list("kind").codes:
        left = {one.id: attributes(one) for one in found if one.fixed in {"", kind.id}}
        while len(left) > 1:
            ear = next((one for one in left if _is_ear(one, left)), None)
            if ear is None:
                raise WrongRule(f"{', '.join(left)} do not form a decomposable system", "tables", next(iter(left)))
            del left[ear]


def _is_ear(name: str, left: Mapping[str, set[str]]) -> bool:
    others = [value for other, value in left.items() if other != name]
    shared = left[name] & set().union(*others)
    return any(shared <= other for other in others)
