"""Receipts: every single wrong character and every swap of neighbours is named as a typing mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import receipts

body = st.text(receipts.ALPHABET, min_size=23, max_size=23)


@given(body, st.integers(0, 23), st.sampled_from(receipts.ALPHABET))
def test_one_wrong_character_is_found(text, place, symbol):
    whole = text + receipts.check_character(text)
    if whole[place] == symbol:
        return
    with pytest.raises(receipts.Misread) as misread:
        receipts.parse(whole[:place] + symbol + whole[place + 1 :])
    assert misread.value.kind == "check"


@given(body, st.integers(0, 21))
def test_two_neighbours_that_changed_places_are_found(text, place):
    whole = text + receipts.check_character(text)
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if swapped == whole:
        return
    with pytest.raises(receipts.Misread):
        receipts.parse(swapped)


@given(body)
def test_capitals_spaces_and_hyphens_do_not_matter(text):
    whole = text + receipts.check_character(text)
    assert receipts.parse(" " + receipts.grouped(whole).lower().replace("-", "  ")) == whole


@pytest.mark.parametrize(("typed", "kind"), [("ABCD", "length"), ("O" * 24, "symbol"), ("", "length")])
def test_the_kind_of_mistake_is_named(typed, kind):
    with pytest.raises(receipts.Misread) as misread:
        receipts.parse(typed)
    assert misread.value.kind == kind
