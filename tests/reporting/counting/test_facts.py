"""What leaves an organisation: exactly the codes of facts.yaml, of places of the right layer, never changed."""

from collections import Counter
from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.protocol.checking.exploration import explore
from cases.protocol.composition import compose, examples
from cases.protocol.installed import defaults, earlier
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from monitor.editions.simulation import simulate
from monitor.rules.catalogue import catalogue
from organisations.codes import code_list, load_code_lists
from organisations.models import Organisation
from reporting.codes import (
    EXCLUSIVE_GROUPS,
    LEAD_TIME_DAYS,
    NOT_GIVEN,
    OUTCOME_OF_DISPOSITION,
    counted_group,
    lead_time_of,
)
from reporting.counting.facts import (
    SEALED_AS,
    CannotCount,
    NewFact,
    PopulationCodes,
    counted_codes,
    counted_in,
    form_of_kind,
    leave_fact,
    leave_facts,
    numbers,
    populations,
)
from reporting.counting.numbering import SIZE
from reporting.models import Fact, FactCorrection, FactIsFinal
from reporting.questions.questions import questionnaire
from tests.support.figures.facts import facts
from vault.keyring.keys import Codes

# Written out once more on purpose: what leaves an organisation changes here and in facts.yaml, or not at all.
CARRIED = {
    "reports": "kind group gender age channel perpetrator severity targeted_trait known_as",
    "outcomes": "kind group outcome police_report influence lead_time path handled_by",
    "clocks": "kind group clock met",
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


def new_fact(place, population="reports", event="e", **codes) -> NewFact:
    return NewFact(event, population, place.id, "2026-Q1", LEAST[population] | codes)


def test_nothing_reaches_the_facts_that_is_not_written_down_here_too():
    assert {name: " ".join(population_codes.codes) for name, population_codes in populations().items()} == CARRIED
    assert {code.id for code in code_list("kind").codes} == set(form_of_kind())
    assert {column.name for column in Fact._meta.concrete_fields} == {
        "id",
        "key",
        "population",
        "organisation",
        "period",
        "codes",
    }
    assert {column.name for column in FactCorrection._meta.concrete_fields} == {"id", "fact", "codes", "in_time"}
    assert [code.id for code in code_list("clock").codes] == catalogue().links.clocks["clock"]


def test_a_field_without_a_code_list_is_refused_when_the_file_is_read():
    with pytest.raises(ValueError, match="postcode"):
        PopulationCodes.model_validate({"codes": ["kind", "postcode"], "lasting": ["kind"]})


def test_what_lasts_is_a_list_that_every_fact_carries():
    with pytest.raises(ValueError, match="gender is no list of every fact"):
        PopulationCodes.model_validate({"codes": ["kind", "group"], "lasting": ["kind", "gender"]})


@pytest.mark.parametrize("population", CARRIED)
def test_whatever_is_offered_a_fact_carries_its_lists_only(place, population):
    leave_fact(new_fact(place, population, account="Wat er gebeurde", subject="given", danger="now", row="mayor"))
    carried = set(CARRIED[population].split()) | ({"aggression_form"} if population == "reports" else set())
    row = Fact.objects.get()
    body = Codes().opener(place.id, SEALED_AS)(bytes(row.codes), bytes(row.key), row.period)
    assert {name for name, numbered in numbers().items() if body[numbered.byte]} == carried
    assert sum(map(bool, body)) == len(carried), "nothing else stands in it"
    assert [set(fact.codes) for fact in facts(population, ["2026-Q1"])] == [carried]


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
        leave_facts([new_fact(place, population, "first"), new_fact(place, population, "second", **codes)])
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
    kind = data.draw(st.sampled_from(sorted(form_of_kind())))
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
    carried = {*populations()["reports"].codes, *form_of_kind().values(), *populations()["outcomes"].codes}
    for question in (asked for step in questionnaire().steps for asked in step.questions if asked.counts_as):
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
    everywhere = {code.id for code in code_list("group").leaves} - set(exclusive)
    assert everywhere == {"registrar", "general_secretary", "employee", NOT_GIVEN}


def test_a_fact_at_a_place_of_another_layer_has_no_such_function(place):
    leave_fact(new_fact(place, group="kings_commissioner"))
    assert [fact.codes["group"] for fact in facts("reports", ["2026-Q1"])] == [NOT_GIVEN]


def test_every_fact_is_equally_long(place):
    for population, population_codes in populations().items():
        for kind in form_of_kind():
            for size in (min, max):
                codes = {
                    name: size(population_codes.possible(name, kind), key=len) for name in population_codes.lists(kind)
                }
                leave_fact(NewFact(f"{kind}{size}", population, place.id, "2026-Q1", codes | {"kind": kind}))
    lengths = {len(bytes(codes)) for codes in Fact.objects.values_list("codes", flat=True)}
    assert len(lengths) == 1
    assert lengths.pop() > SIZE


def test_an_event_is_counted_once_and_stays_in_its_quarter(place):
    leave_fact(new_fact(place))
    leave_fact(NewFact("e", "reports", place.id, "2026-Q2", LEAST["reports"]))
    assert counted_in("reports", "e") == "2026-Q1"
    assert counted_in("reports", "other") is None
    fact = Fact.objects.get()
    with pytest.raises(FactIsFinal):
        fact.save()
    with pytest.raises(FactIsFinal):
        fact.delete()


def test_what_protocols_note_and_how_they_end_can_be_counted():
    protocols = [
        *defaults().values(),
        *earlier().values(),
        *(compose(of, example) for of, _title, example in examples().values()),
    ]
    for protocol in protocols:
        for code, decision in protocol.every_decision():
            for name, value in decision.note.items():
                assert value in code_list(name), (protocol.id, code)
            ends = [OUTCOME_OF_DISPOSITION[disposition] for disposition in decision.outcome] or ["withdrawn"]
            for kind, outcome in product(protocol.kinds, ends):
                codes = {"kind": kind, "group": "employee", "lead_time": "d7", "handled_by": "elsewhere"}
                counted_codes(
                    "outcomes", "province", {"path": "not_investigated"} | codes | {"outcome": outcome} | decision.note
                )
        started = [
            *protocol.on_opening,
            *protocol.on_danger,
            *(deadline for _c, d in protocol.every_decision() for deadline in d.starts),
        ]
        beside = [code for code, kind in deadline_kinds().items() if kind.by_hand or kind.starts_with]
        for kind, clock in product(protocol.kinds, [*started, *beside]):
            codes = {"kind": kind, "group": "employee", "met": "met", "clock": deadline_kinds()[clock].group}
            assert counted_codes("clocks", "province", codes) == codes
        for has_subject in (True, False):
            for steps in explore(protocol, has_subject=has_subject).steps.values():
                for code, decision, state in steps:
                    assert decision.counts != "outcome" or "outcome_chosen" in state.passed, (protocol.id, code)
    assert set(OUTCOME_OF_DISPOSITION) == {code.id for code in code_list("disposition").codes}


def test_what_is_not_asked_of_a_kind_is_not_given_and_what_cannot_happen_is_refused():
    asked = LEAST["reports"] | {"kind": "integrity", "integrity_type": "fraud", "channel": "phone", "gender": "woman"}
    counted = counted_codes("reports", "province", asked)
    assert (counted["channel"], counted["gender"]) == (NOT_GIVEN, NOT_GIVEN)
    with pytest.raises(CannotCount, match="'response_ban' of outcome does not occur with integrity"):
        counted_codes("outcomes", "province", LEAST["outcomes"] | {"kind": "integrity", "outcome": "response_ban"})


def test_the_classes_of_lead_time_follow_each_other():
    assert [*LEAD_TIME_DAYS, "longer"] == [code.id for code in code_list("lead_time").codes]
    assert all(less < more for less, more in pairwise(LEAD_TIME_DAYS.values()))
    assert [lead_time_of(days) for days in (0, 7, 8, 365, 366)] == ["d7", "d7", "d30", "d365", "longer"]


def test_a_code_that_yaml_reads_as_a_number_is_refused(tmp_path):
    path = tmp_path / "codes.yaml"
    path.write_text("years: {label: Jaren, codes: {35_49: a}}")
    with pytest.raises(ValueError, match="quote"):
        load_code_lists(path)


def test_what_somebody_may_do_or_what_ends_is_no_deadline_that_can_be_missed():
    kinds = deadline_kinds()
    uncounted = {code for code, kind in kinds.items() if not kind.counted}
    assert uncounted == {"COMPLAINT_3M", "X5_8D", "BM_RECOMMEND", "BM_BAR_1M", "SECR_EXCL_3M", "MEETING_BAR_3M"}
    assert {kind.group for kind in kinds.values()} == {code.id for code in code_list("clock").codes}


def test_a_simulated_register_looks_like_a_register(place):
    for kind, code in (("province", "PV9"), ("water_authority", "WS9")):
        Organisation.objects.create(code=code, kind=kind, name=code, slug=code.lower(), province="PV26")
    layers = dict(Organisation.objects.values_list("id", "kind"))
    simulate(reports=400, years=2, seed=4, until=date(2026, 6, 30))
    quarters = [f"{year}-Q{number}" for year in (2025, 2026) for number in (1, 2, 3, 4)]
    counted = {name: list(facts(name, quarters)) for name in populations()}
    assert sum(map(len, counted.values())) == Fact.objects.count()
    assert len(counted["reports"]) == 400
    assert 4 <= len(counted["clocks"]) / 400 <= 6
    for fact in (fact for every in counted.values() for fact in every):
        assert counted_group(fact.codes["group"], layers[fact.organisation]) == fact.codes["group"]

    def share(population: str, name: str, *codes: str) -> float:
        return sum(fact.codes[name] in codes for fact in counted[population]) / len(counted[population])

    assert 0.8 <= share("clocks", "met", "met") <= 0.9
    assert 0.1 <= share("reports", "known_as", "anonymous") <= 0.2
    assert 0.05 <= share("outcomes", "police_report", "yes") <= 0.15
    assert share("reports", "severity", "2", "3") > share("reports", "severity", "1", "4", "5")
