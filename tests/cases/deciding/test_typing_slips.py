"""A day or a number that nobody can mean: refused in words, and no error."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.deciding.records.records import extend_record
from cases.desk.refusals import Refused
from tests.support.build import a_case, signed_in, take, walk, who
from tests.support.measures import DECIDE, a_weighed_case
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
REASON = "De raad vroeg er om."
SLIPS = ["0001-01-01", "0026-12-05", "0999-01-01", "1926-11-05", "9999-12-31"]


def _client(case):
    client = signed_in(who(case.id, "case_officer").person)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("day", SLIPS)
def test_no_term_of_the_law_runs_from_such_a_day(place, day):
    case = walk(a_case(place, "integrity"), "acknowledge")
    url, sent = reverse("cases:deadline_change", args=[case.id, "start"]), {"code": "WOO_4W", "reason": REASON}
    refused = _client(case).post(url, sent | {"day": day})
    assert refused.status_code == 422
    assert day in refused.content.decode(), "what was typed stays"
    assert not case.deadlines.filter(code="WOO_4W").exists()
    assert _client(case).post(url, sent | {"day": timezone.localdate().isoformat()}).status_code == 302


def test_no_meeting_is_and_nobody_is_away_and_nothing_lasts_until_the_end_of_time(place):
    case = walk(a_case(place, "integrity"), "acknowledge")
    client, today = _client(case), timezone.localdate().isoformat()
    start = {"code": "REPORT_TO_ORGAN", "day": today, "reason": REASON}
    assert client.post(reverse("cases:deadline_change", args=[case.id, "start"]), start).status_code == 302
    meeting = case.deadlines.get(code="REPORT_TO_ORGAN")
    take(case, "secure_evidence", who(case.id, "case_officer"))
    record = case.records.get(form="secured")
    for day in ("9999-12-31", "9999-12-30", "2126-01-01"):
        dated = client.post(
            reverse("cases:deadline_change", args=[case.id, "date"]) + f"?termijn={meeting.id}",
            {"day": day, "reason": REASON, "revision": 1},
        )
        longer = client.post(
            reverse("cases:extend_record", args=[case.id, record.id]), {"until": day, "reason": REASON}
        )
        away = client.post("/werkplek/afwezig/", {"away_from": today, "away_to": day})
        assert [dated.status_code, longer.status_code, away.status_code] == [422, 422, 422], day
        assert "Kijk naar het jaartal" in words_of(longer)
    assert case.records.get(form="secured").until == record.until


def test_a_longer_last_day_is_one_that_the_form_takes(place):
    case = walk(a_case(place, "integrity"), "acknowledge")
    take(case, "secure_evidence", who(case.id, "case_officer"))
    record, actor = case.records.get(form="secured"), who(case.id, "case_officer")
    far = timezone.localdate() + timedelta(days=3651)
    with pytest.raises(Refused):
        extend_record(case, record.id, far, REASON, actor=actor)


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1", "", "1.0"])
def test_a_number_that_is_none_is_no_error(place, number):
    case = a_weighed_case(place)
    client = _client(case)
    together = {"case": case.id, "act": "acknowledge", "reason": REASON, f"revision-{case.id}": number}
    assert client.post(reverse("cases:together"), together).status_code in {200, 422}
    decided = client.post(
        reverse("cases:decision", args=[case.id, DECIDE]),
        urlencode({"reason": REASON, f"record-{number}-x": "1"}),
        content_type="application/x-www-form-urlencoded",
    )
    assert decided.status_code == 422
    newer = client.post(reverse("cases:protocol", args=[case.id]), {"revision": number})
    assert newer.status_code in {200, 422}
