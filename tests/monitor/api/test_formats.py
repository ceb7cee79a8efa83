"""Tables in the formats of others, read back with their own libraries."""

import csv
import hashlib
import io
import re
import time
from collections import Counter
from html import unescape
from itertools import product
from math import prod

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client
from jsonstat_validator import validate_jsonstat
from pysdmx.io import read_sdmx

from monitor.editions.release import withdraw
from monitor.formats import FORMATS
from monitor.rules.catalogue import tables
from organisations.codes import code_list
from organisations.desk.saving import harmless
from tests.support import services
from tests.support.figures.editions import publishers

pytestmark = pytest.mark.django_db
YEARLY = [name for name, shape in tables().items() if not shape.quarterly]


def cells(get, table: str, edition: str = "2025") -> dict[tuple[str, ...], int]:
    body = get(f"/editions/{edition}/tables/{table}").json()
    names = [dimension["id"] for dimension in body["dimensions"]]
    return {tuple(cell[name] for name in names): cell["value"] for cell in body["cells"]}


def test_json_has_every_code_that_the_table_shows_and_adds_up(editions, get):
    body = get("/editions/2025/tables/T2").json()
    assert (body["edition"], body["table"], body["source"]) == ("2025", "T2", "register")
    values = cells(get, "T2")
    form = next(form for form in body["dimensions"] if form["id"] == "aggression_form")
    level1 = [code["code"] for code in form["codes"] if code["parent"] is None and code["code"] != "_T"]
    assert values["_T", "_T"] == sum(values[code, "_T"] for code in level1)
    assert all(value % 5 == 0 for value in values.values())
    assert body["cells"][0] == {"aggression_form": "_T", "group": "_T", "value": values["_T", "_T"], "period": "2025", "status": "A"}  # fmt: skip
    for dimension in get("/editions/2025/tables/T3").json()["dimensions"]:
        assert all(code["parent"] is None for code in dimension["codes"])  # T3 shows the first level only


def test_every_csv_is_the_file_that_the_manifest_names(editions, get):
    manifest = get("/editions/2025").json()["manifest"]
    for table in YEARLY:
        answer = get(f"/editions/2025/tables/{table}?format=csv", Accept_Language="en")
        assert hashlib.sha256(answer.content).hexdigest() == manifest[f"tables/{table}.csv"]
    by_accept = get("/editions/2025/tables/T2", Accept="text/csv")
    assert by_accept["Content-Type"] == "text/csv; charset=utf-8"
    assert by_accept["Content-Disposition"] == 'attachment; filename="weerbaar-2025-T2.csv"'
    assert by_accept.content == get("/editions/2025/tables/T2?format=csv").content
    rows = list(csv.DictReader(io.StringIO(by_accept.content.decode())))
    assert list(rows[0]) == ["aggression_form", "group", "period", "value", "status"]
    assert {(row["aggression_form"], row["group"]): int(row["value"]) for row in rows} == cells(get, "T2")


def test_csv_with_labels_and_the_mark_of_excel(editions, get):
    answer = get("/editions/2025/tables/T2?format=csv&labels=true&bom=true", Accept_Language="en")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert list(rows[0]) == ["aggression_form", "aggression_form_label", "group", "group_label", "period", "value", "status"]  # fmt: skip
    assert (rows[0]["group"], rows[0]["group_label"]) == ("_T", "Total")
    assert {row["group_label"] for row in rows if row["group"] == "mayor"} == {
        code_list("group")["mayor"].text.in_language("en")
    }
    assert [row["value"] for row in rows] == [str(value) for value in cells(get, "T2").values()]


