"""Editions for tests: built and proven once in a run, then copied into each test's database."""

from __future__ import annotations

from copy import copy
from datetime import date
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models.base import ModelState
from django.test import Client

from monitor.editions.archive import PUBLISHER
from monitor.editions.build import build_edition
from monitor.editions.release import release
from monitor.editions.simulation import simulate
from monitor.models import Edition
from monitor.reading.tables import rows_of
from monitor.rules.indicators import Rows
from organisations.access.policy import Actor
from organisations.models import Organisation, Person
from organisations.people.appointments import appoint
from organisations.register.register import load_register
from tests.support.pages import in_one_line
from tests.support.shared import made_once
from vault.models import OrganisationKey, SigningKey

SEED = 7
REPORTS = 1800  # over two years
PERIODS = [f"{year}{part}" for year in (2024, 2025) for part in ("-Q1", "-Q2", "-Q3", "-Q4", "")]


def publishers() -> tuple[Actor, Actor]:
    """Two people of the ministry who may publish figures."""
    ministry, _made = Organisation.objects.get_or_create(
        slug="ministerie-bzk", defaults={"kind": "authority", "name": "Ministerie van BZK", "code": "MN-BZK"}
    )
    actors = []
    for number in (1, 2):
        email = f"publisher{number}@ministerie-bzk.test"
        person = Person.objects.filter(email=email).first()
        if person is None:
            person = Person.objects.create_person(f"Publisher {number}", email)
            appoint(person, ministry, "publisher", since=date(2020, 1, 1))
        actors.append(Actor.at(person, ministry))
    return actors[0], actors[1]


def the_register(reports: int = REPORTS, seed: int = SEED) -> None:
    """All organisations, which all take part but told nothing of themselves, and simulated facts of 2024 and 2025."""
    load_register()
    Organisation.objects.reportable().update(takes_part_since=date(2024, 1, 1))
    simulate(reports=reports, years=2, seed=seed, until=date(2025, 12, 31))


def publish(period: str) -> Edition:
    """Build and release an edition of what is counted in this database."""
    first, second = publishers()
    build_edition(period, proposed_by=first.person)
    return release(period, second)


def the_editions(*periods: str) -> list[Edition]:
    """Published editions of the simulated register: of these periods, or all ten of 2024 and 2025."""
    built, keys = _built()
    first, second = publishers()
    if not SigningKey.objects.filter(organisation=PUBLISHER).exists():
        for key in map(_anew, keys):
            key.pk = None
            key.save(force_insert=True)
    return [_copied(*built[period], first, second) for period in PERIODS if not periods or period in periods]


def a_draft_edition(period: str) -> Edition:
    """One that the first publisher built and nobody released yet. The facts that it counts are not there."""
    the_editions(period)
    Edition.objects.filter(id=period).update(status="draft", released_by=None, published_at=None)
    return Edition.objects.get(id=period)


@cache
def _built() -> tuple[dict[str, tuple[Edition, list]], list[OrganisationKey | SigningKey]]:
    """Each edition with its parts, and the keys by which they are signed."""
    return made_once("editions", _build)


def _build() -> tuple[dict[str, tuple[Edition, list]], list[OrganisationKey | SigningKey]]:
    built = {}
    with transaction.atomic():
        # What the first test that asks has in its database is not counted: each run builds the same.
        Organisation.objects.update(kind="authority")
        the_register()
        for period in PERIODS:
            edition = publish(period)
            built[period] = edition, [*edition.stored.all(), edition.proof, edition.profile]
        keys = [
            *OrganisationKey.objects.filter(organisation=PUBLISHER),
            *SigningKey.objects.filter(organisation=PUBLISHER),
        ]
        transaction.set_rollback(True)
    return built, keys


def _copied(built: Edition, parts: list, first: Actor, second: Actor) -> Edition:
    """The same rows under this database's people."""
    edition = _anew(built)
    edition.proposed_by, edition.released_by = first.person, second.person
    edition.save(force_insert=True)
    for model in {type(part) for part in parts}:
        copies = [_anew(part) for part in parts if type(part) is model]
        for part_copy in copies:
            part_copy.pk, part_copy.edition = None, edition
        model._default_manager.bulk_create(copies)
    return Edition.objects.get(id=edition.id)


def _anew(row: Any) -> Any:
    fresh = copy(row)
    fresh._state = ModelState()
    return fresh


def page_of(address: str, status: int = 200) -> str:
    """A public page as everybody gets it."""
    answer = Client().get(address)
    assert answer.status_code == status, address
    return in_one_line(answer.content.decode())


def rows_in(edition: Edition, table: str) -> Rows:
    return rows_of(edition.stored.get(table=table))
