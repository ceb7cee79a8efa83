"""The two default protocols and the engine that runs them."""

import pytest
from pydantic import BaseModel

from cases.protocol.definitions import Protocol
from cases.protocol.engine import NotNow, Situation, options, take
from cases.protocol.installed import defaults, earlier, protocol, template_for
from cases.protocol.kinds.forms import message_forms, record_forms
from organisations.codes import code_list

PROTOCOLS = ["safety", "integrity"]


def test_every_kind_of_report_has_a_protocol():
    assert {template_for(kind.id) for kind in code_list("kind").codes} == set(PROTOCOLS)


def test_without_a_subject_pressure_never_reaches_the_phases_about_a_person():
    protocol = defaults()["integrity"]
    reached, todo = set(), [protocol.first]
    while todo:
        phase = todo.pop()
        if phase in reached:
            continue
        reached.add(phase)
        decided = frozenset(code for code, _decision in protocol.every_decision())
        offered = options(protocol, Situation(phase, decided, has_subject=False))
        todo += [
            option.decision.to for option in offered if not option.track and option.decision.to not in {"", "previous"}
        ]
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
        todo += [decision.to for decision in protocol.phases[phase].decisions.values() if decision.to]
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


def test_a_track_names_what_moves_it_there():
    with pytest.raises(NotNow) as not_now:
        take(defaults()["safety"], Situation("reported"), "give_feedback")
    assert not_now.value.missing == ("acknowledge",)


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
        (lambda data: data["phases"]["reported"]["decisions"]["assess"].update(starts=["NO_DEADLINE"]), "NO_DEADLINE"),
        (lambda data: data["phases"]["aftercare"]["decisions"]["complete"].update(after=["dance"]), "dance"),
        (lambda data: data.update(first="nothing"), "nothing"),
        (lambda data: data["phases"]["reported"]["decisions"]["assess"].update(tell="gossip"), "gossip"),
        (lambda data: data["phases"]["measures"]["decisions"]["adopt"].update(who=["gossip"]), "gossip"),
    ],
)
def test_a_protocol_that_cannot_be_right_is_refused_with_the_reason(harm, says):
    data = defaults()["safety"].model_dump()
    harm(data)
    with pytest.raises(ValueError, match=says):
        Protocol.model_validate(data)


def test_the_language_of_protocols_has_no_word_that_no_protocol_uses():
    known: dict[type[BaseModel], set[str]] = {}

    def note(said: object) -> None:
        if isinstance(said, BaseModel):
            known.setdefault(type(said), set()).update(said.model_fields_set)
            said = [getattr(said, name) for name in type(said).model_fields]
        for one in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
            note(one)

    run = [(one.id, one.version) for one in defaults().values()]
    note([*(protocol(*one) for one in [*run, *earlier()]), record_forms(), message_forms()])
    assert known[Protocol]
    assert not {f"{kind.__name__}.{name}" for kind, said in known.items() for name in set(kind.model_fields) - said}
