"""The check of pages finds what it is there for."""

import os

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from tests.support.checks import html_checker
from tests.support.services import Missing

PAGE = '<!DOCTYPE html><html lang="nl"><head><title>a</title></head><body>{}</body></html>'


def test_a_faulty_page_is_found_and_a_sound_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(html_checker, "_folder", lambda: tmp_path)
    monkeypatch.setattr(html_checker, "_seen", set())
    monkeypatch.setattr(html_checker, "_read", set())
    for address, body in (("/sound/", "<p>a</p>"), ("/faulty/", '<a href="tel:020 1">a</a>')):
        request = RequestFactory().get(address)
        request.resolver_match = None
        html_checker.keep(request, HttpResponse(PAGE.format(body)), "this test")
    assert len(list(tmp_path.glob("*.html"))) == 2
    try:
        (fault,) = html_checker.faults()
    except Missing as missing:
        if os.environ.get("WEER_REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"{missing} is not on this machine")
    assert "(/faulty/, in this test)" in fault
    assert "tel:" in fault
