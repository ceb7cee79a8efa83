"""Each benchmark runs as `./weer bench NAME` runs it, at a size of seconds, so that none is found broken when it is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.services import ROOT

SMALL = {
    "ACCOUNTS": "40", "CASES": "50", "CELLS": "2", "FACTS": "3000", "HANDS": "1,2", "HISTORIES": "3", "OWN": "3", "PAGES": "2", "PULLS": "40",
    "REPORTERS": "2", "REPORTS": "300", "SECONDS": "12", "SEEDS": "1", "SEEN": "2", "SENT": "4", "THOROUGH": "1", "WALKS": "1",
}  # fmt: skip
# What a benchmark says beside times, which depend on the machine: {metric: value}.
CHAOS = (
    "reports lost", "reports there twice, or never confirmed", "messages lost", "messages there twice", "reports without a case",
    "jobs that are stuck", "answers that tell nobody what to do", "invariants broken",
)  # fmt: skip
CERTAIN = {
    "chaos": dict.fromkeys(CHAOS, 0),
    "intake": {"reports lost": 0},
    "worklist": {},
    "recusal": {"histories in which somebody learns of a report about them": 0, "pages that differ": 0},
    "api": {},
    "names": {"pairs of the same person that are read": 0, "accounts in which somebody is missed": 0},
    "edition": {},
    "attack": {
        "300 reports a year: countries refused": 0,
        "300 reports a year: cells not proven": 0,
        "300 reports a year: small cells narrowed by linear programs": 0,
    },
}
SLOW = {"api", "chaos", "edition", "attack", "recusal"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.rehearsal] if name in SLOW else []) for name in CERTAIN]
)
def test_a_benchmark_measures_at_a_small_size(name):
    ours = ("WEER", "DATABASE_", "REDIS_", "DJANGO_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    environment |= {f"WEER_BENCH_{key}": value for key, value in SMALL.items()}
    command = [sys.executable, "-m", "benchmarks", name]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(lines) >= 5
    assert {line["bench"] for line in lines} == {name}
    assert all(line["value"] >= 0 and line["unit"] and line["n"] > 0 for line in lines)
    values = {line["metric"]: line["value"] for line in lines}
    assert {metric: values[metric] for metric in CERTAIN[name]} == CERTAIN[name]


def test_every_benchmark_is_among_them():
    names = {path.stem for path in Path(ROOT, "benchmarks").glob("*.py")} - {"__init__", "__main__", "measure"}
    assert names == set(CERTAIN)
