"""How sure the figures are: the page that explains the method, and its worked example."""

import hashlib
import json
import re

import numpy as np
import pytest

from monitor.disclosure.rounding import Partition, nearest_additive, offsets, wanted_values
from monitor.pages.method import worked_example
from monitor.rules.catalogue import GRAND_TOTAL, as_cell, catalogue
from tests.support.figures.editions import page_of, the_editions

pytestmark = pytest.mark.django_db


def test_the_worked_example_is_what_the_method_makes_of_it():
    shown = worked_example()
    names = {
        as_cell({"kind": row, "layer": column}): (r, c)
        for r, row in enumerate(shown.rows)
        for c, column in enumerate(shown.columns)
    }
    cells = sorted(names, key=lambda cell: (len(cell), names[cell]))
    index = {cell: number for number, cell in enumerate(cells)}
    sums = [
        (
            index[as_cell({"kind": row})],
            tuple(index[as_cell({"kind": row, "layer": one_})] for one_ in shown.columns[1:]),
        )
        for row in shown.rows
    ]
    sums += [
        (index[as_cell({"layer": col})], tuple(index[as_cell({"kind": row, "layer": col})] for row in shown.rows[1:]))
        for col in shown.columns
    ]
    system = Partition((), tuple(cells), tuple(dict.fromkeys(sums)))

    def of(numbers):
        return np.array([numbers[names[cell][0]][names[cell][1]] for cell in cells])

    drawn = offsets(system, lambda *parts: hashlib.sha256("|".join((shown.seed, *parts)).encode()).digest())
    counts = of(shown.counted)
    assert of(shown.offsets).tolist() == drawn.tolist()
    assert of(shown.wanted).tolist() == wanted_values(counts, drawn).tolist()
    assert of(shown.published).tolist() == nearest_additive(system, counts, wanted_values(counts, drawn)).tolist()
    for register in shown.registers:
        assert not (system.matrix @ of(register)).any(), "rows and columns add up"
        for count, value in zip(of(register).tolist(), of(shown.published).tolist(), strict=True):
            first, last = catalogue().window(GRAND_TOTAL, value)
            assert first <= count <= last
    values = [shown.at_cell(register) for register in shown.registers]
    assert max(values) - min(values) >= 5
    assert shown.at_cell(shown.counted) in range(1, 5)


def test_the_method_says_what_is_promised_and_what_is_not(db):
    assert "openbare sleutel" not in page_of("/monitor/methode/")
    (edition,) = the_editions("2025")
    page = page_of("/monitor/methode/")
    key = re.search(r"<code[^>]*>([0-9a-f]{64})</code>", page)[1]
    assert len(bytes.fromhex(key)) == 32
    for words in (
        "minder dan vijf",
        "Waarschijnlijkheid",
        "Heel grote organisaties",
        "verify_edition.pyz weerbaar-2025.zip",
        "1 tot 13",
    ):
        assert words in page
    assert json.dumps(edition.audit["need"]) == "5"
