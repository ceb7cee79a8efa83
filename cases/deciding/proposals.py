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
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from cases.deciding.decisions import Choice, carry_out, judge_choice, with_person
from cases.deciding.deeds import Deed, deed_in_words, whole_text
from cases.deciding.records.rows import row_in_words
from cases.desk.access import give_access
from cases.desk.keys import key_of, opened_file
from cases.desk.refusals import Refused, reason_of
from cases.desk.two_people import agree_to, ask_second, is_own, seconds, turn_down, waiting
from cases.events import CaseEvent
from cases.models import Case, CaseDecision, Proposal
from cases.people.handover import begin, recovery_of, successor
from cases.people.hearing import hear
from cases.people.words.purposes import ANSWER, PROPOSAL
from cases.protocol.engine import labels
from cases.protocol.kinds.decision_questions import in_words
from cases.protocol.kinds.forms import message_forms
from organisations.access.policy import Actor
from organisations.access.recusal import rows_of_one
from organisations.models import Person
from vault import ledger
from vault.compartments import Compartment, read_text, sealed_by_id, write_text
from vault.models import SealedText

MOST_NAMES = 4  # who can agree: more of them are not named
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
        raise Refused(_("One person decides this. Take the decision itself."))
    case = judged.case
    if case.proposals.filter(code=choice.code, state=State.ASKED).exists():
        raise Refused(_("This was proposed already. Answer that proposal, or take it back first."))
    key, kept = key_of(case, Compartment.FILE, actor), with_person(judged, actor)
    proposal = Proposal.objects.create(
        case=case,
        code=choice.code,
        words=write_text(key, PROPOSAL, _sealed(kept)).id,
        asked_by=actor.person,
        revision=case.revision,
    )
    ledger.record(case.id, CaseEvent.PROPOSED, actor=actor.person.id, decision=choice.code)
    ask_second(proposal)
    hear(case, judged.words, about, actor=actor)
    # This comes last. Whom the words name, or who was just kept out, never comes as the second.
    if not seconds(proposal):
        _bring_second(case, actor.person)
    return proposal


@transaction.atomic
def agree(
    case: Case, proposal: UUID, *, actor: Actor, words: str = "", about: str = "", now: datetime | None = None
) -> CaseDecision:
    """The second person agrees, and the decision is taken now. It is judged again: who made it may still decide it, and
    the case may not have moved on. `words`: what they say with it, kept as their answer. Raises as :func:`decide`, and
    Refused."""
    case, row = _asked(case, proposal, actor)
    maker = agree_to(row, actor=actor, asking="case.decide")
    choice = open_proposal(row, actor).choice
    judged = judge_choice(case, choice, maker=maker, revision=None, now=now, signer=actor)
    if (not judged.option.anytime or judged.option.again) and _moved_since(case, row):
        raise Refused(_("The case has moved on since this was proposed. Refuse it, and propose anew."))
    if _keep_words(row, words, actor):
        row.save(update_fields=["answer"])
    decision = carry_out(judged, signer=actor, maker=row.asked_by)
    hear(case, words, about, actor=actor)
    return decision


@transaction.atomic
def refuse(case: Case, proposal: UUID, *, actor: Actor, reason: str, about: str = "") -> None:
    """The second person does not agree, and says why; who made it takes it back without a reason. Raises Refused,
    NotAllowed and AskFirst."""
    case, row = _asked(case, proposal, actor)
    if not is_own(row, actor):
        reason_of(reason)
    _keep_words(row, reason, actor)
    own = turn_down(row, actor=actor)
    event = CaseEvent.PROPOSAL_WITHDRAWN if own else CaseEvent.PROPOSAL_REFUSED
    ledger.record(case.id, event, actor=actor.person.id, decision=row.code)
    hear(case, reason, about, actor=actor)


def _keep_words(row: Proposal, words: str, actor: Actor) -> bool:
    """Seal what was said with the answer. False where nothing was."""
    if not words.strip():
        return False
    row.answer = write_text(key_of(row.case, Compartment.FILE, actor), ANSWER, words.strip()).id
    return True


