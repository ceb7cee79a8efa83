"""Whether a name that somebody typed is that of a person at work. One comparer, which fails closed.

Three steps: `name_text` reads a text into words with their spellings, `name_known` does so with the person, and a few rules
in `name_reading` say what words that stand together mean. The words that the rules know are in names.yaml.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from organisations.access.name_known import KnownAs, Surname, known
from organisations.access.name_reading import Reading
from organisations.access.name_text import in_field, writing
from organisations.names import latin, plain

__all__ = ["KnownAs", "Likeness", "Mention", "Surname", "alike", "mention"]


class Likeness(StrEnum):
    """How much a typed name is that of a person."""

    SAME = "same"  # keeps the person out, and nobody can lift it
    POSSIBLE = "possible"  # keeps the person out until somebody says that it is somebody else
    DIFFERENT = "different"


@dataclass(frozen=True)
class Mention:
    """Where a text names somebody: how surely, and the sentence in which it does."""

    likeness: Likeness
    sentence: str


def alike(typed: str, person: KnownAs) -> Likeness:
    """Whether a field that holds a name (or an account, or a function in words) means this person. What cannot be
    compared is possible."""
    try:
        ready = known(person)
        found = [place for part in in_field(typed) for place in Reading(part, ready, field=True).all()]
        if any(place.sure for place in found):
            return Likeness.SAME
        if found or (typed.strip() and (ready.is_nameless or _is_foreign(typed))):
            return Likeness.POSSIBLE
        return Likeness.DIFFERENT
    except Exception:  # whatever went wrong: who cannot be compared is kept out, and no log has the name
        return Likeness.POSSIBLE


def mention(text: str, person: KnownAs, *, unasked: bool = False) -> Mention | None:
    """Whether a free text names this person; None where it does not. `unasked`: no writer can be asked, so a surname
    that is also a word counts only with an initial, a title, a given name or a capital inside a sentence."""
    try:
        read = writing(text)
        found = list(Reading(read, known(person), unasked=unasked).all())
        if not found:
            return None
        best = max(found, key=lambda place: (place.sure, -place.word))
        return Mention(Likeness.SAME if best.sure else Likeness.POSSIBLE, read.sentence(best.word))
    except Exception:  # as above
        return Mention(Likeness.POSSIBLE, text.strip().split("\n")[0].split(". ")[0])


@lru_cache(maxsize=1)  # one name is compared with many people
def _is_foreign(typed: str) -> bool:
    """Whether it has letters that cannot be compared with ours."""
    return any(letter.isalpha() and not letter.isascii() for letter in plain(latin(typed))) or (
        not plain(typed) and any(letter.isalpha() for letter in typed)
    )
