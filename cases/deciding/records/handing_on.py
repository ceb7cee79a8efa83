"""What runs longer than its case: two people say who looks after it then. It keeps its last day and its day of review, and whoever
works the case can still end it or let it go on (docs/domain.md#after-closing)."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.records.records import WHOM, WORDS, is_told, running_record
from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import Refused, reason_of
from cases.desk.two_people import State, agree_to, ask_second, turn_down, waiting
from cases.events import CaseEvent
from cases.models import Case, CaseRecord, HandingOn, RecordChange
from cases.people.hearing import hear
from cases.people.words.purposes import CHANGE
from cases.protocol.kinds.forms import record_forms
from organisations.access.policy import Actor
from organisations.models import WORKING, Assignment, Person
from vault import ledger
from vault.compartments import Compartment, read_text, texts, write_text


@dataclass(frozen=True)
class AskedHandingOn:
    """A handing on that waits for a second person, with its opened reason."""

    row: HandingOn
    reason: str


def who_works(case: Case) -> list[Person]:
    """Who can look after something of this case: who works it, by name."""
    held = Assignment.objects.holding().filter(case=case.id, relation__in=WORKING).select_related("person")
    return sorted({one.person for one in held}, key=lambda person: person.name)


@transaction.atomic
def ask_handing_on(
    case: Case, record: UUID, whom: UUID | None, reason: str, *, actor: Actor, about: str = ""
) -> HandingOn:
    """Ask that somebody who works the case looks after a record when the case has closed. `about` as for :func:`hear`. Raises
    Refused, NotAllowed and AskFirst."""
    case, key, row = running_record(case, record, actor)
    person = next((one for one in who_works(case) if one.id == whom), None)
    if person is None:
        raise Refused(_("Choose somebody who works this case."), "whom")
    _refuse_unless_possible(row)
    reason = reason_of(reason)
    if row.handings_on.filter(state=State.ASKED).exists():
        raise Refused(_("Somebody asked this already. Answer that first."))
    words = write_text(key, CHANGE, json.dumps({WHOM: person.name, WORDS: reason}))
    asked = HandingOn.objects.create(case=case, record=row, whom=person, asked_by=actor.person, words=words.id)
    ledger.record(case.id, CaseEvent.HANDING_ON_ASKED, actor=actor.person.id, form=row.form)
    ask_second(asked)
    hear(case, reason, about, actor=actor)
    return asked


def asked_handing_on(record: CaseRecord, actor: Actor) -> AskedHandingOn | None:
    """The handing on of a record that waits for a second person. The caller has asked `may(actor, "case.file", case)`."""
    row = record.handings_on.filter(state=State.ASKED).select_related("asked_by", "whom").first()
    if row is None:
        return None
    sealed = texts(record.case_id, Compartment.FILE, CHANGE).get(id=row.words)
    return AskedHandingOn(row, json.loads(read_text(file_key(record.case, actor), sealed))[WORDS])


@transaction.atomic
def answer_handing_on(case: Case, record: UUID, *, actor: Actor, agree: bool) -> None:
    """A second person agrees or refuses; who asked can only take it back. Raises Refused and NotAllowed."""
    case, _key = opened_file(case, actor, "case.file")
    asked = waiting(HandingOn.objects.filter(case=case, record=record).select_related("record__case", "case", "whom"))
    if not agree:
        turn_down(asked, actor=actor)
        ledger.record(case.id, CaseEvent.HANDING_ON_REFUSED, actor=actor.person.id, form=asked.record.form)
        return
    agree_to(asked, actor=actor, asking="case.decide")
    row = asked.record
    if row.came_to or asked.whom not in who_works(case):
        raise Refused(_("This changed since it was asked. Refuse it, and ask anew."))
    _refuse_unless_possible(row)
    row.holder = asked.whom
    row.save(update_fields=["holder"])
    RecordChange.objects.create(record=row, what=RecordChange.What.HANDED_ON, made_by=asked.asked_by, words=asked.words)
    ledger.record(case.id, CaseEvent.HANDED_ON, actor=actor.person.id, form=row.form)


def _refuse_unless_possible(row: CaseRecord) -> None:
    """Raises Refused where something must be done of the record before anybody else looks after it."""
    form, today = record_forms()[row.form], timezone.localdate()
    if not form.hands_on:
        raise Refused(_("This cannot be handed on. Say what it came to."))
    if form.told_by and not is_told(row, form):
        raise Refused(_("The person does not know of it yet. Send the letter first, or say that it stopped earlier."))
    if row.deadlines.pending().exists():
        raise Refused(_("The person must still be heard. Do that first."))
    if any(day and day < today for day in (row.until, row.review_on)):
        raise Refused(_("Its last day or its day of review has passed. Look at it first: it goes on, or it ends."))
