"""Everything an attacker can do, on many countries: what is narrowed (nothing may be), how far values move, and what the
same attacks find in weak methods.

WEER_BENCH_REPORTS: reports a year, several with commas. WEER_BENCH_SEEDS: countries of each size (40 unless said; fewer of
the largest). WEER_BENCH_CELLS: small cells attacked in each population by linear programs, a tenth of them in whole numbers
and in all editions together.
"""

import os
import time
from collections import Counter

import numpy as np

from benchmarks.measure import scratch, tell

LARGE = 20_000  # a country of this size takes long to simulate: a tenth of the seeds


def run() -> None:
    scratch()
    sizes = [int(one) for one in os.environ.get("WEER_BENCH_REPORTS", "500,1000,10000").split(",")]
    seeds = int(os.environ.get("WEER_BENCH_SEEDS", 40))
    cells = int(os.environ.get("WEER_BENCH_CELLS", 20))
    for reports in sizes:
        _size(reports, range(1, 1 + (seeds if reports < LARGE else max(1, seeds // 10))), cells)


def _size(reports: int, seeds: range, most: int) -> None:
    from monitor.catalogue import POPULATIONS
    from monitor.disclosure import attacks
    from monitor.disclosure.publication import NotProven
    from monitor.disclosure.rounding import RoundingFailed
    from tests.support.country import Country

    found: Counter[str] = Counter()
    errors: list[np.ndarray] = []
    spent: list[float] = []
    for seed in seeds:
        country = Country(reports, seed)
        start = time.perf_counter()
        try:
            years = country.published(f"key {seed}")
        except (RoundingFailed, NotProven):
            found["refused"] += 1
            continue
        spent.append((time.perf_counter() - start) / len(years))
        joint = attacks.JointAttacker(years)
        random = np.random.default_rng(seed)
        for number, (period, populations) in enumerate(zip(("2024", "2025"), years, strict=True)):
            for name in POPULATIONS:
                one, counts = populations[name], country.counts(period)[name]
                plain = len(counts)
                shown = one.system.published[:plain]
                errors.append(np.abs(one.values[:plain] - counts)[shown & (counts > 0)])
                found["shown"] += int(shown.sum())
                found["changed"] += int((one.values[:plain] != counts)[shown].sum())
                found["witnesses"] += len(one.proof.witnesses)
                found["targets"] += one.proof.targets
                found["not proven"] += len(one.proof.open)
                small = attacks.small_cells(one.system, counts)
                chosen = [int(cell) for cell in random.permutation(small)[:most]]
                attacker = attacks.Attacker(one.attack)
                few = chosen[: max(1, most // 10)]
                found["small"] += len(small)
                found["attacked"] += len(chosen)
                found["narrowed"] += len(attacks.narrowed(attacker, chosen))
                found["in whole numbers"] += len(attacks.narrowed(attacker, few, integer=True))
                together = [joint.place(number, name, cell) for cell in few]
                found["together attacked"] += len(together)
                found["together"] += len(attacks.narrowed(joint, together))
        _own_report(country, years[-1]["reports"], most, found)
        _weak(country, most, found)
    _tell(reports, len(seeds), found, errors, spent)


def _own_report(country, one, most: int, found: Counter[str]) -> None:
    """Who knows a whole report: is another cell narrowed to under five?"""
    from monitor.disclosure import attacks

    small = attacks.small_cells(one.system, country.counts("2025")["reports"])
    for fact in country.facts["reports", "2025-Q3"][:3]:
        attacker = attacks.Attacker(attacks.knowing(one.attack, fact))
        for cell in small[: max(1, most // 4)]:
            found["pairs"] += 1
            found["pairs narrowed"] += attacker.range(int(cell)).width < 5 - 1e-6


def _weak(country, most: int, found: Counter[str]) -> None:
    """The same on methods known to be weak, each judged at the width that its own rule promises."""
    from monitor.disclosure import attacks
    from monitor.disclosure.system import system_of
    from tests.support.country import digest_of

    system, counts = system_of("reports", False), country.counts("2024")["reports"]
    chosen = attacks.small_cells(system, counts)[:most]
    digests = [digest_of(f"edition {number}", "2024")("reports") for number in range(8)]
    found["weak attacked"] += len(chosen)
    for name, attack, width in (
        ("plain rounding", attacks.plain_rounding(system, counts), 4),
        ("hiding small cells", attacks.hiding_small(system, counts), 3),
        ("fresh noise in 8 editions", attacks.fresh_noise(system, counts, digests), 5),
    ):
        attacker = attacks.Attacker(attack)
        found[name] += sum(attacker.range(int(cell)).width < width - 1e-6 for cell in chosen)


def _tell(reports: int, seeds: int, found: Counter[str], errors: list[np.ndarray], spent: list[float]) -> None:
    def say(metric: str, value: float, unit: str, n: int, against: str = "") -> None:
        tell("attack", f"{reports} reports a year: {metric}", value, unit, n, against)

    say("countries refused", found["refused"], "countries", seeds, "none")
    if not errors:
        return
    moved = np.concatenate(errors)
    say("cells not proven", found["not proven"], "cells", found["targets"], "must be 0")
    say("small cells narrowed by linear programs", found["narrowed"], "cells", found["attacked"], "must be 0")
    say("narrowed in whole numbers", found["in whole numbers"], "cells", found["together attacked"], "must be 0")
    say("narrowed by all editions together", found["together"], "cells", found["together attacked"], "must be 0")
    say(
        "narrowed for who knows a whole report",
        found["pairs narrowed"],
        "pairs",
        found["pairs"],
        "said on the method page",
    )
    say("mean error of non-zero cells", float(moved.mean()), "counts", len(moved), "sketch: 1.2 to 2.0 over all cells")
    say("largest error", float(moved.max()), "counts", len(moved), "6, or 8 where few organisations count")
    say("values that changed", 100 * found["changed"] / found["shown"], "per cent", found["shown"])
    say("witnesses of a year", found["witnesses"] / (2 * len(spent)), "registers", len(spent))
    say("publishing a year with its quarters", float(np.mean(spent)), "s", len(spent))
    for name in ("plain rounding", "hiding small cells", "fresh noise in 8 editions"):
        say(f"{name}: narrowed", found[name], "cells", found["weak attacked"], "the suite must find these")
