"""Random protocols: what the checker accepts never gets stuck, whatever is decided."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.administration.adoption import findings
from cases.protocol.composition import ProtocolChanges, blocks, compose, protocol_templates
from cases.protocol.definitions import Protocol
from cases.protocol.engine import Situation, options
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from tests.support.protocols import after_option, first


@st.composite
def changes_of(draw, base: str) -> ProtocolChanges:
    known = blocks(base)
    chosen = {name: draw(st.booleans()) for name, block in known.items() if block.optional}
    who = {
        name: draw(st.lists(st.sampled_from(block.change_who), min_size=1, unique=True))
        for name, block in known.items()
        if block.change_who and draw(st.booleans())
    }
    terms = {
        deadline: draw(st.integers(bounds.at_least - 1, bounds.at_most + 1))
        for block in known.values()
        for deadline, bounds in block.deadline_bounds.items()
        if draw(st.integers(0, 5)) == 0
    }
    return ProtocolChanges(chosen=chosen, who=who, deadline_lengths=terms)


def _walk(protocol: Protocol, choose, has_subject: bool, most: int) -> Situation:
    now = first(protocol, has_subject=has_subject)
    for _ in range(most):
        if protocol.phases[now.phase].final:
            break
        allowed = [option for option in options(protocol, now) if option.allowed]
        assert allowed, now
        now = after_option(protocol, now, choose(allowed))
    return now


def _can_be_closed(protocol: Protocol, now: Situation) -> bool:
    """Whether the case can still be ended from here: breadth first, with the real engine, tracks included."""
    seen, todo = set(), [now]
    while todo:
        reached = todo.pop(0)
        if protocol.phases[reached.phase].final:
            return True
        for option in options(protocol, reached):
            if option.allowed:
                following = after_option(protocol, reached, option)
                key = (following.phase, following.previous, following.decided, tuple(sorted(following.tracks.items())))
                if key not in seen and len(seen) < 4000:
                    seen.add(key)
                    todo.append(following)
    return False


@given(data=st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_an_accepted_protocol_never_gets_stuck(data):
    base = data.draw(st.sampled_from(list(protocol_templates())))
    changes = data.draw(changes_of(base))
    problems = findings(base, changes)
    if problems:
        assert {finding.rule for finding in problems} <= {"deadline_length", "statute", "measure_hearing"}, problems
        return
    protocol = compose(base, changes)
    has_subject = data.draw(st.booleans())
    end = _walk(protocol, lambda allowed: data.draw(st.sampled_from(allowed)), has_subject, most=60)
    assert _can_be_closed(protocol, end)


@given(data=st.data())
@settings(max_examples=20)
def test_a_deadline_beyond_the_statute_is_never_accepted(data):
    base = data.draw(st.sampled_from(list(protocol_templates())))
    deadlines = [
        deadline
        for block in blocks(base).values()
        for deadline in block.deadline_bounds
        if deadline_kinds()[deadline].statutory
    ]
    deadline = data.draw(st.sampled_from(deadlines)) if deadlines else "FEEDBACK_3M"
    longer = deadline_kinds()[deadline].length + data.draw(st.integers(1, 400))
    assert "statute" in {
        finding.rule for finding in findings(base, ProtocolChanges(deadline_lengths={deadline: longer}))
    }
