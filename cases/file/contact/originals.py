"""Opening a piece of evidence as it came, which asks why."""

from django.db import transaction

from cases.desk.keys import opened_file
from cases.events import CaseEvent
from cases.models import Case
from cases.people.hearing import hear
from cases.people.words.purposes import ORIGINAL_REASON
from organisations.access.policy import Actor
from vault import ledger
from vault.compartments import write_text


@transaction.atomic
def say_why_original(case: Case, number: int, why: str, *, actor: Actor, about: str = "") -> None:
    """Keep why somebody opens the original of this piece. `about` as for :func:`hear`. Raises NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.original")
    reason = write_text(key, ORIGINAL_REASON, why)
    ledger.record(case.id, CaseEvent.EVIDENCE_ORIGINAL, actor=actor.person.id, number=number, reason=str(reason.id))
    hear(case, why, about, actor=actor)
