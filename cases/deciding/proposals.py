"""A decision that two people take: one prepares it, and it counts when another who reads the case agrees.

Who agrees sees everything that the decision will keep and send. Where nobody else reads the case, the next in the chain who
is free comes as a co-reader (docs/domain.md#two-people).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.decisions import Choice, Judged, carry_out, judge_choice
from cases.deciding.deeds import Deed, deed_in_words, whole_text
from cases.deciding.faults import CannotDecide
from cases.deciding.rows import row_in_words
from cases.desk.access import give_access
from cases.desk.keys import key_of, opened_file
from cases.desk.refusals import MIN_REASON, NotAllowed
from cases.events import CaseEvent
from cases.job_kinds import CaseJob
from cases.models import Case, CaseDecision, Proposal
from cases.people.handover import begin, recovery_of, successor
from cases.people.hearing import hear
from cases.protocol.decision_questions import in_words
from cases.protocol.engine import labels
from cases.protocol.forms import message_forms
from jobs.outbox import Promise, enqueue, enqueue_all
from organisations.access.bars import not_barred
from organisations.access.policy import Actor
from organisations.models import HANDLING, Assignment, Person
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key
from vault import ledger
from vault.compartments import Compartment, read_text, sealed_by_id, write_text
from vault.models import SealedText

PURPOSE, ANSWER = "proposal", "proposal_answer"
Sealed = Mapping[UUID, SealedText]
State = Proposal.State


@dataclass(frozen=True)
class OpenedProposal:
    """A proposal with its opened words. `text` is what the reporter would read."""

    proposal: Proposal
    label: str
    choice: Choice
    text: str
    records: list[list[tuple[str, str]]]
    details: list[tuple[str, str]]
    is_own: bool
    answer: str = ""


@transaction.atomic
def propose(
    case: Case, choice: Choice, *, actor: Actor, revision: int, about: str = "", now: datetime | None = None
) -> Proposal:
    """Keep a decision for a second person, judged as if it were taken now. Raises as :func:`decide`."""
    judged = judge_choice(case, choice, maker=actor, revision=revision, now=now)
    if not judged.rule.done_by.other_person:
        raise CannotDecide(_("One person decides this. Take the decision itself."))
    case = judged.case
    if case.proposals.filter(code=choice.code, state=State.ASKED).exists():
        raise CannotDecide(_("This was proposed already. Answer that proposal, or take it back first."))
    key = key_of(case, Compartment.FILE, actor)
    proposal = Proposal.objects.create(
        case=case,
        code=choice.code,
        words=write_text(key, PURPOSE, _sealed(judged)).id,
        made_by=actor.person,
        made_for=actor.organisation,
        revision=case.revision,
    )
    ledger.record(case.id, CaseEvent.PROPOSED, actor=actor.person.id, decision=choice.code)
    enqueue(CaseJob.PROPOSED, proposal.id)
    hear(case, judged.words, about, actor=actor)
    if not _seconds(
        case, actor.person.id
    ):  # last: whom the words name, or who was just kept out, never comes as the second
        _bring_second(case)
    return proposal


@transaction.atomic
def agree(case: Case, proposal: UUID, *, actor: Actor, now: datetime | None = None) -> CaseDecision:
    """The second person agrees, and the decision is taken now. It is judged again: who made it may still decide it, and
    the case may not have moved on. Raises as :func:`decide`."""
    case, row = _asked(case, proposal, actor)
    if row.made_by_id == actor.person.id:
        raise CannotDecide(_("You made this proposal. Somebody else who reads the case answers it."))
    opened = open_proposal(row, actor)
    maker = Actor.at(row.made_by, row.made_for)
    try:
        judged = judge_choice(case, opened.choice, maker=maker, revision=None, now=now)
    except NotAllowed:
        raise CannotDecide(_("Who made this proposal no longer works the case. Refuse it, and decide anew.")) from None
    if (not judged.option.anytime or judged.option.again) and _moved_since(case, row):
        raise CannotDecide(_("The case has moved on since this was proposed. Refuse it, and propose anew."))
    row.state, row.answered_by, row.answered_at = State.AGREED, actor.person, timezone.now()
    row.save(update_fields=["state", "answered_by", "answered_at"])
    return carry_out(judged, signer=actor, maker=row.made_by)


@transaction.atomic
def refuse(case: Case, proposal: UUID, *, actor: Actor, reason: str, about: str = "") -> None:
    """The second person does not agree, and says why; who made it takes it back without a reason. Raises
    :class:`CannotDecide`, NotAllowed and AskFirst."""
    case, row = _asked(case, proposal, actor)
    is_own = row.made_by_id == actor.person.id
    if not is_own and len(reason.strip()) < MIN_REASON:
        raise CannotDecide(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON}, "reason")
    row.state = State.WITHDRAWN if is_own else State.REFUSED
    row.answered_by, row.answered_at = actor.person, timezone.now()
    if reason.strip():
        row.answer = write_text(key_of(case, Compartment.FILE, actor), ANSWER, reason.strip()).id
    row.save()
    event = CaseEvent.PROPOSAL_WITHDRAWN if is_own else CaseEvent.PROPOSAL_REFUSED
    ledger.record(case.id, event, actor=actor.person.id, decision=row.code)
    if not is_own and row.made_by.email:
        enqueue_all([Promise(ReportJob.PING_PERSON, row.made_by_id, ping_key("answered", case.id, row.id))])
    hear(case, reason, about, actor=actor)


def proposals_of(case: Case, actor: Actor, sealed: Sealed | None = None) -> list[OpenedProposal]:
    """What was proposed in the case, the newest first. The caller has asked `may(actor, "case.file", case)`. `sealed`: texts
    of the file by their id that were looked up already."""
    rows = list(case.proposals.select_related("made_by", "made_for", "answered_by", "case"))
    return [open_proposal(row, actor, sealed) for row in rows]


def open_proposal(row: Proposal, actor: Actor, sealed: Sealed | None = None) -> OpenedProposal:
    """A proposal with its words, which the key of the actor opens."""
    key = key_of(row.case, Compartment.FILE, actor)
    if sealed is None:
        sealed = sealed_by_id(row.case_id, Compartment.FILE, PURPOSE, ANSWER)
    data = json.loads(read_text(key, sealed[row.words]))
    rows = tuple(data["rows"])
    deed = Deed.of_data(data["deed"], rows)
    choice = Choice(row.code, data["reason"], data["outcome"], data["details"], deed)
    rule = dict(row.case.protocol.every_decision()).get(row.code)
    form = rule.done_by.record if rule else ""
    text = whole_text(message_forms()[rule.done_by.message], deed.told) if rule and rule.done_by.message else ""
    return OpenedProposal(
        row,
        labels(row.case.protocol).get(row.code, row.code),
        choice,
        text,
        [row_in_words(form, one) for one in rows],
        [*in_words(choice.details), *deed_in_words(deed.as_data() | {"told": None})],
        row.made_by_id == actor.person.id,
        read_text(key, sealed[row.answer]) if row.answer else "",
    )


def waiting_proposals(case: Case) -> list[Proposal]:
    """What waits for a second person in the case."""
    return list(case.proposals.filter(state=State.ASKED).select_related("made_by"))


def _sealed(judged: Judged) -> str:
    choice = judged.choice
    data = asdict(choice) | {
        "deed": choice.deed.as_data(),
        "rows": list(choice.deed.rows),
        "details": dict(choice.details),
    }
    return json.dumps(data)


def _moved_since(case: Case, row: Proposal) -> bool:
    """Whether the case went to another phase after this was proposed: the same deed would do something else there."""
    later = case.decisions.filter(track="", sequence__gt=row.revision)
    return later.exclude(following=F("phase")).exists()


def _asked(case: Case, proposal: UUID, actor: Actor) -> tuple[Case, Proposal]:
    """The locked case and the proposal that waits. Raises NotAllowed for who does not read the case."""
    case, _key = opened_file(case, actor, "case.agree")
    row = case.proposals.select_related("made_by", "made_for", "case").filter(id=proposal, state=State.ASKED).first()
    if row is None:
        raise CannotDecide(_("This was answered already. Here is how it stands."))
    return case, row


def tell_seconds(proposal: UUID) -> None:
    """Mail to who can agree now. Who lost the case since the proposal was made hears nothing."""
    row = Proposal.objects.select_related("case").filter(id=proposal, state=State.ASKED).first()
    if row is not None:
        people = [person for person in _seconds(row.case, row.made_by_id) if person.email]
        enqueue_all(
            Promise(ReportJob.PING_PERSON, person.id, ping_key("proposal", row.case_id, row.id, person.id))
            for person in people
        )


def _seconds(case: Case, maker: UUID) -> list[Person]:
    """Who can agree: those with a part by which they read the file, and who are not kept out. `maker`: who proposed it."""
    reading = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING).exclude(person=maker)
    return list({row.person_id: row.person for row in not_barred(case.id, reading.select_related("person"))}.values())


def _bring_second(case: Case) -> None:
    source = recovery_of(case)
    comes = successor(case, "co_reader", source, leaving=None) or successor(case, "handler", source, leaving=None)
    if comes is None:
        raise CannotDecide(
            _(
                "Nobody else may read this case, and nobody else in the chain is free. Call the support centre for integrity."
            )
        )
    begin(case, "co_reader", comes, source)
    give_access(case)
