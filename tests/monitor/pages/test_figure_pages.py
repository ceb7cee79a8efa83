"""The public pages of the figures: what they say of published numbers, and that every one of them can be reached."""

import re
from dataclasses import replace

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from lxml import html

from monitor.editions.release import withdraw
from monitor.models import Edition
from monitor.reading.certainty import NOTHING, ROUGH, Number, compare, share
from monitor.reading.tables import Reading, read
from monitor.reading.words import share_short
from monitor.rules.calendar import Planned, read_calendar, release_calendar
from monitor.rules.catalogue import TOTAL, as_cell, catalogue, window
from monitor.rules.indicators import FEWEST
from organisations.codes import code_list
from tests.support.figures.editions import page_of, publishers, rows_in, the_editions
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


# Reading a table


@pytest.mark.parametrize("name", [table.id for table in catalogue().tables.values()])
def test_every_published_cell_can_be_reached(name):
    table = catalogue().tables[name]
    rows = {codes: number for number, codes in enumerate(table.rows())}
    opened = [
        f"open={dimension}.{code}"
        for dimension in table.dimensions
        for code in table.codes(dimension)
        if table.children(dimension, code)
    ]
    seen: set[int] = set()

    def look(fixed: list[str], held: list[str]) -> None:
        if held:
            for code in [TOTAL, *table.codes(held[0])]:
                look([*fixed, f"{held[0]}={code}"], held[1:])
            return
        grid = read(Reading.of(table, QueryDict("&".join([*fixed, *opened]))), rows)
        seen.update(cell.value for line in grid.lines for cell in line.cells)

    look([], Reading.of(table, QueryDict()).held)
    assert seen == set(rows.values())


def test_an_address_keeps_how_a_table_is_read_and_nothing_else():
    table = catalogue().tables["T11"]
    asked = "rij=met&kolom=layer&clock=ack&toon=rij&naast=2024"
    reading = Reading.of(table, QueryDict(asked + "&nonsense=1&kind=nope&open=met.met"))
    assert (reading.down, reading.across, reading.fixed) == ("met", "layer", {"clock": "ack"})
    assert Reading.of(table, QueryDict(reading.query())) == reading
    assert "nonsense" not in reading.query()
    assert Reading.of(table, QueryDict()).query() == ""
    assert Reading.of(table, QueryDict("kolom=geen")).query() == "kolom=geen"


def test_opening_a_code_shows_its_parts_and_they_add_up(db):
    (edition,) = the_editions("2025")
    table = catalogue().tables["T2"]
    closed = Reading.of(table, QueryDict("kolom=geen"))
    grid = read(replace(closed, opened=frozenset({("aggression_form", "verbal")})), rows_in(edition, "T2"))
    parts = [line.cells[0].value for line in grid.lines if line.head.depth == 2]
    assert len(parts) > 2
    assert sum(parts) == next(line.cells[0].value for line in grid.lines if line.head.code == "verbal")
    rows, _columns = grid.parts
    assert sum(grid.lines[codes_of_row].cells[0].value for codes_of_row in rows) == grid.lines[0].cells[0].value


@pytest.mark.parametrize(
    ("now", "before", "reach", "said"),
    [
        (25, 10, 6, "more"), (20, 10, 6, "unsaid"), (10, 25, 6, "fewer"), (500, 510, 6, "about"),
        (500, 515, 6, "slightly_fewer"), (500, 515, 8, "about"), (0, 0, 6, "unsaid"), (0, 15, 6, "fewer"),
        (50, 50, 6, "unsaid"), (60, 60, 6, "about"), (600, 400, 6, "more"),
    ],
)  # fmt: skip
def test_more_and_fewer_only_where_windows_do_not_overlap(now, before, reach, said):
    assert compare(Number(now, *window(now, reach)), Number(before, *window(before, reach))) == said


# Pages


def test_without_editions_the_pages_say_so(db):
    assert "Er zijn nog geen cijfers" in page_of("/monitor/")
    assert "There are no figures yet" in page_of("/en/monitor/")
    assert "Hoe zeker is dit?" in page_of("/monitor/methode/")


