"""docs/domain.md describes what the rule files do: every code of theirs stands in it, and deadlines with their length."""

import re

import pytest

from cases.protocol.composition import blocks, national, protocol_templates
from cases.protocol.deadline_kinds import deadline_kinds
from cases.protocol.decision_questions import decision_questions
from cases.protocol.definitions import Decision, Protocol
from cases.protocol.regimes import regimes
from organisations.access.policy import table
from organisations.access.routing import rules
from organisations.codes import code_list
from reporting.codes import OUTCOME_OF_DISPOSITION
from reporting.complaints.kinds import complaint_kinds
from tests.support.services import ROOT

PAGE = (ROOT / "docs/domain.md").read_text("utf-8")
CODES = set(re.findall(r"`([\w.]+)`", PAGE))
UNITS = {"hours": "hour", "days": "day", "workdays": "working day", "weeks": "week", "months": "month"}


def _rows(heading: str) -> dict[str, list[str]]:
    """The rows of the tables under a heading, by the code in their first column."""
    section = re.split(r"^#+ ", PAGE.split(f" {heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]
    cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {code: row for row in cells for code in re.findall(r"`(\w+)`", row[0])}


def _missing(codes: set[str], page: set[str] = CODES) -> set[str]:
    return codes - page


def test_every_deadline_stands_there_with_its_length_and_whether_it_is_the_laws():
    rows = _rows("Deadlines")
    assert set(rows) == set(deadline_kinds())
    for code, kind in deadline_kinds().items():
        length, statutory = rows[code][3], rows[code][5]
        words = "next meeting" if kind.unit == "meeting" else f"{kind.length} {UNITS[kind.unit]}"
        assert length.removesuffix("s") == words.removesuffix("s"), code
        assert (statutory == "yes") == kind.statutory, code
        assert bool(rows[code][6]) == bool(kind.extend), code


def test_every_kind_of_complaint_stands_there_with_its_length_and_whether_it_reaches_whom_it_is_about():
    rows = _rows("Told apart")
    assert list(rows) == list(complaint_kinds())
    for code, kind in complaint_kinds().items():
        assert rows[code][1] == f"{kind.length} {kind.unit}", code
        assert rows[code][2].startswith("yes") == kind.hands_on, code


@pytest.mark.parametrize("protocol", sorted(protocol_templates()))
def test_every_phase_decision_and_block_of_a_protocol_stands_there(protocol):
    made = national(protocol)
    phases = _rows(protocol.capitalize())
    assert set(phases) == set(made.phases)
    for name, phase in made.phases.items():
        decisions = set(re.findall(r"`(\w+)` →", phases[name][3]))
        assert decisions == set(phase.decisions), name
        for code, decision in phase.decisions.items():
            to = f"`{code}` → `{decision.to}`" if decision.to else f"`{code}` → stays"
            assert to in phases[name][3]
    rows = _rows(f"Blocks of {protocol}")
    assert list(rows) == list(blocks(protocol))
    for name, block in blocks(protocol).items():
        assert bool(rows[name][4]) == block.optional
    assert not _missing(set(made.anytime) - {f"aftercare_{when}" for when in ("24h", "1w", "1m", "3m")})


def deed_row(made: Protocol, code: str, decision: Decision) -> list[str]:
    """The row of a decision in the tables of deeds: code, proof, earliest moment, second person and reason, what the
    reporter hears."""
    done_by, term = decision.done_by, decision.not_before
    proof = [f"record `{done_by.record}`"] if done_by.record else []
    proof += [f"document `{kind}`" for kind in done_by.document]
    proof += [f"paper: {done_by.file.dutch}"] if done_by.file else []
    proof += [f"person: {done_by.person.dutch}"] if done_by.person else []
    proof += ["the reporter, in the mailbox"] if done_by.reporter else []
    proof += [f"questions `{decision.form}`"] if decision.form else []
    earliest = ""
    if term:
        kind = deadline_kinds().get(term.deadline)
        length, unit = (kind.length, kind.unit) if kind else (term.length, term.unit)
        words = f"{length} {UNITS[unit]}{'s' if length != 1 else ''}"
        after = "the reporter asked it" if ":" in term.after else f"`{term.after}`"
        earliest = f"{words} after {after}" if term.after != "receipt" else f"{words} after receipt"
        earliest += f", or all of `{term.unless}` ended" if term.unless else ""
    proof += ["who decides read the report"] if done_by.read else []
    people = ["two people"] if done_by.other_person else []
    people += [f"two people while `{track}` was high" for track in decision.other_person_when]
    people += ["reason"] if decision.because else []
    people += ["again"] if decision.again else []
    people += [f"at most {decision.at_most} times"] if decision.at_most else []
    hears = f"`{done_by.message}`" if done_by.message else ""
    return [f"`{code}`", ", ".join(proof), earliest, ", ".join(people), hears]


@pytest.mark.parametrize("protocol", sorted(protocol_templates()))
def test_every_decision_stands_there_with_what_it_asks(protocol):
    made = national(protocol)
    rows = _rows(f"Deeds of {protocol}")
    for code, decision in made.every_decision():
        row = deed_row(made, code, decision)
        assert rows.get(code) == row, f"| {' | '.join(row)} |"
    assert list(rows) == [code for code, _decision in made.every_decision()]


def test_every_track_stands_there_with_its_states():
    rows = _rows("Tracks")
    tracks = {name: track for template in protocol_templates() for name, track in national(template).tracks.items()}
    assert set(rows) == set(tracks)
    for name, track in tracks.items():
        assert set(re.findall(r"`(\w+)`", rows[name][2])) == set(track.states)
        assert f"**`{track.first}`**" in rows[name][2]


def test_every_row_of_the_routing_table_stands_there():
    assert set(_rows("Routing")) == {*rules().by_subject, *rules().by_kind}


def test_every_role_relation_regime_power_and_disposition_stands_there():
    assert set(regimes()) == set(_rows("Regimes"))
    assert set(decision_questions().powers) == set(_rows("Statutory powers"))
    for name in ("role", "relation", "organisation_kind", "prevention_item", "known_as", "kind"):
        assert not _missing({code.id for code in code_list(name).codes}), name
    assert not _missing({*OUTCOME_OF_DISPOSITION, *OUTCOME_OF_DISPOSITION.values()})


def test_actions_that_it_names_are_in_a_policy():
    named = {code for code in CODES if re.fullmatch(r"(case|identity|care|admin|figures|work)\.\w+", code)}
    assert len(named) > 15
    assert named <= set(table())


def test_a_code_that_is_new_would_be_found():
    assert _missing({"handler", "made_up"}) == {"made_up"}
    assert _rows("Routing").keys() >= {"mayor"}
