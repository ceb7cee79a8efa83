"""Many at the same moment: nothing is refused, nothing is lost, nothing is made twice."""

import itertools
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client, override_settings

from cases.invariants import broken_invariants
from cases.models import Case
from jobs import runner
from reporting.models import Report
from tests.support.build import a_draft, a_place
from tests.support.reporter import URL, receipt_of, send, to_summary
from vault.receipts import new_receipt

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


@pytest.fixture(autouse=True)
def _nobody_gives_up(settings):
    """SQLite has one writer, and how long 32 wait for their turn depends on the machine. No test depends on that."""
    settings.STATEMENT_TIMEOUT = 60


def _at_once(work, items, hands=8):
    def alone(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
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
@pytest.mark.parametrize("several", [False, pytest.param(True, marks=pytest.mark.rehearsal)])
def test_32_reporters_at_once_are_all_kept_and_all_come_back_with_their_receipt(several):
    """Each sends one report to one organisation; in the rehearsal several, fewer where one is written at a time."""
    each = {"postgresql": 6}.get(connection.vendor, 2) if several else 1
    place = a_place()
    now = time.time()
    first = a_draft(place, known_as="anonymous")
    drafts = [
        replace(first, token=secrets.token_hex(16), receipt=new_receipt(), shown_at=now, typed=_story(first, number))
        for number in range(32 * each)
    ]

    def post(mine):
        client = Client()
        fields = {"step": "", "action": "send", "kind": "aggression"}
        return [client.post(URL, {"state": one.seal(), **fields}).status_code for one in mine]

    answers = _at_once(post, [drafts[start::32] for start in range(32)], 32)
    assert {status for one in answers for status in one} == {200}
    assert Report.objects.count() == len(drafts)

    def come_back(mine):
        return [(draft, Client().post("/terug/", {"receipt": draft.receipt})) for draft in mine]

    back = _at_once(come_back, [drafts[start::8] for start in range(8)])
    for draft, page in itertools.chain.from_iterable(back):
        assert draft.typed["what"]["account"][0] in page.content.decode()


def _story(draft, number):
    return {**draft.typed, "what": {**draft.typed["what"], "account": [f"Verhaal {number}."]}}


@override_settings(REDIS_URL="")
def test_several_workers_open_each_case_once():
    place = a_place()
    from reporting.form.submission import submit

    for number in range(6):
        submit(a_draft(place, account=f"Verhaal {number}").submission())
    _at_once(lambda _number: runner.run_due(), range(4))
    runner.run_due()
    assert Case.objects.count() == 6
    assert broken_invariants() == []
