"""Whether a protocol is fair and can be run: rules by name, and findings with words that say what to do.

The rules look at everything that can happen in a protocol (`exploration.py`), not at how it is written. Sources:
docs/domain.md#integrity, #routing and #deadlines; Wbk 2, 2a and 17da; Awb 4:8 for the right of reply.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from cases.protocol.checking.deed_rules import DEED_RULES
from cases.protocol.checking.exploration import explore
from cases.protocol.checking.findings import ESTABLISHING, CheckedProtocol, ProtocolFinding, Rule
from cases.protocol.checking.measure_rules import MEASURE_RULES
from cases.protocol.definitions import DECIDERS, PREVIOUS, Decision, Protocol, Track
from cases.protocol.engine import labels
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from organisations.access.routing import Rules
from organisations.access.routing import rules as routing_rules

TRACKS = {"reporter_feedback", "criminal", "retaliation_watch", "privacy_request"}
STARTED_OTHERWISE = {"RETALIATION_48H"}  # a message of the reporter starts it, no decision


def check_protocol(protocol: Protocol, routing: Rules | None = None) -> list[ProtocolFinding]:
    """All findings about a protocol. It may be adopted when the list is empty. `routing` are the rules of who handles
    a report; without it those of the product."""
    asks = any({"subject", "no_subject"} & set(decision.needs) for _code, decision in protocol.every_decision())
    ways = tuple(explore(protocol, has_subject=has_subject) for has_subject in ((True, False) if asks else (False,)))
    seen = CheckedProtocol(protocol, ways, routing or routing_rules())
    findings = [finding for rule in RULES for finding in rule(seen)]
    return list(dict.fromkeys(findings))


def _reachable(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    reached = {state.phase for way in seen.ways for state in way.states}
    for phase in seen.protocol.phases:
        if phase not in reached:
            yield ProtocolFinding("reachable", _("Nobody ever comes to the step “%(step)s”. Choose the block that leads to it, or leave this block out.") % {"step": seen.title(phase)})  # fmt: skip


def _ends(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for way in seen.ways:
        for phase in sorted({state.phase for state in way.stuck}):
            yield ProtocolFinding("ends", _("A case can get stuck in the step “%(step)s”: from there no way leads to an end.") % {"step": seen.title(phase)})  # fmt: skip
        if not way.complete:
            yield ProtocolFinding("ends", _("This protocol is too large to be checked. Leave blocks out."))


def _no_dead_decisions(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    taken = {code for way in seen.ways for code in way.taken}
    words = labels(seen.protocol)
    beside = {code for code, _decision in seen.protocol.every_track_decision()}
    for code, _decision in seen.protocol.every_decision():
        if code not in taken and code not in beside:
            yield ProtocolFinding("dead_decision", _("The decision “%(decision)s” can never be taken.") % {"decision": words[code]})  # fmt: skip


def _whoever_judges(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Where a step has ways on for one who judges the person concerned, it has ways to the same steps for the other one."""
    sides = {"body_judges": _("a body"), "employer_judges": _("the employer")}
    for phase in seen.protocol.phases.values():
        ways = [rule for rule in phase.decisions.values() if rule.to]
        for side, words in sides.items():
            reached = {rule.to for rule in ways if not sides.keys() & set(rule.needs) - {side}}
            if {rule.to for rule in ways} - reached:
                yield ProtocolFinding("judges", _("In the step “%(step)s” a case in which %(judge)s judges cannot go every way that another case can.") % {"step": phase.title, "judge": words})  # fmt: skip


