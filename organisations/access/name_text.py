"""A text as the comparer of names reads it: words with their spellings, sentences, greetings that do not count."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from organisations.access.name_rules import NameRules, function_words, known_given_names, name_rules
from organisations.names import latin, one_edit, one_less, plain, spelled, spellings

_WORD = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|[^\W_]+(?:['’‘ʼ`´][^\W_]+)*")
_ELIDED = re.compile(r"[^\W\d_]['’‘ʼ`´]\w\w")
_ENDS = re.compile(r"[.!?…]")
_NOT_ENDING = set("nr bijv bv ca t v o a e d etc evt resp art vd vdr vdn vh vt".split())
ABBREVIATED = {"th", "tj", "sj", "ph", "st", "fr", "wm", "chr", "joh", "alb", "ij"}  # first names, as initials
_JOINS = set("._-‐‑–/'’‘ʼ`´")
LEAST_EDITED = 5  # letters that a name must have before one may differ
LEAST_EDITED_BESIDE = 4  # the same for a surname where the own given name stands beside it
MOST_EDITED = 120  # letters of the longest word that is looked at for one: no name is as long
_MOST_GREETED = 8  # words of one greeting
_MOST_SMALL = 2  # a greeting in small letters, or in capitals, only has no more names than this


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `keys`: its spellings, also without the s of "Jansens"; `gap`: what stands before it since the
    word before; `first`: its capital says nothing; `sentence`: the number of its sentence."""

    typed: str
    plain: str
    keys: frozenset[str]
    gap: str
    start: int
    sentence: int
    first: bool

    @property
    def capital(self) -> bool:
        """Whether a capital stands in it: also in "d'Hondt" and "deBoer", which are written as names."""
        return not self.typed.islower() and any(map(str.isupper, self.typed))

    @property
    def is_elided(self) -> bool:
        """Whether a prefix lost its vowel: "d'hondt", "l'ami"."""
        return bool(_ELIDED.match(self.typed))

    @property
    def is_shouted(self) -> bool:
        return len(self.typed) > 1 and self.typed.isupper()

    @property
    def is_letter(self) -> bool:
        return len(self.plain) == 1 and self.plain.isalpha()

    @property
    def is_address(self) -> bool:
        return "@" in self.typed

    @property
    def is_joined(self) -> bool:
        """To the word before, by nothing but spaces, hyphens, apostrophes or the period of an initial."""
        return set("".join(self.gap.split())) <= _JOINS and "\n\n" not in self.gap


def forms(typed: str) -> tuple[str, frozenset[str]]:
    """A word as `plain` makes it, and its spellings, also without the s of "Jansens"."""
    if typed.isascii() and typed.isalnum():  # most words: nothing to fold but capitals
        word = typed.lower()
        keys = frozenset({spelled(word)})
    else:
        word, keys = plain(typed).replace(" ", ""), spellings(typed)
    return word, keys | {key[:-1] for key in keys if len(key) > 3 and key.endswith("s")}


