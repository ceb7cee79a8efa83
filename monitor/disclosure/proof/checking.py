"""Does an edition prove what it claims? Whole-number arithmetic only; every fault is named, none is passed over."""

import csv
import gzip
import io
import json
import re
from dataclasses import dataclass, field

import numpy as np

from .attacker import Book, Name, Population, Values, Year, attacked, pairs_of

REVISION = "-r2"
EDITION = re.compile(rf"20[0-9]{{2}}(-Q[1-4]|{REVISION})?")
EDITION_FACTS = {"countedSince", "edition", "cutOffDate", "method", "softwareVersion", "restsOn"}
AUDIT_FACTS = {
    "edition", "result", "need", "targets", "proven", "constraints", "variables", "editionsTogether", "witnesses", "seconds",
    "rulesVersion",
}  # fmt: skip
NEED = 5
SMALL = 4
BEFORE = "before:"  # registers that led to the first edition, each with the one of the revision in the same place
Files = dict[str, bytes]


@dataclass
class Finding:
    """What was found: `faults` is empty when the edition is safe."""

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
        return not self.faults

    @property
    def result(self) -> str:
        return "safe" if self.is_safe else "not safe"

    def in_words(self, is_key_given: bool) -> str:
        """The answer for who ran the check."""
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


def check(files: Files) -> Finding:
    """Check the files of an edition's archive (without its manifest). Anything that cannot be read is a fault."""
    finding = Finding()
    try:
        _check(files, finding)
    except Exception as error:  # whatever it is: an archive that cannot be read proves nothing
        finding.faults.append(f"the archive cannot be read: {type(error).__name__}: {error!r}"[:300])
    return finding


def _check(files: Files, finding: Finding) -> None:
    facts = json.loads(files["edition.json"])
    book = Book(json.loads(files["catalogue.json"]))
    books = {one: _book_of(files, one, book) for one in facts["restsOn"]}
    quarterly = _check_names(facts, files, {"": book} | books, finding)
    if finding.faults:
        return
    own = _values(files, "tables/", book, finding.edition, finding)
    quarters, years, first = {}, {}, None
    for one, then in books.items():
        values = _values(files, f"earlier/{one}/", then, one, finding)
        if "-Q" in one:
            quarters[one] = values
            if _rounding_of_kinds(then) != _rounding_of_kinds(book):
                finding.faults.append(f"{one} was rounded otherwise, or has other kinds")
        elif one + REVISION == finding.edition:
            first = values
            if then is not book or not book.lasting("reports"):
                finding.faults.append(f"{one} was published by other rules: it cannot be revised")
        else:
            years[one] = Year(book, then, values)
    if finding.faults:
        return
    finding.editions, finding.rests_on = 1 + len(facts["restsOn"]), facts["restsOn"]
    firsts = {one: values for one, values in years.items() if not one.endswith(REVISION)}
    lasts = {one: years.get(one + REVISION, values) for one, values in firsts.items()}
    since = facts.get("countedSince") or min([*firsts, finding.edition[:4]])
    is_whole = all(str(one) in firsts for one in range(int(since), int(finding.edition[:4])))
    histories = [list(firsts.values()), list(lasts.values())] if is_whole else []
    known = attacked(book, quarterly, own, quarters if first is None else {}, histories)
    for population, one in known.items():
        _check_sums(population, own[population], one, finding)
    if first is not None:  # quarters and errors go with the first edition
        of_first = attacked(book, quarterly, first, quarters, histories)
        known |= {BEFORE + population: one for population, one in of_first.items()}
    witnesses = _witnesses(files["witnesses.csv.gz"], known)
    for population, one in known.items():
        _check_population(population, one, witnesses[population], finding)
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


def _book_of(files: Files, earlier: str, today: Book) -> Book:
    """The catalogue of an earlier edition, where it was another one."""
    file = f"earlier/{earlier}/catalogue.json"
    return Book(json.loads(files[file])) if file in files else today


def _rounding_of_kinds(book: Book) -> tuple:
    return book.base, book.margins["default"], book.margins["larger"].get("kind"), book.codes["kind"]


def _check_names(facts: dict, files: Files, books: dict[str, Book], finding: Finding) -> bool:
    """The edition, what it rests on, and that there are the files of these and no others. Whether it is a quarter."""
    edition, earlier = facts["edition"], facts["restsOn"]
    if not EDITION.fullmatch(edition) or set(facts) | {"countedSince"} != EDITION_FACTS:
        raise ValueError("edition.json is not that of an edition")
    finding.edition, quarterly = edition, "-Q" in edition
    quarters = [one for one in earlier if "-Q" in one]
    years = [one for one in earlier if "-Q" not in one]
    fits = all(EDITION.fullmatch(one) for one in earlier) and earlier == [*sorted(set(quarters)), *sorted(set(years))]
    fits &= all(one[:4] == edition[:4] for one in quarters) and all(one[:4] in years for one in years)
    before = [one for one in years if one[:4] < edition[:4]]
    fits &= years == ([*before, edition[:4]] if edition.endswith(REVISION) else before)
    if not fits or (quarterly and earlier):
        finding.faults.append("edition.json: it cannot rest on these editions, or names one twice")
        return quarterly
    wanted = {"edition.json", "catalogue.json", "witnesses.csv.gz"}
    for one, folder in ((edition, "tables"), *((one, f"earlier/{one}") for one in earlier)):
        tables = books.get(one, books[""]).tables
        of_kind = [name for name, table in tables.items() if table["quarterly"] == ("-Q" in one)]
        wanted |= {f"{folder}/{name}.csv" for name in of_kind}
        if one and one != edition and books[""].lasting("reports"):
            wanted.add(f"{folder}/manifest.json")
    may_be = {"audit.json", *(f"earlier/{one}/catalogue.json" for one in earlier)}
    finding.faults += [f"{name} is missing" for name in sorted(wanted - set(files))]
    finding.faults += [f"{name} does not belong here" for name in sorted(set(files) - wanted - may_be)]
    return quarterly


