"""Each rule of the checker refuses the protocol that breaks it, and says which rule it was."""

import inspect
import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from cases.administration.adoption import findings
from cases.protocol.checking import checker, deed_rules, measure_rules
from cases.protocol.checking.checker import check_protocol
from cases.protocol.composition import ProtocolChanges, blocks, compose, examples, national, protocol_templates
from cases.protocol.definitions import DECIDERS, DoneBy, Protocol
from cases.protocol.kinds.forms import RecordForm, record_forms
from organisations.access.policy import table
from organisations.access.routing import Rules, rules

Harm = Callable[[dict[str, Any]], object]


def _decisions(data: dict[str, Any], phase: str) -> dict[str, Any]:
    return data["phases"][phase]["decisions"]


def _state(data: dict[str, Any], track: str, state: str) -> dict[str, Any]:
    return data["tracks"][track]["states"][state]["decisions"]


def _proof(decision: dict[str, Any], **proof: Any) -> None:
    decision["done_by"].update(proof)


def _nobody_waits_for(data: dict[str, Any], act: str) -> None:
    """No decision of a phase comes after this act, or does it too."""
    for phase in data["phases"].values():
        for decision in phase["decisions"].values():
            decision.update(after=[one for one in decision["after"] if one != act], does=[])


MUTATIONS: list[tuple[str, str, Harm]] = [
    ("integrity", "right_of_reply", lambda d: _decisions(d, "fact_finding")["draft_ready"].update(to="reporting")),
    ("integrity", "right_of_reply", lambda d: _decisions(d, "fact_finding")["draft_ready"].update(to="disposition")),
    ("integrity", "right_of_reply", lambda d: _decisions(d, "investigation_decision")["none"].update(to="assessment")),
    ("integrity", "right_of_reply", lambda d: d["phases"]["right_of_reply"].update(stands_for="")),
    ("integrity", "right_of_reply", lambda d: _decisions(d, "initial_weighing")["no_follow_up"].update(outcome=["hr_sanction"])),
    ("integrity", "right_of_reply", lambda d: _decisions(d, "preliminary_inquiry")["conclude"].update(needs=[])),
    ("integrity", "right_of_reply", lambda d: _decisions(d, "informal_resolution")["solved"].update(to="disposition")),
    ("integrity", "statute", lambda d: d["deadline_lengths"].update(ACK_7D=8)),
    ("integrity", "statute", lambda d: d["deadline_lengths"].update(FEEDBACK_3M=4)),
    ("integrity", "statute", lambda d: d["deadline_lengths"].update(PRIVACY_1M=2)),
    ("integrity", "deadline_length", lambda d: d["deadline_lengths"].update(REBUTTAL_10WD=0)),
    ("integrity", "deadline_length", lambda d: d["deadline_lengths"].update(REBUTTAL_10WD=2)),
    ("safety", "deadline_length", lambda d: d["deadline_lengths"].update(PERP_RESPONSE_48H=36)),
    ("integrity", "deadline_length", lambda d: d["deadline_lengths"].update(HOLD_REVIEW_4W=12)),
    ("integrity", "statute", lambda d: d["anytime"]["hold"].update(waives=["ACK_7D"])),
    ("integrity", "reachable", lambda d: _decisions(d, "initial_weighing").pop("talk")),
    ("integrity", "reachable", lambda d: d["phases"].update(island={"title": {"nl": "a", "en": "a"}, "decisions": {}})),
    ("integrity", "reachable", lambda d: d["tracks"]["criminal"]["states"].update(island={"title": {"nl": "a", "en": "a"}})),
    ("safety", "ends", lambda d: _decisions(d, "evaluation").pop("close")),
    ("safety", "ends", lambda d: _decisions(d, "measures")["adopt"].update(to="measures")),
    ("safety", "ends", lambda d: (_decisions(d, "aftercare")["complete"].update(to="measures"), _decisions(d, "aftercare").pop("no_more_care"), _decisions(d, "aftercare").pop("not_reached"))),
    ("integrity", "ends", lambda d: [decision.update(to="") for decision in _state(d, "criminal", "with_prosecution").values()]),
    (
        "integrity",
        "ends",
        lambda d: [decision.update(to="to_weigh") for decision in _state(d, "criminal", "with_prosecution").values()]
        + [_state(d, "criminal", "to_weigh")[code].update(to="with_prosecution") for code in ("no_police_report", "report_at_once")],
    ),
    ("integrity", "dead_decision", lambda d: _decisions(d, "received")["register"].update(after=["dispose"])),
    ("integrity", "dead_decision", lambda d: _decisions(d, "received")["register"].update(needs=["subject", "no_subject"])),
    ("integrity", "judges", lambda d: _decisions(d, "assessment").pop("by_employer")),
    ("integrity", "judges", lambda d: [_decisions(d, "assessment")[code].update(needs=["employer_judges"]) for code in ("to_body", "by_chair")]),
    ("safety", "deed_message", lambda d: _state(d, "criminal", "to_weigh")["report_at_once"]["done_by"].update(message="")),
    *(
        ("integrity", "deed_message", lambda d, state=state, code=code: _state(d, "criminal", state)[code]["done_by"].update(message=""))
        for state, code in (("to_weigh", "report_at_once"), ("with_prosecution", "report_to_police"), ("more", "report_more"), ("not_filed", "filed_after_all"))
    ),
    ("integrity", "acknowledgement", lambda d: d.update(on_opening=[])),
    ("integrity", "acknowledgement", lambda d: _state(d, "reporter_feedback", "new")["acknowledge"].update(starts=[])),
    ("integrity", "acknowledgement", lambda d: _state(d, "reporter_feedback", "new")["acknowledge"].update(tell="")),
    ("integrity", "acknowledgement", lambda d: _nobody_waits_for(d, "acknowledge")),
    ("safety", "acknowledgement", lambda d: _decisions(d, "aftercare")["no_more_care"].update(after=["give_feedback"])),
    ("integrity", "feedback", lambda d: _state(d, "reporter_feedback", "acknowledged")["give_feedback"].update(tell="")),
    ("integrity", "feedback", lambda d: _nobody_waits_for(d, "give_feedback")),
    ("integrity", "aftercare", lambda d: _decisions(d, "disposition")["dispose"].update(to="evaluation")),
    ("integrity", "evaluation", lambda d: _decisions(d, "aftercare")["complete"].update(to="closed")),
    ("integrity", "register", lambda d: _decisions(d, "received")["register"].update(counts="")),
    ("integrity", "register", lambda d: _decisions(d, "evaluation")["close"].update(counts="")),
    ("integrity", "outcome", lambda d: _decisions(d, "disposition")["dispose"].update(outcome=[], outcome_when={})),
    ("integrity", "who", lambda d: _decisions(d, "disposition")["dispose"].update(who=[])),
    ("integrity", "who", lambda d: _decisions(d, "disposition")["dispose"].update(who=["support"])),
    ("integrity", "who", lambda d: _decisions(d, "disposition")["dispose"].update(who=["adviser"])),
    ("integrity", "deadline", lambda d: _decisions(d, "initial_weighing")["talk"].update(starts=["RETALIATION_48H", "ACUTE_2H"])),
    ("integrity", "deadline", lambda d: _decisions(d, "received")["register"].update(starts=[])),
    ("integrity", "hold", lambda d: d["anytime"].pop("hold")),
    ("integrity", "hold", lambda d: d["anytime"]["hold"].update(starts=[])),
    ("integrity", "hold", lambda d: d["anytime"]["hold"].update(tell="")),
    ("integrity", "withdrawal", lambda d: (d["anytime"].pop("withdraw"), d["anytime"].pop("withdraw_by_letter"))),
    ("integrity", "withdrawal", lambda d: d["anytime"]["withdraw"].update(to="aftercare")),
    ("integrity", "track", lambda d: d["tracks"].pop("retaliation_watch")),
    ("integrity", "track", lambda d: d["tracks"].pop("privacy_request")),
    ("integrity", "criminal", lambda d: _decisions(d, "commissioning")["signed"].update(blocked_by={})),
    ("integrity", "closed", lambda d: d["phases"]["closed"].update(stands_for="")),
    # Deeds: nothing is recorded of which nothing shows that it was done.
    ("safety", "deed_message", lambda d: _proof(_state(d, "reporter_feedback", "new")["acknowledge"], message="")),
    ("safety", "deed_message", lambda d: _proof(_state(d, "reporter_feedback", "new")["acknowledge"], message="closing")),
    ("integrity", "deed_message", lambda d: _proof(_state(d, "reporter_feedback", "acknowledged")["give_feedback"], message="")),
    ("integrity", "deed_message", lambda d: _state(d, "criminal", "to_weigh")["consult_prosecution"].update(meets=["FEEDBACK_3M"])),
    ("integrity", "deed_message", lambda d: _proof(_decisions(d, "disposition")["dispose"], message="way_and_why")),
    ("integrity", "deed_message", lambda d: _proof(_state(d, "retaliation_watch", "watching")["retaliation_told"], message="feedback")),
    ("safety", "deed_message", lambda d: _proof(_decisions(d, "perpetrator_response")["respond_none"], message="")),
    ("safety", "deed_message", lambda d: _proof(_decisions(d, "evaluation")["close"], message="way_and_why")),
    ("safety", "deed_deadline", lambda d: _decisions(d, "measures")["adopt"].update(done_by={})),
    ("safety", "deed_deadline", lambda d: _decisions(d, "measures")["adopt"].update(done_by={"other_person": True})),
    ("safety", "deed_deadline", lambda d: _decisions(d, "perpetrator_response")["respond_later"].update(done_by={})),
    ("safety", "deed_deadline", lambda d: _decisions(d, "reported")["assess"].update(done_by={})),
    ("safety", "deed_deadline", lambda d: _decisions(d, "measures")["adopt"].update(waives=["ACK_24H"])),
    ("integrity", "deed_deadline", lambda d: d["anytime"]["inform_subject"].update(done_by={})),
    ("integrity", "deed_record", lambda d: _proof(_decisions(d, "aftercare")["complete"], record="")),
    ("integrity", "deed_record", lambda d: _proof(_decisions(d, "aftercare")["complete"], record="no_damage")),
    ("integrity", "deed_record", lambda d: _proof(_decisions(d, "right_of_reply")["replies_in"], record="returned")),
    ("integrity", "deed_record", lambda d: _proof(_decisions(d, "evaluation")["close"], record="")),
    ("integrity", "deed_record", lambda d: _proof(d["anytime"]["hold"], record="")),
    ("integrity", "deed_record", lambda d: d["anytime"]["ask_advice"].update(to="evaluation")),
    ("safety", "deed_care", lambda d: _decisions(d, "aftercare")["complete"].update(after=["acknowledge", "give_feedback", "aftercare_24h"])),
    ("safety", "deed_care", lambda d: _decisions(d, "aftercare")["no_more_care"].update(waives=["AFTERCARE_24H"])),
    ("safety", "deed_care", lambda d: _proof(_decisions(d, "aftercare")["no_more_care"], record="no_damage")),
    ("safety", "deed_care", lambda d: _decisions(d, "measures")["adopt"].update(waives=["AFTERCARE_1W"])),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["replies_in"].update(not_before=None)),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["replies_in"].update(not_before={"after": "send_extracts", "length": 1})),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["replies_in"]["not_before"].update(deadline="COI_CHECK_1D")),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["replies_in"]["not_before"].update(unless="measure")),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["replies_in"]["not_before"].update(after="draft_ready")),
    ("integrity", "deed_term", lambda d: _proof(_decisions(d, "right_of_reply")["send_extracts"], document=[])),
    ("integrity", "deed_term", lambda d: _decisions(d, "right_of_reply")["extend_reply"].update(to="reporting")),
    ("integrity", "deed_term", lambda d: _decisions(d, "assessment")["by_chair"].update(after=[])),
    ("integrity", "deed_term", lambda d: _decisions(d, "aftercare")["complete"].update(not_before=None)),
    ("safety", "deed_term", lambda d: d["anytime"]["aftercare_1w"].update(not_before=None)),
    ("safety", "deed_term", lambda d: d["anytime"]["aftercare_3m"].update(not_before={"length": 1, "unit": "hours"})),
    ("safety", "deed_alone", lambda d: _proof(_decisions(d, "evaluation")["close"], other_person=False)),
    ("safety", "deed_alone", lambda d: _proof(_decisions(d, "reported")["redirect"], other_person=False)),
    ("integrity", "deed_alone", lambda d: _proof(d["anytime"]["withdraw"], other_person=False)),
    ("integrity", "deed_alone", lambda d: _proof(_decisions(d, "disposition")["dispose"], other_person=False)),
    ("integrity", "deed_alone", lambda d: _decisions(d, "disposition")["dispose"].update(because=False)),
    ("integrity", "deed_end", lambda d: _decisions(d, "evaluation")["close"].update(because=False)),
    ("integrity", "deed_end", lambda d: _proof(_decisions(d, "routing")["other_regime"], message="")),
    ("safety", "deed_end", lambda d: _proof(d["anytime"]["withdraw_by_letter"], message="")),
    ("integrity", "deed_again", lambda d: _decisions(d, "initial_weighing")["no_follow_up"].update(again=True)),
    ("safety", "deed_again", lambda d: _decisions(d, "reported")["assess"].update(again=True)),
    ("integrity", "deed_informed", lambda d: _decisions(d, "commissioning")["signed"].update(after=[])),
    ("integrity", "deed_informed", lambda d: _proof(d["anytime"]["inform_subject"], document=[], record="inform_later")),
    ("integrity", "deed_reporter", lambda d: _proof(d["anytime"]["withdraw"], reporter="")),
    ("integrity", "deed_reporter", lambda d: d["anytime"]["withdraw"].update(not_before=None)),
    ("integrity", "deed_reporter", lambda d: d["anytime"]["withdraw"].update(needs=[])),
    ("safety", "deed_reporter", lambda d: d["anytime"]["withdraw_by_letter"].update(needs=[])),
    ("safety", "deed_reporter", lambda d: _proof(d["anytime"]["withdraw_by_letter"], file=None, file_kinds=[])),
    ("safety", "deed_reporter", lambda d: _decisions(d, "reported")["redirect"].update(after=[])),
    ("safety", "deed_reporter", lambda d: _decisions(d, "reported")["redirect"].update(not_before=None)),
    ("safety", "deed_reporter", lambda d: _decisions(d, "reported")["redirect"]["not_before"].update(length=1)),
    ("integrity", "deed_reporter", lambda d: _proof(_decisions(d, "routing")["ask_other_regime"], message="")),
    ("safety", "deed_running", lambda d: d["phases"]["withdrawn"].update(ended=["outsider_measure"])),
    ("integrity", "deed_running", lambda d: d["phases"]["closed"].update(ended=[])),
    ("safety", "deed_running", lambda d: d["phases"]["closed"].update(ended=["measure", "outsider_measure", "priority_note"])),
    ("safety", "deed_asked", lambda d: _decisions(d, "perpetrator_response")["respond_letter"].update(blocked_by={})),
    ("safety", "deed_asked", lambda d: _decisions(d, "aftercare")["no_more_care"].update(blocked_by={})),
    ("safety", "deed_asked", lambda d: _decisions(d, "evaluation")["close"]["blocked_by"].pop("threat")),
    ("safety", "deed_asked", lambda d: d["anytime"]["withdraw"].update(blocked_by={})),
    ("safety", "deed_asked", lambda d: _state(d, "threat", "high")["consult_police"].update(done_by={})),
    ("safety", "deed_alone", lambda d: _decisions(d, "aftercare")["no_more_care"].update(other_person_when={})),
    ("safety", "deed_alone", lambda d: _decisions(d, "aftercare")["no_more_care"].update(other_person_when={"threat": ["high"]})),
    ("safety", "deed_alone", lambda d: _proof(_decisions(d, "aftercare")["not_reached"], other_person=False)),
    ("safety", "deed_alone", lambda d: _proof(_state(d, "threat", "high")["no_police_consultation"], other_person=False)),
    ("safety", "deed_weighed", lambda d: _decisions(d, "threat_assessment")["high"].update(moves={})),
    ("safety", "deed_bounded", lambda d: _decisions(d, "perpetrator_response")["respond_later"].update(at_most=0)),
    ("integrity", "deed_bounded", lambda d: _decisions(d, "right_of_reply")["extend_reply"].update(at_most=0)),
    ("integrity", "deed_twice", lambda d: _state(d, "interim_measure", "in_force")["end_interim_measure"].update(ends={})),
    ("integrity", "deed_told", lambda d: d["tracks"]["interim_measure"]["states"]["to_tell"].update(at_once=False)),
    ("integrity", "deed_told", lambda d: d["anytime"]["withdraw"]["blocked_by"].pop("interim_measure")),
    ("integrity", "deed_told", lambda d: _proof(_state(d, "interim_measure", "to_tell")["tell_interim"], file=None, file_kinds=[])),
    ("integrity", "deed_alone", lambda d: _proof(_state(d, "interim_measure", "to_tell")["interim_not_told"], other_person=False)),
    ("integrity", "deed_told", lambda d: _state(d, "interim_measure", "none")["take_interim_measure"].update(to="in_force")),
    ("integrity", "deed_told", lambda d: _proof(_decisions(d, "disposition")["dispose"], file_kinds=["report"])),
    ("integrity", "deed_outcome", lambda d: _decisions(d, "disposition")["dispose"].update(starts=[])),
    ("integrity", "deed_outcome", lambda d: d["anytime"].pop("tell_cleared")),
    ("integrity", "deed_outcome", lambda d: _proof(d["anytime"]["tell_outcome"], person=None)),
    ("safety", "deed_read", lambda d: _proof(_state(d, "reporter_feedback", "new")["acknowledge"], read=False)),
    ("safety", "deed_known", lambda d: _decisions(d, "police_report")["filed"].update(moves={})),
    ("safety", "deed_known", lambda d: _decisions(d, "police_report")["not_filed"].update(blocked_by={})),
    ("integrity", "deed_known", lambda d: _decisions(d, "disposition")["dispose"].update(outcome_when={})),
    ("safety", "deed_offered", lambda d: _decisions(d, "police_report")["filed"].update(after=[])),
    ("safety", "deed_offered", lambda d: _proof(d["anytime"]["offer_police_report"], message="way_and_why")),
    # Measures against people from outside.
    ("safety", "deed_running", lambda d: d["phases"]["closed"].update(ended=["measure", "damage", "priority_note"])),
    ("safety", "measure_review", lambda d: d["anytime"].pop("continue_outsider_measure")),
    ("safety", "measure_review", lambda d: _proof(d["anytime"]["continue_outsider_measure"], other_person=False)),
    ("safety", "measure_hearing", lambda d: d["anytime"]["decide_acute_measure"].update(starts=[])),
    ("safety", "measure_hearing", lambda d: _proof(d["anytime"]["decide_acute_measure"], given={})),
    ("safety", "measure_hearing", lambda d: d["deadline_lengths"].update(HEAR_OUTSIDER_1W=8)),
    ("safety", "measure_hearing", lambda d: _proof(d["anytime"]["hear_outsider"], record="hearing")),
    ("safety", "measure_hearing", lambda d: d["anytime"]["hear_outsider"].update(repeat=False)),
    ("safety", "measure_hearing", lambda d: d["anytime"]["add_measures"].update(meets=["HEAR_OUTSIDER_1W"])),
    ("safety", "measure_alone", lambda d: _proof(d["anytime"]["decide_outsider_measure"], other_person=False)),
    ("safety", "measure_alone", lambda d: d["anytime"]["decide_acute_measure"].update(because=False)),
    ("safety", "measure_alone", lambda d: _proof(d["anytime"]["decide_acute_measure"], person=None)),
    ("safety", "measure_told", lambda d: _proof(d["anytime"]["send_outsider_measure"], record="talk")),
    ("safety", "measure_told", lambda d: _proof(_decisions(d, "perpetrator_response")["respond_letter"], document=["outsider_measure"])),
    ("safety", "measure_told", lambda d: _decisions(d, "perpetrator_response")["respond_ban"].update(after=[])),
    ("safety", "measure_told", lambda d: _decisions(d, "perpetrator_response")["respond_ban"].update(needs=[])),
]  # fmt: skip


