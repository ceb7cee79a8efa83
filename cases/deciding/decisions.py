"""Taking a decision: whether it may be taken, and what was decided. What it brings about stands in `effects.py`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.deciding.deeds import ELSEWHERE, MAILBOX, NO_DEED, Deed, deed_in_words, judge, whole_text
from cases.deciding.effects import Deciding, take_effect
from cases.deciding.judging import (
    NOT_IN_EVERY_CASE,
    at_moment,
    explain,
    has_opened,
    powers_of,
    refuse_unanswered,
    situation,
    states_in,
    who_in_words,
)
from cases.deciding.later import refuse_older
from cases.deciding.newcomers import NOT_NEW, is_new
from cases.deciding.offered import is_for_somebody_else, offered_text
from cases.deciding.persons import judged_person, written_down
from cases.deciding.records.records import ShownRecord, changes_of_records, shown_record
from cases.deciding.together.closing import closed_too
from cases.desk.codes import case_codes
from cases.desk.keys import file_key, key_of, locked
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.models import Case, CaseDecision, CaseRecord
from cases.people.hearing import hear
from cases.people.proofs import refuse_shared
from cases.people.words.purposes import CHANGE, DETAILS, REASON, RECORD
from cases.protocol.definitions import Decision
from cases.protocol.engine import NotNow, Option, Situation, state_of, take
from cases.protocol.kinds.decision_questions import Power, in_words
from cases.protocol.kinds.forms import message_forms
from organisations.access.policy import Actor, may, standing_in
from organisations.codes import code_list
from organisations.models import Person
from vault.compartments import Compartment, read_text, sealed_by_id
from vault.keyring.keys import Codes
from vault.models import SealedText

READ_FIRST = gettext_lazy("Read the report first: open the page “Report” of this case. What you typed stays here.")
WORDS = (REASON, DETAILS, RECORD, CHANGE)  # stored purposes of sealed texts


class Stale(Refused):
    """Somebody else decided in the case since the page was opened."""


@dataclass(frozen=True)
class Taken:
    """A decision with its reason in words, for who may read the file."""

    decision: CaseDecision
    label: str
    phase: str
    reason: str
    details: list[tuple[str, str]]
    shown: list[ShownRecord]

    @property
    def records(self) -> list[list[tuple[str, str]]]:
        """Each record with what it came to, as [(question, answer)]."""
        return [[*one.rows, *one.ending] for one in self.shown]

    @property
    def is_dated(self) -> bool:
        """Whether the deed was done at another moment than that at which it was recorded."""
        return abs(self.decision.made_at - self.decision.done_at) > timedelta(minutes=1)


@dataclass(frozen=True)
class Choice:
    """What somebody wants to decide: a code of the protocol, the outcome (a code of the list `disposition`), what the
    protocol asks beside the reason ({criterion: choice}, or {"power": code}), and the deed. `answered`: the number of the last
    message of the reporter of which was said that the text answers it, or that it needs no answer."""

    code: str
    reason: str = ""
    outcome: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    deed: Deed = NO_DEED
    answered: int = 0


@dataclass(frozen=True)
class Judged:
    """A choice that holds in a locked case, with all that taking it needs."""

    case: Case
    choice: Choice
    option: Option
    following: str
    at: datetime  # dates the deed
    text: str  # for the reporter
    words: str  # everything that somebody wrote
    now: datetime
    codes: Mapping[str, str]
    sealing: Codes
    now_is: Situation
    together: list[Case]  # the cases that end with this one, locked

    @property
    def rule(self) -> Decision:
        return self.option.decision


def decide(
    case: Case, choice: Choice, *, actor: Actor, revision: int, now: datetime | None = None, about: str = ""
) -> CaseDecision:
    """Take a decision that one person may take, and everything that follows from it, in one transaction. For a decision
    that two people take: cases/deciding/proposals.py.

    `revision` is that of the page on which it was taken. `about` as for :func:`hear`. Raises :class:`NotAllowed`, :class:`Stale`, Refused or :class:`AskFirst`; nothing has
    changed then.
    """
    with transaction.atomic():
        judged = judge_choice(case, choice, maker=actor, revision=revision, now=now)
        if judged.rule.done_by.other_person:
            raise Refused(
                _("Two people decide this. Propose it; it counts when somebody else who reads the case agrees.")
            )
        row = carry_out(judged, signer=actor)
        hear(judged.case, judged.words, about, actor=actor)
    return row


def judge_choice(
    case: Case,
    choice: Choice,
    *,
    maker: Actor,
    revision: int | None,
    now: datetime | None = None,
    signer: Actor | None = None,
) -> Judged:
    """Whether the maker may decide this now. Locks the case and writes nothing. `revision`: None where the page does not matter.
    `signer`: who agrees, and reads why not. Raises as :func:`decide`."""
    now = now or timezone.now()
    case = locked(case)
    standing = standing_in(maker, case)
    if not standing.may("case.decide"):
        raise NotAllowed
    if revision is not None:
        _refuse_stale(case, revision)
    sealing = Codes([case.organisation_id, maker.organisation.id])
    codes = case_codes(case, sealing)
    now_is = situation(case, codes, now)
    option, following = _take(case, now_is, choice.code)
    rule = option.decision
    if not standing.relations & set(rule.who):
        raise Refused(_("In this protocol somebody else decides this: %(who)s.") % {"who": who_in_words(rule)})
    if rule.new_person and not is_new(case, maker.person.id):
        raise Refused(str(NOT_NEW))
    choice = replace(choice, reason=choice.reason.strip(), outcome=_outcome(rule, choice.outcome))
    _refuse_incomplete(rule, choice, powers_of(case, codes))
    refuse_unanswered(case, option, choice.answered, is_proposed=revision is None)
    if rule.done_by.read and not has_opened(case, maker.person.id):
        raise Refused(str(READ_FIRST))
    if rule.done_by.person is not None:
        choice = replace(choice, deed=judged_person(case, rule.done_by.person, choice.deed, maker))
    other = is_for_somebody_else(case, rule, maker)
    states = states_in(case, now_is, rule, for_another=other)
    deed = judge(case, rule.done_by, choice.deed, now, states)
    refuse_older(case, option, deed.deed)
    if deed.deed.sent.document not in {"", ELSEWHERE}:
        key = key_of(case, Compartment.FILE, maker)
        refuse_shared(case, key, deed.deed.sent.document, deed.deed.persons(rule.done_by.record))
    if deed.at:  # a term must have passed when it was done, not when it is recorded
        option, following = _take(case, at_moment(now_is, deed.at), choice.code)
    return Judged(
        case=case,
        choice=replace(choice, deed=deed.deed),
        option=option,
        following=following,
        at=deed.at or now,
        text=deed.text,
        words="\n".join([choice.reason, *choice.details.values(), deed.words(_offered(case, rule, maker, other))]),
        now=now,
        codes=codes,
        sealing=sealing,
        now_is=now_is,
        together=closed_too(
            case, option, now_is, following, [(maker, "case.decide"), *([(signer, "case.agree")] if signer else [])]
        ),
    )


def _offered(case: Case, rule: Decision, maker: Actor, for_another: bool) -> str:
    message = rule.done_by.message
    return offered_text(case, message, maker, for_another=for_another) if message else ""


def with_person(judged: Judged, actor: Actor) -> Choice:
    """The judged choice; who is new in it is written down now. Raises Refused."""
    return replace(judged.choice, deed=written_down(judged.case, judged.rule.done_by, judged.choice.deed, actor))


def carry_out(judged: Judged, *, signer: Actor, maker: Person | None = None) -> CaseDecision:
    """Let a judged choice take effect, in the case and in those that it ends too. `signer` is at work now; where two
    people decide, the signer agrees and `maker` made it. Counts from the moment of agreement then."""
    case, option = judged.case, judged.option
    choice = with_person(judged, signer)
    if not all(may(signer, "case.agree" if maker else "case.decide", joined) for joined in judged.together):
        raise Refused(str(NOT_IN_EVERY_CASE))
    deciding = Deciding(
        case=case,
        code=choice.code,
        rule=option.decision,
        track=option.track,
        phase=state_of(case.protocol, judged.now_is, option.track) if option.track else case.phase,
        following=judged.following,
        maker=maker or signer.person,
        signer=signer,
        now=judged.now,
        at=judged.now if maker else judged.at,
        codes=judged.codes,
        reason=choice.reason,
        key=key_of(case, Compartment.FILE, signer),
        sealing=judged.sealing,
        outcome=choice.outcome,
        details=choice.details,
        deed=choice.deed,
        text=judged.text,
    )
    row = take_effect(deciding)
    for joined in judged.together:
        take_effect(_with_lead(joined, deciding))
    return row


def _take(case: Case, now_is: Situation, code: str) -> tuple[Option, str]:
    try:
        return take(case.protocol, now_is, code)
    except NotNow as not_now:
        raise Refused(explain(case, not_now)) from None


def _outcome(rule: Decision, outcome: str) -> str:
    """The outcome; where the rule knows only one, nobody has to choose."""
    return rule.outcome[0] if len(rule.outcome) == 1 else outcome


def _refuse_stale(case: Case, revision: int) -> None:
    if case.revision != revision:
        last = case.decisions.order_by("-sequence").first()
        raise Stale(
            _("Meanwhile %(who)s decided: “%(what)s”. Look at the case again; your reason is still here.")
            % {"who": last.actor.name if last else "", "what": last.label if last else ""}
        )


def _refuse_incomplete(rule: Decision, choice: Choice, powers: Mapping[str, Power]) -> None:
    if rule.because:
        reason_of(choice.reason)
    if rule.outcome and choice.outcome not in rule.outcome:
        raise Refused(_("Choose what the outcome is."), "outcome")
    asks_power = rule.form == "power" and choice.outcome == "statutory_power"
    if asks_power and choice.details.get("power") not in powers:
        raise Refused(_("Choose which statutory power was used."), "power")


def _with_lead(joined: Case, deciding: Deciding) -> Deciding:
    """The same decision in a case that is handled together with the one that it ended, with the same outcome."""
    codes = case_codes(joined, deciding.sealing)
    of_lead = deciding.codes_after
    words = _("Together with %(number)s.") % {"number": deciding.case.number}
    return replace(
        deciding,
        case=joined,
        lead=deciding.case,
        phase=joined.phase,
        codes=codes | {name: of_lead[name] for name in ("disposition", "outcome", "path") if name in of_lead},
        reason=f"{words} {deciding.reason}".strip(),
        key=key_of(joined, Compartment.FILE, deciding.signer),
        outcome="",
        details={},
        deed=NO_DEED,
        text=_text_for(joined, deciding),
    )


def _text_for(joined: Case, deciding: Deciding) -> str:
    """What the reporter of the joined case reads: nobody spoke to them, and the number of another case is not theirs."""
    if not deciding.text:
        return ""
    form = message_forms()[deciding.rule.done_by.message]
    told = replace(deciding.deed.told, way=MAILBOX, at="", whom="")
    return whole_text(form, told).replace(deciding.case.number, joined.number)


def decisions_taken(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[Taken]:
    """The decisions, newest first, with their reasons. The caller has asked `may(actor, "case.file", case)`. `sealed`:
    texts of the file by their id that were looked up already, reasons and details among them."""
    key = file_key(case, actor)
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, *WORDS)
    changes = changes_of_records(case, sealed)
    return [
        Taken(
            decision,
            decision.label,
            _title(case, decision),
            read_text(key, sealed[decision.reason]),
            _details_in_words(json.loads(read_text(key, sealed[decision.details])) if decision.details else {}),
            [shown_record(record, key, sealed, changes.get(record.id, [])) for record in decision.records.all()],
        )
        for decision in case.decisions.select_related("actor", "agreed_by", "case")
        .prefetch_related(Prefetch("records", CaseRecord.objects.select_related("ended_by")))
        .order_by("-sequence")
    ]


def outcomes_of(case: Case, actor: Actor, made: Sequence[CaseDecision]) -> dict[UUID, str]:
    """The outcome that was chosen in these decisions of the case, in words, {decision id: words}. The caller has asked
    `may(actor, "case.file", case)`."""
    key = file_key(case, actor)
    sealed = sealed_by_id(case.id, Compartment.FILE, DETAILS)
    details = {row.id: json.loads(read_text(key, sealed[row.details])) for row in made if row.details}
    chosen = code_list("disposition")
    return {row: str(chosen[kept["outcome"]]) for row, kept in details.items() if kept.get("outcome") in chosen}


def _details_in_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    chosen = code_list("disposition")
    outcome = [(_("Outcome"), str(chosen[details["outcome"]]))] if details.get("outcome") in chosen else []
    return [
        *outcome,
        *in_words({k: v for k, v in details.items() if k not in {"deed", "outcome"}}),
        *deed_in_words(details.get("deed", {})),
    ]


def _title(case: Case, decision: CaseDecision) -> str:
    """The words for where a decision was taken. A newer version of the protocol may not have that step any more; then
    its code."""
    try:
        return case.protocol.title_of(decision.phase, decision.track)
    except KeyError:
        return decision.phase
