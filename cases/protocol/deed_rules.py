"""The rules of the checker about deeds: a decision is the record of something that was done, with its proof.

Each names the decision that could be recorded without it. Source: docs/domain.md#deeds.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.protocol.deadline_kinds import deadline_kinds
from cases.protocol.definitions import RECEIPT, Decision
from cases.protocol.engine import labels
from cases.protocol.findings import ESTABLISHING, CheckedProtocol, ProtocolFinding, Rule
from cases.protocol.forms import record_forms

TELLING = {
    "acknowledged",
    "informed",
    "decided",
    "responded",
    "closed",
}  # lines of progress.yaml that say what was told
TOLD_BY = {"ack", "feedback"}  # groups of deadlines that ask to tell the reporter something
LEFT_WITH = ("right_of_reply", "aftercare", "evaluation")  # phases that nobody leaves without a record


def _words(seen: CheckedProtocol, code: str) -> dict[str, str]:
    return {"decision": labels(seen.protocol)[code]}


def _groups(decision: Decision) -> set[str]:
    return {deadline_kinds()[code].group for code in decision.meets}


def _leaving(seen: CheckedProtocol, stands_for: str) -> Iterator[tuple[str, Decision]]:
    """The decisions by which a case leaves a phase that stands for something."""
    for name, phase in seen.protocol.phases.items():
        if phase.stands_for == stands_for:
            for code, decision in phase.decisions.items():
                if decision.to and decision.to != name:
                    yield code, decision


def _ending(seen: CheckedProtocol) -> Iterator[tuple[str, Decision]]:
    """The decisions by which a case ends."""
    final = {name for name, phase in seen.protocol.phases.items() if phase.final}
    beside = {code for code, _decision in seen.protocol.every_track_decision()}
    for code, decision in seen.protocol.every_decision():
        if code not in beside and decision.to in final:
            yield code, decision


def _telling_is_a_message(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Wbk 2 lid 2 h and i: the reporter is told, so there is a text that went to the reporter."""
    for code, decision in seen.protocol.every_decision():
        if (decision.tell in TELLING or _groups(decision) & TOLD_BY) and not decision.done_by.message:
            yield ProtocolFinding("deed_message", _("“%(decision)s” says that the reporter was told, without a message.") % _words(seen, code))  # fmt: skip


def _a_met_deadline_is_a_deed(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, decision in seen.protocol.every_decision():
        if decision.meets and decision.done_by.is_empty:
            yield ProtocolFinding("deed_deadline", _("“%(decision)s” meets a deadline, and nothing shows that it was done.") % _words(seen, code))  # fmt: skip


def _phases_are_left_with_a_record(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for stands_for in LEFT_WITH:
        for code, decision in _leaving(seen, stands_for):
            done_by = decision.done_by
            if not (done_by.record or done_by.file or done_by.document or set(decision.after) & _recorded(seen)):
                yield ProtocolFinding("deed_record", _("“%(decision)s” leaves a step of which nothing is recorded.") % _words(seen, code))  # fmt: skip


def _recorded(seen: CheckedProtocol) -> set[str]:
    """The codes of decisions that leave a record."""
    return {code for code, decision in seen.protocol.every_decision() if decision.done_by.record}


def _terms_of_others_pass(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Who may reply has the whole term, and care after a time is not given before it."""
    for code, decision in _leaving(seen, "right_of_reply"):
        if decision.not_before is None or decision.not_before.after == RECEIPT:
            yield ProtocolFinding("deed_term", _("“%(decision)s” can be taken before the term to reply has passed.") % _words(seen, code))  # fmt: skip
    for code, decision in seen.protocol.every_decision():
        late = [one for one in decision.meets if deadline_kinds()[one].group == "aftercare" and deadline_kinds()[one].unit != "hours"]  # fmt: skip
        if late and decision.not_before is None:
            yield ProtocolFinding("deed_term", _("“%(decision)s” can be recorded on the first day.") % _words(seen, code))  # fmt: skip
        begins = decision.not_before.after if decision.not_before else RECEIPT
        known = {RECEIPT, *decision.after, *([f"reporter:{decision.done_by.reporter}"] if decision.done_by.reporter else [])}  # fmt: skip
        if begins not in known:
            yield ProtocolFinding("deed_term", _("“%(decision)s” waits for a term that need not have begun.") % _words(seen, code))  # fmt: skip


def _nobody_ends_a_case_alone(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, decision in _ending(seen):
        if not decision.done_by.other_person:
            yield ProtocolFinding("deed_alone", _("“%(decision)s” ends a case, and one person can do it alone.") % _words(seen, code))  # fmt: skip
        if not (decision.because and decision.done_by.message):
            yield ProtocolFinding("deed_end", _("“%(decision)s” ends a case without a reason, or without telling the reporter why.") % _words(seen, code))  # fmt: skip


def _nobody_judges_somebody_alone(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, decision in seen.protocol.every_decision():
        if ESTABLISHING & set(decision.outcome) and not (decision.done_by.other_person and decision.because):
            yield ProtocolFinding("deed_alone", _("“%(decision)s” says something about a person, and one person can do it alone or without a reason.") % _words(seen, code))  # fmt: skip


def _nobody_withdraws_for_the_reporter(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """The reporter withdraws in the mailbox; without the code by a signed letter, which an anonymous reporter cannot."""
    for code, decision in seen.protocol.every_decision():
        if code not in {one for one, _decision in _ending(seen)}:
            continue
        done_by, stops = decision.done_by, "withdrawn" in decision.outcome
        by_mailbox = done_by.reporter == "withdraw" and decision.not_before is not None
        by_letter = done_by.file is not None and "known_reporter" in decision.needs
        if stops and not (by_mailbox or by_letter):
            yield ProtocolFinding("deed_reporter", _("“%(decision)s” can be recorded although the reporter did not ask it.") % _words(seen, code))  # fmt: skip


def _nothing_runs_on(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """What has a last day ends, or is handed on, before the case ends: nobody would look at it any more."""
    recorded = {decision.done_by.record for _code, decision in seen.protocol.every_decision()}
    lasting = {name for name, form in record_forms().items() if form.ends and form.until} & recorded
    for name, phase in seen.protocol.phases.items():
        if phase.final and lasting - set(phase.ended):
            words = {"phase": seen.protocol.title_of(name)}
            yield ProtocolFinding("deed_running", _("A case comes to “%(phase)s” while something with a last day still runs.") % words)  # fmt: skip


DEED_RULES: tuple[Rule, ...] = (
    _telling_is_a_message, _a_met_deadline_is_a_deed, _phases_are_left_with_a_record, _terms_of_others_pass,
    _nobody_ends_a_case_alone, _nobody_judges_somebody_alone, _nobody_withdraws_for_the_reporter,
    _nothing_runs_on,
)  # fmt: skip
