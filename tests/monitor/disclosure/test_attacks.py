"""The attack suite: it finds nothing in what is published, and much in methods that are known to be weak.

`./weer bench attack` runs the same with many more keys, cells and reports.
"""

import numpy as np
import pytest

from benchmarks.attacks import (
    Attacker,
    JointAttacker,
    RegisterAttacker,
    fresh_noise,
    hiding_small,
    knowing,
    narrowed,
    plain_rounding,
    small_cells,
    small_cells_of_organisations,
)
from monitor.disclosure.prove import NEED
from monitor.disclosure.revision import PairAttack
from monitor.disclosure.rounding import BASE, nearest_additive, wanted_values
from monitor.disclosure.system import system_of
from monitor.editions.counting import codes_of_organisation
from monitor.rules.catalogue import POPULATIONS
from tests.support.country import country, digest_of, places, published
from tests.support.realise import realise


def _countries(*wanted: tuple[int, int]) -> list:
    """One small country in the suite, the others in rehearsal: publishing each takes seconds."""
    return [
        pytest.param(*size_and_seed, marks=[] if size_and_seed == (500, 1) else [pytest.mark.rehearsal])
        for size_and_seed in wanted
    ]


COUNTRIES = _countries(*((reports, seed) for reports in (500, 1000, 10_000) for seed in (1, 2, 3)))
WHOLE = _countries((500, 1), (1000, 2))  # what takes long is done for these


def some(places, most: int, seed: int = 0) -> list[int]:
    chosen = np.random.default_rng(seed).choice(places, min(most, len(places)), replace=False) if len(places) else []
    return [int(one) for one in chosen]


@pytest.mark.parametrize(("reports", "seed"), COUNTRIES)
def test_no_small_number_of_an_edition_can_be_narrowed(reports, seed):
    last = published(reports, seed)[-1]
    for name in POPULATIONS:
        one = last[name]
        assert one.proof.is_safe
        small = small_cells(one.system, country(reports, seed).counts("2025")[name])
        attacker = Attacker(one.attack)
        assert narrowed(attacker, some(small, 10)) == [], name
        assert narrowed(attacker, some(small, 2, seed=1), integer=True) == [], name


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_all_editions_together_narrow_no_small_number(reports, seed):
    """Two years with their quarters and all populations, with every link between them, in one program."""
    years = published(reports, seed)
    attacker = JointAttacker(years)
    for year, period in enumerate(("2024", "2025")):
        for name in POPULATIONS:
            small = small_cells(years[year][name].system, country(reports, seed).counts(period)[name])
            assert narrowed(attacker, [attacker.place(year, name, one) for one in some(small, 2)]) == [], (period, name)


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_quarters_stay_open_when_the_year_is_out(reports, seed):
    one = published(reports, seed)[-1]["reports"]
    beside = range(len(one.system.cells) - one.system.beside, len(one.system.cells))
    assert len(beside) == 16
    small = [place for place in beside if one.values[place] <= 10]
    assert narrowed(Attacker(one.attack), small) == []


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_who_has_the_register_of_organisations_narrows_no_small_number_of_a_place(reports, seed):
    """The list of municipalities with their province and size is public."""
    one = published(reports, seed)[-1]["reports"]
    of_places = small_cells_of_organisations(one.system, country(reports, seed).counts("2025")["reports"])
    attacker = RegisterAttacker(one.attack, map(codes_of_organisation, places()))
    assert narrowed(attacker, some(of_places, 20)) == []
    assert narrowed(attacker, some(of_places, 2, seed=1), integer=True) == []


def test_who_knows_a_whole_report_narrows_no_other_in_a_country_of_a_thousand():
    one = published(1000, 1)[-1]["reports"]
    small = small_cells(one.system, country(1000, 1).counts("2025")["reports"])
    for fact in country(1000, 1).facts["reports", "2025-Q2"][:3]:
        attacker = Attacker(knowing(one.attack, fact))
        ranges = [attacker.range(place) for place in some(small, 6)]
        assert all(one.width > NEED - 1e-6 for one in ranges)


@pytest.mark.parametrize(("reports", "seed"), _countries((500, 1), (1000, 2), (10_000, 3)))
def test_a_revision_beside_its_first_edition_narrows_no_small_number(reports, seed):
    revised = country(reports, seed).revised(list(published(reports, seed)), 40, f"key {seed}")
    for name, one in revised.items():
        assert one.proof.is_safe
        assert isinstance(one.attack, PairAttack)
        before = small_cells(one.system, country(reports, seed).counts("2025")[name])
        attacker = Attacker(one.attack)
        for place in some(before, 8):
            found = attacker.range(place)
            assert found.others > NEED - 1e-6, (name, one.system.cells[place])
            assert found.moved(one.attack.shift[place]).others > NEED - 1e-6, (name, one.system.cells[place])


@pytest.mark.parametrize("reports", [500, 1000])
def test_the_same_attacks_break_weak_methods(reports):
    system, counts = system_of("reports", False), country(reports, 1).counts("2024")["reports"]
    cells = some(small_cells(system, counts), 40)
    # Each is judged at the width that its own rule promises: four, and three.
    plain, hidden = Attacker(plain_rounding(system, counts)), Attacker(hiding_small(system, counts))
    assert sum(plain.range(place).width < 4 - 1e-6 for place in cells) >= 20
    assert sum(hidden.range(place).width < 3 - 1e-6 for place in cells) >= 20
    digests = [digest_of(f"edition {number}", "2024")("reports") for number in range(8)]
    fresh = Attacker(fresh_noise(system, counts, digests))
    assert sum(fresh.range(place).width < 5 - 1e-6 for place in cells) >= 10
    once = Attacker(fresh_noise(system, counts, digests[:1]))
    assert sum(once.range(place).width < 5 - 1e-6 for place in cells) == 0


def test_an_exact_number_that_slipped_in_is_found():
    one = published(1000, 1)[-1]["reports"]
    counts = country(1000, 1).counts("2025")["reports"]
    for place in some(small_cells(one.system, counts), 3):
        low, high = one.attack.low.copy(), one.attack.high.copy()
        low[place] = high[place] = counts[place]
        planted = type(one.attack)(one.system, low, high)
        assert narrowed(Attacker(planted), [place]) == [place]


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_every_witness_is_a_register_that_would_have_been_published_just_so(reports, seed):
    for name, one in published(reports, seed)[-1].items():
        plain = system_of(name, False)
        values, size, margin = one.values[: len(plain.cells)], len(plain.cells), plain.reach - BASE + 1
        for number in some(range(len(one.proof.witnesses)), 4):
            witness = one.proof.witnesses[number][:size]
            counts = plain.count(realise(plain, witness))
            assert (counts == witness).all(), name
            drawn = np.maximum(values - counts, -margin)
            assert (drawn <= BASE - 1 + margin)[plain.published].all()
            again = nearest_additive(plain, counts, wanted_values(counts, drawn))
            assert (again == values)[plain.published].all(), name
