"""Whatever the true counts behind published numbers, nothing that pages and factsheets say contradicts them."""

import hashlib
from bisect import bisect_left
from itertools import accumulate

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.disclosure.rounding import Partition, nearest_additive, offsets, wanted_values
from monitor.reading.certainty import (
    ABOUT,
    NOTHING,
    ROUGH,
    SLIGHTLY,
    Number,
    Verdict,
    compare,
    leading,
    measured,
    number_of,
    share,
)
from monitor.reading.sentences import about, headline, ranking
from monitor.reading.words import share_short, verdict_words
from monitor.rules.catalogue import TOTAL, as_cell, catalogue, tables
from monitor.rules.indicators import FEWEST, Cells, indicators
from organisations.codes import code_list

CELLS = [as_cell({"group": "alderman"}), as_cell({"group": "dike_reeve"}), as_cell({})]
BASE = catalogue().base
REACH = {cell: catalogue().reach(cell) for cell in CELLS}

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
    for cell in draw(st.lists(st.sampled_from(CELLS), min_size=1, max_size=3)):
        true = draw(st.one_of(st.integers(0, 40), st.integers(0, most)))
        lowest, highest = -(-max(0, true - REACH[cell]) // BASE), (true + REACH[cell]) // BASE
        value = BASE * draw(st.integers(lowest, highest)) if true else 0
        count += true
        number += Number(value, *catalogue().window(cell, value))
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
    first_rows = leading([number for _count, number in rows])
    assert len(first_rows) <= 2
    others = [count for index, (count, _number) in enumerate(rows) if index not in first_rows]
    for index in first_rows:
        assert all(rows[index][0] > count for count in others)


@given(published(), published())
def test_a_headline_says_both_numbers_as_about_or_at_most(now, before):
    said = headline("meldingen", now[1], "2025", before[1], "2024")
    assert about(now[1]) in said
    assert "%" not in said
    assert about(now[1]).split()[0] in {"ongeveer", "hooguit"}


@given(st.integers(0, 500), st.integers(20, 500), st.sampled_from(CELLS), st.sampled_from(CELLS))
def test_the_true_share_lies_between_its_ends_for_every_possible_pair(part, whole, of_part, of_whole):
    part, whole = BASE * min(part, whole), BASE * whole
    part_number, all_ = Number.of(of_part, part), Number.of(of_whole, whole)
    told = share(part_number, all_)
    for true_whole in {all_.low, all_.high, *range(all_.low, all_.high, 3)}:
        for true_part in range(part_number.low, min(part_number.high, true_whole) + 1):
            assert told.low * true_whole <= 100 * true_part <= told.high * true_whole
    assert 0 <= told.low <= told.value <= told.high <= 100
    assert (f"{told.value}%" in share_short(told)) >= (told.high - told.low <= ROUGH)
    assert f"{told.low} tot {told.high}%" in share_short(told)


@given(st.integers(0, 60), st.integers(21, 200), st.integers(-1, 1), st.sampled_from(CELLS), st.sampled_from(CELLS))
def test_what_is_published_of_the_rest_makes_a_share_surer_and_never_wrong(part, other, more, of_part, of_rest):
    part_number, rest = Number.of(of_part, BASE * part), Number.of(of_rest, BASE * other)
    all_ = Number.of((), BASE * (part + other + more))  # values need not add up where the whole is a total
    told, without = share(part_number, all_, rest), share(part_number, all_)
    assert without.low <= told.low
    assert told.high <= without.high
    for true_part in range(part_number.low, part_number.high + 1):
        for true_rest in range(rest.low, rest.high + 1):
            if all_.low <= true_part + true_rest <= all_.high:
                assert told.low * (true_part + true_rest) <= 100 * true_part
                assert 100 * true_part <= told.high * (true_part + true_rest)


def _published(truth: dict[str, int], seed: int) -> dict[str, int]:
    """What the method makes of the counts of a list and their total."""
    cells = tuple(((("code", code),) if code != TOTAL else ()) for code in truth)
    system = Partition((), cells, ((0, tuple(range(1, len(cells)))),))
    counts = np.array(list(truth.values()))
    drawn = offsets(system, lambda *parts: hashlib.sha256("|".join((str(seed), *parts)).encode()).digest())
    return dict(zip(truth, nearest_additive(system, counts, wanted_values(counts, drawn)).tolist(), strict=True))


@st.composite
def counted(draw, dimension: str) -> tuple[dict[str, int], dict[str, int]]:
    codes = [code.id for code in code_list(dimension).level1]
    truth = {code: draw(st.one_of(st.integers(0, 12), st.integers(0, 400))) for code in codes}
    truth = {TOTAL: sum(truth.values()), **truth}
    return truth, _published(truth, draw(st.integers(0, 1000)))


@settings(max_examples=40)
@given(counted("channel"))
def test_the_figure_of_some_codes_lies_between_its_ends(one):
    truth, values = one
    indicator = indicators()["share_online"]
    rows = {(code, group): value for code, value in values.items() for group in [TOTAL, *tables()["T4"].codes("group")]}
    for cells in (indicator.numerator, indicator.denominator):
        true = sum(truth[code] for code in cells.codes["channel"])
        number = number_of(cells, rows)
        assert number.value == sum(values[code] for code in cells.codes["channel"])
        assert number.low <= true <= number.high
    assert number_of(indicator.denominator, rows).high - number.value <= 2 * 6, "as the total without what is not given"
    figure = measured(indicator, rows)
    true_part, true_whole = (
        sum(truth[code] for code in cells.codes["channel"]) for cells in (indicator.numerator, indicator.denominator)
    )
    assert (figure is None) == (number.value < FEWEST["share"])
    if figure:
        assert figure.low * true_whole <= 100 * true_part <= figure.high * true_whole


ENDS = [7, 30, 90, 180, 365, 10**6]


@settings(max_examples=40)
@given(counted("lead_time"), st.sampled_from(["lead_time_median", "lead_time_p90"]), st.randoms())
def test_the_true_number_of_days_lies_in_the_classes_that_are_said(one, name, random):
    truth, values = one
    rows = {(code, kind): value for code, value in values.items() for kind in [TOTAL, *tables()["T19"].codes("kind")]}
    figure = measured(indicators()[name], rows)
    if figure is None:
        return
    assert figure.value is None or figure.low <= figure.value <= (figure.high or 10**6)
    ends = list(accumulate(truth[code.id] for code in code_list("lead_time").codes))
    wanted = -(-truth[TOTAL] * (5 if name == "lead_time_median" else 9) // 10)
    index = bisect_left(ends, wanted)
    true_days = random.randint((0, *(end + 1 for end in ENDS))[index], ENDS[index])
    assert figure.low <= true_days <= (figure.high or 10**6)


def test_a_sum_of_functions_is_as_sure_as_its_parts():
    rows = {("_T", group): 50 for group in [TOTAL, *tables()["T2"].codes("group")]}
    cells = Cells(table="T2", codes={"group": ["alderman", "dike_reeve"]})
    assert number_of(cells, rows) == Number(100, 100 - 6 - 8, 100 + 6 + 8)


def test_every_verdict_of_two_numbers_has_its_word():
    assert {verdict_words(verdict) for verdict in Verdict if verdict is not Verdict.FIRST} == {
        "meer", "iets meer", "minder", "iets minder", "ongeveer evenveel", "te weinig om te zeggen"
    }  # fmt: skip


def test_a_share_that_is_too_rough_is_said_as_what_it_lies_between():
    few = share(Number.of((), 10), Number.of((), 115))
    assert (few.value, few.low, few.high) == (9, 3, 15)
    assert share_short(few) == "3 tot 15%"
    known = share(Number.of((), 10), Number.of((), 115), Number.of((), 105))
    assert (known.low, known.high) == (3, 14)
    many = share(Number.of((), 100), Number.of((), 1000))
    assert share_short(many) == "10% (9 tot 11%)"
    assert share(Number.of((), 90), Number.of((), 95)) is None
    assert share(Number.of((), 100), Number.of((), 100)).high == 100


def test_the_examples_of_the_rule():
    def number(value: int) -> Number:
        return Number(value, *catalogue().window(as_cell({}), value))

    assert compare(number(45), None) is Verdict.FIRST
    assert compare(number(60), number(45)) is Verdict.MORE
    assert compare(number(45), number(60)) is Verdict.FEWER
    assert compare(number(6530), number(6450)) is Verdict.SLIGHTLY_MORE
    assert compare(number(55), number(45)) is Verdict.UNSAID
    assert compare(number(100), number(95)) is Verdict.ABOUT
    assert compare(number(0), number(0)) is Verdict.UNSAID
    assert "“b”" in ranking([("a", number(10)), ("b", number(50)), ("c", number(20))], number(80), named=False)
    assert "“a” en “b”" in ranking([("a", number(50)), ("b", number(50)), ("c", number(20))], number(120), named=True)
    assert "te onzeker" in ranking([("a", number(5)), ("b", number(0))], number(5), named=True)
    assert "te onzeker" in ranking([("a", number(20)), ("b", number(10))], number(30), named=True)
