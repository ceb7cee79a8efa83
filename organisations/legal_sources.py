"""Where a rule comes from: a law, a building block of the Handreiking, a publication, or Weerbaar itself.

Rule files write a source as data (`{law: Wbk, article: 2, paragraph: 2, letter: [h, i]}`); pages and adopted protocols print
it as a Dutch citation. Laws and publications that may be named stand in legal_sources.yaml, so that nobody cites what does
not exist by a slip of the pen.
"""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, RootModel, model_validator

from organisations.rule_files import read_rules

ORDINALS = (
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende "
    "zestiende zeventiende achttiende negentiende twintigste"
).split()


def _numbers(value: object) -> object:
    """One number or letter, or a list of them, as texts. A decimal is refused: YAML reads article 4.10 as 4.1."""
    values = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(number, float) for number in values):
        raise ValueError(f"write {value} between quotation marks")
    return tuple(str(number) for number in values)


def _number(value: object) -> object:
    return str(value) if isinstance(value, int) else value


Number = Annotated[str, BeforeValidator(_number)]
Numbers = Annotated[tuple[str, ...], BeforeValidator(_numbers)]


class Law(BaseModel):
    """A law, decree or regulation. `the`: its article in Dutch. An act of the Union counts its paragraphs as "lid 3"."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    the: Literal["de", "het"] = "de"
    union: bool = False
    bwb: str = ""
    celex: str = ""


class Publication(BaseModel):
    """Something that is no law. `part` and `parts`: what its numbered parts are called, where they are cited."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    the: Literal["de", "het"] = "de"
    part: str = ""
    parts: str = ""
    known: Numbers = ()
    published: list[str] = []


class Register(BaseModel):
    """What may be cited. `blocks` numbers the building blocks; the publication `handreiking` is where they come from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    laws: dict[str, Law]
    publications: dict[str, Publication]
    blocks: dict[str, str]


@cache
def register() -> Register:
    return read_rules(Path(__file__).with_name("legal_sources.yaml"), Register)


class LegalSource(BaseModel):
    """One place that a rule rests on: exactly one of `law`, `block`, `publication` and `own`.

    `to` is the last article of a range. `compare` says that the law rules a similar matter, not this one. `own` is what
    Weerbaar added itself, with the sources that it took as an example.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    law: str = ""
    article: Numbers = ()
    to: Number = ""
    paragraph: Numbers = ()
    letter: Numbers = ()
    block: Numbers = ()
    publication: str = ""
    part: Numbers = ()
    own: "tuple[LegalSource, ...] | None" = None
    compare: bool = False

    @model_validator(mode="after")
    def _is_known(self) -> "LegalSource":
        if sum([bool(self.law), bool(self.block), bool(self.publication), self.own is not None]) != 1:
            raise ValueError("a source is one of law, block, publication and own")
        if self.law and self.law not in register().laws:
            raise ValueError(f"there is no law {self.law!r} in legal_sources.yaml")
        if self.publication and self.publication not in register().publications:
            raise ValueError(f"there is no publication {self.publication!r} in legal_sources.yaml")
        if strange := [number for number in self.block if number not in register().blocks]:
            raise ValueError(f"there is no building block {', '.join(strange)} in legal_sources.yaml")
        if self.article and not self.law:
            raise ValueError("only a law has articles")
        if self.to and len(self.article) != 1:
            raise ValueError("a range goes from one article to one other")
        if (self.paragraph or self.letter) and (len(self.article) != 1 or self.to):
            raise ValueError("a paragraph or letter belongs to one article")
        if len(self.paragraph) > 1 and self.letter:
            raise ValueError("letters belong to one paragraph")
        known = register().publications[self.publication].known if self.publication else ()
        if strange := [number for number in self.part if number not in known]:
            raise ValueError(f"{self.publication or 'this source'} has no part {', '.join(strange)}")
        return self

    def __str__(self) -> str:
        """The Dutch citation, in the middle of a sentence: "artikel 66 van het Wetboek van Strafrecht"."""
        return ("vergelijk " if self.compare else "") + self._cited()

    def _cited(self) -> str:
        if self.law:
            return _of_law([self])
        if self.block:
            handreiking = register().publications["handreiking"]
            return f"{_named('bouwsteen', 'bouwstenen', self.block)} naar {handreiking.the} {handreiking.title}"
        if self.publication:
            named = register().publications[self.publication]
            if self.part:
                return f"{_named(named.part, named.parts, self.part)} van {named.the} {named.title}"
            return named.title
        rests_on = _listed([str(source) for source in self.own or ()])
        return "eigen bouwsteen van Weerbaar" + (f", die steunt op {rests_on}" if rests_on else "")

    @property
    def is_narrow(self) -> bool:
        return bool(self.paragraph or self.letter)

    @property
    def place(self) -> str:
        """Where in a law: "artikel 2, tweede lid, onderdelen h en i"."""
        if self.to:
            return f"artikelen {self.article[0]} tot en met {self.to}"
        union = register().laws[self.law].union
        pieces = [_named("artikel", "artikelen", self.article)]
        if self.paragraph:
            pieces.append(_named("lid", "leden", self.paragraph) if union else _paragraphs(self.paragraph))
        if self.letter:
            pieces.append(f"onder {_listed(self.letter)}" if union else _named("onderdeel", "onderdelen", self.letter))
        return ", ".join(pieces)


class LegalSources(RootModel[tuple[LegalSource, ...]]):
    """What one rule rests on. False where a rule file names nothing; prints as citations with semicolons."""

    model_config = ConfigDict(frozen=True)
    root: tuple[LegalSource, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.root)

    def __str__(self) -> str:
        """Neighbours of one law are cited together: "artikel 12, lid 3, en artikel 15 van de …"."""
        cited = []
        for law, group in groupby(
            self.root, key=lambda source: source.law if source.article and not source.compare else ""
        ):
            if law:
                cited.append(_of_law(list(group)))
            else:
                cited += [str(source) for source in group]
        return "; ".join(cited)


NO_SOURCE = LegalSources()


def _of_law(sources: Sequence[LegalSource]) -> str:
    """Places of one law in one citation. A place with a paragraph or letter is closed by a comma, as jurists write it."""
    law = register().laws[sources[0].law]
    if not sources[0].article:
        return law.title
    places = [source.place for source in sources]
    inner = "," if any(source.is_narrow for source in sources[:-1]) else ""
    place = f"{', '.join(places[:-1])}{inner} en {places[-1]}" if len(places) > 1 else places[0]
    return f"{place}{',' if sources[-1].is_narrow else ''} van {law.the} {law.title}"


def _named(singular: str, plural: str, numbers: Sequence[str]) -> str:
    return f"{singular if len(numbers) == 1 else plural} {_listed(numbers)}"


def _paragraphs(numbers: Sequence[str]) -> str:
    """ "tweede lid", "tweede en derde lid"; a paragraph that was put in between ("2a") keeps its number."""
    if all(number.isdigit() and 1 <= int(number) <= len(ORDINALS) for number in numbers):
        return f"{_listed([ORDINALS[int(number) - 1] for number in numbers])} lid"
    return _named("lid", "leden", numbers)


def _listed(words: Sequence[str]) -> str:
    """ "a", "a en b", "a, b en c"."""
    return " en ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
