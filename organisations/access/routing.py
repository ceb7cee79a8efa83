"""Who handles a report: one resolver over routing.yaml, asked in the request that submits it.

Recusal comes first: nobody who is recused is ever a candidate. The chain of a row ends with a party outside the
organisation; where even that finds nobody, :class:`NobodyLeft` tells the caller to keep the report for the recovery key.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from organisations.access.failing_closed import failing_closed
from organisations.access.recusal import Circle, KeptOut, Near, keep_out, near
from organisations.codes import Code, UnknownCode
from organisations.models import Organisation, Person, function_code
from organisations.people.appointments import Rosters
from organisations.rule_files import read_rules

MOST_IDENTITY_HOLDERS = 2
# Where nobody may open something, two of these hear that something is new: the first who are not kept out.
ALARMED = ("administrator", "auditor", "general_secretary", "registrar", "archivist")
RECEPTION = "reception"
TAKING_OVER = ("officer", "coordinator")  # roles whose people take over a task in whatever organisation handles a case
COLLEAGUES = (*TAKING_OVER, "confidential_adviser")


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    handler: list[str]
    support: list[str | list[str]]
    fallback: list[str]
    judge: str


class Alias(BaseModel):
    model_config = ConfigDict(extra="forbid")
    same_as: str = Field(alias="as")


class Party(BaseModel):
    model_config = ConfigDict(extra="forbid")
    organisation: str
    holders: str


class Rules(BaseModel):
    """The schema of routing.yaml. Refuses a step that nobody can hold, and a row that is not in the order."""

    model_config = ConfigDict(extra="forbid")
    escalation_order: list[str]
    chair: dict[str, str]
    last_resort: dict[str, str]
    parties: dict[str, Party]
    by_subject: dict[str, Row | Alias]
    by_kind: dict[str, Row]

    @model_validator(mode="after")
    def _only_known_steps(self) -> "Rules":
        if set(self.escalation_order) != set(self.by_subject):
            raise ValueError("escalation_order and by_subject must name the same functions")
        rows = [*self.by_kind.values(), *(self.row(subject) for subject in self.by_subject)]
        for row in rows:
            support = [code for entry in row.support for code in ([entry] if isinstance(entry, str) else entry)]
            for step in (*row.handler, *row.fallback, *support, *self.last_resort.values()):
                if step != "chair" and step not in self.parties:
                    try:
                        function_code(step)
                    except UnknownCode as error:
                        raise ValueError(str(error)) from None
        return self

    def row(self, subject: str) -> Row:
        """The row of a subject's function; of a function that has none, that of "unknown"."""
        row = self.by_subject.get(subject) or self.by_subject["unknown"]
        return self.row(row.same_as) if isinstance(row, Alias) else row


@cache
def rules() -> Rules:
    return read_rules(Path(__file__).with_name("routing.yaml"), Rules)


@cache
def watching() -> frozenset[str]:
    """The functions and roles of everybody who could ever come to know of a report: :func:`guarding`, and who reads at the
    reception what came of one."""
    return guarding() | {RECEPTION}


@cache
def guarding() -> frozenset[str]:
    """The functions and roles of everybody who could ever handle, support or count a report, or hear that nobody may."""
    rows = [*rules().by_kind.values(), *(rules().row(subject) for subject in rules().by_subject)]
    steps: set[str] = {"coordinator", "officer", "confidential_adviser", "chair", *rules().chair.values()}
    for row in rows:
        support = [code for entry in row.support for code in ([entry] if isinstance(entry, str) else entry)]
        steps.update(*(row.handler, row.fallback, support), rules().last_resort.values())
    return frozenset(steps | {party.holders for party in rules().parties.values()} | set(ALARMED))


@dataclass(frozen=True)
class Reader:
    """Somebody who gets an assignment in the case, as the summary shows it before sending."""

    person: Person
    organisation: Organisation
    relation: str
    capacity: str
    reads_content: bool
    reads_identity: bool = False

    @property
    def capacity_label(self) -> Code:
        return function_code(self.capacity)


