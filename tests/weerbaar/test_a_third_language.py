"""A language more: LANGUAGES and files under locale/, and nothing else (docs/develop/add-a-language.md)."""

import re

import polib
import pytest
from django.test import Client
from django.utils import translation

from organisations.codes import code_list
from tests.support.reporter import receipt_of, send, to_summary, words_of

URL = "/eo/voorbeeldstad/melden/"


def _catalogue(folder, name: str, messages: dict[str, str]) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    for msgid, msgstr in messages.items():
        catalogue.append(polib.POEntry(msgid=msgid, msgstr=msgstr))
    catalogue.save_as_mofile(str(folder / name))


@pytest.fixture
def esperanto(tmp_path, settings):
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    _catalogue(folder, "rules.mo", {"Agressie": "Agreso", "Agressie of intimidatie": "Agreso aŭ timigo"})
    _catalogue(folder, "django.mo", {"Privacy": "Privataj aferoj"})
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    settings.LANGUAGES = [("nl", "Dutch"), ("en", "English"), ("eo", "Esperanto")]  # whatever the product has by now
    yield
    translation.trans_real._translations.pop("eo", None)


def test_pages_speak_it_and_link_to_it(place, esperanto):
    page = Client().get("/eo/").content.decode()
    assert '<html lang="eo"' in page
    assert "Privataj aferoj" in page
    assert re.search(r'href="/eo/"\s+lang="eo"', Client().get("/").content.decode())


def test_somebody_can_report_in_it(place, esperanto):
    client = Client()
    page = send(client, to_summary(client, url=URL), url=URL)
    assert page.status_code == 200
    assert '<html lang="eo"' in page.content.decode()
    assert receipt_of(page)


def test_rules_speak_it_and_what_is_not_translated_is_dutch(place, esperanto):
    with translation.override("eo"):
        assert code_list("kind_short")["aggression"].label == "Agreso"
        assert code_list("kind_short")["integrity"].label == "Integriteit"


def test_the_interfaces_speak_it_too(place, esperanto):
    answer = Client(headers={"accept-language": "eo"}).get("/api/v1/dimensions/kind")
    assert answer["Content-Language"] == "eo"
    assert "Agreso" in answer.content.decode()


def test_without_it_in_the_settings_there_is_no_such_address(place):
    assert Client().get(URL).status_code == 404
    assert "Agressie" in words_of(Client().get("/voorbeeldstad/melden/"))
