"""The attack suite: it finds nothing in what is published, and much in methods that are known to be weak.

`./weer bench attack` runs the same with many more keys, cells and reports.
"""

import numpy as np
import pytest

from monitor.disclosure.prove import NEED
from monitor.disclosure.revision import PairAttack
from monitor.disclosure.rounding import BASE, nearest_additive, wanted_values
from monitor.disclosure.system import system_of
from monitor.editions.counting import codes_of_organisation
from monitor.rules.catalogue import POPULATIONS
from tests.support.figures.attacks import (
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
from tests.support.figures.country import country, digest_of, places, published
from tests.support.figures.realise import realise


def _countries(*wanted: tuple[int, int]) -> list:
    """One small country in the suite, the others in rehearsal: publishing each takes seconds."""
    return [
        pytest.param(*size_and_seed, marks=[] if size_and_seed == (500, 1) else [pytest.mark.rehearsal])
        for size_and_seed in wanted
    ]


COUNTRIES = _countries(*((reports, seed) for reports in (500, 1000, 10_000) for seed in (1, 2, 3)))
WHOLE = _countries((500, 1), (1000, 2))  # what takes long is done for these


def some(cells, most: int, seed: int = 0) -> list[int]:
    chosen = np.random.default_rng(seed).choice(cells, min(most, len(cells)), replace=False) if len(cells) else []
    return [int(cell) for cell in chosen]


@pytest.mark.parametrize(("reports", "seed"), COUNTRIES)
def test_no_small_number_of_an_edition_can_be_narrowed(reports, seed):
    last = published(reports, seed)[-1]
    for name in POPULATIONS:
        publication = last[name]
        assert publication.proof.is_safe
        small = small_cells(publication.system, country(reports, seed).counts("2025")[name])
        attacker = Attacker(publication.attack)
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
            assert narrowed(attacker, [attacker.column(year, name, cell) for cell in some(small, 2)]) == [], (
                period,
                name,
            )


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_quarters_stay_open_when_the_year_is_out(reports, seed):
    publication = published(reports, seed)[-1]["reports"]
    beside = range(len(publication.system.cells) - publication.system.beside, len(publication.system.cells))
    assert len(beside) == 16
    small = [index for index in beside if publication.values[index] <= 10]
    assert narrowed(Attacker(publication.attack), small) == []


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_who_has_the_register_of_organisations_narrows_no_small_number_of_a_place(reports, seed):
    """The list of municipalities with their province and size is public."""
    publication = published(reports, seed)[-1]["reports"]
    of_organisations = small_cells_of_organisations(
        publication.system, country(reports, seed).counts("2025")["reports"]
    )
    attacker = RegisterAttacker(publication.attack, map(codes_of_organisation, places()))
    assert narrowed(attacker, some(of_organisations, 20)) == []
    assert narrowed(attacker, some(of_organisations, 2, seed=1), integer=True) == []


def test_who_knows_a_whole_report_narrows_no_other_in_a_country_of_a_thousand():
    publication = published(1000, 1)[-1]["reports"]
    small = small_cells(publication.system, country(1000, 1).counts("2025")["reports"])
    for fact in country(1000, 1).facts["reports", "2025-Q2"][:3]:
        attacker = Attacker(knowing(publication.attack, fact))
        ranges = [attacker.range(index) for index in some(small, 6)]
        assert all(span.width > NEED - 1e-6 for span in ranges)


@pytest.mark.parametrize(("reports", "seed"), _countries((500, 1), (1000, 2), (10_000, 3)))
def test_a_revision_beside_its_first_edition_narrows_no_small_number(reports, seed):
    revised = country(reports, seed).revised(list(published(reports, seed)), 40, f"key {seed}")
    for name, publication in revised.items():
        assert publication.proof.is_safe
        assert isinstance(publication.attack, PairAttack)
        before = small_cells(publication.system, country(reports, seed).counts("2025")[name])
        attacker = Attacker(publication.attack)
        for index in some(before, 8):
            span = attacker.range(index)
            assert span.others > NEED - 1e-6, (name, publication.system.cells[index])
            assert span.moved(publication.attack.shift[index]).others > NEED - 1e-6, (
                name,
                publication.system.cells[index],
            )


@pytest.mark.parametrize("reports", [500, 1000])
def test_the_same_attacks_break_weak_methods(reports):
    system, counts = system_of("reports", False), country(reports, 1).counts("2024")["reports"]
    cells = some(small_cells(system, counts), 40)
    # Each is judged at the width that its own rule promises: four, and three.
    plain, hidden = Attacker(plain_rounding(system, counts)), Attacker(hiding_small(system, counts))
    assert sum(plain.range(index).width < 4 - 1e-6 for index in cells) >= 20
    assert sum(hidden.range(index).width < 3 - 1e-6 for index in cells) >= 20
    digests = [digest_of(f"edition {number}", "2024")("reports") for number in range(8)]
    fresh = Attacker(fresh_noise(system, counts, digests))
    assert sum(fresh.range(index).width < 5 - 1e-6 for index in cells) >= 10
    once = Attacker(fresh_noise(system, counts, digests[:1]))
    assert sum(once.range(index).width < 5 - 1e-6 for index in cells) == 0


def test_an_exact_number_that_slipped_in_is_found():
    publication = published(1000, 1)[-1]["reports"]
    counts = country(1000, 1).counts("2025")["reports"]
    for index in some(small_cells(publication.system, counts), 3):
        low, high = publication.attack.low.copy(), publication.attack.high.copy()
        low[index] = high[index] = counts[index]
        planted = type(publication.attack)(publication.system, low, high)
        assert narrowed(Attacker(planted), [index]) == [index]


@pytest.mark.parametrize(("reports", "seed"), WHOLE)
def test_every_witness_is_a_register_that_would_have_been_published_just_so(reports, seed):
    for name, publication in published(reports, seed)[-1].items():
        plain = system_of(name, False)
        values, size, margin = publication.values[: len(plain.cells)], len(plain.cells), plain.reach - BASE + 1
        for number in some(range(len(publication.proof.witnesses)), 4):
            witness = publication.proof.witnesses[number][:size]
            counts = plain.count(realise(plain, witness))
            assert (counts == witness).all(), name
            drawn = np.maximum(values - counts, -margin)
            assert (drawn <= BASE - 1 + margin)[plain.published].all()
            again = nearest_additive(plain, counts, wanted_values(counts, drawn))
            assert (again == values)[plain.published].all(), name
