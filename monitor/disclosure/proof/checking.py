"""Does an edition prove what it claims? This uses whole-number arithmetic only, names every fault and ignores none."""

import csv
import gzip
import io
import json
import re
from dataclasses import dataclass, field

import numpy as np

from .attacker import Book, KnownCells, Name, Values, Year, attacked, pairs_of

REVISION = "-r2"
EDITION = re.compile(rf"20[0-9]{{2}}(-Q[1-4]|{REVISION})?")
EDITION_FACTS = {"countedSince", "edition", "cutOffDate", "method", "softwareVersion", "restsOn"}
AUDIT_FACTS = {
    "edition", "result", "need", "targets", "proven", "constraints", "variables", "editionsTogether", "witnesses", "seconds",
    "rulesVersion",
}  # fmt: skip
NEED = 5
SMALL = 4
BEFORE = "before:"  # marks the registers of the first edition; the register n belongs to the register n of the revision
Files = dict[str, bytes]


@dataclass
class ProofFinding:
    """The result of a check: `faults` is empty when the edition is safe."""

    edition: str = ""
    rests_on: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    targets: int = 0
    proven: int = 0
    variables: int = 0
    constraints: int = 0
    witnesses: int = 0
    editions: int = 1

    @property
    def is_safe(self) -> bool:
        """Whether no fault was found."""
        return not self.faults

    @property
    def result(self) -> str:
        """ "safe" or "not safe", as audit.json has it."""
        return "safe" if self.is_safe else "not safe"

    def in_words(self, is_key_given: bool) -> str:
        """The answer in a sentence for the person who ran the check."""
        name = f"edition {self.edition}" if self.edition else "this archive"
        if not self.is_safe:
            return f"{name} is NOT safe: {len(self.faults)} faults"
        key = "" if is_key_given else " The signature was checked with the key in the archive: compare it with --key."
        together = f" together with {', '.join(self.rests_on)}" if self.rests_on else ""
        if not self.targets:
            return f"{name} is safe{together}: no count in it can be as small as 1 to 4.{key}"
        return (
            f"{name} is safe{together}: each of {self.targets} counts that could be 1 to 4 stays open over at least {NEED} values, "
            f"shown by {self.witnesses} witnesses.{key}"
        )


def check(files: Files) -> ProofFinding:
    """Check the files of an edition's archive, {name: content}, without its manifest. It never raises: a file that cannot
    be read is a fault."""
    finding = ProofFinding()
    try:
        _check(files, finding)
    except Exception as error:  # of any kind: an archive that cannot be read proves nothing
        finding.faults.append(f"the archive cannot be read: {type(error).__name__}: {error!r}"[:300])
    return finding


def _check(files: Files, finding: ProofFinding) -> None:
    facts = json.loads(files["edition.json"])
    book = Book(json.loads(files["catalogue.json"]))
    books = {prior: _book_of(files, prior, book) for prior in facts["restsOn"]}
    quarterly = _check_names(facts, files, {"": book} | books, finding)
    if finding.faults:
        return
    own = _values(files, "tables/", book, finding.edition, finding)
    quarters, years, first = {}, {}, None
    for prior, then in books.items():
        values = _values(files, f"earlier/{prior}/", then, prior, finding)
        if "-Q" in prior:
            quarters[prior] = values
            if _rounding_of_kinds(then) != _rounding_of_kinds(book):
                finding.faults.append(f"{prior} was rounded otherwise, or has other kinds")
        elif prior + REVISION == finding.edition:
            first = values
            if then is not book or not book.lasting("reports"):
                finding.faults.append(f"{prior} was published by other rules: it cannot be revised")
        else:
            years[prior] = Year(book, then, values)
    if finding.faults:
        return
    finding.editions, finding.rests_on = 1 + len(facts["restsOn"]), facts["restsOn"]
    firsts = {year: values for year, values in years.items() if not year.endswith(REVISION)}
    lasts = {year: years.get(year + REVISION, values) for year, values in firsts.items()}
    since = facts.get("countedSince") or min([*firsts, finding.edition[:4]])
    is_whole = all(str(year) in firsts for year in range(int(since), int(finding.edition[:4])))
    histories = [list(firsts.values()), list(lasts.values())] if is_whole else []
    known = attacked(book, quarterly, own, quarters if first is None else {}, histories)
    for population, cells in known.items():
        _check_sums(population, own[population], cells, finding)
    if first is not None:  # the quarters were counted with the same errors as the first edition
        of_first = attacked(book, quarterly, first, quarters, histories)
        known |= {BEFORE + population: cells for population, cells in of_first.items()}
    witnesses = _witnesses(files["witnesses.csv.gz"], known)
    for population, cells in known.items():
        _check_population(population, cells, witnesses[population], finding)
    if first is not None:
        for population in own:
            after, before = (_by_name(known[name], witnesses[name]) for name in (population, BEFORE + population))
            _check_pairs(population, own[population], first[population], after, before, finding)
            finding.faults += [
                f"{population}: {_words(name)} rises, which no correction can lead to"
                for name in after
                if set(pairs_of(name)) <= book.lasting(population)
                and (own[population].get(name, 0) > first[population].get(name, 0) or _rises(before, after, name))
            ]
    _check_audit(json.loads(files["audit.json"]) if "audit.json" in files else None, finding)


