"""What a decision makes of a situation, by the engine alone."""

from cases.protocol.definitions import Protocol
from cases.protocol.engine import Situation, take


def after(protocol: Protocol, now: Situation, code: str) -> Situation:
    option, following = take(protocol, now, code)
    decided = now.decided | {code}
    if option.track:
        return Situation(now.phase, decided, now.has_subject, now.previous, {**now.tracks, option.track: following})
    previous = now.previous
    if following != now.phase:
        previous = now.phase if protocol.phases[following].aside else ""
    return Situation(following, decided, now.has_subject, previous, now.tracks)