def test_dutch_excel_opens_it_by_a_double_click(editions, get):
    answer = get("/editions/2025/tables/T2?format=csv&labels=true&bom=true&separator=semicolon")
    assert answer.content.startswith(b"\xef\xbb\xbfaggression_form;aggression_form_label;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["value"] for row in rows] == [str(value) for value in cells(get, "T2").values()]
    assert get("/editions/2025/tables/T2?format=csv&separator=tab").status_code == 400


def test_no_two_downloads_have_the_same_name(editions, get):
    options = [
        f"?format={name}{labels}{bom}{separator}{bounds}"
        for name in FORMATS
        for labels in ("", "&labels=true")
        for bom in ("", "&bom=true")
        for separator in ("", "&separator=semicolon")
        for bounds in ("", "&bounds=true")
    ]
    named: dict[str, set[bytes]] = {}
    for option, edition, table, words in product(options, ("2024", "2025"), ("T1", "T2"), ("nl", "en")):
        answer = get(f"/editions/{edition}/tables/{table}{option}", Accept_Language=words)
        name = re.search(r'filename="(.*?)"', answer["Content-Disposition"])[1]
        assert name.startswith(f"weerbaar-{edition}-{table}")
        named.setdefault(name, set()).add(answer.content)
    assert all(len(contents) == 1 for contents in named.values())
    withdraw("2024", publishers()[0], "Een organisatie telde dubbel.")
    answer = get("/editions/2024/tables/T1?format=csv")
    assert 'filename="weerbaar-2024-T1-withdrawn.csv"' in answer["Content-Disposition"]


@pytest.mark.parametrize("table", YEARLY)
@pytest.mark.parametrize("asked", ["?format=csv", "?format=csv&labels=true&bom=true&separator=semicolon"])
def test_csv_says_after_the_rest_what_each_number_can_stand_for(editions, get, table, asked):
    def read(address: str) -> list[list[str]]:
        text = get(f"/editions/2025/tables/{table}{address}").content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";" if "semicolon" in address else ","))

    plain, wide = read(asked), read(asked + "&bounds=true")
    assert [row[:-2] for row in wide] == plain, "the columns that were there stay where they are"
    assert wide[0][-2:] == ["low", "high"]
    cells = get(f"/editions/2025/tables/{table}?bounds=true").json()["cells"]
    assert [row[-2:] for row in wide[1:]] == [[str(cell["low"]), str(cell["high"])] for cell in cells]
    assert all(0 <= cell["low"] <= cell["value"] <= cell["high"] for cell in cells)


@pytest.mark.parametrize("table", ["T1", "T8"])
def test_json_stat_says_them_in_the_order_of_its_values(editions, get, table):
    cube = get(f"/editions/2025/tables/{table}?format=jsonstat&bounds=true").json()
    assert validate_jsonstat(cube)
    said = get(f"/editions/2025/tables/{table}?bounds=true").json()["cells"]
    wanted = Counter((row["value"], row["low"], row["high"]) for row in said)
    extension = cube["extension"]
    assert Counter(zip(cube["value"], extension["low"], extension["high"], strict=True)) == wanted


