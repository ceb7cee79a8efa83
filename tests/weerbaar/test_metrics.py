"""Metrics: for who has the token, and the same to the byte whatever people do."""

import re

import pytest
from django.db import OperationalError, connection
from django.test import Client

from jobs.daily import promise_daily
from jobs.models import Job
from organisations.models import Organisation
from tests.support.build import a_case, a_report

pytestmark = pytest.mark.django_db
TOKEN = "t" * 40
LINE = re.compile(r'(# (HELP|TYPE) weerbaar_\w+ .+|weerbaar_\w+(\{(version|check|place)="[\w.]+"\})? \d+)')


@pytest.fixture
def asked(settings):
    settings.METRICS_TOKEN = TOKEN
    return lambda: Client().get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", TOKEN, "Basic eDp5", "Bearer é"])
def test_without_the_token_there_is_no_such_page(settings, given):
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"authorization": given}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer"])
def test_without_the_setting_there_is_no_such_page_for_anybody(settings, given):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"authorization": given}).status_code == 404


def test_every_line_is_one_that_prometheus_reads(asked):
    answer = asked()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.content.decode().splitlines()
    assert len(lines) > 10
    for line in lines:
        assert LINE.fullmatch(line), line


def test_a_report_changes_no_number_and_no_organisation_is_named(place, asked):
    promise_daily()
    before = asked().content
    a_report(place, known_as="anonymous")
    a_case(place)
    assert Job.objects.filter(state="open").count() > 2
    assert asked().content == before
    for slug, name in Organisation.objects.values_list("slug", "name"):
        assert slug.encode() not in before
        assert name.encode() not in before


def test_a_database_that_is_away_is_a_number_too(asked):
    def broken(*_given):
        raise OperationalError

    assert b'weerbaar_check{check="database"} 0' in asked().content
    with connection.execute_wrapper(broken):
        told = asked().content
    assert b'weerbaar_check{check="database"} 2' in told
    assert b"weerbaar_ready 0" in told
