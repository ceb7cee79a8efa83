"""The API of the figures over HTTP, by the NL API Design Rules."""

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from openapi_spec_validator import validate

from monitor.editions.profiles import every_indicator, profile_indicators
from monitor.editions.release import withdraw
from monitor.models import Edition
from monitor.rules.catalogue import tables
from monitor.rules.indicators import indicators
from organisations.codes import _LISTS, Replaced, code_list
from tests.support.figures.editions import publishers

pytestmark = pytest.mark.django_db
REASON = "A class of size was counted twice."


def test_the_list_has_the_agreed_shape_newest_first(editions, get):
    body = get("/editions").json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert body["count"] == 10
    newest = body["results"][0]
    assert set(newest) == {
        "id", "number", "cutOffDate", "publishedAt", "status", "method", "base", "tables", "softwareVersion", "manifest",
    }  # fmt: skip
    assert (newest["id"], newest["status"], newest["base"], newest["cutOffDate"]) == (
        "2025",
        "published",
        5,
        "2025-12-31",
    )
    assert newest["tables"] == [name for name, table in tables().items() if not table.quarterly]
    assert newest["publishedAt"].endswith("Z")


def test_the_list_can_be_narrowed_and_its_links_keep_that(editions, get, monkeypatch):
    monkeypatch.setattr("monitor.api.views.PAGE", 3)
    body = get("/editions?frequency=quarterly&page=2").json()
    assert body["count"] == 8
    assert {edition["id"][4:6] for edition in body["results"]} == {"-Q"}
    assert body["next"] == "/api/v1/editions?page=3&frequency=quarterly"
    assert body["previous"] == "/api/v1/editions?page=1&frequency=quarterly"
    assert get("/editions?page=9").status_code == 404


def test_a_withdrawn_edition_stays_readable_and_says_so_everywhere(editions, get):
    assert get("/editions/2025/tables/T1").json()["editionStatus"] == "published"
    withdraw("2025", publishers()[0], REASON)
    edition = get("/editions/2025").json()
    assert (edition["status"], edition["withdrawnBecause"]) == ("withdrawn", REASON)
    assert edition["withdrawnAt"].endswith("Z")
    table = get("/editions/2025/tables/T1")
    assert table["Edition-Status"] == "withdrawn"
    assert table.json()["editionStatus"] == "withdrawn"
    assert REASON in table.json()["note"]
    assert REASON in get("/editions/2025/tables/T1?format=jsonstat").json()["note"][0]
    assert get("/editions/2025/tables/T1?format=csv")["Edition-Status"] == "withdrawn"
    assert [edition["id"] for edition in get("/editions?status=withdrawn").json()["results"]] == ["2025"]
    assert get("/editions?status=published").json()["count"] == 9


def test_the_audit_is_the_one_that_was_stored(editions, get):
    audit = get("/editions/2025/audit").json()
    assert audit == Edition.objects.get(id="2025").audit
    assert (audit["result"], audit["targets"]) == ("safe", audit["proven"])


def test_the_archive_holds_every_file_of_the_manifest(editions, get):
    answer = get("/editions/2025/archive", Accept_Encoding="gzip")
    assert answer["Content-Type"] == "application/zip"
    assert "Content-Encoding" not in answer.headers
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = get("/editions/2025").json()["manifest"]
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in manifest} == manifest
    assert json.loads(files["manifest.json"])["files"] == manifest
    assert get("/editions/2025/archive").content == answer.content
    assert get("/editions/2025/archive", If_None_Match=answer["ETag"]).status_code == 304


def test_each_indicator_says_how_it_is_made(editions, get):
    listed = {indicator["id"]: indicator for indicator in get("/indicators").json()["results"]}
    assert list(listed) == list(every_indicator())
    assert set(indicators()) < set(listed)
    assert {indicator["source"] for indicator in listed.values()} == {"register", "profile"}
    assert (listed["reports_per_100"]["rule"], listed["reports_per_100"]["by"]) == ("rate", "group")
    active = get("/indicators/organisations_active").json()
    assert (active["source"], active["numerator"], active["by"]) == ("profile", None, "layer")
    share = get("/indicators/share_founded").json()
    assert share == listed["share_founded"]
    assert share["rule"] == "share"
    assert share["numerator"]["codes"]["kind"] == ["integrity"]
    assert share["denominator"]["table"] == "T10"
    assert listed["reports"]["denominator"] is None


def test_figures_come_from_the_published_tables(editions, get):
    figures = {figure["indicator"]: figure for figure in get("/editions/2025/figures").json()["results"]}
    assert set(figures) == set(every_indicator())
    total = next(
        cell for cell in get("/editions/2025/tables/T1").json()["cells"] if cell["kind"] == cell["layer"] == "_T"
    )
    assert figures["reports"] == {
        "indicator": "reports", "label": "Meldingen", "value": total["value"], "low": total["value"] - 6, "high": total["value"] + 6,
        "unit": "count", "reason": None, "table": "T1",
    }  # fmt: skip
    anonymous = {
        cell["known_as"]: cell["value"]
        for cell in get("/editions/2025/tables/T17").json()["cells"]
        if cell["kind"] == cell["layer"] == "_T"
    }
    share = figures["share_anonymous"]
    assert abs(share["value"] - 100 * anonymous["anonymous"] / anonymous["_T"]) <= 0.5
    for figure in (figures[name] for name in indicators()):
        assert (figure["value"] is None) == (figure["reason"] in {"too_few", "beyond_last_class"})


