"""Editions from before a code list changed: read with their own codes, under the names of today."""

import hashlib
import zipfile
from io import BytesIO

import pytest
from django.http import QueryDict
from django.test import Client

from monitor.archive import archive_of, catalogue_file
from monitor.catalogue import TOTAL, catalogue
from monitor.disclosure.proof.archive import verify
from monitor.editions import EditionRefused, build_edition
from monitor.models import Edition, EditionTable
from monitor.views.figures import table_context
from organisations.codes import Code
from tests.support.changed_lists import changed_lists
from tests.support.editions import page_of, publish, rows_in, the_editions, the_register

pytestmark = pytest.mark.django_db


BUSINESS, ROBOT = Code("business", "Handelszaak", "Business"), Code("robot", "Robot", "Robot")
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
    code = Code("shop", "Winkel", "Shop")
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
    assert [one for code, one in before.items() if code != TOTAL and one is not None] == []


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
    old = hashlib.sha256(catalogue_file()).hexdigest()
    top = Code("top_official", "Topambtenaar", "Top official", "official")
    member = Code("citizen_member", "Burgerraadslid", "Citizen member", "office_holder")
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
