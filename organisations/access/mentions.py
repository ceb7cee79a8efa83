"""What a writer said of words of their own: that they only mention somebody.

It holds for these words and for the name by which the person was known then. It says nothing of other words, of a relation, or
of who is called alike.
"""

from collections.abc import Collection, Iterable

from organisations.access.names import KnownAs
from organisations.names import plain
from vault.keyring.keys import keyed_digest

_LETTERS = 16  # of the mark of one line


def marks_of(texts: Iterable[str], person: KnownAs) -> frozenset[str]:
    """A mark of each line of the texts, for whoever is called as this person is."""
    called = _called(person)
    return frozenset(_mark(line, called) for text in texts for line in text.splitlines() if line.strip())


def left_of(text: str, person: KnownAs, marks: Collection[str]) -> str:
    """The text without the lines of which a writer said that they only mention this person; what is left may be about them."""
    if not marks:
        return text
    called = _called(person)
    return "\n".join("" if _mark(line, called) in marks else line for line in text.splitlines())


def _mark(line: str, called: str) -> str:
    return keyed_digest("only-mentioned", " ".join(line.split()), called).hex()[:_LETTERS]


def _called(person: KnownAs) -> str:
    """Every word of the names of today and of before: under another name somebody may be meant after all."""
    names = [*person.given_names, *person.loose]
    names += [part for surname in person.surnames for part in (surname.prefix, surname.name)]
    return " ".join(sorted({word for name in names for word in plain(name).split()}))
