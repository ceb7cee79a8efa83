"""Who is called by an alarm of these tests."""

import pytest

from tests.support.duty import on_duty_all_week


@pytest.fixture
def caller(place):
    """The archivist, on duty all week."""
    on_duty_all_week(place, place["archivist"])
    return place["archivist"]
