"""The printed article and the rule say the same: each proof, term and second person is a sentence."""

from copy import deepcopy

import pytest

from cases.administration.adoption import protocol_differences
from cases.administration.paper import paper
from cases.protocol.composition import ProtocolChanges, compose, national, protocol_templates
from cases.protocol.definitions import NOTHING, DoneBy, Protocol
from cases.protocol.showing.sentences import sentences
from tests.support.build import a_place

PROOFS = list(DoneBy.model_fields)
EVERY = [(base, code) for base in protocol_templates() for code, _decision in national(base).every_decision()]
TERM = "Niet eerder dan 10 werkdagen na “Leg vast dat ieder het eigen deel van het concept kreeg”, of zodra voor ieder is vastgelegd: "


def _decisions(data):
    """Every decision of a dumped protocol, {code: data}."""
    parts = [phase["decisions"] for phase in data["phases"].values()] + [data["anytime"]]
    parts += [state["decisions"] for track in data["tracks"].values() for state in track["states"].values()]
    return {code: decision for part in parts for code, decision in part.items()}


def _without(base, code, **changes):
    """The national protocol with something else in one decision."""
    data = deepcopy(national(base).model_dump())
    decision = _decisions(data)[code]
    for name, value in changes.items():
        if name in PROOFS:
            decision["done_by"][name] = value
        else:
            decision[name] = value
    return Protocol.model_validate(data)


def _said(protocol):
    return {code: sentences(protocol, decision) for code, decision in protocol.every_decision()}


@pytest.mark.parametrize(("base", "code"), EVERY)
def test_each_proof_of_a_decision_is_a_sentence_and_goes_with_it(base, code):
    decision = dict(national(base).every_decision())[code]
    whole = sentences(national(base), decision)
    asked = [name for name in PROOFS if getattr(decision.done_by, name) != getattr(NOTHING, name)]
    changes = {name: getattr(NOTHING, name) for name in asked if name != "given"}  # an answer that nobody is asked
    changes |= {name: value for name, value in (("because", False), ("again", False)) if getattr(decision, name)}
    changes |= {"not_before": None} if decision.not_before else {}
    for name, value in changes.items():
        rests_on_it = {"file": {"file_kinds": []}, "record": {"given": {}}}.get(name, {})
        less = _said(_without(base, code, **{name: value}, **rests_on_it))[code]
        assert len(less) < len(whole), (name, whole)
        assert set(less) < set(whole)


def test_a_term_says_how_long_after_what_and_what_ends_it_sooner():
    said = _said(compose("integrity", ProtocolChanges()))
    assert any(one.startswith(TERM) for one in said["replies_in"]), said["replies_in"]
    longer = _said(compose("integrity", ProtocolChanges(deadline_lengths={"REBUTTAL_10WD": 15})))
    assert any("15 werkdagen" in one for one in longer["replies_in"])
    assert "Niet eerder dan 3 werkdagen nadat de melder dit vroeg." in said["withdraw"]
    assert "Niet eerder dan 13 dagen nadat deze stap begon." in said["complete"]


@pytest.mark.django_db
@pytest.mark.parametrize("base", list(protocol_templates()))
def test_the_document_prints_every_sentence_of_every_decision(base):
    place = a_place()
    page = place.client("administrator").get(f"/beheer/protocol/{base}/document/landelijk/").content.decode()
    for decision in dict(national(base).every_decision()).values():
        for sentence in sentences(national(base), decision):
            assert sentence.replace("'", "&#x27;").replace('"', "&quot;") in page
    printed = paper(national(base), place.organisation)
    rows = [row for part in (*printed.steps, *printed.tracks) for row in part.decisions]
    assert len(rows) == len(national(base).every_decision()), "none is left out, also not those of every step"


def test_a_changed_proof_term_or_second_person_is_told_before_it_is_adopted():
    before = national("integrity")
    assert "“Besluit en vertel het” vraagt niet meer: Twee mensen beslissen dit." in protocol_differences(
        before, _without("integrity", "dispose", other_person=False)
    )
    weaker = protocol_differences(before, _without("integrity", "replies_in", not_before=None))
    assert any(line.startswith("“Verwerk de reacties” vraagt niet meer: Niet eerder dan") for line in weaker)
    back = protocol_differences(_without("integrity", "dispose", message=""), before)
    assert any(line.startswith("“Besluit en vertel het” vraagt voortaan: De melder krijgt") for line in back)


def test_a_document_that_not_every_report_of_the_protocol_has_is_refused():
    for paper_kind in ("inform_subject", "gossip"):
        with pytest.raises(ValueError, match=paper_kind):
            _without("safety", "respond_letter", document=[paper_kind])
