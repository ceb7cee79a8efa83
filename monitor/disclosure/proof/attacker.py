"""What an attacker knows, built from the catalogue and the published values alone. It uses no code of the method that made
the values."""

from dataclasses import dataclass, field
from itertools import product

TOTAL = "_T"
ENDLESS = 2**40  # an upper end that is larger than any count
Name = str  # "dimension=code;dimension=code", sorted by dimension; the grand total is ""


@dataclass
class KnownCells:
    """The cells of one population in one edition, and what an attacker knows of their counts: {cell: lowest count},
    {cell: highest count}, and sums."""

    columns: list[Name]
    sums: list[tuple[Name, list[Name]]]  # cell = sum of cells
    most: list[tuple[Name, list[Name]]]  # cell >= sum of cells
    low: dict[Name, int] = field(default_factory=dict)
    high: dict[Name, int] = field(default_factory=dict)

    def at_least(self, name: Name, value: int) -> None:
        """Raise the lower end of a cell to `value`, if that is higher."""
        self.low[name] = max(self.low[name], value)

    def at_most(self, name: Name, value: int) -> None:
        """Bring the upper end of a cell down to `value`, if that is lower."""
        self.high[name] = min(self.high[name], value)


def name_of(pairs: dict[str, str]) -> Name:
    """{"kind": "pressure", "layer": "_T"} as "kind=pressure": totals are left out."""
    return ";".join(f"{dimension}={pairs[dimension]}" for dimension in sorted(pairs) if pairs[dimension] != TOTAL)


def pairs_of(name: Name) -> dict[str, str]:
    """ "kind=pressure" as {"kind": "pressure"}."""
    return dict(pair.split("=") for pair in name.split(";")) if name else {}


class Book:
    """A catalogue.json: its tables, code lists, margins, relations and links."""

    def __init__(self, catalogue: dict) -> None:
        self.base = int(catalogue["base"])
        self.tables = catalogue["tables"]
        self.codes = {
            dimension: [tuple(pair) for pair in pairs] for dimension, pairs in catalogue["dimensions"].items()
        }
        self.margins, self.relations, self.links = catalogue["margins"], catalogue["relations"], catalogue["links"]
        self.replaced: dict[str, dict[str, str]] = catalogue.get("replaced", {})

    def lasting(self, population: str) -> set[str]:
        """The dimensions that no correction changes. Catalogues from before that rule name none."""
        return set(self.relations[population].get("lasting", []))

    def table_ids(self, population: str, quarterly: bool) -> list[str]:
        """The ids of the tables of a population in a quarterly or in a yearly edition."""
        return [
            name
            for name, table in self.tables.items()
            if table["population"] == population and table["quarterly"] == quarterly
        ]

    def shown(self, table: dict, dimension: str) -> list[str]:
        """The codes of a dimension that a table shows, without the total."""
        depth = table["levels"].get(dimension, 2)
        return [code for code, parent in self.codes[dimension] if parent is None or depth > 1]

    def parts(self, table: dict, dimension: str, code: str) -> list[str]:
        """The codes of a table that add up to a code, or to the total; empty where the code has no parts there."""
        shown = set(self.shown(table, dimension))
        above = None if code == TOTAL else code
        return [part for part, parent in self.codes[dimension] if parent == above and part in shown]

    def published_rows(self, table: dict) -> dict[tuple[str, ...], Name]:
        """{codes of a row: its cell} for every row that a table must have."""
        ways = [[TOTAL, *self.shown(table, dimension)] for dimension in table["dimensions"]]
        return {codes: self._name(table, table["dimensions"], codes) for codes in product(*ways)}

    def reach(self, name: Name) -> int:
        """How far at most the published value of a cell lies from its count."""
        larger = [self.margins["larger"].get(dimension, {}).get(code, 0) for dimension, code in pairs_of(name).items()]
        return self.base - 1 + max([self.margins["default"], *larger])

    def window(self, name: Name, value: int) -> tuple[int, int]:
        """The lowest and the highest count that a published value of a cell can stand for."""
        return (max(1, value - self.reach(name)) if value > 0 else 0, value + self.reach(name))

    def population(self, population: str, quarterly: bool) -> KnownCells:
        """The cells and sums of a population, with the ends that hold before anything is published."""
        names: dict[Name, None] = {}
        sums: dict[tuple[Name, tuple[Name, ...]], None] = {}
        for table in (self.tables[table_id] for table_id in self.table_ids(population, quarterly)):
            every = [*table["carried"], *table["dimensions"]]
            for codes in product(*([TOTAL, *self.shown(table, dimension)] for dimension in every)):
                whole = self._name(table, every, codes)
                names[whole] = None
                for position, dimension in enumerate(every):
                    below = [
                        self._name(table, every, (*codes[:position], part, *codes[position + 1 :]))
                        for part in self.parts(table, dimension, codes[position])
                    ]
                    if below:
                        sums[whole, tuple(sorted(below))] = None
        rules = self.relations[population]
        most: list[tuple[Name, list[Name]]] = []
        for kind, _parent in self.codes["kind"]:
            for equal in rules["equal"]:
                related = [name_of(pairs | {"kind": kind}) for pairs in [equal["one"], *equal["sum"]]]
                if all(cell in names for cell in related):
                    sums[related[0], tuple(sorted(related[1:]))] = None
            for layer, functions in rules["heldIn"].items():
                whole, parts = (
                    name_of({"kind": kind, "layer": layer}),
                    [name_of({"kind": kind, "group": function}) for function in functions],
                )
                if whole in names and all(part in names for part in parts):
                    most.append((whole, parts))
        cells = KnownCells(list(names), [(whole, list(parts)) for whole, parts in sums], most)
        for name in names:
            cells.low[name], cells.high[name] = 0, 0 if self._is_empty(rules, name) else ENDLESS
        return cells

    def _name(self, table: dict, dimensions: list[str], codes: tuple[str, ...]) -> Name:
        fixed = {"kind": table["fixed"]} if table["fixed"] else {}
        return name_of(fixed | dict(zip(dimensions, codes, strict=True)))

    def _is_empty(self, rules: dict, name: Name) -> bool:
        """Whether nothing can be counted in a cell: the forms and protocols of its kind never use its code, or any code
        below it."""
        pairs = pairs_of(name)
        for dimension, possible in rules["only"].get(pairs.get("kind"), {}).items():
            code = pairs.get(dimension)
            if code is not None:
                leaves = {leaf for leaf, parent in self.codes[dimension] if parent == code} or {code}
                if not leaves & set(possible):
                    return True
        return False


