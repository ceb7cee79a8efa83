"""What leaves an organisation: exactly the codes of facts.yaml, of places of the right layer, never changed."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise, product

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cases.protocol.clocks import clock_kinds
from cases.protocol.composition import compose, examples
from cases.protocol.exploration import explore
from cases.protocol.installed import defaults, earlier
from monitor.catalogue import catalogue
from monitor.simulation import simulate
from organisations import codes as codes_file
from organisations.codes import UnknownCode, code_list, load_code_lists
from organisations.models import Organisation
from reporting import facts as facts_file
from reporting.codes import (
    EXCLUSIVE_GROUPS,
    LEAD_TIME_DAYS,
    NOT_GIVEN,
    OUTCOME_OF_DISPOSITION,
    counted_group,
    lead_time_of,
)
from reporting.facts import (
    FORM_OF_KIND,
    HERE,
    SEALED_AS,
    CannotCount,
    NewFact,
    Population,
    counted_codes,
    counted_in,
    leave_fact,
    leave_facts,
    numbers,
    populations,
)
from reporting.models import Fact, FactCorrection, FactIsFinal
from reporting.numbering import SIZE, read_numbers, written
from reporting.questions import questionnaire
from tests.support.facts import facts
from vault.keys import Codes, NoKey, keyed_digest
from vault.primitives import CannotOpen

# Written out once more on purpose: what leaves an organisation changes here and in facts.yaml, or not at all.
CARRIED = {
    "reports": "kind group gender age channel perpetrator severity targeted_trait known_as",
    "outcomes": "kind group outcome police_report influence lead_time path handled_by",
    "clocks": "kind group clock met",
}
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
LEAST = {
    "reports": {"kind": "aggression", "aggression_form": "threat", "known_as": "named"},
    "outcomes": {
        "kind": "aggression",
        "outcome": "response_letter",
        "lead_time": "d30",
        "path": "not_investigated",
        "handled_by": "elsewhere",
    },
    "clocks": {"kind": "aggression", "clock": "ack", "met": "met"},
}


@pytest.fixture
def place(db) -> Organisation:
    return Organisation.objects.create(code="GM9", kind="municipality", name="V", slug="v", province="PV26")


def _new(place, population="reports", event="e", **codes) -> NewFact:
    return NewFact(event, population, place.id, "2026-Q1", LEAST[population] | codes)


def test_nothing_reaches_the_facts_that_is_not_written_down_here_too():
    assert {name: " ".join(one.codes) for name, one in populations().items()} == CARRIED
    assert {one.id for one in code_list("kind").codes} == set(FORM_OF_KIND)
    assert {one.name for one in Fact._meta.concrete_fields} == {"id", "key", "population", "place", "period", "codes"}
    assert {one.name for one in FactCorrection._meta.concrete_fields} == {"id", "fact", "codes", "in_time"}
    assert [one.id for one in code_list("clock").codes] == catalogue().links.clocks["clock"]


def test_a_field_without_a_code_list_is_refused_when_the_file_is_read():
    with pytest.raises(UnknownCode, match="postcode"):
        Population.model_validate({"codes": ["kind", "postcode"]})


@pytest.mark.parametrize("population", CARRIED)
def test_whatever_is_offered_a_fact_carries_its_lists_only(place, population):
    leave_fact(_new(place, population, account="Wat er gebeurde", subject="given", danger="now", row="mayor"))
    carried = set(CARRIED[population].split()) | ({"aggression_form"} if population == "reports" else set())
    row = Fact.objects.get()
    body = Codes().opener(place.id, SEALED_AS)(bytes(row.codes), bytes(row.key), row.period)
    assert {name for name, one in numbers().items() if body[one.byte]} == carried
    assert sum(map(bool, body)) == len(carried), "nothing else stands in it"
    assert [set(one.codes) for one in facts(population, ["2026-Q1"])] == [carried]


@pytest.mark.parametrize(
    ("population", "codes", "words"),
    [
        ("reports", {"known_as": "friend"}, "'friend' is not a leaf of known_as"),
        ("reports", {"aggression_form": "verbal"}, "'verbal' is not a leaf of aggression_form"),
        ("reports", {"group": "office_holder"}, "'office_holder' is not a leaf of group"),
        ("reports", {"gender": ""}, "'' is not a leaf of gender"),
        ("reports", {"kind": "gossip"}, "'gossip' is not a leaf of kind"),
        ("clocks", {"clock": "ACK_7D"}, "'ACK_7D' is not a leaf of clock"),
    ],
)
def test_an_unknown_code_is_refused_with_its_list_and_nothing_of_the_batch_is_left(place, population, codes, words):
    with pytest.raises(CannotCount, match=words):
        leave_facts([_new(place, population, "first"), _new(place, population, "second", **codes)])
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    ("population", "missing"),
    [("reports", "aggression_form"), ("reports", "known_as"), ("outcomes", "outcome"), ("clocks", "met")],
)
def test_a_code_that_nobody_may_skip_is_missed(place, population, missing):
    codes = {name: code for name, code in LEAST[population].items() if name != missing}
    with pytest.raises(CannotCount, match=f"no code of {missing} was given"):
        leave_fact(NewFact("e", population, place.id, "2026-Q1", codes))


@given(st.data())
def test_every_leaf_gets_through_and_what_is_left_out_is_not_given(data):
    population = data.draw(st.sampled_from(sorted(populations())))
    layer = data.draw(st.sampled_from(sorted(EXCLUSIVE_GROUPS)))
    kind = data.draw(st.sampled_from(sorted(FORM_OF_KIND)))
    rule = populations()[population]
    lists = rule.lists(kind)
    chosen = {name: data.draw(st.sampled_from(sorted(rule.possible(name, kind)))) for name in lists}
    chosen |= {"kind": kind, "group": counted_group(chosen["group"], layer)}
    assert counted_codes(population, layer, chosen) == chosen
    optional = [name for name in lists if NOT_GIVEN in rule.possible(name, kind)]
    left_out = set(data.draw(st.lists(st.sampled_from(optional)))) if optional else set()
    rest = {name: code for name, code in chosen.items() if name not in left_out}
    assert counted_codes(population, layer, rest) == chosen | dict.fromkeys(left_out, NOT_GIVEN)


def test_every_question_that_counts_is_carried_and_can_be_skipped_where_the_form_allows_it():
    carried = {*populations()["reports"].codes, *FORM_OF_KIND.values(), *populations()["outcomes"].codes}
    for question in (one for step in questionnaire().steps for one in step.questions if one.counts_as):
        assert question.counts_as in carried, question.id
        assert question.required or NOT_GIVEN in code_list(question.counts_as), question.id


@pytest.mark.parametrize(
    ("function", "layer", "counted"),
    [
        ("mayor", "municipality", "mayor"),
        ("mayor", "province", NOT_GIVEN),
        ("dike_reeve", "municipality", NOT_GIVEN),
        ("employee", "water_authority", "employee"),
        ("registrar", "province", "registrar"),
        (NOT_GIVEN, "province", NOT_GIVEN),
        ("group_leader", "municipality", "council_member"),
        ("group_leader", "province", "provincial_member"),
    ],
)
def test_a_function_counts_in_its_own_layer_only(function, layer, counted):
    assert counted_group(function, layer) == counted


def test_each_group_is_of_one_layer_or_of_all():
    exclusive = Counter(group for groups in EXCLUSIVE_GROUPS.values() for group in groups)
    assert set(exclusive.values()) == {1}
    everywhere = {one.id for one in code_list("group").leaves} - set(exclusive)
    assert everywhere == {"registrar", "general_secretary", "employee", NOT_GIVEN}


def test_a_fact_at_a_place_of_another_layer_has_no_such_function(place):
    leave_fact(_new(place, group="kings_commissioner"))
    assert [one.codes["group"] for one in facts("reports", ["2026-Q1"])] == [NOT_GIVEN]


def test_every_fact_is_equally_long(place):
    for population, one in populations().items():
        for kind in FORM_OF_KIND:
            for size in (min, max):
                codes = {name: size(one.possible(name, kind), key=len) for name in one.lists(kind)}
                leave_fact(NewFact(f"{kind}{size}", population, place.id, "2026-Q1", codes | {"kind": kind}))
    lengths = {len(bytes(codes)) for codes in Fact.objects.values_list("codes", flat=True)}
    assert len(lengths) == 1
    assert lengths.pop() > SIZE


def test_an_event_is_counted_once_and_stays_in_its_quarter(place):
    leave_fact(_new(place))
    leave_fact(NewFact("e", "reports", place.id, "2026-Q2", LEAST["reports"]))
    assert counted_in("reports", "e") == "2026-Q1"
    assert counted_in("reports", "other") is None
    fact = Fact.objects.get()
    with pytest.raises(FactIsFinal):
        fact.save()
    with pytest.raises(FactIsFinal):
        fact.delete()


def test_a_list_that_came_later_is_not_given_in_an_earlier_fact(place):
    _leave_as(place, written(LEAST["reports"], numbers()))
    [early] = facts("reports", ["2026-Q1"])
    assert early.codes["gender"] == NOT_GIVEN


def _leave_as(place, body: bytes, sealed_as: str = SEALED_AS) -> None:
    key = keyed_digest("fact", "reports", "early")
    sealed = Codes().seal_bytes(place.id, body, sealed_as, key, "2026-Q1")
    Fact.objects.create(key=key, population="reports", place=place, period="2026-Q1", codes=sealed)


def test_a_number_that_stands_for_no_code_is_refused_with_its_list(place):
    body = bytearray(written(LEAST["reports"], numbers()))
    body[numbers()["severity"].byte] = 200
    _leave_as(place, bytes(body))
    with pytest.raises(CannotCount, match="200 is the number of no code of severity"):
        list(facts("reports", ["2026-Q1"]))


def test_a_fact_that_was_written_down_in_another_way_or_moved_to_another_place_does_not_open(place):
    _leave_as(place, written(LEAST["reports"], numbers()), "fact")
    with pytest.raises(CannotOpen):
        list(facts("reports", ["2026-Q1"]))
    elsewhere = Organisation.objects.create(code="PV9", kind="province", name="P", slug="p", province="PV26")
    leave_fact(_new(elsewhere, "clocks"))
    Fact.objects.filter(population="clocks").update(place=place)
    with pytest.raises((CannotOpen, NoKey)):
        list(facts("clocks", ["2026-Q1"]))


def test_no_number_ever_changes():
    """A fact of years ago is read with these: add a list at the end, and a code at the end of its list, and nothing else."""
    assert [one.byte for one in numbers().values()] == list(range(len(NUMBERED)))
    assert {
        name: " ".join(sorted(one.codes, key=lambda code, one=one: one.codes[code])) for name, one in numbers().items()
    } == NUMBERED
    assert all(sorted(one.codes.values()) == list(range(1, len(one.codes) + 1)) for one in numbers().values())


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
        entry = yaml.safe_load((HERE / "codes.yaml").read_text("utf-8"))["channel"]
        change(entry)
        (tmp_path / "codes.yaml").write_text(yaml.safe_dump({"channel": entry}, sort_keys=False))
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
        "paper": ["Papier", "Paper"],
        "email": {"nl": "Mail", "en": "Mail", "codes": {"work_mail": ["a", "b"], "mail": ["c", "d"]}},
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
    leave_facts(_new(place, event=one, channel=one) for one in left)
    channels(_change, NEW_CHANNELS)
    assert Counter(one.codes["channel"] for one in facts("reports", ["2026-Q1"])) == Counter(
        ["paper", "in_person", "mail", "phone"]
    )


def test_a_report_from_before_a_change_is_counted_after_it(place, channels):
    channels(_change, NEW_CHANNELS)
    leave_facts([_new(place, event=one, channel=one) for one in ("letter", "post", "email", "work_mail")])
    assert sorted(one.codes["channel"] for one in facts("reports", ["2026-Q1"])) == [
        "mail",
        "paper",
        "paper",
        "work_mail",
    ]
    assert [code_list("channel")[one].id for one in ("letter", "email", "phone")] == ["paper", "email", "phone"]
    with pytest.raises(UnknownCode, match="'fax' is not a code of channel"):
        code_list("channel")["fax"]


def test_a_code_that_goes_without_a_successor_is_refused_by_name(channels):
    channels(lambda entry: entry["codes"].pop("letter"))
    with pytest.raises(ValueError, match="channel: letter is gone and nothing counts in its place"):
        numbers()


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        ({"fax": {"by": "lettr", "since": 2}}, "channel: 'fax' is replaced by 'lettr', which is not a leaf"),
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


def test_what_protocols_note_and_how_they_end_can_be_counted():
    protocols = [
        *defaults().values(),
        *earlier().values(),
        *(compose(of, made) for of, _title, made in examples().values()),
    ]
    for protocol in protocols:
        for code, decision in protocol.every_decision():
            for name, value in decision.note.items():
                assert value in code_list(name), (protocol.id, code)
            ends = [OUTCOME_OF_DISPOSITION[one] for one in decision.outcome] or ["withdrawn"]
            for kind, outcome in product(protocol.kinds, ends):
                codes = {"kind": kind, "group": "employee", "lead_time": "d7", "handled_by": "elsewhere"}
                counted_codes(
                    "outcomes", "province", {"path": "not_investigated"} | codes | {"outcome": outcome} | decision.note
                )
        started = [
            *protocol.on_opening,
            *protocol.on_danger,
            *(one for _c, d in protocol.every_decision() for one in d.starts),
        ]
        beside = [code for code, kind in clock_kinds().items() if kind.by_hand or kind.starts_with]
        for kind, clock in product(protocol.kinds, [*started, *beside]):
            codes = {"kind": kind, "group": "employee", "met": "met", "clock": clock_kinds()[clock].group}
            assert counted_codes("clocks", "province", codes) == codes
        for has_subject in (True, False):
            for steps in explore(protocol, has_subject=has_subject).steps.values():
                for code, decision, state in steps:
                    assert decision.counts != "outcome" or "outcome_chosen" in state.passed, (protocol.id, code)
    assert set(OUTCOME_OF_DISPOSITION) == {one.id for one in code_list("disposition").codes}


def test_what_is_not_asked_of_a_kind_is_not_given_and_what_cannot_happen_is_refused():
    asked = LEAST["reports"] | {"kind": "integrity", "integrity_type": "fraud", "channel": "phone", "gender": "woman"}
    counted = counted_codes("reports", "province", asked)
    assert (counted["channel"], counted["gender"]) == (NOT_GIVEN, NOT_GIVEN)
    with pytest.raises(CannotCount, match="'response_ban' of outcome does not occur with integrity"):
        counted_codes("outcomes", "province", LEAST["outcomes"] | {"kind": "integrity", "outcome": "response_ban"})


def test_the_classes_of_lead_time_follow_each_other():
    assert [*LEAD_TIME_DAYS, "longer"] == [one.id for one in code_list("lead_time").codes]
    assert all(less < more for less, more in pairwise(LEAD_TIME_DAYS.values()))
    assert [lead_time_of(days) for days in (0, 7, 8, 365, 366)] == ["d7", "d7", "d30", "d365", "longer"]


def test_a_code_that_yaml_reads_as_a_number_is_refused(tmp_path):
    path = tmp_path / "codes.yaml"
    path.write_text("years: {nl: Jaren, en: Years, codes: {35_49: [a, b]}}")
    with pytest.raises(ValueError, match="quote"):
        load_code_lists(path)


def test_what_somebody_may_do_or_what_ends_is_no_term_that_can_be_missed():
    kinds = clock_kinds()
    uncounted = {code for code, kind in kinds.items() if not kind.counted}
    assert uncounted == {"COMPLAINT_3M", "X5_8D", "BM_RECOMMEND", "BM_BAR_1M", "SECR_EXCL_3M", "MEETING_BAR_3M"}
    assert {kind.group for kind in kinds.values()} == {one.id for one in code_list("clock").codes}


def test_a_simulated_register_looks_like_a_register(place):
    for kind, code in (("province", "PV9"), ("water_authority", "WS9")):
        Organisation.objects.create(code=code, kind=kind, name=code, slug=code.lower(), province="PV26")
    layers = dict(Organisation.objects.values_list("id", "kind"))
    simulate(reports=400, years=2, seed=4, until=date(2026, 6, 30))
    quarters = [f"{year}-Q{number}" for year in (2025, 2026) for number in (1, 2, 3, 4)]
    found = {name: list(facts(name, quarters)) for name in populations()}
    assert sum(map(len, found.values())) == Fact.objects.count()
    assert len(found["reports"]) == 400
    assert 4 <= len(found["clocks"]) / 400 <= 6
    for one in (fact for every in found.values() for fact in every):
        assert counted_group(one.codes["group"], layers[one.place]) == one.codes["group"]

    def share(population: str, name: str, *codes: str) -> float:
        return sum(one.codes[name] in codes for one in found[population]) / len(found[population])

    assert 0.8 <= share("clocks", "met", "met") <= 0.9
    assert 0.1 <= share("reports", "known_as", "anonymous") <= 0.2
    assert 0.05 <= share("outcomes", "police_report", "yes") <= 0.15
    assert share("reports", "severity", "2", "3") > share("reports", "severity", "1", "4", "5")
