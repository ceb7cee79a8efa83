"""What is counted. A fact is left once, dated by its event, and never changed; the figures read nothing else.

facts.yaml says which codes a fact carries. Everything else stays behind at this door.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator
from yaml import safe_load

from organisations.codes import code_list
from organisations.models import Organisation
from reporting.codes import NOT_GIVEN, counted_group
from reporting.models import Fact
from vault.keys import Codes, keyed_digest

SIZE = 512  # bytes: every fact is as long as every other


class CannotCount(ValueError):
    """A fact whose codes are not those of facts.yaml. None of its batch was left."""


@dataclass(frozen=True)
class NewFact:
    """`event` names what happened, once and for all ("registered:<case>"); `codes` are leaf codes by code list."""

    event: str
    population: str
    place: UUID
    period: str
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CountedFact:
    population: str
    place: UUID
    period: str
    codes: dict[str, str]


class Population(BaseModel):
    """The code lists of one population of facts.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    codes: list[str]
    by_kind: dict[str, str] = {}
    once: list[str] = []
    only: dict[str, dict[str, list[str]]] = {}

    @model_validator(mode="after")
    def _known(self) -> "Population":
        for name in (*self.codes, *self.by_kind.values()):
            code_list(name)
        if self.by_kind and set(self.by_kind) != _leaves("kind"):
            raise ValueError("by_kind: each kind has a list of its own")
        if unknown := set(self.once) - _leaves("clock"):
            raise ValueError(f"once: there is no clock {', '.join(sorted(unknown))}")
        for kind, lists in self.only.items():
            for name, codes in lists.items():
                if kind not in _leaves("kind") or name not in self.codes or set(codes) - _leaves(name):
                    raise ValueError(f"only: {kind} and {name} do not go together with {', '.join(codes)}")
        return self

    def lists(self, kind: str | None) -> list[str]:
        """The code lists of a fact of this kind."""
        return [*self.codes, self.by_kind[kind]] if kind in self.by_kind else self.codes

    def possible(self, name: str, kind: str | None) -> Collection[str]:
        """The leaves of a list that can occur with this kind."""
        return self.only.get(kind or "", {}).get(name) or _leaves(name)


@cache
def populations() -> dict[str, Population]:
    """{population: its code lists}. Raises ValueError or UnknownCode for a file that names what is no code list."""
    entries = safe_load(Path(__file__).with_name("facts.yaml").read_text("utf-8"))
    return {name: Population.model_validate(entry) for name, entry in entries.items()}


@cache
def _leaves(list_id: str) -> frozenset[str]:
    return frozenset(code.id for code in code_list(list_id).leaves)


FORM_OF_KIND = populations()["reports"].by_kind
COUNTED_ONCE = frozenset(populations()["clocks"].once)


def quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def leave_facts(rows: Iterable[NewFact]) -> None:
    """Leave facts. An event that was counted before is not counted again.

    Raises :class:`CannotCount` for an unknown or missing code; nothing is stored then.
    """
    found, codes = list(rows), Codes()
    layers = _layers({new.place for new in found})
    made = [_row(new, layers[new.place], codes) for new in found]
    Fact.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)


def leave_fact(new: NewFact) -> None:
    leave_facts([new])


def facts(population: str, quarters: Sequence[str]) -> Iterator[CountedFact]:
    """The facts of a population in these quarters, in no order, each with exactly the codes of facts.yaml. A list that
    came later is not_given in facts that were left before it."""
    rows = Fact.objects.filter(population=population, period__in=quarters)
    codes, layers = Codes(), _layers()
    stored = rows.values_list("place_id", "period", "codes", "key")
    for place, period, sealed, key in stored.iterator(chunk_size=5000):
        opened = codes.open(place, bytes(sealed), "fact", bytes(key))
        yield CountedFact(population, place, period, counted_codes(population, layers[place], opened))


def open_fact(fact: Fact) -> CountedFact:
    """One stored fact, with exactly the codes of facts.yaml; its place is at hand."""
    opened = Codes().open(fact.place_id, bytes(fact.codes), "fact", bytes(fact.key))
    codes = counted_codes(fact.population, fact.place.kind, opened)
    return CountedFact(fact.population, fact.place_id, fact.period, codes)


def counted_in(population: str, event: str) -> str | None:
    """The quarter in which an event was counted; None when it was not."""
    key = keyed_digest("fact", population, event)
    return Fact.objects.filter(key=key).values_list("period", flat=True).first()


def counted_codes(population: str, layer: str, codes: Mapping[str, str]) -> dict[str, str]:
    """What of these codes a fact carries at a place of this layer: one leaf of each list of facts.yaml.

    Raises :class:`CannotCount`.
    """
    if population not in populations():
        raise CannotCount(f"there is no population {population!r}")
    kind = codes.get("kind")
    return {name: _counted_code(population, layer, kind, name, codes.get(name)) for name in _lists(population, kind)}


@lru_cache(maxsize=64)
def _lists(population: str, kind: str | None) -> tuple[str, ...]:
    return tuple(populations()[population].lists(kind))


@lru_cache(maxsize=16384)  # a year has a million facts, and a few thousand different codes
def _counted_code(population: str, layer: str, kind: str | None, name: str, code: str | None) -> str:
    leaves, possible = _leaves(name), populations()[population].possible(name, kind)
    if code is None and NOT_GIVEN in leaves:
        code = NOT_GIVEN
    if name == "group" and code is not None:
        code = counted_group(code, layer)
    if code is None:
        raise CannotCount(f"{population}: no code of {name} was given")
    if code not in leaves:
        raise CannotCount(f"{population}: {code!r} is not a leaf of {name}")
    if code not in possible and NOT_GIVEN in possible:
        code = NOT_GIVEN
    if code not in possible:
        raise CannotCount(f"{population}: {code!r} of {name} does not occur with {kind}")
    return code


def _layers(places: Iterable[UUID] | None = None) -> dict[UUID, str]:
    wanted = Organisation.objects.all() if places is None else Organisation.objects.filter(id__in=places)
    return dict(wanted.values_list("id", "kind"))


def _row(new: NewFact, layer: str, codes: Codes) -> Fact:
    key = keyed_digest("fact", new.population, new.event)
    sealed = codes.seal(new.place, counted_codes(new.population, layer, new.codes), "fact", key, at_least=SIZE)
    return Fact(key=key, population=new.population, place_id=new.place, period=new.period, codes=sealed)
