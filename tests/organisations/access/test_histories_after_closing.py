"""Whoever a report is about never knows of it either after its case closed, nor when it opens again."""

import pytest

from tests.support.histories.history import History, Step
from tests.support.histories.world import a_world, settled, undone

pytestmark = pytest.mark.django_db


def test_closing_what_comes_after_it_and_opening_again_tell_nobody_whom_a_report_is_about():
    world, done = a_world(), []
    for seed in range(4):
        after = [Step("after closing", 0, seed * 100 + number) for number in range(5)]
        steps = [Step("report", 0, seed), Step("work"), Step("closes", 0, seed), *after]
        steps += [Step("late"), Step("opens again", 0, seed), Step("writes", 0, seed), Step("closes", 0, seed + 1)]
        with settled(seed), undone():
            history = History(world).run(steps)  # looks after each step, and raises for what somebody could know
            done += history.done
            case = history.case(0)
            done += [made.code for made in case.decisions.all()] if case else []
    assert "reopen" in done, done
    assert done.count("withdraw_by_letter") > done.count("reopen")
    assert {one for one in done if one.startswith("hear_")}
