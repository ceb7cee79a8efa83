"""A fixed contact outside: who is named is not called, and who gave the address counts as who may read it."""

import pytest
import time_machine
from django.urls import reverse

from organisations.models import DutyAsked
from tests.cases.alarm.test_alarm import EVENING, _alarms, _later
from tests.support.barred import called
from tests.support.build import a_report, signed_in
from tests.support.duty import a_contact

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


@time_machine.travel(EVENING, tick=False)
def test_a_contact_outside_who_is_named_is_not_called_either(place):
    given_by, agreed_by = place["administrator"], place["registrar"]
    a_contact(place.organisation, given_by, agreed_by, "Quirijn Ongelooflijk", "robin@elders.example")
    a_report(
        place, danger="unsafe", account="Quirijn Ongelooflijk stond weer voor mijn deur, ik durf niet naar buiten."
    )
    assert [*_alarms(), *_later(16)] == []
    a_report(place, danger="unsafe")
    assert _later(20) == ["robin@elders.example"]
