"""Who may keep an assignment when the function or role in which they were asked ends (entitlements.yaml)."""

from functools import cache
from pathlib import Path

from organisations.codes import code_list
from organisations.rule_files import read_rules


@cache
def entitlements() -> dict[str, list[str]]:
    """For each relation the functions and roles that entitle to it. Raises ValueError for a relation or a code that does not
    exist."""
    rules = read_rules(Path(__file__).with_name("entitlements.yaml"), dict[str, list[str]])
    if set(rules) != {relation.id for relation in code_list("relation").codes}:
        raise ValueError("entitlements.yaml must have every relation, and no other")
    for code in {code for codes in rules.values() for code in codes}:
        if code not in code_list("role") and code not in code_list("group"):
            raise ValueError(f"entitlements.yaml: {code} is neither a function nor a role")
    return rules
