"""Sentences of an organisation's own article texts that may contradict a rule of the protocol. They are found by words, for a
human to read: what is not marked is not thereby in order."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from cases.protocol.composition import ProtocolChanges, blocks, is_chosen
from organisations.rule_files import read_rules
from organisations.texts import Text

FEWEST_WORDS = 4  # what is shorter is no sentence by itself: "Nazorg? Geen."
DIGITS = 12


class Subject(BaseModel):
    """What a sentence may deny: `words` as they begin."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    label: Text
    words: list[str]


class Contradictions(BaseModel):
    """The whole of contradictions.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    denials: list[str]
    subjects: dict[str, Subject]
    phrases: dict[str, list[str]]

    @model_validator(mode="after")
    def _phrases_have_a_subject(self) -> "Contradictions":
        if strange := set(self.phrases) - set(self.subjects):
            raise ValueError(f"there is no subject {', '.join(sorted(strange))}")
        return self


@dataclass(frozen=True)
class MarkedSentence:
    """One sentence that a human must read. `about` names what it may deny, in the language that is active."""

    block: str
    article: str
    sentence: str
    about: tuple[str, ...]

    @property
    def id(self) -> str:
        """The same for the same sentence of the same article, another for every other."""
        return hashlib.sha256(f"{self.block}\n{self.sentence}".encode()).hexdigest()[:DIGITS]


@cache
def contradictions() -> Contradictions:
    """The words of contradictions.yaml."""
    return read_rules(Path(__file__).with_name("contradictions.yaml"), Contradictions)


def marked(base: str, changes: ProtocolChanges) -> list[MarkedSentence]:
    """The marked sentences of the own texts, in the order of the articles. `base` is the id of the national protocol. A
    sentence that stands so in the national article is not marked."""
    return [found for name in blocks(base) for found in _of_block(base, name, changes)]


def _of_block(base: str, name: str, changes: ProtocolChanges) -> Iterator[MarkedSentence]:
    block = blocks(base)[name]
    if not is_chosen(block, changes):
        return
    national = {plain(sentence) for sentence in sentences_of(block.text.dutch)}
    for text in (changes.texts.get(name, ""), changes.committees.get(name, "")):
        for sentence in sentences_of(text):
            about = tuple(str(label) for label in denied(sentence))
            if about and plain(sentence) not in national:
                yield MarkedSentence(name, str(block.title), sentence, about)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text. A fragment belongs to what stands before it, and a heading to what comes after it."""
    parts: list[str] = []
    for part in re.split(r"(?<=[.!?])\s+(?=[“\"'‘]?[A-ZÀ-Ý])|\n\s*\n", text.strip()):
        words = " ".join(part.split())
        if parts and (len(words.split()) < FEWEST_WORDS or len(parts[-1].split()) < FEWEST_WORDS):
            parts[-1] += f" {words}"
        elif words:
            parts.append(words)
    return parts


def denied(sentence: str) -> list[Text]:
    """What a sentence may deny: the labels of subjects."""
    words, rules = plain(sentence), contradictions()
    denies = _has(words, rules.denials, whole=True)
    return [
        subject.label
        for name, subject in rules.subjects.items()
        if (denies and _has(words, subject.words)) or _has(words, rules.phrases.get(name, ()))
    ]


def _has(text: str, words: Iterable[str], *, whole: bool = False) -> bool:
    ends = r"\b" if whole else ""
    return any(re.search(rf"\b{re.escape(plain(word))}{ends}", text) for word in words)


def plain(text: str) -> str:
    """Lower case, without accents, invisible characters or double spaces."""
    letters = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in letters if unicodedata.category(letter) not in {"Mn", "Cf"})
    return " ".join(kept.casefold().split())
