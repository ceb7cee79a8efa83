"""The rules of the checker about deeds: a decision is the record of something that was done, with its proof.

Each names the decision that could be recorded without it. Source: docs/domain.md#deeds.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from cases.protocol.checking.findings import ESTABLISHING, CheckedProtocol, ProtocolFinding, Rule
from cases.protocol.definitions import PHASE, PREVIOUS, RECEIPT, Decision, DoneBy, NotBefore, Phase
from cases.protocol.engine import labels
from cases.protocol.kinds.deadline_kinds import after, deadline_kinds
from cases.protocol.kinds.forms import message_forms, record_forms

TELLING = {
    "acknowledged",
    "informed",
    "decided",
    "responded",
    "closed",
}  # lines of progress.yaml that say what was told
TOLD_BY = {  # {group of deadlines that ask to tell the reporter something: texts of messages.yaml that tell it}
    "ack": {"acknowledgement"},
    "feedback": {"feedback", "outcome", "no_follow_up"},
}
ANSWERS = {"RETALIATION_48H": {"retaliation"}}  # the same for one deadline
ENDING_CARE = {"declined", "unreached"}  # the reporter's own words, or two attempts and a message
LEFT_WITH = {  # {phase that nobody leaves without a record: forms of records.yaml of which one is filled in}
    "right_of_reply": {"replies"},
    "aftercare": {"aftercare", "aftercare_all", *ENDING_CARE},
    "evaluation": {"evaluation"},
}
TIME_TO_ANSWER = 5  # working days, for somebody who may reply or who is asked whether a report may go elsewhere
ANY_DAY = datetime(2026, 1, 5, 12, tzinfo=UTC)


def _words(seen: CheckedProtocol, code: str) -> dict[str, str]:
    return {"decision": labels(seen.protocol)[code]}


def _groups(decision: Decision) -> set[str]:
    return {deadline_kinds()[code].group for code in decision.meets}


def _shows(done_by: DoneBy) -> bool:
    """Whether something is left that shows the deed. A second person saw nothing done."""
    return bool(done_by.message or done_by.record or done_by.document or done_by.file or done_by.reporter)


def _leaving(seen: CheckedProtocol, stands_for: str) -> Iterator[tuple[str, Decision]]:
    """The decisions by which a case leaves a phase that stands for something: those of the phase, and those at any time that
    neither end the case nor put it on hold."""
    phases = seen.protocol.phases
    for name, phase in phases.items():
        if phase.stands_for == stands_for:
            for code, decision in phase.decisions.items():
                if decision.to and decision.to != name:
                    yield code, decision
    for code, decision in seen.protocol.anytime.items():
        if decision.to and not phases[decision.to].final and decision.to not in _holding(seen):
            yield code, decision


def _holding(seen: CheckedProtocol) -> set[str]:
    """The phases from which a case goes back to where it was."""
    return {name for name, phase in seen.protocol.phases.items() if any(one.to == PREVIOUS for one in phase.decisions.values())}  # fmt: skip


def _ending(seen: CheckedProtocol) -> Iterator[tuple[str, Decision]]:
    """The decisions by which a case ends."""
    final = {name for name, phase in seen.protocol.phases.items() if phase.final}
    beside = {code for code, _decision in seen.protocol.every_track_decision()}
    for code, decision in seen.protocol.every_decision():
        if code not in beside and decision.to in final:
            yield code, decision


def _telling_is_a_message(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Wbk 2 lid 2 h and i: the reporter is told, so there is a text that went to the reporter, and it is that text. What
    came of the report is told with it, and a judgement or an end says how to object."""
    ends = {code for code, _decision in _ending(seen)}
    for code, decision in seen.protocol.every_decision():
        text = decision.done_by.message
        if (decision.tell in TELLING or decision.outcome or _groups(decision) & set(TOLD_BY)) and not text:
            yield ProtocolFinding("deed_message", _("“%(decision)s” says that the reporter was told, without a message.") % _words(seen, code))  # fmt: skip
        if decision.done_by.record == "police_report" and not text:
            yield ProtocolFinding("deed_message", _("“%(decision)s” records a police report of which the reporter hears nothing.") % _words(seen, code))  # fmt: skip
        right = [TOLD_BY[group] for group in _groups(decision) & set(TOLD_BY)]
        right += [ANSWERS[deadline] for deadline in decision.meets if deadline in ANSWERS]
        if any(text not in texts for texts in right):
            yield ProtocolFinding("deed_message", _("“%(decision)s” sends a text that does not say what the deadline asks.") % _words(seen, code))  # fmt: skip
        if text and (code in ends or decision.tell == "decided") and message_forms()[text].remedy is None:
            yield ProtocolFinding("deed_message", _("“%(decision)s” does not tell the reporter how to object.") % _words(seen, code))  # fmt: skip


