"""What docs/api.md and the page on the data show, runs."""

import re
import urllib.request

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from monitor.formats.dcat import LICENCE
from monitor.pages.data import EXAMPLES, NAMES, PLACE, YEAR
from organisations.rule_files import read_rules
from tests.support.services import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (ROOT / "docs/api.md").read_text()


@pytest.mark.parametrize("address", ["/monitor/data/", "/en/monitor/data/"])
def test_the_five_lines_of_python_on_the_page_run_as_they_stand_there(editions, live_server, capsys, address):
    page = html.fromstring(urllib.request.urlopen(live_server.url + address).read().decode())  # noqa: S310
    code = page.xpath("string(//pre[@aria-labelledby='in-python'])")
    assert live_server.url in code
    assert len([line for line in code.splitlines() if line]) == 5
    exec(compile(code, "the page", "exec"), {})  # noqa: S102
    shown = eval(capsys.readouterr().out)  # noqa: S307
    assert shown["Totaal"] > 0
    assert all(value % 5 == 0 for value in shown.values())


def test_the_document_and_the_page_show_the_same_lines():
    for name in NAMES:
        lines = (EXAMPLES / f"{name}.txt").read_text("utf-8")
        assert f"\n{lines}```" in TEXT
        assert PLACE in lines
        assert YEAR in lines


def test_the_page_on_the_data_leads_to_what_there_is(editions, get):
    page = html.fromstring(Client().get("/monitor/data/").content)
    links = [link for link in page.xpath("//main//a/@href") if link.startswith("/api/v1")]
    assert {"/api/v1/openapi.json", "/api/v1/catalog", "/api/v1/editions/2025/archive"} <= set(links)
    for link in links:
        assert get(link.removeprefix("/api/v1")).status_code == 200, link
    assert page.xpath("//main//a[@rel='license']/@href") == [LICENCE]
    assert "Register: wat is gemeld" in page.text_content()
    menu = page.xpath("//nav[@aria-label='Monitor']//a/@href")
    assert "/monitor/data/" in menu
    assert not [link for link in menu if link.startswith("/api/")], "nobody is led to raw JSON by the menu"


def test_without_an_edition_the_page_says_when_its_lines_work(db):
    page = Client().get("/monitor/data/").content.decode()
    assert "Er is nog geen jaar gepubliceerd" in page
    assert "import csv" in page


def test_every_address_that_is_named_answers(editions, get):
    named = re.findall(r"`(/(?:editions|indicators|dimensions|catalog)[^`]*)`", TEXT)
    asked = re.findall(r"weerbaar\.example/api/v1(/editions/[^\"'\s]*)", TEXT)
    assert len(named) > 8
    for path in [*named, *asked]:
        assert get(path).status_code == 200, path


def test_every_format_that_is_named_is_made(editions, get):
    for name, accept in re.findall(r"^\| `([a-z-]+)` \| `(application/[^`]*|text/[^`]*)` \|", TEXT, re.M):
        assert get(f"/editions/2025/tables/T2?format={name}").status_code == 200
        assert get("/editions/2025/tables/T2", Accept=accept).status_code == 200


def test_the_document_says_where_to_turn_to():
    """The linter of the NL API Design Rules asks for name, e-mail address and url."""
    contact = Client().get("/api/v1/openapi.json").json()["info"]["contact"]
    source = read_rules(ROOT / "publiccode.yml", dict)["url"]
    assert contact == {"name": "Weerbaar", "email": settings.SECURITY_CONTACT, "url": source}
