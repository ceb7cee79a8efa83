"""A simulated country without a database: counts of two years with their quarters, and what is published of them."""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

import numpy as np

from monitor.disclosure.history import History, PublishedYear, Values
from monitor.disclosure.publication import Publication, publish
from monitor.disclosure.rounding import Digest
from monitor.disclosure.system import system_of
from monitor.editions.counting import codes_of_organisation
from monitor.editions.simulation import simulated
from monitor.rules.catalogue import POPULATIONS, catalogue
from monitor.rules.periods import quarters_of
from organisations.models import Organisation
from organisations.register.register import FILE
from reporting.counting.facts import counted_codes

YEARS = ("2024", "2025")


def digest_of(key: str, period: str):
    """Keyed digests like those of the vault, by a key that a test chooses."""

    def of(population: str) -> Digest:
        secret = f"{key}|{period}|{population}".encode()
        return lambda *parts: hmac.digest(secret, repr(parts).encode(), hashlib.sha256)

    return of


def published_year(values: Mapping[str, Values]) -> PublishedYear:
    """A year that was published with the catalogue of today; `values`: {population: {cell: value}}."""
    return PublishedYear(
        {
            name: {cell: catalogue().window(cell, value) for cell, value in cells.items()}
            for name, cells in values.items()
        }
    )


@cache
def places() -> list[Organisation]:
    with FILE.open(newline="", encoding="utf-8") as file:
        organisations = [Organisation(**row) for row in csv.DictReader(file)]
    return sorted(
        (organisation for organisation in organisations if organisation.kind != "authority"),
        key=lambda organisation: organisation.slug,
    )


def cell_values(publications: Mapping[str, Publication]) -> dict[str, Values]:
    return {name: publication.values_by_cell() for name, publication in publications.items()}


class Country:
    """`reports` a year, over two years."""

    def __init__(self, reports: int, seed: int = 1) -> None:
        where = {organisation.id: organisation for organisation in places()}
        self.facts: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        self.cases: list[list[tuple[str, str, dict[str, str]]]] = []
        for drawn in simulated(places(), reports=2 * reports, years=2, seed=seed, until=date(2025, 12, 31)):
            self.cases.append([])
            for new in drawn:
                organisation = where[new.organisation]
                codes = counted_codes(new.population, organisation.kind, new.codes) | codes_of_organisation(
                    organisation
                )
                self.facts[new.population, new.period].append(codes)
                self.cases[-1].append((new.population, new.period, codes))

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

    def slim(self) -> Country:
        """Without its single facts but a few: its counts stay."""
        for year in YEARS:
            for period in (*quarters_of(year), year):
                self.counts(period)
        self.facts = defaultdict(list, {key: facts[:3] for key, facts in self.facts.items()})
        self.cases = self.cases[:400]
        return self

    def published(self, key: str = "key", years: tuple[str, ...] = YEARS) -> list[dict[str, Publication]]:
        """What is published of these years, each after its quarters and the years before."""
        years_published: list[dict[str, Publication]] = []
        for year in years:
            quarters = self._quarters(year, key)
            before = [published_year(cell_values(publications)) for publications in years_published]
            years_published.append(self._publish(year, key, History(quarters, before)))
        return years_published

    def revised(
        self, years: list[dict[str, Publication]], corrections: int, key: str = "key"
    ) -> dict[str, Publication]:
        """The revision of the last published year, after errors in this many of its cases: every second one was none, the
        others happened to somebody whose function was not given."""
        year = YEARS[len(years) - 1]
        wrong_counts = self.counts(year)
        counts = {name: first_counts.copy() for name, first_counts in wrong_counts.items()}
        whole = [case for case in self.cases if all(period[:4] == year for _name, period, _codes in case)]
        chosen = np.random.default_rng(corrections).choice(len(whole), min(len(whole), corrections), replace=False)
        for name in POPULATIONS:
            wrong, right = (
                [codes for number in some for of, _period, codes in whole[number] if of == name]
                for some in (chosen, chosen[::2])
            )
            right = [codes | {"group": "not_given"} for codes in right]
            counts[name] += system_of(name, False).count(right) - system_of(name, False).count(wrong)
        *before, first = map(cell_values, years)
        history = History(self._quarters(year, key), list(map(published_year, before)), first=first)
        return publish(counts, digest_of(key, year), history, quarterly=False, wrong=wrong_counts)

    def _quarters(self, year: str, key: str) -> dict[str, Values]:
        return {
            quarter: self._publish(quarter, key, History())["reports"].values_by_cell() for quarter in quarters_of(year)
        }

    def _publish(self, period: str, key: str, history: History) -> dict[str, Publication]:
        return publish(self.counts(period), digest_of(key, period), history, quarterly="-Q" in period)


class LargeCountry(Country):
    """Made of smaller ones, each so many times: it has as many reports as all of them, and is there at once."""

    def __init__(self, parts: list[tuple[Country, int]]) -> None:
        self.parts, self.facts, self.cases = parts, parts[0][0].facts, parts[0][0].cases

    @cache  # noqa: B019
    def counts(self, period: str) -> dict[str, np.ndarray]:
        names = self.parts[0][0].counts(period)
        return {name: sum(times * part.counts(period)[name] for part, times in self.parts) for name in names}  # type: ignore[misc]


@cache
def country(reports: int, seed: int = 1) -> Country:
    return Country(reports, seed)


@cache
def published(reports: int, seed: int = 1) -> tuple[dict[str, Publication], ...]:
    """Two published years of a country, made once in a run."""
    return tuple(country(reports, seed).published(f"key {seed}"))
