"""The two default protocols and the engine that runs them."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.protocol.definitions import DEFAULTS, Protocol, defaults, protocol_for
from cases.protocol.engine import NotNow, Situation, options, take
from organisations.codes import code_list

PROTOCOLS = ["safety", "integrity"]


def test_every_kind_of_report_has_a_protocol():
    assert {protocol_for(kind.id).id for kind in code_list("kind").codes} == set(PROTOCOLS)


@pytest.mark.parametrize("name", PROTOCOLS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_random_walk_never_gets_stuck_and_can_always_end(name, data):
    """Whatever is decided, there is something to decide until the case has ended."""
    protocol = defaults()[name]
    has_subject = data.draw(st.booleans())
    phase, previous, made, has_outcome = protocol.first, "", set(), False
    for _ in range(60):
        if protocol.phases[phase].final:
            return
        found = options(protocol, Situation(phase, frozenset(made), has_subject, previous))
        allowed = [one for one in found if one.allowed]
        assert allowed, phase
        chosen = data.draw(st.sampled_from(allowed))
        decision, following = take(protocol, Situation(phase, frozenset(made), has_subject, previous), chosen.code)
        made.add(chosen.code)
        has_outcome = has_outcome or bool(decision.outcome)
        assert has_outcome or decision.counts != "outcome", "what is counted as an outcome has one"
        if following != phase:
            previous = phase if protocol.phases[following].aside else ""
            phase = following
    while not protocol.phases[phase].final:
        _decision, phase = take(protocol, Situation(phase, frozenset(made), has_subject, previous), "withdraw")


def test_without_a_subject_pressure_never_reaches_the_phases_about_a_person():
    protocol = defaults()["integrity"]
    reached, todo = set(), [protocol.first]
    while todo:
        phase = todo.pop()
        if phase in reached:
            continue
        reached.add(phase)
        made = frozenset(code for code, _one in protocol.every_decision())
        found = options(protocol, Situation(phase, made, has_subject=False))
        todo += [one.decision.to for one in found if one.decision.to not in {"", "previous"}]
    assert not reached & {
        "investigation_decision",
        "commissioning",
        "fact_finding",
        "right_of_reply",
        "reporting",
        "assessment",
    }


def test_no_finding_without_right_of_reply():
    """From fact finding every way to the assessment leads through the right of reply."""
    protocol = defaults()["integrity"]
    reached, todo = set(), ["fact_finding"]
    while todo:
        phase = todo.pop()
        if phase in reached or phase == "right_of_reply":
            continue
        reached.add(phase)
        todo += [one.to for one in protocol.phases[phase].decisions.values()]
    assert "assessment" not in reached


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nothing_can_be_decided_in_a_case_that_ended(name):
    assert options(defaults()[name], Situation("closed")) == []


def test_acute_care_comes_before_the_assessment():
    with pytest.raises(NotNow):
        take(defaults()["safety"], Situation("reported"), "medium")


def test_what_must_come_first_is_named():
    with pytest.raises(NotNow) as not_now:
        take(defaults()["safety"], Situation("aftercare"), "complete")
    assert "acknowledge" in not_now.value.missing


def test_a_case_on_hold_goes_back_to_where_it_was():
    protocol = defaults()["integrity"]
    _decision, phase = take(protocol, Situation("fact_finding"), "hold")
    assert phase == "on_hold"
    _decision, phase = take(protocol, Situation("on_hold", previous="fact_finding"), "resume")
    assert phase == "fact_finding"


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda data: data["phases"]["measures"]["decisions"]["adopt"].update(to="nowhere"), "nowhere"),
        (lambda data: data["phases"]["reported"]["decisions"]["assess"].update(starts=["NO_CLOCK"]), "NO_CLOCK"),
        (lambda data: data["phases"]["aftercare"]["decisions"]["complete"].update(after=["dance"]), "dance"),
        (lambda data: data.update(first="nothing"), "nothing"),
        (lambda data: data["phases"].update(island={"title": {"nl": "a", "en": "a"}, "decisions": {}}), "island"),
        (lambda data: data["phases"]["reported"]["decisions"]["assess"].update(tell="gossip"), "gossip"),
        (lambda data: data["phases"]["measures"]["decisions"]["adopt"].update(to="measures"), "measures"),
    ],
)
def test_a_protocol_that_cannot_be_right_is_refused_with_the_reason(harm, says):
    data = deepcopy(yaml.safe_load((Path(DEFAULTS) / "safety.yaml").read_text()))
    harm(data)
    with pytest.raises(ValueError, match=says):
        Protocol.model_validate(data)