def test_the_ends_are_those_of_the_page_of_the_table(editions, get):
    total = get("/editions/2025/tables/T8?bounds=true").json()["cells"][0]
    assert (total["low"], total["high"]) == (total["value"] - 6, total["value"] + 6)
    page = Client().get("/monitor/2025/T8/").content.decode()
    (excel,) = re.findall(r'href="([^"]*semicolon[^"]*)"', page)
    text = Client().get(unescape(excel)).content.decode("utf-8-sig")
    shown = {(row["province"], row["kind"]): row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    few = Client().get("/monitor/2025/T8/?rij=province&toon=venster").content.decode()
    assert [cell for cell in shown.values() if f"({cell['low']} tot {cell['high']})" not in few] == []


@pytest.mark.parametrize("words", ["=1+1", "+31", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_made_harmless(words):
    assert harmless(words) == f"'{words}"
    assert harmless("Raadslid") == "Raadslid"


@pytest.mark.parametrize("table", YEARLY)
def test_json_stat_is_valid_and_whole(editions, get, table):
    answer = get(f"/editions/2025/tables/{table}?format=jsonstat")
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    cube = answer.json()
    assert validate_jsonstat(cube)
    assert len(cube["value"]) == prod(cube["size"])
    assert cube["id"] == [*tables()[table].dimensions, "period"]
    assert cube["role"] == {"time": ["period"]}
    assert cube["extension"] == {"edition": "2025", "editionStatus": "published", "table": table, "base": 5}
    for name, dimension in cube["dimension"].items():
        index, child = dimension["category"]["index"], dimension["category"].get("child", {})
        assert set(dimension["category"]["label"]) == set(index)
        named = [codes_below for children in child.values() for codes_below in children]
        assert name == "period" or sorted([*named, "_T"]) == sorted(
            index
        )  # each code has one parent; only the total has none


def test_json_stat_has_the_values_in_its_own_order(editions, get):
    cube = get("/editions/2025/tables/T3", Accept="application/json-stat+json")
    assert cube["Content-Type"] == "application/json-stat+json; charset=utf-8"
    cube, values = cube.json(), cells(get, "T3")
    indices = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    for codes, value in values.items():
        number = 0
        for size, index, code in zip(cube["size"], indices, [*codes, "2025"], strict=True):
            number = number * size + index.index(code)
        assert cube["value"][number] == value


@pytest.mark.parametrize(("edition", "table"), [("2025", "T2"), ("2025", "T11"), ("2025-Q3", "Q1")])
def test_sdmx_csv_is_read_back_by_pysdmx(editions, get, edition, table):
    answer = get(f"/editions/{edition}/tables/{table}?format=sdmx-csv")
    assert answer["Content-Type"] == "application/vnd.sdmx.data+csv;version=2.0.0"
    (dataset,) = read_sdmx(answer.content.decode()).data
    assert dataset.short_urn == f"Dataflow=WEERBAAR:{table}(1.0.0)"
    dimensions = tables()[table].dimensions
    assert list(dataset.data.columns) == [*dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]
    values = {tuple(row[name] for name in dimensions): int(row["OBS_VALUE"]) for _, row in dataset.data.iterrows()}
    assert values == cells(get, table, edition)
    assert set(dataset.data["TIME_PERIOD"]) == {edition}
    for accept in ("application/vnd.sdmx.data+csv;version=2.0.0", "application/vnd.sdmx.data+csv"):
        assert get(f"/editions/{edition}/tables/{table}", Accept=accept).content == answer.content


def test_a_browser_and_a_client_without_wishes_get_json(editions, get):
    for accept in ("", "*/*", "application/*", "text/html,application/xhtml+xml,*/*;q=0.8"):
        assert get("/editions/2025/tables/T1", Accept=accept)["Content-Type"] == "application/json; charset=utf-8", (
            accept
        )
    assert get("/editions/2025/tables/T1", Accept="application/json;q=0.1,text/csv")["Content-Type"].startswith(
        "text/csv"
    )


def test_an_answer_that_is_kept_is_the_one_that_was_made(editions, get, django_assert_max_num_queries):
    for asked in ("", "?format=jsonstat", "?format=csv&labels=true", "?format=sdmx-csv&bom=1"):
        first = get(f"/editions/2025/tables/T4{asked}")
        with django_assert_max_num_queries(1):
            again = get(f"/editions/2025/tables/T4{asked}")
        assert again.content == first.content
        ours = dict(first.headers)
        ours.pop("Allow", None)
        assert ours.items() <= dict(again.headers).items() | {
            ("Content-Security-Policy", ours["Content-Security-Policy"])
        }
        assert "frame-ancestors 'none'" in again["Content-Security-Policy"]
    assert get("/editions/2025/tables/T4").json()["title"] != get("/editions/2025/tables/T4", Accept_Language="en").json()["title"]  # fmt: skip


def _with_redis(settings, url: str) -> None:
    shared = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url,
        "OPTIONS": {"serializer": "monitor.api.kept.Bytes", "socket_connect_timeout": 0.2},
    }
    settings.CACHES = settings.CACHES | {"shared": shared}


def test_where_redis_is_out_answers_are_made_anew(editions, get, settings):
    _with_redis(settings, "redis://127.0.0.1:1")
    caches["published"].clear()
    assert get("/editions/2025/tables/T1").status_code == 200
    caches["published"].clear()
    assert get("/editions/2025/tables/T1").status_code == 200


@pytest.mark.redis
def test_what_one_process_made_another_finds_in_redis(editions, get, settings, monkeypatch):
    _with_redis(settings, services.redis())
    first = get("/editions/2025/tables/T1")
    caches["published"].clear()
    monkeypatch.setattr("monitor.api.tables.FORMATS", {})  # nothing can be made any more
    monkeypatch.setattr("monitor.api.tables.TableRequest.head", lambda *_args: HttpResponse())
    assert get("/editions/2025/tables/T1").content == first.content


def test_a_withdrawal_shows_within_the_time_that_a_process_believes_its_state(editions, get, settings, monkeypatch):
    settings.STATE_BELIEVED = 1
    monkeypatch.setattr("monitor.api.tables._believed", {})
    get("/editions/2025/tables/T1")
    assert get("/editions/2025/tables/T1")["Edition-Status"] == "published"
    withdraw("2025", publishers()[0], "A reason that everybody reads.")
    later = time.monotonic() + 1.1
    monkeypatch.setattr("monitor.api.tables.time.monotonic", lambda: later)
    assert get("/editions/2025/tables/T1")["Edition-Status"] == "withdrawn"
