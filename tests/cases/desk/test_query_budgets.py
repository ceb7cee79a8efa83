"""How many queries each page of the workplace may ask, for a case in which much has happened."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.build import signed_in, who
from tests.support.evidence import evidence_store
from tests.support.full_case import a_full_case, patterns
from tests.support.places import a_place

BUDGETS = Path(__file__).parents[1] / "query_budgets.yaml"


@pytest.mark.django_db
def test_no_page_asks_more_queries_than_its_budget(tmp_path, settings, capsys):
    evidence_store(tmp_path, settings)
    full = a_full_case(a_place())
    client = signed_in(who(full.case.id, "case_officer").person)
    asked: dict[str, int] = {}
    for pattern in patterns():
        url = full.address(pattern)
        client.get(url)  # what is kept between requests is there the second time
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        asked[pattern.name] = len(queries)
        print(pattern.name, answer.status_code, len(queries))
