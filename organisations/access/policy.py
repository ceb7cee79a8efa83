"""Who may do what: deny by default, over tables that each app declares in its policy.yaml.

A :class:`Standing` says what somebody is in a case, and is loaded once; what they may do follows from it without the
database. The order in which a rule is judged is in docs/domain.md#what-each-may-do-in-a-case: active account, recused,
role, at work, assignment, permission, key, state.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, Exists, F, Model, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from guardian.utils import get_user_obj_perms_model
from pydantic import BaseModel, ConfigDict

from organisations.access.bars import bars_of
from organisations.models import Assignment, Function, Organisation, Person, Role
from organisations.people.comparing import comparisons_due
from organisations.rule_files import read_rules
from vault.compartments import Compartment, grants_to
from vault.keyring.looked_up import once


@dataclass(frozen=True)
class Actor:
    """A person at work for one organisation, with what they are there today. `is_compared`: with what was reported, by what is
    known of them now (organisations/people/comparing.py)."""

    person: Person
    organisation: Organisation
    roles: frozenset[str] = field(default_factory=frozenset)
    functions: frozenset[str] = field(default_factory=frozenset)
    is_compared: bool = True

    @classmethod
    def at(cls, person: Person, organisation: Organisation) -> "Actor":
        day = timezone.localdate()
        held = {"person": person, "organisation": organisation}
        roles = Role.objects.on(day).filter(**held).order_by().values_list(Value("role", CharField()), "code")
        functions = (
            Function.objects.on(day).filter(**held).order_by().values_list(Value("function", CharField()), "code")
        )
        waits = comparisons_due(person.id).order_by().values_list(Value("waits", CharField()), "kind")
        codes: dict[str, set[str]] = {"role": set(), "function": set(), "waits": set()}
        for what, code in roles.union(functions, waits):
            codes[what].add(code)
        return cls(
            person, organisation, frozenset(codes["role"]), frozenset(codes["function"]), is_compared=not codes["waits"]
        )


class CaseLike(Protocol):
    """What policy needs to know of a case."""

    id: UUID

    @property
    def is_open(self) -> bool: ...


class Rule(BaseModel):
    """One line of a policy table. What is not named is not asked; an action that is in no table is denied. `compared`: only for
    who was compared with what was reported; a rule that asks a relation asks that by itself. `own_parts`: without a relation it
    shows nothing of a case but what somebody's own part in it gives (:func:`knowing_roles`); it allows and denies nothing."""

    model_config = ConfigDict(extra="forbid")
    roles: list[str] | None = None
    anyone_at_work: bool = False
    relations: list[str] | None = None
    permission: str = ""
    key: Compartment | None = None
    open_only: bool = False
    compared: bool = False
    own_parts: bool = False

    @property
    def asks_a_case(self) -> bool:
        return self.relations is not None or bool(self.permission) or self.key is not None


@dataclass(frozen=True)
class Answer:
    ok: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOWED = Answer(True)
NOT_COMPARED = Answer(False, "not compared")


@cache
def table() -> dict[str, Rule]:
    """All rules of all apps."""
    rules: dict[str, Rule] = {}
    for app in apps.get_app_configs():
        path = Path(app.path) / "policy.yaml"
        if path.exists():
            for action, rule in read_rules(path, dict[str, Rule | None]).items():
                if action in rules:
                    raise ValueError(f"{path}: {action} is ruled twice")
                rules[action] = rule or Rule()
    return rules


@dataclass(frozen=True)
class Standing:
    """What an actor is in one case, or outside any case (`case` is None). Data only: :meth:`may` asks no database.

    `relations` are those of assignments that the person holds today for the active organisation; `permissions` are written
    as in a policy table (`cases.read_content`); `keys` are the compartments of which the person holds a key; `at_work` says
    whether they have a role or a function in the organisation. It is true at the moment at which it was
    loaded: an act loads one of its own, after it locked the case.
    """

    is_active: bool
    roles: frozenset[str] = frozenset()
    at_work: bool = False
    is_compared: bool = True
    case: UUID | None = None
    recused: bool = False
    relations: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    keys: frozenset[Compartment] = frozenset()
    is_open: bool = True

    @property
    def reaches(self) -> bool:
        """Whether the case exists for this actor: they have an assignment in it, a permission, and are not recused."""
        return not self.recused and bool(self.relations) and bool(self.permissions)

    def may(self, action: str) -> Answer:
        """Whether this actor may do this. `why` is a code for the log, never shown for a foreign case."""
        return judge(self, table().get(action))


