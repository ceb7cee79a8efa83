"""How many anonymous reports one process takes a second, with 8 kB of answers, on SQLite with full durability.

WEER_BENCH_SENT: reports sent in each round. WEER_BENCH_HANDS: how many at once, several with commas. WEER_BENCH_WALKS: walks
of all pages.

Timed is the final POST with a valid sealed state (minimum time and proof of work are off, by a setting); whole walks of
all pages stand beside it. "At once" is threads of one process; none may be lost.
"""

import gc
import itertools
import os
import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.measure import scratch, tell

REPORTS = int(os.environ.get("WEER_BENCH_SENT", 128))
HANDS = [int(hands) for hands in os.environ.get("WEER_BENCH_HANDS", "1,2,8,32").split(",")]
WALKS = int(os.environ.get("WEER_BENCH_WALKS", 12))
ANSWERS = 8_000
PEER = "GlobaLeaks on such a machine: 16 to 19 a second, p95 155 to 204 ms, one at a time"


def run() -> None:
    scratch(WEERBAAR_ABUSE_CHECKS="false", WEERBAAR_BUSY_AT="1000000")
    from reporting.models import Report
    from tests.support.places import a_place, make_places

    make_places()
    organisation = a_place()
    for hands in HANDS:
        _final_posts(organisation, hands)
    _walks()
    tell("intake", "reports lost", len(_LOST), "reports", Report.objects.count(), "none may be")


_LOST: list[str] = []


def _final_posts(organisation, hands: int) -> None:
    from django.db import connection
    from django.test import Client

    from tests.support.build import a_draft
    from tests.support.reporter import URL
    from vault.receipts import open_receipt

    words = "Na de vergadering zei iemand dat hij weet waar mijn kinderen naar school gaan. "
    drafts = [
        a_draft(organisation, known_as="anonymous", account=words * (ANSWERS // len(words))) for _ in range(REPORTS)
    ]
    for draft in drafts:
        draft.shown_at = time.time()
    forms = [{"state": draft.seal(), "step": "", "kind": draft.kind, "action": "send"} for draft in drafts]
    receipts = [draft.receipt for draft in drafts]
    drafts.clear()  # a web process holds no drafts of others, which the collector of garbage would look through
    gc.collect()

    def post(form: dict[str, str]) -> float:
        start = time.perf_counter()
        assert Client().post(URL, form).status_code == 200
        return time.perf_counter() - start

    def many(mine: list[dict[str, str]]) -> list[float]:
        try:
            return [post(form) for form in mine]
        finally:
            connection.close()

    post(forms.pop())
    start = time.perf_counter()
    with ThreadPoolExecutor(hands) as pool:
        times = sorted(itertools.chain.from_iterable(pool.map(many, [forms[start::hands] for start in range(hands)])))
    took = time.perf_counter() - start
    _LOST.extend(receipt for receipt in receipts if open_receipt(receipt) is None)
    at_once = f"{hands} at once, checks off"
    tell("intake", f"reports per second, {at_once}", len(times) / took, "1/s", len(times), PEER, len(times) / took / 19)
    tell("intake", f"final POST p50, {at_once}", 1000 * statistics.median(times), "ms", len(times))
    tell("intake", f"final POST p95, {at_once}", 1000 * times[int(len(times) * 0.95)], "ms", len(times), PEER)


def _walks() -> None:
    from django.test import Client

    from tests.support.reporter import send, to_summary

    start = time.perf_counter()
    for _number in range(WALKS):
        client = Client()
        done = send(client, to_summary(client, known_as="anonymous"))
        assert re.search(r"<span>[2-9A-Z]{4}</span>", done.content.decode())
    tell(
        "intake", "whole walks of all pages per second", WALKS / (time.perf_counter() - start), "1/s", WALKS, "aim: 10"
    )
