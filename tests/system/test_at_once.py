"""Many at the same moment: nothing is refused, nothing is lost, nothing is made twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client, override_settings

from cases.checks import broken_invariants
from cases.models import Case
from jobs import runner
from reporting.models import Report
from tests.support.build import a_draft, a_place
from tests.support.reporter import URL, receipt_of, send, to_summary

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(work, items):
    def alone(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(alone, items))


@override_settings(REDIS_URL="")
def test_eight_clicks_on_the_same_button_make_one_report():
    a_place()
    page = to_summary(Client())
    answers = _at_once(lambda _number: send(Client(), page), range(8))
    assert {answer.status_code for answer in answers} == {200}
    assert len({receipt_of(answer) for answer in answers}) == 1
    assert Report.objects.count() == 1


@override_settings(REDIS_URL="")
def test_reports_sent_at_once_are_all_kept_and_all_open_with_their_receipt():
    place = a_place()
    drafts = [a_draft(place, account=f"Verhaal {number}") for number in range(24)]

    def post(draft):
        return Client().post(URL, {"state": draft.seal(), "kind": draft.kind, "step": "", "action": "send"})

    answers = _at_once(post, drafts)
    assert {answer.status_code for answer in answers} == {200}
    assert Report.objects.count() == len(drafts)
    for number, draft in enumerate(drafts):
        assert f"Verhaal {number}" in Client().post("/terug/", {"receipt": draft.receipt}).content.decode()


@override_settings(REDIS_URL="")
def test_several_workers_open_each_case_once():
    place = a_place()
    from reporting.submission import submit

    for number in range(6):
        submit(a_draft(place, account=f"Verhaal {number}"))
    _at_once(lambda _number: runner.run_due(), range(4))
    runner.run_due()
    assert Case.objects.count() == 6
    assert broken_invariants() == []
