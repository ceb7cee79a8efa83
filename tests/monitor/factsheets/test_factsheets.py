"""Factsheets as pages: every number is one of the tables, every whom is named, and no edition means no numbers."""

import csv
import io
import re
from copy import deepcopy
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from lxml import html

from monitor.editions.release import withdraw
from monitor.factsheets.reading import COUNTED, read_sheet
from monitor.models import Edition, EditionTable
from monitor.rules.catalogue import TOTAL, tables
from monitor.rules.factsheets import HERE, Factsheets, Survey, factsheets, survey
from monitor.rules.indicators import LEAD_TIME_ENDS
from organisations.codes import code_list
from organisations.rule_files import read_rules
from tests.support.figures.editions import publishers, the_editions
from tests.support.pages import in_one_line
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
SHEETS = factsheets().factsheets
WHY = "In deze tabellen ontbrak een provincie."


def _page(slug: str, *, english: bool = False, year: str = ""):
    prefix, query = "/en" if english else "", f"?jaar={year}" if year else ""
    answer = Client().get(f"{prefix}/monitor/factsheets/{slug}/{query}")
    assert answer.status_code == 200
    return html.fromstring(in_one_line(answer.content.decode()))


def _rows(page, block: str) -> dict[str, int]:
    rows = {}
    for row in page.xpath(f"//section[@aria-labelledby='{block}']//table//tr[td]"):
        label, value = row.xpath("string(th)"), row.xpath("string(td[1])")
        rows[label] = int(re.sub(r"[.,]", "", value))
    return rows


def _stored(edition: Edition, table: str) -> dict[tuple, int]:
    return {tuple(codes): value for *codes, value in edition.stored.get(table=table).rows}


def _published(edition: Edition, table: str, codes: dict[str, list[str]]) -> int:
    rows_of_cells = product(*(codes.get(dimension, [TOTAL]) for dimension in tables()[table].dimensions))
    stored = _stored(edition, table)
    return sum(stored[codes_of_row] for codes_of_row in rows_of_cells)


@pytest.mark.parametrize("english", [False, True])
def test_all_factsheets_say_only_what_the_tables_say(english):
    _before, edition = the_editions("2024", "2025")
    for sheet in SHEETS.values():
        page = _page(sheet.slug, english=english)
        for name, figure in sheet.charts.items():
            whom = factsheets().whom_of(sheet, figure)
            codes = whom.codes | ({"kind": [figure.kind]} if figure.kind else {})
            shown = _rows(page, name)
            labels = {code.text.in_language("en" if english else "nl"): code.id for code in code_list(figure.by).level1}
            total = shown.pop("Total" if english else "Totaal")
            assert total == _published(edition, figure.table, codes), (sheet.id, name)
            assert sum(shown.values()) == total, (sheet.id, name)
            for label, value in shown.items():
                part = codes | {figure.by: [labels[label]]}
                assert value == _published(edition, figure.table, part), (sheet.id, name, label)
            about = page.xpath(f"string(//section[@aria-labelledby='{name}']//p[1])")
            assert whom.text.in_language("en" if english else "nl") in about
            says_so = "separate figure" if english else "Een apart cijfer voor"
            assert (says_so in about) == bool(figure.of), (sheet.id, name)
            said = page.xpath(f"string(//section[@aria-labelledby='{name}']//p[last()])")
            added = len(whom.codes.get("group", [TOTAL]))
            assert "%" not in said or total >= 100 * added, (sheet.id, name)