def test_a_quarter_has_the_figure_that_its_table_carries(editions, get):
    body = get("/editions/2025-Q2/figures").json()
    total = next(cell for cell in get("/editions/2025-Q2/tables/Q1").json()["cells"] if cell["kind"] == "_T")
    assert [(figure["indicator"], figure["value"]) for figure in body["results"] if figure["table"]] == [
        ("reports", total["value"])
    ]


def test_profiles_give_exact_counts_of_organisations_by_layer(editions, get):
    for period in ("2025", "2025-Q2"):
        figures = {figure["indicator"]: figure for figure in get(f"/editions/{period}/figures").json()["results"]}
        active = figures["organisations_active"]
        assert (active["value"], active["unit"], active["reason"], active["table"]) == (375, "count", None, None)
        assert {part["code"]: (part["value"], part["of"]) for part in active["parts"]} == {
            "municipality": (342, 342), "province": (12, 12), "water_authority": (21, 21),
        }  # fmt: skip
        assert figures["organisations_with_protocol"]["value"] == 0
        assert {part["of"] for part in figures["prevention_items_done"]["parts"]} == {0}
    english = get("/editions/2025/figures", Accept_Language="en").json()["results"]
    active = next(figure for figure in english if figure["indicator"] == "organisations_active")
    assert [part["label"] for part in active["parts"]] == ["Municipality", "Province", "Water authority"]


def test_reports_per_100_are_given_by_function_with_an_interval_or_a_reason(editions, get):
    figures = {figure["indicator"]: figure for figure in get("/editions/2025/figures").json()["results"]}
    rate = figures["reports_per_100"]
    assert (rate["value"], rate["reason"], rate["unit"], rate["table"]) == (None, "only_parts", "per_100", "T4")
    parts = {part["code"]: part for part in rate["parts"]}
    cells = get("/editions/2025/tables/T4").json()["cells"]
    mayors = next(cell["value"] for cell in cells if cell["channel"] == "_T" and cell["group"] == "mayor")
    assert parts["mayor"]["of"] == 342
    assert abs(parts["mayor"]["value"] - 100 * mayors / 342) <= 0.05
    assert parts["mayor"]["low"] < parts["mayor"]["value"] < parts["mayor"]["high"]
    assert (parts["council_member"]["value"], parts["council_member"]["reason"]) == (None, "holders_not_known")
    assert (parts["dike_reeve"]["value"], parts["dike_reeve"]["reason"]) == (None, "too_few")
    assert "not_given" not in parts


def test_figures_are_as_the_document_describes_them(editions, get):
    shapes = get("/openapi.json").json()["components"]["schemas"]
    for figure in get("/editions/2025/figures").json()["results"]:
        assert set(figure) <= set(shapes["Figure"]["properties"])
        assert set(shapes["Figure"]["required"]) <= set(figure)
        for part in figure.get("parts", []):
            assert set(shapes["FigurePart"]["required"]) <= set(part) <= set(shapes["FigurePart"]["properties"])
    assert {figure["indicator"] for figure in get("/editions/2025/figures").json()["results"]} >= set(
        profile_indicators()
    )


def test_too_few_counted_gives_a_reason_and_no_value():
    from monitor.api.figures import _entry

    rows = {("_T", "_T", "_T"): 95, ("anonymous", "_T", "_T"): 20}
    assert _entry(indicators()["share_anonymous"], rows)["reason"] == "too_few"
    assert _entry(indicators()["share_anonymous"], rows)["value"] is None
    bins = {("_T", "_T"): 400, ("longer", "_T"): 400}
    assert (
        _entry(indicators()["lead_time_p90"], bins | dict.fromkeys(_bins(), 0) | bins)["reason"] == "beyond_last_class"
    )


def _bins() -> list[tuple[str, str]]:
    from organisations.codes import code_list

    return [(code.id, "_T") for code in code_list("lead_time").codes]


def test_dimensions_have_codes_with_parents_and_labels_by_request(editions, get):
    form = get("/dimensions/aggression_form").json()
    assert form in get("/dimensions").json()["results"]
    assert form["codes"][0] == {"code": "_T", "label": "Totaal", "parent": None}
    assert {code["parent"] for code in form["codes"]} >= {None, "verbal", "physical"}
    assert (form["version"], form["replaced"]) == (1, [])
    assert get("/dimensions/layer").json()["label"] == "Bestuurslaag"
    for wanted in ("en-GB,nl;q=0.5", "nl;q=0.1,en"):
        english = get("/dimensions/layer", Accept_Language=wanted)
        assert (english.json()["label"], english["Content-Language"]) == ("Layer", "en")