def test_the_start_says_what_is_new_from_published_numbers(db):
    the_editions()
    page = page_of("/monitor/")
    rows = rows_in(Edition.objects.get(id="2025-Q4"), "Q1")
    before = rows_in(Edition.objects.get(id="2025-Q3"), "Q1")
    aggression = as_cell({"kind": "aggression"})
    said = compare(Number.of(aggression, rows[("aggression",)]), Number.of(aggression, before[("aggression",)]))
    words = {"more": "Meer", "slightly_more": "Iets meer", "about": "Ongeveer evenveel", "unsaid": "te weinig"}
    words |= {"fewer": "Minder", "slightly_fewer": "Iets minder"}
    assert words[said] in re.search(r"<h1.*?</h1>", page, re.S)[0]
    assert f"ongeveer {rows[(TOTAL,)]}" in page
    assert "4e kwartaal 2025" in page
    assert "Het jaar 2025" in page
    assert "Anoniem gemeld" in page
    assert "1 februari 2027" in page
    assert "Register: wat is gemeld" in page


def test_what_too_few_were_counted_for_is_said_in_words(db, monkeypatch):
    the_editions("2025")
    assert "te weinig om te zeggen" not in page_of("/monitor/")
    monkeypatch.setitem(FEWEST, "p90", 10_000)
    assert page_of("/monitor/").count("te weinig om te zeggen") == 1


def test_the_calendar_refuses_a_day_before_the_figures_can_be_there():
    assert release_calendar()
    with pytest.raises(ValueError, match="before it can be built"):
        Planned(period="2026-Q4", day="2026-12-31")
    with pytest.raises(ValueError, match="not a year or a quarter"):
        Planned(period="2026-13", day="2027-12-31")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-Q3: 2026-12-01\n2027-Q1: 2027-05-03", "none left out"),
        ("2026: 2027-03-15\n2028: 2029-03-15", "none left out"),
        ("2026: 2027-01-30\n2026-Q4: 2027-02-01", "before its last quarter"),
    ],
)
def test_the_calendar_refuses_what_the_rules_of_release_would(text, why):
    with pytest.raises(ValueError, match=why):
        read_calendar(text)


def test_the_quarter_that_is_over_and_not_out_is_announced(db):
    with time_machine.travel("2026-11-28T12:00:00+01:00"):
        assert "3e kwartaal 2026 1 december 2026 4e kwartaal 2026 1 februari 2027" in words_of(
            Client().get("/monitor/")
        )


def test_an_edition_lists_its_tables_with_totals_and_downloads(db):
    (edition,) = the_editions("2025")
    page = page_of("/monitor/2025/")
    for table in catalogue().tables.values():
        assert table.quarterly or f"/monitor/2025/{table.id}/" in page
    assert f"Meldingen: {rows_in(edition, 'T1')[(TOTAL, TOTAL)]}" in page
    assert "/api/v1/editions/2025/archive" in page
    assert "Wat is bewezen" in page


def test_a_table_has_its_numbers_chart_note_and_downloads(db):
    (edition,) = the_editions("2025")
    page = page_of("/monitor/2025/T2/")
    assert f">{rows_in(edition, 'T2')[(TOTAL, TOTAL)]}<" in page
    assert '<svg class="wb-chart' in page
    assert "Over het afronden" in page
    assert "5 voor 1 tot 11" in page
    assert "/api/v1/editions/2025/tables/T2?format=csv" in page
    assert 'tabindex="0"' in page
    assert "open=aggression_form.verbal" in page
    assert "Beledigen" not in page.split("<table")[1].split("</table>")[0]
    opened = page_of("/monitor/2025/T2/?open=aggression_form.verbal")
    assert "Beledigen" in opened
    assert '<a class="nl-link" href="?" aria-expanded="true">' in opened, "it can be closed again"