@pytest.mark.parametrize("english", [False, True])
def test_the_days_that_are_said_are_of_the_cases_that_are_named(english):
    (edition,) = the_editions("2025")
    for sheet in SHEETS.values():
        figure = sheet.charts["lead_time"]
        caption, whom = COUNTED[figure.population_and_kind], factsheets().whom_of(sheet, figure)
        kinds = {"aggression": ["aggression"], "": [TOTAL]}[figure.population_and_kind[1]]
        block = read_sheet(sheet, edition, []).blocks["lead_time"]
        page = _page(sheet.slug, english=english).xpath("//section[@aria-labelledby='lead_time']")[0]
        with override("en" if english else "nl"):
            assert str(caption) in page.xpath("string(p[1])")
        classes = {
            code.id: whom.codes | {"kind": kinds, "lead_time": [code.id]} for code in code_list("lead_time").codes
        }
        counts = [_published(edition, figure.table, codes) for codes in classes.values()]
        assert sum(counts) == block.total.value
        said = [sentence for sentence in page.xpath("p/text()") if re.match("De helft|Negen|Half|Nine", sentence)]
        for tenths, measure, words in zip((5, 9), block.measures.values(), said, strict=True):
            index = next(n for n in range(6) if 10 * sum(counts[: n + 1]) >= tenths * sum(counts))
            start, end = (0, *LEAD_TIME_ENDS)[index], LEAD_TIME_ENDS[index]
            part = (tenths * sum(counts) / 10 - sum(counts[:index])) / counts[index]
            assert measure.value == max(round(start + (end - start) * part), measure.low), sheet.id
            ends = f"{measure.low} {'to' if english else 'tot'} {measure.high}"
            assert f"{ends if measure.low else measure.high} {'days' if english else 'dagen'}." in words, sheet.id


@pytest.mark.parametrize(
    ("longest", "half", "tenth", "shown"),
    [
        (900, "Bij de helft duurde het meer dan een jaar.", "Bij een op de tien duurde het meer dan een jaar.", ["meer dan een jaar"] * 2),
        (60, "De helft was gesloten binnen 8 tot 30 dagen.", "Bij een op de tien duurde het meer dan een jaar.", ["meer dan een jaar"]),
        (50, "De helft was gesloten binnen 8 tot 30 dagen.", "Bij een op de tien duurde het minstens 8 dagen.", ["8 dagen of meer"]),
    ],
)  # fmt: skip
def test_days_beyond_the_last_class_are_no_small_number(longest, half, tenth, shown):
    (edition,) = the_editions("2025")
    counts = {TOTAL: 425 + longest, "d30": 425, "longer": longest}
    rows = [[*codes, counts.get(codes[0], 0)] for codes in tables()["T19"].rows()]
    EditionTable.objects.filter(edition=edition, table="T19").update(rows=rows)
    said = words_of(Client().get("/monitor/factsheets/ambtsdragers/"))
    assert half in said
    assert tenth in said
    assert "te weinig om een aantal dagen" not in said
    row = html.fromstring(Client().get("/monitor/").content.decode()).xpath(
        "//tr[starts-with(th, 'Doorlooptijd')]/td[1]"
    )
    assert [words for words in (" ".join(cell.text_content().split()) for cell in row) if words in shown] == shown
    figures = Client().get("/api/v1/editions/2025/figures").json()["results"]
    p90 = next(picture for picture in figures if picture["indicator"] == "lead_time_p90")
    assert (p90["value"], p90["reason"]) == (None, "beyond_last_class")
    assert p90["low"] == (8 if longest == 50 else 366)


def test_no_share_that_can_be_nearly_anything_is_a_key_number():
    the_editions("2024", "2025")
    spans = []
    for sheet, year in product(SHEETS.values(), ("2024", "2025")):
        for tile in _page(sheet.slug, year=year).xpath("//dl/div[contains(dd, '%')]"):
            low, high = re.search(r"(\d+) (?:tot|en) (\d+)%", tile.xpath("string(dd)")).groups()
            spans.append(int(high) - int(low))
    assert spans
    assert max(spans) <= 20


def test_what_is_about_another_group_comes_last_and_says_so_at_its_heading():
    the_editions("2024", "2025")
    for sheet in SHEETS.values():
        page = _page(sheet.slug)
        order = page.xpath("//section/@aria-labelledby")
        others = [name for name, figure in [*sheet.charts.items(), ("timeliness", sheet.timeliness)] if figure.of]
        own = [name for name in [*sheet.charts, "timeliness"] if name not in others]
        assert max(map(order.index, own)) < order.index("wider") < min(map(order.index, others)), sheet.id
        for name, figure in [*sheet.charts.items(), ("timeliness", sheet.timeliness)]:
            label = page.xpath(f"string(//h2[@id='{name}']/span[@class='wb-whom'])")
            assert label == (f"Over {factsheets().whom[figure.of].text.dutch}" if figure.of else ""), (sheet.id, name)


