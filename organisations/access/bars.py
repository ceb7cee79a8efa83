"""Who is kept out of a case: the rows that recusal and people leave, and the one place that asks them.

A recusal is for good. A suspension lasts until people say whether it is about that person. Both are keyed digests, so
that neither a dump of the database nor an administrator's list tells who was kept out; while either stands, the person
has no key, no assignment, no count and no notice of the case.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL

from organisations.access.failing_closed import failing_closed
from organisations.models import Assignment, Organisation, Recusal, Suspension
from organisations.people.relations import newly_declared
from vault.keyring.keys import Codes, stored_digest
from vault.keyring.looked_up import once

# Why somebody is suspended: `BESIDE` because of somebody else who was named or not free, to whom they are related or called alike.
NAMED, NOT_FREE, BESIDE = "named", "not_free", "beside"
_NOBODY_LOOKED = {Suspension.State.MENTIONED, Suspension.State.ASKED}  # states in which nobody answered a question yet


@dataclass(frozen=True)
class Barred:
    """Who of some people is kept out of a case, and for how long."""

    recused: frozenset[UUID] = frozenset()
    suspended: frozenset[UUID] = frozenset()

    @property
    def everybody(self) -> frozenset[UUID]:
        return self.recused | self.suspended


@dataclass(frozen=True)
class Suspended:
    """What a suspension holds sealed. `why` is :data:`NAMED`, :data:`NOT_FREE` or :data:`BESIDE`; `said_by` the identifier of who
    brought it about, who must not be the second person too, empty where nobody of the case did; `held` what ended with it and
    goes to nobody yet ({relation, capacity, organisation}); `lift_by` who first said that it is somebody else; `reason` the
    identifier of a sealed text of the file; `mentioned` the marks of words that only mention the person
    (organisations/access/mentions.py); `declared` the identifiers of the relations that the person had declared when two people let
    them back: one that came later keeps them out again."""

    person: str
    why: str = NAMED
    said_by: str = ""
    held: tuple[Mapping[str, str], ...] = field(default_factory=tuple)
    lift_by: str = ""
    reason: str = ""
    mentioned: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()


def recuse(case: UUID, people: Iterable[UUID]) -> None:
    """Remember who may never know of the case."""
    people = list(people)
    tokens = [Recusal(case=case, token=token_of(case, person)) for person in people]
    Recusal.objects.bulk_create(tokens, ignore_conflicts=True)
    ended = [token_of(case, person) for person in people]
    Suspension.objects.filter(case=case, token__in=ended).update(state=Suspension.State.FINAL, due=None)


def suspend(
    case: UUID, organisation: Organisation, people: Iterable[Suspended], state: str = Suspension.State.OPEN
) -> list[Suspension]:
    """Keep people out of the case until somebody says whether it concerns them; also those of whom that was denied
    before. `organisation`: whose key seals who it is. Who is recused stays so. Returns the rows that are new or open
    again."""
    codes, made = Codes(), []
    rows = {bytes(row.token): row for row in Suspension.objects.filter(case=case)}
    for suspended in people:
        token = token_of(case, UUID(suspended.person))
        row = rows.get(token)
        if row and row.state in {state, Suspension.State.OPEN, Suspension.State.FINAL}:
            continue
        if row and row.state == Suspension.State.MENTIONED:
            suspended = replace(suspended, mentioned=suspended_in(row, codes).mentioned)
        row = row or Suspension(id=uuid4(), case=case, token=token, organisation=organisation)
        row.state, row.due = state, None
        _seal(row, suspended, codes)
        row.save()
        made.append(row)
    return made


def keep_mentioned(case: UUID, organisation: Organisation, marks: Mapping[UUID, Collection[str]]) -> None:
    """Remember of whom a writer said only to mention them, with the marks of these words, so that it can be looked at again.
    What one writer says of words ends no question and brings nobody back."""
    codes = Codes()
    rows = {bytes(row.token): row for row in Suspension.objects.filter(case=case)} if marks else {}
    for person, new in marks.items():
        token = token_of(case, person)
        row = rows.get(token) or Suspension(
            id=uuid4(), case=case, token=token, organisation=organisation, state=Suspension.State.MENTIONED
        )
        if row.state not in _NOBODY_LOOKED:
            continue
        suspended = suspended_in(row, codes) if token in rows else Suspended(str(person))
        _seal(row, replace(suspended, mentioned=tuple(sorted({*suspended.mentioned, *new}))), codes)
        row.save()


@failing_closed()
def mentioned_in(case: UUID) -> dict[UUID, frozenset[str]]:
    """{person: marks of words} of whom a writer said only to mention them, and about whom nobody answered anything else since."""
    codes = Codes()
    opened = (suspended_in(row, codes) for row in _answered(case) if row.state in _NOBODY_LOOKED)
    return {UUID(suspended.person): frozenset(suspended.mentioned) for suspended in opened if suspended.mentioned}


def suspended_in(row: Suspension, codes: Codes | None = None) -> Suspended:
    """Who is suspended, and why. `codes`: one for all, where many are opened. Raises CannotOpen."""
    opened: dict[str, Any] = (codes or Codes()).open(row.organisation_id, bytes(row.sealed), "suspension", row.id)
    return Suspended(**{**opened, "held": tuple(opened["held"])})


def taken_over(case: UUID, people: Collection[UUID]) -> list[Suspended]:
    """What stands in another case of these people, who are out of this one until people look: whoever brought it about here must
    not be the second person there. Raises CannotOpen."""
    rows = Suspension.objects.filter(case=case, state=Suspension.State.OPEN) if people else []
    here = {UUID(one.person): one for one in map(suspended_in, rows)}
    return [Suspended(str(one), BESIDE if here[one].why == BESIDE else NAMED, here[one].said_by) for one in people]


def change_suspension(row: Suspension, **changes: Any) -> None:
    """Seal what changed of a suspension: fields of :class:`Suspended`."""
    _seal(row, replace(suspended_in(row), **changes), Codes())
    row.save(update_fields=["sealed"])


def is_barred(case: UUID, person: UUID) -> bool:
    """Whether somebody is kept out of the case, for good or until people look."""
    return bool(barred_among(case, [person]).everybody)


@failing_closed()
def barred_among(case: UUID, people: Iterable[UUID]) -> Barred:
    """Who of these people is kept out of the case. One query."""
    rows = [(bytes(token), is_recusal) for _case, token, is_recusal in _bars([case])]
    if not rows:
        return Barred()
    tokens = {person: token_of(case, person) for person in people}
    recused, suspended = ({token for token, kind in rows if kind == which} for which in (True, False))
    return Barred(
        frozenset(person for person, token in tokens.items() if token in recused),
        frozenset(person for person, token in tokens.items() if token in suspended - recused),
    )


def not_barred(case: UUID, assignments: QuerySet[Assignment]) -> list[Assignment]:
    """Those of these assignments of a case whose holders hear of it: nobody who is kept out, also where a worker has not
    ended their part yet. Two queries."""
    rows = list(assignments.select_related("person", "organisation"))
    barred = barred_among(case, [row.person_id for row in rows]).everybody
    return [row for row in rows if row.person_id not in barred]


@failing_closed()
def lifted_among(case: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Of whom of these people two others said that the case does not concern them, although they are named."""
    tokens = {bytes(row.token) for row in _answered(case) if row.state == Suspension.State.LIFTED}
    return {person for person in people if tokens and token_of(case, person) in tokens}


