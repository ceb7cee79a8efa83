"""The worklist at a million cases in one organisation, 2,000 of them the officer's.

WEER_BENCH_CASES: all cases. WEER_BENCH_OWN: those of the officer. WEER_BENCH_PAGES: how often each page is asked.

Rows are made by SQL on PostgreSQL. Only the officer's own are truly sealed, with keys, deadlines and tasks; of the others
nobody opens anything. Timed is the whole page over Django's test client, all middleware included.
"""

import os
import statistics
import time

from benchmarks.measure import scratch, tell

PAGES = int(os.environ.get("WEER_BENCH_PAGES", 60))
OWN = int(os.environ.get("WEER_BENCH_OWN", 2_000))
PEER = "aim: 50 ms; GlobaLeaks 1,290 ms and 26.9 MB at 3,000"


def run() -> None:
    from tests.support import services

    everyone = int(os.environ.get("WEER_BENCH_CASES", 1_000_000))
    scratch(DATABASE_URL=services.postgres())
    from tests.support.places import a_place, make_places

    make_places()
    organisation = a_place()
    _own_cases(organisation)
    _others(organisation, everyone)
    client = organisation.client("coordinator")
    for name, query in (
        ("first page", ""),
        ("closed", "?show=closed"),
        ("unread", "?show=unread"),
        ("page 20", "?page=20"),
    ):
        times, size = _pages(client, query)
        tell("worklist", f"{name} p50", statistics.median(times), "ms", everyone, PEER)
        p95 = times[int(len(times) * 0.95)]
        tell("worklist", f"{name} p95", p95, "ms", everyone, PEER, p95 / 50)
        tell("worklist", f"{name} size", size / 1024, "kB", everyone, PEER)
    tell("worklist", "queries of the first page", _queries(client), "queries", everyone, "the same at ten cases")
    start = time.perf_counter()
    client.post("/werkplek/zoeken/", {"sought": "ditwoordstaaterniet"})
    tell("worklist", f"search in the words of {OWN} cases", 1000 * (time.perf_counter() - start), "ms", OWN)


def _own_cases(organisation) -> None:
    """Made through the product: each is really sealed."""
    from tests.support.build import a_case

    for _number in range(OWN):
        a_case(organisation)


def _others(organisation, everyone: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        other = organisation["archivist"].id
        cursor.execute(
            """
            INSERT INTO reporting_report (id, number, "case", organisation_id, handled_by_id, kind, known_as, received_on, received_at,
                questions, codes, token, lane, receipt_kept, identity_shared, came_by)
            SELECT gen_random_uuid(), lpad(n::text, 9, '0'), gen_random_uuid(), %(organisation)s, %(organisation)s, 'aggression', 'named',
                current_date, now(), '2026-11', ''::bytea, decode(md5(n::text), 'hex'), 'normal', false, '', ''
            FROM generate_series(1, %(many)s) AS n
            """,
            {"organisation": organisation.organisation.id, "many": everyone},
        )
        cursor.execute(
            """
            INSERT INTO cases_case (id, number, organisation_id, report_id, kind, protocol_id, protocol_version, phase,
                previous_phase, revision, codes, started_on, is_counted)
            SELECT "case", number, organisation_id, id, 'aggression', 'safety', '2027-01', 'reported', '', 0, ''::bytea, current_date,
                true
            FROM reporting_report WHERE codes = ''::bytea
            """
        )
        cursor.execute(
            """
            INSERT INTO organisations_assignment (id, "case", person_id, organisation_id, relation, capacity, ended)
            SELECT gen_random_uuid(), id, %s, organisation_id, 'case_officer', 'officer', false
            FROM cases_case WHERE codes = ''::bytea
            """,
            [other],
        )
        cursor.execute(
            """
            INSERT INTO cases_caseuserobjectpermission (id, permission_id, user_id, content_object_id)
            SELECT gen_random_uuid(), p.id, %s, c.id FROM cases_case c
            CROSS JOIN (SELECT id FROM auth_permission WHERE codename = 'read_content') p WHERE c.codes = ''::bytea
            """,
            [other],
        )
        cursor.execute(
            """
            INSERT INTO cases_deadline (id, case_id, code, due, waived, extended, dated, counts)
            SELECT gen_random_uuid(), id, 'PERP_RESPONSE_48H', now() + interval '2 days', false, 0, false, true
            FROM cases_case WHERE codes = ''::bytea
            """
        )
        cursor.execute("ANALYZE")


def _pages(client, query: str) -> tuple[list[float], int]:
    times, size = [], 0
    client.get(f"/werkplek/{query}")
    for _ in range(PAGES):
        start = time.perf_counter()
        answer = client.get(f"/werkplek/{query}")
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200
        size = len(answer.content)
    return sorted(times), size


def _queries(client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get("/werkplek/")
    return len(captured)