@pytest.mark.parametrize("slug", ["wethouders", "gemeenten", "waterschappen", "medewerkers"])
def test_each_figure_leads_to_the_table_with_the_same_numbers(slug):
    the_editions("2024", "2025")
    page = _page(slug)
    for name in SHEETS[next(sheet.id for sheet in SHEETS.values() if sheet.slug == slug)].charts:
        shown = _rows(page, name)
        (link,) = page.xpath(f"//section[@aria-labelledby='{name}']//a/@href")
        table = html.fromstring(Client().get(link).content.decode()).xpath("//table[contains(@class, 'figures')]")[0]
        by_table: dict[str, int] = {}
        heads = [head.text_content().strip() for head in table.xpath("thead/tr/th")][1:]
        for row in table.xpath(".//tbody/tr"):
            numbers = [int(cell.text_content().split("(")[0].replace(".", "")) for cell in row.xpath("td")]
            # Of several functions each stands in its column.
            asked = [index for index, head in enumerate(heads) if head.lower() in _functions(slug)] or [0]
            by_table[row.xpath("string(th)").strip().rstrip("+− \xa0")] = sum(numbers[index] for index in asked)
        assert shown.items() <= by_table.items(), (slug, name)
        assert not any(by_table[label] for label in by_table.keys() - shown), "what can never be counted there"


def _functions(slug: str) -> set[str]:
    whom = factsheets().whom[
        {"gemeenten": "of_municipalities", "waterschappen": "of_water_authorities"}.get(slug, "mayors")
    ]
    return {code_list("group")[code].text.dutch.lower() for code in whom.codes["group"]}


def test_why_timeliness_cannot_be_said_is_said():
    the_editions("2025")
    said = _page("waterschappen").xpath("string(//section[@aria-labelledby='timeliness'])")
    assert "niet te zeggen: er zijn er minder dan 100 geteld" in said
    shares = _page("ambtsdragers").xpath("//section[@aria-labelledby='timeliness']//td[1]/text()")
    assert any(re.fullmatch(r"\d+% \(\d+ tot \d+%\)", words_of_share) for words_of_share in shares)


def test_s16_the_factsheet_of_aldermen_agrees_with_the_tables():
    the_editions("2024", "2025")
    page = _page("wethouders")
    answer = Client().get("/api/v1/editions/2025/tables/T2?format=csv")
    table = {
        row["aggression_form"]: int(row["value"])
        for row in csv.DictReader(io.StringIO(answer.content.decode()))
        if row["group"] == "alderman"
    }
    total = table[TOTAL]
    assert _rows(page, "forms")["Totaal"] == total
    assert _rows(page, "forms")["Bedreigen of bang maken"] == table["threat_intimidation"]
    assert f"ongeveer {total}" in page.xpath("string(//article/p[@class='wb-sheet__headline'])")
    years = {
        row.xpath("string(th)"): [text.strip() for text in row.xpath("td/text()")]
        for row in page.xpath("//section[@aria-labelledby='trend']//tbody/tr")
    }
    assert years["2025"] == [str(total), f"{total - 6} tot {total + 6}"]
    assert "meldingen van agressie tegen wethouders" in page.text_content()


def test_what_comes_of_a_survey_is_told_apart_from_the_register():
    the_editions("2025")
    part = _page("wethouders").xpath("//section[@aria-labelledby='survey']")[0].text_content()
    part = re.sub(r"[ \n]+", " ", part)
    assert "Uit de enquête van het ministerie" in part
    assert "niet uit het register" in part
    assert "46%\xa0(2020), 67%\xa0(2022)" in part
    assert "Monitor Integriteit en Veiligheid 2022" in part
    assert all(str(share) not in part for share in survey().lines["employees_aggression"].values.values())


