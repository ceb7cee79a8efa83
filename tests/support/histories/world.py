"""The small world of the histories: three organisations and whoever works there, made once in a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from unittest import mock

import time_machine
from django.db import models, transaction
from django.db.models.base import ModelState
from django.utils import timezone

from organisations.models import Function, Organisation, Person, Role
from organisations.name_parts import NameParts
from organisations.people.appointments import appoint, take_office
from vault.models import KeyPair, LedgerEvent, LedgerHead, OrganisationKey, Unlocker

# Who knows of every case of an organisation by a role, or takes over there: who writes is asked about them in each case. Of others
# it depends on the row of the case whether they could come to know.
ALWAYS_ASKED_ABOUT = {"officer", "coordinator", "confidential_adviser", "chair", "reception", "archivist"}
SINCE = timedelta(days=900)
MOMENT = datetime(2027, 2, 2, 10, tzinfo=UTC)  # a Tuesday
_TABLES: list[type[models.Model]] = [
    Organisation, Person, Function, Role, OrganisationKey, KeyPair, Unlocker, LedgerHead, LedgerEvent,
]  # fmt: skip
_ROWS: dict[type[models.Model], list[models.Model]] = {}
# {organisation: [(functions and roles, parts of the name)]}: short, shared, doubled and foreign surnames, with prefixes.
_STAFF = {
    "town": [
        ("mayor chair", NameParts("Q.", "Quinten", "de", "Haan")),
        ("registrar", NameParts("B.", "Bram", "van de", "Pol")),
        ("general_secretary", NameParts("K.", "Kim", "", "Bos")),
        ("coordinator", NameParts("S.", "Samir", "", "Jansen")),
        ("officer", NameParts("K.", "Karim", "de", "Vries", "", "Bakker")),
        ("officer", NameParts("M.", "Małgorzata", "", "Öztürk")),
        ("officer", NameParts("W.", "Wei", "", "Jansen")),
        ("confidential_adviser", NameParts("J.", "Jürgen", "", "Müller")),
        ("confidential_adviser", NameParts("H.", "Hanna", "", "Evers")),
        ("alderman", NameParts("E.", "Esra", "", "Schouten")),
        ("administrator", NameParts("F.", "Fatima", "", "el Amrani")),
        ("employee", NameParts("Y.", "Yusuf", "van", "Wijk")),
    ],
    "province": [
        ("kc_cabinet", NameParts("T.", "Tess", "", "Hoekstra")),
        ("kc_cabinet", NameParts("A.", "Anouk", "ter", "Horst")),
        ("officer", NameParts("L.", "Lech", "", "Wałęsa")),
        ("coordinator", NameParts("R.", "Rianne", "", "Veenstra")),
    ],
    "ministry": [
        ("ministry_desk", NameParts("P.", "Petra", "", "Mulder")),
        ("ministry_desk", NameParts("S.", "Sjoukje", "", "Ramdin")),
        ("officer", NameParts("D.", "Deniz", "", "Yıldız")),
    ],
}


@dataclass
class World:
    """The organisations, and everybody in them in a fixed order."""

    town: Organisation
    province: Organisation
    ministry: Organisation
    people: list[Person]

    def __getitem__(self, surname: str) -> Person:
        """Whoever is called so, as the database knows them now."""
        return Person.objects.get(id=next(person.id for person in self.people if person.surname == surname))

    def named(self, given_name: str) -> Person:
        return next(person for person in self.people if person.given_names == given_name)

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        return self.town, self.province, self.ministry


def a_world() -> World:
    """A town of twelve people, with those of its province and a ministry. Made once in a process, then copied."""
    if not _ROWS:
        with settled(0), transaction.atomic():
            _make()
            _ROWS.update({model: list(model._default_manager.order_by("pk")) for model in _TABLES})
            transaction.set_rollback(True)
    rows = {model: [_copied(row) for row in made] for model, made in _ROWS.items()}
    for model, copies in rows.items():
        model._default_manager.bulk_create(copies)
    at: dict[str, Any] = {organisation.slug: organisation for organisation in rows[Organisation]}
    return World(at["stad"], at["land"], at["dienst"], sorted(rows[Person], key=lambda person: person.email))


def _make() -> None:
    wanted = {
        "town": Organisation(code="GM9997", kind="municipality", name="Stad", slug="stad", province="PV26"),
        "province": Organisation(code="PV97", kind="province", name="Land", slug="land", province="PV26"),
        "ministry": Organisation(code="MN-BZK", kind="authority", name="Dienst", slug="dienst"),
    }
    since = timezone.localdate() - SINCE
    number = 0
    for name, organisation in wanted.items():
        organisation.live = organisation.kind != "authority"
        organisation.save()
        for codes, parts in _STAFF[name]:
            number += 1
            person = Person(email=f"mens{number:02}@stad.demo", password="!")
            person.take_parts(parts)
            person.save()
            for code in codes.split():
                if code in {role.id for role in _roles()}:
                    appoint(person, organisation, code, since=since)
                else:
                    take_office(person, organisation, code, since=since)


def _roles():
    from organisations.codes import code_list

    return code_list("role").codes


def _copied(row: models.Model) -> models.Model:
    made = copy(row)
    made._state = ModelState()
    if isinstance(made._meta.pk, models.AutoField):
        made.pk = None
    return made


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def settled(seed: int) -> Iterator[Random]:
    """Inside, the clock stands still, and identifiers, and with them the order of everything that has no other order, follow
    from the seed: the same history is the same in every run. Gives what they follow from."""
    chance = Random(seed)
    with time_machine.travel(MOMENT, tick=False), mock.patch("os.urandom", chance.randbytes):
        yield chance
