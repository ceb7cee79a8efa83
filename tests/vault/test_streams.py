"""Sealed streams, signatures and piles of messages: what goes in comes out, and nothing else does."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.evidence import pile_on
from vault.receipts import ALPHABET, mentions, new_receipt
from vault.sealing.primitives import random_key
from vault.sealing.schemes import CannotOpen
from vault.sealing.streams import PIECE, open_stream, seal_stream

sizes = st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7]) | st.integers(0, 3 * PIECE)


def sealed(data: bytes, key: bytes, cut: int = 7001) -> bytes:
    made = io.BytesIO()
    seal_stream(made, key, (data[start : start + cut] for start in range(0, len(data), cut)))
    return made.getvalue()


@given(sizes, st.integers(1, 100_000))
@settings(max_examples=40)
def test_a_stream_opens_to_what_was_sealed_however_it_was_cut(size, cut):
    key, data = random_key(), bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert b"".join(open_stream(io.BytesIO(sealed(data, key, cut)), key)) == data


@given(sizes, st.data())
@settings(max_examples=60)
def test_a_changed_byte_or_a_missing_end_does_not_open(size, choose):
    key = random_key()
    whole = bytearray(sealed(bytes(size), key))
    place = choose.draw(st.integers(0, len(whole) - 1))
    changed = bytes(whole[:place]) + bytes([whole[place] ^ 1]) + bytes(whole[place + 1 :])
    for broken in (changed, bytes(whole[:place])):
        with pytest.raises(CannotOpen):
            list(open_stream(io.BytesIO(broken), key))


def test_another_key_opens_nothing():
    with pytest.raises(CannotOpen):
        list(open_stream(io.BytesIO(sealed(b"geheim", random_key())), random_key()))


@given(st.lists(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=40)))
def test_no_message_of_a_pile_is_lost_and_none_is_made_up(texts):
    written = [text.strip() for text in texts if text.strip()]
    pile = pile_on.read_messages("\n\n".join(written))
    assert sum(one.times for one in pile.messages) == len(pile.messages) + pile.duplicates
    assert len(pile.messages) <= max(len(written), 1)
    assert all(any(one.text in text or text in one.text for text in written) for one in pile.messages)
    assert pile_on.PileOn.from_json(pile.as_json()) == pile.messages


@given(st.text(max_size=30), st.text(max_size=30), st.sampled_from(["-", " ", "", "\n"]), st.booleans())
def test_a_receipt_in_a_text_is_noticed_however_it_is_written(before, after, separator, low):
    receipt = new_receipt()
    groups = receipt.split("-")
    written = separator.join(groups)
    assert mentions(f"{before} {written.lower() if low else written} {after}", receipt)
    assert not mentions(before + after, receipt)
    assert set("".join(groups)) <= set(ALPHABET)
