"""Everything an attacker can do, on many countries: what is narrowed (nothing may be), how far values move, and what the
same attacks find in weak methods.

WEER_BENCH_REPORTS: reports a year, several with commas. WEER_BENCH_SEEDS: countries of each size (40 unless said).
WEER_BENCH_CELLS: small cells attacked in each population by linear programs. WEER_BENCH_THOROUGH: in how many of the countries
a tenth of these cells is attacked in whole numbers and in all editions together too, the last year is revised and both its
editions are attacked, single reports are known, and weak methods are broken (a quarter of the seeds unless said). Countries
above 20,000 reports are made of countries of 10,000.
"""

import os
import time
from collections import Counter
from functools import cache

import numpy as np

from benchmarks.measure import scratch, tell

LARGE, PART = 20_000, 10_000
CORRECTED = 40  # cases of the year that is revised


def run() -> None:
    scratch()
    sizes = [int(size) for size in os.environ.get("WEER_BENCH_REPORTS", "500,1000,10000,100000,1000000").split(",")]
    seeds = int(os.environ.get("WEER_BENCH_SEEDS", 40))
    cells = int(os.environ.get("WEER_BENCH_CELLS", 20))
    thorough = int(os.environ.get("WEER_BENCH_THOROUGH", -(-seeds // 4)))
    for reports in sizes:
        _size(reports, range(1, 1 + seeds), cells, thorough)


@cache
def _part(seed: int):
    from tests.support.figures.country import Country

    return Country(PART, seed).slim()


def _country(reports: int, seed: int, seeds: int):
    from tests.support.figures.country import Country, LargeCountry

    if reports == PART:
        return _part(seed)
    if reports < LARGE:
        return Country(reports, seed)
    times = np.random.default_rng(seed).multinomial(reports // PART, np.full(seeds, 1 / seeds))
    return LargeCountry([(_part(number + 1), int(copies)) for number, copies in enumerate(times) if copies])


def _size(reports: int, seeds: range, most: int, thorough: int) -> None:
    from monitor.disclosure.publication import NotProven
    from monitor.disclosure.rounding import RoundingFailed
    from monitor.rules.catalogue import POPULATIONS
    from tests.support.figures import attacks

    numbers: Counter[str] = Counter()
    errors: list[np.ndarray] = []
    spent: list[float] = []
    for seed in seeds:
        country = _country(reports, seed, len(seeds))
        start = time.perf_counter()
        try:
            years = country.published(f"key {seed}")
        except (RoundingFailed, NotProven):
            numbers["refused"] += 1
            continue
        spent.append((time.perf_counter() - start) / len(years))
        is_thorough = seed <= thorough
        joint = attacks.JointAttacker(years) if is_thorough else None
        random = np.random.default_rng(seed)
        for number, (period, populations) in enumerate(zip(("2024", "2025"), years, strict=True)):
            for name in POPULATIONS:
                publication, counts = populations[name], country.counts(period)[name]
                plain = len(counts)
                shown = publication.system.published[:plain]
                errors.append(np.abs(publication.values[:plain] - counts)[shown & (counts > 0)])
                numbers["shown"] += int(shown.sum())
                numbers["changed"] += int((publication.values[:plain] != counts)[shown].sum())
                numbers["witnesses"] += len(publication.proof.witnesses)
                numbers["targets"] += publication.proof.targets
                numbers["not proven"] += len(publication.proof.open)
                small = attacks.small_cells(publication.system, counts)
                chosen = [int(cell) for cell in random.permutation(small)[:most]]
                attacker = attacks.Attacker(publication.attack)
                numbers["small"] += len(small)
                numbers["attacked"] += len(chosen)
                numbers["narrowed"] += len(attacks.narrowed(attacker, chosen))
                if joint:
                    few = chosen[: max(1, most // 10)]
                    numbers["in whole numbers"] += len(attacks.narrowed(attacker, few, integer=True))
                    together = [joint.column(number, name, cell) for cell in few]
                    numbers["together attacked"] += len(together)
                    numbers["together"] += len(attacks.narrowed(joint, together))
        if is_thorough:
            _revised(country, years, seed, most, numbers)
            _register(country, years[-1]["reports"], seed, most, numbers)
            _own_report(country, years[-1]["reports"], most, numbers)
            _weak(country, most, numbers)
    _tell(reports, len(seeds), numbers, errors, spent)


def _revised(country, years, seed: int, most: int, numbers: Counter[str]) -> None:
    """Who has both editions of a year: is a cell narrowed in one of them?"""
    from monitor.disclosure.publication import NotProven
    from monitor.disclosure.rounding import RoundingFailed
    from tests.support.figures import attacks

    numbers["revisions"] += 1
    try:
        revised = country.revised(years, CORRECTED, f"key {seed}")
    except (RoundingFailed, NotProven):
        numbers["revisions refused"] += 1
        return
    for name, publication in revised.items():
        small = attacks.small_cells(publication.system, country.counts("2025")[name])
        chosen = [int(cell) for cell in np.random.default_rng(seed).permutation(small)[: max(1, most // 2)]]
        attacker = attacks.Attacker(publication.attack)
        for cell in chosen:
            ranges = attacker.range(cell)
            numbers["pairs of editions attacked"] += 1
            both = min(ranges.others, ranges.moved(float(publication.attack.shift[cell])).others)
            numbers["pairs of editions narrowed"] += both < attacks.NEED - 1e-6


def _register(country, publication, seed: int, most: int, numbers: Counter[str]) -> None:
    """Who has the list of organisations too: is a number about organisations narrowed?"""
    from monitor.editions.counting import codes_of_organisation
    from tests.support.figures import attacks
    from tests.support.figures.country import places

    of_organisations = attacks.small_cells_of_organisations(publication.system, country.counts("2025")["reports"])
    chosen = [int(cell) for cell in np.random.default_rng(seed).permutation(of_organisations)[:most]]
    numbers["of organisations attacked"] += len(chosen)
    attacker = attacks.RegisterAttacker(publication.attack, map(codes_of_organisation, places()))
    numbers["of organisations narrowed"] += len(attacks.narrowed(attacker, chosen))


def _own_report(country, publication, most: int, numbers: Counter[str]) -> None:
    """Who knows a whole report: is another cell narrowed to under five?"""
    from tests.support.figures import attacks

    small = attacks.small_cells(publication.system, country.counts("2025")["reports"])
    for fact in country.facts["reports", "2025-Q3"][:3]:
        attacker = attacks.Attacker(attacks.knowing(publication.attack, fact))
        for cell in small[: max(1, most // 4)]:
            numbers["pairs"] += 1
            numbers["pairs narrowed"] += attacker.range(int(cell)).width < attacks.NEED - 1e-6


def _weak(country, most: int, numbers: Counter[str]) -> None:
    """The same on methods known to be weak, each judged at the width that its own rule promises."""
    from monitor.disclosure.system import system_of
    from tests.support.figures import attacks
    from tests.support.figures.country import digest_of

    system, counts = system_of("reports", False), country.counts("2024")["reports"]
    chosen = attacks.small_cells(system, counts)[:most]
    digests = [digest_of(f"edition {number}", "2024")("reports") for number in range(8)]
    numbers["weak attacked"] += len(chosen)
    for name, attack, width in (
        ("plain rounding", attacks.plain_rounding(system, counts), 4),
        ("hiding small cells", attacks.hiding_small(system, counts), 3),
        ("fresh noise in 8 editions", attacks.fresh_noise(system, counts, digests), 5),
    ):
        attacker = attacks.Attacker(attack)
        numbers[name] += sum(attacker.range(int(cell)).width < width - 1e-6 for cell in chosen)


def _tell(reports: int, seeds: int, numbers: Counter[str], errors: list[np.ndarray], spent: list[float]) -> None:
    def say(metric: str, value: float, unit: str, n: int, against: str = "") -> None:
        tell("attack", f"{reports} reports a year: {metric}", value, unit, n, against)

    say("countries refused", numbers["refused"], "countries", seeds, "none")
    if not errors:
        return
    moved = np.concatenate(errors)
    say("cells not proven", numbers["not proven"], "cells", numbers["targets"], "must be 0")
    say("small cells narrowed by linear programs", numbers["narrowed"], "cells", numbers["attacked"], "must be 0")
    say("narrowed in whole numbers", numbers["in whole numbers"], "cells", numbers["together attacked"], "must be 0")
    say("narrowed by all editions together", numbers["together"], "cells", numbers["together attacked"], "must be 0")
    say("revisions refused", numbers["revisions refused"], "editions", numbers["revisions"], "none")
    say(
        "narrowed by a revision beside its first edition",
        numbers["pairs of editions narrowed"],
        "cells",
        numbers["pairs of editions attacked"],
        "must be 0",
    )
    say(
        "narrowed for who has the register of organisations",
        numbers["of organisations narrowed"],
        "cells",
        numbers["of organisations attacked"],
        "not proven: said on the method page",
    )
    say(
        "narrowed for who knows a whole report",
        numbers["pairs narrowed"],
        "pairs",
        numbers["pairs"],
        "said on the method page",
    )
    say("mean error of non-zero cells", float(moved.mean()), "counts", len(moved), "sketch: 1.2 to 2.0 over all cells")
    say("largest error", float(moved.max()), "counts", len(moved), "6, or 8 where few organisations count")
    say("values that changed", 100 * numbers["changed"] / numbers["shown"], "per cent", numbers["shown"])
    say("witnesses of a year", numbers["witnesses"] / (2 * len(spent)), "registers", len(spent))
    say("publishing a year with its quarters", float(np.mean(spent)), "s", len(spent))
    for name in ("plain rounding", "hiding small cells", "fresh noise in 8 editions"):
        say(f"{name}: narrowed", numbers[name], "cells", numbers["weak attacked"], "the suite must find these")