@dataclass(frozen=True)
class Route:
    """Where a report goes, and who reads it there."""

    organisation: Organisation
    handled_by: Organisation
    row: str
    judge: str
    readers: tuple[Reader, ...]

    @property
    def fingerprint(self) -> str:
        """Changes when what the summary shows of its readers changes. It tells no person."""
        parts = sorted(
            f"{reader.organisation.id}:{reader.capacity}:{reader.relation}"
            f":{reader.reads_content:d}{reader.reads_identity:d}"
            for reader in self.readers
        )
        return hashlib.sha256(f"{self.handled_by.id};{','.join(parts)}".encode()).hexdigest()

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of who gets a part in the case, each once, in the order of the readers."""
        return tuple(dict.fromkeys(reader.capacity for reader in self.readers))


class NobodyLeft(Exception):
    """The whole chain is kept out or empty."""

    def __init__(self, kept_out: KeptOut) -> None:
        super().__init__("nobody is left to handle this")
        self.kept_out = kept_out


class NoAdviser(Exception):
    """Nobody can keep the name of a confidential reporter."""


def row_of(kind: str, circle: Circle, target_function: str = "") -> tuple[str, Row]:
    """The row of the routing table: the highest function concerned decides, else the kind of report."""
    order = rules().escalation_order
    concerned = sorted(
        (subject.function if subject.function in order else "unknown" for subject in circle.subjects), key=order.index
    )
    if concerned:
        return concerned[0], rules().row(concerned[0])
    if kind == "integrity":
        return "unknown", rules().row("unknown")
    if kind == "pressure":
        return kind, rules().by_kind[kind]
    name = (
        "safety_official"
        if target_function in {"employee", "registrar", "general_secretary"}
        else "safety_office_holder"
    )
    return name, rules().by_kind[name]


def reachable(organisation: Organisation, circle: Circle, kind: str) -> list[Organisation]:
    """Every organisation of which somebody could come to know of the report."""
    _name, row = row_of(kind, circle, circle.reporter_function)
    steps = [*row.handler, *row.fallback, rules().last_resort[organisation.kind]]
    steps += [code for entry in row.support for code in ([entry] if isinstance(entry, str) else entry)]
    places = [at for step in dict.fromkeys(steps) for at, _code in _where(organisation, step)]
    return list({at.id: at for at in (organisation, *places)}.values())


@failing_closed()
def judged(organisation: Organisation, kind: str, circle: Circle, day: date, people: Near | None = None) -> KeptOut:
    """Who is kept out of a report, among everybody who could come to know of it. `people`: they, where they were looked
    up already. Raises :class:`~organisations.access.failing_closed.CannotWeigh`."""
    if not circle.is_said and not circle.earlier:
        return KeptOut()
    where = reachable(organisation, circle, kind)
    return keep_out(circle, people or near(organisation, where, watching(), day, circle.chosen))


def route(
    organisation: Organisation,
    kind: str,
    circle: Circle,
    known_as: str,
    day: date,
    rosters: Rosters | None = None,
    *,
    kept_out: KeptOut | None = None,
    needs_adviser: bool = True,
) -> Route:
    """Decide who handles, works, reads along and supports. `rosters` are of the same request, or none; `kept_out` is what
    :func:`judged` said of this circle, where it was asked already.

    Raises :class:`NobodyLeft`, and :class:`NoAdviser` when a confidential report has nobody for the name; where
    `needs_adviser` is false, it then goes without.
    """
    kept_out = judged(organisation, kind, circle, day) if kept_out is None else kept_out
    name, row = row_of(kind, circle, circle.reporter_function)
    used = set(kept_out.everybody)
    rosters = rosters or Rosters(day)

    def free(at: Organisation, code: str) -> list[Person]:
        return [person for person in rosters.holders(at, code) if person.id not in used]

    for step in (*row.handler, *row.fallback, rules().last_resort[organisation.kind]):
        first = next(((at, code, free(at, code)) for at, code in _where(organisation, step) if free(at, code)), None)
        if first:
            handled_by, capacity, candidates = first
            break
    else:
        raise NobodyLeft(kept_out)

    named = known_as == "named"
    readers = [Reader(candidates[0], handled_by, "handler", capacity, True, named)]
    used.add(candidates[0].id)
    # A party outside has no officers of ours: its next holders work the case.
    officers = [(person, "officer") for person in free(handled_by, "officer")]
    officers += [
        (person, capacity) for person in candidates[1:] if person.id not in {officer.id for officer, _ in officers}
    ]
    for (person, code), relation in zip(officers, ("case_officer", "co_reader"), strict=False):
        readers.append(Reader(person, handled_by, relation, code, True, named))
        used.add(person.id)

    if known_as == "confidential":
        advisers = free(organisation, "confidential_adviser") or free(handled_by, "confidential_adviser")
        if not advisers and needs_adviser:
            raise NoAdviser
        at = organisation if free(organisation, "confidential_adviser") else handled_by
        for person in advisers[:MOST_IDENTITY_HOLDERS]:
            readers.append(Reader(person, at, "adviser", "confidential_adviser", True, True))
            used.add(person.id)

    for entry in row.support:
        for code in [entry] if isinstance(entry, str) else entry:
            options = [(at, step, person) for at, step in _where(organisation, code) for person in free(at, step)]
            if options:
                at, step, person = options[0]
                readers.append(Reader(person, at, "support", step, False))
                used.add(person.id)
                break
    return Route(organisation, handled_by, name, row.judge, tuple(readers))


def chain(organisation: Organisation, row_name: str) -> Iterator[tuple[Organisation, str]]:
    """Where to look for a handler, first to last; it ends outside the organisation. For a case that runs already."""
    row = rules().by_kind.get(row_name) or rules().row(row_name)
    for step in (*row.handler, *row.fallback, rules().last_resort[organisation.kind]):
        yield from _where(organisation, step)


def supporters(organisation: Organisation, row_name: str) -> Iterator[tuple[Organisation, str]]:
    """Where to look for who guards the process of a case that runs already."""
    row = rules().by_kind.get(row_name) or rules().row(row_name)
    for entry in row.support:
        for code in [entry] if isinstance(entry, str) else entry:
            yield from _where(organisation, code)


def could_come(organisation: Organisation, row_name: str) -> set[tuple[UUID, str]]:
    """(organisation, function or role) of whoever can get a part in a case of this row that runs already, or hears where nobody
    may open it."""
    steps = {(at.id, code) for at, code in (*chain(organisation, row_name), *supporters(organisation, row_name))}
    return steps | {(organisation.id, code) for code in (*COLLEAGUES, *ALARMED)}


def likely_handlers(organisation: Organisation, rosters: Rosters) -> list[tuple[str, Person]]:
    """Everybody of the organisation that a reporter may want to keep out: (function or role, person)."""
    wanted = ["chair", "registrar", "general_secretary", "coordinator", "officer", "confidential_adviser"]
    handlers = [
        (code, person)
        for step in wanted
        for at, code in _where(organisation, step)
        for person in rosters.holders(at, code)
    ]
    return list({person.id: (code, person) for code, person in reversed(handlers)}.values())[::-1]


def _where(organisation: Organisation, step: str) -> Iterator[tuple[Organisation, str]]:
    """The organisation and the function or role that a step of a chain means, if there is one."""
    if step == "chair":
        if organisation.kind in rules().chair:
            yield organisation, rules().chair[organisation.kind]
        return
    party = rules().parties.get(step)
    if party is None:
        yield organisation, step
        return
    if party.organisation == "province":
        at = Organisation.objects.filter(kind="province", province=organisation.province).exclude(province="").first()
    elif party.organisation == "sister":
        at = organisation.sister
    else:
        at = Organisation.objects.filter(code=party.organisation).first()
    if at:
        yield at, party.holders
