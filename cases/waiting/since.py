"""Since when something waits, where no column says it: the ledger knows when somebody asked."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from cases.events import CaseEvent
from cases.models import Bundle
from cases.parties.opened import lacks_code as pages_without_code
from cases.waiting.found import Found
from organisations.access.policy import Actor
from reporting.form.written import lacks_code
from vault import ledger


def since_asked(_actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Signals: one whose day has come waits since that day, and one that somebody says to drop before it since they said so.
    One query, and none where every day has come."""
    early = {one.case for one in found if one.since is None}
    asked = {chain: at for chain, at, _detail in _moments(early, CaseEvent.SIGNAL_DROP_ASKED)}
    return [one._replace(since_at=asked.get(one.case)) if one.case in early else one for one in found]


def since_offered(_actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Redactions wait since they were offered the last time, however long somebody worked on them. One query."""
    events = _moments({one.case for one in found}, CaseEvent.REDACTION_OFFERED)
    offered = {(chain, str(detail["number"])): at for chain, at, detail in events}
    return [one._replace(since_at=offered.get((one.case, one.which))) for one in found]


def whose_code_nobody_sends(_actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Of reports that somebody wrote down (`which`), those in which whoever could send the code is kept out."""
    lacks = lacks_code({one.case: UUID(one.which) for one in found}) if found else set()
    return [one for one in found if one.case in lacks]


def whose_page_lacks_code(_actor: Actor, found: list[Found]) -> Iterable[Found]:
    """Of papers pages of people (`which`) whose code nobody has taken, those that no code opens any more. Three queries, none
    where there is no such page."""
    pages = Bundle.objects.readable().filter(party__in=[one.which for one in found], is_taken=False) if found else ()
    by_id = {bundle.id: str(bundle.party_id) for bundle in pages}
    lacks = {by_id[bundle] for bundle in pages_without_code(pages)}
    return [one for one in found if str(UUID(one.which)) in lacks]


def _moments(chains: set, event: ledger.Event) -> Iterator[tuple]:
    """(chain, moment, detail) of these events, the last one of a chain last."""
    entries = ledger.entries_in(chains, event) if chains else ()
    return ((chain, entry.at, entry.detail) for chain, entry in entries if isinstance(entry.at, datetime))
