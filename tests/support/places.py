"""Organisations with their people, made once in a run by the product's own functions and copied into each test's database
by one statement a table: some hundred key pairs would else be made for every test."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from random import Random
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.test import Client

from organisations.access.policy import Actor
from organisations.models import Function, Organisation, Person, Role
from reporting.questions import own as own_questions
from tests.support.remembered import nothing_but
from vault.models import KeyPair, LedgerEvent, LedgerHead, OrganisationKey, Unlocker
from weerbaar.demo.people import hashed_password, invented_names, staff

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_TABLES: list[type[models.Model]] = [
    Organisation, Person, Function, Role, OrganisationKey, KeyPair, Unlocker, LedgerHead, LedgerEvent,
]  # fmt: skip
KEPT = "place_"  # begins the names of the tables in which the rows wait
_ROWS: dict[type[models.Model], list[models.Model]] = {}
_HOLDS: dict[str, tuple[UUID, dict[str, list[UUID]]]] = {}  # {name: (organisation, {function or role: people})}


@dataclass
class Place:
    """One organisation with who is what in it: `place["mayor"]` is a person."""

    organisation: Organisation
    people: dict[str, list[Person]]
    others: dict[str, Place] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Person:
        return self.people[code][0]

    def actor(self, code: str, number: int = 0) -> Actor:
        return Actor.at(self.people[code][number], self.organisation)

    def client(self, code: str, number: int = 0) -> Client:
        """A browser in which this person is signed in."""
        client = Client()
        client.force_login(self.people[code][number], backend=BACKEND)
        return client


def a_place(kind: str = "municipality") -> Place:
    """An organisation of this kind in a province, with the ministries; all live and with people."""
    own_questions._made.cache_clear()  # it knows versions by the identifier of the organisation, which is always the same
    with connection.cursor() as cursor:
        for model in _TABLES:
            columns = _columns(model)
            cursor.execute(f"INSERT INTO {_name(model)} ({columns}) SELECT {columns} FROM {_kept(model)}")  # noqa: S608
    nothing_but("places")
    rows = {model: {row.pk: _copied(row) for row in kept} for model, kept in _ROWS.items()}
    made = {
        name: Place(
            rows[Organisation][organisation],
            {code: [rows[Person][one] for one in holders] for code, holders in held.items()},
        )
        for name, (organisation, held) in _HOLDS.items()
    }
    one = made[kind]
    one.others = made
    return one


def make_places() -> None:
    """Once in a run, before any test moves the clock. Leaves the tables of `_kept`, and nothing in those of the product."""
    with transaction.atomic():
        names, hashed = invented_names(Random(1)), hashed_password()
        for name, organisation in _wanted().items():
            organisation.live, organisation.demo = organisation.kind != "authority", True
            organisation.duty_phone = "000 000 00 01"
            organisation.save()
            people = staff(organisation, hashed, names).people
            _HOLDS[name] = organisation.id, {code: _ids(holders) for code, holders in people.items()}
        _ROWS.update({model: list(model._default_manager.order_by("pk")) for model in (Organisation, Person)})
        kept = {}
        with connection.cursor() as cursor:
            for model in _TABLES:
                cursor.execute(f"SELECT {_columns(model)} FROM {_name(model)} ORDER BY {model._meta.pk.column}")  # noqa: S608
                kept[model] = cursor.fetchall()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for model, rows in kept.items():
            table, columns = _kept(model), _columns(model)
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM {_name(model)} WHERE 1 = 0")  # noqa: S608
            values = ", ".join(["%s"] * len(columns.split(", ")))
            cursor.executemany(f"INSERT INTO {table} VALUES ({values})", rows)  # noqa: S608


def _wanted() -> dict[str, Organisation]:
    return {
        "ministry": Organisation(code="MN-BZK", kind="authority", name="Ministerie van BZK", slug="ministerie-bzk"),
        "water_ministry": Organisation(
            code="MN-IENW", kind="authority", name="Ministerie van IenW", slug="ministerie-ienw"
        ),
        "province": Organisation(
            code="PV98", kind="province", name="Voorbeeldland", slug="provincie-voorbeeldland", province="PV26"
        ),
        "municipality": Organisation(
            code="GM9998", kind="municipality", name="Voorbeeldstad", slug="voorbeeldstad", province="PV26"
        ),
        "water_authority": Organisation(
            code="WS9998",
            kind="water_authority",
            name="Waterschap Voorbeeld",
            slug="waterschap-voorbeeld",
            province="PV26",
        ),
    }


def _copied(row: models.Model) -> models.Model:
    made = copy(row)
    made._state = ModelState()
    made._state.adding, made._state.db = False, connection.alias
    return made


def _name(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _kept(model: type[models.Model]) -> str:
    """The table beside the product's own in which the rows wait: one statement copies them."""
    return connection.ops.quote_name(f"{KEPT}{model._meta.db_table}")


@cache
def _columns(model: type[models.Model]) -> str:
    """But for a number that the database counts on."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    return ", ".join(connection.ops.quote_name(field.column) for field in fields)


def _ids(people: Iterable[Person]) -> list[UUID]:
    return [person.id for person in people]
