"""Editions from before a code list changed: read with their own codes, under the names of today."""

import hashlib
import re
import zipfile
from io import BytesIO

import pytest
from django.http import QueryDict
from django.test import Client

from monitor.disclosure.proof.archive import verify
from monitor.editions.archive import archive_of, catalogue_today
from monitor.editions.build import EditionRefused, build_edition
from monitor.models import Edition, EditionTable
from monitor.pages.figures import table_context
from monitor.rules.catalogue import TOTAL, catalogue
from monitor.rules.factsheets import factsheets
from monitor.rules.indicators import indicators
from organisations.codes import Code
from organisations.texts import Text
from tests.support.figures.changed_lists import changed_lists
from tests.support.figures.editions import page_of, publish, rows_in, the_editions, the_register

pytestmark = pytest.mark.django_db


BUSINESS, ROBOT = Code("business", Text(nl="Handelszaak", en="Business")), Code("robot", Text(nl="Robot", en="Robot"))
PERPETRATORS = ({"company": "business", "action_group": "resident"}, [BUSINESS, ROBOT])


@pytest.fixture
def later():
    """Ten published editions, and then the perpetrators of a later version: a company is called a business, action
    groups count as residents, and robots are new."""
    the_editions()
    with changed_lists(perpetrator=PERPETRATORS):
        yield


def test_an_edition_from_before_a_change_is_read_with_its_own_codes_and_a_new_name(later):
    edition = Edition.objects.get(id="2024")
    stored = {tuple(codes): value for *codes, value in edition.stored.get(table="T12").rows}
    read_now = rows_in(edition, "T12")
    assert read_now["business", TOTAL] == stored["company", TOTAL]
    assert read_now["action_group", TOTAL] == stored["action_group", TOTAL], "merged: its number is only its own"
    assert read_now["resident", TOTAL] == stored["resident", TOTAL]
    page = page_of("/monitor/2024/T12/")
    assert "action_group" in page
    assert "Handelszaak" in page
    assert "Robot" not in page
    for address in (
        "/monitor/2025/T12/?naast=2024&toon=rij",
        "/monitor/2024/T12/?rij=aggression_form&kolom=perpetrator",
        "/monitor/",
        "/monitor/2024/",
    ):
        page_of(address)


def test_a_code_that_was_split_keeps_its_name_in_an_edition_from_before_that():
    """What counts in its place says less than it did."""
    the_editions()
    code = Code("shop", Text(nl="Winkel", en="Shop"))
    with changed_lists(perpetrator=({"company": "shop"}, [code, ROBOT]), narrower={"company"}):
        page = page_of("/monitor/2024/T12/")
    assert "Winkel" not in page
    assert "company" in page


def test_where_a_list_has_other_codes_than_then_only_its_total_is_compared(later):
    rows = [[*codes, 10] for codes in catalogue().tables["T12"].rows()]
    EditionTable.objects.filter(edition="2025", table="T12").update(rows=rows)
    grid = table_context(Edition.objects.get(id="2025"), "T12", QueryDict("naast=2024&kolom=geen"))["grid"]
    stored = rows_in(Edition.objects.get(id="2024"), "T12")
    before = {line.head.code: line.cells[0].before for line in grid.lines}
    assert before[TOTAL] == stored[TOTAL, TOTAL]
    assert {"resident", "business", "robot"} <= set(before)
    assert [value for code, value in before.items() if code != TOTAL and value is not None] == []


@pytest.mark.parametrize("asked", ["json", "csv", "csv&labels=true", "jsonstat", "sdmx-csv"])
def test_every_format_of_an_edition_from_before_a_change_has_the_same_cells(later, asked):
    answer = page_of(f"/api/v1/editions/2025/tables/T12?format={asked}")
    assert ("business" in answer, "company" in answer, "action_group" in answer, "robot" in answer) == (
        True,
        False,
        True,
        False,
    )
    assert page_of("/api/v1/editions/2025/figures")
    assert Client().get("/api/v1/editions/2025/archive").status_code == 200, "what was signed stays as it was"


def test_after_a_change_a_year_is_published_and_proven_with_earlier_ones_by_their_own_catalogue():
    """Functions too, by which years are linked: two are one now, and one is new."""
    the_register()
    publish("2024")
    old = hashlib.sha256(catalogue_today()).hexdigest()
    top = Code("top_official", Text(nl="Topambtenaar", en="Top official"), "official")
    member = Code("citizen_member", Text(nl="Burgerraadslid", en="Citizen member"), "office_holder")
    functions = ({"registrar": "top_official", "general_secretary": "top_official"}, [top, member])
    with changed_lists(perpetrator=PERPETRATORS, group=functions):
        with pytest.raises(EditionRefused, match="veranderd"):
            build_edition("2024-r2")
        edition = publish("2025")
        assert edition.audit["result"] == "safe"
        assert {codes[1] for codes in rows_in(edition, "T2")} >= {"top_official", "citizen_member"}
        archive = archive_of(edition)
        with zipfile.ZipFile(BytesIO(archive)) as packed:
            assert b"registrar" in packed.read("earlier/2024/T2.csv")
            assert hashlib.sha256(packed.read("earlier/2024/catalogue.json")).hexdigest() == old
            new = hashlib.sha256(packed.read("catalogue.json")).hexdigest()
        assert verify(BytesIO(archive), catalogues={old, new}).faults == []
        assert verify(BytesIO(archive), catalogues={new}).faults == [
            "earlier/2024/catalogue.json is not one that this program knows: get the program of that version, or ask"
        ]


# A code that is new