def test_what_a_number_stands_for_is_text_and_wider_where_few_organisations_report(db):
    (edition,) = the_editions("2025")
    usual = page_of("/monitor/2025/T1/?toon=venster")
    value = rows_in(edition, "T1")[(TOTAL, TOTAL)]
    assert f"({value - 6} tot {value + 6})" in usual
    assert "1 tot 13" not in page_of("/monitor/2025/T8/?toon=venster")
    wide = page_of("/monitor/2025/T2/?toon=venster&open=group.office_holder&kolom=group")
    assert "1 tot 13" in wide
    value = rows_in(edition, "T9")[(TOTAL, "250k_up")]
    assert catalogue().margins.of(as_cell({"size_class": "250k_up"})) == 4
    assert f"({window(value, 8)[0]} tot {value + 8})" in page_of("/monitor/2025/T9/?toon=venster")


def test_per_cent_stands_only_where_a_hundred_were_counted(db):
    (edition,) = the_editions("2025")
    rows = rows_in(edition, "T8")
    page = page_of("/monitor/2025/T8/?rij=province&kolom=kind&toon=rij")
    for line in re.findall(r"<tr><th.*?</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.S):
        whole = int(re.search(r'<td class="wb-num"[^>]*>([\d.]+)', line)[1].replace(".", ""))
        assert ("%" in line) == (whole >= 100)
    assert min(rows.values()) < 100 < max(rows.values())


def test_a_share_stands_with_what_it_can_be_or_only_with_that(db):
    (edition,) = the_editions("2025")
    rows = rows_in(edition, "T8")
    page = page_of("/monitor/2025/T8/?rij=province&kolom=kind&toon=rij")
    assert "meer dan tien punten uit elkaar" in page
    said = set(re.findall(r'<span class="wb-share">([^<]*%[^<]*)</span>', page))
    expected = {
        share_short(share_of)
        for (kind, province), value in rows.items()
        if (
            share_of := share(
                _number(kind, province, value),
                _number(TOTAL, province, rows[TOTAL, province]),
                _rest(rows, kind, province),
            )
        )
    }
    assert said == expected
    assert {"(" in sentence for sentence in said} == {True, False}, "sure ones and rough ones"


def _rest(rows, kind: str, province: str) -> Number:
    others = [kind_code.id for kind_code in code_list("kind").codes if kind_code.id != kind] if kind != TOTAL else []
    return sum((_number(code, province, rows[code, province]) for code in others), NOTHING)


def _number(kind: str, province: str, value: int) -> Number:
    return Number.of(as_cell({"kind": kind, "province": province}), value)


def test_each_indicator_of_the_year_stands_with_what_it_can_be(db):
    the_editions("2025")
    figures = {
        figure["indicator"]: figure for figure in Client().get("/api/v1/editions/2025/figures").json()["results"]
    }
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page_of("/monitor/").split('id="indicators"')[1]))
    for name, figure in figures.items():
        if figure["unit"] == "percent" and figure["value"] is not None:
            assert figure["low"] <= figure["value"] <= figure["high"]
            is_rough = figure["high"] - figure["low"] > ROUGH
            said = "tussen {low} en {high}%" if is_rough else "{value}% {low} tot {high}%"
            assert said.format(**figure) in page, name
    assert figures["reports"]["high"] - figures["reports"]["value"] == 6
    assert figures["lead_time_median"]["low"] in (31, 91)


def test_two_editions_stand_side_by_side_in_words_without_a_difference(db):
    before, now = the_editions("2024", "2025")
    page = page_of("/monitor/2025/T1/?naast=2024")
    table = page.split("<tbody>")[1].split("</tbody>")[0]
    assert f">{rows_in(now, 'T1')[(TOTAL, TOTAL)]}<" in table
    assert f">{rows_in(before, 'T1')[(TOTAL, TOTAL)]}<" in table
    assert set(re.findall(r'<td class="wb-soft">(.*?)</td>', table)) <= {
        "meer", "iets meer", "minder", "iets minder", "ongeveer evenveel", "te weinig om te zeggen"
    }  # fmt: skip
    assert "naast" not in page_of("/monitor/2024/T1/").split("wb-filters")[1].split("</form>")[0]
    assert "kwartaal" not in page.split('id="c-naast"')[1].split("</select>")[0]


