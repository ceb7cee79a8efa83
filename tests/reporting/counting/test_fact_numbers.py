"""How a fact is written down: numbers that never change, and codes that were replaced."""

from collections import Counter
from collections.abc import Callable

import pytest

from organisations import codes as codes_file
from organisations.codes import UnknownCode, code_list, load_code_lists
from organisations.models import Organisation
from organisations.rule_files import read_rules, written_rules
from reporting.codes import (
    NOT_GIVEN,
)
from reporting.counting import facts as facts_file
from reporting.counting.facts import HERE, SEALED_AS, CannotCount, leave_fact, leave_facts, numbers, populations
from reporting.counting.numbering import in_bytes, read_numbers
from reporting.models import Fact
from tests.reporting.counting.test_facts import CARRIED, LEAST, new_fact
from tests.support.figures.facts import facts
from tests.support.services import ROOT
from vault.keyring.keys import Codes, NoKey, stored_digest
from vault.sealing.schemes import CORRECTION, CannotOpen, Scheme

# Written out once more on purpose: a number is only ever added.
NUMBERED = {
    "kind": "aggression integrity pressure",
    "group": "council_member alderman mayor provincial_member provincial_executive kings_commissioner water_assembly_member water_executive dike_reeve registrar general_secretary employee not_given",
    "gender": "woman man other not_given",
    "age": "under_35 35_49 50_64 65_up not_given",
    "channel": "in_person phone letter email social_media messaging home_visit media other not_given",
    "perpetrator": "resident action_group organised_crime company colleague_office_holder official unknown other not_given",
    "severity": "1 2 3 4 5 not_given",
    "targeted_trait": "sex_gender origin religion orientation appearance age disability political none not_applicable not_given",
    "known_as": "named confidential anonymous",
    "aggression_form": "insult shouting belittling gossip_slander hate_message threat intimidation stalking blackmail doxing following pushing hitting spitting object_or_weapon physical_other discrimination sexual_intimidation property home vehicle other",
    "integrity_type": "theft fraud bribery conflict_of_interest nepotism gifts outside_positions leaking misuse abuse_of_power misuse_of_resources bullying sexual_misconduct discriminating aggressive_conduct private_conduct breach_of_rules other",
    "pressure_form": "P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11 P12 P13 P14 P15",
    "outcome": "not_founded founded_no_measure informal political employment criminal_civil referred withdrawn cleared response_talk response_letter response_ban response_none",
    "police_report": "yes no not_given",
    "influence": "none avoided_subject changed_decision considered_leaving not_given",
    "lead_time": "d7 d30 d90 d180 d365 longer",
    "path": "not_investigated preliminary internal external",
    "handled_by": "own_organisation elsewhere",
    "clock": "ack feedback first_weighing right_of_reply response_48h aftercare evaluation other",
    "met": "met missed",
}


@pytest.fixture
def place(db) -> Organisation:
    return Organisation.objects.create(code="GM9", kind="municipality", name="V", slug="v", province="PV26")


def test_a_list_that_came_later_is_not_given_in_an_earlier_fact(place):
    _leave_as(place, in_bytes(LEAST["reports"], numbers()))
    [early] = facts("reports", ["2026-Q1"])
    assert early.codes["gender"] == NOT_GIVEN


def _leave_as(place, body: bytes, scheme: Scheme = SEALED_AS) -> None:
    key = stored_digest("fact", "reports", "early")
    sealed = Codes().seal_bytes(place.id, body, scheme, key, "2026-Q1")
    Fact.objects.create(key=key, population="reports", organisation=place, period="2026-Q1", codes=sealed)


def test_a_number_that_stands_for_no_code_is_refused_with_its_list(place):
    body = bytearray(in_bytes(LEAST["reports"], numbers()))
    body[numbers()["severity"].byte] = 200
    _leave_as(place, bytes(body))
    with pytest.raises(CannotCount, match="200 is the number of no code of severity"):
        list(facts("reports", ["2026-Q1"]))


def test_a_fact_that_was_written_down_in_another_way_or_moved_to_another_place_does_not_open(place):
    _leave_as(place, in_bytes(LEAST["reports"], numbers()), CORRECTION)
    with pytest.raises(CannotOpen):
        list(facts("reports", ["2026-Q1"]))
    elsewhere = Organisation.objects.create(code="PV9", kind="province", name="P", slug="p", province="PV26")
    leave_fact(new_fact(elsewhere, "clocks"))
    Fact.objects.filter(population="clocks").update(organisation=place)
    with pytest.raises((CannotOpen, NoKey)):
        list(facts("clocks", ["2026-Q1"]))