class Writing:
    """A text, read once for everybody with whom it is compared. `field`: it holds names, so a capital tells nothing of
    where a sentence begins and nobody is greeted."""

    def __init__(self, text: str, *, field: bool = False) -> None:
        self.text = latin(text)
        self.words: list[Word] = []
        self.sentences: list[int] = []
        self._near: dict[str, set[int]] = {}
        self.said: dict[
            frozenset[str], set[tuple[int, int]]
        ] = {}  # where a word of a function stands, once it was sought
        self._read(field)
        self.greeted = set() if field else _greeted(self.words, name_rules())
        self.at: dict[str, list[int]] = defaultdict(list)
        self.plainly: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self.words):
            if number not in self.greeted:
                for key in word.keys:
                    self.at[key].append(number)
                self.plainly[word.plain].append(number)

    def _read(self, field: bool) -> None:
        end, before = 0, ""
        known: dict[str, tuple[str, frozenset[str]]] = {}
        for found in _WORD.finditer(self.text):
            gap, typed = self.text[end : found.start()], found[0]
            ended = not self.words or _ends_sentence(gap, before, typed)
            first = not field and (ended or "\n" in gap or any(quote in gap for quote in '"“”„«'))
            if ended:
                self.sentences.append(found.start())
            if typed not in known:
                known[typed] = forms(typed)
            word, keys = known[typed]
            place = len(self.sentences) - 1
            self.words.append(
                Word(typed, word, frozenset() if "@" in typed else keys, gap, found.start(), place, first)
            )
            if "@" in typed:  # also the words before the @
                for number, part in enumerate(_WORD.finditer(typed.split("@")[0])):
                    between = " " if number else ", "
                    self.words.append(Word(part[0], *forms(part[0]), between, found.start(), place, first))
            end, before = found.end(), word

    def sentence(self, number: int) -> str:
        """The sentence of a word."""
        place = self.words[number].sentence
        after = self.sentences[place + 1] if place + 1 < len(self.sentences) else len(self.text)
        return self.text[self.sentences[place] : after].strip()

    def parted(self, key: str) -> list[int]:
        """The first of two words that are one name together: "Kraaien laar"."""
        found = []
        for cut in range(1, len(key)):
            left = self.at.get(key[:cut])
            if left:
                right = {*self.at.get(key[cut:], ()), *self.at.get(key[cut - 1 :], ())}  # also "Bak ker"
                found += [number for number in left if number + 1 in right and self.words[number + 1].is_joined]
        return found

    @cached_property
    def _one_less(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.at:
            if LEAST_EDITED_BESIDE - 1 <= len(key) <= MOST_EDITED:
                for shorter in one_less(key):
                    found[shorter].add(key)
        return found

    def near(self, key: str) -> set[int]:
        """The words that differ from a spelling by one letter."""
        if key not in self._near:
            keys = {other for shorter in one_less(key) for other in self._one_less.get(shorter, ())}
            near = {number for other in keys if other != key and one_edit(key, other) for number in self.at[other]}
            self._near[key] = near - set(self.at.get(key, ()))
        return self._near[key]


def _ends_sentence(gap: str, before: str, after: str) -> bool:
    """Whether a sentence ends in what stands between two words. The period of "K. Bos" and "dhr. Bos" ends none."""
    if "\n\n" in gap or "\n\r\n" in gap or ("\n" in gap and "," in gap and after[0].isupper()):
        return True
    if not _ENDS.search(gap) or not any(symbol.isspace() for symbol in gap):
        return False
    short = len(before) == 1 or before in _NOT_ENDING | ABBREVIATED or before in name_rules().titles
    return not short or "!" in gap or "?" in gap


def _greeted(words: list[Word], rules: NameRules) -> set[int]:
    """The words of greetings and closings: "Beste Esra,", "Met groet, Kees". What follows them does count."""
    greeted: set[int] = set()
    closings = [closing.split() for closing in rules.closings]
    for number, word in enumerate(words):
        if not word.first or number in greeted:
            continue
        if word.plain in rules.greetings:
            greeted |= set(_names_from(words, number + 1, rules))
            continue
        for closing in closings:
            after = number + len(closing)
            if [other.plain for other in words[number:after]] == closing:
                greeted |= set(_signed(words, after, rules))
    return greeted


def _signed(words: list[Word], start: int, rules: NameRules) -> Iterable[int]:
    """The name below a closing, and the function in the line below that."""
    signed = _names_from(words, start, rules, first_line=False)
    for _line in range(2):
        after = start + len(signed)
        if after < len(words) and ("\n" in words[after].gap or "," in words[after].gap):
            signed = [*signed, *_names_from(words, after, rules, first_line=False)]
    return signed


def _names_from(words: list[Word], start: int, rules: NameRules, *, first_line: bool = True) -> list[int]:
    """The words from `start` to the end of the greeting, if they are names only; otherwise none."""
    found: list[int] = []
    if start < len(words) and re.search(r"[.!?;]", words[start].gap):
        return []
    for number in range(start, len(words)):
        word = words[number]
        if "\n" in word.gap and (found or first_line):
            break
        if found and _closes(word.gap, words[number - 1], rules):
            break
        found.append(number)
        if len(found) > _MOST_GREETED:
            return []
    names = [word for word in (words[number] for number in found) if not _beside_a_name(word, rules)]
    small = [word for word in names if not word.capital or word.is_shouted]
    if small and (len(small) > _MOST_SMALL or len(small) < len(names)):
        return []
    if small and start + len(found) < len(words) and not re.search(r"[,!\n]", words[start + len(found)].gap):
        return []
    return found


def _closes(gap: str, before: Word, rules: NameRules) -> bool:
    if re.search(r"[,!?;:]", gap):
        return True
    return "." in gap and not (before.is_letter or before.plain in rules.titles)


def _beside_a_name(word: Word, rules: NameRules) -> bool:
    return (
        word.plain in {"en", "allemaal", "van"}
        or word.plain in rules.prefixes
        or word.plain in rules.departments
        or rules.is_title(word.plain)
        or word.is_letter
        or any((word.plain,) in names for names in function_words().values())
    )


@lru_cache(maxsize=1)
def writing(text: str) -> Writing:
    """The text, read; of the last one only, so that no process keeps more of what people wrote."""
    return Writing(text)


_APART = re.compile(r"[;\n|&+()\[\]<>]|\s/\s|/(?=\w{3})|\b(?:en|and|of|or|met|alsook)\b|,\s*en\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def in_field(typed: str) -> tuple[Writing, ...]:
    """The people whom a field names, each read."""
    return tuple(Writing(part, field=True) for part in _parts(typed))


def _parts(typed: str) -> list[str]:
    """What a field holds, one person each: "Bos en Jansen", "K. Bos / de wethouder"; "Jansen, P." is one."""
    found: list[str] = []
    for part in _APART.split(latin(typed)):
        pieces = part.split(",")
        turned = len(pieces) == 2 and _begins_with_first_name(pieces[1])
        found.append(f"{pieces[1]} {pieces[0]}" if turned else part)
    return [part for part in found if plain(part)]


def _begins_with_first_name(piece: str) -> bool:
    words = plain(piece).split()
    return bool(words) and (len(words[0]) == 1 or spelled(words[0]) in known_given_names())