def _book_of(files: Files, prior: str, today: Book) -> Book:
    """The catalogue of an earlier edition: its own, or today's when the archive has no other for it."""
    file = f"earlier/{prior}/catalogue.json"
    return Book(json.loads(files[file])) if file in files else today


def _rounding_of_kinds(book: Book) -> tuple:
    return book.base, book.margins["default"], book.margins["larger"].get("kind"), book.codes["kind"]


def _check_names(facts: dict, files: Files, books: dict[str, Book], finding: ProofFinding) -> bool:
    """Check the ids of the edition and of the editions that it rests on, and that the archive has exactly their files.
    Returns whether the edition is a quarter."""
    edition, priors = facts["edition"], facts["restsOn"]
    if not EDITION.fullmatch(edition) or set(facts) | {"countedSince"} != EDITION_FACTS:
        raise ValueError("edition.json is not that of an edition")
    finding.edition, quarterly = edition, "-Q" in edition
    quarters = [prior for prior in priors if "-Q" in prior]
    years = [prior for prior in priors if "-Q" not in prior]
    fits = all(EDITION.fullmatch(prior) for prior in priors) and priors == [*sorted(set(quarters)), *sorted(set(years))]
    fits &= all(prior[:4] == edition[:4] for prior in quarters) and all(prior[:4] in years for prior in years)
    before = [year for year in years if year[:4] < edition[:4]]
    fits &= years == ([*before, edition[:4]] if edition.endswith(REVISION) else before)
    if not fits or (quarterly and priors):
        finding.faults.append("edition.json: it cannot rest on these editions, or names one twice")
        return quarterly
    wanted = {"edition.json", "catalogue.json", "witnesses.csv.gz"}
    for edition_id, folder in ((edition, "tables"), *((edition_id, f"earlier/{edition_id}") for edition_id in priors)):
        tables = books.get(edition_id, books[""]).tables
        of_kind = [name for name, table in tables.items() if table["quarterly"] == ("-Q" in edition_id)]
        wanted |= {f"{folder}/{name}.csv" for name in of_kind}
        if edition_id and edition_id != edition and books[""].lasting("reports"):
            wanted.add(f"{folder}/manifest.json")
    may_be = {"audit.json", *(f"earlier/{prior}/catalogue.json" for prior in priors)}
    finding.faults += [f"{name} is missing" for name in sorted(wanted - set(files))]
    finding.faults += [f"{name} does not belong here" for name in sorted(set(files) - wanted - may_be)]
    return quarterly


def _values(files: Files, folder: str, book: Book, edition: str, finding: ProofFinding) -> Values:
    """{population: {cell: value}} of an edition. Every table, row and total must be there exactly once."""
    values_of: Values = {}
    for name, table in book.tables.items():
        if table["quarterly"] != ("-Q" in edition):
            continue
        file = f"{folder}{name}.csv"
        values = values_of.setdefault(table["population"], {})
        if file not in files:
            finding.faults.append(f"{file} is missing")
            continue
        rows = list(csv.reader(io.StringIO(files[file].decode("utf-8"), newline="")))
        if rows[0] != [*table["dimensions"], "period", "value", "status"]:
            finding.faults.append(f"{file}: the header is not that of {name}")
            continue
        missing = book.published_rows(table)
        for *codes, period, value, status in rows[1:]:
            cell = missing.pop(tuple(codes), None)
            if cell is None:
                finding.faults.append(f"{file}: {' '.join(codes)} is no row of the table, or stands there twice")
            elif not _is_value(value, book.base) or period != edition.removesuffix(REVISION) or status != "A":
                finding.faults.append(f"{file}: {' '.join(codes)}: {period} {value} {status} cannot be right")
            elif values.setdefault(cell, int(value)) != int(value):
                finding.faults.append(f"{file}: {' '.join(codes)}: {value} here, {values[cell]} in another table")
        finding.faults += [f"{file}: {' '.join(codes)} is missing" for codes in missing]
    return values_of


def _is_value(text: str, base: int) -> bool:
    return text.isascii() and text.isdigit() and str(int(text)) == text and int(text) % base == 0


def _witnesses(packed: bytes, known: dict[str, KnownCells]) -> dict[str, np.ndarray]:
    """{population: registers in whole numbers, shape (witnesses, cells)}. The first row of each population names the cells
    and so gives their order."""
    registers: dict[str, list[list[int]]] = {name: [] for name in known}
    named: set[str] = set()
    for population, *entries in csv.reader(io.StringIO(gzip.decompress(packed).decode("ascii"), newline="")):
        if population not in named:
            named.add(population)
            if sorted(entries) != sorted(known[population].columns):
                raise ValueError(f"the witnesses of {population} name other cells than the catalogue")
            known[population].columns = entries
        else:
            registers[population].append([int(entry) for entry in entries])
    return {
        name: np.array(rows, dtype=np.int64).reshape(len(rows), len(known[name].columns))
        for name, rows in registers.items()
    }


