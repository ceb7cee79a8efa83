"""The parts of a person's name: how it is shown, and a suggestion of parts for a name of which only the display name is known."""

import re
from dataclasses import astuple, dataclass

PREFIXES = frozenset(
    "van de der den het 't ter ten te tot op aan in uit el al ben bin von zu zur zum di da del la le du dos".split()
)
SHORT_PREFIXES = {"v": "van", "d": "de", "v.d": "van de", "v/d": "van de"}
TITLES = frozenset(
    "mr drs dr ir ing prof dhr mevr mw mevrouw heer ma msc bsc ba llm llb mba mpa mpm phd ra aa bc".split()
)
# Who has one of these in front is often called by it: which of two words is the surname cannot be seen.
SURNAME_IN_FRONT = frozenset("chen li lin liu nguyen tran wang wu xu yang zhang zhou".split())
_INITIALS = re.compile(r"(?:[^\W\d_][a-z]?\.-?)+|[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_IN_FRONT = re.compile(r"\(([^\W\d_]+)\)(?=\s+[^\s(,])")  # Pieter (Piet) Jansen
_IN_BRACKETS = re.compile(r"\(([^\W\d_]+)\)")
_REMARK = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class NameParts:
    """A name as its parts. Of several given names the one that is used stands first, the others after a comma:
    "Kees, Cornelis Johannes". The second surname is that of a marriage or of the other parent."""

    initials: str = ""
    given_names: str = ""
    prefix: str = ""
    surname: str = ""
    second_prefix: str = ""
    second_surname: str = ""

    @property
    def surnames(self) -> tuple[tuple[str, str], ...]:
        """(prefix, surname) of each."""
        both = ((self.prefix, self.surname), (self.second_prefix, self.second_surname))
        return tuple(pair for pair in both if pair[1])


NOTHING = NameParts()
MOST_LETTERS = (20, 80, 20, 60, 20, 60)  # of each part, as the fields of a person have it


def display_name(parts: NameParts) -> str:
    """As the name is shown: "Kees Bos", "Anna de Vries-Bakker", "P. van den Berg"."""
    first = parts.given_names.partition(",")[0].strip() or parts.initials
    surnames = "-".join(" ".join(pair).strip() for pair in parts.surnames)
    return f"{first} {surnames}".strip()


def guessed_parts(name: str) -> NameParts:
    """What the parts of a display name may be, to suggest them to somebody who knows; :data:`NOTHING` where that cannot
    be seen, such as in "Maria Garcia Lopez" or "Li Wei". Nobody may take it for a name that was checked."""
    used = _used_name(name)
    if used is None:
        return NOTHING
    before, _comma, after = (_without_titles(half) for half in _REMARK.sub(" ", name).partition(","))
    if not all(_is_name_word(word) for word in (*before, *after)):
        return NOTHING
    first, last = _from_catalogue(before, after) if after else _from_speech(before)
    surnames = _surnames(last)
    if surnames is None or not first or any(_is_no_given_name(word) for word in first):
        return NOTHING
    initials = " ".join(word for word in first if _is_initials(word))
    others = " ".join(word for word in first if not _is_initials(word))
    given = ", ".join(dict.fromkeys(part for part in (used, others) if part))
    parts = NameParts(initials, given, *surnames[0], *surnames[1])
    return parts if _fits(parts) else NOTHING


def _used_name(name: str) -> str | None:
    """The given name that somebody uses, where it stands in brackets behind the others: "Pieter (Piet) Jansen", "Jansen, P. (Piet)".
    None where it may be one: "P. Jansen (Piet)". "(HR)" is none."""
    in_front = _IN_FRONT if "," not in name else _IN_BRACKETS
    words = [word for word in _IN_BRACKETS.findall(name) if word.istitle()]
    found = next((word for word in in_front.findall(name) if word in words), "")
    first = _REMARK.sub(" ", name).split()[:1]
    return None if words and not found and first and _is_initials(first[0]) else found


def _without_titles(words: str) -> list[str]:
    return [word for word in words.split() if word.strip(".").casefold().replace(".", "") not in (*TITLES, ",")]


def _is_name_word(word: str) -> bool:
    return bool(_is_initials(word) or _WORD.fullmatch(word) or _prefix(word))


def _is_initials(word: str) -> bool:
    return bool(_INITIALS.fullmatch(word)) and (word.endswith(".") or word.isupper())


def _is_no_given_name(word: str) -> bool:
    """Whether a word in front is a prefix, an abbreviation (HR) or a loose letter."""
    return bool(_prefix(word)) or (not _is_initials(word) and (len(word) == 1 or word.isupper()))


def _prefix(word: str) -> str:
    """The prefix that a word is, written out; empty where it is none."""
    small = word.casefold().replace("’", "'")
    return small if small in PREFIXES else SHORT_PREFIXES.get(small.rstrip("."), "") if small[1:] else ""


def _from_catalogue(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The words of the person and those of the surname in "Berg, P. van den"."""
    end = len(after)
    while end and _prefix(after[end - 1]):
        end -= 1
    return after[:end], [*after[end:], *before]


def _from_speech(words: list[str]) -> tuple[list[str], list[str]]:
    """The same in "P. van den Berg". No words of a surname where it cannot be seen which they are."""
    prefixes = [place for place, word in enumerate(words) if place and _prefix(word)]
    if prefixes:
        return words[: prefixes[0]], words[prefixes[0] :]
    if len(words) == 2 and words[0].casefold() in SURNAME_IN_FRONT:
        return words, []
    last_initial = max((place for place, word in enumerate(words) if _is_initials(word)), default=0)
    return (words[:-1], words[-1:]) if len(words) == last_initial + 2 else (words, [])


def _surnames(words: list[str]) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Two pairs of prefix and surname, the second one empty for most people; None where a surname is of several words."""
    if not words:
        return None
    halves = re.sub(r"(?i)\b(el|al)-", r"\1 ", " ".join(words)).split("-")
    pairs = [_prefixed(half.split()) for half in halves]
    if len(pairs) > 2 or None in pairs:
        return None
    return pairs[0] or ("", ""), (pairs[1] or ("", "")) if pairs[1:] else ("", "")


def _prefixed(words: list[str]) -> tuple[str, str] | None:
    if not words or not all(_prefix(word) for word in words[:-1]) or _prefix(words[-1]):
        return None
    return " ".join(_prefix(word) for word in words[:-1]), words[-1]


def _fits(parts: NameParts) -> bool:
    return all(len(part) <= most for part, most in zip(astuple(parts), MOST_LETTERS, strict=True))


def prefix_apart(surname: str) -> tuple[str, str]:
    """(prefix, surname) of a surname that was written as one: ("van den", "Berg"). The prefix stays as it was typed."""
    words = surname.split()
    begin = 0
    while begin < len(words) - 1 and _prefix(words[begin]):
        begin += 1
    return " ".join(words[:begin]), " ".join(words[begin:])
