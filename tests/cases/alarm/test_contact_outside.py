"""A fixed contact outside is an address that somebody at work gave, and nobody else says who reads it."""

import pytest
import time_machine
from django.urls import reverse

from tests.cases.alarm.test_alarm import EVENING, _alarms
from tests.support.barred import called
from tests.support.build import a_report, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", ["the one who gave the address", "somebody else"])
def test_the_address_that_somebody_gave_rings_for_no_alarm_about_them(place, names):
    """A contact outside may be a private address of the administrator who entered it."""
    administrator = called(place["administrator"], "Kees", "Bos")
    given = {"what": "stand_in", "name": "Meldlijn Noord", "email": "noorderzon@prive.example"}
    answer = signed_in(administrator).post(reverse("organisation_administration:duty"), given)
    assert answer.status_code == 302
    _alarms()
    whom = "Kees Bos" if names == "the one who gave the address" else "Xerxes Zoutkamp"
    with time_machine.travel(EVENING, tick=False):
        a_report(place, danger="unsafe", perpetrator="official", perpetrator_name=whom, about_reader="unknown")
        assert ("noorderzon@prive.example" in _alarms()) == (names == "somebody else")
