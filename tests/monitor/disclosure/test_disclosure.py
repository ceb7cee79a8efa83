"""Controlled rounding: multiples of five that add up, near the counts, the same each time."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import monitor
from monitor.disclosure.rounding import (
    Contradicted,
    nearest_additive,
    offsets,
    round_one_dimension,
    wanted_values,
)
from monitor.disclosure.system import System, UnknownLeaf, system_of
from monitor.rules.catalogue import (
    GRAND_TOTAL,
    MOST_CELLS,
    POPULATIONS,
    TOTAL,
    as_cell,
    catalogue,
    read_catalogue,
    tables,
)
from monitor.rules.indicators import indicators
from organisations.rule_files import BadRules
from tests.support.figures.country import country, digest_of, published

FORM = {"aggression": "aggression_form", "integrity": "integrity_type", "pressure": "pressure_form"}
CATALOGUE = (Path(monitor.__file__).parent / "rules" / "tables.yaml").read_text("utf-8")


def fact(kind: str, number: int) -> dict[str, str]:
    leaf = {
        "aggression": ["threat", "insult", "other"],
        "integrity": ["fraud", "gifts", "other"],
        "pressure": ["P1", "P2", "P3"],
    }
    group = ["council_member", "employee", "mayor"][number % 3]
    organisation = {"layer": "municipality", "province": ["PV26", "PV25"][number % 2], "size_class": "20k_50k"}
    asked = {
        "gender": "woman",
        "channel": "phone",
        "targeted_trait": "origin",
        "severity": "2",
        "perpetrator": "resident",
    }
    given_up = {"integrity": ("gender", "channel", "targeted_trait"), "pressure": ("targeted_trait",)}.get(kind, ())
    asked |= dict.fromkeys(given_up, "not_given")
    return {
        "kind": kind,
        FORM[kind]: leaf[kind][number % 3],
        "group": group,
        "known_as": "named",
        **asked,
        **organisation,
    }


facts = st.lists(st.builds(fact, st.sampled_from(list(FORM)), st.integers(0, 60)), max_size=120)


@pytest.fixture(scope="module")
def system() -> System:
    return system_of("reports", False)


@settings(max_examples=15)
@given(facts, st.text(max_size=6))
def test_what_is_published_is_additive_near_and_a_multiple_of_five(register, label):
    system = system_of("reports", False)
    counts = system.count(register)
    wanted = wanted_values(counts, offsets(system, digest_of(label, "2025")("reports")))
    values = nearest_additive(system, counts, wanted)
    assert not (values % 5).any()
    assert (np.abs(values - counts) <= system.reach)[system.published].all()
    assert not values[system.published & (counts == 0)].any()
    assert not (system.matrix @ values).any()
    assert (nearest_additive(system, counts, wanted) == values).all()
    if not (system.matrix @ wanted).any() and (np.abs(wanted - counts) <= system.reach).all():
        assert (values == wanted)[system.published].all()


@pytest.mark.parametrize("year", [0, 1])
def test_in_an_edition_every_total_is_the_sum_of_its_parts_in_and_across_tables(year):
    for name in POPULATIONS:
        values = published(1000, 1)[year][name].values_by_cell()
        for table in (table for table in tables().values() if table.population == name and not table.quarterly):
            for codes in table.rows():
                for position, dimension in enumerate(table.dimensions):
                    parts = table.children(dimension, codes[position])
                    below = [table.cell_of((*codes[:position], part, *codes[position + 1 :])) for part in parts]
                    assert not parts or values[table.cell_of(codes)] == sum(values[part] for part in below)


def test_a_year_keeps_to_its_quarters():
    publication = published(1000, 1)[1]["reports"]
    quarters = {
        name: int(publication.values[index])
        for index, name in enumerate(publication.system.cells)
        if "period" in dict(name)
    }
    for kind in [as_cell({}), *(as_cell({"kind": kind}) for kind in FORM)]:
        windows = [
            catalogue().window(kind, value)
            for name, value in quarters.items()
            if tuple(pair for pair in name if pair[0] != "period") == kind
        ]
        value = publication.values_by_cell()[kind]
        assert len(windows) == 4
        assert sum(low for low, _high in windows) - 1 <= value <= sum(high for _low, high in windows) + 1


def test_counting_is_what_one_would_count_by_hand(system):
    register = [fact("aggression", 0), fact("aggression", 0), fact("aggression", 1), fact("pressure", 2)]
    counts = system.count(register)

    def at(**pairs: str) -> int:
        return int(counts[system.index[as_cell(pairs)]])

    assert at() == 4
    assert at(kind="aggression") == 3
    assert at(kind="aggression", layer="municipality") == 3
    assert at(kind="aggression", aggression_form="threat_intimidation") == 2
    assert at(kind="aggression", aggression_form="insult", group="official") == 1
    assert at(kind="pressure", province="PV26") == 1
    assert at(kind="integrity") == 0
    assert at(channel="phone") == 4
    assert at(kind="pressure", size_class="20k_50k") == 1


def test_a_margin_that_tables_share_is_one_cell(system):
    shared = [cell for cell in system.cells if cell == (("kind", "aggression"),)]
    assert len(shared) == 1


def test_what_follows_from_code_lists_is_known(system):
    """Functions of one layer, places without a size, and what is not asked of a kind."""
    counts = country(1000, 1).counts("2024")["reports"]
    assert not (system.matrix @ counts).any()
    assert (system.at_most_matrix @ counts <= 0).all()
    assert not counts[list(system.empty)].any()
    assert system.index[as_cell({"kind": "integrity", "channel": "phone"})] in system.empty
    whole = system.index[as_cell({"kind": "aggression", "layer": "province"})]
    assert any(parent == whole for parent, _parts in system.at_most)
    none = system.index[as_cell({"kind": "aggression", "size_class": "not_applicable"})]
    assert any(parent == none and len(parts) == 2 for parent, parts in system.equations)


def test_the_margin_is_larger_where_few_organisations_count(system):
    reach = {cell: int(far) for cell, far in zip(system.cells, system.reach, strict=True)}
    assert reach[as_cell({"kind": "aggression", "group": "kings_commissioner"})] == 8
    assert reach[as_cell({"kind": "aggression", "size_class": "250k_up"})] == 8
    assert reach[as_cell({"kind": "aggression", "group": "mayor"})] == 6


@pytest.mark.parametrize("wrong", ["verbal", "nonsense", None])
def test_a_fact_with_an_unknown_code_is_refused(system, wrong):
    bad = {name: code for name, code in (fact("aggression", 0) | {"aggression_form": wrong}).items() if code}
    with pytest.raises(UnknownLeaf, match="aggression_form"):
        system.count([bad])


def test_facts_that_contradict_the_forms_are_refused(system):
    counts = system.count([fact("integrity", 0) | {"channel": "phone"}])
    with pytest.raises(Contradicted):
        nearest_additive(system, counts, counts)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("dimensions: [kind, layer]", "dimensions: []", "T1 names no dimension"),
        ("dimensions: [kind, layer]", "dimensions: [kind, planet]", "no code list 'planet'"),
        ("dimensions: [kind, layer]", "dimensions: [layer]", "how it knows the kind"),
        ("fixed: integrity,", "fixed: kindness,", "cannot be fixed"),
        ("dimensions: [kind, layer]", "dimensions: [kind, layer, layer]", "twice"),
        ("dimensions: [kind, province]", "dimensions: [kind, province, gender]", "decomposable"),
    ],
)
def test_tables_that_cannot_be_published_are_refused_with_the_reason(old, new, why):
    assert old in CATALOGUE
    with pytest.raises(BadRules, match=why):
        read_catalogue(CATALOGUE.replace(old, new, 1))


def test_a_catalogue_that_could_not_be_proven_in_time_is_refused():
    large = CATALOGUE.replace(
        "dimensions: [kind, province]}", "dimensions: [kind, province, age, lead_time, influence]}"
    )
    with pytest.raises(BadRules, match=str(MOST_CELLS)):
        read_catalogue(large)


@pytest.mark.django_db
@settings(max_examples=40)
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
            low, high = catalogue().window(GRAND_TOTAL, published)
            assert low <= count <= high


@pytest.mark.parametrize(
    ("margin", "weights"), [(2, [1, 3, 5, 6, 6, 6, 5, 3, 1]), (4, [1, 2, 3, 4, 5, 6, 6, 6, 5, 4, 3, 2, 1])]
)
def test_offsets_have_the_weights_of_the_design(system, margin, weights):
    cells = system.reach == margin + 4
    drawn = np.concatenate(
        [
            offsets(system, digest_of(f"key {number}", "2025")("reports"))[cells]
            for number in range(40 if margin == 4 else 12)
        ]
    )
    values, counted = np.unique(drawn, return_counts=True)
    assert list(values) == list(range(-margin, margin + 5))
    assert np.abs(counted / len(drawn) - np.array(weights) / sum(weights)).max() < 0.03


def test_every_indicator_is_carried_by_a_table():
    assert all(set(indicator.tables) <= set(tables()) for indicator in indicators().values())
