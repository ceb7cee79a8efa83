"""Somebody is said not to be free of a case: of oneself it is final, of somebody else a second person decides."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused, reason_of
from cases.events import CaseEvent
from cases.models import Case, HandOver
from cases.people.barring import end_parts, keep_out_beside, stop, wait_for_answer
from cases.people.handover import GROUND_WORDS, PURPOSE, change_in_words, locked_assignment, recovery_of
from cases.people.hearing import hear
from organisations.access import bars
from organisations.access.bars import NOT_FREE, Suspended
from organisations.access.policy import Actor, may
from organisations.models import Assignment, Suspension
from vault import ledger
from vault.compartments import Compartment, open_with, write_text
from vault.keyring.keys import unlock


@transaction.atomic
def declare_conflict(
    case: Case, assignment: UUID, *, actor: Actor, grounds: Iterable[str], reason: str, about: str = ""
) -> str:
    """Somebody is said not to be free of the case. `assignment` is the id of theirs; `grounds` are codes of
    :data:`GROUND_WORDS`; `about` as for :func:`hear`. Raises Refused when words are missing, and AskFirst.

    Said of oneself, it is final, and the next in the chain comes ("final"). Said of somebody else, access stops at once
    and a second person decides within one working day ("stopped"); who reads nothing of the case stops nobody before that
    second person agrees ("asked").
    """
    case, leaving = locked_assignment(case, assignment)
    if not may(actor, "case.conflict", case):
        raise Refused(_("You can no longer do this here."))
    chosen = [ground for ground in GROUND_WORDS if ground in set(grounds)]
    if not chosen:
        raise Refused(_("Choose at least one ground."))
    sealed = _sealed(case, change_in_words(leaving.person.name, grounds=chosen, reason=reason_of(reason)))
    person = leaving.person
    every = list(
        Assignment.objects.running().filter(case=case.id, person=person).select_related("person", "organisation")
    )
    if person == actor.person:
        bars.recuse(case.id, [person.id])
        keep_out_beside(case, person.id, said_by=person.id)
        stop(case, every, why=HandOver.Why.CONFLICT, by=actor.person, reason=sealed)
        end_parts(case)
        hear(case, reason, about, actor=actor)
        return "final"
    suspended = Suspended(str(person.id), NOT_FREE, str(actor.person.id), reason=str(sealed))
    if not may(actor, "case.read", case):
        for row in bars.suspend(case.id, case.report.organisation, [suspended], Suspension.State.ASKED):
            wait_for_answer(row)
        # The words are not heard: who reads nothing keeps nobody out by a word either.
        ledger.record(case.id, CaseEvent.NOT_FREE_ASKED, actor=actor.person.id, person=str(person.id))
        return "asked"
    Suspension.objects.filter(
        case=case.id, token=bars.token_of(case.id, person.id), state=Suspension.State.ASKED
    ).delete()
    bars.suspend(case.id, case.report.organisation, [suspended])
    keep_out_beside(case, person.id, said_by=actor.person.id)
    stop(case, every, why=HandOver.Why.CONFLICT, by=actor.person, reason=sealed)
    end_parts(case)
    hear(case, reason, about, actor=actor)
    return "stopped"


def _sealed(case: Case, words: str) -> UUID:
    """Who reads nothing has no key of the file: the recovery key writes for them."""
    source = recovery_of(case)
    return write_text(open_with(case.id, Compartment.FILE, source, unlock(source)), PURPOSE, words).id
