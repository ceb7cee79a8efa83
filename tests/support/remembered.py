"""Cases that many tests begin with, made once in a run by the product's own functions and put back as rows after that.

A test's database holds exactly an organisation when :func:`tests.support.places.a_place` has made it, and then exactly what
the test did since. SQLite counts every row that a connection writes, so it is known whether anything else was written: then,
and wherever the clock, the settings or the language are not the usual ones, everything is made as ever. On PostgreSQL
nothing is remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import get_language

T = TypeVar("T")
LATELY = 600  # seconds: nothing that is put back is older, nor of another day
_USUAL = {"clock": time.time() - time.monotonic()}


@dataclass
class _Here:
    """What the database of the running test holds, as long as nobody else wrote: what it came from, and the count of rows
    written until then."""

    steps: tuple[Hashable, ...] = ()
    written: int = -1
    is_usable: Callable[[], bool] = lambda: False


@dataclass
class _Rows:
    """What a step left: rows that went or changed, by key, and rows that came or changed. `result` is what it returned."""

    result: Any
    gone: dict[str, list[tuple]] = field(default_factory=dict)
    come: dict[str, list[tuple]] = field(default_factory=dict)


_HERE = _Here()
_REMEMBERED: dict[tuple[Hashable, ...], _Rows] = {}


def begin(is_usable: Callable[[], bool]) -> None:
    """A test begins. `is_usable`: whether nothing that it asked for until now changes how the product behaves."""
    _HERE.steps, _HERE.written, _HERE.is_usable = (), -1, is_usable


def nothing_but(step: Hashable) -> None:
    """The database holds what this step makes, and nothing else."""
    if connection.vendor == "sqlite" and _HERE.is_usable() and _HERE.written == -1:
        _HERE.steps, _HERE.written = (step,), _count()


def remembered(step: Hashable, make: Callable[[], T], what: Callable[[T], Any], load: Callable[[Any], T]) -> T:
    """What `make` gives. `what` says of it what finds it again (plain values), and `load` finds it by that."""
    if not _is_known():
        return make()
    steps = (*_HERE.steps, step)
    lately = int(time.time()) // LATELY
    if (kept := _REMEMBERED.get((lately, *steps))) is None:
        before = _everything()
        made = make()
        _REMEMBERED[lately, *steps] = _differences(what(made), before)
        found = made
    else:
        _put_back(kept)
        found = load(kept.result)
    _HERE.steps, _HERE.written = steps, _count()
    return found


def _is_known() -> bool:
    if _HERE.written == -1 or not _HERE.is_usable():
        return False
    usual = abs(time.time() - time.monotonic() - _USUAL["clock"]) < 1 and get_language() == settings.LANGUAGE_CODE
    return usual and _HERE.written == _count()


def _count() -> int:
    return connection.connection.execute("SELECT total_changes()").fetchone()[0]


@cache
def _tables() -> dict[str, int]:
    """{table: place of its key in a row}"""
    kept: list[type[models.Model]] = [
        model for model in apps.get_models(include_auto_created=True) if model._meta.managed
    ]
    return {
        model._meta.db_table: [one.column for one in model._meta.concrete_fields].index(model._meta.pk.column)
        for model in kept
    }


@cache
def _columns(table: str) -> str:
    model = next(one for one in apps.get_models(include_auto_created=True) if one._meta.db_table == table)
    return ", ".join(f'"{one.column}"' for one in model._meta.concrete_fields)


def _everything() -> dict[str, set[tuple]]:
    ask = connection.connection.execute
    return {table: set(ask(f'SELECT {_columns(table)} FROM "{table}"')) for table in _tables()}  # noqa: S608


def _differences(result: Any, before: dict[str, set[tuple]]) -> _Rows:
    rows, after = _Rows(result), _everything()
    for table, key in _tables().items():
        if gone := before[table] - after[table]:
            rows.gone[table] = [(row[key],) for row in gone]
        if come := after[table] - before[table]:
            rows.come[table] = sorted(come, key=lambda row: str(row[key]))
    return rows


def _put_back(rows: _Rows) -> None:
    many = connection.connection.executemany
    with transaction.atomic():  # rows refer to each other, which is judged at the end
        for table, gone in rows.gone.items():
            columns = _columns(table).split(", ")
            many(f'DELETE FROM "{table}" WHERE {columns[_tables()[table]]} = ?', gone)  # noqa: S608
        for table, come in rows.come.items():
            blanks = ", ".join("?" * len(come[0]))
            many(f'INSERT INTO "{table}" ({_columns(table)}) VALUES ({blanks})', come)  # noqa: S608
