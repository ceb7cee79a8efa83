"""Building the edition of a year: counting sealed facts, rounding and proving, repeating the proof, packing the archive.

WEER_BENCH_FACTS: how many facts of the year, several with commas (100000,1000000 unless said; 10000000 on request).
"""

import os
import time
from datetime import date

from benchmarks.measure import scratch, tell

AIM = 20.0
FACTS_OF_A_REPORT = 5.6  # in the year in which it was registered, with outcome and clocks
YEAR = "2025"


def run() -> None:
    for wanted in os.environ.get("WEER_BENCH_FACTS", "100000,1000000").split(","):
        _one(int(wanted))


def _one(wanted: int) -> None:
    scratch()
    from django.db import connection

    connection.close()  # several sizes: each has a database of its own
    _build(wanted)


def _build(wanted: int) -> None:
    from monitor.editions import build as editions
    from monitor.editions.archive import archive_of, audited, stored_contents
    from monitor.editions.counting import organisation_codes_today
    from monitor.editions.simulation import simulate
    from monitor.models import Edition
    from organisations.register.register import load_register
    from reporting.models import Fact

    load_register()
    start = time.perf_counter()
    simulate(reports=int(wanted / FACTS_OF_A_REPORT), years=1, seed=wanted, until=date(2025, 12, 31))
    leaving, number = time.perf_counter() - start, Fact.objects.filter(period__startswith=YEAR).count()
    tell("edition", "simulating (not part of the aim)", leaving, "s", number)
    start = time.perf_counter()
    for name in editions.POPULATIONS:
        editions._counted(YEAR, name, organisation_codes_today(), editions.silent)
    counted = time.perf_counter() - start
    tell("edition", "counting sealed facts", counted, "s", number)
    start = time.perf_counter()
    edition = editions.build_edition(YEAR)  # goes on from what was counted
    proven = time.perf_counter() - start
    tell("edition", "rounding, proving, storing", proven, "s", number)
    tell(
        "edition", "whole build", counted + proven, "s", number, f"aim {AIM:g} s at 1,000,000", (counted + proven) / AIM
    )
    start = time.perf_counter()
    audited(stored_contents(edition))
    tell("edition", "proof repeated", time.perf_counter() - start, "s", number)
    start = time.perf_counter()
    size = len(archive_of(Edition.objects.get(id=YEAR)))
    tell("edition", "archive packed", time.perf_counter() - start, "s", number)
    tell("edition", "archive", size / 1024, "kB", number)
    tell("edition", "witnesses", edition.audit["witnesses"], "registers", number)
    tell(
        "edition",
        "targets proven",
        edition.audit["proven"],
        "cells",
        number,
        "targets",
        edition.audit["proven"] / edition.audit["targets"],
    )