@pytest.mark.parametrize(("table", "down", "across"), [("T14", "province", "group"), ("T16", "group", "met")])
def test_a_table_opens_with_what_no_table_before_it_shows(db, table, down, across):
    the_editions("2025")
    page = page_of(f"/monitor/2025/{table}/")
    asked = page_of(f"/monitor/2025/{table}/?rij={down}&kolom={across}")
    assert re.search(r"<table.*?</table>", page, re.S)[0] == re.search(r"<table.*?</table>", asked, re.S)[0]
    assert f'<option value="{down}" selected>' in page.split('id="c-rij"')[1].split("</select>")[0]
    assert f'<option value="{across}" selected>' in page.split('id="c-kolom"')[1].split("</select>")[0]
    address = Reading.of(catalogue().tables[table], QueryDict(f"rij={across}&kolom={down}")).query()
    assert address == f"rij={across}", "turned round, and nothing of it that goes without saying"


def test_a_table_says_why_parts_are_not_in_it_and_where_they_are(db):
    the_editions("2025")
    page = page_of("/monitor/2025/T14/")
    assert "Functie: alleen hoofdgroepen." in page
    assert "burgemeester" in page.split("Niet in deze tabel:")[1].split("Samen met soort melding en provincie")[0]
    assert '<a class="nl-link" href="/monitor/2025/T2/">' in page.split("Zij staan wel in:")[1].split("</p>")[0]
    assert "alleen hoofdgroepen" not in page_of("/monitor/2025/T2/")
    assert "only main groups" in page_of("/en/monitor/2025/T14/")


@pytest.mark.parametrize(
    ("table", "words"),
    [("T11", "eerste, voorlopige oordeel"), ("T15", "vraagt om vervolging"), ("T10", "is geëindigd")],
)
def test_hard_words_are_explained_where_they_stand(db, table, words):
    the_editions("2025")
    assert words in page_of(f"/monitor/2025/{table}/")


def test_a_wide_table_says_that_it_can_be_moved(db):
    the_editions("2024", "2025")
    assert "wb-hint--wide" in page_of("/monitor/2025/T8/")
    assert "Schuif de tabel opzij" in page_of("/monitor/2025/T8/?rij=province&kolom=kind")
    assert "Schuif de tabel opzij" not in page_of("/monitor/2025/T8/?rij=province&kolom=geen")
    assert '<span class="wb-group">' in page_of("/monitor/2025/T1/?naast=2024")


def test_the_old_address_of_a_table_leads_to_the_new_one(db):
    the_editions("2025")
    assert Client().get("/monitor/2025/?tabel=T5")["Location"] == "/monitor/2025/T5/"
    assert Client().get("/en/monitor/2025/?tabel=T5")["Location"] == "/en/monitor/2025/T5/"
    assert Client().get("/monitor/2025/?tabel=nope")["Location"] == "/monitor/2025/"


def test_what_is_not_there_is_a_page_in_the_house_style(db):
    the_editions("2025")
    for address in ("2024/", "nope/", "2025/T99/", "2025/Q1/", "2026-Q9/", "redactie/2025/T1/x/"):
        assert "utrecht-page-header" in page_of(f"/monitor/{address}", 404)


def test_a_withdrawn_edition_says_so_first_and_is_no_news(db):
    the_editions("2024", "2025", "2025-Q4")
    withdraw("2025", publishers()[0], "Een organisatie telde dubbel, ook op <b>andere</b> plaatsen.")
    for address in ("2025/", "2025/T2/"):
        page = page_of(f"/monitor/{address}")
        assert page.index("Deze editie is ingetrokken") < page.index("<h1")
        assert "Een organisatie telde dubbel, ook op &lt;b&gt;" in page
    start = page_of("/monitor/")
    assert "Het jaar 2024" in start
    assert "Een organisatie telde dubbel" in start