@pytest.mark.parametrize("base", list(protocol_templates()))
def test_the_national_protocols_are_fair(base):
    assert check_protocol(national(base)) == []


@pytest.mark.parametrize("name", list(examples()))
def test_protocols_of_existing_municipalities_are_fair(name):
    base, _title, changes = examples()[name]
    assert findings(base, changes) == []


def test_who_may_decide_is_who_the_policy_lets_decide():
    assert set(DECIDERS) == set(table()["case.decide"].relations or [])


def test_there_is_a_mutation_for_every_rule():
    """Those of routing and of a municipality's own choices are below."""
    source = inspect.getsource(checker) + inspect.getsource(deed_rules)
    every = set(re.findall(r'ProtocolFinding\("(\w+)"', source)) | set(re.findall(r'": \("(\w+)", _\(', source))
    of_measures = inspect.getsource(measure_rules)
    every |= set(re.findall(r'"(measure_\w+)"', of_measures)) - {"measure_runs"}
    assert every - {rule for _base, rule, _harm in MUTATIONS} - {rule for rule, _harm in FORM_MUTATIONS} == {"routing"}


@pytest.mark.parametrize(("base", "rule", "harm"), MUTATIONS, ids=[f"{n}-{m[1]}" for n, m in enumerate(MUTATIONS)])
def test_a_protocol_that_breaks_a_rule_is_refused_by_its_name(base, rule, harm):
    data = deepcopy(national(base).model_dump())
    harm(data)
    findings = check_protocol(Protocol.model_validate(data))
    assert rule in {finding.rule for finding in findings}, findings
    assert all(finding.message for finding in findings)


