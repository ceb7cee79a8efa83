"""May this actor do this? One function, deny by default, over tables that each app declares in its policy.yaml.

Order (docs/domain.md#what-each-may-do-in-a-case): active account, recused, task in the case, key, state, and what the rule asks.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from guardian.utils import get_user_obj_perms_model
from pydantic import BaseModel, ConfigDict

from organisations.access.recusal import is_recused
from organisations.models import Assignment, Function, Organisation, Person, Role
from organisations.rule_files import read_rules
from vault.compartments import Compartment, compartments_of


@dataclass(frozen=True)
class Actor:
    """A person at work for one organisation, with what they are there today."""

    person: Person
    organisation: Organisation
    roles: frozenset[str] = field(default_factory=frozenset)
    functions: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def at(cls, person: Person, organisation: Organisation) -> "Actor":
        day = timezone.localdate()
        held = {"person": person, "organisation": organisation}
        roles = Role.objects.on(day).filter(**held).values_list("code", flat=True)
        functions = Function.objects.on(day).filter(**held).values_list("code", flat=True)
        return cls(person, organisation, frozenset(roles), frozenset(functions))


class CaseLike(Protocol):
    """What policy needs to know of a case."""

    id: UUID

    @property
    def is_open(self) -> bool: ...


class Rule(BaseModel):
    """One line of a policy table. What is not named is not asked; an action that is in no table is denied."""

    model_config = ConfigDict(extra="forbid")
    roles: list[str] | None = None
    anyone_at_work: bool = False
    relations: list[str] | None = None
    permission: str = ""
    key: Compartment | None = None
    open_only: bool = False


@dataclass(frozen=True)
class Answer:
    ok: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.ok


ALLOWED = Answer(True)


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


def may(actor: Actor | None, action: str, case: CaseLike | None = None) -> Answer:
    """Whether the actor may do this (to this case). `why` is a code for the log, never shown for a foreign case."""
    rule = table().get(action)
    if rule is None or not actor or not actor.person.is_active:
        return Answer(False, "unknown")
    if case is not None and is_recused(case.id, actor.person.id):
        return Answer(False, "recused")
    if rule.roles is not None and not actor.roles & set(rule.roles):
        return Answer(False, "role")
    if rule.anyone_at_work and not (actor.roles or actor.functions or _has_task(actor)):
        return Answer(False, "not at work here")
    if (rule.relations is not None or rule.permission or rule.key) and case is None:
        return Answer(False, "no case")
    if rule.relations is not None and not _has_task(actor, case, rule.relations):
        return Answer(False, "relation")
    if rule.permission and not _has_row(actor.person, rule.permission, cast(Model, case)):
        return Answer(False, "permission")
    if rule.key and case and rule.key not in compartments_of(case.id, actor.person.id):
        return Answer(False, "key")
    if rule.open_only and case and not case.is_open:
        return Answer(False, "closed")
    if not (rule.roles or rule.anyone_at_work or rule.relations or rule.permission):
        return Answer(False, "empty rule")
    return ALLOWED


def _has_row(person: Person, permission: str, case: Model) -> bool:
    """Whether the person has guardian's row for this case. Nobody has one through a group."""
    app, codename = permission.split(".")
    named = {"permission__codename": codename, "permission__content_type__app_label": app}
    return get_user_obj_perms_model(case)._default_manager.filter(user=person, content_object=case, **named).exists()


def _has_task(actor: Actor, case: CaseLike | None = None, relations: list[str] | None = None) -> bool:
    tasks = Assignment.objects.filter(person=actor.person, organisation=actor.organisation, ended=False)
    if case is not None:
        tasks = tasks.filter(case=case.id)
    if relations is not None:
        tasks = tasks.filter(relation__in=relations)
    return tasks.exists()