@pytest.mark.parametrize(("there", "said"), [(True, "ingetrokken"), (False, "ontbreekt")])
def test_a_quarter_without_figures_is_a_gap_in_the_line_and_a_row_that_says_so(db, there, said):
    quarters = [f"{year}-Q{number}" for year in (2024, 2025) for number in (1, 2, 3, 4)]
    the_editions(*(quarter for quarter in quarters if there or quarter != "2025-Q3"))
    if there:
        withdraw("2025-Q3", publishers()[0], "Een organisatie telde dubbel.")
    page = html.fromstring(page_of("/monitor/"))
    (chart,) = page.xpath("//figure[@aria-labelledby='trend']/svg")
    assert len(chart.xpath("line[@class='s1']")) == 5
    assert len(chart.xpath("circle[@class='s1']")) == 7
    assert len(set(chart.xpath("text[contains(., 'K')]/@x"))) == 8
    rows = page.xpath("//table[caption/@id='trend-table']/tbody/tr")
    assert [re.sub(r"\n\s*", "", row.text_content()) for row in rows].index(f"3e kwartaal 2025: {said}") == 6
    assert page.xpath("string(//h1)") == "Cijfers over meldingen", "there is nothing to compare it with"


def test_a_withdrawn_newest_quarter_is_said_and_the_one_before_is_the_news(db):
    the_editions("2025-Q1", "2025-Q2")
    withdraw("2025-Q2", publishers()[0], "Een organisatie telde dubbel.")
    page = words_of(Client().get("/monitor/"))
    assert "2e kwartaal 2025: ingetrokken" in page
    assert "Editie 1e kwartaal 2025, gepubliceerd" in page
    withdraw("2025-Q1", publishers()[0], "Een organisatie telde dubbel.")
    assert "Er zijn nog geen cijfers" in words_of(Client().get("/monitor/"))


def test_what_was_planned_and_is_not_out_stays_in_the_calendar(db):
    with time_machine.travel("2027-03-16T12:00:00+01:00"):
        page = words_of(Client().get("/monitor/"))
    assert "4e kwartaal 2026 was gepland op 1 februari 2027, nog niet verschenen" in page
    assert "2026 was gepland op 15 maart 2027, nog niet verschenen" in page
    assert "1e kwartaal 2027 3 mei 2027" in page


@pytest.mark.parametrize("show", ["rij", "kolom", "venster"])
def test_beside_another_edition_stand_only_numbers_and_the_page_says_so(db, show):
    the_editions("2024", "2025")
    page = page_of(f"/monitor/2025/T1/?naast=2024&toon={show}")
    assert "Naast een andere editie tonen wij alleen aantallen." in page
    assert '<option value="aantal" selected>' in page
    assert "Percentages zijn gemaakt" not in page
    assert f"toon={show}" not in page
    assert "tonen wij alleen aantallen" not in page_of(f"/monitor/2025/T1/?toon={show}")
    assert "tonen wij alleen aantallen" not in page_of("/monitor/2025/T1/?naast=2024")


def test_a_draft_is_on_no_public_page(db):
    (edition,) = the_editions("2025")
    Edition.objects.filter(id="2025").update(status="draft", released_by=None, published_at=None)
    page_of("/monitor/2025/", 404)
    page_of("/monitor/2025/T1/", 404)
    assert "2025" not in re.sub(r"<[^>]*>", "", page_of("/monitor/").split("<main")[1])
    assert edition.id == "2025"


def test_pages_ask_the_database_little(db, django_assert_num_queries):
    the_editions("2024", "2025")
    client = Client()
    client.get("/monitor/2025/T2/")
    with django_assert_num_queries(5):  # the edition, its tables' names, earlier editions, the table, a revision
        client.get("/monitor/2025/T2/?open=aggression_form.verbal&toon=rij")
    with django_assert_num_queries(5):
        client.get("/monitor/2025/T2/?naast=2024")
    with django_assert_num_queries(4):  # the edition, its tables, its profile, a revision
        client.get("/monitor/2025/")
    with django_assert_num_queries(4):  # editions, those that stand, their tables, the profile
        client.get("/monitor/")