NEW = Code("brand_new", Text(nl="Gloednieuw", en="Brand-new"))
SHEETS = [sheet.slug for sheet in factsheets().factsheets.values()]
WITHOUT_ENDS = {"lead_time"}  # its classes have ends in the code


GROWN = sorted({*catalogue().published_dimensions, "kind_short"} - WITHOUT_ENDS)


@pytest.fixture
def grown():
    """Ten published editions, and then a new code in every list that a table shows."""
    the_editions()
    with changed_lists(**{name: ({}, [NEW]) for name in GROWN}):
        yield


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+", re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("slug", SHEETS)
def test_a_factsheet_from_before_a_code_says_what_was_not_counted_then(grown, slug):
    page = page_of(f"/monitor/factsheets/{slug}/?jaar=2025")
    assert "Gloednieuw" in page.split("Toen niet geteld:")[1].split("</p>")[0]
    assert "Gloednieuw" not in "".join(re.findall(r"<table.*?</table>", page, re.S)), "no zero of what was not counted"
    assert Client().get(f"/monitor/factsheets/{slug}.pdf?jaar=2025").status_code == 200


def test_a_new_code_changes_no_number_of_an_edition_from_before_it():
    the_editions()
    addresses = [f"/monitor/factsheets/{slug}/?jaar=2025" for slug in SHEETS]
    addresses += ["/monitor/", "/monitor/2025/", "/monitor/2025/T2/?naast=2024", "/api/v1/editions/2025/figures"]
    before = {address: _numbers(page_of(address)) for address in addresses}
    with changed_lists(**{name: ({}, [NEW]) for name in GROWN}):
        assert {address: _numbers(page_of(address)) for address in addresses} == before


def test_the_line_of_the_quarters_has_a_gap_where_a_kind_was_not_counted_then(grown):
    rows = [[*codes, 10] for codes in catalogue().tables["Q1"].rows()]
    EditionTable.objects.filter(edition="2025-Q4", table="Q1").update(rows=rows)
    page = page_of("/monitor/")
    assert page.count("toen niet geteld") == 7, "the quarters before the newest"
    assert "<dt>Gloednieuw</dt>" in page


def test_a_newer_edition_with_the_code_stands_beside_one_without(grown):
    for table in catalogue().tables.values():
        rows = [[*codes, 200] for codes in table.rows()]
        EditionTable.objects.filter(edition="2025", table=table.id).update(rows=rows)
    for slug in SHEETS:
        page = page_of(f"/monitor/factsheets/{slug}/")
        assert "Toen niet geteld" not in page
        assert "Gloednieuw" in page
        assert '<th scope="row">2024</th>' in page
    for table in catalogue().tables.values():
        if not table.quarterly:
            assert "Gloednieuw" in page_of(f"/monitor/2025/{table.id}/?naast=2024&rij={table.dimensions[0]}")


def test_an_indicator_of_a_new_code_is_not_counted_then_rather_than_zero(grown, monkeypatch):
    online = indicators()["share_online"]
    codes = online.numerator.codes | {"channel": [*online.numerator.codes["channel"], NEW.id]}
    numerator = online.numerator.model_copy(update={"codes": codes})
    monkeypatch.setitem(indicators(), "share_online", online.model_copy(update={"numerator": numerator}))
    figures = {
        figure["indicator"]: figure for figure in Client().get("/api/v1/editions/2025/figures").json()["results"]
    }
    assert (figures["share_online"]["value"], figures["share_online"]["reason"]) == (None, "not_counted_then")
    assert figures["share_severe"]["reason"] is None
    row = page_of("/monitor/").split(online.text.dutch)[1].split("</tr>")[0]
    assert "toen niet geteld" in row
    assert "per e-mail, sociale media" not in page_of("/monitor/factsheets/ambtsdragers/")


def test_a_factsheet_about_a_new_code_says_that_a_year_did_not_count_it(grown, monkeypatch):
    aldermen = factsheets().whom["aldermen"]
    wider = aldermen.model_copy(update={"codes": {"group": ["alderman", NEW.id]}})
    monkeypatch.setitem(factsheets().whom, "aldermen", wider)
    page = page_of("/monitor/factsheets/wethouders/", 404)
    assert "In de cijfers van 2025 werd dit nog niet apart geteld." in page
    page_of("/monitor/factsheets/wethouders.pdf", 404)
    for table in catalogue().tables.values():
        rows = [[*codes, 200] for codes in table.rows()]
        EditionTable.objects.filter(edition="2025", table=table.id).update(rows=rows)
    page = page_of("/monitor/factsheets/wethouders/")
    assert '<th scope="row">2024</th>' not in page
    assert "eerste jaar met cijfers" in page


@pytest.mark.parametrize("table", ["T2", "T10", "T19"])
def test_an_edition_from_before_a_table_is_read_without_it(table):
    the_editions("2024", "2025")
    EditionTable.objects.filter(edition="2024", table=table).delete()
    for address in (
        "/monitor/",
        "/monitor/2024/",
        f"/monitor/2025/{table}/?naast=2024",
        "/api/v1/editions/2024/figures",
    ):
        page_of(address)
    for address in (f"/monitor/2024/{table}/", f"/api/v1/editions/2024/tables/{table}"):
        page_of(address, 404)
    for slug in SHEETS:
        page_of(f"/monitor/factsheets/{slug}/?jaar=2025")
        assert Client().get(f"/monitor/factsheets/{slug}/?jaar=2024").status_code in (200, 404)
    if table != "T10":
        assert "nog niet apart geteld" in page_of("/monitor/factsheets/wethouders/?jaar=2024", 404)
