"""Whoever a report is about, over long histories in which names are typed, chosen and learned later, people come, go, marry
and are entered twice, and cases are linked, joined, handed over and moved (tests/support/histories)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import BarredVisitor, BundleEntry, Case
from organisations.access.bars import is_barred
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint
from reporting.models import Alarm, AlarmCall, Report
from tests.support.histories.chances import ENDS, broken_by, chance_history, long_history, many_broken, shortest
from tests.support.histories.history import History, Step
from tests.support.histories.sending import sent
from tests.support.histories.steps import OFTEN
from tests.support.histories.world import a_world, settled, undone

pytestmark = pytest.mark.django_db
SEEDS = st.integers(0, 2**32 - 1)
STEPS = st.lists(st.builds(Step, st.sampled_from(OFTEN), st.sampled_from([0, 0, 1, 2]), SEEDS), min_size=4, max_size=14)
SAME = 799
IN_SUITE, AT_ONCE, IN_REHEARSAL = 10, 5 * ENDS, 150


@pytest.fixture
def world(db):
    return a_world()


@settings(
    max_examples=IN_SUITE,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(SEEDS, STEPS)
def test_whoever_a_report_is_about_never_knows_of_it(world, seed, steps):
    assert broken_by(world, [Step("report", 0, seed), *steps]) == ""


@pytest.mark.rehearsal
@pytest.mark.parametrize("first", range(0, IN_REHEARSAL, AT_ONCE))
def test_whoever_a_report_is_about_never_knows_of_it_in_many_histories(world, first):
    broken = many_broken(world, range(first, first + AT_ONCE))
    number, fault = next(broken, (0, ""))
    broken.close()  # what follows begins anew
    assert not fault, (
        f"history {number}: {fault}\n\nShorter:\n{broken_by(world, shortest(world, long_history(number)))}"
    )


BROKEN_BEFORE = {
    # Somebody whose role had ended by its date still had a part, and was only mentioned in a message.
    "named while a part outlives the role": [
        Step("report", 0, 778526663), Step("work"), Step("report", 1, 1927690951), Step("closes", 0, 850144098),
        Step("alarm", 1, 1968517120), Step("hand over", 0, 1090066692), Step("name recorded", 0, 1393451211),
        Step("decides", 0, 3719207776), Step("papers", 0, 725970321), Step("ends by date", 0, 3156052343),
        Step("opens again", 0, 3481129603), Step("second row", 1, 1859209024), Step("office", 2, 2441917471),
        Step("message", 1, 3807644817),
    ],
    # A handler who had handed the case over was named by a colleague, and still counted it.
    "named after the handing over": [
        Step("report", 0, 182818357), Step("work"), Step("hand over", 0, 2219227621), Step("writes", 0, 2531768430),
    ],
    # The partner of somebody who works in no organisation that the report can reach kept the part.
    "related to somebody elsewhere": [Step("report", 0, 3710501108), Step("related", 0, 1462466212)],
    "related to somebody at the ministry": [
        Step("report", 0, 2557733475), Step("work"), Step("message", 0, 2912832604), Step("not free", 0, 1013299477),
        Step("not free", 0, 3874596437), Step("related", 0, 1760209394),
    ],
    # Whoever held the function that was chosen held it no more when the second row came.
    "a second row of a former holder": [
        Step("report", 0, 3622797925), Step("work"), Step("not free", 0, 388780660), Step("transfer", 0, 3962548401),
        Step("leaves", 0, 2441894895), Step("away", 1, 3667793191), Step("work"), Step("report", 1, 76043007), Step("work"),
        Step("late", 0, 2130305865), Step("work"), Step("second row", 0, 3105874451), Step("work"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_BEFORE)
def test_a_history_that_was_broken_before_holds(world, name):
    assert broken_by(world, BROKEN_BEFORE[name]) == ""


def test_a_second_row_of_somebody_chosen_who_works_elsewhere_is_kept_out(world):
    """Found by a history (1093 before 0.11): nobody of the ministry could reach the report, so nobody asked their name."""
    chosen = world["Mulder"]
    second = Person.objects.create_person(chosen.parts, "tweede@stad.demo")
    appoint(second, world.town, "officer")
    report, _receipt = sent(world, subject=f"ministry_desk:{chosen.id}", known_as="anonymous")
    assert is_barred(report.case, second.id)


def test_one_seed_gives_one_history(world):
    """Whatever is left to chance follows from the seed: who comes, in which order, and what everybody has at the end."""
    ends = []
    for _time in range(2):
        with settled(SAME), undone():
            history = History(world).run(chance_history(SAME, 6))
            rows = Assignment.objects.order_by("person__email", "relation", "case")
            ends.append((history.done, list(rows.values_list("person__email", "relation", "case", "ended"))))
    assert ends[0] == ends[1]


def test_the_histories_do_what_they_say(world):
    """None of the steps is always refused, or never tried: a history in which nothing happens proves nothing."""
    with undone():
        history = History(world)
        for step in WALK:
            history.do(step)
        refused = [line for line in history.done if "(refused)" in line]
    assert not refused
    assert history.about[0]


WALK = [Step("report", 0, 7), Step("work"), Step("message", 0, 1), Step("evidence", 0, 1), Step("work")]
WALK_OF_BOTH_SIDES = [
    Step("report", 0, 7), Step("work"), Step("party", 0, 1), Step("papers page", 0, 1), Step("papers", 0, 3), Step("work"),
    Step("at desk", 0, 1), Step("at desk", 0, 3), Step("papers", 0, 5), Step("work"), Step("parked", 1, 1),
    *(Step("looks again", 1, seed) for seed in (2, 3, 4, 7)), Step("work"),
]  # fmt: skip


def test_the_steps_of_both_sides_do_what_they_say(world):
    with undone():
        history = History(world)
        for step in WALK_OF_BOTH_SIDES:
            history.do(step)
            history.check(thoroughly=False)
        assert [line for line in history.done if "(refused)" in line] == []
        wrote = set(BundleEntry.objects.values_list("by", "kind"))
        assert {by for by, _kind in wrote} == {"party", "desk"}
        assert {"request", "answer"} <= {kind for _by, kind in wrote}
        said = [line.split()[4] for line in history.done if line.startswith("looks again")]
        assert set(said) == {"park", "drop", "answer", "begin"}
        assert Report.objects.get(id=history.reports[1].id).lane == Report.Lane.NORMAL


WALK_OF_DUTY = [
    Step("report", 0, 11), Step("work"), *(Step("on duty", 0, seed) for seed in range(4)), Step("alarm", 0, 1), Step("alarm", 0, 2),
    Step("message", 0, 1), Step("work"), *(Step("answers alarm", 0, seed) for seed in range(6)),
]  # fmt: skip
WALK_OF_A_BAN = [Step("report", 0, 5), Step("work"), Step("decides", 0, 5)]
WALK_OF_THE_ACCUSED = [
    Step("report", 0, 3), Step("work"), Step("informs", 0, 3), Step("papers page", 0, 3), Step("papers", 0, 1), Step("work"),
    Step("told apart", 0, 2), Step("destroyed", 0, 1), Step("work"), Step("report", 0, 4), Step("work"),
]  # fmt: skip


def test_the_steps_of_duty_do_what_they_say(world):
    with settled(1), undone():
        history = _looked_at(world, WALK_OF_DUTY)
        assert [line for line in history.done if "(refused)" in line] == []
        answered = Alarm.objects.exclude(answered_by=None)
        assert {alarm.answered_by_id for alarm in answered} <= {call.person_id for call in AlarmCall.objects.all()}
        assert set(answered.values_list("answer", flat=True)) == {"no_number"}


def test_the_steps_of_measures_do_what_they_say(world):
    with settled(1), undone():
        history = _looked_at(world, WALK_OF_A_BAN)
        assert history.case(0).parties.get().part == "person_concerned"
        assert BarredVisitor.objects.count() == 1
    with settled(1), undone():
        history = _looked_at(world, WALK_OF_THE_ACCUSED)
        assert [line for line in history.done if "(refused)" in line] == []
        assert any("right" in line for line in history.done), "nothing was written on the papers page"
        assert len(history.destroyed) == 2
        assert Case.objects.count() == 1


def _looked_at(world, steps) -> History:
    history = History(world)
    for step in steps:
        history.do(step)
        history.check(thoroughly=False)
    history.check(thoroughly=True)
    return history


def test_a_history_that_goes_on_after_a_shared_beginning_is_the_same_as_alone(world, monkeypatch):
    ends: dict[int, list[str]] = {}
    monkeypatch.setattr(History, "end", lambda history: ends.setdefault(len(ends), history.done))
    assert list(many_broken(world, range(2))) == []
    for number in range(2):
        assert broken_by(world, long_history(number)) == ""
    assert ends[0] == ends[2]
    assert ends[1] == ends[3]
    assert ends[0] != ends[1]