def _check_sums(population: str, values: dict[Name, int], cells: KnownCells, finding: ProofFinding) -> None:
    """Check that published totals are the sums of their published parts."""
    for whole, parts in cells.sums:
        if whole in values and all(part in values for part in parts):
            together = sum(values[part] for part in parts)
            if values[whole] != together:
                finding.faults.append(
                    f"{population}: {_words(whole)} is {values[whole]}, its parts together {together}"
                )


def _check_population(population: str, cells: KnownCells, witnesses: np.ndarray, finding: ProofFinding) -> None:
    index = {name: number for number, name in enumerate(cells.columns)}
    low = np.array([cells.low[name] for name in cells.columns], dtype=np.int64)
    high = np.array([cells.high[name] for name in cells.columns], dtype=np.int64)
    possible = ((witnesses >= low) & (witnesses <= high)).all(axis=1)
    for whole, parts in cells.sums:
        possible &= witnesses[:, index[whole]] == witnesses[:, [index[part] for part in parts]].sum(axis=1)
    for whole, parts in cells.most:
        possible &= witnesses[:, index[whole]] >= witnesses[:, [index[part] for part in parts]].sum(axis=1)
    finding.faults += [
        f"{population}: witness {number + 1} cannot have led to these values" for number in np.flatnonzero(~possible)
    ]
    least, most = _told_by_sums(cells)
    finding.faults += [
        f"{population}: {_words(name)} contradicts the rest: no register could lead to it"
        for name in [name for name in least if least[name] > most[name]][:1]
    ]
    targets = np.array(
        [number for number, name in enumerate(cells.columns) if least[name] <= SMALL and most[name] >= 1],
        dtype=np.int64,
    )
    good = witnesses[possible][:, targets]
    if len(good):
        # Somebody who knows one report, their own, knows that the count is at least one.
        wide = good.max(axis=0) - np.maximum(good.min(axis=0), 1) >= NEED
    else:
        wide = np.zeros(len(targets), dtype=bool)
    finding.faults += [f"{population}: {_words(cells.columns[target])} is not proven" for target in targets[~wide]]
    finding.targets += len(targets)
    finding.proven += int(wide.sum())
    finding.variables += len(cells.columns)
    finding.constraints += len(cells.sums) + len(cells.most)
    finding.witnesses += len(witnesses)


def _by_name(cells: KnownCells, witnesses: np.ndarray) -> dict[Name, np.ndarray]:
    return dict(zip(cells.columns, witnesses.T, strict=True))


def _check_pairs(
    population: str,
    own: dict[Name, int],
    first: dict[Name, int],
    after: dict[Name, np.ndarray],
    before: dict[Name, np.ndarray],
    finding: ProofFinding,
) -> None:
    """Check that each register of the revision is a register of the first edition, moved as far as the published values
    moved. All arrays have shape (witnesses,)."""
    for name, value in own.items():
        if len(after[name]) != len(before[name]) or (after[name] - before[name] != value - first[name]).any():
            finding.faults.append(f"{population}: the witnesses of the two editions are no pairs at {_words(name)}")
            return


def _rises(before: dict[Name, np.ndarray], after: dict[Name, np.ndarray], name: Name) -> bool:
    return len(before[name]) == len(after[name]) and bool((after[name] > before[name]).any())


def _told_by_sums(cells: KnownCells) -> tuple[dict[Name, int], dict[Name, int]]:
    """The lowest and the highest count of each cell, narrowed by the sums until nothing new follows."""
    low, high = dict(cells.low), dict(cells.high)
    news = True
    while news and all(low[name] <= high[name] for name in low):  # contradicting ends would narrow one another for ever
        news = False
        for whole, parts in cells.sums:
            windows = [(whole, sum(low[part] for part in parts), sum(high[part] for part in parts))]
            for part in parts:
                others = [other for other in parts if other != part]
                most = sum(high[other] for other in others)
                windows.append((part, low[whole] - most, high[whole] - sum(low[other] for other in others)))
            for name, least, most in windows:
                if least > low[name]:
                    low[name], news = least, True
                if most < high[name]:
                    high[name], news = most, True
    return low, high


def _check_audit(audit: dict | None, finding: ProofFinding) -> None:
    """Check that audit.json says what this check found. While an edition is being made it has no audit yet."""
    if audit is None:
        return
    if not set(audit) <= AUDIT_FACTS:
        finding.faults.append("audit.json says more than an audit does")
    said = {
        "edition": finding.edition,
        "result": finding.result,
        "need": NEED,
        "targets": finding.targets,
        "proven": finding.proven,
        "variables": finding.variables,
        "constraints": finding.constraints,
        "witnesses": finding.witnesses,
        "editionsTogether": finding.editions,
    }
    finding.faults += [
        f"audit.json: {name} is {audit.get(name)}, found here: {value}"
        for name, value in said.items()
        if audit.get(name) != value
    ]


def _words(name: Name) -> str:
    return " ".join(f"{dimension} {code}" for dimension, code in pairs_of(name).items()) or "the grand total"
