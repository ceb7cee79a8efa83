"""A case goes to another organisation of its chain, although nobody turned out not to be free: one person asks,
another decides.

Two people of the case agree, since nobody moves a case alone (docs/domain.md#handing-over).
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.access import give_access
from cases.desk.codes import case_codes
from cases.desk.keys import opened_file
from cases.desk.refusals import Refused, reason_of
from cases.desk.two_people import agree_to, ask_second, turn_down, waiting
from cases.events import CaseEvent
from cases.models import Case, HandOver, Transfer
from cases.people.handover import (
    FreePeople,
    Successor,
    change_in_words,
    move,
    record_hand_over,
    recovery_of,
    tell_moved,
)
from cases.people.hearing import hear
from cases.people.words.purposes import TRANSFER
from organisations.access.policy import Actor
from organisations.access.routing import chain
from organisations.people.appointments import Rosters
from vault import ledger
from vault.compartments import Compartment, open_with, read_text, texts, write_text
from vault.keyring.keys import unlock


def destinations(case: Case) -> list[Successor]:
    """The organisations further on in the chain of the case, each with the first person who is free there."""
    free, rosters = FreePeople(case, recovery_of(case)), Rosters(timezone.localdate())
    by_organisation: dict[UUID, Successor] = {}
    for at, code in chain(case.report.organisation, case_codes(case).get("row", "unknown")):
        if at.id == case.organisation_id or at.id in by_organisation:
            continue
        people = free.among(rosters.holders(at, code))
        if people:
            by_organisation[at.id] = Successor(people[0], at, code)
    return list(by_organisation.values())


@transaction.atomic
def ask_transfer(case: Case, to: UUID, *, actor: Actor, reason: str, about: str = "") -> Transfer:
    """Ask that another organisation handles the case. `to` is its id, `about` as for :func:`hear`. Raises Refused,
    NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.hand_over")
    where = next((destination for destination in destinations(case) if destination.organisation.id == to), None)
    if where is None:
        raise Refused(_("Choose an organisation from the list."))
    if case.transfers.filter(state=Transfer.State.ASKED).exists():
        raise Refused(_("Somebody asked for a transfer already. Decide about that first."))
    words = reason_of(reason)
    transfer = Transfer.objects.create(
        case=case, to=where.organisation, asked_by=actor.person, reason=write_text(key, TRANSFER, words).id
    )
    ledger.record(case.id, CaseEvent.TRANSFER_ASKED, actor=actor.person.id, organisation=str(where.organisation.id))
    ask_second(transfer)
    hear(case, words, about, actor=actor)
    return transfer


@transaction.atomic
def decide_transfer(transfer: Transfer, *, actor: Actor, agree: bool) -> None:
    """A second person of the case agrees or refuses. Who asked can only take the request back. Raises Refused and
    NotAllowed."""
    case, _key = opened_file(transfer.case, actor, "case.file")
    asked = waiting(case.transfers.select_related("case").filter(id=transfer.id))
    if not agree:
        event = CaseEvent.TRANSFER_WITHDRAWN if turn_down(asked, actor=actor) else CaseEvent.TRANSFER_REFUSED
        ledger.record(case.id, event, actor=actor.person.id)
        return
    agree_to(asked, actor=actor, asking="case.hand_over")
    where = next(
        (destination for destination in destinations(case) if destination.organisation.id == asked.to_id), None
    )
    if where is None:
        raise Refused(_("Nobody is free there any more. Refuse this and choose again."))
    source = recovery_of(case)
    sealed = texts(case.id, Compartment.FILE, TRANSFER).get(id=asked.reason)
    reason = read_text(open_with(case.id, Compartment.FILE, source, unlock(source)), sealed)
    recovery = move(case, where, source, by=actor.person)
    give_access(case)
    tell_moved(case)
    words = change_in_words(asked.asked_by.name, reason=reason)
    record_hand_over(case, HandOver.Why.TRANSFERRED, "handler", words, actor.person, recovery)
