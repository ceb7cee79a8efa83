"""The letter about a measure: made of what was recorded, so that nobody types the facts, the last day or the remedy again."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format

from cases.deciding.records.rows import answer_in_words
from cases.desk.keys import opened_file
from cases.desk.refusals import NotAllowed
from cases.documents.issue import make_document
from cases.documents.writing import LANGUAGE
from cases.measures.measures import MeasureFile, measure_files
from cases.models import Case, CaseDocument
from cases.protocol.kinds.forms import record_forms
from cases.reception.list import OUTSIDER_MEASURE
from organisations.access.policy import Actor

KIND = "outsider_measure"


@transaction.atomic
def make_letter(case: Case, record: UUID, typed: Mapping[str, str], *, actor: Actor, token: UUID) -> CaseDocument:
    """Make the letter of a measure that runs. `typed`: what its kind asks besides. Raises Refused and NotAllowed."""
    case, _key = opened_file(case, actor, "case.documents")
    one = running_measure(case, record, actor)
    if one is None:
        raise NotAllowed
    return make_document(case, KIND, {**letter_values(one), **typed}, actor=actor, token=token, record=one.shown.record)


def running_measure(case: Case, record: UUID, actor: Actor) -> MeasureFile | None:
    """A measure of the case that runs; None where there is none."""
    return next((one for one in measure_files(case, actor) if one.shown.record.id == record and one.shown.runs), None)


def letter_values(one: MeasureFile) -> dict[str, str]:
    """What the letter says of a measure, {name: words}, in the language of letters."""
    with translation.override(LANGUAGE):
        fields, answers = record_forms()[OUTSIDER_MEASURE].fields, one.shown.answers
        values = {name: answer_in_words(asked, answers.get(name, "")) for name, asked in fields.items()}
        values |= {
            "remedy": one.remedy,
            "hear_by": "",
            "heard_too_late": "",
            "still": "",
            "later_on": "",
            "later_how": "",
            "later_words": "",
            "later_follows": "",
            "conduct": one.conduct,
        }
        if how := answers.get("heard_how"):
            values["heard_how"] = str(fields["heard_how"].tells[how])
        if one.measure.waits_for_hearing and one.measure.record.hear_by:
            by = one.measure.record.hear_by
            values["hear_by" if by >= timezone.localdate() else "heard_too_late"] = date_format(by, "j F Y")
        if one.hearings:
            last = one.hearings[-1]
            asked = record_forms()[last.record.form].fields
            values["later_on"] = date_format(last.record.decision.done_at, "j F Y")
            values["later_how"] = str(asked["result"].tells[last.answers["result"]])
            values["later_words"] = _sentence(last.answers.get("words", ""))
            values["later_follows"] = str(asked["follows"].tells[last.answers["follows"]])
        if one.reviews:
            values["still"] = one.reviews[-1].answers["still"]
        return values


def _sentence(words: str) -> str:
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."
