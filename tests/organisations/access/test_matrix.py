"""The whole matrix of who may do what: every action of every policy table, for everything that somebody can be.

What must hold is said here a second time, in another form than the product says it: from the lines of the YAML files as a
list of demands, each of which must be met by at least one fact. No database is asked.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps

from organisations.access.policy import Standing, table
from organisations.codes import code_list
from organisations.rule_files import read_rules
from vault.compartments import Compartment

CASE = UUID(int=7)
Demand = tuple[str, frozenset[str]]  # the code of a refusal, and the facts of which one is enough


def lines() -> dict[str, dict]:
    """{action: line} as the files say it."""
    files = [Path(app.path) / "policy.yaml" for app in apps.get_app_configs()]
    found: dict[str, dict] = {}
    for file in files:
        if file.exists():
            found |= {action: line or {} for action, line in read_rules(file, dict).items()}
    return found


def demands(line: dict | None) -> list[Demand]:
    """What a line asks, in the order in which a refusal is told. An action without a line asks what nobody has."""
    if line is None:
        return [("unknown", frozenset())]
    asked: list[Demand] = [("unknown", frozenset({"active"})), ("recused", frozenset({"free"}))]
    if "roles" in line:
        asked.append(("role", frozenset(f"role {role}" for role in line["roles"])))
    if line.get("anyone_at_work"):
        asked.append(("not at work here", frozenset({"at work"})))
    if line.get("compared"):
        asked.append(("not compared", frozenset({"compared"})))
    if {"relations", "permission", "key"} & set(line):
        asked.append(("no case", frozenset({"in a case"})))
    if "relations" in line:
        asked.append(("relation", frozenset(f"relation {relation}" for relation in line["relations"])))
    if "permission" in line:
        asked.append(("permission", frozenset({f"permission {line['permission']}"})))
    if "key" in line:
        asked.append(("key", frozenset({f"key {line['key']}"})))
    if line.get("open_only"):
        asked.append(("closed", frozenset({"open"})))
    return asked


def first_unmet(asked: list[Demand], facts: frozenset[str]) -> str:
    """The code of the refusal; empty when every demand is met."""
    return next((why for why, enough in asked if not enough & facts), "")


def facts_of(standing: Standing) -> frozenset[str]:
    said = {
        "active": standing.is_active,
        "free": not standing.recused,
        "at work": standing.at_work,
        "compared": standing.is_compared,
        "in a case": standing.case is not None,
        "open": standing.is_open,
    }
    facts = {name for name, holds in said.items() if holds}
    facts |= {f"role {role}" for role in standing.roles}
    facts |= {f"relation {relation}" for relation in standing.relations}
    facts |= {f"permission {permission}" for permission in standing.permissions}
    return frozenset(facts | {f"key {key.value}" for key in standing.keys})


def everything_somebody_can_be() -> Iterator[Standing]:
    roles = [frozenset(), *(frozenset({code.id}) for code in code_list("role").codes)]
    relations = [frozenset(), *(frozenset({code.id}) for code in code_list("relation").codes)]
    content, process = "cases.read_content", "cases.follow_process"
    permissions = [frozenset(), frozenset({content}), frozenset({process}), frozenset({content, process})]
    keys = [frozenset(), *(frozenset({key}) for key in Compartment), frozenset(Compartment)]
    states = list(product([True, False], repeat=4))
    for role, (active, recused, is_open, works) in product(roles, states):
        for is_compared in (True, False):
            yield Standing(active, role, bool(role) or works, is_compared, None, recused=recused, is_open=is_open)
        for relation, permission, key in product(relations, permissions, keys):
            at_work = bool(role) or bool(relation) or works
            yield Standing(active, role, at_work, True, CASE, recused, relation, permission, key, is_open)


def test_every_cell_is_as_the_tables_say(capsys):
    asked = {action: demands(line) for action, line in lines().items()} | {"no.such.action": demands(None)}
    cells = allowed = 0
    for standing in everything_somebody_can_be():
        facts = facts_of(standing)
        for action, wanted in asked.items():
            why = first_unmet(wanted, facts)
            answer = standing.may(action)
            assert (answer.ok, answer.why) == (not why, why), (action, standing)
            cells += 1
            allowed += answer.ok
            assert not (answer.ok and (standing.recused or not standing.is_active)), (action, standing)
    assert set(table()) == set(lines())
    with capsys.disabled():
        print(f"\n{cells} cells of the matrix judged, {allowed} of them allowed")
    assert allowed < cells / 10


def full(line: dict) -> Standing:
    """Somebody who has all that the line asks, and nothing else."""
    relation = frozenset(line["relations"][:1]) if "relations" in line else frozenset()
    role = frozenset(line["roles"][:1]) if "roles" in line else frozenset()
    in_case = bool({"relations", "permission", "key"} & set(line))
    return Standing(
        is_active=True,
        roles=role,
        at_work=bool(line.get("anyone_at_work") or role or relation),
        case=CASE if in_case else None,
        relations=relation,
        permissions=frozenset({line["permission"]}) if "permission" in line else frozenset(),
        keys=frozenset({Compartment(line["key"])}) if "key" in line else frozenset(),
    )


WITHOUT = {
    "an active account": ("unknown", {"is_active": False}),
    "being free": ("recused", {"recused": True}),
    "roles": ("role", {"roles": frozenset()}),
    "anyone_at_work": ("not at work here", {"at_work": False}),
    "compared": ("not compared", {"is_compared": False}),
    "relations": ("relation", {"relations": frozenset()}),
    "permission": ("permission", {"permissions": frozenset()}),
    "key": ("key", {"keys": frozenset()}),
    "open_only": ("closed", {"is_open": False}),
}


@pytest.mark.parametrize("action", sorted(lines()))
def test_each_thing_that_a_rule_asks_is_needed_and_all_of_them_are_enough(action):
    line = lines()[action]
    assert full(line).may(action).ok
    for name, (why, gone) in WITHOUT.items():
        if name in line or name in {"an active account", "being free"}:
            answer = replace(full(line), **gone).may(action)
            assert (answer.ok, answer.why) == (False, why), (action, name)


def test_outside_a_case_nothing_is_allowed_that_asks_a_case():
    for action, line in lines().items():
        if {"relations", "permission", "key"} & set(line):
            assert replace(full(line), case=None).may(action).why == "no case"


def test_a_relation_that_a_rule_does_not_name_is_not_enough():
    for action, line in lines().items():
        for code in code_list("relation").codes:
            if "relations" in line and code.id not in line["relations"]:
                assert replace(full(line), relations=frozenset({code.id})).may(action).why == "relation"
