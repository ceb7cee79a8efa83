"""A register made of a witness: single facts whose counts are exactly the cells that the witness claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np

from monitor.disclosure.system import System
from monitor.rules.catalogue import Table, as_cell, attributes
from organisations.codes import code_list

Fact = dict[str, str]


def realise(system: System, counts: np.ndarray) -> list[Fact]:
    """Facts as {dimension: leaf}; `counts` has shape (cells,). The tables of a kind hang together like a tree, so they can
    be joined one after another, each on what it shares with one that came before."""
    return [fact for kind in code_list("kind").leaves for fact in _of_kind(system, counts, kind.id)]


def _of_kind(system: System, counts: np.ndarray, kind: str) -> Iterator[Fact]:
    facts: list[Fact] = []
    known: set[str] = set()
    for number, table in enumerate(_joined_in_turn([table for table in system.tables if table.fixed in {"", kind}])):
        shared = attributes(table) & known
        rows = defaultdict(list)
        for codes in _leaves(table):
            for _one in range(counts[system.index[as_cell(codes | {"kind": kind})]]):
                rows[_key(codes, shared)].append(codes)
        if number == 0:
            facts = [codes for group in rows.values() for codes in group]
        else:
            facts = [
                fact
                | {
                    name: code
                    for name, code in rows[_key(fact, shared)].pop().items()
                    if not _is_finer(fact, name, code)
                }
                for fact in facts
            ]
        assert number == 0 or not any(rows.values())
        known |= attributes(table)
    for fact in facts:
        yield {name: _leaf(name, code) for name, code in fact.items()} | {"kind": kind}


def _joined_in_turn(tables: list[Table]) -> list[Table]:
    """Each shares with those before it only what one of them has alone."""
    left, out = {table.id: table for table in tables}, []
    while left:
        for name, table in left.items():
            others = [attributes(other) for other in left.values() if other.id != name]
            if any(attributes(table) & set().union(*others) <= other for other in others) or not others:
                out.append(left.pop(name))
                break
        else:
            raise AssertionError("the tables do not form a tree")
    return out[::-1]


def _leaves(table: Table) -> Iterator[Fact]:
    names = [dimension for dimension in table.every_dimension if dimension != "kind"]
    deepest = [[code for code in table.codes(dimension) if not table.children(dimension, code)] for dimension in names]
    for codes in product(*deepest):
        yield dict(zip(names, codes, strict=True))


def _key(codes: Mapping[str, str], shared: set[str]) -> tuple[str, ...]:
    codes_of_key = []
    for attribute in sorted(shared):
        name, _slash, level = attribute.partition("/")
        code = code_list(name)[codes[name]]
        codes_of_key.append(code.id if level == "2" or not code.parent else code.parent)
    return tuple(codes_of_key)


def _is_finer(fact: Fact, name: str, code: str) -> bool:
    """Whether the fact knows the code more exactly already."""
    return name in fact and code_list(name)[fact[name]].parent == code


def _leaf(name: str, code: str) -> str:
    return next((child.id for child in code_list(name).children(code)), code)
