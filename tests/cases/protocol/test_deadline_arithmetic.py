"""Whatever the moment: a term never ends before it began, working days are working days, and rest loses nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
from hypothesis import example, given
from hypothesis import strategies as st

from cases.protocol.kinds.deadline_kinds import AMSTERDAM, after, deadline_kinds, due, end_of, extended, moved, opens

moments = st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
codes = st.sampled_from(sorted(deadline_kinds()))


@given(codes, moments)
def test_a_deadline_ends_after_it_began_and_what_is_not_hours_ends_with_a_day(code, start):
    due_moment = due(code, start)
    if due_moment is None:
        assert deadline_kinds()[code].unit == "meeting"
        return
    assert due_moment > start
    local = due_moment.astimezone(AMSTERDAM)
    if deadline_kinds()[code].unit != "hours":
        assert (local.hour, local.minute, local.second) == (23, 59, 59)


@given(moments, st.integers(1, 60))
def test_working_days_skip_weekends_and_holidays_and_nothing_else(start, length):
    free = holidays.country_holidays("NL", categories=("public", "optional"))
    last = after(start, length, "workdays").astimezone(AMSTERDAM).date()
    first = start.astimezone(AMSTERDAM).date()
    days = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
    assert sum(day.weekday() < 5 and day not in free for day in days) == length
    assert last.weekday() < 5
    assert last not in free


@given(moments, st.integers(1, 400))
def test_hours_are_hours_whatever_the_wall_clock_does(start, length):
    assert after(start, length, "hours") - start == timedelta(hours=length)


@given(moments, st.integers(1, 24))
def test_months_keep_the_day_or_take_the_last_of_the_month(start, length):
    first = start.astimezone(AMSTERDAM).date()
    last = after(start, length, "months").astimezone(AMSTERDAM).date()
    assert last.day == first.day or (last + timedelta(days=1)).day == 1
    assert (last.year * 12 + last.month) - (first.year * 12 + first.month) == length


@given(codes, moments, st.timedeltas(timedelta(0), timedelta(days=200)))
@example("ACK_7D", datetime(2024, 1, 1, tzinfo=UTC), timedelta(microseconds=1))
def test_what_was_left_before_a_rest_is_left_after_it(code, start, rest):
    ends = due(code, start)
    if ends is None:
        return
    later = moved(code, ends, rest)
    assert timedelta(0) <= later - (ends + rest) < timedelta(days=1, hours=1)


@given(codes, moments, st.timedeltas(timedelta(0), timedelta(microseconds=999_999)))
def test_a_rest_of_part_of_a_second_moves_no_deadline_to_another_day(code, start, rest):
    ends = due(code, start)
    if ends is None or deadline_kinds()[code].unit == "hours":
        return
    assert moved(code, ends, rest).astimezone(AMSTERDAM).date() == ends.astimezone(AMSTERDAM).date()


@given(codes, moments)
def test_an_extension_only_ever_moves_a_deadline_later(code, start):
    ends = due(code, start)
    if ends and deadline_kinds()[code].extend:
        assert extended(code, ends) > ends
    early = opens(code, start)
    assert early is None or ends is None or start < early < ends


@given(st.dates(datetime(2024, 1, 1).date(), datetime(2036, 12, 31).date()))
def test_the_end_of_a_day_is_on_that_day_in_amsterdam(day):
    assert end_of(day).astimezone(ZoneInfo("Europe/Amsterdam")).date() == day