def judge(standing: Standing, rule: Rule | None) -> Answer:
    """The whole policy: one rule over one standing. A pure function."""
    if rule is None or not standing.is_active:
        return Answer(False, "unknown")
    if standing.recused:
        return Answer(False, "recused")
    if rule.roles is not None and not standing.roles & set(rule.roles):
        return Answer(False, "role")
    if rule.anyone_at_work and not standing.at_work:
        return Answer(False, "not at work here")
    if rule.compared and not standing.is_compared:
        return NOT_COMPARED
    if rule.asks_a_case and standing.case is None:
        return Answer(False, "no case")
    if rule.relations is not None and not standing.relations & set(rule.relations):
        return Answer(False, "relation")
    if rule.permission and rule.permission not in standing.permissions:
        return Answer(False, "permission")
    if rule.key and rule.key not in standing.keys:
        return Answer(False, "key")
    if rule.open_only and not standing.is_open:
        return Answer(False, "closed")
    if not (rule.roles or rule.anyone_at_work or rule.relations or rule.permission):
        return Answer(False, "empty rule")
    return ALLOWED


NOBODY = Standing(is_active=False)


def knowing_roles() -> frozenset[str] | None:
    """The roles by which somebody comes to know of cases in which they have no part: those of every rule that asks no case, unless
    it says `own_parts`. None: whoever is at work does."""
    known: set[str] = set()
    for rule in table().values():
        if not rule.asks_a_case and not rule.own_parts:
            if rule.anyone_at_work:
                return None
            known.update(rule.roles or ())
    return frozenset(known)


def standing_of(actor: Actor | None) -> Standing:
    """What the actor is outside any case. No query."""
    if not actor:
        return NOBODY
    at_work = bool(actor.roles or actor.functions)
    return Standing(actor.person.is_active, actor.roles, at_work, actor.is_compared)


def standings_in(actor: Actor, cases: Collection[UUID], model: type[Model]) -> dict[UUID, Standing]:
    """What the actor is in each of these cases (rows of `model`), in one query whatever their number. A case that does not
    exist has a standing in which nothing is allowed. Whether a case is open is the caller's to say (:func:`replace`)."""
    outside = standing_of(actor)
    known: dict[UUID, dict[str, set[str]]] = {case: {} for case in cases}
    for case, what, which in _all_that_counts(actor, cases, model):
        known[case].setdefault(what, set()).add(which)
    return {
        case: replace(
            outside,
            case=case,
            recused="recused" in facts,
            relations=frozenset(facts.get("relation", ())),
            permissions=frozenset(facts.get("permission", ())),
            keys=frozenset(Compartment(name) for name in facts.get("key", ())),
        )
        for case, facts in known.items()
    }


def standing_in(actor: Actor | None, case: CaseLike) -> Standing:
    """What the actor is in this case now, read from the database."""
    if not actor:
        return NOBODY
    standing = standings_in(actor, [case.id], type(cast(Model, case)))[case.id]
    return replace(standing, is_open=case.is_open)


def may(actor: Actor | None, action: str, case: CaseLike | None = None) -> Answer:
    """Whether the actor may do this (to this case), by what the database says now. An act asks this in its transaction;
    a page asks the standing that it was given."""
    return (standing_of(actor) if case is None else standing_in(actor, case)).may(action)


def cases_held(actor: Actor, *relations: str) -> RawSQL:
    """The ids of the cases in which the actor holds one of these relations (any, where none is given), for `__in`."""

    def ids() -> RawSQL:
        held = _assignments(actor).order_by()
        return written((held.filter(relation__in=relations) if relations else held).values("case"))

    return once(("cases held", actor.person.id, actor.organisation.id, relations), ids)


def written(ids: QuerySet) -> RawSQL:
    """A query of ids as the SQL that it is: where many parts of a larger query ask the same, Django would else build it
    anew and rename what is in it for each of them. On the worklist that took most of the time."""
    return RawSQL(*ids.query.sql_with_params())  # noqa: S611  Django wrote it itself


def _assignments(actor: Actor) -> QuerySet[Assignment]:
    """Those that the actor holds now: none as long as they were not compared with what was reported. Whatever is read of any
    case begins here."""
    held = Assignment.objects.holding().filter(person=actor.person, organisation=actor.organisation)
    return held.exclude(Exists(comparisons_due(actor.person.id)))


def _all_that_counts(actor: Actor, cases: Collection[UUID], model: type[Model]) -> QuerySet:
    """(case, what, which) for every fact that decides what the actor may do: "recused", "relation", "permission", "key".
    Guardian's rows count when they name the person: nobody has one through a group."""
    person = actor.person.id
    relations = _rows(_assignments(actor).filter(case__in=cases), "case", "relation", "relation")
    rows = get_user_obj_perms_model(cast(Any, model))._default_manager.filter(user=person, content_object__in=cases)
    name = Concat("permission__content_type__app_label", Value("."), "permission__codename")
    permissions = _rows(rows, "content_object_id", "permission", name)
    keys = _rows(grants_to(person, cases), "case", "key", "compartment")
    recused, suspended = (_rows(bars, "case", "recused", Value("")) for bars in bars_of(person, cases))
    return recused.union(suspended, relations, permissions, keys)


def _rows(rows: QuerySet, case: str, what: str, which) -> QuerySet:
    return rows.order_by().values_list(F(case), Value(what, CharField()), Cast(which, CharField()), named=False)
