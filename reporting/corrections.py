"""Errors in what was counted. A fact never changes: a correction stands beside it.

Made while the quarter still runs, it counts at once. Made later, it counts only when the year is revised, which happens once
at most and only when enough changed (disclosure.md, "Rules around it"): else the change would point at a single report.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet

from reporting.facts import CountedFact, counted_codes, open_fact, quarter
from reporting.models import Fact, FactCorrection
from vault.keys import Codes, keyed_digest

STILL_OPEN = timedelta(days=1)  # an edition of a quarter can be built from the second day after its end
FEWEST_FACTS, FEWEST_PLACES = 20, 3
Pair = tuple[CountedFact | None, CountedFact | None]  # as it was counted, and as it should have been; None: not at all


def facts_of(events: Iterable[tuple[str, str]]) -> list[Fact]:
    """The stored facts of these (population, event), as far as they were counted."""
    keys = [keyed_digest("fact", population, event) for population, event in events]
    return list(_with_corrections(Fact.objects.filter(key__in=keys)).select_related("place").order_by("population"))


def now_counted(fact: Fact) -> CountedFact | None:
    """What a fact says with its corrections; None where it should not have been counted."""
    return _as_corrected(fact, list(fact.corrections.all()))


def correct(fact: Fact, codes: dict[str, str] | None, today: date) -> bool:
    """Put these codes beside a fact, all that it carries; None: it should not have been counted. False where it says so
    already. Raises :class:`CannotCount` for an unknown or missing code."""
    right = None if codes is None else counted_codes(fact.population, fact.place.kind, codes)
    there = now_counted(fact)
    if right == (there.codes if there else None):
        return False
    fact.corrections.create(
        codes=Codes().seal(fact.place_id, right or {}, "correction", bytes(fact.key)),
        in_time=is_still_open(fact, today),
    )
    return True


def is_still_open(fact: Fact, today: date) -> bool:
    """Whether a correction counts at once."""
    return quarter(today - STILL_OPEN) <= fact.period


def counted_otherwise(population: str, quarters: Sequence[str]) -> Iterator[Pair]:
    """Of facts that were corrected in time: as they were left, and as they count."""
    for fact in _corrected(population, quarters):
        in_time = [one for one in fact.corrections.all() if one.in_time]
        yield from _different(open_fact(fact), _as_corrected(fact, in_time))


def corrected(population: str, quarters: Sequence[str]) -> Iterator[Pair]:
    """Of facts that were corrected afterwards: as they count, and as they should have."""
    for fact in _corrected(population, quarters):
        all_of_it = list(fact.corrections.all())
        in_time = [one for one in all_of_it if one.in_time]
        yield from _different(_as_corrected(fact, in_time), _as_corrected(fact, all_of_it))


def is_enough(quarters: Sequence[str], populations: Iterable[str]) -> bool:
    """Whether enough was corrected afterwards, at enough organisations, for a revision."""
    pairs = [pair for population in populations for pair in corrected(population, quarters)]
    places = {one.place for pair in pairs for one in pair if one}
    return len(pairs) >= FEWEST_FACTS and len(places) >= FEWEST_PLACES


def _with_corrections(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    return facts.prefetch_related(Prefetch("corrections", FactCorrection.objects.order_by("id")))


def _corrected(population: str, quarters: Sequence[str]) -> QuerySet[Fact]:
    found = Fact.objects.filter(population=population, period__in=quarters, corrections__isnull=False)
    return _with_corrections(found.distinct()).select_related("place").order_by("id")


def _as_corrected(fact: Fact, corrections: list[FactCorrection]) -> CountedFact | None:
    """The last one counts."""
    there = open_fact(fact)
    if not corrections:
        return there
    right = Codes().open(fact.place_id, bytes(corrections[-1].codes), "correction", bytes(fact.key))
    return replace(there, codes=counted_codes(fact.population, fact.place.kind, right)) if right else None


def _different(before: CountedFact | None, after: CountedFact | None) -> Iterator[Pair]:
    if before != after:
        yield before, after