def _tracks(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for name in sorted(TRACKS - set(seen.protocol.tracks)):
        yield ProtocolFinding("track", _("The track “%(track)s” is missing. The law asks for it.") % {"track": name})
    moved: dict[str, list[str]] = {}
    for _code, decision in seen.protocol.every_decision():
        for name, state in decision.moves.items():
            moved.setdefault(name, []).append(state)
    for name, track in seen.protocol.tracks.items():
        reached, todo = set(), [track.first, *moved.get(name, ())]
        while todo:
            state = todo.pop()
            if state not in reached:
                reached.add(state)
                todo += [decision.to for decision in track.states[state].decisions.values() if decision.to]
        for state in sorted(set(track.states) - reached):
            yield ProtocolFinding("reachable", _("Nobody ever comes to “%(state)s” in “%(track)s”.") % {"state": track.states[state].title, "track": track.title})  # fmt: skip
    for code, decision in seen.protocol.every_decision():
        for name, states in decision.blocked_by.items():
            held = seen.protocol.tracks.get(name)
            if held and any(
                not _can_leave(held, state, states) and not _other_way(seen, code, name, state) for state in states
            ):
                yield ProtocolFinding("ends", _("The decision “%(decision)s” waits for “%(track)s”, which can never move on.") % {"decision": labels(seen.protocol)[code], "track": held.title})  # fmt: skip


def _other_way(seen: CheckedProtocol, code: str, track: str, state: str) -> bool:
    """Whether another decision of the same phase leads to the same place while the track is in that state."""
    phase = next((one for one in seen.protocol.phases.values() if code in one.decisions), None)
    others = [rule for other, rule in phase.decisions.items() if other != code] if phase else []
    return any(
        rule.to == phase.decisions[code].to and state not in rule.blocked_by.get(track, ()) for rule in others if phase
    )


def _can_leave(track: Track, start: str, states: list[str]) -> bool:
    """Whether a track can come from a state to one outside these states."""
    reached, todo = {start}, [start]
    while todo:
        for decision in track.states[todo.pop()].decisions.values():
            if decision.to and decision.to not in reached:
                reached.add(decision.to)
                todo.append(decision.to)
    return bool(reached - set(states))


def _acknowledgement(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    starts = [code for code in seen.protocol.on_opening if deadline_kinds()[code].group == "ack"]
    if not starts:
        yield ProtocolFinding("acknowledgement", _("No deadline for the acknowledgement starts when the case is opened (Wbk 2 lid 2 h: seven days)."))  # fmt: skip
    for deadline in starts:
        meeting = [decision for _code, decision in _always(seen.protocol) if deadline in decision.meets]
        if not meeting:
            yield ProtocolFinding("acknowledgement", _("The acknowledgement cannot be recorded in every step."))
        if any(not decision.tell for decision in meeting):
            yield ProtocolFinding("acknowledgement", _("The reporter is not told of the acknowledgement."))
        if any("FEEDBACK_3M" not in decision.starts for decision in meeting):
            yield ProtocolFinding("acknowledgement", _("The acknowledgement must start the three months for feedback (Wbk 2 lid 2 i)."))  # fmt: skip
    acts = {code for code, decision in _always(seen.protocol) if set(starts) & set(decision.meets)}
    closed = [state for way in seen.ways for state in way.states if _is_closed(seen, state.phase)]
    if any(not acts & state.decided for state in closed):
        yield ProtocolFinding("acknowledgement", _("A case can be closed without an acknowledgement (Wbk 2 lid 2 h)."))


def _feedback(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    giving = {code for code, decision in seen.protocol.every_decision() if "FEEDBACK_3M" in decision.meets}
    always = {code for code, _decision in _always(seen.protocol)}
    words = labels(seen.protocol)
    if not giving & always:
        yield ProtocolFinding("feedback", _("Feedback to the reporter must be possible in every step (Wbk 2 lid 2 i)."))
    for code in sorted(giving):
        if not dict(seen.protocol.every_decision())[code].tell:
            yield ProtocolFinding(
                "feedback", _("The reporter is not told at “%(decision)s”.") % {"decision": words[code]}
            )
    for way in seen.ways:
        if any(_is_closed(seen, state.phase) and not giving & state.decided for state in way.states):
            yield ProtocolFinding(
                "feedback", _("A case can be closed before the reporter had feedback (Wbk 2 lid 2 i).")
            )


def _must_have_passed(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Aftercare, evaluation, the register and an outcome come before a case is closed (Handreiking blocks 13 and 14;
    Wbk 2a)."""
    words = {
        "aftercare": ("aftercare", _("A case can be closed without aftercare (block 13).")),
        "evaluation": ("evaluation", _("A case can be closed without evaluation (block 14).")),
        "report": ("register", _("A case can be closed that was never counted in the register (Wbk 2a).")),
        "outcome": ("register", _("A case can be closed whose outcome is never counted.")),
        "outcome_chosen": ("outcome", _("A case can be closed without an outcome.")),
    }
    for way in seen.ways:
        for state in way.states:
            if _is_closed(seen, state.phase):
                for name in sorted(set(words) - state.passed):
                    yield ProtocolFinding(*words[name])


def _right_of_reply(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    if seen.protocol.kinds == ["aggression"]:  # it concerns an outsider, who replies to the letter (Awb 4:8)
        return
    way = seen.ways[0]
    text = labels(seen.protocol)
    for state in way.states:
        if seen.protocol.phases[state.phase].stands_for == "finding" and "right_of_reply" not in state.passed:
            yield ProtocolFinding("right_of_reply", _("The step “%(step)s” can come before the person concerned could reply (block 8).") % {"step": seen.title(state.phase)})  # fmt: skip
        for code, decision, _following in way.steps.get(state, ()):
            if ESTABLISHING & set(decision.outcome) and "right_of_reply" not in state.passed:
                yield ProtocolFinding("right_of_reply", _("“%(decision)s” can say something about a person who could not reply yet (block 8).") % {"decision": text[code]})  # fmt: skip
            if "report" not in state.passed and decision.outcome and "withdrawn" not in decision.outcome and decision.tell == "decided":  # fmt: skip
                yield ProtocolFinding("register", _("“%(decision)s” can be taken before the report was registered (Wbk 2a).") % {"decision": text[code]})  # fmt: skip


def _who_decides(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    text = labels(seen.protocol)
    for code, decision in seen.protocol.every_decision():
        if not decision.who:
            yield ProtocolFinding("who", _("Nobody may take the decision “%(decision)s”.") % {"decision": text[code]})
        elif set(decision.who) - set(DECIDERS):
            yield ProtocolFinding("who", _("“%(decision)s” would be taken by somebody who does not hold the case. Nobody decides about themselves.") % {"decision": text[code]})  # fmt: skip


def _deadline_lengths(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    for code, length in seen.protocol.deadline_lengths.items():
        kind = deadline_kinds()[code]
        if length < 1 and not any(code in article.deadline_bounds for article in seen.protocol.articles):
            yield ProtocolFinding(
                "deadline_length", _("“%(deadline)s” needs at least one day or hour.") % {"deadline": kind.label}
            )
        if kind.lengths and length not in kind.lengths:
            choices = ", ".join(f"{one} ({kind.rested_on(one)})" for one in kind.lengths)
            yield ProtocolFinding("deadline_length", _("“%(deadline)s” must be one of: %(choices)s.") % {"deadline": kind.label, "choices": choices})  # fmt: skip
        if kind.statutory and length > kind.length:
            yield ProtocolFinding("statute", _("“%(deadline)s” cannot be longer than %(most)d: the law says so (%(source)s).") % {"deadline": kind.label, "most": kind.length, "source": kind.source})  # fmt: skip
        for article in seen.protocol.articles:
            bounds = article.deadline_bounds.get(code)
            if bounds and not bounds.at_least <= length <= bounds.at_most:
                yield ProtocolFinding("deadline_length", _("“%(deadline)s” must be between %(least)d and %(most)d.") % {"deadline": kind.label, "least": bounds.at_least, "most": bounds.at_most})  # fmt: skip


def _deadlines_can_be_met(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    everything = [decision for _code, decision in seen.protocol.every_decision()]
    started = {
        *seen.protocol.on_opening,
        *seen.protocol.on_danger,
        *(deadline for decision in everything for deadline in decision.starts),
    }
    stopped = {deadline for decision in everything for deadline in (*decision.meets, *decision.waives)}
    for deadline in sorted(started - stopped):
        yield ProtocolFinding("deadline", _("The deadline “%(deadline)s” starts, but nothing can meet it.") % {"deadline": deadline_kinds()[deadline].label})  # fmt: skip
    for deadline in sorted(stopped - started - STARTED_OTHERWISE):
        yield ProtocolFinding("deadline", _("The deadline “%(deadline)s” is met, but nothing starts it.") % {"deadline": deadline_kinds()[deadline].label})  # fmt: skip
    for decision in everything:
        for deadline in decision.waives:
            if deadline_kinds()[deadline].statutory:
                yield ProtocolFinding("statute", _("“%(decision)s” waives a deadline of the law: “%(deadline)s”.") % {"decision": decision.label, "deadline": deadline_kinds()[deadline].label})  # fmt: skip


def _hold(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    back = [name for name, phase in seen.protocol.phases.items() if any(decision.to == PREVIOUS for decision in phase.decisions.values())]  # fmt: skip
    if not back:
        yield ProtocolFinding("hold", _("A case cannot be put on hold for the prosecution and resumed."))
    for name in back:
        leading = [decision for decision in seen.protocol.anytime.values() if decision.to == name]
        if not leading:
            yield ProtocolFinding("hold", _("Nobody can put a case on hold."))
        for decision in leading:
            if any(deadline_kinds()[deadline].statutory for deadline in (*decision.meets, *decision.waives)):
                yield ProtocolFinding("hold", _("The deadlines for the reporter go on while a case is on hold."))
            if not decision.tell:
                yield ProtocolFinding("hold", _("The reporter is not told that the case is on hold."))
            if not any(deadline in seen.protocol.phases[name].decisions[code].meets for deadline in decision.starts for code in seen.protocol.phases[name].decisions):  # fmt: skip
                yield ProtocolFinding("hold", _("A case on hold must be looked at again: start a deadline for it."))


def _withdrawal(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    ways = [decision for decision in seen.protocol.anytime.values() if "withdrawn" in decision.outcome]
    if not ways:
        yield ProtocolFinding("withdrawal", _("The reporter must be able to withdraw at any step."))
    for decision in ways:
        if not decision.to or not seen.protocol.phases[decision.to].final:
            yield ProtocolFinding("withdrawal", _("A withdrawn report must end the case."))
        if not decision.tell:
            yield ProtocolFinding("withdrawal", _("The reporter is not told that the withdrawal was recorded."))


def _criminal_first(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """Interviews wait until the prosecution has answered (docs/domain.md#tracks)."""
    if seen.protocol.kinds == ["aggression"] or "criminal" not in seen.protocol.tracks:
        return
    for phase in seen.protocol.phases.values():
        for code, decision in phase.decisions.items():
            if "INVEST_12W" in decision.starts and "INVEST_12W" not in decision.meets and phase.stands_for != "finding" and not decision.blocked_by.get("criminal"):  # fmt: skip
                yield ProtocolFinding("criminal", _("“%(decision)s” must wait while the prosecution is being asked.") % {"decision": labels(seen.protocol)[code]})  # fmt: skip


def _ends_outside(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    """The chain of handlers of every kind of organisation ends with a party of another organisation."""
    for kind, resort in seen.routing.last_resort.items():
        if resort not in seen.routing.parties:
            yield ProtocolFinding("routing", _("The chain of handlers of “%(kind)s” ends inside the organisation.") % {"kind": kind})  # fmt: skip
    for kind in ("municipality", "province", "water_authority"):
        if kind not in seen.routing.last_resort:
            yield ProtocolFinding("routing", _("The chain of handlers of “%(kind)s” does not end.") % {"kind": kind})
    for subject in seen.routing.by_subject:
        if subject in seen.routing.row(subject).handler:
            yield ProtocolFinding("routing", _("“%(function)s” would handle a case about “%(function)s”.") % {"function": subject})  # fmt: skip


def _always(protocol: Protocol) -> list[tuple[str, Decision]]:
    """The acts that can be done in every phase, with their codes: those at any time and those of the tracks."""
    return [*protocol.anytime.items(), *protocol.every_track_decision()]


def _is_closed(seen: CheckedProtocol, phase: str) -> bool:
    return seen.protocol.phases[phase].stands_for == "closed"


def _closes(seen: CheckedProtocol) -> Iterator[ProtocolFinding]:
    if not any(_is_closed(seen, name) for name in seen.protocol.phases):
        yield ProtocolFinding("closed", _("No step closes a case."))
    for name, phase in seen.protocol.phases.items():
        if phase.stands_for == "closed" and not phase.final:
            yield ProtocolFinding("closed", _("The step “%(step)s” must be an end.") % {"step": seen.title(name)})


RULES: tuple[Rule, ...] = (
    _reachable, _ends, _no_dead_decisions, _whoever_judges, _closes, _tracks, _acknowledgement, _feedback, _must_have_passed, _right_of_reply,
    _who_decides, _deadline_lengths, _deadlines_can_be_met, _hold, _withdrawal, _criminal_first, _ends_outside,
    *DEED_RULES, *MEASURE_RULES,
)  # fmt: skip
