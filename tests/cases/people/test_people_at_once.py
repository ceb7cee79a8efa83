"""Two people, or two clicks of one, at the same moment in what is kept of people."""

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from cases.desk.refusals import Refused
from cases.people.departure.leaving import deactivate, end_role
from organisations.models import DeclaredRelation, Person, Role
from organisations.people.appointments import appoint
from tests.support.at_once import at_once
from tests.support.build import a_place, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def _done(work) -> bool:
    try:
        work()
    except Refused:
        return False
    return True


@override_settings(REDIS_URL="")
@pytest.mark.parametrize("way", ["role", "sign_in"])
def test_two_administrators_who_end_each_other_at_once_leave_one(way):
    place = a_place()
    one, other = place["administrator"], place["auditor"]
    appoint(other, place.organisation, "administrator")
    roles = {row.person_id: row for row in Role.objects.filter(code="administrator", organisation=place.organisation)}

    def ends(who: Person, by: Person):
        if way == "role":
            return lambda: _done(lambda: end_role(roles[who.id], by=by))
        return lambda: _done(lambda: deactivate(who, place.organisation, by=by))

    assert sorted(at_once(ends(one, other), ends(other, one))) == [False, True]
    held = Role.objects.on(timezone.localdate()).filter(code="administrator", organisation=place.organisation)
    assert held.filter(person__is_active=True).count() == 1


@override_settings(REDIS_URL="")
def test_two_clicks_at_once_declare_one_relation_and_one_absence():
    place = a_place()
    officer, today = place["officer"], timezone.localdate().isoformat()
    for url, fields in (
        ("/werkplek/relaties/", {"other": place["alderman"].id, "code": "partner"}),
        ("/werkplek/afwezig/", {"away_from": today, "away_to": today}),
    ):

        def click(url=url, fields=fields):
            client: Client = signed_in(officer)
            client.raise_request_exception = False
            return client.post(url, fields).status_code

        assert at_once(click, click) == [302, 302], url
    assert DeclaredRelation.objects.count() == 1
    assert officer.absences.count() == 1
