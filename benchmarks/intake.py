"""How many reports one process takes a second, from the button to the receipt, on SQLite with full durability."""

import statistics
import time

from benchmarks.measure import scratch, tell

REPORTS = 60
PEER = "GlobaLeaks refuses the 11th report of an organisation in an hour"


def run() -> None:
    scratch()
    from django.test import Client

    from reporting.submission import submit
    from tests.support.build import a_draft, a_place
    from tests.support.reporter import send, to_summary

    place = a_place()
    drafts = [a_draft(place) for _ in range(REPORTS)]
    times = []
    for draft in drafts:
        start = time.perf_counter()
        submit(draft)
        times.append(time.perf_counter() - start)
    tell("intake", "submissions per second, one process", len(times) / sum(times), "1/s", REPORTS, PEER)
    tell("intake", "submission, median", 1000 * statistics.median(times), "ms", REPORTS)
    tell("intake", "submission, slowest of 60", 1000 * max(times), "ms", REPORTS)
    client, pages = Client(), [to_summary(Client()) for _ in range(10)]
    start = time.perf_counter()
    for page in pages:
        assert send(client, page).status_code == 200
    tell("intake", "final POST over HTTP, mean", 100 * (time.perf_counter() - start), "ms", len(pages))
