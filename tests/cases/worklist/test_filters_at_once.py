"""Two clicks at the same moment keep one choice."""

import pytest
from django.test import override_settings

from cases.models import SavedFilter
from cases.worklist.choice import WorklistChoice, save_filter
from tests.support.at_once import at_once
from tests.support.build import a_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@override_settings(REDIS_URL="")
def test_one_name_is_one_choice():
    actor = a_place().actor("officer")
    for name in ("Druk", "druk"):
        assert at_once(*[lambda: save_filter(actor, name, WorklistChoice(kind="pressure"))] * 4) == [True] * 4  # noqa: B023
    assert SavedFilter.objects.count() == 1
