"""The tables that are published (tables.yaml). The loader refuses tables that cannot be published safely or proven."""

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
from organisations.rule_files import WrongRule, read_rules, rules_in
from organisations.texts import Labelled, Text
from reporting.codes import EXCLUSIVE_GROUPS
from reporting.counting.facts import populations

TOTAL = "_T"
BASE = 5  # the offsets of disclosure/rounding.py are made for this base alone
MOST_CELLS = 5000  # in one population; a proof of more cells would take too long (docs/disclosure.md#one-system)
HERE = Path(__file__).parent

Population = Literal["reports", "outcomes", "clocks"]
OF_ORGANISATION = ("layer", "province", "size_class")  # the dimensions that follow from the organisation of a report
POPULATIONS: tuple[Population, ...] = ("reports", "outcomes", "clocks")
Cell = tuple[tuple[str, str], ...]  # sorted (dimension, code) pairs; a dimension that is not named is the total
GRAND_TOTAL: Cell = ()
Window = tuple[int, int]  # the lowest and highest count that a published value can stand for


def as_cell(pairs: Mapping[str, str]) -> Cell:
    """{"layer": "province", "kind": "_T"} as (("layer", "province"),)."""
    return tuple(sorted((dimension, code) for dimension, code in pairs.items() if code != TOTAL))


def window(value: int, reach: int) -> Window:
    """The lowest and the highest count that a published value can stand for, if values lie at most `reach` from their
    counts. A count of 0 is always published as 0, so a value above 0 stands for at least one."""
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
        """The dimensions that are published and those that are only carried."""
        return [*self.carried, *self.dimensions]

    def codes(self, dimension: str) -> list[str]:
        """The codes that the table shows of a dimension, parents before children, without the total."""
        return [code for code in _ordered(code_list(dimension)) if self._shown(dimension, code)]

    def children(self, dimension: str, code: str) -> list[str]:
        """The codes of this table that add up to a code, or to the total; empty where the table shows no parts of it."""
        codes = code_list(dimension)
        if code == TOTAL:
            return [parent.id for parent in codes.level1]
        return [child.id for child in codes.children(code) if self._shown(dimension, child.id)]

    def rows(self) -> list[tuple[str, ...]]:
        """The codes of each published row: totals first, in the order of the code lists. Example of two dimensions:
        ("_T", "_T"), ("_T", "mayor"), …"""
        return list(product(*([TOTAL, *self.codes(dimension)] for dimension in self.dimensions)))

    def combinations(self) -> Iterator[dict[str, str]]:
        """Every cell of the table as {dimension: code}, also the cells that are only carried and never published."""
        fixed = {"kind": self.fixed} if self.fixed else {}
        for codes in product(*([TOTAL, *self.codes(dimension)] for dimension in self.every_dimension)):
            yield fixed | dict(zip(self.every_dimension, codes, strict=True))

    def cell_of(self, codes: Iterable[str]) -> Cell:
        """The cell of a published row; `codes` in the order of `dimensions`."""
        fixed = {"kind": self.fixed} if self.fixed else {}
        return as_cell(fixed | dict(zip(self.dimensions, codes, strict=True)))

    def _shown(self, dimension: str, code: str) -> bool:
        return code_list(dimension)[code].parent is None or self.levels.get(dimension, 2) > 1


class StoredTable(Table):
    """A table with the codes of a stored edition, whose code lists may have changed since. `shown`: {dimension: codes}."""

    shown: dict[str, list[str]]

    def codes(self, dimension: str) -> list[str]:
        """The codes of a dimension that the edition shows, without the total."""
        return self.shown[dimension]

    def children(self, dimension: str, code: str) -> list[str]:
        """The codes of the edition that add up to a code, or to the total."""
        parent = None if code == TOTAL else code
        return [child for child in self.shown[dimension] if stored_code(dimension, child).parent == parent]


def as_stored(table: Table, rows: list[list]) -> tuple[Table, list[list]]:
    """A table with the codes that an edition has, and the edition's rows [code, …, value].

    A code that was only renamed since gets its name of today. A code that was merged, or that is in no list any more,
    keeps its own name, because its numbers do not mean the same as any code of today."""
    stored = [list(dict.fromkeys(row[position] for row in rows)) for position in range(len(table.dimensions))]
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
    """The code of a dimension that an edition shows, with its labels. A code that is in no list any more is its own
    label."""
    codes = code_list(dimension)
    if code in codes:
        return codes[code]
    parent = codes[codes.today(code)].parent if code in codes.replaced else None
    return Code(code, Text(code), parent)


def _renamed(codes: CodeList, stored: list[str]) -> dict[str, str]:
    """{former code: code of today} for the codes that were only renamed: the code of today means the same, and no other
    stored code counts under it."""
    gone = [codes.replaced[code] for code in stored if code in codes.replaced and code not in codes]
    renamed = {replacement.code: replacement.by for replacement in gone if not replacement.narrower}
    times = Counter([*renamed.values(), *stored])
    return {former: today for former, today in renamed.items() if times[today] == 1}


