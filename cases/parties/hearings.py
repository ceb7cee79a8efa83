"""The hearing list of a case: who was to be heard, invited when, heard when, or not and why. Computed from what was recorded."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils import timezone

from cases.desk.keys import file_key
from cases.models import BundleEntry, Case, CaseRecord
from cases.parties.parties import OpenedParty
from cases.people.words.purposes import RECORD
from cases.protocol.kinds.forms import Hears, record_forms
from cases.protocol.kinds.parts import parts
from organisations.access.policy import Actor
from vault.compartments import Compartment, read_text, sealed_by_id
from vault.models import SealedText

ASKED = "be_heard"  # of rights.yaml


@dataclass(frozen=True)
class Hearing:
    """One occasion at which somebody was, or could be, heard. `on`: its day, None where it did not come to one; `how` and `why` in
    the words of the record."""

    label: str
    invited_on: date | None
    on: date | None
    is_heard: bool
    how: str
    why: str


@dataclass(frozen=True)
class ToHear:
    """A person of the case, and what was done to hear them. `asked_on`: when they asked for it themselves, where nobody answered
    that yet; `hear_by`: the day before which they must be heard about a measure that could not wait."""

    person: OpenedParty
    hearings: list[Hearing] = field(default_factory=list)
    asked_on: date | None = None
    hear_by: date | None = None

    @property
    def is_heard(self) -> bool:
        return any(one.is_heard for one in self.hearings)


def hearing_list(
    case: Case, actor: Actor, known: Iterable[OpenedParty], sealed: Mapping[UUID, SealedText] | None = None
) -> list[ToHear]:
    """Everybody of `known` who still counts and is heard in their part, or of whom something like it was recorded. The caller has
    asked `may(actor, "case.file", case)`. `sealed`: texts of the file by their id that were looked up already."""
    forms = {name: form.hears for name, form in record_forms().items() if form.hears}
    rows = list(case.records.filter(form__in=forms).select_related("decision", "about"))
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, RECORD) if rows else {}
    key = file_key(case, actor) if rows else None
    asked: dict[UUID, date] = {}
    for party, on in (
        BundleEntry.objects.to_answer().filter(bundle__case=case, right=ASKED).values_list("bundle__party", "on")
    ):
        asked[party] = on
    found = []
    for one in known:
        them = set(one.party.all_of_them())
        of = [row for row in rows if _whom(row) in them]
        if one.party.is_ended or not (of or parts()[one.party.part].is_heard or one.party.id in asked):
            continue
        hearings = [_hearing(row, forms[row.form], read_text(key, sealed[row.words])) for row in of] if key else []
        found.append(ToHear(one, hearings, asked.get(one.party.id), _still_by(of)))
    return found


def _whom(row: CaseRecord) -> UUID | None:
    """Who was to be heard: whom the record names, or whom the measure is against that it is about."""
    return row.party_id or (row.about.party_id if row.about else None)


def _hearing(row: CaseRecord, rule: Hears, words: str) -> Hearing:
    answers: dict[str, str] = json.loads(words)
    form = record_forms()[row.form]
    how = [str(form.fields[name].choices[answers[name]]) for name in rule.how if answers.get(name)]
    return Hearing(
        label=str(form.label),
        invited_on=_day(answers.get(rule.invited, "")),
        on=_day(answers.get(rule.day, "")) if rule.day else timezone.localdate(row.decision.done_at),
        is_heard=bool(row.attended),
        how=", ".join(how),
        why=answers.get(rule.why, ""),
    )


def _still_by(rows: list[CaseRecord]) -> date | None:
    """The first day before which the person must still be heard: of a measure that runs and about which nothing was recorded."""
    offered = {row.about_id for row in rows if row.about_id}
    days = [row.hear_by for row in rows if row.hear_by and row.came_to == "" and row.id not in offered]
    return min(days, default=None)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
