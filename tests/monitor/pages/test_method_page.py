"""How sure the figures are: the page that explains the method, and its worked example."""

import hashlib
import json
import re

import numpy as np
import pytest

from monitor.disclosure.rounding import Partition, nearest_additive, offsets, wanted_values
from monitor.pages.method import worked_example
from monitor.rules.catalogue import GRAND_TOTAL, as_cell, catalogue
from tests.support.editions import page_of, the_editions

pytestmark = pytest.mark.django_db


def test_the_worked_example_is_what_the_method_makes_of_it():
    one = worked_example()
    names = {
        as_cell({"kind": row, "layer": column}): (r, c)
        for r, row in enumerate(one.rows)
        for c, column in enumerate(one.columns)
    }
    cells = sorted(names, key=lambda found: (len(found), names[found]))
    place = {found: number for number, found in enumerate(cells)}
    sums = [
        (place[as_cell({"kind": row})], tuple(place[as_cell({"kind": row, "layer": one_})] for one_ in one.columns[1:]))
        for row in one.rows
    ]
    sums += [
        (place[as_cell({"layer": col})], tuple(place[as_cell({"kind": row, "layer": col})] for row in one.rows[1:]))
        for col in one.columns
    ]
    system = Partition((), tuple(cells), tuple(dict.fromkeys(sums)))

    def of(numbers):
        return np.array([numbers[names[found][0]][names[found][1]] for found in cells])

    drawn = offsets(system, lambda *parts: hashlib.sha256("|".join((one.seed, *parts)).encode()).digest())
    counts = of(one.counted)
    assert of(one.offsets).tolist() == drawn.tolist()
    assert of(one.wanted).tolist() == wanted_values(counts, drawn).tolist()
    assert of(one.published).tolist() == nearest_additive(system, counts, wanted_values(counts, drawn)).tolist()
    for register in one.registers:
        assert not (system.matrix @ of(register)).any(), "rows and columns add up"
        for found, value in zip(of(register).tolist(), of(one.published).tolist(), strict=True):
            first, last = catalogue().window(GRAND_TOTAL, value)
            assert first <= found <= last
    values = [one.at_cell(register) for register in one.registers]
    assert max(values) - min(values) >= 5
    assert one.at_cell(one.counted) in range(1, 5)


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
