"""What was done of each measure against somebody from outside: whether the person was heard and told, when it is looked at again.

Days are read without opening a word. Source: docs/domain.md#measures-against-somebody-from-outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from cases.deciding.deeds import hearing_forms, lacks_hearing
from cases.deciding.records.records import ShownRecord, knows, records_of
from cases.deciding.records.rows import Row
from cases.desk.access import visible_cases
from cases.models import Case, CaseRecord, RecordChange
from cases.parties.parties import OpenedParty, parties_of
from cases.protocol.kinds.deadline_kinds import working_day_from
from cases.protocol.kinds.forms import record_forms
from cases.reception.list import OUTSIDER_MEASURE, OUTSIDER_TOLD
from organisations.access.policy import Actor, standings_in
from vault.models import SealedText

TO_OBJECT = timedelta(weeks=6)
HEARING, REVIEW, THREAT = "outsider_hearing", "outsider_review", "threat"


@dataclass(frozen=True)
class Measure:
    """A measure by its days. `heard_on`: of the first hearing after it to which the person came; `offered_on`: of the first one, also
    where they were invited and did not come; `told_at`: when the last letter was recorded; `renewed_at`:
    when it was last prolonged; `hearing_at`: when the last hearing was recorded."""

    record: CaseRecord
    heard_on: date | None
    offered_on: date | None
    told_at: datetime | None
    renewed_at: datetime | None
    hearing_at: datetime | None

    @property
    def runs(self) -> bool:
        return self.record.runs

    @property
    def is_unheard(self) -> bool:
        """Whether it could not wait, and the person could not be heard within the term for it."""
        by = self.record.hear_by
        return by is not None and (self.offered_on or timezone.localdate()) > by

    @property
    def waits_for_hearing(self) -> bool:
        return self.record.hear_by is not None and self.offered_on is None and self.runs

    @property
    def is_told(self) -> bool:
        """Whether the letter went out, also after it was last prolonged."""
        return knows(self.told_at, self.renewed_at)

    @property
    def letter_lacks_hearing(self) -> bool:
        """Whether the letter went out before the last hearing, so that it says nothing of what the person said."""
        return self.runs and self.is_told and self.told_at is not None and lacks_hearing(self.told_at, self.hearing_at)

    @property
    def is_past_review(self) -> bool:
        day = self.record.review_on
        return self.runs and day is not None and day < timezone.localdate()

    @property
    def is_past_end(self) -> bool:
        day = self.record.until
        return self.runs and day is not None and day < timezone.localdate()

    @property
    def is_amiss(self) -> bool:
        """Whether the person was not told, also of the last hearing, or could not be heard in time, or the day of review or the
        last day has passed."""
        untold = not self.is_told or self.letter_lacks_hearing
        return self.is_unheard or untold or self.is_past_review or self.is_past_end


@dataclass(frozen=True)
class MeasureFile:
    """A measure with its opened words. `whom`: the name of the person; `remedy`: what they can do against it; `hearings`,
    `reviews`, `letters`: what was recorded of it later."""

    measure: Measure
    shown: ShownRecord
    whom: str
    remedy: str
    hearings: list[ShownRecord]
    reviews: list[ShownRecord]
    letters: list[ShownRecord]
    conduct: str  # as a letter says it; empty where nobody may write it


def measures_in(records: QuerySet[CaseRecord]) -> list[Measure]:
    """These records of measures with their days. One query."""
    return [
        Measure(
            row,
            _day(row.heard),
            _day(row.offered),
            row.told,
            row.renewed,
            row.hearing,
        )
        for row in cast(Iterable[Any], records.annotate(**_moments()))
    ]


def _moments() -> dict[str, Subquery]:
    """When what a measure is judged by was done or recorded, for an annotation of its record."""
    of = CaseRecord.objects.filter(about=OuterRef("pk")).order_by("-decision__sequence")
    told, hearings = of.filter(form=OUTSIDER_TOLD), of.filter(form__in=hearing_forms())
    by_day = hearings.order_by("decision__done_at")
    renewed = RecordChange.objects.filter(record=OuterRef("pk"), what=RecordChange.What.EXTENDED)
    return {
        "heard": Subquery(by_day.filter(attended=True).values("decision__done_at")[:1]),
        "offered": Subquery(by_day.values("decision__done_at")[:1]),
        "told": Subquery(told.values("decision__made_at")[:1]),
        "renewed": Subquery(renewed.order_by("-made_at").values("made_at")[:1]),
        "hearing": Subquery(hearings.values("decision__made_at")[:1]),
    }


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def amiss_in(case: Case) -> list[Measure]:
    """The measures of a case that run although something of them is amiss."""
    rows = case.records.running().filter(form=OUTSIDER_MEASURE).select_related("decision")
    return [one for one in measures_in(rows) if one.is_amiss]


def register_for(actor: Actor) -> list[Measure]:
    """Every measure that runs in the cases of which the actor reads the file, by the day on which it is looked at again. Nobody is
    named, and no word is opened."""
    cases = list(visible_cases(actor).values_list("id", flat=True))
    standings = standings_in(actor, cases, Case)
    read = [case for case in cases if standings[case].may("case.file")]
    rows = CaseRecord.objects.running().filter(case__in=read, form=OUTSIDER_MEASURE)
    rows = rows.select_related("case", "decision", "holder")
    return sorted(measures_in(rows), key=lambda one: (one.record.review_on or date.max, one.record.until or date.max))


def measure_files(
    case: Case,
    actor: Actor,
    people: Iterable[OpenedParty] | None = None,
    sealed: Mapping[UUID, SealedText] | None = None,
) -> list[MeasureFile]:
    """Everything that the file holds of each measure, the newest first. The caller has asked `may(actor, "case.file", case)`.
    `people`: those of the case, and `sealed`: texts of the file by their id, where they were looked up already."""
    shown = records_of(case, actor, sealed)
    own = [one for one in shown if one.record.form == OUTSIDER_MEASURE]
    if not own:
        return []
    names = {party.party.id: party.words.name for party in (parties_of(case, actor) if people is None else people)}
    found = []
    measures = {
        one.record.id: one for one in measures_in(CaseRecord.objects.filter(id__in=[one.record.id for one in own]))
    }
    for one in own:
        measure = replace(measures[one.record.id], record=one.record)
        of = [other for other in shown if other.record.about_id == one.record.id]
        later = {
            form: [other for other in of if other.record.form == form] for form in (HEARING, REVIEW, OUTSIDER_TOLD)
        }
        found.append(
            MeasureFile(
                measure,
                one,
                names.get(one.record.party_id, "") if one.record.party_id else "",
                remedy_of(one.answers),
                later[HEARING],
                later[REVIEW],
                later[OUTSIDER_TOLD],
                conduct_of(shown) if one.record.attended or measure.heard_on else "",
            )
        )
    return found[::-1]


def conduct_of(shown: list[ShownRecord]) -> str:
    """What kind of conduct it is by the last weighing, as a letter says it. Anger that can be corrected stands in no letter."""
    weighed = [one for one in shown if one.record.form == THREAT]
    conduct = record_forms()[THREAT].fields["conduct"]
    words = conduct.tells.get(weighed[-1].answers.get("conduct", "")) if weighed else None
    return str(words or "")


def object_until(one: MeasureFile) -> date | None:
    """The last day on which somebody can object to a measure: six weeks from the day after its letter was sent, or is sent today
    (Awb 6:7 and 6:8), and no later than the next working day (Algemene termijnenwet 1). None for a ground that is no decision."""
    form = record_forms()[OUTSIDER_MEASURE]
    given = one.shown.answers
    if not form.objection or any(given.get(name) not in answers for name, answers in form.objection.items()):
        return None
    sent = timezone.localdate(one.letters[-1].record.decision.done_at) if one.letters else timezone.localdate()
    return working_day_from(sent + TO_OBJECT)


def remedy_of(answers: Row) -> str:
    """What somebody can do against a measure: it follows from the ground that was chosen."""
    ground = record_forms()[OUTSIDER_MEASURE].fields["ground"]
    return str(ground.tells[answers["ground"]])
