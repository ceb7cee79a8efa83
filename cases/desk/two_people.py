"""One person asks, a second one answers: what every request to a second person has in common, whatever is asked.

A second person is somebody else of the case. Two rows of one human are never both people of one request
(docs/domain.md#two-people).
"""

from typing import NoReturn, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from cases.job_kinds import CaseJob
from cases.models import (
    Case,
    Destruction,
    Export,
    HandingOn,
    IdentityRequest,
    KindChange,
    Proposal,
    Transfer,
    TwoPersonRequest,
)
from jobs.outbox import Promise, enqueue, enqueue_all
from organisations.access.bars import not_barred
from organisations.access.policy import Actor, may
from organisations.access.recusal import rows_of_one
from organisations.models import Assignment, Person
from organisations.people.comparing import is_compared
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key

Request = Proposal | KindChange | HandingOn | Transfer | IdentityRequest | Export | Destruction
# Those whose second person is somebody of the case, who hears of it by mail. A destruction is agreed on the command line.
KINDS: tuple[type[Request], ...] = (Proposal, KindChange, HandingOn, Transfer, IdentityRequest, Export)
State = TwoPersonRequest.State
Row = TypeVar("Row", bound=Request)


def ask_second(row: Request) -> None:
    """Promise mail without content to who can answer a request that was just kept."""
    enqueue(CaseJob.ASKED, row.id)


def tell_seconds(request: UUID) -> None:
    """Mail to who can answer a request now. Who lost the case since it was asked hears nothing."""
    for kind in KINDS:
        rows = kind._default_manager.select_related("case").filter(id=request, answered_by=None)
        row = rows.exclude(state__in=[State.WITHDRAWN, State.LAPSED]).first()
        if row is not None:
            enqueue_all(
                Promise(ReportJob.PING_PERSON, person.id, ping_key("second", row.case.id, row.id, person.id))
                for person in seconds(row)
                if person.email
            )


def seconds(row: Request) -> list[Person]:
    """Who can answer: those with a part in the case by which they do that, who are neither kept out nor the same human as
    who asked."""
    parts = Assignment.objects.holding().filter(case=row.case.id, relation__in=row.answering)
    people = {part.person_id: part.person for part in not_barred(row.case.id, parts)}
    same = rows_of_one(row.asked_by_id, people)
    return [person for person in people.values() if person.id not in same]


def waiting(rows: QuerySet[Row]) -> Row:
    """The first of these rows that waits for an answer. Raises Refused where none does."""
    row = rows.filter(state=State.ASKED).select_related("asked_by").first()
    if row is None:
        raise Refused(_("This was answered or taken back already. Here is how it stands."))
    return row


def is_own(row: Request, actor: Actor) -> bool:
    return row.asked_by_id == actor.person.id


def agree_to(row: Request, *, actor: Actor, asking: str) -> Actor:
    """A second person agrees: another human than who asked, who may still do in the case what `asking` says, a rule of
    policy.yaml. Returns who asked, as they work now. The caller holds the lock of the case. Raises Refused."""
    refuse_same(row, actor)
    parts = Assignment.objects.holding().filter(case=row.case.id, person=row.asked_by_id)
    askers = [Actor.at(part.person, part.organisation) for part in parts.select_related("person", "organisation")]
    asker = next((asker for asker in askers if may(asker, asking, row.case)), None)
    if asker is None:
        if not not_barred(row.case.id, parts):
            raise Refused(_("Who asked this no longer works the case. Refuse it, and ask anew."))
        refuse_asker(row.asked_by_id)
    keep_answer(row, row.agreed_state, actor)
    return asker


def refuse_asker(asked_by: UUID) -> NoReturn:
    """Who asked something may not do it now. Whoever must still be compared with what was reported may do so again within
    minutes: then the words say to wait, and not why. Raises Refused."""
    if not is_compared(asked_by):
        raise Refused(_("Nobody can agree with this at this moment. Try again in a few minutes: it stays as it is."))
    raise Refused(_("Who asked this may not ask it any more. Refuse it, and ask anew."))


def turn_down(row: Request, *, actor: Actor) -> bool:
    """A second person does not agree, and who asked hears that there is an answer; or who asked takes it back. Returns
    whether it was taken back. The caller holds the lock of the case. Raises Refused."""
    own = is_own(row, actor)
    if not own:
        refuse_same(row, actor)
    keep_answer(row, State.WITHDRAWN if own else State.REFUSED, actor)
    if not own and row.asked_by.email:
        enqueue_all([Promise(ReportJob.PING_PERSON, row.asked_by_id, ping_key("answered", row.case.id, row.id))])
    return own


def keep_answer(row: Request, state: str, actor: Actor) -> None:
    """Keep what was answered, by whom and when."""
    row.state, row.answered_by, row.answered_at = state, actor.person, timezone.now()
    row.save()


def refuse_same(row: Request, actor: Actor) -> None:
    """Raises Refused for who asked, also under another row."""
    if rows_of_one(row.asked_by_id, [actor.person.id]):
        raise Refused(_("You asked this yourself. Somebody else of this case must answer."))


def lapse(case: Case) -> None:
    """The case ended: nobody answers any more what waited in it."""
    for rows in _ending(case):
        rows.update(state=State.LAPSED)


def lapsing(case: Case) -> bool:
    """Whether anything would lapse if the case ended now. One query."""
    first, *others = (rows.order_by().values("id") for rows in _ending(case))
    return bool(first.union(*others, all=True)[:1])


def _ending(case: Case) -> list[QuerySet]:
    ending = [kind._default_manager for kind in KINDS if kind.ends_with_case]
    return [rows.filter(case=case, state=State.ASKED) for rows in ending]
