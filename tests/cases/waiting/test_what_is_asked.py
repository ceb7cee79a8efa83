"""Waiting for you: what somebody asked, since when, and in words that say who asked it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.models import Masks, Redaction
from cases.redaction.sets import offer
from cases.waiting.queue import waiting_for
from tests.support.build import a_case, signed_in, walk, who
from tests.support.waiting import calm, queue

pytestmark = pytest.mark.django_db


def test_a_redaction_waits_since_it_was_offered_and_not_since_somebody_began_it(place):
    case = calm(walk(a_case(place), "acknowledge"))
    officer, handler = who(case.id, "case_officer"), who(case.id, "handler")
    begun = timezone.now() - timedelta(days=9)
    row = Redaction.objects.create(
        case=case, number=1, title=uuid4(), made_by=officer.person, made_at=begun, token=uuid4()
    )
    Masks.objects.create(redaction=row, source="message", version=1, masks=uuid4(), made_by=officer.person)
    offer(case, 1, actor=officer)
    found = {str(one.words): one.since for one in waiting_for(handler)}
    assert found["Kijk een lakking na"] == timezone.localdate()


def test_who_may_see_a_case_is_asked_once_for_all_sources(place):
    """A part for each source said all of it again, which made a statement of 146 kB for every worklist."""
    statements = []

    def keep(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    handler = who(calm(a_case(place)).id, "handler")
    with connection.execute_wrapper(keep):
        waiting_for(handler)
    [every] = [sql for sql in statements if "UNION ALL" in sql and "cases_deadline" in sql]
    assert every.count("FROM visible WHERE") > 20
    assert "cases_caseuserobjectpermission" not in every
    assert len(every) < 60_000


def test_nobody_answers_a_request_for_a_name_that_nobody_asked(place):
    case = calm(walk(a_case(place), "acknowledge", "assess"))
    calm(case)
    officer, handler = who(case.id, "case_officer"), who(case.id, "handler")
    client = signed_in(officer.person)
    assert "Robin Vermelder" in client.get(reverse("cases:overview", args=[case.id])).content.decode()
    assert [words for words, _number in queue(handler)] == ["Kijk na wie de naam van de melder kon zien"]
    case = calm(walk(a_case(place, "integrity"), "acknowledge"))
    calm(case)
    asked = {"what": "ask", "motive": "contact", "words": "Zij moet nog gebeld worden.", "token": uuid4()}
    signed_in(who(case.id, "case_officer").person).post(reverse("cases:identity", args=[case.id]), asked)
    assert ("Beantwoord een verzoek om de naam van de melder", case.number) in queue(who(case.id, "handler"))
