"""docs/domain.md describes what the rule files do: every code of theirs stands in it, and deadlines with their length."""

import re
from difflib import unified_diff

import pytest

from cases.protocol.composition import blocks, national, protocol_templates
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.decision_questions import decision_questions
from cases.protocol.regimes import regimes
from docs.lint.domain_tables import UNITS, deed_row, tables, written_anew
from organisations.access.policy import table
from organisations.access.routing import rules
from organisations.codes import code_list
from reporting.codes import OUTCOME_OF_DISPOSITION
from reporting.complaints.kinds import complaint_kinds
from tests.support.services import ROOT

PAGE = (ROOT / "docs/domain.md").read_text("utf-8")
CODES = set(re.findall(r"`([\w.]+)`", PAGE))


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


def test_what_each_role_may_do_without_a_case_stands_there():
    """The page says it a second time and by hand, so that whoever opens something to a role sees what it opens."""
    by_role = {
        code.id: {name for name, rule in table().items() if code.id in (rule.roles or [])}
        for code in code_list("role").codes
    }
    named = {
        role: set(re.findall(r"`(\w+\.\w+)`", cells[2])) for role, cells in _rows("Roles").items() if role in by_role
    }
    assert named == by_role


def test_its_tables_are_those_of_the_rule_files():
    wanted = written_anew(PAGE, tables())
    other = [
        line for line in unified_diff(PAGE.splitlines(), wanted.splitlines(), n=0, lineterm="") if line[1:2] == "|"
    ]
    assert wanted == PAGE, "\n".join(["run `.venv/bin/python docs/lint/domain_tables.py`:", *other])


def test_a_new_row_is_written_and_what_people_wrote_stays():
    wanted = tables()
    page = written_anew(PAGE, wanted)
    code = wanted["Deadlines"][0][0]
    row = next(line for line in page.splitlines(keepends=True) if line.startswith(f"| {code} |"))
    again = written_anew(page.replace(row, ""), wanted)
    assert f"\n| {code} |" in again
    changed = page.replace("| build, release and withdraw figures", "| release figures")
    assert written_anew(changed, wanted) == changed


def test_actions_that_it_names_are_in_a_policy():
    named = {code for code in CODES if re.fullmatch(r"(case|identity|care|admin|figures|work)\.\w+", code)}
    assert len(named) > 15
    assert named <= set(table())


def test_a_code_that_is_new_would_be_found():
    assert _missing({"handler", "made_up"}) == {"made_up"}
    assert _rows("Routing").keys() >= {"mayor"}
