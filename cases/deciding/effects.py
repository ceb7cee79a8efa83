"""What a decision brings about, step by step: one frozen value goes through a list of named effects.

The same list serves the case in which somebody decides and the cases that are handled together with it. The caller holds
the transaction and the locks.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from cases.counting.facts import count_outcome, count_report
from cases.deadlines.running import go_on, meet, rest, start_deadlines, stop_all, waive
from cases.desk.codes import seal_case_codes
from cases.events import CaseEvent
from cases.models import Case, CaseDecision, CaseTrack
from cases.protocol.decision_questions import decision_questions, moves
from cases.protocol.definitions import Decision
from organisations.access.policy import Actor
from reporting.codes import OUTCOME_OF_DISPOSITION
from reporting.dialogue.progress import tell
from vault import ledger
from vault.compartments import ContentKey, write_text
from vault.keys import Codes


@dataclass(frozen=True)
class Deciding:
    """One decision in one case, judged and about to take effect. The effects change `case` and nothing else of it."""

    case: Case  # locked by the caller
    code: str
    rule: Decision
    track: str  # empty for a decision that moves the phases
    phase: str  # the phase, or the state of the track, in which the decision is taken
    following: str  # the phase, or the state of the track, to which it leads
    actor: Actor
    now: datetime
    codes: Mapping[str, str]  # {code list: code} before this decision
    reason: str
    key: ContentKey  # of the compartment `file`
    sealing: Codes
    outcome: str = ""  # a code of the list `disposition`, where the rule asks one
    details: Mapping[str, str] = field(default_factory=dict)  # {criterion: choice}, or {"power": code}
    lead: Case | None = None  # the case in which it was decided, for a case that is handled together with it

    @property
    def codes_after(self) -> dict[str, str]:
        """{code list: code} with what this decision adds."""
        codes = {**self.codes, **self.rule.note}
        if self.outcome and self.rule.outcome:
            codes |= {"disposition": self.outcome, "outcome": OUTCOME_OF_DISPOSITION[self.outcome]}
        return codes

    @property
    def following_phase(self) -> str:
        return self.case.phase if self.track else self.following


Effect = Callable[[Deciding], None]


def take_effect(deciding: Deciding) -> CaseDecision:
    """Keep the decision and do all of :data:`EFFECTS`, in their order. Returns the row of the decision."""
    decision = _keep(deciding)
    for effect in EFFECTS:
        effect(deciding)
    return decision


def _keep(deciding: Deciding) -> CaseDecision:
    """The row with its sealed reason. The number of the decision is the new revision of the case."""
    case, key, details = deciding.case, deciding.key, dict(deciding.details)
    case.revision += 1
    return CaseDecision.objects.create(
        case=case,
        sequence=case.revision,
        code=deciding.code,
        phase=deciding.phase,
        following=deciding.following,
        track=deciding.track,
        actor=deciding.actor.person,
        made_at=deciding.now,
        reason=write_text(key, "reason", deciding.reason).id,
        details=write_text(key, "details", json.dumps(details)).id if details else None,
    )


def register_report(deciding: Deciding) -> None:
    """Count the report. A case that is handled together with another was registered before it was joined."""
    if deciding.rule.counts == "report" and deciding.lead is None:
        count_report(deciding.case, dict(deciding.codes), deciding.now)


def move_tracks(deciding: Deciding) -> None:
    """A decision of a track moves that track; the answers of the weighing form may move others."""
    case = deciding.case
    states = {deciding.track: deciding.following} if deciding.track else moves(deciding.details)
    moved = [
        CaseTrack(case=case, track=track, state=state)
        for track, state in states.items()
        if track in case.protocol.tracks
    ]
    CaseTrack.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["case", "track"], update_fields=["state"]
    )


def move_phase(deciding: Deciding) -> None:
    """The case goes to its next phase. Aside (on hold) its deadlines rest, back on its way they run again."""
    case, following = deciding.case, deciding.following_phase
    if following == case.phase:
        return
    was_aside, is_aside = case.phase_data.aside, case.protocol.phases[following].aside
    case.previous_phase = case.phase if is_aside else ""
    case.phase = following
    if is_aside and not case.phase_data.final:
        rest(case, deciding.now)
    elif was_aside:
        go_on(case, deciding.now)


def seal_codes(deciding: Deciding) -> None:
    """Seal the coded report with what this decision adds."""
    case = deciding.case
    case.codes = seal_case_codes(case.organisation_id, case.id, deciding.codes_after, deciding.sealing)


def move_deadlines(deciding: Deciding) -> None:
    """Meet, waive and start the deadlines that the rule names."""
    case, rule, now = deciding.case, deciding.rule, deciding.now
    meet(case, rule.meets, now)
    waive(case, rule.waives, now)
    start_deadlines(case, rule.starts, now)


def close_case(deciding: Deciding) -> None:
    """A final phase closes the case: nothing is asked any more."""
    if deciding.case.phase_data.final:
        deciding.case.closed_on = timezone.localdate(deciding.now)
        stop_all(deciding.case, deciding.now)


def save_case(deciding: Deciding) -> None:
    """Write the row of the case."""
    deciding.case.save()


def start_deadlines_of_power(deciding: Deciding) -> None:
    """A statutory power has deadlines of its own, such as that for an objection."""
    power = decision_questions().powers.get(deciding.details.get("power", ""))
    if deciding.rule.form == "power" and power:
        start_deadlines(deciding.case, power.starts, deciding.now)


def tell_reporter(deciding: Deciding) -> None:
    """Put the message of the rule into the mailbox of the reporter."""
    if deciding.rule.tell:
        tell(deciding.case.report, deciding.rule.tell, on=timezone.localdate(deciding.now))


def register_outcome(deciding: Deciding) -> None:
    """Count the outcome, with the codes after this decision."""
    if deciding.rule.counts == "outcome":
        count_outcome(deciding.case, deciding.codes_after, deciding.now)


def write_ledger(deciding: Deciding) -> None:
    """The last effect: it holds the lock of the chain."""
    ledger.record(
        deciding.case.id,
        CaseEvent.DECIDED,
        actor=deciding.actor.person.id,
        decision=deciding.code,
        following=deciding.following,
    )


EFFECTS: tuple[Effect, ...] = (
    register_report,  # before the deadlines move: what fell due before this decision counts too
    move_tracks,
    move_phase,
    seal_codes,
    move_deadlines,
    close_case,
    save_case,
    start_deadlines_of_power,
    tell_reporter,
    register_outcome,
    write_ledger,
)
