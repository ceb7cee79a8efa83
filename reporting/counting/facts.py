"""What is counted. A fact is left once, dated by its event, and never changed; the figures read nothing else.

facts.yaml says which codes a fact carries. Nothing else of a report reaches the figures.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast
from pydantic import BaseModel, ConfigDict, model_validator

from organisations.codes import code_list
from organisations.models import Organisation
from organisations.rule_files import read_rules
from reporting.codes import NOT_GIVEN, counted_group
from reporting.counting.numbering import SIZE, Numbered, in_bytes, read_numbers
from reporting.models import Fact
from vault.keyring.keys import Codes, stored_digest
from vault.sealing.schemes import FACT

if TYPE_CHECKING:
    import numpy as np

HERE = Path(__file__).parent
SEALED_AS = FACT  # whoever changes the way facts are written takes a new scheme number (vault/sealing/schemes.py)
BATCH = 20_000  # facts that are held in memory at once


class CannotCount(ValueError):
    """A fact has a code that facts.yaml does not know, or lacks one. No fact of the same call was left."""


@dataclass(frozen=True)
class NewFact:
    """`event` names what happened, once and for all ("registered:<case>"); `codes` are leaf codes by code list."""

    event: str
    population: str
    organisation: UUID
    period: str
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """Facts of one population, as columns.

    `organisations[at[n]]` is where fact n happened; `at` has the shape (facts,). `codes` has one column of that shape
    for each code list of facts.yaml: the index of the fact's leaf in the list, -1 where its kind does not carry the
    list.
    """

    organisations: Sequence[UUID]
    at: np.ndarray
    codes: dict[str, np.ndarray]


class PopulationCodes(BaseModel):
    """The code lists of one population of facts.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    codes: list[str]
    lasting: list[str]
    settles: list[str] = []
    by_kind: dict[str, str] = {}
    only: dict[str, dict[str, list[str]]] = {}

    @model_validator(mode="after")
    def _known(self) -> PopulationCodes:
        for name in self.every_list:
            code_list(name)
        if unknown := set(self.lasting) - set(self.codes):
            raise ValueError(f"lasting: {', '.join(unknown)} is no list of every fact")
        if unknown := set(self.settles) - set(self.lasting):
            raise ValueError(f"settles: {', '.join(unknown)} does not last")
        if self.by_kind and set(self.by_kind) != _leaves("kind"):
            raise ValueError("by_kind: each kind has a list of its own")
        for kind, lists in self.only.items():
            for name, codes in lists.items():
                if kind not in _leaves("kind") or name not in self.codes or set(codes) - _leaves(name):
                    raise ValueError(f"only: {kind} and {name} do not go together with {', '.join(codes)}")
        return self

    def lists(self, kind: str | None) -> list[str]:
        """The code lists of a fact of this kind."""
        return [*self.codes, self.by_kind[kind]] if kind in self.by_kind else self.codes

    @property
    def every_list(self) -> list[str]:
        """The code lists that any fact of this population can carry."""
        return [*self.codes, *self.by_kind.values()]

    def possible(self, name: str, kind: str | None) -> Collection[str]:
        """The leaves of a list that can occur with this kind."""
        return self.only.get(kind or "", {}).get(name) or _leaves(name)


@cache
def populations() -> dict[str, PopulationCodes]:
    """{population: its code lists}. Raises BadRules for a file that names what is no code list."""
    return read_rules(HERE / "facts.yaml", dict[str, PopulationCodes])


@cache
def numbers() -> dict[str, Numbered]:
    """{code list: its byte and numbers}. Raises BadRules, see :func:`read_numbers`."""
    carried = dict.fromkeys(name for population in populations().values() for name in population.every_list)
    return read_numbers((HERE / "numbers.yaml").read_text("utf-8"), carried)


@cache
def _leaves(list_id: str) -> frozenset[str]:
    return frozenset(code.id for code in code_list(list_id).leaves)


def form_of_kind() -> dict[str, str]:
    """{kind of report: the code list that only this kind has}."""
    return populations()["reports"].by_kind


@cache
def _organisation_kinds() -> list[str]:
    return [kind.id for kind in code_list("organisation_kind").codes]


