"""A serious accident is told to the labour inspectorate at once (Arbowet 9)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from jobs.outbox import next_mail_slot
from tests.support.build import REASON, a_case, signed_in, who
from tests.support.pages import fields_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
CODE = "ACCIDENT_2H"


def _hurt(place, injury: str, function: str = "employee", **answers):
    return a_case(place, aggression_form=["hitting"], injury=injury, own_function=function, **answers)


def _client(case):
    return signed_in(who(case.id, "case_officer").person)


@pytest.mark.parametrize("injury", ["hospital", "permanent", "death"])
def test_a_serious_injury_of_an_employee_starts_it_at_receipt(place, injury):
    case = _hurt(place, injury)
    deadline = case.deadlines.get(code=CODE)
    assert deadline.due == case.report.received_at + timedelta(hours=2)
    page = words_of(_client(case).get(f"/werkplek/zaak/{case.id}/termijnen/"))
    assert "Meld het ongeval direct bij de Arbeidsinspectie" in page
    assert "artikel 9 van de Arbeidsomstandighedenwet" in page


@pytest.mark.parametrize(
    ("injury", "function"),
    [("none", "employee"), ("hurt", "employee"), ("hospital", "council_member"), ("hospital", "mayor")],
)
def test_a_lighter_injury_and_an_office_holder_do_not(place, injury, function):
    assert not _hurt(place, injury, function).deadlines.filter(code=CODE).exists()


def test_whose_function_is_not_known_counts_as_employed(place):
    assert a_case(place, aggression_form=["hitting"], injury="hospital").deadlines.filter(code=CODE).exists()


def test_of_an_anonymous_report_the_hours_run_from_the_slot_or_from_reading_before_it(place):
    case = _hurt(place, "hospital", known_as="anonymous")
    assert case.deadlines.get(code=CODE).due == next_mail_slot() + timedelta(hours=2)
    _client(case).get(f"/werkplek/zaak/{case.id}/melding/")
    assert case.deadlines.get(code=CODE).due <= timezone.now() + timedelta(hours=2)


def test_what_shows_later_starts_by_hand(place):
    case = _hurt(place, "none", "mayor")
    day = f"{timezone.localdate():%Y-%m-%d}"
    started = {"code": CODE, "day": day, "reason": REASON}
    assert _client(case).post(f"/werkplek/zaak/{case.id}/termijnen/start/", started).status_code == 302
    assert case.deadlines.pending().filter(code=CODE).exists()


def test_the_notice_meets_it_dated_by_its_hour(place):
    case = _hurt(place, "hospital")
    client, url = _client(case), f"/werkplek/zaak/{case.id}/documenten/nieuw/accident_notice/"
    filled = dict.fromkeys(
        ["victim", "occurred", "where", "what_happened", "noticed_how", "signed_by", "signed_as"], "Ingevuld"
    )
    filled |= {"token": uuid4(), "injury": "hospital", "duty": "must", "make": "1"}
    ahead = timezone.localtime() + timedelta(days=1)
    refused = client.post(url, filled | {"noticed_at": f"{ahead:%Y-%m-%dT%H:%M}"})
    assert refused.status_code == 422
    assert "niet in de toekomst" in words_of(refused)
    assert case.deadlines.pending().filter(code=CODE).exists()
    told = timezone.localtime().replace(second=0, microsecond=0) - timedelta(minutes=1)
    assert client.post(url, filled | {"noticed_at": f"{told:%Y-%m-%dT%H:%M}"}).status_code == 302
    assert case.deadlines.get(code=CODE).met_at == told
    assert fields_of(client.get(url))["token"]
