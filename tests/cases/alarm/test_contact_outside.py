"""A fixed contact outside is an address that somebody at work gave, and nobody else says who reads it."""

import pytest
import time_machine
from django.urls import reverse

from organisations.models import DutyAsked
from tests.cases.alarm.test_alarm import EVENING, _alarms
from tests.support.barred import called
from tests.support.build import a_report, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("names", ["the one who gave the address", "the one who agreed", "somebody else"])
def test_the_address_that_somebody_gave_rings_for_no_alarm_about_them(place, names):
    """A contact outside may be a private address of the administrator who entered it, or of the second who agreed."""
    administrator = called(place["administrator"], "Kees", "Bos")
    second = called(place["coordinator"], "Anna", "Kwartel")
    given = {"what": "stand_in", "name": "Meldlijn Noord", "email": "noorderzon@prive.example"}
    answer = signed_in(administrator).post(reverse("organisation_administration:duty"), given)
    assert answer.status_code == 302
    page = reverse("organisation_administration:agree_duty", args=[DutyAsked.objects.get().id])
    assert signed_in(second).post(page).status_code == 200
    _alarms()
    called_so = {"the one who gave the address": "Kees Bos", "the one who agreed": "Anna Kwartel"}
    whom = called_so.get(names, "Xerxes Zoutkamp")
    with time_machine.travel(EVENING, tick=False):
        a_report(place, danger="unsafe", perpetrator="official", perpetrator_name=whom, about_reader="unknown")
        assert ("noorderzon@prive.example" in _alarms()) == (names == "somebody else")