def test_an_earlier_year_is_shown_as_it_was():
    before, _now = the_editions("2024", "2025")
    page = _page("raadsleden", year="2024")
    total = _published(before, "T2", {"group": ["council_member"]})
    assert f"In 2024 waren er ongeveer {total} meldingen" in page.text_content()
    assert "2025" not in page.xpath("string(//section[@aria-labelledby='trend'])")


def test_without_a_yearly_edition_it_says_when_the_first_comes():
    the_editions("2025-Q1")
    with time_machine.travel("2025-11-03T12:00:00+01:00"):
        for path in ("", "wethouders/"):
            said = words_of(Client().get(f"/monitor/factsheets/{path}"))
            assert "De cijfers over 2025 kunnen worden gemaakt vanaf 2 januari 2026." in said
        assert Client().get("/monitor/factsheets/wethouders.pdf").status_code == 404


def test_under_embargo_there_is_no_factsheet_yet():
    edition = the_editions("2025")[0]
    Edition.objects.filter(id=edition.id).update(
        status="embargoed", published_at=None, embargo_until=timezone.now() + timedelta(days=1)
    )
    assert "Er is nog geen factsheet" in words_of(Client().get("/monitor/factsheets/wethouders/"))
    assert Client().get("/monitor/factsheets/wethouders.pdf?jaar=2025").status_code == 404


def test_a_withdrawn_year_stands_only_with_its_mark_and_reason():
    the_editions("2024", "2025")
    withdraw("2024", publishers()[1], WHY)
    marked = _page("gemeenten", year="2024")
    assert WHY in marked.xpath("string(//article/div[@role='note'])")
    page = _page("gemeenten")
    assert not page.xpath("//article/div[@role='note']")
    assert "2024" not in page.xpath("string(//section[@aria-labelledby='trend'])")
    assert "2024 (ingetrokken)" in page.text_content()
    withdraw("2025", publishers()[1], WHY)
    assert WHY in _page("gemeenten").xpath("string(//article/div[@role='note'])")
    assert WHY in words_of(Client().get("/monitor/factsheets/"))


@pytest.mark.parametrize("path", ["ministers/", "ministers.pdf", "wethouders/?jaar=1999", "wethouders/?jaar=2025-Q1"])
def test_what_is_not_there_is_not_found(path):
    the_editions("2025")
    assert Client().get(f"/monitor/factsheets/{path}").status_code == 404


def test_the_list_leads_to_every_factsheet():
    the_editions("2025")
    page = html.fromstring(Client().get("/monitor/factsheets/").content.decode())
    links = page.xpath("//main//a/@href")
    assert [f"/monitor/factsheets/{sheet.slug}/" for sheet in SHEETS.values()] == links


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"table": "T5", "by": "severity"}, "does not carry this for mayors"),
        ({"table": "T4", "by": "severity", "of": "everybody"}, "carries no severity"),
        ({"table": "Q1", "by": "kind", "of": "everybody"}, "no yearly table"),
        ({"table": "T5", "by": "severity", "of": "ministers"}, "no whom"),
        ({"table": "T5", "by": "severity", "of": "everybody", "say": ["share_online"]}, "does not carry this"),
        ({"table": "T5", "by": "severity", "of": "everybody", "say": ["share_of_people"]}, "no indicator"),
    ],
)
def test_a_figure_that_no_table_carries_is_refused(figure, words):
    entries = deepcopy(read_rules(HERE / "factsheets.yaml", dict))
    entries["factsheets"]["mayors"]["charts"] = entries["factsheets"]["mayors"]["charts"] | {"severity": figure}
    with pytest.raises(ValueError, match=words):
        Factsheets.model_validate(entries)


def test_a_share_of_a_survey_has_a_source():
    line = {"population": "a", "label": "b", "values": {2016: 5}}
    with pytest.raises(ValueError, match="no source"):
        Survey.model_validate({"sources": {}, "lines": {"one": line}})
