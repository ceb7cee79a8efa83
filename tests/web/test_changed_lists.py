"""Editions from before a code list changed: read with their own codes, under the names of today."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.core.cache import caches
from django.http import QueryDict
from django.test import Client

from monitor.archive import catalogue_file, contents_of, stored_contents
from monitor.catalogue import TOTAL, catalogue
from monitor.models import Edition, EditionTable
from monitor.views.figures import table_context
from organisations.codes import _LISTS, Code, Replaced, code_list
from tests.support.editions import page_of, rows_in, the_editions

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Ten published editions, and then the perpetrators of a later version: a company is called a business, action
    groups count as residents, and robots are new."""
    the_editions()
    codes = code_list("perpetrator")
    kept = [code for code in codes.codes if code.id not in ("company", "action_group")]
    monkeypatch.setitem(
        _LISTS,
        "perpetrator",
        replace(
            codes,
            version=2,
            codes=(*kept, Code("business", "Handelszaak", "Business"), Code("robot", "Robot", "Robot")),
            replaced={
                "company": Replaced("company", "business", 2),
                "action_group": Replaced("action_group", "resident", 2),
            },
        ),
    )
    _forget_answers()
    yield
    _forget_answers()


def _forget_answers() -> None:
    """As a new version of the software does, whose answers have other keys."""
    for name in {"published", "shared"} & set(settings.CACHES):
        caches[name].clear()


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


def test_a_new_edition_carries_earlier_ones_under_the_names_of_its_own_catalogue(later):
    old = stored_contents(Edition.objects.get(id="2025"))
    assert b"company" in contents_of(old)["earlier/2024/T12.csv"]
    new = contents_of(replace(old, catalogue=catalogue_file.__wrapped__()))
    assert b"business" in new["earlier/2024/T12.csv"]
    assert b"company" not in new["earlier/2024/T12.csv"]
