"""Errors in what was counted. A fact never changes: a correction is stored beside it.

A correction that is made while the quarter still runs, or on the day after, counts at once. A later one counts only
when the figures of the year are revised. That happens once at most and only when enough changed, since a smaller
change would point at a single report (docs/disclosure.md#rules-around-it).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from reporting.counting.facts import SEALED_AS, CannotCount, codes_in, counted_codes, numbers, populations, quarter
from reporting.counting.numbering import in_bytes
from reporting.models import Fact, FactCorrection
from vault.keyring.keys import Codes, stored_digest
from vault.sealing.schemes import CORRECTION, Scheme

STILL_OPEN = timedelta(days=1)  # an edition of a quarter can be built from the second day after its end
FEWEST_REPORTS, FEWEST_PLACES = 20, 3
CORRECTED_AS = CORRECTION


@dataclass(frozen=True)
class CountedFact:
    """What one fact says: codes by code list, exactly those of facts.yaml."""

    population: str
    organisation: UUID
    period: str
    codes: dict[str, str]


# What a fact says before and after a correction. None: it is not counted.
Pair = tuple[CountedFact | None, CountedFact | None]


def facts_of(events: Iterable[tuple[str, str]]) -> list[Fact]:
    """The stored facts of these (population, event). An event that was not counted has none."""
    keys = [stored_digest("fact", population, event) for population, event in events]
    return list(
        _with_corrections(Fact.objects.filter(key__in=keys)).select_related("organisation").order_by("population")
    )


def as_counted(fact: Fact, keys: Codes | None = None) -> CountedFact:
    """What a fact said when it was left. `keys`: one for all, where a caller opens many facts."""
    codes = _opened(fact, keys, bytes(fact.codes), SEALED_AS)
    return CountedFact(fact.population, fact.organisation_id, fact.period, codes)


def now_counted(fact: Fact) -> CountedFact | None:
    """What a fact says after its corrections; None where a correction says that it should not have been counted."""
    return _as_corrected(fact, list(fact.corrections.all()))


def correct(fact: Fact, codes: dict[str, str] | None, today: date) -> bool:
    """Store a correction of a fact. `codes` are all codes that it should carry; None: it should not have been counted.

    Returns False, and stores nothing, where the fact says so already. Raises :class:`CannotCount` for an unknown or
    missing code, and for a change of a code that facts.yaml lists as lasting; `settles` may change while the quarter is
    open.
    """
    rules, in_time = populations()[fact.population], is_still_open(fact, today)
    right = None if codes is None else counted_codes(fact.population, fact.organisation.kind, codes)
    counts = now_counted(fact)
    counted = (counts or as_counted(fact)).codes
    for name in rules.lasting:
        if right is not None and right[name] != counted[name] and not (in_time and name in rules.settles):
            raise CannotCount(f"{fact.population}: {name} cannot be corrected")
    if right == (counts.codes if counts else None):
        return False
    _keep(fact, right, in_time)
    return True


def follow(report: Fact, later: Fact) -> None:
    """Repeat the corrections of a report at a fact that is left after them.

    `later` is an outcome or a deadline of the report: it is counted with the codes of the report, and not at all where
    the report should not have been counted. A fact that has corrections already is left as it is.
    """
    if later.corrections.exists():
        return
    codes, corrections = as_counted(later).codes, list(report.corrections.all())
    for number, correction in enumerate(corrections, 1):
        counts = _as_corrected(report, corrections[:number])
        right = None if counts is None else codes | {name: counts.codes[name] for name in codes if name in counts.codes}
        if number > 1 or right != codes:
            _keep(later, right, correction.in_time)


def is_still_open(fact: Fact, today: date) -> bool:
    """Whether a correction that is made on this day counts at once: the quarter runs, or ended the day before."""
    return quarter(today - STILL_OPEN) <= fact.period


def counted_otherwise(population: str, quarters: Sequence[str]) -> Iterator[Pair]:
    """The facts that were corrected in time, each as it was left and as it counts. `quarters`: ["2026-Q4", …]."""
    keys = Codes()
    for fact in _corrected(population, quarters):
        in_time = [correction for correction in fact.corrections.all() if correction.in_time]
        yield from _different(as_counted(fact, keys), _as_corrected(fact, in_time, keys))


def corrected(population: str, quarters: Sequence[str], until: int) -> list[Pair]:
    """The facts that were corrected too late to count at once, each as it counts and as it should have counted.

    Corrections after number `until` are not looked at. A fact that was taken out in time stays out of the figures, also
    where a later correction would count it again: a revision never adds a fact.
    """
    pairs: list[Pair] = []
    keys = Codes()
    for fact in _corrected(population, quarters):
        corrections = [correction for correction in fact.corrections.all() if correction.id <= until]
        in_time = [correction for correction in corrections if correction.in_time]
        before = _as_corrected(fact, in_time, keys)
        pairs += _different(before, _as_corrected(fact, corrections, keys) if before else None)
    return pairs


def all_corrected(quarters: Sequence[str], until: int) -> dict[str, list[Pair]]:
    """{population: its facts that were corrected too late}, see :func:`corrected`."""
    return {name: corrected(name, quarters, until) for name in populations()}


def newest_correction() -> int:
    """The number of the last correction; 0 where there is none."""
    return FactCorrection.objects.order_by("-id").values_list("id", flat=True).first() or 0


def is_worth_revising(quarters: Sequence[str], until: int) -> bool:
    """Whether so many reports of a year were corrected too late that its figures are revised.

    Reports of at least three organisations must be wrong, and twenty besides those of the organisation that has most:
    it knows its own and can subtract them. Corrected outcomes and deadlines do not count, since they follow their
    report. Source: docs/disclosure.md#rules-around-it.
    """
    at = Counter(before.organisation for before, _after in corrected("reports", quarters, until) if before)
    return len(at) >= FEWEST_PLACES and at.total() - max(at.values()) >= FEWEST_REPORTS


def _keep(fact: Fact, codes: dict[str, str] | None, in_time: bool) -> None:
    body = in_bytes(codes or {}, numbers())
    sealed = Codes().seal_bytes(fact.organisation_id, body, CORRECTED_AS, bytes(fact.key), fact.period, str(in_time))
    fact.corrections.create(codes=sealed, in_time=in_time)


def _with_corrections(facts: QuerySet[Fact]) -> QuerySet[Fact]:
    return facts.prefetch_related(Prefetch("corrections", FactCorrection.objects.order_by("id")))


def _corrected(population: str, quarters: Sequence[str]) -> QuerySet[Fact]:
    facts = Fact.objects.filter(population=population, period__in=quarters, corrections__isnull=False)
    return _with_corrections(facts.distinct()).select_related("organisation").order_by("id")


def _as_corrected(fact: Fact, corrections: list[FactCorrection], keys: Codes | None = None) -> CountedFact | None:
    """What the last correction says; without corrections, what the fact said when it was left."""
    if not corrections:
        return as_counted(fact, keys)
    last = corrections[-1]
    codes = _opened(fact, keys, bytes(last.codes), CORRECTED_AS, str(last.in_time))
    return CountedFact(fact.population, fact.organisation_id, fact.period, codes) if codes else None


def _opened(fact: Fact, keys: Codes | None, sealed: bytes, scheme: Scheme, *further: str) -> dict[str, str]:
    """The codes of a sealed fact or correction; none where it says that the event should not have been counted."""
    body = (keys or Codes()).opener(fact.organisation_id, scheme)(sealed, bytes(fact.key), fact.period, *further)
    return codes_in(fact.population, fact.organisation.kind, body) if any(body) else {}


def _different(before: CountedFact | None, after: CountedFact | None) -> Iterator[Pair]:
    if before != after:
        yield before, after