def test_a_dimension_tells_what_counts_in_the_place_of_a_former_code(get, monkeypatch):
    former = Replaced("shaming", by="belittling", since=2, narrower=True)
    changed = replace(code_list("aggression_form"), version=2, replaced={"shaming": former})
    monkeypatch.setitem(_LISTS, "aggression_form", changed)
    form = get("/dimensions/aggression_form").json()
    assert form["version"] == 2
    assert form["replaced"] == [{"code": "shaming", "by": "belittling", "since": 2, "narrower": True}]
    assert form in get("/dimensions").json()["results"]


def test_every_answer_names_the_version_of_the_api_errors_too(editions, get):
    paths = (
        "/editions",
        "/editions/2025",
        "/editions/1999",
        "/nothing",
        "/editions?no=1",
        "/openapi.json",
        "/indicators",
        "/catalog",
        "/editions/2025/tables/T1",
        "/editions/2025/archive",
        "/oauth/token",
    )
    for path in paths:
        assert get(path)["API-Version"] == settings.API_VERSION == "1.4.0", path


def test_wrong_parameters_are_all_named_at_once(editions, get):
    answer = get("/editions?frequency=daily&page=0&colour=red&status=secret")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert {param["name"] for param in answer.json()["invalidParams"]} == {"frequency", "page", "colour", "status"}
    answer = get("/editions/2025/tables/T2?format=xml&labels=perhaps&colour=red")
    assert {param["name"] for param in answer.json()["invalidParams"]} == {"format", "labels", "colour"}
    assert get("/editions/2025?format=json").status_code == 400
    assert get("/catalog?format=csv").status_code == 400


@pytest.mark.parametrize("path", ["/editions/2025/tables/T2", "/catalog", "/editions"])
def test_what_cannot_be_made_is_not_acceptable(editions, get, path):
    answer = get(path, Accept="image/png")
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert set(answer.json()) == {"status", "title", "detail"}


@pytest.mark.parametrize(
    "path",
    ["/editions/1999", "/editions/2025/tables/T99", "/editions/2025/tables/Q1", "/nothing", "/editions/", "/editions/2025/", "/indicators/x", "/dimensions/organisation", "/editions/%00", "/editions/2025/tables/%00", "/editions/1999/archive"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem(editions, get, path):
    answer = get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/editions", "/editions/2025/tables/T2", "/catalog"])
def test_only_reading_is_possible(editions, method, path):
    answer = getattr(Client(), method)("/api/v1" + path)
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_trace_is_refused(editions):
    assert Client().trace("/api/v1/editions").status_code == 405


@pytest.mark.parametrize(
    "path", ["/editions", "/editions/2025", "/editions/2025/tables/T2", "/editions/2025/figures", "/indicators", "/catalog", "/openapi.json"]
)  # fmt: skip
def test_an_unchanged_answer_is_not_sent_again_and_can_be_compressed(editions, get, path):
    first = get(path)
    assert first["ETag"].startswith('"')
    again = get(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert get(path, If_None_Match=f"W/{first['ETag']}").status_code == 304
    assert get(path, If_None_Match='"other"').status_code == 200
    packed = get(path, Accept_Encoding="br, gzip;q=0.5")
    assert packed["ETag"] not in {first["ETag"], ""}
    assert packed["ETag"].startswith('"')
    assert gzip.decompress(packed.content) == first.content
    assert "Content-Encoding" not in get(path, Accept_Encoding="gzip;q=0").headers
    assert get(path, Accept_Encoding="gzip", If_None_Match=packed["ETag"]).status_code == 304
    assert {"Accept", "Accept-Language", "Accept-Encoding", "Authorization"} <= set(first["Vary"].split(", "))


def test_the_document_is_valid_open_and_names_a_contact(editions, get):
    answer = get("/openapi.json")
    document = answer.json()
    validate(document)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert document["openapi"].startswith("3.")
    assert document["info"]["contact"]["email"]
    assert not [path for path in document["paths"] if path.endswith("/")]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                assert "API-Version" in response["headers"], path
                if status.startswith("4"):
                    assert list(response["content"]) == ["application/problem+json"], path


def test_every_address_is_in_the_document(editions, get):
    from monitor.api.urls import urlpatterns

    ours = {
        "/" + str(pattern.pattern).replace("<str:", "{").replace(">", "}")
        for pattern in urlpatterns
        if pattern.name not in {"unknown", "openapi"}
    }
    assert ours <= set(get("/openapi.json").json()["paths"])


def test_no_address_is_built_from_the_host(editions):
    for path in ("editions", "catalog", "openapi.json", "editions/2025", "indicators"):
        answer = Client().get(f"/api/v1/{path}", headers={"Host": "foreign.example"})
        assert b"foreign" not in answer.content, path
    assert reverse("editions") == "/api/v1/editions"


def test_a_draft_does_not_exist_for_the_api(editions, get):
    Edition.objects.create(id="2026-Q1", number=99, cut_off_date="2026-03-31", method="x", base=5, software_version="1")
    for path in ("", "/audit", "/archive", "/figures", "/tables/Q1"):
        assert get(f"/editions/2026-Q1{path}").status_code == 404
    assert get("/editions").json()["count"] == 10
