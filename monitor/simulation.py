"""Plausible register data in volume: facts only, with the skew of real life, by a seed. For load, figures and tests."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from organisations.codes import code_list
from organisations.models import Organisation
from reporting.facts import NewFact, leave_facts, quarter

BATCH = 2000
KINDS = {"aggression": 0.72, "integrity": 0.17, "pressure": 0.11}
FORM = {"aggression": "aggression_form", "integrity": "integrity_type", "pressure": "pressure_form"}
GROUPS = {
    "municipality": ["council_member", "alderman", "employee", "mayor", "registrar", "general_secretary"],
    "province": ["provincial_member", "employee", "provincial_executive", "kings_commissioner", "registrar"],
    "water_authority": ["water_assembly_member", "employee", "water_executive", "dike_reeve", "general_secretary"],
}
OPTIONAL = ("gender", "age", "channel", "perpetrator", "severity", "targeted_trait", "police_report", "influence")
SAFETY_OUTCOMES = ["response_letter", "response_talk", "response_none", "response_ban", "withdrawn", "referred"]
OTHER_OUTCOMES = [
    "not_founded",
    "informal",
    "founded_no_measure",
    "referred",
    "political",
    "employment",
    "withdrawn",
    "cleared",
]


def simulate(
    *, reports: int, years: int, seed: int, until: date, say: Callable[[int], None] = lambda done: None
) -> int:
    """Leave facts of this many reports, spread over the years before `until`, with outcomes for most. Returns how many
    facts were offered; the same seed offers the same events, which are counted once."""
    random = np.random.default_rng(seed)
    places = list(Organisation.objects.reportable().order_by("slug"))
    weights = random.lognormal(0, 1, len(places)) * np.array([_size(place) for place in places])
    chosen = random.choice(len(places), reports, p=weights / weights.sum())
    first = date(until.year - years + 1, 1, 1)
    days = random.integers(0, (until - first).days, reports)
    batch, offered = [], 0
    for number in range(reports):
        place, day = places[chosen[number]], first + timedelta(days=int(days[number]))
        codes = _codes(place.kind, random)
        batch.append(NewFact(f"simulated:{seed}:{number}", "reports", place.id, quarter(day), codes))
        ended = day + timedelta(days=int(random.gamma(2, 45)))
        if ended < until:
            outcomes = SAFETY_OUTCOMES if codes["kind"] == "aggression" else OTHER_OUTCOMES
            ending = {
                "outcome": _skewed(outcomes, random),
                "path": "not_investigated",
                "handled_by": "own_organisation",
            }
            batch.append(NewFact(f"simulated:{seed}:{number}", "outcomes", place.id, quarter(ended), codes | ending))
        if len(batch) >= BATCH:
            leave_facts(batch)
            offered += len(batch)
            batch = []
            say(number + 1)
    leave_facts(batch)
    return offered + len(batch)


def _codes(layer: str, random: np.random.Generator) -> dict[str, str]:
    kind = str(random.choice(list(KINDS), p=list(KINDS.values())))
    codes = {
        "kind": kind,
        "group": _skewed(GROUPS[layer], random),
        "known_as": _skewed(["named", "anonymous", "confidential"], random),
    }
    codes[FORM[kind]] = _skewed([code.id for code in code_list(FORM[kind]).leaves], random)
    return codes | {name: _skewed([code.id for code in code_list(name).leaves], random) for name in OPTIONAL}


def _skewed(values: list[str], random: np.random.Generator) -> str:
    """The first values are much likelier than the last."""
    weights = 1 / np.arange(1, len(values) + 1)
    return values[int(np.searchsorted(np.cumsum(weights / weights.sum()), random.random()))]


def _size(place: Organisation) -> float:
    return {"under_20k": 0.5, "50k_100k": 2.0, "100k_250k": 4.0, "250k_up": 8.0}.get(place.size_class, 1.0)
