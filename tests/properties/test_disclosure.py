"""Controlled rounding: multiples of five that add up, near the counts, the same each time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.catalogue import TOTAL, indicators, tables, tables_of
from monitor.disclosure.rounding import offsets, protect, round_one_dimension, targets, window
from monitor.disclosure.system import System, UnknownLeaf, cell

YEAR = [table for table in tables_of("2025") if table.population == "reports"]
FORM = {"aggression": "aggression_form", "integrity": "integrity_type", "pressure": "pressure_form"}


def fact(kind: str, number: int) -> dict[str, str]:
    leaf = {
        "aggression": ["threat", "insult", "other"],
        "integrity": ["fraud", "gifts", "other"],
        "pressure": ["P1", "P2", "P3"],
    }
    group = ["council_member", "employee", "mayor"][number % 3]
    place = {"layer": "municipality", "province": ["PV26", "PV25"][number % 2], "size_class": "20k_50k"}
    return {"kind": kind, FORM[kind]: leaf[kind][number % 3], "group": group, **place}


facts = st.lists(st.builds(fact, st.sampled_from(list(FORM)), st.integers(0, 60)), max_size=120)


@pytest.fixture(scope="module")
def system() -> System:
    return System.of(YEAR)


@settings(max_examples=25, deadline=None)
@given(facts, st.text(max_size=6))
def test_what_is_published_is_additive_near_and_a_multiple_of_five(register, label):
    system = System.of(YEAR)
    counts = system.count(register)
    published = protect(system, counts, label)
    assert not (published % 5).any()
    assert (np.abs(published - counts) <= 6).all()
    assert not published[counts == 0].any()
    assert not (system.matrix @ published).any()
    assert (protect(system, counts, label) == published).all()
    wanted = targets(counts, offsets(system, label))
    if not (system.matrix @ wanted).any() and (np.abs(wanted - counts) <= 6).all():
        assert (published == wanted).all()


def test_counting_is_what_one_would_count_by_hand(system):
    register = [fact("aggression", 0), fact("aggression", 0), fact("aggression", 1), fact("pressure", 2)]
    counts = system.count(register)

    def at(**pairs: str) -> int:
        return int(counts[system.index[cell(pairs)]])

    assert at() == 4
    assert at(kind="aggression") == 3
    assert at(kind="aggression", layer="municipality") == 3
    assert at(kind="aggression", aggression_form="threat_intimidation") == 2
    assert at(kind="aggression", aggression_form="insult", group="official") == 1
    assert at(kind="pressure", province="PV26") == 1
    assert at(kind="integrity") == 0


def test_a_margin_that_tables_share_is_one_cell(system):
    shared = [one for one in system.cells if one == (("kind", "aggression"),)]
    assert len(shared) == 1


def test_a_fact_with_an_unknown_code_is_refused(system):
    with pytest.raises(UnknownLeaf):
        system.count([fact("aggression", 0) | {"aggression_form": "verbal"}])


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), st.text(max_size=5))
def test_one_dimension_adds_up(counts, label):
    rounded = round_one_dimension(counts, label)
    assert rounded[TOTAL] == sum(value for name, value in rounded.items() if name != TOTAL)
    assert all(value % 5 == 0 and abs(value - counts[name]) <= 6 for name, value in rounded.items() if name != TOTAL)


@given(st.integers(0, 200))
def test_the_window_holds_every_count_that_could_have_been_published_so(count):
    for moved in range(-6, 7):
        published = count + moved
        if published >= 0 and published % 5 == 0 and not (count == 0 and published):
            low, high = window(published)
            assert low <= count <= high


def test_offsets_have_the_weights_of_the_design(system):
    drawn = np.concatenate([offsets(system, f"label {number}") for number in range(12)])
    values, counted = np.unique(drawn, return_counts=True)
    assert list(values) == list(range(-2, 7))
    assert np.abs(counted / len(drawn) - np.array([1, 3, 5, 6, 6, 6, 5, 3, 1]) / 36).max() < 0.02


def test_every_indicator_is_carried_by_a_table():
    assert all(set(one.tables) <= set(tables()) for one in indicators().values())
