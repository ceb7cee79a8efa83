"""The walk through a protocol sees what the engine says of every state, although it asks the engine for few of them."""

import pytest

from cases.protocol.checking.exploration import explore
from cases.protocol.composition import national, protocol_templates
from cases.protocol.engine import Situation, options_of_phase

EVERY = 40  # states of which one is asked


@pytest.mark.parametrize("has_subject", [True, False])
@pytest.mark.parametrize("base", list(protocol_templates()))
def test_what_a_phase_does_not_look_at_changes_nothing_of_what_is_possible_in_it(base, has_subject):
    protocol = national(base)
    beside = {code for code, _decision in protocol.every_track_decision()}
    explored = explore(protocol, has_subject=has_subject)
    asked = sorted(explored.states, key=lambda state: (state.phase, sorted(state.decided), sorted(state.passed)))[
        ::EVERY
    ]
    assert {state.phase for state in asked} > {protocol.first}
    for state in asked:
        situation = Situation(
            state.phase,
            state.decided,
            has_subject,
            state.previous,
            known_reporter=True,
            wants_to_stop=True,
            measure_runs=True,
            is_pressure=True,
        )
        possible = {option.code for option in options_of_phase(protocol, situation) if not option.missing}
        stepped = {code for code, _decision, _following in explored.steps[state]} - beside
        assert stepped | {code for code in possible if _needs_previous(protocol, state, code)} == possible, state


def _needs_previous(protocol, state, code) -> bool:
    """Whether a decision goes back to a phase that this state does not know of."""
    return not state.previous and dict(protocol.every_decision())[code].to == "previous"
