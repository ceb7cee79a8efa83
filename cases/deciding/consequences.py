"""What a decision leads to, before it is taken and just after, in words: read from the rule itself, as the effects do it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from cases.models import Case, CaseDecision, Deadline
from cases.protocol.after_closing import stops_at_closing
from cases.protocol.deadline_kinds import deadline_kinds, unit_words
from cases.protocol.definitions import PREVIOUS, Decision, DoneBy
from cases.protocol.engine import in_place
from cases.protocol.forms import record_forms
from cases.protocol.papers import paper_kinds
from organisations.models import Person


def consequences_of(case: Case, code: str, running: Iterable[Deadline] | None = None) -> list[str]:
    """What follows when this decision is taken now: what is sent, what is kept, where the case goes, which deadlines end and
    begin. `running`: the deadlines that run, where the caller knows them; else what the rule may end is not said."""
    found = _rule(case, code)
    if found is None:
        return []
    rule, track = found
    runs = None if running is None else {deadline.code for deadline in running}
    told = [_("The reporter gets the text in the mailbox.")] if rule.done_by.message else []
    kept = proofs(rule.done_by)
    if kept:
        told.append(_("The file keeps: %(what)s.") % {"what": ", ".join(kept)})
    if rule.counts == "report":
        told.append(_("From then on the report counts in the register."))
    if rule.counts == "outcome":
        told.append(_("From then on the outcome counts in the figures."))
    return [*told, *_place(case, rule, track), *_deadlines(case, rule, track, runs)]


def proofs(done_by: DoneBy) -> list[str]:
    """What shows that a decision was done, beside the text to the reporter, in words."""
    shown = []
    if done_by.record:
        shown.append(f"“{record_forms()[done_by.record].label}”")
    if done_by.document:
        shown.append(_("which letter went out, when and how"))
    if done_by.file is not None:
        shown.append(f"“{done_by.file}”")
    if done_by.person is not None:
        shown.append(f"“{done_by.person.label}”")
    return shown


def done_in_words(made: CaseDecision, *, by: Person) -> str:
    """What was decided, with its proof, for who decided it or agreed to it."""
    rule = made.case.protocol.rule_of(made.code)
    words = _("You recorded: “%(deed)s”.")
    if made.agreed_by_id:
        agreed = made.agreed_by_id == by.id
        words = _("You agreed to: “%(deed)s”. It is decided.") if agreed else _("Two people decided: “%(deed)s”.")
    said = [words % {"deed": made.label}]
    if rule is not None:
        if kept := proofs(rule.done_by):
            said.append(_("The file keeps: %(what)s.") % {"what": ", ".join(kept)})
        if rule.done_by.message:
            said.append(_("The reporter has the text in the mailbox."))
    return " ".join(said)


def papers_of(rule: Decision, kind: str) -> list[tuple[str, str]]:
    """(code, words) of the documents of which one shows that a decision was done, in a case of this kind."""
    papers = [(code, paper_kinds()[code]) for code in rule.done_by.document]
    return [(code, str(paper.label)) for code, paper in papers if kind in paper.kinds and not paper.record]


def _rule(case: Case, code: str) -> tuple[Decision, str] | None:
    """The rule of a decision, as it holds where the case is, and the track that knows it (empty: none); None where the
    protocol has no such decision."""
    protocol = case.protocol
    for name, track in protocol.tracks.items():
        for state in track.states.values():
            if code in state.decisions:
                return state.decisions[code], name
    if rule := case.phase_data.decisions.get(code) or protocol.anytime.get(code) or protocol.after_closing.get(code):
        return rule, ""
    elsewhere = next((phase.decisions[code] for phase in protocol.phases.values() if code in phase.decisions), None)
    return (in_place(protocol, elsewhere), "") if elsewhere else None


def _place(case: Case, rule: Decision, track: str) -> list[str]:
    """Where the case goes, and what is asked there."""
    protocol = case.protocol
    to = case.previous_phase if rule.to == PREVIOUS else rule.to
    if track:
        states = protocol.tracks[track].states
        if to not in states:
            return [_("The case stays in the step “%(step)s”.") % {"step": case.phase_data.title}]
        words = _("“%(track)s” becomes: %(state)s. The case stays in the step “%(step)s”.")
        return [
            words % {"track": protocol.tracks[track].title, "state": states[to].title, "step": case.phase_data.title}
        ]
    if to not in protocol.phases or to == case.phase:
        return [_("The case stays in the step “%(step)s”.") % {"step": case.phase_data.title}]
    phase = protocol.phases[to]
    if phase.final:
        return [_("The case closes: “%(step)s”. What comes after closing is still kept in it.") % {"step": phase.title}]
    after = f" {phase.now}" if phase.now else ""
    return [_("The case goes to the step “%(step)s”.") % {"step": phase.title} + after]


def _deadlines(case: Case, rule: Decision, track: str, runs: set[str] | None) -> list[str]:
    kinds, protocol, told = deadline_kinds(), case.protocol, []
    if runs is not None:
        met = [code for code in rule.meets if code in runs]
        waived = [code for code in rule.waives if code in runs and code not in met]
        phase = None if track else protocol.phases.get(rule.to)
        closes = case.is_open and phase is not None and phase.final
        told_at_end = bool(rule.done_by.message)
        left = sorted(runs - {*met, *waived}, key=list(kinds).index) if closes else []
        stopped = [code for code in left if stops_at_closing(code, reporter_is_told=told_at_end)]
        goes_on = [code for code in left if code not in stopped]
        for codes, words in (
            (met, _("This deadline is met: %(what)s.")),
            (waived, _("This is no longer asked: %(what)s.")),
            (stopped, _("This deadline stops: %(what)s.")),
            (goes_on, _("This deadline goes on after closing: %(what)s.")),
        ):
            told += [words % {"what": kinds[code].label} for code in codes]
    for code in rule.starts:
        length = protocol.deadline_lengths.get(code, kinds[code].length)
        words = _("A deadline begins: %(what)s, %(length)s.")
        unit = kinds[code].unit
        told.append(
            words
            % {
                "what": kinds[code].label,
                "length": unit_words(unit, length) if unit == "meeting" else f"{length} {unit_words(unit, length)}",
            }
        )
    return told