def quarter(day: date) -> str:
    """The quarter of a day, as facts write it: "2026-Q4"."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def leave_facts(rows: Iterable[NewFact]) -> None:
    """Leave facts. An event that was counted before is not counted again.

    Raises :class:`CannotCount` for an unknown or missing code; nothing is stored then.
    """
    facts_to_leave = list(rows)
    layers = _layers({new.organisation for new in facts_to_leave})
    codes = Codes(layers)
    stored = [_row(new, layers[new.organisation], codes) for new in facts_to_leave]
    Fact.objects.bulk_create(stored, batch_size=500, ignore_conflicts=True)


def leave_fact(new: NewFact) -> None:
    """Leave one fact. Raises :class:`CannotCount`; see :func:`leave_facts`."""
    leave_facts([new])


def facts(population: str, quarter: str) -> Iterator[Facts]:
    """The facts of a population in a quarter ("2026-Q4"), in batches and in no order.

    An old fact is read as one of today: a code that was replaced counts as its replacement, and a code list that did
    not exist yet counts as not_given. Raises :class:`CannotCount` for a number that stands for no code.
    """
    import numpy as np  # only builds of editions count; a process that takes reports starts without it

    rows = list(Organisation.objects.values_list(_as_text("id"), "id", "kind"))
    number_of = {text: number for number, (text, _id, _kind) in enumerate(rows)}
    organisations = [organisation for _text, organisation, _kind in rows]
    kind_of_organisation = np.array([_organisation_kinds().index(kind) for _text, _id, kind in rows])
    codes = Codes(organisations)
    openers = [codes.opener(organisation, SEALED_AS) for organisation in organisations]
    stored = Fact.objects.filter(population=population, period=quarter).values_list(
        _as_text("organisation"), "key", "codes"
    )
    sealed_rows = stored.iterator(chunk_size=BATCH)
    while batch := list(islice(sealed_rows, BATCH)):
        at = [number_of[organisation] for organisation, _key, _sealed in batch]
        opened = [
            openers[number](sealed, bytes(key), quarter)
            for number, (_organisation, key, sealed) in zip(at, batch, strict=True)
        ]
        body = np.frombuffer(b"".join(opened), dtype=np.uint8).reshape(len(batch), SIZE)
        yield Facts(organisations, np.array(at), _read(population, body, kind_of_organisation[at]))


def codes_in(population: str, layer: str, body: bytes) -> dict[str, str]:
    """The codes of an opened fact of an organisation of this layer, one leaf of each list of facts.yaml."""
    said = {name: _code(name, body[numbers()[name].byte]) for name in populations()[population].every_list}
    return counted_codes(population, layer, {name: code for name, code in said.items() if code})


def counted_in(population: str, event: str) -> str | None:
    """The quarter in which an event was counted; None when it was not."""
    key = stored_digest("fact", population, event)
    return Fact.objects.filter(key=key).values_list("period", flat=True).first()


def counted_codes(population: str, layer: str, codes: Mapping[str, str]) -> dict[str, str]:
    """The codes that a fact carries at an organisation of this layer: one leaf of each list of facts.yaml. `codes` may
    have more lists and may lack some; what is missing counts as not_given where the list has that code.

    Raises :class:`CannotCount`.
    """
    if population not in populations():
        raise CannotCount(f"there is no population {population!r}")
    kind = _today("kind", codes.get("kind"))
    return {name: _counted_code(population, layer, kind, name, codes.get(name)) for name in _lists(population, kind)}


@lru_cache(maxsize=64)
def _lists(population: str, kind: str | None) -> tuple[str, ...]:
    return tuple(populations()[population].lists(kind))


@lru_cache(maxsize=16384)  # a year has a million facts, and a few thousand different codes
def _counted_code(population: str, layer: str, kind: str | None, name: str, code: str | None) -> str:
    leaves, possible = _leaves(name), populations()[population].possible(name, kind)
    code = _today(name, code)
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


def _read(population: str, body: np.ndarray, kind_of_organisation: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of :class:`Facts`, from opened facts of shape (facts, SIZE). A column has few different values, so
    each value is looked up once."""
    import numpy as np

    kinds, columns = body[:, numbers()["kind"].byte].astype(np.int64), {}
    for name in populations()[population].every_list:
        said = (kind_of_organisation << 16) + (kinds << 8) + body[:, numbers()[name].byte]
        different, which = np.unique(said, return_inverse=True)
        leaves = [
            _leaf(population, name, packed >> 16, packed >> 8 & 255, packed & 255) for packed in different.tolist()
        ]
        columns[name] = np.array(leaves)[which]
    return columns


def _leaf(population: str, name: str, kind_of_organisation: int, kind_number: int, number: int) -> int:
    """The index of a leaf in its list; -1 where this kind does not carry the list."""
    kind = _today("kind", _code("kind", kind_number))
    if name not in _lists(population, kind):
        return -1
    code = _counted_code(population, _organisation_kinds()[kind_of_organisation], kind, name, _code(name, number))
    return [leaf.id for leaf in code_list(name).leaves].index(code)


def _today(name: str, code: str | None) -> str | None:
    return None if code is None else code_list(name).today(code)


def _code(name: str, number: int) -> str | None:
    if number == 0:
        return None
    if number not in numbers()[name].by_number:
        raise CannotCount(f"{number} is the number of no code of {name}")
    return numbers()[name].by_number[number]


def _row(new: NewFact, layer: str, codes: Codes) -> Fact:
    key = stored_digest("fact", new.population, new.event)
    body = in_bytes(counted_codes(new.population, layer, new.codes), numbers())
    sealed = codes.seal_bytes(new.organisation, body, SEALED_AS, key, new.period)
    return Fact(key=key, population=new.population, organisation_id=new.organisation, period=new.period, codes=sealed)


def _layers(organisations: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Organisation.objects.filter(id__in=organisations).values_list("id", "kind"))


def _as_text(name: str) -> Cast:
    """An identifier as the database writes it. Making a UUID of each row would take as long as opening the row."""
    return Cast(name, CharField())
