"""Masking: what was to be masked is found nowhere, whatever the letters, and what was not is left as it is."""

import unicodedata

from hypothesis import assume, given
from hypothesis import strategies as st

from cases.masking.masking import blocked, fold, in_line, marked, sentences, survivors

GROUND = "woo_5_1_2_e"
letters = st.characters(categories=("Lu", "Ll", "Nd"), max_codepoint=0x24F)
names = st.text(letters, min_size=4, max_size=12)
around = st.text(st.sampled_from("abc ,.\n!?éß-\u200b"), max_size=30)
ways = st.sampled_from(
    [
        str,
        str.upper,
        str.lower,
        lambda word: unicodedata.normalize("NFD", word),
        lambda word: unicodedata.normalize("NFC", word),
        lambda word: word[:2] + "-\n" + word[2:],
        lambda word: word[:2] + "\u00ad" + word[2:],
        lambda word: "\u200b".join(word),
        lambda word: "\x1f".join(word),
        lambda word: word[:2] + "\u2028" + word[2:],
        lambda word: word[:2] + "\u3164\ufffe" + word[2:],
        lambda word: word[:2] + "- " + word[2:],
    ]
)


@given(around, names, ways, around)
def test_a_masked_word_is_found_in_no_way_of_writing_it(before, word, way, after):
    written = way(word)
    assume(len(fold(word)) > 3 and fold(word) in fold(written).replace(" ", ""))
    text = f"{before} {written} {after}"
    pieces = marked(text, {}, {word: GROUND})
    assert "".join(stretch.text for stretch in pieces) == text
    left = blocked(pieces)
    assert not survivors([stretch.text for stretch in left], [word])
    assert fold(word) not in fold("\n".join(stretch.text for stretch in left if not stretch.ground))


@given(st.text(max_size=200))
def test_sentences_joined_are_the_text(text):
    assert "".join(sentences(text)) == text


@given(st.text(st.sampled_from("ab .!\n"), max_size=80), st.data())
def test_chosen_sentences_are_gone_and_the_others_stay(text, data):
    all_of_them = sentences(text)
    chosen = data.draw(st.sets(st.sampled_from(range(len(all_of_them))))) if all_of_them else set()
    pieces = marked(text, dict.fromkeys(chosen, GROUND), {})
    assert "".join(stretch.text for stretch in pieces) == text
    kept = "".join(stretch.text for stretch in pieces if not stretch.ground).split()
    assert kept == "".join(sentence for at, sentence in enumerate(all_of_them) if at not in chosen).split()


@given(names, names)
def test_a_block_does_not_tell_how_long_the_word_was(one, other):
    assume(fold(one) and fold(other))
    shown = [in_line(blocked(marked(f"x {word} y", {}, {word: GROUND}))) for word in (one, other)]
    assume("x" not in fold(one + other) and "y" not in fold(one + other))
    assert shown[0] == shown[1]


def test_names_and_numbers_are_found_where_they_are_parted_and_with_the_country():
    for word, text in (
        ("Jan-Willem Vermeer", "Dat zei Jan-\nWillem Ver-\nmeer ook."),
        ("Jan-Willem", "JanWillem belde."),
        ("06-12345678", "Bel +31 (0)6 1234 5678."),
        ("Vermeer", "Ver\x0bmeer, Ver\u2800meer en Ver\x7fmeer"),
    ):
        assert survivors([text], [word]), (word, text)
        assert not survivors([stretch.text for stretch in blocked(marked(text, {}, {word: GROUND}))], [word])
