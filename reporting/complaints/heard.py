"""What was told apart, for recusal and for nobody else: the recovery key opens it. Whoever would come to the case is compared with
it; whoever has a part in the case loses nothing by it, since they would notice."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from organisations.access.failing_closed import failing_closed
from organisations.access.recusal import Circle, keep_out
from reporting.form.persons.weighing import everybody_near
from reporting.models import Complaint, Report
from vault.compartments import Compartment, open_with, read_text, texts
from vault.keyring.keys import recovery_key_pair, unlock

PURPOSE = "complaint"  # stored purpose of sealed texts


@dataclass(frozen=True)
class Heard:
    """One message. `author`: its reader who wrote it; None for the reporter."""

    author: UUID | None
    text: str


def heard_in(complaint: Complaint) -> list[Heard]:
    """Everything that was written in one complaint so far. Raises NoKey."""
    source = recovery_key_pair(complaint.handled_by_id)
    key = open_with(complaint.id, Compartment.CONTENT, source, unlock(source))
    authors: dict[UUID, UUID | None] = dict(complaint.messages.values_list("text", "author"))
    return [
        Heard(authors.get(row.id), read_text(key, row)) for row in texts(complaint.id, Compartment.CONTENT, PURPOSE)
    ]


def heard_apart(report: Report) -> list[Heard]:
    """Everything that was told apart about a report, also what was dealt with. One query where nothing was."""
    return [heard for complaint in report.complaints.all() for heard in heard_in(complaint)]


def named_apart(report: Report, people: Collection[UUID]) -> frozenset[UUID]:
    """Who of these people, who would come to the case, is named in what was told apart about it, or is related to somebody who
    is. Nobody is meant by what they wrote themselves. What people of the case said of a name counts for nothing here: they do
    not know these words. Raises :class:`~organisations.access.failing_closed.CannotWeigh`."""
    wanted = frozenset(people)
    with failing_closed():
        heard = heard_apart(report) if wanted else []
        if not heard:
            return frozenset()
        near = everybody_near(report, Circle(), wanted)
        near = replace(near, watchers=near.watchers | wanted)  # to be mentioned counts for whoever comes
        authors = {one.author for one in heard if one.author} & wanted
        found: set[UUID] = set()
        for group in (wanted - authors, *({author} for author in authors)):
            words = tuple(one.text for one in heard if one.author not in group)
            found |= keep_out(Circle(unasked=words), near).everybody & group
        return frozenset(found)
