"""The API of the figures over HTTP, by the rules of standards.md."""

import csv
import gzip
import hashlib
import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from openapi_spec_validator import validate

from monitor.editions import EditionRefused, build_edition
from monitor.models import Edition, EditionIsFinal
from monitor.simulation import simulate
from tests.support.build import a_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def editions(db) -> None:
    from datetime import date

    a_place()
    simulate(reports=300, years=2, seed=3, until=date(2026, 6, 30))
    for period in ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"):
        build_edition(period, publish=True)


def get(path: str, **headers: str):
    return Client().get("/api/v1" + path, headers=headers)


def test_the_list_has_the_agreed_shape(editions):
    body = get("/editions").json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert body["count"] == 5
    newest = body["results"][0]
    assert (newest["id"], newest["status"], newest["provisional"], newest["base"]) == ("2025", "published", True, 5)
    assert newest["tables"] == ["T1", "T2", "T6", "T8", "T10"]
    assert newest["publishedAt"].endswith("Z")


def test_every_answer_names_the_version_of_the_api_errors_too(editions):
    for path in (
        "/editions",
        "/editions/2025",
        "/editions/1999",
        "/nothing",
        "/editions?no=1",
        "/openapi.json",
        "/indicators",
    ):
        assert get(path)["API-Version"] == settings.API_VERSION, path


def test_a_table_adds_up_is_rounded_and_agrees_with_its_csv_and_manifest(editions):
    body = get("/editions/2025/tables/T2").json()
    values = {(one["aggression_form"], one["group"]): one["value"] for one in body["cells"]}
    assert all(value % 5 == 0 for value in values.values())
    form = next(one for one in body["dimensions"] if one["id"] == "aggression_form")
    level1 = [one["code"] for one in form["codes"] if one["parent"] is None and one["code"] != "_T"]
    assert values["_T", "_T"] == sum(values[code, "_T"] for code in level1)
    answer = get("/editions/2025/tables/T2", Accept="text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert list(rows[0]) == ["aggression_form", "group", "period", "value", "status"]
    assert {(row["aggression_form"], row["group"]): int(row["value"]) for row in rows} == values
    assert {row["status"] for row in rows} == {"P"}
    manifest = get("/editions/2025").json()["manifest"]
    assert hashlib.sha256(answer.content).hexdigest() == manifest["T2.csv"]
    assert get("/editions/2025/tables/T2?format=csv").content == answer.content


def test_the_year_keeps_to_its_quarters(editions):
    quarters = [get(f"/editions/2025-Q{number}/tables/Q1").json()["cells"] for number in (1, 2, 3, 4)]
    year = {
        one["kind"]: one["value"] for one in get("/editions/2025/tables/T1").json()["cells"] if one["layer"] == "_T"
    }
    from monitor.disclosure.rounding import window

    for kind, value in year.items():
        windows = [window(one["value"]) for cells in quarters for one in cells if one["kind"] == kind]
        assert value <= sum(high for _low, high in windows) + 1
        assert value >= sum(low for low, _high in windows) - 1 or not value


def test_wrong_parameters_are_all_named_at_once(editions):
    answer = get("/editions?frequency=daily&page=0&colour=red")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    body = answer.json()
    assert {one["name"] for one in body["invalidParams"]} == {"frequency", "page", "colour"}
    assert body["status"] == 400
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize(
    "path", ["/editions/1999", "/editions/2025/tables/T99", "/nothing", "/editions/", "/editions/2025/"]
)
def test_what_is_not_there_is_a_problem(editions, path):
    answer = get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_only_reading_is_possible(editions, method):
    answer = getattr(Client(), method)("/api/v1/editions")
    assert answer.status_code == 405
    assert answer["Content-Type"].startswith("application/problem+json")


def test_trace_is_refused(editions):
    assert Client().trace("/api/v1/editions").status_code == 405


def test_an_unchanged_answer_is_not_sent_again_and_can_be_compressed(editions):
    first = get("/editions/2025/tables/T2")
    assert first["ETag"].startswith('"')
    assert get("/editions/2025/tables/T2", **{"If-None-Match": first["ETag"]}).status_code == 304
    packed = get("/editions/2025/tables/T2", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == first.content


def test_labels_are_dutch_or_english_by_request(editions):
    def label(**headers: str) -> str:
        return next(one for one in get("/dimensions", **headers).json()["results"] if one["id"] == "layer")["label"]

    assert label() == "Bestuurslaag"
    assert label(**{"Accept-Language": "en-GB,nl;q=0.5"}) == "Layer"


def test_the_document_is_valid_open_and_names_a_contact(editions):
    answer = get("/openapi.json")
    document = answer.json()
    validate(document)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert document["openapi"].startswith("3.")
    assert document["info"]["contact"]["email"]
    assert not [path for path in document["paths"] if path.endswith("/")]


def test_the_audit_says_that_it_has_not_been_done(editions):
    assert get("/editions/2025/audit").json()["result"] == "not_audited"
    with pytest.raises(SystemExit) as ended:
        call_command("audit_edition", "2025")
    assert ended.value.code == 2


def test_outside_demonstration_no_edition_is_built(editions):
    with override_settings(PRODUCTION=True), pytest.raises(EditionRefused, match="audited"):
        build_edition("2024")
    with override_settings(PRODUCTION=True), pytest.raises(CommandError):
        call_command("build_edition", "2024")


@pytest.mark.parametrize(("period", "why"), [("2025", "correction"), ("2099", "not over"), ("later", "not a year")])
def test_an_edition_that_cannot_be_is_refused_with_the_reason(editions, period, why):
    with pytest.raises(EditionRefused, match=why):
        build_edition(period)


def test_a_published_edition_never_changes(editions):
    edition = Edition.objects.get(id="2025")
    edition.base = 3
    with pytest.raises(EditionIsFinal):
        edition.save()
    table = edition.stored.first()
    table.rows = []
    with pytest.raises(EditionIsFinal):
        table.save()


def test_a_draft_is_not_public(editions):
    build_edition("2024-Q1")
    assert get("/editions/2024-Q1").status_code == 404


def test_the_pages_show_what_the_tables_say(editions):
    client = Client()
    page = client.get("/monitor/").content.decode()
    assert "4e kwartaal 2025" in page
    assert "<svg" in page
    for table in ("T1", "T2", "T6", "T8", "T10"):
        assert client.get(f"/monitor/2025/?tabel={table}").status_code == 200
    assert client.get("/monitor/2031/").status_code == 404
    assert "Voorlopig en afgerond" in client.get("/monitor/2025/").content.decode()


def test_without_editions_the_page_says_so(db):
    assert "Er zijn nog geen cijfers" in Client().get("/monitor/").content.decode()