@failing_closed()
def still_back(case: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Those of :func:`lifted_among` who declared no relation since."""
    lifted = lifted_among(case, people)
    return lifted - newly_declared(declared_then(case, lifted)) if lifted else lifted


def declared_then(case: UUID, people: Collection[UUID]) -> dict[UUID, Collection[str]]:
    """The relations that people of :func:`lifted_among` had declared when they were let back, {person: identifiers}. Raises
    CannotOpen."""
    codes = Codes()
    tokens = {token_of(case, person): person for person in people}
    rows = [row for row in _answered(case) if row.state == Suspension.State.LIFTED and bytes(row.token) in tokens]
    return {tokens[bytes(row.token)]: suspended_in(row, codes).declared for row in rows}


def _answered(case: UUID) -> list[Suspension]:
    """The rows that keep nobody out. One query."""
    states = [Suspension.State.LIFTED, *_NOBODY_LOOKED]
    return once(("answered", case), lambda: list(Suspension.objects.filter(case=case, state__in=states)))


@failing_closed()
def barred_from_any(cases: QuerySet, people: Iterable[UUID]) -> set[UUID]:
    """Who of these people may not know of one of the cases. One query; `cases` is a queryset of identifiers, which stays
    in the database."""
    rows = [(case, bytes(token)) for case, token, _kind in _bars(cases)]
    return {person for person in people if any(token == token_of(case, person) for case, token in rows)}


@failing_closed()
def barred_in_each(cases: Collection[UUID], people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Who of these people is kept out of each of the cases, {case: people}. One query."""
    found: dict[UUID, set[UUID]] = {case: set() for case in cases}
    for case, token, _kind in _bars(cases):
        found[case] |= {person for person in people if bytes(token) == token_of(case, person)}
    return found


@failing_closed()
def barred_ones(people: Mapping[UUID, UUID]) -> set[UUID]:
    """Of {case: person}, the cases from which that person is kept out. One query."""
    return {case for case, token, _kind in _bars(list(people)) if bytes(token) == token_of(case, people[case])}


@failing_closed()
def hidden_cases(person: UUID, cases: Iterable[UUID] | RawSQL) -> set[UUID]:
    """Those of the cases of which the person may not know. One query; a query of identifiers stays in the database,
    and only the cases from which anybody at all is barred are looked at."""
    return {case for case, token, _kind in _bars(cases) if bytes(token) == token_of(case, person)}


@failing_closed()
def bars_of(person: UUID, cases: Collection[UUID]) -> tuple[QuerySet, QuerySet]:
    """The rows that keep the person out of these cases: recusals and open suspensions."""
    tokens = [token_of(case, person) for case in cases]
    return (
        Recusal.objects.filter(case__in=cases, token__in=tokens),
        Suspension.objects.filter(case__in=cases, token__in=tokens, state=Suspension.State.OPEN),
    )


def stop_counting(apart: UUID, people: Collection[UUID]) -> None:
    """Remember who is named in what was told apart, under its own identifier, and counts its case no longer: who reads neither is
    told nothing else by it."""
    tokens = (Recusal(case=apart, token=_not_counted(apart, person)) for person in people)
    Recusal.objects.bulk_create(tokens, ignore_conflicts=True)


@failing_closed()
def not_counted(person: UUID, apart: Mapping[UUID, UUID]) -> set[UUID]:
    """Of {what was told apart: its case}, the cases that the person counts no longer. One query, none without any."""
    rows = Recusal.objects.filter(case__in=list(apart)).values_list("case", "token") if apart else []
    return {apart[name] for name, token in rows if bytes(token) == _not_counted(name, person)}


def _not_counted(apart: UUID, person: UUID) -> bytes:
    return stored_digest("not-counted", apart, person)


def token_of(case: UUID, person: UUID) -> bytes:
    """What a bar of this person in this case holds: the same for a recusal and a suspension."""
    return stored_digest("recusal", case, person)


def _bars(cases: Iterable[UUID] | RawSQL) -> QuerySet:
    """(case, token, whether it is a recusal) of everybody who is kept out of one of the cases."""
    columns = ("case", "token", "is_recusal")
    recusals = Recusal.objects.filter(case__in=cases).annotate(is_recusal=Value(True))
    open_rows = Suspension.objects.filter(case__in=cases, state=Suspension.State.OPEN)
    suspensions = open_rows.annotate(is_recusal=Value(False))
    return recusals.values_list(*columns).union(suspensions.values_list(*columns), all=True)


def _seal(row: Suspension, suspended: Suspended, codes: Codes) -> None:
    body = {**vars(suspended), "held": [dict(held) for held in suspended.held]}
    row.sealed = codes.seal(row.organisation_id, body, "suspension", row.id)
