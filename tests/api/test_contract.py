"""The running API against its own document, over HTTP."""

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from tests.api.test_editions import editions

__all__ = ["editions"]
pytestmark = pytest.mark.django_db(transaction=True)
PATHS = [
    "/dimensions",
    "/editions",
    "/editions/{edition}",
    "/editions/{edition}/audit",
    "/editions/{edition}/tables/{table}",
    "/indicators",
    "/organisations/{organisation}/questions",
]
INTAKE = "/organisations/{organisation}/reports"


def test_whatever_is_asked_the_answer_is_one_that_the_document_promises(editions, live_server):
    document = Client().get("/api/v1/openapi.json").json()
    assert sorted(document["paths"]) == [*PATHS, INTAKE]
    schema = schemathesis.openapi.from_dict(document)
    for path in [*PATHS, INTAKE]:

        @given(case=schema[path]["POST" if path == INTAKE else "GET"].as_strategy())
        @settings(
            max_examples=15,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        def ask(case):
            case.call_and_validate(base_url=live_server.url + "/api/v1", headers={"Accept-Encoding": "identity"})

        ask()
