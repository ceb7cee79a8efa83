"""What people of a case wrote on their papers pages, for who decides: their replies to a draft, and what got no answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.events import CaseEvent
from cases.models import Bundle, BundleEntry, Case
from cases.parties.entries import OpenedEntry, read
from cases.parties.opened import open_at_desk
from cases.parties.parties import OpenedParty, parties_of
from organisations.access.policy import Actor
from organisations.models import WORKING
from vault import ledger

By, Kind = BundleEntry.By, BundleEntry.Kind


@dataclass(frozen=True)
class DraftReply:
    """A draft on the papers page of somebody. `reply`: their answer to it, None where there is none."""

    person: OpenedParty
    draft: OpenedEntry
    reply: OpenedEntry | None


@dataclass(frozen=True)
class Unanswered:
    """What somebody wrote last on their papers page, after everything that was written to them."""

    person: OpenedParty
    on: date
    is_new: bool  # nobody who works the case read it yet


def replies_to_drafts(case: Case, actor: Actor, relations: Iterable[str]) -> list[DraftReply]:
    """Every draft on a papers page of the case with the reply to it. What is shown here is read, and the ledger says by whom.
    `relations`: those of the actor. The caller has asked `may(actor, "case.file", case)`."""
    found = []
    people = {one.party.id: one for one in parties_of(case, actor)}
    rows = Bundle.objects.filter(case=case, entries__kind=Kind.DRAFT).distinct()
    for bundle in rows.select_related("case", "organisation", "party"):
        opened = {one.entry.id: one for one in read(open_at_desk(bundle, actor=actor))}
        drafts = [one for one in opened.values() if one.entry.kind == Kind.DRAFT]
        answered = {one.entry.answers_id: one for one in opened.values() if one.entry.answers_id}
        found += [DraftReply(people[bundle.party_id], one, answered.get(one.entry.id)) for one in drafts]
        ledger.record(case.id, CaseEvent.BUNDLE_READ, actor=actor.person.id, number=bundle.party.number)
    if set(relations) & set(WORKING):
        shown = [one.reply.entry.id for one in found if one.reply]
        BundleEntry.objects.filter(id__in=shown, seen=False).update(seen=True)
    return found


def unanswered_of(case: Case, actor: Actor) -> list[Unanswered]:
    """The people of the case who wrote or asked something, and to whom nobody wrote since; also where their page has ended. A
    reply to a draft asks no answer. The caller has asked `may(actor, "case.file", case)`."""
    last: dict[object, BundleEntry] = {}
    rows = BundleEntry.objects.filter(bundle__case=case).exclude(kind__in=[Kind.REPLY, Kind.NO_REPLY])
    for entry in rows.select_related("bundle").order_by("bundle__made_on", "bundle_id", "sequence"):
        last[entry.bundle.party_id] = entry
    waiting = [entry for entry in last.values() if entry.by == By.PARTY]
    if not waiting:
        return []
    people = {one.party.id: one for one in parties_of(case, actor)}
    return [Unanswered(people[one.bundle.party_id], one.on, not one.seen) for one in waiting]
