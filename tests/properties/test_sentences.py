"""Whatever the true counts behind published numbers, no sentence of a factsheet contradicts them."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.catalogue import catalogue, cell
from monitor.disclosure.links import window_of
from monitor.sentences import ABOUT, NOTHING, SLIGHTLY, Number, Verdict, compare, headline, leading, ranking

CELLS = [cell({"group": "alderman"}), cell({"group": "dike_reeve"}), cell({})]
BASE = catalogue().base
REACH = {one: BASE - 1 + catalogue().margin(one) for one in CELLS}

OPPOSITE = {
    Verdict.MORE: Verdict.FEWER,
    Verdict.FEWER: Verdict.MORE,
    Verdict.SLIGHTLY_MORE: Verdict.SLIGHTLY_FEWER,
    Verdict.SLIGHTLY_FEWER: Verdict.SLIGHTLY_MORE,
}


@st.composite
def published(draw, most: int = 1500) -> tuple[int, Number]:
    """A true count, and what the method may publish for it: the sum of one to three cells."""
    count, number = 0, NOTHING
    for one in draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)):
        true = draw(st.one_of(st.integers(0, 40), st.integers(0, most)))
        lowest, highest = -(-max(0, true - REACH[one]) // BASE), (true + REACH[one]) // BASE
        value = BASE * draw(st.integers(lowest, highest)) if true else 0
        count += true
        number += Number(value, *window_of(one, value))
    return count, number


@given(published())
def test_the_true_count_lies_in_the_window(one):
    count, number = one
    assert number.low <= count <= number.high


@given(published(), published())
def test_a_comparison_holds_for_the_true_counts(now, before):
    verdict = compare(now[1], before[1])
    apart = abs(now[0] - before[0])
    if verdict in {Verdict.MORE, Verdict.SLIGHTLY_MORE}:
        assert now[0] > before[0]
    if verdict in {Verdict.FEWER, Verdict.SLIGHTLY_FEWER}:
        assert now[0] < before[0]
    if verdict in {Verdict.SLIGHTLY_MORE, Verdict.SLIGHTLY_FEWER}:
        assert SLIGHTLY * apart <= min(now[0], before[0])
    if verdict is Verdict.ABOUT:
        assert ABOUT * apart <= min(now[0], before[0])
    assert compare(before[1], now[1]) is OPPOSITE.get(verdict, verdict)


@given(st.lists(published(300), min_size=1, max_size=8))
def test_what_is_said_to_stand_out_does(rows):
    found = leading([number for _count, number in rows])
    assert len(found) <= 2
    others = [count for place, (count, _number) in enumerate(rows) if place not in found]
    for place in found:
        assert all(rows[place][0] > count for count in others)


@given(published(), published())
def test_a_headline_says_both_numbers_as_about_or_at_most(now, before):
    said = headline("meldingen", now[1], "2025", before[1], "2024")
    assert now[1].words in said
    assert "%" not in said
    assert now[1].words.split()[0] in {"ongeveer", "hooguit"}


def test_the_examples_of_the_rule():
    def number(value: int) -> Number:
        return Number(value, *window_of(cell({}), value))

    assert compare(number(45), None) is Verdict.FIRST
    assert compare(number(60), number(45)) is Verdict.MORE
    assert compare(number(45), number(60)) is Verdict.FEWER
    assert compare(number(6530), number(6450)) is Verdict.SLIGHTLY_MORE
    assert compare(number(55), number(45)) is Verdict.UNSAID
    assert compare(number(100), number(95)) is Verdict.ABOUT
    assert compare(number(0), number(0)) is Verdict.UNSAID
    assert "“b”" in ranking([("a", number(10)), ("b", number(50)), ("c", number(20))], number(80), named=False)
    assert "“a” en “b”" in ranking([("a", number(50)), ("b", number(50)), ("c", number(20))], number(120), named=True)
    assert "Niets springt eruit" in ranking([("a", number(5)), ("b", number(0))], number(5), named=True)
