"""Whoever a report is about, over many long histories: by the model, and through every URL of the workplace.

WEER_BENCH_HISTORIES: histories by the model. WEER_BENCH_SEEN: those through every URL. A history that breaks a promise is
printed to the error output, as short as leaving out one step after another makes it.
"""

import os
import sys
import time

from benchmarks.measure import scratch, tell

HISTORIES = int(os.environ.get("WEER_BENCH_HISTORIES", 20_000))
SEEN = int(os.environ.get("WEER_BENCH_SEEN", 1_000))


def run() -> None:
    scratch()
    from tests.support.histories.chances import broken_by, long_history, many_broken, shortest
    from tests.support.histories.world import a_world, undone
    from tests.support.histories_by_http import lost_it, never_had_it

    start, broken = time.process_time(), 0
    with undone():
        world = a_world()
        steps = sum(len(long_history(number)) for number in range(HISTORIES))
        for number, _fault in many_broken(world, range(HISTORIES)):
            broken += 1
            sys.stderr.write(f"history {number}: {broken_by(world, shortest(world, long_history(number)))}\n\n")
    tell("recusal", "steps", steps, "steps", HISTORIES)
    tell("recusal", "histories in which somebody learns of a report about them", broken, "histories", HISTORIES)
    tell("recusal", "a history by the model", 1000 * (time.process_time() - start) / HISTORIES, "CPU ms", HISTORIES)

    start, pages, differ = time.process_time(), 0, 0
    for seed in range(SEEN):
        for compared in (never_had_it if seed % 2 else lost_it)(seed):
            pages += compared.pages
            differ += len(compared.differs)
            if compared.differs:
                sys.stderr.write(f"history {seed}: {compared.person} sees another {', '.join(compared.differs)}\n")
    tell("recusal", "pages compared", pages, "pages", SEEN)
    tell("recusal", "pages that differ", differ, "pages", SEEN)
    tell("recusal", "a history through every URL", (time.process_time() - start) / SEEN, "CPU s", SEEN)
