"""The words that the comparer of names knows, from names.yaml."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from organisations.names import plain, spelled
from organisations.rule_files import WrongRule, read_rules


def _apart(text: object) -> frozenset[str]:
    if not isinstance(text, str):
        raise WrongRule("one text with a space between words")
    return frozenset(word for word in plain(text).split())


Spellings = frozenset[str]  # of one word, as `organisations.names.spelled`
SMALL = frozenset({"van", "voor", "de", "het", "der", "den"})  # words of a function that are said or left out
Words = Annotated[frozenset[str], BeforeValidator(_apart)]


class NameRules(BaseModel):
    """The schema of names.yaml. Words are as `organisations.names.plain` makes them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    prefixes: Words
    titles: Words
    title_endings: Words
    degrees: Words
    departments: Words
    fillers: Words
    articles: Words
    before_it: Words
    speech: Words
    words: Words
    common_words: Words
    said_words: Words
    greetings: Words
    closings: list[str]
    given_names: list[Words]
    other_given_names: Words
    functions: dict[str, list[str]]
    plurals: list[tuple[str, str]]
    no_functions: Words

    def is_title(self, word: str) -> bool:
        return word in self.titles or (len(word) > 7 and word.endswith(tuple(self.title_endings)))

    def is_no_name(self, word: str) -> bool:
        """Whether a word that stands beside a name is neither a first name nor a surname."""
        return (
            word in self.fillers
            or word in self.degrees
            or word in self.departments
            or word in self.prefixes
            or self.is_title(word)
        )


@cache
def name_rules() -> NameRules:
    return read_rules(Path(__file__).with_name("names.yaml"), NameRules)


@cache
def same_given_name() -> dict[str, frozenset[str]]:
    """{given name as it is spelled: all that are the same name}."""
    same: dict[str, set[str]] = {}
    for group in name_rules().given_names:
        names = {spelled(name) for name in group}
        for name in names:
            same.setdefault(name, set()).update(names)
    return {name: frozenset(names) for name, names in same.items()}


@cache
def letters_of_same_name() -> dict[str, frozenset[str]]:
    """{given name as it is spelled: the initials of all that are the same name}: Kees may be "C."."""
    letters: dict[str, set[str]] = {}
    for group in name_rules().given_names:
        for name in group:
            letters.setdefault(spelled(name), set()).update(other[0] for other in group)
    return {name: frozenset(found) for name, found in letters.items()}


@cache
def known_given_names() -> frozenset[str]:
    return frozenset(same_given_name()) | {spelled(name) for name in name_rules().other_given_names}


@cache
def function_words() -> dict[str, tuple[tuple[str, ...], ...]]:
    """{code: what it is called, each as words}."""
    return {code: tuple(tuple(plain(name).split()) for name in names) for code, names in name_rules().functions.items()}


@cache
def said_as() -> dict[str, tuple[tuple[Spellings, ...], ...]]:
    """{code: what it is called, each as the spellings of its words, also of several people, without small words}."""
    return {
        code: tuple(tuple(_spellings_of(word) for word in words if word not in SMALL) for words in names)
        for code, names in function_words().items()
    }


def _spellings_of(word: str) -> Spellings:
    plurals = name_rules().plurals
    of_several = {word.removesuffix(end) + becomes for end, becomes in plurals if word.endswith(end)}
    return frozenset(spelled(each) for each in (word, *of_several))