Values = dict[str, dict[Name, int]]  # by population


class Year:
    """An earlier year, published with its own catalogue (`then`) and read in the cells of today's catalogue."""

    def __init__(self, today: Book, then: Book, values: Values) -> None:
        self.today, self.then, self.values = today, then, values

    def window(self, population: str, name: Name) -> tuple[int, int] | None:
        """The lowest and highest count that a cell of today can have had; None where a part of it was not published."""
        names, windows = self._told(population, name)
        return (
            (sum(low for low, _high in windows), sum(high for _low, high in windows)) if len(windows) == names else None
        )

    def least(self, population: str, name: Name) -> int:
        """The lowest count that a cell of today can have had, by those of its parts that were published."""
        return sum(low for low, _high in self._told(population, name)[1])

    def _told(self, population: str, name: Name) -> tuple[int, list[tuple[int, int]]]:
        """How many cells of the earlier year make up a cell of today, and the windows of those that were published."""
        pairs = pairs_of(name)
        if not set(pairs) <= set(self.then.codes):
            return 1, []
        values = self.values[population]
        ways = list(product(*(self._of_then(dimension, code) for dimension, code in pairs.items())))
        former = [name_of(dict(zip(pairs, codes, strict=True))) for codes in ways]
        return len(former), [self.then.window(cell, values[cell]) for cell in former if cell in values]

    def _of_then(self, dimension: str, code: str) -> list[str]:
        """The codes of the earlier year that together are a code of today; empty where the code is new."""
        stored, replaced = self.then.codes[dimension], self.today.replaced.get(dimension, {})
        leaves = [leaf for leaf, _parent in stored if leaf not in {parent for _code, parent in stored}]
        counted = {leaf: replaced.get(leaf, leaf) for leaf in leaves}
        under = {leaf for leaf, parent in self.today.codes[dimension] if parent == code} or {code}
        wanted = {leaf for leaf in leaves if counted[leaf] in under}
        whole = {leaf for leaf, parent in stored if parent == code}
        return [code] if whole and whole == wanted else sorted(wanted)


def attacked(
    book: Book, quarterly: bool, own: Values, quarters: dict[str, Values], histories: list[list[Year]]
) -> dict[str, KnownCells]:
    """{population: what an attacker knows of it} from an edition, the quarters of its year and the earlier years.

    `own`: the values of the edition. `histories`: lists of all earlier years; one list has the first edition of each year,
    another the last.
    """
    populations = {}
    for population in own:
        cells = book.population(population, quarterly)
        for name, value in own[population].items():
            low, high = book.window(name, value)
            cells.at_least(name, low)
            cells.at_most(name, high)
        populations[population] = cells
    if not quarterly and quarters:
        _add_quarters(book, populations["reports"], quarters)
    for population in own:
        if population != "reports":
            for years in histories:
                _link(book, population, populations, own, years)
    return populations


def _add_quarters(book: Book, reports: KnownCells, quarters: dict[str, Values]) -> None:
    kinds = ["", *(name_of({"kind": kind}) for kind, _parent in book.codes["kind"])]
    named = {(quarter, kind): name_of(pairs_of(kind) | {"period": quarter}) for quarter in quarters for kind in kinds}
    for (quarter, kind), name in named.items():
        reports.columns.append(name)
        reports.low[name], reports.high[name] = book.window(kind, quarters[quarter]["reports"][kind])
    for quarter in quarters:
        reports.sums.append((named[quarter, ""], [named[quarter, kind] for kind in kinds[1:]]))
    for kind in kinds:
        parts = [named[quarter, kind] for quarter in quarters]
        (reports.sums if len(quarters) == 4 else reports.most).append((kind, parts))


def _link(book: Book, population: str, populations: dict[str, KnownCells], own: Values, years: list[Year]) -> None:
    """Add what follows from this rule: an outcome, and each deadline that a report has once, presupposes a report of the
    same year or of an earlier one."""
    once, shared = book.links[population], set(book.links["dimensions"])
    for name in populations[population].columns:
        pairs = pairs_of(name)
        if (
            any(pairs.pop(dimension, None) not in codes for dimension, codes in once.items())
            or not set(pairs) <= shared
        ):
            continue
        source = name_of(pairs)
        windows = [year.window("reports", source) for year in years]
        if source not in own["reports"] or None in windows:
            continue
        before = sum(window[1] for window in windows if window)
        taken = sum(year.least(population, name) for year in years)
        populations[population].at_most(name, before + book.window(source, own["reports"][source])[1] - taken)
        if name in own[population]:
            populations["reports"].at_least(source, taken + book.window(name, own[population][name])[0] - before)