def _values(files: Files, folder: str, book: Book, edition: str, finding: Finding) -> Values:
    """The published cells of an edition. Every table, every row, every total, once each."""
    found: Values = {}
    for name, table in book.tables.items():
        if table["quarterly"] != ("-Q" in edition):
            continue
        file = f"{folder}{name}.csv"
        values = found.setdefault(table["population"], {})
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
    return found


def _is_value(text: str, base: int) -> bool:
    return text.isascii() and text.isdigit() and str(int(text)) == text and int(text) % base == 0


def _witnesses(packed: bytes, known: dict[str, Population]) -> dict[str, np.ndarray]:
    """Registers in whole numbers, shape (witnesses, cells) for each population. The first row of each names the cells."""
    found: dict[str, list[list[int]]] = {name: [] for name in known}
    named: set[str] = set()
    for population, *entries in csv.reader(io.StringIO(gzip.decompress(packed).decode("ascii"), newline="")):
        if population not in named:
            named.add(population)
            if sorted(entries) != sorted(known[population].columns):
                raise ValueError(f"the witnesses of {population} name other cells than the catalogue")
            known[population].columns = entries
        else:
            found[population].append([int(one) for one in entries])
    return {
        name: np.array(rows, dtype=np.int64).reshape(len(rows), len(known[name].columns))
        for name, rows in found.items()
    }


def _check_sums(population: str, values: dict[Name, int], one: Population, finding: Finding) -> None:
    """Published totals are the sums of their published parts."""
    for whole, parts in one.sums:
        if whole in values and all(part in values for part in parts):
            together = sum(values[part] for part in parts)
            if values[whole] != together:
                finding.faults.append(
                    f"{population}: {_words(whole)} is {values[whole]}, its parts together {together}"
                )


def _check_population(population: str, one: Population, witnesses: np.ndarray, finding: Finding) -> None:
    place = {name: number for number, name in enumerate(one.columns)}
    low = np.array([one.low[name] for name in one.columns], dtype=np.int64)
    high = np.array([one.high[name] for name in one.columns], dtype=np.int64)
    possible = ((witnesses >= low) & (witnesses <= high)).all(axis=1)
    for whole, parts in one.sums:
        possible &= witnesses[:, place[whole]] == witnesses[:, [place[part] for part in parts]].sum(axis=1)
    for whole, parts in one.most:
        possible &= witnesses[:, place[whole]] >= witnesses[:, [place[part] for part in parts]].sum(axis=1)
    finding.faults += [
        f"{population}: witness {number + 1} cannot have led to these values" for number in np.flatnonzero(~possible)
    ]
    least, most = _told_by_sums(one)
    finding.faults += [
        f"{population}: {_words(name)} contradicts the rest: no register could lead to it"
        for name in [name for name in least if least[name] > most[name]][:1]
    ]
    targets = np.array(
        [number for number, name in enumerate(one.columns) if least[name] <= SMALL and most[name] >= 1], dtype=np.int64
    )
    good = witnesses[possible][:, targets]
    if len(good):
        # Who knows one report, the own one, knows that there is at least one.
        wide = good.max(axis=0) - np.maximum(good.min(axis=0), 1) >= NEED
    else:
        wide = np.zeros(len(targets), dtype=bool)
    finding.faults += [f"{population}: {_words(one.columns[target])} is not proven" for target in targets[~wide]]
    finding.targets += len(targets)
    finding.proven += int(wide.sum())
    finding.variables += len(one.columns)
    finding.constraints += len(one.sums) + len(one.most)
    finding.witnesses += len(witnesses)


def _by_name(one: Population, witnesses: np.ndarray) -> dict[Name, np.ndarray]:
    return dict(zip(one.columns, witnesses.T, strict=True))


def _check_pairs(
    population: str,
    own: dict[Name, int],
    first: dict[Name, int],
    after: dict[Name, np.ndarray],
    before: dict[Name, np.ndarray],
    finding: Finding,
) -> None:
    """Each register of the revision is one of the first edition, moved by what the published values moved."""
    for name, value in own.items():
        if len(after[name]) != len(before[name]) or (after[name] - before[name] != value - first[name]).any():
            finding.faults.append(f"{population}: the witnesses of the two editions are no pairs at {_words(name)}")
            return


def _rises(before: dict[Name, np.ndarray], after: dict[Name, np.ndarray], name: Name) -> bool:
    return len(before[name]) == len(after[name]) and bool((after[name] > before[name]).any())


def _told_by_sums(one: Population) -> tuple[dict[Name, int], dict[Name, int]]:
    """What sums tell of their parts, and parts of their sums, until nothing new follows."""
    low, high = dict(one.low), dict(one.high)
    news = True
    while news and all(low[name] <= high[name] for name in low):  # what contradicts itself would be narrowed for ever
        news = False
        for whole, parts in one.sums:
            told = [(whole, sum(low[part] for part in parts), sum(high[part] for part in parts))]
            for part in parts:
                others = [other for other in parts if other != part]
                most = sum(high[other] for other in others)
                told.append((part, low[whole] - most, high[whole] - sum(low[other] for other in others)))
            for name, least, most in told:
                if least > low[name]:
                    low[name], news = least, True
                if most < high[name]:
                    high[name], news = most, True
    return low, high


def _check_audit(audit: dict | None, finding: Finding) -> None:
    """The printed audit says what was found here. While an edition is made there is none yet."""
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
    return " ".join(f"{one} {code}" for one, code in pairs_of(name).items()) or "the grand total"