def test_no_number_ever_changes():
    """A fact of years ago is read with these: add a list at the end, and a code at the end of its list, and nothing else."""
    assert [numbered.byte for numbered in numbers().values()] == list(range(len(NUMBERED)))
    assert {
        name: " ".join(sorted(numbered.codes, key=lambda code, numbered=numbered: numbered.codes[code]))
        for name, numbered in numbers().items()
    } == NUMBERED
    assert all(
        sorted(numbered.codes.values()) == list(range(1, len(numbered.codes) + 1)) for numbered in numbers().values()
    )


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("byte: 19", "byte: 18", "byte 18 is of two lists"),
        ("missed: 2", "missed: 1", "met: number 1 is of two codes"),
        ("missed: 2", "missed: 256", "met: the number of missed is not one of 1 to 255"),
        ("met: 1, missed: 2", "met: 1", "met: missed has no number"),
        ("missed: 2", "missed: 2, too_late: 3", "met: too_late is gone and nothing counts in its place"),
        ("met: {byte: 19, codes: {met: 1, missed: 2}}", "", "met has no byte"),
        ("byte: 19", "byte: 32", "less than 32"),
    ],
)
def test_numbers_that_would_be_read_as_something_else_are_refused_by_name(was, becomes, words):
    text = (HERE / "numbers.yaml").read_text("utf-8")
    assert was in text
    with pytest.raises(ValueError, match=words):
        read_numbers(text.replace(was, becomes), CARRIED["clocks"].split())


@pytest.fixture
def channels(monkeypatch, tmp_path):
    """Changes the list of channels: `channels(change)` after a later version of the software was installed."""

    def forget() -> None:
        for remembered in (numbers, facts_file._leaves, facts_file._lists, facts_file._counted_code):
            remembered.cache_clear()

    def later(change: Callable[[dict], None], new: str = "") -> None:
        entry = read_rules(ROOT / "reporting/codes.yaml", dict)["channel"]
        change(entry)
        (tmp_path / "codes.yaml").write_text(written_rules({"channel": entry}))
        numbered = (
            (HERE / "numbers.yaml")
            .read_text("utf-8")
            .replace("other: 9, not_given: 10", f"other: 9, not_given: 10{new}")
        )
        (tmp_path / "numbers.yaml").write_text(numbered)
        monkeypatch.setattr(facts_file, "HERE", tmp_path)
        forget()
        load_code_lists(tmp_path / "codes.yaml")

    populations()
    monkeypatch.setattr(codes_file, "_LISTS", dict(codes_file._LISTS))
    yield later
    monkeypatch.undo()
    forget()


def _change(entry: dict) -> None:
    """Letters are called post, visits count as in person, mail is split, and post is later called paper."""
    codes = entry["codes"]
    del codes["letter"], codes["home_visit"]
    codes |= {
        "paper": "Papier",
        "email": {"label": "Mail", "codes": {"work_mail": "a", "mail": "c"}},
    }
    entry["version"] = 3
    entry["replaced"] = {
        "letter": {"by": "post", "since": 2},
        "post": {"by": "paper", "since": 3},
        "home_visit": {"by": "in_person", "since": 2},
        "email": {"by": "mail", "since": 3},
    }


NEW_CHANNELS = ", post: 11, paper: 12, work_mail: 13, mail: 14"


def test_what_was_left_under_a_former_code_counts_under_the_one_of_today(place, channels):
    left = ["letter", "home_visit", "email", "phone"]
    leave_facts(new_fact(place, event=channel, channel=channel) for channel in left)
    channels(_change, NEW_CHANNELS)
    assert Counter(fact.codes["channel"] for fact in facts("reports", ["2026-Q1"])) == Counter(
        ["paper", "in_person", "mail", "phone"]
    )


def test_a_report_from_before_a_change_is_counted_after_it(place, channels):
    channels(_change, NEW_CHANNELS)
    leave_facts(
        [new_fact(place, event=channel, channel=channel) for channel in ("letter", "post", "email", "work_mail")]
    )
    assert sorted(fact.codes["channel"] for fact in facts("reports", ["2026-Q1"])) == [
        "mail",
        "paper",
        "paper",
        "work_mail",
    ]
    assert [code_list("channel")[channel].id for channel in ("letter", "email", "phone")] == ["paper", "email", "phone"]
    with pytest.raises(UnknownCode, match="'fax' is not a code of channel"):
        code_list("channel")["fax"]


def test_a_code_that_goes_without_a_successor_is_refused_by_name(channels):
    channels(lambda entry: entry["codes"].pop("letter"))
    with pytest.raises(ValueError, match="channel: letter is gone and nothing counts in its place"):
        numbers()


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        (
            {"fax": {"by": "lettr", "since": 2}},
            "channel.replaced.fax: 'fax' is replaced by 'lettr', which is not a leaf",
        ),
        (
            {"fax": {"by": "telex", "since": 2}, "telex": {"by": "fax", "since": 2}},
            "fax, telex are replaced by each other",
        ),
        ({"letter": {"by": "email", "since": 2}}, "'letter' is replaced, but it is a leaf still"),
        ({"fax": {"by": "letter", "since": 4}}, "'fax' is replaced since 4, not in 2 to version 3"),
        ({"fax": {"by": "letter", "since": 1}}, "'fax' is replaced since 1, not in 2 to version 3"),
    ],
)
def test_a_replacement_that_cannot_be_is_refused_by_name(channels, replaced, words):
    with pytest.raises(ValueError, match=words):
        channels(lambda entry: entry.update(version=3, replaced=replaced))
