"""When something is due: Dutch time, working days, holidays, and hours over a change of deadlines."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases.protocol.kinds.deadline_kinds import deadline_kinds, due

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("code", "start", "day"),
    [
        ("ACK_7D", at(2026, 11, 24, 23, 10), (2026, 12, 1)),
        ("FEEDBACK_3M", at(2026, 11, 30, 9), (2027, 2, 28)),
        ("WEIGH_10WD", at(2026, 12, 21, 9), (2027, 1, 6)),  # Christmas, Boxing Day on a Saturday, New Year's Day
        ("COI_CHECK_1D", at(2026, 4, 2, 9), (2026, 4, 7)),  # Good Friday (Algemene termijnenwet 3) and Easter Monday
        ("MEASURES_3WD", at(2026, 4, 24, 17), (2026, 4, 30)),  # King's Day on Monday 27 April
        ("MEASURES_3WD", at(2026, 5, 1, 17), (2026, 5, 7)),  # 5 May counts every year (Algemene termijnenwet 3)
    ],
)
def test_days_end_at_midnight_in_amsterdam(code, start, day):
    assert due(code, start) == datetime(*day, 23, 59, 59, tzinfo=AMSTERDAM)


def test_forty_eight_hours_are_forty_eight_hours_when_the_deadline_changes():
    start = at(2026, 10, 24, 12)
    assert (due("PERP_RESPONSE_48H", start).timestamp() - start.timestamp()) == 48 * 3600


def test_statutory_deadlines_run_in_calendar_time():
    for kind in deadline_kinds().values():
        assert not kind.statutory or kind.unit != "workdays"
    assert (deadline_kinds()["ACK_7D"].length, deadline_kinds()["FEEDBACK_3M"].length) == (7, 3)