def _a_met_deadline_is_a_deed(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, decision in seen.protocol.every_decision():
        if (decision.meets or decision.waives) and not _shows(decision.done_by):
            yield ProtocolFinding("deed_deadline", _("“%(decision)s” meets a deadline, and nothing shows that it was done.") % _words(seen, code))  # fmt: skip
        if {deadline_kinds()[one].group for one in decision.waives} & set(TOLD_BY):
            yield ProtocolFinding("deed_deadline", _("“%(decision)s” takes away a deadline to tell the reporter something.") % _words(seen, code))  # fmt: skip


def _phases_are_left_with_a_record(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    every = dict(seen.protocol.every_decision())
    for stands_for, forms in LEFT_WITH.items():
        for code, decision in _leaving(seen, stands_for):
            before = {every[act].done_by.record for act in decision.after}
            if not forms & {decision.done_by.record, *before}:
                yield ProtocolFinding("deed_record", _("“%(decision)s” leaves a step of which nothing is recorded.") % _words(seen, code))  # fmt: skip
    for code, decision in seen.protocol.every_decision():
        if decision.to in _holding(seen) and not decision.done_by.record:
            yield ProtocolFinding("deed_record", _("“%(decision)s” lets a case wait, and nothing says who asked for it.") % _words(seen, code))  # fmt: skip


def _care_is_given_or_declined(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Each contact that is promised when the case opens was there before aftercare ends, or the reporter declined it."""
    every = dict(seen.protocol.every_decision())
    promised = {one for one in seen.protocol.on_opening if deadline_kinds()[one].group == "aftercare"}
    for code, decision in _leaving(seen, "aftercare"):
        met = {deadline for act in decision.after for deadline in every[act].meets}
        if promised - met - set(decision.waives):
            yield ProtocolFinding("deed_care", _("“%(decision)s” ends aftercare although a contact was never there.") % _words(seen, code))  # fmt: skip
    for code, decision in every.items():
        waived = {one for one in decision.waives if deadline_kinds()[one].group == "aftercare"}
        if waived and not (decision.done_by.record in ENDING_CARE and decision.done_by.message):
            yield ProtocolFinding("deed_care", _("“%(decision)s” ends aftercare without the words with which the reporter declined it.") % _words(seen, code))  # fmt: skip


def _terms_of_others_pass(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Who may reply has the whole term, and care after a time is not given before it."""
    for code, decision in _leaving(seen, "right_of_reply"):
        if not _is_term_to_reply(seen, decision):
            yield ProtocolFinding("deed_term", _("“%(decision)s” can be taken before the term to reply has passed.") % _words(seen, code))  # fmt: skip
    for code, decision in _leaving(seen, "aftercare"):
        every = dict(seen.protocol.every_decision())
        moments = [decision.not_before, *(every[act].not_before for act in decision.after)]
        if not decision.waives and not any(moments):
            yield ProtocolFinding("deed_term", _("“%(decision)s” can be recorded on the first day.") % _words(seen, code))  # fmt: skip
    for code, decision in seen.protocol.every_decision():
        late = [one for one in decision.meets if deadline_kinds()[one].group == "aftercare" and deadline_kinds()[one].unit != "hours"]  # fmt: skip
        if any(not _lies_near(decision.not_before, one) for one in late):
            yield ProtocolFinding("deed_term", _("“%(decision)s” can be recorded on the first day.") % _words(seen, code))  # fmt: skip
        begins = decision.not_before.after if decision.not_before else RECEIPT
        known = {RECEIPT, PHASE, *decision.after, *([f"reporter:{decision.done_by.reporter}"] if decision.done_by.reporter else [])}  # fmt: skip
        if begins not in known:
            yield ProtocolFinding("deed_term", _("“%(decision)s” waits for a term that need not have begun.") % _words(seen, code))  # fmt: skip


def _is_term_to_reply(seen: CheckedProtocol, decision: Decision) -> bool:
    """Whether a decision waits for the term to reply, from the day on which the draft went out to each by name. Only the
    answers of those same people end it sooner."""
    term = decision.not_before
    sending = dict(seen.protocol.every_decision()).get(term.after) if term else None
    if term is None or sending is None or sending.done_by.record != "extract" or not sending.done_by.document:
        return False
    whole = deadline_kinds()[term.deadline].group == "right_of_reply" if term.deadline else _is_time_to_answer(term)
    return whole and term.unless in {"", "extract"}


def _is_time_to_answer(term: NotBefore) -> bool:
    return term.unit == "workdays" and term.length >= TIME_TO_ANSWER


def _lies_near(earliest: NotBefore | None, deadline: str) -> bool:
    """Whether the earliest moment lies in the second half of the term of a deadline."""
    if earliest is None or earliest.deadline:
        return earliest is not None
    kind = deadline_kinds()[deadline]
    term = after(ANY_DAY, kind.length, kind.unit) - ANY_DAY
    return (after(ANY_DAY, earliest.length, earliest.unit) - ANY_DAY) * 2 >= term


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


def _what_is_decided_again_judges_nothing(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """A decision that is taken again moves nothing and chooses no outcome; its text would tell the reporter of one."""
    for code, decision in seen.protocol.every_decision():
        if decision.again and (decision.outcome or decision.counts or decision.tell in TELLING):
            yield ProtocolFinding("deed_again", _("“%(decision)s” can be taken again, and would then tell something that is not decided.") % _words(seen, code))  # fmt: skip


def _who_is_investigated_knows(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Block 5: before the investigation begins, a letter went to the person concerned."""
    every = dict(seen.protocol.every_decision())
    informing = {code for code, decision in every.items() if {"inform_subject"} & set(decision.done_by.document)}
    for phase in seen.protocol.phases.values():
        for code, decision in phase.decisions.items():
            begins = "INVEST_12W" in decision.starts and "INVEST_12W" not in decision.meets
            if begins and phase.stands_for != "finding" and not informing & set(decision.after):
                yield ProtocolFinding("deed_informed", _("“%(decision)s” begins an investigation of which the person concerned need not know.") % _words(seen, code))  # fmt: skip


def _nobody_decides_for_the_reporter(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """The reporter withdraws in the mailbox; without the code by a signed letter, which an anonymous reporter cannot. A
    report goes elsewhere after the reporter was asked and had time to answer."""
    every = dict(seen.protocol.every_decision())
    for code, decision in _ending(seen):
        done_by, term = decision.done_by, decision.not_before
        if "withdrawn" in decision.outcome:
            by_mailbox = done_by.reporter == "withdraw" and "wants_to_stop" in decision.needs and term is not None
            by_letter = done_by.file is not None and "known_reporter" in decision.needs
            if not (by_mailbox or by_letter):
                yield ProtocolFinding("deed_reporter", _("“%(decision)s” can be recorded although the reporter did not ask it.") % _words(seen, code))  # fmt: skip
        elif seen.protocol.phases[decision.to].stands_for != "closed":
            asked = term is not None and term.after in every and every[term.after].done_by.message
            if not (asked and term and term.after in decision.after and _is_time_to_answer(term)):
                yield ProtocolFinding("deed_reporter", _("“%(decision)s” ends a case before the reporter could say what they think of it.") % _words(seen, code))  # fmt: skip


def _nothing_runs_on(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """What runs ends, or is handed on, before the case ends: nobody would look at it any more."""
    recorded = {decision.done_by.record for _code, decision in seen.protocol.every_decision()}
    lasting = {name for name, form in record_forms().items() if form.ends and not form.may_stay} & recorded
    for name, phase in seen.protocol.phases.items():
        if phase.final and lasting - set(phase.ended):
            words = {"phase": seen.protocol.title_of(name)}
            yield ProtocolFinding("deed_running", _("A case comes to “%(phase)s” while something with a last day still runs.") % words)  # fmt: skip


def _grave(seen: CheckedProtocol) -> Iterator[tuple[str, str, set[str]]]:
    """(track, state, states) for each state of a track that asks something first, with the states to which it then leads."""
    for name, track in seen.protocol.tracks.items():
        for state, rule in track.states.items():
            if rule.asks:
                yield name, state, {state, *(one.to for one in rule.decisions.values() if one.to)}


def _what_is_asked_comes_first(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """A high threat asks a consultation with the police, or two people who say why not, before anybody answers a perpetrator,
    ends care or ends the case. Where it was high, nobody ends care alone."""
    ends = {code for code, _decision in _ending(seen)}
    beside = {code for code, _decision in seen.protocol.every_track_decision()}
    for track, state, grave in _grave(seen):
        leaving = [one for one in seen.protocol.tracks[track].states[state].decisions.values() if one.to]
        if any(not _shows(one.done_by) for one in leaving):
            yield ProtocolFinding("deed_asked", _("Somebody leaves “%(state)s” of which nothing is recorded.") % {"state": seen.protocol.title_of(state, track)})  # fmt: skip
        if any(not one.done_by.other_person for one in leaving if one.done_by.given.get("partner") != "police"):
            yield ProtocolFinding("deed_alone", _("One person alone can leave “%(state)s” without a consultation.") % {"state": seen.protocol.title_of(state, track)})  # fmt: skip
        for code, decision in seen.protocol.every_decision():
            if code in beside:
                continue
            care = {one for one in decision.waives if deadline_kinds()[one].group == "aftercare"}
            if (decision.outcome or code in ends or care) and state not in decision.blocked_by.get(track, ()):
                yield ProtocolFinding("deed_asked", _("“%(decision)s” can be taken before what “%(state)s” asks was done.") % {**_words(seen, code), "state": seen.protocol.title_of(state, track)})  # fmt: skip
            alone = not decision.done_by.other_person and not grave <= set(decision.other_person_when.get(track, ()))
            if care and alone:
                yield ProtocolFinding("deed_alone", _("“%(decision)s” ends care after a high threat, and one person can do it alone.") % _words(seen, code))  # fmt: skip


def _what_is_weighed_is_kept(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Each weighing of a threat says how high it is, so that later records can be compared with it."""
    for code, decision in seen.protocol.every_decision():
        if decision.done_by.record == "threat" and not decision.moves:
            yield ProtocolFinding("deed_weighed", _("“%(decision)s” weighs a threat, and the case does not keep how high it is.") % _words(seen, code))  # fmt: skip


def _waiting_ends(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """What starts again the very deadline that it meets is bounded."""
    for code, decision in seen.protocol.every_decision():
        again = set(decision.meets) & set(decision.starts)
        if again and decision.repeat and not decision.at_most:
            yield ProtocolFinding("deed_bounded", _("“%(decision)s” can be taken again and again, and nothing ever has to be done.") % _words(seen, code))  # fmt: skip


def _what_is_ended_once_is_ended(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """A state that a record with an end brings about ends with that record, and the record with it."""
    for track in seen.protocol.tracks.values():
        for state in track.states.values():
            for decision in state.decisions.values():
                form = decision.done_by.record
                if form and record_forms()[form].until and record_forms()[form].ends and decision.to:
                    first = track.states[decision.to]
                    told = [
                        one.to for one in first.decisions.values() if first.at_once and one.to and form not in one.ends
                    ]
                    if not all(_can_end(track.states[place], form) for place in (decision.to, *told)):
                        yield ProtocolFinding("deed_twice", _("“%(track)s” has to be ended twice: as a record and as a step.") % {"track": track.title})  # fmt: skip


def _can_end(state: Phase, form: str) -> bool:
    return any(form in one.ends for one in state.decisions.values() if one.to)


def _acknowledged_is_read(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Who says that a report is being handled has read it."""
    for code, decision in seen.protocol.every_decision():
        if "ack" in _groups(decision) and not decision.done_by.read:
            yield ProtocolFinding("deed_read", _("“%(decision)s” tells the reporter that somebody is at work, and nobody need have read the report.") % _words(seen, code))  # fmt: skip


def _aangifte_is_known(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """A police report, or that there is none, is known to the track of criminal law, and an outcome agrees with it."""
    track = seen.protocol.tracks.get("criminal")
    beside = {code: decision.to for code, decision in seen.protocol.every_track_decision()}
    wanted = {"police_report": "filed", "no_police_report": "not_filed"}
    for code, decision in seen.protocol.every_decision():
        state = wanted.get(decision.done_by.record, "")
        if track and state and state not in {beside.get(code), decision.moves.get("criminal")}:
            yield ProtocolFinding("deed_known", _("“%(decision)s” says something of a police report that criminal law does not know.") % _words(seen, code))  # fmt: skip
        if state == "not_filed" and code not in beside and "filed" not in decision.blocked_by.get("criminal", ()):
            yield ProtocolFinding("deed_known", _("“%(decision)s” says that there is no police report, although there may be one.") % _words(seen, code))  # fmt: skip
        if "police_report" in decision.outcome and "police_report" not in decision.outcome_when:
            yield ProtocolFinding("deed_known", _("“%(decision)s” can have a police report as its outcome that nobody made.") % _words(seen, code))  # fmt: skip


def _who_it_is_about_hears_the_outcome(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """An outcome about somebody who knows of the report goes to that person by letter: a term begins for it with each outcome, and
    only a letter to a person who is named meets that term, also the letter that clears them."""
    if seen.protocol.kinds == ["aggression"]:
        return
    every = dict(seen.protocol.every_decision())
    for code, decision in every.items():
        if decision.outcome and decision.to and "no_subject" not in decision.needs and code not in dict(_ending(seen)) and "SUBJECT_OUTCOME" not in decision.starts:  # fmt: skip
            yield ProtocolFinding("deed_outcome", _("“%(decision)s” gives an outcome of which the person concerned need never hear.") % _words(seen, code))  # fmt: skip
        letters = set(decision.done_by.document) <= {"outcome_letter", "rehabilitation_letter"}
        if "SUBJECT_OUTCOME" in decision.meets and not (decision.done_by.document and letters and decision.done_by.person):  # fmt: skip
            yield ProtocolFinding("deed_outcome", _("“%(decision)s” tells no person by letter what the outcome is.") % _words(seen, code))  # fmt: skip
    met_by = {paper for decision in every.values() if "SUBJECT_OUTCOME" in decision.meets for paper in decision.done_by.document}  # fmt: skip
    if {"outcome_letter", "rehabilitation_letter"} - met_by:
        yield ProtocolFinding("deed_outcome", _("Nobody tells the person concerned the outcome, or that nothing can be held against them."))  # fmt: skip


def _who_it_is_against_is_told(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """What is decided against somebody goes to that person in writing, or two people record why not; the case page asks it
    before everything else, and no case ends before it."""
    every = dict(seen.protocol.every_decision())
    ends = {code for code, _decision in _ending(seen)}
    for code, decision in every.items():
        form = record_forms().get(decision.done_by.record)
        if form is None or not form.tells or _is_in_writing(decision.done_by):
            continue
        asking = [
            (name, state, track.states[state])
            for name, track in seen.protocol.tracks.items()
            for state in {decision.moves.get(name, ""), decision.to} & set(track.states)
            if track.states[state].at_once
        ]
        if not asking:
            yield ProtocolFinding("deed_told", _("“%(decision)s” is against somebody who need never hear of it.") % _words(seen, code))  # fmt: skip
        for name, state, rule in asking:
            ways = [one for one in rule.decisions.values() if one.to]
            if not any(_is_in_writing(way.done_by) for way in ways):
                yield ProtocolFinding("deed_told", _("“%(decision)s” is against somebody who need never hear of it.") % _words(seen, code))  # fmt: skip
            if any(not (_is_in_writing(way.done_by) or way.done_by.other_person or way.ends) for way in ways):
                yield ProtocolFinding("deed_alone", _("One person alone can leave “%(state)s” and tell nobody.") % {"state": rule.title})  # fmt: skip
            for end in ends:
                if state not in every[end].blocked_by.get(name, ()):
                    yield ProtocolFinding("deed_told", _("“%(decision)s” can be taken before what “%(state)s” asks was done.") % {**_words(seen, end), "state": rule.title})  # fmt: skip


def _is_in_writing(done_by: DoneBy) -> bool:
    """Whether a letter to the person whom it is about belongs to a deed."""
    return bool(done_by.document) or "letter_sent" in done_by.file_kinds


def _aangifte_is_offered_first(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Who was hurt hears that the organisation can file a police report before anybody says that there is one, or none."""
    if seen.protocol.kinds != ["aggression"]:
        return
    every, known = dict(seen.protocol.every_decision()), {"police_report", "no_police_report"}
    settled = seen.protocol.tracks["criminal"].states if "criminal" in seen.protocol.tracks else {}
    later = {
        code for name in ("filed", "more", "not_filed", "done") if name in settled for code in settled[name].decisions
    }
    for code, decision in every.items():
        offered = any(every[act].done_by.message == "offer_police_report" for act in decision.after)
        if decision.done_by.record in known and code not in later and not offered:
            yield ProtocolFinding("deed_offered", _("“%(decision)s” can be recorded before a police report by the organisation was offered.") % _words(seen, code))  # fmt: skip


DEED_RULES: tuple[Rule, ...] = (
    _telling_is_a_message, _a_met_deadline_is_a_deed, _phases_are_left_with_a_record, _care_is_given_or_declined,
    _terms_of_others_pass, _nobody_ends_a_case_alone, _nobody_judges_somebody_alone, _what_is_decided_again_judges_nothing,
    _who_is_investigated_knows, _nobody_decides_for_the_reporter, _nothing_runs_on, _what_is_asked_comes_first,
    _what_is_weighed_is_kept, _waiting_ends, _what_is_ended_once_is_ended, _acknowledged_is_read, _aangifte_is_known,
    _who_it_is_about_hears_the_outcome, _who_it_is_against_is_told, _aangifte_is_offered_first,
)  # fmt: skip
