"""What a decision brings about, step by step: one frozen value goes through a list of named effects.

The same list serves the case in which somebody decides and the cases that are handled together with it. The caller holds
the transaction and the locks.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from cases.counting.facts import count_outcome, count_report
from cases.deadlines.reminders import promise_ends
from cases.deadlines.running import go_on, meet, rest, start_deadlines, start_own, stop_at_closing, waive
from cases.deciding.deeds import NO_DEED, Deed
from cases.deciding.foreseeing.foreseen import (
    TELLING,
    asked_at_reopening,
    begins_at_closing,
    somebody_waits,
    tracks_moved,
    waived_by_reopening,
)
from cases.deciding.judging import outcome_told, situation
from cases.deciding.newcomers import bring_new
from cases.deciding.records.records import end_all, end_answered, renew
from cases.deciding.records.rows import Row, record_named, review_of, until_of
from cases.deciding.records.tracks import move_tracks_to
from cases.desk.codes import seal_case_codes
from cases.desk.keys import key_of
from cases.desk.two_people import lapse
from cases.events import CaseEvent
from cases.models import Case, CaseDecision, CaseRecord
from cases.parties.bundles import end_with_case
from cases.parties.parties import parties_of
from cases.people.words.purposes import DETAILS, REASON, RECORD
from cases.protocol.definitions import Decision
from cases.protocol.kinds.deadline_kinds import beginning_of
from cases.protocol.kinds.decision_questions import decision_questions, moves
from cases.protocol.kinds.forms import is_own_deadline, record_forms
from cases.reception.list import OUTSIDER_TOLD, keep_at_reception
from organisations.access.policy import Actor
from organisations.models import Person
from reporting.codes import OUTCOME_OF_DISPOSITION
from reporting.dialogue.dialogue import answer_reporter
from reporting.dialogue.progress import tell
from vault import ledger
from vault.compartments import Compartment, ContentKey, write_text
from vault.keyring.keys import Codes


@dataclass(frozen=True)
class Deciding:
    """One decision in one case, judged and about to take effect. The effects change `case` and nothing else of it."""

    case: Case  # locked by the caller
    code: str
    rule: Decision
    track: str  # empty for a decision that moves the phases
    phase: str  # the phase, or the state of the track, in which the decision is taken
    following: str  # the phase, or the state of the track, to which it leads
    maker: Person
    signer: Actor  # at work now; another person than the maker where two people decide
    now: datetime
    at: datetime  # when the deed was done
    codes: Mapping[str, str]  # {code list: code} before this decision
    reason: str
    key: ContentKey  # of the compartment `file`
    sealing: Codes
    outcome: str = ""  # a code of the list `disposition`, where the rule asks one
    details: Mapping[str, str] = field(default_factory=dict)  # {criterion: choice}, or {"power": code}
    deed: Deed = NO_DEED
    text: str = ""  # what the reporter gets
    lead: Case | None = None  # the case in which it was decided, for a case that is handled together with it
    records: Sequence[CaseRecord] = ()  # what the decision recorded; :func:`take_effect` adds them

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
    decision, records = _keep(deciding)
    kept = replace(deciding, records=records)
    for effect in EFFECTS:
        effect(kept)
    return decision


def _keep(deciding: Deciding) -> tuple[CaseDecision, list[CaseRecord]]:
    """The row with its sealed reason and deed, and its records. The number of the decision is the new revision of the case."""
    case, key = deciding.case, deciding.key
    kept = {"outcome": deciding.outcome, **deciding.details, "deed": deciding.deed.as_data()}
    details = {name: value for name, value in kept.items() if value}
    case.revision += 1
    form = deciding.rule.done_by.record
    about = {number: _about(case, form, row) for number, row in enumerate(deciding.deed.rows, 1)}
    whom = next(
        (record.party_id for record in about.values() if record), None
    )  # the person of the record that is named
    decision = CaseDecision.objects.create(
        case=case,
        sequence=case.revision,
        code=deciding.code,
        phase=deciding.phase,
        following=deciding.following,
        track=deciding.track,
        actor=deciding.maker,
        agreed_by=deciding.signer.person if deciding.signer.person != deciding.maker else None,
        made_at=deciding.now,
        done_at=deciding.at,
        reason=write_text(key, REASON, deciding.reason).id,
        details=write_text(key, DETAILS, json.dumps(details)).id if details else None,
        party_id=deciding.deed.party or whom,
    )
    named, hears = _named(deciding), record_forms()[form].hears if form else None
    made = CaseRecord.objects.bulk_create(
        CaseRecord(
            case=case,
            decision=decision,
            form=form,
            number=number,
            words=write_text(
                key, RECORD, json.dumps({key: named.get(answer, answer) for key, answer in row.items()})
            ).id,
            until=until_of(form, row),
            review_on=review_of(form, row),
            about=about[number],
            attended=hears.was_attended(row) if hears else None,
            party_id=row.get(record_forms()[form].person or "") or deciding.deed.party or whom,
        )
        for number, row in enumerate(deciding.deed.rows, 1)
    )
    promise_ends(made)
    return decision, made


def _about(case: Case, form: str, row: Row) -> CaseRecord | None:
    """The record that another one names."""
    rule = record_forms()[form]
    return record_named(case, rule.fields[rule.about].of, row.get(rule.about, "")) if rule.about else None


def _named(deciding: Deciding) -> dict[str, str]:
    """Who the people are whom the records name, {id: words}. What is kept says it in words too."""
    form = record_forms().get(deciding.rule.done_by.record)
    if form is None or form.person is None or not deciding.deed.rows:
        return {}
    return {str(one.party.id): str(one) for one in parties_of(deciding.case, deciding.signer)}


def register_report(deciding: Deciding) -> None:
    """Let the report count. A case that is handled together with another was registered before it was joined."""
    if deciding.rule.counts == "report" and deciding.lead is None:
        count_report(deciding.case, dict(deciding.codes), deciding.now)


def move_tracks(deciding: Deciding) -> None:
    """A decision of a track moves that track; what a decision says and the answers of the weighing form may move others."""
    rule, by_details = deciding.rule, moves(deciding.details)
    move_tracks_to(deciding.case, tracks_moved(deciding.case, rule, deciding.track, deciding.following, by_details))


def end_records(deciding: Deciding) -> None:
    """End the records that this decision ends, of the person whom it names; the reason says why."""
    case, deed, ends = deciding.case, deciding.deed, deciding.rule.ends
    if deciding.lead is None and ends:
        party = case.parties.get(id=deed.party) if deed.party else None
        end_all(case, ends, party, deciding.reason, deciding.key, deciding.maker, deciding.at)


def renew_records(deciding: Deciding) -> None:
    """What goes on has another last day and day of review, with the reason."""
    rule = record_forms().get(deciding.rule.done_by.record)
    if rule is None or not rule.renews or deciding.lead is not None:
        return
    for record in deciding.records:
        if record.about is not None:
            row = deciding.deed.rows[record.number - 1]
            renew(record.about, row, deciding.reason, deciding.key, deciding.maker)


def tell_reception(deciding: Deciding) -> None:
    """Once the letter of a ban went out, the reception knows who may not come where."""
    for record in deciding.records:
        if record.form == OUTSIDER_TOLD and record.about is not None:
            keep_at_reception(deciding.case, record.about, deciding.key)


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
    """Meet, waive and start the deadlines that the rule names. The deed dates what it meets and starts; no deadline starts
    before the report came in, though a talk may have been earlier."""
    case, rule, starts, meets = deciding.case, deciding.rule, deciding.rule.starts, deciding.rule.meets
    begin = max(deciding.at, case.report.received_at or beginning_of(case.started_on))
    for record in deciding.records:
        of_it = [code for code in starts if is_own_deadline(record.form, code)]
        of_named = [code for code in meets if record.about and is_own_deadline(record.about.form, code)]
        start_own(case, record, of_it, begin)
        meet(case, of_named, deciding.at, record=record.about)
        starts = [code for code in starts if code not in of_it]
        meets = [code for code in meets if code not in of_named]
    meet(case, [code for code in meets if not _somebody_waits(deciding, code)], deciding.at)
    waive(case, rule.waives, deciding.now)
    start_deadlines(case, [code for code in starts if code not in TELLING or _somebody_waits(deciding, code)], begin)


def _somebody_waits(deciding: Deciding, deadline: str) -> bool:
    return somebody_waits(deciding.case, deadline, deciding.rule, situation(deciding.case))


def close_case(deciding: Deciding) -> None:
    """A final phase closes an open case. What waited for a second person lapses; of the deadlines those go on that closing
    does not stop, and those begin that come after it."""
    case, now = deciding.case, deciding.now
    if not case.phase_data.final or not case.is_open:
        return
    case.closed_on = timezone.localdate(now)
    lapse(case)
    stop_at_closing(case, now, reporter_is_told=bool(deciding.text))
    now_is = situation(case)
    start_deadlines(case, begins_at_closing(case, now_is, outcome_told(case, now_is)), now)
    end_with_case(case, case.closed_on, deciding.key, deciding.maker)


def reopen_case(deciding: Deciding) -> None:
    """A closed case that goes to another phase is open again, by itself. What its step asks has its whole time anew."""
    case = deciding.case
    if case.is_open or case.phase_data.final:
        return
    case.closed_on, case.joined_to, case.reopened_on = None, None, timezone.localdate(deciding.now)
    waive(case, waived_by_reopening(), deciding.now)
    start_deadlines(case, asked_at_reopening(case, case.phase), deciding.now)
    ledger.record(case.id, CaseEvent.REOPENED, actor=deciding.maker.id)


def bring_somebody_new(deciding: Deciding) -> None:
    """Somebody who decided nothing in the case comes, where the rule asks for one later."""
    if deciding.rule.brings_new:
        bring_new(deciding.case)


def save_case(deciding: Deciding) -> None:
    """Write the row of the case."""
    deciding.case.save()


def start_deadlines_of_power(deciding: Deciding) -> None:
    """A statutory power has deadlines of its own, such as that for an objection."""
    power = decision_questions().powers.get(deciding.details.get("power", ""))
    if deciding.rule.form == "power" and power:
        start_deadlines(deciding.case, power.starts, deciding.now)


def tell_reporter(deciding: Deciding) -> None:
    """Put the line of the rule, and of what it does too, into the mailbox of the reporter."""
    every = dict(deciding.case.protocol.every_decision()) if deciding.rule.does else {}
    for line in (deciding.rule.tell, *(every[act].tell for act in deciding.rule.does)):
        if line:
            tell(deciding.case.report, line, on=timezone.localdate(deciding.now))


def send_message(deciding: Deciding) -> None:
    """Send the text of the deed to the reporter: of every case that the decision ends. Who made the decision wrote it, and who
    agreed lets it go."""
    if deciding.text:
        key, sent_by = key_of(deciding.case, Compartment.CONTENT, deciding.signer), deciding.signer.person
        answer_reporter(deciding.case.report, key, deciding.text, author=deciding.maker, sent_by=sent_by)


def settle_replies(deciding: Deciding) -> None:
    """Somebody may have replied before it was recorded that they were asked."""
    end_answered(deciding.case, deciding.now)


def register_outcome(deciding: Deciding) -> None:
    """Count the outcome, with the codes after this decision."""
    if deciding.rule.counts == "outcome":
        count_outcome(deciding.case, deciding.codes_after, deciding.now)


def write_ledger(deciding: Deciding) -> None:
    """The last effect: it holds the lock of the chain."""
    ledger.record(
        deciding.case.id,
        CaseEvent.DECIDED,
        actor=deciding.maker.id,
        decision=deciding.code,
        following=deciding.following,
    )
    if deciding.signer.person != deciding.maker:
        ledger.record(deciding.case.id, CaseEvent.AGREED, actor=deciding.signer.person.id, decision=deciding.code)


EFFECTS: tuple[Effect, ...] = (
    register_report,
    move_tracks,
    end_records,
    renew_records,
    move_phase,
    seal_codes,
    move_deadlines,
    close_case,
    reopen_case,
    save_case,
    tell_reception,
    start_deadlines_of_power,
    send_message,
    tell_reporter,
    settle_replies,
    register_outcome,
    bring_somebody_new,
    write_ledger,
)
