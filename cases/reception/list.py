"""The list of bans for the reception: who may not come where, and until when. Nothing else, and nothing of a case.

Only a ban of which the letter went out stands there, to the last day that the letter says. Source: docs/domain.md#deeds.
"""

import json
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.events import CaseEvent
from cases.models import BarredVisitor, Case, CaseRecord
from cases.people.words.purposes import PARTY, RECORD
from organisations.access.bars import hidden_cases
from organisations.access.policy import Actor
from organisations.people.comparing import is_compared
from organisations.people.relations import declared_after
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id
from vault.keyring.keys import Codes

OUTSIDER_TOLD, OUTSIDER_MEASURE, BAN = "outsider_told", "outsider_measure", "ban"
PURPOSE = "reception"


@dataclass(frozen=True)
class ShownBan:
    """One line of the list."""

    name: str
    places: str
    until: date


def keep_at_reception(case: Case, record: CaseRecord, key: ContentKey) -> None:
    """The letter of a measure went out: where it is a ban, the reception knows it from now on, as the letter says it. `key`: of
    the file."""
    sealed = sealed_by_id(case.id, Compartment.FILE, RECORD, PARTY)
    answers = json.loads(read_text(key, sealed[record.words]))
    if answers.get("what") != BAN or record.party is None or record.until is None:
        return
    given = {"name": json.loads(read_text(key, sealed[record.party.words]))["name"], "places": answers["places"]}
    organisation = case.report.organisation
    row = BarredVisitor.objects.filter(record=record).first() or BarredVisitor(id=uuid4(), record=record)
    row.organisation, row.until = organisation, record.until
    row.sealed = Codes().seal(organisation.id, given, PURPOSE, row.id)
    row.save()


@transaction.atomic
def bans_for(actor: Actor) -> list[ShownBan] | None:
    """The bans in force for who is at the reception, by name. Nothing is seen of a case by who may not know of it, or said since
    it came to be related to somebody. None as long as the actor was not compared with the cases after a new role, function, name
    or relation. The look stands in the ledger. The caller has asked `may(actor, "reception.list")`."""
    if not is_compared(actor.person.id):
        return None
    rows = list(
        BarredVisitor.objects.filter(
            organisation=actor.organisation, until__gte=timezone.localdate(), record__in=CaseRecord.objects.running()
        )
        .exclude(Exists(declared_after(actor.person.id, OuterRef("record__case__started_on"))))
        .select_related("record")
    )
    hidden = hidden_cases(actor.person.id, {row.record.case_id for row in rows})
    codes, shown = Codes(), []
    for row in rows:
        if row.record.case_id not in hidden:
            given = codes.open(actor.organisation.id, bytes(row.sealed), PURPOSE, row.id)
            shown.append(ShownBan(given["name"], given["places"], row.until))
    ledger.record(actor.organisation.id, CaseEvent.RECEPTION_SEEN, actor=actor.person.id, count=len(shown))
    return sorted(shown, key=lambda one: (one.name.casefold(), one.until))


def delete_past(today: date) -> None:
    """Delete the lines of which the last day is past, and those whose measure ended: nothing of them is kept here."""
    BarredVisitor.objects.filter(Q(until__lt=today) | ~Q(record__in=CaseRecord.objects.running())).delete()
