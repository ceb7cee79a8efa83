"""What a decision makes of a situation, by the engine alone."""

from dataclasses import replace

from cases.protocol.definitions import Protocol
from cases.protocol.engine import Option, Situation, leads_to, take


def after(protocol: Protocol, now: Situation, code: str) -> Situation:
    option, _following = take(protocol, now, code)
    return after_option(protocol, now, option)


def after_option(protocol: Protocol, now: Situation, option: Option) -> Situation:
    """The same, where it is known already that the option is allowed."""
    code, following = option.code, leads_to(protocol, now, option)
    decided = now.decided | {code}
    if option.track:
        return replace(now, decided=decided, tracks={**now.tracks, option.track: following})
    now = replace(
        now, tracks={**now.tracks, **option.decision.moves}, times={**now.times, code: now.times.get(code, 0) + 1}
    )
    previous = now.previous
    if following != now.phase:
        previous = now.phase if protocol.phases[following].aside else ""
    return replace(now, phase=following, decided=decided, previous=previous)


def first(protocol: Protocol, *, has_subject: bool) -> Situation:
    """A new case, of which the reporter is known and wants to stop, so that every decision can come up."""
    return Situation(protocol.first, has_subject=has_subject, known_reporter=True, wants_to_stop=True)
