"""Whether a name that somebody typed is that of a person at work. One comparer, which fails closed."""

from dataclasses import dataclass, field
from enum import StrEnum


class Likeness(StrEnum):
    """How much a typed name is that of a person."""

    SAME = "same"  # keeps the person out, and nobody can lift it
    POSSIBLE = "possible"  # keeps the person out until somebody says that it is somebody else
    DIFFERENT = "different"


@dataclass(frozen=True)
class Surname:
    """One surname, with its prefix apart: Surname("Vries", "de")."""

    name: str
    prefix: str = ""


@dataclass(frozen=True)
class KnownAs:
    """By what words somebody is known. `loose`: words of a display name of which nobody said what they are; each may
    be a surname. Functions are codes of functions and roles: those of today, and those of the last four years."""

    initials: str = ""
    given_names: tuple[str, ...] = ()
    surnames: tuple[Surname, ...] = ()  # own, of a marriage, former
    loose: tuple[str, ...] = ()
    email: str = ""
    functions: frozenset[str] = field(default_factory=frozenset)
    former_functions: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Mention:
    """Where a text names somebody: how surely, and the sentence in which it does."""

    likeness: Likeness
    sentence: str


def alike(typed: str, person: KnownAs) -> Likeness:
    """Whether a field that holds a name (or an account, or a function in words) means this person."""
    raise NotImplementedError


def mention(text: str, person: KnownAs, *, unasked: bool = False) -> Mention | None:
    """Whether a free text names this person; None where it does not. `unasked`: no writer can be asked, so a surname
    that is also a word counts only with an initial, a title, a given name or a capital inside a sentence."""
    raise NotImplementedError
