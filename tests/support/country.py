"""A simulated country without a database: counts of two years with their quarters, and what is published of them."""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections import defaultdict
from datetime import date
from functools import cache

import numpy as np

from monitor.catalogue import POPULATIONS, quarters_of
from monitor.counting import codes_of_place
from monitor.disclosure.links import Earlier
from monitor.disclosure.publication import Published, publish
from monitor.disclosure.rounding import Digest
from monitor.disclosure.system import system_of
from monitor.simulation import simulated
from organisations.models import Organisation
from organisations.register import FILE
from reporting.facts import counted_codes

YEARS = ("2024", "2025")


def digest_of(key: str, period: str):
    """Keyed digests like those of the vault, by a key that a test chooses."""

    def of(population: str) -> Digest:
        secret = f"{key}|{period}|{population}".encode()
        return lambda *parts: hmac.digest(secret, repr(parts).encode(), hashlib.sha256)

    return of


@cache
def places() -> list[Organisation]:
    with FILE.open(newline="", encoding="utf-8") as file:
        found = [Organisation(**row) for row in csv.DictReader(file)]
    return sorted((one for one in found if one.kind != "authority"), key=lambda one: one.slug)


class Country:
    """`reports` a year, over two years."""

    def __init__(self, reports: int, seed: int = 1) -> None:
        where = {one.id: one for one in places()}
        self.facts: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        drawn = simulated(places(), reports=2 * reports, years=2, seed=seed, until=date(2025, 12, 31))
        for new in (one for of_case in drawn for one in of_case):
            place = where[new.place]
            codes = counted_codes(new.population, place.kind, new.codes) | codes_of_place(place)
            self.facts[new.population, new.period].append(codes)

    @cache  # noqa: B019 a country lives as long as the test run
    def counts(self, period: str) -> dict[str, np.ndarray]:
        """The true counts of a year or a quarter; shape (cells,) for each population."""
        quarterly = "-Q" in period
        names = ["reports"] if quarterly else POPULATIONS
        return {
            name: np.sum(
                [system_of(name, quarterly).count(self.facts[name, quarter]) for quarter in quarters_of(period)], axis=0
            )
            for name in names
        }

    def published(self, key: str = "key", years: tuple[str, ...] = YEARS) -> list[dict[str, Published]]:
        """What is published of these years, each after its quarters and the years before."""
        found: list[dict[str, Published]] = []
        for year in years:
            quarters = {one: self._publish(one, key, Earlier())["reports"].named() for one in quarters_of(year)}
            before = [{name: one.named() for name, one in earlier.items()} for earlier in found]
            found.append(self._publish(year, key, Earlier(quarters, before)))
        return found

    def _publish(self, period: str, key: str, earlier: Earlier) -> dict[str, Published]:
        return publish(self.counts(period), digest_of(key, period), earlier, quarterly="-Q" in period)


@cache
def country(reports: int, seed: int = 1) -> Country:
    return Country(reports, seed)


@cache
def published(reports: int, seed: int = 1) -> tuple[dict[str, Published], ...]:
    """Two published years of a country, made once in a run."""
    return tuple(country(reports, seed).published(f"key {seed}"))
