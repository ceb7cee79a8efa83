"""A call that lasts longer than the hour in which it is asked after."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from cases.alarm.alarm import record_call
from cases.desk.agreement import disagreements
from cases.desk.refusals import Refused
from organisations.access.policy import Actor
from organisations.models import Person
from reporting.models import Alarm, Report
from tests.support.build import a_report, signed_in
from tests.support.duty import (
    EVENING,
    NUMBER,
    actions_of,
    alarm_url,
    an_outsider,
    links_sent,
    on_duty_all_week,
    run_all,
)
from tests.support.reporter import come_back, words_of
from vault.compartments import Compartment, readers

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _longer_than_the_hour(place, caller) -> tuple[Report, str, Person]:
    """Somebody said to call, and the alarm rang again: the report, its receipt, and who is called beside them."""
    other = place["auditor"]
    on_duty_all_week(place, other)
    report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    run_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        run_all()
        signed_in(caller).post(alarm_url())
    with time_machine.travel(timezone.now() + timedelta(minutes=80), tick=False):
        run_all()
        assert Alarm.objects.get().answered_on is None
    return report, receipt, other


@time_machine.travel(EVENING, tick=False)
def test_a_call_of_more_than_an_hour_is_recorded_without_saying_again_to_call(place, caller):
    report, receipt, other = _longer_than_the_hour(place, caller)
    asks = "U zei eerder dat u belt."
    client = signed_in(caller)
    assert asks in words_of(client.get(alarm_url()))
    assert "Alarm: u zou bellen. Zeg wat ervan kwam" in words_of(client.get("/werkplek/wacht/"))
    assert asks not in words_of(signed_in(other).get(alarm_url()))
    with pytest.raises(Refused):
        record_call(Alarm.objects.get().occasion, "reached", actor=Actor.at(other, place.organisation))
    assert client.post(alarm_url(), {"came_of": "reached"}).status_code == 302
    told = [line.code for line in report.told.order_by("id") if line.code.startswith("duty_")]
    assert sorted(told) == ["duty_calls", "duty_reached", "duty_unknown"]
    assert "heeft u gesproken" in words_of(come_back(Client(), receipt))
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(hours=4), tick=False):
        run_all()
        assert not [one for one in mail.outbox if one.subject == "Alarm in Weerbaar"]
    assert "alarm.called" in actions_of(report)


@time_machine.travel(EVENING, tick=False)
@pytest.mark.parametrize(("came_of", "ends"), [("reached", True), ("not_reached", False)])
def test_who_called_long_ends_the_call_of_somebody_else_only_where_they_spoke_to_the_reporter(
    place, caller, came_of, ends
):
    report, receipt, other = _longer_than_the_hour(place, caller)
    second = signed_in(other)
    second.post(alarm_url())
    assert readers(report.case, Compartment.CALL) == {other.id}
    assert signed_in(caller).post(alarm_url(), {"came_of": came_of}).status_code == 302
    alarm = Alarm.objects.get()
    assert (alarm.came_of, alarm.answered_by) == (("reached", caller) if ends else ("", other))
    assert readers(report.case, Compartment.CALL) == (set() if ends else {other.id})
    said = "Iemand anders heeft de melder al gesproken." if ends else NUMBER
    assert said in words_of(second.get(alarm_url()))
    assert ("heeft u gesproken" in words_of(come_back(Client(), receipt))) == ends
    assert "kreeg u niet te spreken" not in words_of(come_back(Client(), receipt))
    assert "U zei eerder" not in words_of(signed_in(caller).get(alarm_url()))
    assert not disagreements()


@time_machine.travel(EVENING, tick=False)
def test_a_contact_outside_who_called_long_records_it_too(place):
    an_outsider(place)
    _report, receipt = a_report(place, danger="unsafe", call_number=NUMBER)
    [link] = links_sent()
    Client().post(link, {"what": "reached"})
    assert Alarm.objects.get().came_of == "", "they did not say to call"
    Client().post(link, {"what": "call"})
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        run_all()
        assert Alarm.objects.get().answered_on is None
        assert "U zei eerder dat u belt." in words_of(Client().get(link))
        Client().post(link, {"what": "reached"})
        assert "heeft u gesproken" in words_of(come_back(Client(), receipt))
        assert NUMBER not in words_of(Client().post(link, {"what": "call"}))
