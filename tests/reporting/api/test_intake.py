"""Reports of partner systems, over HTTP."""

import json
import uuid
from datetime import date

import pytest
from django.test import Client

from reporting.models import QuestionSet, Report
from tests.support.build import ACCOUNT
from tests.support.reporter import come_back, words_of
from vault import receipts

pytestmark = pytest.mark.django_db
URL = "/api/v1/organisations/GM9998/reports"
ANSWERS = {"aggression_form": ["threat"], "account": ACCOUNT, "danger": "safe", "known_as": "anonymous"}


def post(body: object, key: str | None = None, url: str = URL, **headers):
    headers = {"Idempotency-Key": key or uuid.uuid4().hex, **headers}
    return Client().post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_a_report_comes_in_and_opens_with_its_receipt(place):
    answer = post({"kind": "aggression", "answers": ANSWERS})
    assert answer.status_code == 201, answer.content
    got = answer.json()
    assert receipts.parse(got["receipt"])
    assert ACCOUNT in words_of(come_back(Client(), got["receipt"]))
    assert got["number"] == Report.objects.get().number
    assert answer["API-Version"]
    assert "no-store" in answer["Cache-Control"]


def test_the_same_key_gives_the_same_answer_and_one_report(place):
    key, body = uuid.uuid4().hex, {"kind": "aggression", "answers": ANSWERS}
    first, second = post(body, key), post(body, key)
    assert first.json() == second.json()
    assert Report.objects.count() == 1


def test_a_key_that_was_used_for_something_else_is_refused(place):
    key = uuid.uuid4().hex
    post({"kind": "aggression", "answers": ANSWERS}, key)
    answer = post({"kind": "aggression", "answers": {**ANSWERS, "account": "Heel iets anders."}}, key)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert "receipt" not in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({}, "answers.aggression_form"),
        ({**ANSWERS, "nonsense": "x"}, "answers.nonsense"),
        ({**ANSWERS, "aggression_form": ["no_code"]}, "answers.aggression_form"),
        ({**ANSWERS, "known_as": "named"}, "answers.name"),
        ({**ANSWERS, "account": "x" * 30_000}, "answers.account"),
        ({**ANSWERS, "account": 5}, "answers"),
    ],
)
def test_what_is_wrong_is_named_by_question(place, answers, name):
    answer = post({"kind": "aggression", "answers": answers})
    assert answer.status_code == 400
    assert name in [param["name"] for param in answer.json()["invalidParams"]]
    assert not Report.objects.exists()


def test_without_a_key_nothing_is_stored(place):
    answer = post({"kind": "aggression", "answers": ANSWERS}, "kort")
    assert answer.status_code == 400
    assert not Report.objects.exists()


def test_a_preview_says_who_would_read_and_stores_nothing(place):
    answer = post({"kind": "aggression", "answers": ANSWERS, "preview": True})
    assert answer.status_code == 200
    assert any(reader["readsContent"] for reader in answer.json()["readers"])
    assert not Report.objects.exists()


def test_readers_that_changed_since_the_preview_stop_it(place):
    shown = post({"kind": "aggression", "answers": ANSWERS, "preview": True}).json()["shownReaders"]
    coordinator = place["coordinator"]
    coordinator.is_active = False
    coordinator.save()
    assert post({"kind": "aggression", "answers": ANSWERS, "shownReaders": shown}).status_code == 409
    assert not Report.objects.exists()


def test_an_unknown_or_sleeping_organisation_is_not_found(place):
    assert post({}, url="/api/v1/organisations/XX1/reports").status_code == 404
    place.organisation.live = False
    place.organisation.save()
    assert post({"kind": "aggression", "answers": ANSWERS}).status_code == 404


def test_what_is_no_json_is_told(place):
    answer = Client().post(URL, "{", content_type="application/json", headers={"Idempotency-Key": uuid.uuid4().hex})
    assert answer.status_code == 400
    assert Client().post(URL, {"a": 1}, headers={"Idempotency-Key": uuid.uuid4().hex}).status_code == 415


def test_the_questions_are_those_of_the_form(place):
    body = Client().get("/api/v1/organisations/GM9998/questions?kind=pressure").json()
    by_id = {question["id"]: question for question in body["questions"]}
    assert by_id["pressure_form"]["required"]
    assert {"P1", "P15"} <= {question["code"] for question in by_id["pressure_form"]["codes"]}
    assert by_id["offer"]["when"] == {"pressure_form": ["P3", "P13"]}
    assert Client().get("/api/v1/organisations/GM9998/questions?kind=x").status_code == 400


def test_an_answer_that_the_organisation_does_not_ask_for_loses_no_report(place):
    QuestionSet.objects.create(
        organisation=place.organisation,
        number=1,
        base="2026-11",
        changes={"left_out": ["happened_on"]},
        published_on=date(2026, 11, 1),
    )
    answer = post({"kind": "aggression", "answers": {**ANSWERS, "happened_on": "gisteren"}})
    assert answer.status_code == 201, answer.content
    assert "gisteren" not in words_of(come_back(Client(), answer.json()["receipt"]))
