"""Invented facts in volume, as unevenly spread as real ones, for load tests, demo figures and tests. The same seed gives
the same facts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from organisations.codes import code_list
from organisations.models import Organisation
from reporting.codes import lead_time_of
from reporting.counting.facts import NewFact, form_of_kind, leave_facts, quarter

BATCH = 5000
Shares = Mapping[str, float]
KINDS = {"aggression": 0.72, "integrity": 0.17, "pressure": 0.11}
GROUPS: dict[str, Shares] = {
    "municipality": {
        "council_member": 0.38, "alderman": 0.18, "employee": 0.24, "mayor": 0.08, "registrar": 0.03,
        "general_secretary": 0.02, "not_given": 0.07,
    },
    "province": {
        "provincial_member": 0.42, "provincial_executive": 0.17, "employee": 0.25, "kings_commissioner": 0.04,
        "registrar": 0.03, "general_secretary": 0.02, "not_given": 0.07,
    },
    "water_authority": {
        "water_assembly_member": 0.36, "water_executive": 0.17, "employee": 0.32, "dike_reeve": 0.05,
        "general_secretary": 0.03, "not_given": 0.07,
    },
}  # fmt: skip
SHARES: dict[str, Shares] = {
    "known_as": {"named": 0.57, "confidential": 0.28, "anonymous": 0.15},
    "gender": {"man": 0.5, "woman": 0.38, "other": 0.01, "not_given": 0.11},
    "age": {"under_35": 0.13, "35_49": 0.3, "50_64": 0.35, "65_up": 0.1, "not_given": 0.12},
    "channel": {
        "social_media": 0.3, "in_person": 0.21, "email": 0.17, "phone": 0.08, "messaging": 0.07, "letter": 0.04,
        "home_visit": 0.03, "media": 0.02, "other": 0.03, "not_given": 0.05,
    },
    "perpetrator": {
        "resident": 0.52, "unknown": 0.14, "action_group": 0.09, "company": 0.05, "colleague_office_holder": 0.07,
        "official": 0.03, "organised_crime": 0.02, "other": 0.03, "not_given": 0.05,
    },
    "severity": {"1": 0.11, "2": 0.3, "3": 0.31, "4": 0.13, "5": 0.05, "not_given": 0.1},
    "targeted_trait": {
        "none": 0.32, "political": 0.24, "sex_gender": 0.1, "origin": 0.08, "appearance": 0.04, "religion": 0.03,
        "age": 0.02, "orientation": 0.02, "disability": 0.01, "not_applicable": 0.04, "not_given": 0.1,
    },
    "influence": {
        "none": 0.56, "avoided_subject": 0.16, "considered_leaving": 0.09, "changed_decision": 0.03, "not_given": 0.16,
    },
    "police_report": {"no": 0.7, "yes": 0.1, "not_given": 0.2},
    "handled_by": {"own_organisation": 0.93, "elsewhere": 0.07},
}  # fmt: skip
SAFETY_OUTCOMES: Shares = {
    "response_letter": 0.32, "response_talk": 0.3, "response_none": 0.26, "response_ban": 0.05, "withdrawn": 0.07,
}  # fmt: skip
OTHER_OUTCOMES: Shares = {
    "not_founded": 0.38, "informal": 0.24, "founded_no_measure": 0.12, "referred": 0.09, "political": 0.06,
    "employment": 0.04, "withdrawn": 0.05, "cleared": 0.01, "criminal_civil": 0.01,
}  # fmt: skip
PATHS: Shares = {"not_investigated": 0.55, "preliminary": 0.27, "internal": 0.1, "external": 0.08}
# {kind: what its form asks}; other codes are not given.
ASKED = {
    "aggression": ("gender", "age", "channel", "perpetrator", "severity", "targeted_trait", "influence"),
    "pressure": ("gender", "age", "channel", "perpetrator", "severity", "influence"),
    "integrity": (),
}
# {deadline: days after registration on which it falls due}; below, the share of each that is met.
SAFETY_DEADLINES = {"ack": 1, "first_weighing": 1, "response_48h": 2, "aftercare": 7, "feedback": 92, "evaluation": 150}
OTHER_DEADLINES = {
    "ack": 7,
    "first_weighing": 15,
    "other": 30,
    "feedback": 97,
    "right_of_reply": 110,
    "evaluation": 170,
}
FEWEST_DEADLINES = 4
MET: Shares = {"ack": 0.9, "feedback": 0.84, "response_48h": 0.81, "aftercare": 0.82}
MET_OTHERWISE = 0.86


def simulate(
    *, reports: int, years: int, seed: int, until: date, say: Callable[[int], None] = lambda done: None
) -> int:
    """Leave the facts of `reports` reports, spread over the `years` years before `until`: the report, its outcome where the
    case ended, and its deadlines that passed. Returns how many facts were offered. The same seed offers the same events,
    and an event is counted once, so a second run adds nothing."""
    batch: list[NewFact] = []
    offered = 0
    organisations = list(Organisation.objects.reportable().order_by("slug"))
    for number, of_case in enumerate(simulated(organisations, reports=reports, years=years, seed=seed, until=until)):
        batch += of_case
        if len(batch) >= BATCH:
            leave_facts(batch)
            offered += len(batch)
            batch = []
            say(number + 1)
    leave_facts(batch)
    return offered + len(batch)


def simulated(
    organisations: Sequence[Organisation], *, reports: int, years: int, seed: int, until: date
) -> Iterator[list[NewFact]]:
    """The facts of each report, one list for each, without storing them."""
    for number, case in enumerate(_cases(organisations, reports, years, seed, until)):
        yield list(case.facts(f"simulated:{seed}:{number}", until))


@dataclass(frozen=True)
class _Case:
    """One invented case. `deadlines`: (code, days after registration on which it falls due, met or missed)."""

    organisation: Organisation
    day: date
    codes: dict[str, str]
    lasts: int
    ending: dict[str, str]
    deadlines: list[tuple[str, int, str]]

    def facts(self, event: str, until: date) -> Iterator[NewFact]:
        """The facts that the case leaves before `until`. `event` identifies the case."""
        yield self._fact(event, "reports", self.day, self.codes)
        ended = self.day + timedelta(days=self.lasts)
        if ended < until:
            yield self._fact(event, "outcomes", ended, self.codes | self.ending)
        for deadline, days, met in self.deadlines:
            fell_due = self.day + timedelta(days=days)
            if fell_due < until:
                yield self._fact(
                    f"{event}:{deadline}", "clocks", fell_due, self.codes | {"clock": deadline, "met": met}
                )

    def _fact(self, event: str, population: str, day: date, codes: dict[str, str]) -> NewFact:
        return NewFact(event, population, self.organisation.id, quarter(day), codes)


def _cases(organisations: Sequence[Organisation], reports: int, years: int, seed: int, until: date) -> Iterator[_Case]:
    """Invented cases. Each random quantity is drawn for all cases at once, as an array of shape (reports,): drawing one by
    one takes longer than sealing the facts."""
    random = np.random.default_rng(seed)
    weights = random.lognormal(0, 1, len(organisations)) * np.array(
        [_size(organisation) for organisation in organisations]
    )
    at = random.choice(len(organisations), reports, p=weights / weights.sum())
    first = date(until.year - years + 1, 1, 1)
    days = random.integers(0, max(1, (until - first).days), reports)
    lasts = random.gamma(2, 45, reports).astype(int)

    def drawn(shares: Shares) -> list[str]:
        likely = np.fromiter(shares.values(), float)
        return np.array(list(shares), object)[random.choice(len(shares), reports, p=likely / likely.sum())].tolist()

    kinds = drawn(KINDS)
    groups = {layer: drawn(shares) for layer, shares in GROUPS.items()}
    forms = {
        kind: drawn(_skewed([code.id for code in code_list(name).leaves])) for kind, name in form_of_kind().items()
    }
    given = {name: drawn(shares) for name, shares in SHARES.items()}
    safety_outcomes, other_outcomes, paths = drawn(SAFETY_OUTCOMES), drawn(OTHER_OUTCOMES), drawn(PATHS)
    numbers_of_deadlines = random.integers(FEWEST_DEADLINES, len(SAFETY_DEADLINES) + 1, reports)
    luck = random.random((reports, len(SAFETY_DEADLINES)))

    for number, kind in enumerate(kinds):
        organisation, is_safety = organisations[at[number]], kind == "aggression"
        codes = {"kind": kind, "group": groups[organisation.kind][number], "known_as": given["known_as"][number]}
        codes[form_of_kind()[kind]] = forms[kind][number]
        codes |= {name: given[name][number] for name in ASKED[kind]}
        ending = {
            "outcome": (safety_outcomes if is_safety else other_outcomes)[number],
            "path": "not_investigated" if is_safety else paths[number],
            "police_report": given["police_report"][number],
            "handled_by": given["handled_by"][number],
            "lead_time": lead_time_of(int(lasts[number])),
        }
        deadlines = list((SAFETY_DEADLINES if is_safety else OTHER_DEADLINES).items())[: numbers_of_deadlines[number]]
        yield _Case(
            organisation,
            first + timedelta(days=int(days[number])),
            codes,
            int(lasts[number]),
            ending,
            [
                (deadline, due, "met" if chance < MET.get(deadline, MET_OTHERWISE) else "missed")
                for (deadline, due), chance in zip(deadlines, luck[number], strict=False)
            ],
        )


def _skewed(values: list[str]) -> Shares:
    """Shares 1, 1/2, 1/3, …: the first values are much more likely than the last."""
    return {value: 1 / rank for rank, value in enumerate(values, 1)}


def _size(organisation: Organisation) -> float:
    return {"under_20k": 0.5, "50k_100k": 2.0, "100k_250k": 4.0, "250k_up": 8.0}.get(organisation.size_class, 1.0)