FormHarm = Callable[[dict[str, Any]], object]
FORM_MUTATIONS: list[tuple[str, FormHarm]] = [
    *((rule, lambda f, part=part: f["fields"][f["against"][part]].update(optional=True)) for part, rule in measure_rules.ASKED.items()),
    *((rule, lambda f, part=part: f["against"].update({part: ""})) for part, rule in measure_rules.ASKED.items()),
    ("measure_end", lambda f: f.update(ends={}, end_fields={}, runs_out="", hands_on=False)),
    ("measure_end", lambda f: f.update(until="", hands_on=False)),
    ("measure_end", lambda f: f.update(fixed=False)),
    ("measure_end", lambda f: f["fields"]["until"].update(ahead=False)),
    ("measure_review", lambda f: f.update(review="")),
    ("measure_review", lambda f: f["fields"]["until"].update(not_before=None)),
    ("measure_hearing", lambda f: f.update(own_deadline=None)),
    ("measure_hearing", lambda f: f["fields"]["heard_words"].update(needed_when={})),
    ("measure_hearing", lambda f: f["fields"]["acute"].update(needed_when={})),
    ("measure_hearing", lambda f: f.update(hears=None)),
    ("measure_hearing", lambda f: f["hears"]["attended"].pop("heard_how")),
    ("measure_ground", lambda f: f["fields"]["ground"]["tells"].pop("owner")),
    ("measure_ground", lambda f: f["fields"]["rights"].update(refuses={})),
    ("measure_services", lambda f: f["fields"]["services_how"].update(only_when={"what": ["ban"]})),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "harm"), FORM_MUTATIONS, ids=[f"{n}-{m[0]}" for n, m in enumerate(FORM_MUTATIONS)])
