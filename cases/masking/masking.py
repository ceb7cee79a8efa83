"""Masking a text: sentences that were chosen, and words wherever they stand. Pure functions; nothing is stored.

A word is found in capitals or not, composed or decomposed, with or without diacritics, over a line break, hyphenated
at the end of a line, with invisible characters inside, and with spaces that part it. The mask reaches to the ends of
the word that holds it, so that "Vermelders" leaves no "s" to guess from. A word of up to three letters counts only
where it stands alone.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from cases.masking.grounds import grounds
from organisations.names import folded, is_hidden

SHORT, LONG = 3, 4
_COUNTRY = re.compile(r"^(?:0031|31|0)")
BLOCK = "█" * 6  # the same width whatever is under it
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n\s*")
_BROKEN = re.compile(r"(?<=\w)[\-\u00ad\u2010\u2011][ \t]*\r?\n\s*(?=\w)")
Reading = list[tuple[str, int]]  # each letter as it is compared, with its position in the text


@dataclass(frozen=True)
class Stretch:
    """A stretch of text. With a ground it is masked; its `text` is then only for people who may read the file."""

    text: str
    ground: str = ""

    @property
    def short(self) -> str:
        return grounds()[self.ground].short


def sentences(text: str) -> list[str]:
    """The sentences of a text with the blanks that follow them. Joined they are the text."""
    ends = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if end > start]


def fold(text: str) -> str:
    """How a word is compared: letters and digits only, small, without diacritics, with one space between words."""
    return "".join(symbol for symbol, _at in _folded(text)).strip()


def marked(text: str, chosen: Mapping[int, str], words: Mapping[str, str]) -> list[Stretch]:
    """The text in stretches. `chosen` is {number of the sentence, from 0: ground}, `words` is {word: ground}."""
    ground_of = [""] * len(text)
    readings = _readings(text) if words else []
    for word, ground in words.items():
        for start, end in _found(text, readings, word):
            ground_of[start:end] = [ground] * (end - start)
    at = 0
    for number, sentence in enumerate(sentences(text)):
        if number in chosen:
            end = at + len(sentence.rstrip())
            ground_of[at:end] = [chosen[number]] * (end - at)
        at += len(sentence)
    return _joined(text, ground_of)


def blocked(pieces: list[Stretch]) -> list[Stretch]:
    """The same stretches without the words under the masks: what may leave."""
    return [Stretch("", piece.ground) if piece.ground else piece for piece in pieces]


def in_line(pieces: list[Stretch]) -> str:
    """The stretches as plain text. A mask is a block of fixed width with the short code of its ground."""
    return "".join(f"{BLOCK} {piece.short}" if piece.ground else piece.text for piece in pieces)


def survivors(texts: Iterable[str], words: Iterable[str]) -> list[str]:
    """Which of the words can still be found in these texts; none when the texts were masked well."""
    read = [(text, _readings(text)) for text in texts]
    return [word for word in words if any(any(_found(text, readings, word)) for text, readings in read)]


def _found(text: str, readings: list[Reading], word: str) -> Iterator[tuple[int, int]]:
    """Where a word stands in the text, [(start, end)], to the ends of the word that holds it."""
    wanted = fold(word)
    if not wanted:
        return
    digits = wanted.replace(" ", "")
    is_number = len(digits) >= 6 and sum(symbol.isdigit() for symbol in digits) * 2 > len(digits)
    alone = len(digits) <= SHORT
    if is_number:  # a number is written with spaces, points or nothing, and with or without the country
        wanted = _COUNTRY.sub("", digits) if len(digits) >= 9 else digits
    tries: list[tuple[Reading, set[int] | None]] = [(reading, None) for reading in readings]
    if is_number or len(digits) >= LONG:  # a word may be parted by a kind of space, or hyphenated more than once
        tries.append(_compact(readings[0]))
    for reading, starts in tries:
        if starts is not None:
            wanted = wanted.replace(" ", "")
        # A symbol can fold to several letters: positions are counted in letters, and looked up in the reading.
        letters = "".join(symbol for symbol, _at in reading)
        ends = list(accumulate(len(symbol) for symbol, _at in reading))
        at = letters.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            free = (at == 0 or letters[at - 1] == " ") and (end == len(letters) or letters[end] == " ")
            begins = starts is None or is_number or bisect_right(ends, at) in starts
            if begins and (free or not alone):
                first, last = reading[bisect_right(ends, at)][1], reading[bisect_right(ends, end - 1)][1]
                yield _whole(text, first, last + 1)
            at = letters.find(wanted, at + 1)


def _compact(reading: Reading) -> tuple[Reading, set[int]]:
    """The reading without its spaces, and the positions in it at which a word begins."""
    kept: Reading = []
    starts = {0}
    for letter in reading:
        if letter[0] == " ":
            starts.add(len(kept))
        else:
            kept.append(letter)
    return kept, starts


def _readings(text: str) -> list[Reading]:
    """The text as it is, and with the words joined that were hyphenated at the end of a line."""
    broken = [match.span() for match in _BROKEN.finditer(text)]
    return [_folded(text), *([_folded(text, skip=broken)] if broken else [])]


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch, widened to the rest of its first and last word."""
    while start > 0 and _in_word(text[start - 1]):
        start -= 1
    while end < len(text) and _in_word(text[end]):
        end += 1
    return start, end


def _in_word(symbol: str) -> bool:
    return symbol.isalnum() or unicodedata.combining(symbol) > 0 or is_hidden(symbol)


def _folded(text: str, skip: list[tuple[int, int]] | None = None) -> Reading:
    """Each letter as it is compared, with the position in the text from which it comes; between words one space."""
    skipped = {at for start, end in skip or [] for at in range(start, end)}
    reading: Reading = []
    for at, symbol in enumerate(text):
        if at in skipped or is_hidden(symbol):
            continue
        plain = folded(symbol)
        letters = "".join(symbol for symbol in plain if symbol.isalnum())
        if letters:
            reading.append((letters, at))
        elif not plain or any(unicodedata.combining(symbol) for symbol in plain):
            continue
        elif reading and reading[-1][0] != " ":
            reading.append((" ", at))
    return reading


def _joined(text: str, ground_of: list[str]) -> list[Stretch]:
    """Stretches of one ground each. Masks of one ground with only spaces between them become one mask: their number
    would tell how many words it hides."""
    pieces: list[Stretch] = []
    for symbol, ground in zip(text, ground_of, strict=True):
        if pieces and pieces[-1].ground == ground:
            pieces[-1] = Stretch(pieces[-1].text + symbol, ground)
        else:
            pieces.append(Stretch(symbol, ground))
    merged: list[Stretch] = []
    for piece in pieces:
        if piece.ground and len(merged) > 1 and merged[-2].ground == piece.ground and merged[-1].text.isspace():
            between = merged.pop()
            merged[-1] = Stretch(merged[-1].text + between.text + piece.text, piece.ground)
        else:
            merged.append(piece)
    return merged