def fell_through(person: UUID) -> QuerySet[Proposal]:
    """What this person proposed and was not done, neither taken back nor proposed again, until they saw what became of it."""
    again = Proposal.objects.filter(case=OuterRef("case"), code=OuterRef("code"), asked_at__gt=OuterRef("asked_at"))
    rows = Proposal.objects.exclude(state__in=[State.ASKED, State.AGREED, State.WITHDRAWN])
    return rows.filter(~Exists(again), asked_by=person, answer_seen=False)


def see_answer(row: Proposal, actor: Actor) -> None:
    """Who made a proposal reads what became of it."""
    if is_own(row, actor) and row.state != State.ASKED and not row.answer_seen:
        Proposal.objects.filter(id=row.id).update(answer_seen=True)


def proposals_of(case: Case, actor: Actor, sealed: Sealed | None = None) -> list[OpenedProposal]:
    """What was proposed in the case, the newest first. The caller has asked `may(actor, "case.file", case)`. `sealed`: texts
    of the file by their id that were looked up already."""
    rows = list(case.proposals.select_related("asked_by", "answered_by", "case"))
    return [open_proposal(row, actor, sealed) for row in rows]


def open_proposal(row: Proposal, actor: Actor, sealed: Sealed | None = None) -> OpenedProposal:
    """A proposal with its words, which the key of the actor opens."""
    key = key_of(row.case, Compartment.FILE, actor)
    if sealed is None:
        sealed = sealed_by_id(row.case_id, Compartment.FILE, PROPOSAL, ANSWER)
    data = json.loads(read_text(key, sealed[row.words]))
    rows = tuple(data["rows"])
    deed = Deed.of_data(data["deed"], rows)
    choice = Choice(row.code, data["reason"], data["outcome"], data["details"], deed, data.get("answered", 0))
    rule = row.case.protocol.rule_of(row.code)
    form = rule.done_by.record if rule else ""
    text = whole_text(message_forms()[rule.done_by.message], deed.told) if rule and rule.done_by.message else ""
    return OpenedProposal(
        row,
        labels(row.case.protocol).get(row.code, row.code),
        choice,
        text,
        [row_in_words(form, one) for one in rows],
        [*in_words(choice.details), *deed_in_words(deed.as_data() | {"told": None})],
        is_own(row, actor),
        read_text(key, sealed[row.answer]) if row.answer else "",
    )


def waiting_proposals(case: Case) -> list[Proposal]:
    """What waits for a second person in the case."""
    return list(case.proposals.filter(state=State.ASKED).select_related("asked_by"))


def _sealed(choice: Choice) -> str:
    data = asdict(choice) | {
        "deed": choice.deed.as_data(),
        "rows": list(choice.deed.rows),
        "details": dict(choice.details),
    }
    return json.dumps(data)


def _moved_since(case: Case, row: Proposal) -> bool:
    """Whether the case went to another phase after this was proposed: the same deed would do something else there."""
    if case.kind_changes.filter(state=State.AGREED, answered_at__gt=row.asked_at).exists():
        return True
    later = case.decisions.filter(track="", sequence__gt=row.revision)
    return later.exclude(following=F("phase")).exists()


def _asked(case: Case, proposal: UUID, actor: Actor) -> tuple[Case, Proposal]:
    """The locked case and the proposal that waits. Raises Refused, and NotAllowed for who does not read the case."""
    case, _key = opened_file(case, actor, "case.agree")
    return case, waiting(case.proposals.select_related("case").filter(id=proposal))


def _bring_second(case: Case, maker: Person) -> None:
    """Let the next in the chain come as a co-reader. Another row of who made the proposal is no second person."""
    source, same = recovery_of(case), {maker.id}
    while comes := (
        successor(case, "co_reader", source, leaving=None, never=same)
        or successor(case, "handler", source, leaving=None, never=same)
    ):
        if not rows_of_one(maker.id, [comes.person.id]):
            begin(case, "co_reader", comes, source)
            give_access(case)
            return
        same.add(comes.person.id)
    raise Refused(
        _(
            "Nobody else may read this case, and nobody else in the chain is free. Call the support centre for integrity."
        )
    )


def seconds_in_words(row: Proposal, *, by_name: bool) -> str:
    """Who can agree to a proposal, in words: by name for who reads the case."""
    names = [person.name for person in seconds(row)] if by_name else []
    if not names or len(names) > MOST_NAMES:
        return _("somebody else who reads this case")
    return get_text_list(names)
