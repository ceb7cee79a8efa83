"""How many queries each page of the workplace asks for a case in which much has happened: never more than its budget.

The budgets stand in tests/cases/query_budgets.yaml, one line for each URL. A page that is made without one is found here.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.access.bars import Suspended, recuse, suspend
from organisations.people.appointments import appoint
from organisations.rule_files import read_rules
from reporting.complaints.readers import readers_now
from reporting.models import Report
from reporting.pdf import can_make_pdf
from tests.support.build import a_case, a_report, signed_in, who
from tests.support.evidence import evidence_store
from tests.support.full_case import a_complaint, a_confidential_case, a_full_case, a_signal, patterns
from tests.support.pages import values_of
from tests.support.places import a_place

BUDGETS = read_rules(Path(__file__).parents[1] / "query_budgets.yaml", dict[str, int])
ONLY_POSTED = {"answer_export", "decide_transfer"}  # a button
OF_FIVE = {"quarantine", "together"}  # lists that open each of their rows: measured with five


def _asked_by(client: Client, url: str) -> int:
    client.get(url)  # what is kept between requests is there the second time
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return len(queries)


@pytest.mark.django_db
@pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")
def test_no_page_asks_more_queries_than_its_budget(tmp_path, settings, capsys):
    evidence_store(tmp_path, settings)
    place = a_place()
    full, confidential = a_full_case(place), a_confidential_case(place)
    officer = signed_in(who(full.case.id, "case_officer").person)
    adviser = signed_in(who(confidential.case.id, "adviser").person)
    of_adviser = {
        "identity_known": [confidential.case.id],
        "identity_consent": [confidential.case.id, confidential.asked],
        "identity_tell": [confidential.case.id, confidential.untold],
    }
    complaint, _receipt = a_complaint(place)
    reader = signed_in(readers_now(complaint)[0].person)
    signal = a_signal(place)
    reads_signal = signed_in(who(signal.report.case, "case_officer").person)
    coordinator = signed_in(place["coordinator"])
    asked = {}
    for pattern in patterns():
        name = pattern.name or ""
        if name in of_adviser:
            asked[name] = _asked_by(adviser, reverse(f"cases:{name}", args=of_adviser[name]))
        elif name == "divide":
            asked[name] = _asked_by(coordinator, reverse("cases:divide"))
        elif name == "reception":
            appoint(place["auditor"], place.organisation, role="reception")
            asked[name] = _asked_by(signed_in(place["auditor"]), reverse("cases:reception"))
        elif name in {"complaint", "complaints"}:
            ids = [complaint.id] if name == "complaint" else []
            asked[name] = _asked_by(reader, reverse(f"cases:{name}", args=ids))
        elif name in {"signal", "signals"}:
            ids = [signal.report_id] if name == "signal" else []
            asked[name] = _asked_by(reads_signal, reverse(f"cases:{name}", args=ids))
        elif name not in {*ONLY_POSTED, *OF_FIVE, "sender_code", "signal_concerned"}:
            asked[name] = _asked_by(officer, full.address(pattern))
    other = who(signal.report.case, "co_reader").person
    [row] = suspend(signal.report.case, place.organisation, [Suspended(str(other.id))])
    asked["signal_concerned"] = _asked_by(reads_signal, reverse("cases:signal_concerned", args=[row.id]))
    taker, report = place["archivist"], full.case.report
    recuse(full.case.id, [taker.id])
    Report.objects.filter(id=report.id).update(entered_by=taker, came_by="letter", confirmed_on=None)
    asked["sender_code"] = _asked_by(officer, reverse("cases:sender_code", args=[full.case.id]))
    with capsys.disabled():
        print("\nqueries: " + ", ".join(f"{name} {count}" for name, count in asked.items()))
    assert set(asked) == set(BUDGETS) - OF_FIVE
    assert {name: count for name, count in asked.items() if count > BUDGETS[name]} == {}


def _queries(ask: Callable[[], HttpResponse]) -> int:
    ask()  # what is kept between requests is there the second time
    with CaptureQueriesContext(connection) as queries:
        assert ask().status_code == 200
    return len(queries)


@pytest.mark.django_db
def test_a_list_of_five_asks_no_more_queries_than_its_budget(capsys):
    place = a_place()
    cases = [a_case(place) for _number in range(5)]
    reports = [a_report(place)[0] for _number in range(5)]
    Report.objects.filter(id__in=[report.id for report in reports]).update(lane=Report.Lane.QUARANTINE)
    handler = signed_in(who(cases[0].id, "handler").person)
    asked = {
        "quarantine": _queries(lambda: handler.get("/werkplek/te-controleren/")),
        "together": _queries(lambda: handler.post("/werkplek/samen/", {"case": [case.id for case in cases]})),
    }
    with capsys.disabled():
        print(f"\nqueries of lists with five: {asked}")
    assert {name: count for name, count in asked.items() if count > BUDGETS[name]} == {}
    assert len(values_of(handler.get("/werkplek/te-controleren/"), "report")) == 5