def test_a_form_of_a_measure_that_lacks_something_is_refused_by_the_name_of_the_rule(monkeypatch, rule, harm):
    """A form is part of what is checked: what it leaves out, nobody can be asked."""
    forms = dict(record_forms())
    data = deepcopy(forms["outsider_measure"].model_dump())
    harm(data)
    forms["outsider_measure"] = RecordForm.model_validate(data)
    monkeypatch.setattr(measure_rules, "record_forms", lambda: forms)
    assert rule in {finding.rule for finding in check_protocol(national("safety"))}


@pytest.mark.parametrize(
    "harm",
    [
        lambda d: d["last_resort"].update(municipality="registrar"),
        lambda d: d["last_resort"].pop("province"),
        lambda d: d["by_subject"]["registrar"].update(handler=["registrar"]),
    ],
)
def test_a_routing_chain_that_ends_inside_or_at_the_person_concerned_is_refused(harm):
    data = deepcopy(rules().model_dump(by_alias=True))
    harm(data)
    assert "routing" in {finding.rule for finding in check_protocol(national("integrity"), Rules.model_validate(data))}


def test_the_right_of_reply_of_zero_days_and_a_longer_seven_days_are_refused():
    """Story S14."""
    problems = findings("integrity", ProtocolChanges(deadline_lengths={"REBUTTAL_10WD": 0, "ACK_7D": 14}))
    assert {"deadline_length", "statute"} <= {finding.rule for finding in problems}


@pytest.mark.parametrize(
    "changes", [ProtocolChanges(chosen={"gossip": True}), ProtocolChanges(deadline_lengths={"RETALIATION_48H": 3})]
)
def test_what_is_no_block_or_no_adjustable_deadline_is_refused(changes):
    assert [finding.rule for finding in findings("integrity", changes)] == ["names"]


def test_a_block_that_protects_people_cannot_be_left_out():
    changes = ProtocolChanges(chosen={"right_of_reply": False, "aftercare": False})
    assert {"right_of_reply", "aftercare"} <= set(compose("integrity", changes).phases)


@pytest.mark.parametrize("base", list(protocol_templates()))
def test_every_block_says_what_a_reader_needs(base):
    for block in blocks(base).values():
        for words in (block.title, block.entry, block.text):
            assert words.dutch
            assert words.in_language("en") != words.dutch
        assert block.source


def test_a_document_that_goes_out_is_no_deed_of_two_people():
    with pytest.raises(ValidationError, match="`document` and `other_person` do not go together"):
        DoneBy(document=["warning_letter"], other_person=True)