class Equal(BaseModel):
    """One cell is the sum of others, for each kind. The keys `one` and `sum` stand in every published catalogue.json."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    one: dict[str, str]
    sum: list[dict[str, str]]


@dataclass(frozen=True)
class Relations:
    """What everybody knows about the counts of a population, because it follows from forms, protocols and code lists.

    `only`: {kind: {dimension: the codes that can occur}}. `equal`: sums between tables. `held_in`: {layer: the functions
    that exist in no other layer}. `lasting`: the dimensions that no correction changes.
    """

    only: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    equal: Sequence[Equal] = ()
    held_in: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lasting: Sequence[str] = ()

    def is_empty(self, cell: Cell) -> bool:
        """Whether nothing can ever be counted in a cell."""
        codes = dict(cell)
        for dimension, possible in self.only.get(codes.get("kind", ""), {}).items():
            code = codes.get(dimension)
            if code is not None and not {code, *(leaf.id for leaf in code_list(dimension).children(code))} & set(
                possible
            ):
                return True
        return False

    def can_only_fall(self, cell: Cell) -> bool:
        """Whether corrections can only lower the count of a cell: they never change the dimensions by which it is named, so
        no report can move into it."""
        return {dimension for dimension, _code in cell} <= set(self.lasting)


class Links(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    dimensions: list[str]
    outcomes: dict[str, list[str]]
    clocks: dict[str, list[str]]


Margin = Literal[2, 4]  # the margins for which WEIGHTS in disclosure/rounding.py has offsets


class Margins(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    default: Margin
    larger: dict[str, dict[str, Margin]]

    def of(self, cell: Cell) -> int:
        """By how much the distance between the published value and the count of a cell may exceed base - 1."""
        return max([self.default, *(self.larger.get(dimension, {}).get(code, 0) for dimension, code in cell)])


class Catalogue(BaseModel):
    """The content of tables.yaml."""

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
        return [
            table for table in self.tables.values() if table.population == population and table.quarterly == quarterly
        ]

    def relations(self, population: str) -> Relations:
        """The relations of a population, from tables.yaml and from the forms and protocols (facts.yaml)."""
        of_facts = populations()[population]
        lasting = sorted({*of_facts.lasting, *OF_ORGANISATION})
        return Relations(of_facts.only, tuple(self.equal), EXCLUSIVE_GROUPS, lasting)

    def reach(self, cell: Cell) -> int:
        """How far at most the published value of a cell lies from its count."""
        return self.base - 1 + self.margins.of(cell)

    def window(self, cell: Cell, value: int) -> Window:
        """The lowest and the highest count that a published value of a cell can stand for."""
        return window(value, self.reach(cell))

    @property
    def linked_dimensions(self) -> set[str]:
        """The dimensions by which the editions of other years tell something about this one."""
        return {*self.links.dimensions, *self.links.outcomes, *self.links.clocks}

    @cached_property
    def published_dimensions(self) -> list[str]:
        """The dimensions that some table shows, in the order of the tables."""
        return list(dict.fromkeys(name for table in self.tables.values() for name in table.dimensions))


@cache
def catalogue() -> Catalogue:
    """The catalogue of today, from tables.yaml."""
    return read_rules(HERE / "tables.yaml", Catalogue)


def read_catalogue(text: str) -> Catalogue:
    """A catalogue from YAML. Raises BadRules for tables that cannot be published or proven."""
    return rules_in(text, Catalogue, HERE / "tables.yaml")


def tables() -> dict[str, Table]:
    """{id: table} of today's catalogue."""
    return catalogue().tables


def tables_of(period: str) -> list[Table]:
    """The tables of an edition: a quarter ("2026-Q3") or a year ("2026")."""
    return [table for table in tables().values() if table.quarterly == is_quarter(period)]


def _ordered(codes: CodeList) -> list[str]:
    return [code.id for parent in codes.level1 for code in (parent, *codes.children(parent.id))]


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
    """The attributes that a table knows of a fact of one kind, such as "group/1" and "group/2" for a dimension with two
    levels."""
    names = set()
    for dimension in table.every_dimension:
        if dimension != "kind":
            names.add(f"{dimension}/1")
            if any(code_list(dimension)[code].parent for code in table.codes(dimension)):
                names.add(f"{dimension}/2")
    return names


def _check_system(system_tables: list[Table]) -> None:
    """Not too many cells, and decomposable: each kind's tables must hang together like a tree (Graham's reduction), so that every whole-number solution is a
    possible register: else witnesses would prove nothing."""
    cells = {as_cell(pairs) for table in system_tables for pairs in table.combinations()}
    if len(cells) > MOST_CELLS:
        message = f"{len(cells)} cells in one system, more than the {MOST_CELLS} that can be proven"
        raise WrongRule(message, "tables", system_tables[0].id)
    for kind in code_list("kind").codes:
        left = {table.id: attributes(table) for table in system_tables if table.fixed in {"", kind.id}}
        while len(left) > 1:
            ear = next((name for name in left if _is_ear(name, left)), None)
            if ear is None:
                raise WrongRule(f"{', '.join(left)} do not form a decomposable system", "tables", next(iter(left)))
            del left[ear]


def _is_ear(name: str, left: Mapping[str, set[str]]) -> bool:
    others = [value for other, value in left.items() if other != name]
    shared = left[name] & set().union(*others)
    return any(shared <= other for other in others)
