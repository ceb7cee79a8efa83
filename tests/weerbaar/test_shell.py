"""What every page has in common: headers, languages, errors, quick exit, statements."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import get_template
from django.test import Client

from organisations.access import policy
from tests.support.figures.editions import the_editions
from tests.support.services import ROOT

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/privacy/",
    "/toegankelijkheid/",
    "/monitor/",
    "/monitor/methode/",
    "/monitor/2025/",
    "/monitor/2025/T2/?open=aggression_form.verbal&naast=2024",
    "/inloggen/",
    "/terug/",
    "/nope/",
    "/voorbeeldstad/melden/",
]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))


@pytest.fixture
def figures(request):
    """Editions, for the pages that show one."""
    if "/monitor/" in request.node.callspec.params["path"]:
        the_editions("2024", "2025", "2025-Q4")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_isolated_and_kept_in_no_cache(place, figures, path):
    answer = Client().get(path)
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/terug/", "/voorbeeldstad/melden/"])
def test_the_reporters_pages_are_neutral_and_quick_exit_comes_first(place, path):
    answer = Client().get(path)
    page = answer.content.decode()
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "<title>Formulier</title>" in page
    assert re.search(r'<a [^>]*href="([^"]+)"', page.split("<body")[1])[1] == "/verlaat/"


def test_quick_exit_makes_the_browser_forget(db):
    answer = Client().get("/verlaat/")
    assert answer.status_code == 303
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'


@pytest.mark.parametrize("path", PAGES)
def test_english_lies_under_its_prefix_and_links_stay_there(place, figures, settings, path):
    page = Client().get("/en" + path).content.decode()
    assert '<html lang="en"' in page
    others = "|".join(code for code, _name in settings.LANGUAGES if code != "en")
    assert not re.findall(rf'href="(/(?!en/|static/|verlaat/|api/)[^"]*)"(?!\s+lang="(?:{others})")', page)


def test_a_language_does_not_stay_behind_for_the_next_reader(db):
    client = Client()
    client.get("/en/")
    assert '<html lang="nl"' in client.get("/").content.decode()


def test_what_a_browser_prefers_changes_nothing(db):
    answer = Client(headers={"accept-language": "en"}).get("/")
    assert '<html lang="nl"' in answer.content.decode()
    assert answer["Content-Language"] == "nl"
    assert "Accept-Language" not in answer.get("Vary", "")
    assert not answer.cookies


def test_dutch_has_no_second_address(place):
    assert Client().get("/nl/").status_code == 404


def test_every_page_links_to_itself_in_the_other_languages(place, settings):
    settings.LANGUAGES = [("nl", "Dutch"), ("en", "English"), ("eo", "Esperanto")]
    for path in ("/", "/en/", "/eo/"):
        links = re.findall(r'href="([^"]*)"\s+lang="(..)"\s+hreflang=".."\s*>\s*(\w+)', _page(path + "privacy/"))
        rest = {("/", "nl", "Nederlands"), ("/en/", "en", "English"), ("/eo/", "eo", "Esperanto")}
        assert set(links) == {(f"{root}privacy/", code, name) for root, code, name in rest if root != path}


def _page(path: str) -> str:
    return Client().get(path).content.decode()


def test_an_address_that_begins_like_a_language_is_an_organisation(place, settings):
    """Django's own middleware takes /de-bilt/ for German where German is a language."""
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German")]
    organisation = place.organisation
    organisation.slug = "de-bilt"
    organisation.save()
    assert '<html lang="nl"' in _page("/de-bilt/melden/")
    assert '<html lang="de"' in _page("/de/de-bilt/melden/")


def test_finding_an_organisation(place):
    client = Client()
    assert "/voorbeeldstad/melden/" in client.get("/?q=voorbeeld").content.decode()
    nothing = client.get("/?q=<qqq>").content.decode()  # letters, else it would be no question at all
    assert "Wij vonden niets voor" in nothing
    assert "&lt;qqq&gt;" in nothing
    assert "<qqq>" not in nothing


def test_health(db):
    assert Client().get("/health/live").json() == {"status": "ok"}
    assert Client().get("/health/ready").json()["checks"] == {"database": True, "masterKey": True, "disk": True}


def test_security_txt_is_not_about_to_expire(db):
    text = Client().get("/.well-known/security.txt").content.decode()
    expires = datetime.fromisoformat(re.search(r"Expires: (\S+)", text)[1])
    assert timedelta(days=60) < expires - datetime.now(UTC) < timedelta(days=366)
    assert "Contact: mailto:" in text


def test_without_a_real_contact_there_is_no_security_txt(db, settings):
    settings.SECURITY_CONTACT = ""
    assert Client().get("/.well-known/security.txt").status_code == 404


def test_more_than_the_form_can_take_is_a_clear_page(place):
    answer = Client().post(
        "/voorbeeldstad/melden/", "account=" + "a" * 33_600_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "groter dan dit formulier aankan" in answer.content.decode()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_compile_and_hold_no_inline_style_script_or_foreign_source(path):
    get_template(str(path.relative_to(ROOT / "templates")))
    text = path.read_text()
    assert not re.search(r'style="|<style|<script(?![^>]*src=)|\son\w+="', text)
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "|safe" not in text


@pytest.mark.parametrize(("action", "page"), [("care.view", "/zorgplicht/"), ("admin.questions", "/beheer/")])
def test_the_menu_offers_what_the_policy_allows(place, monkeypatch, action, page):
    assert f'href="{page}"' not in place.client("officer").get("/werkplek/").content.decode()
    monkeypatch.setitem(policy.table(), action, policy.Rule(roles=["officer"]))
    assert f'href="{page}"' in place.client("officer").get("/werkplek/").content.decode()


@pytest.mark.parametrize("path", ["/en//evil.example/", "/en//evil.example/x", "/en///evil.example/"])
def test_no_address_makes_the_page_link_to_another_site(client, path):
    page = client.get(path).content.decode()
    assert "evil.example" in page, "the page in the other language is one link away"
    assert not re.search(r'href="//', page)


def test_an_address_without_a_slash_is_an_address_that_is_not_there():
    answer = Client(raise_request_exception=False).generic("OPTIONS", "/x", PATH_INFO="*")
    assert answer.status_code == 404
