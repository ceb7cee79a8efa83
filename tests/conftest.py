"""Fixtures that every test may use. Builders of people and reports are in tests/support/build.py."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.template.base import Template
from django.test.utils import _TestState
from hypothesis import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from tests.support import remembered, services
from tests.support.checks import html_checker
from tests.support.places import Place, a_place, make_places

settings.register_profile("weerbaar", deadline=None)  # the machine may do other things beside
settings.load_profile("weerbaar")

ROOT = Path(__file__).parent.parent

CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": CHROMIUM}


@pytest.fixture(scope="session", autouse=True)
def _plain_templates(django_test_environment):
    """Pages are made as they are everywhere else: for each part of a page Django's own tests keep a copy of all that it
    was given, which takes longer than the page."""
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once():
    """Each client of Django has the middleware made anew, and WhiteNoise looks at every static file then."""
    listed, list_them = {}, WhiteNoiseMiddleware.add_files_from_finders

    def once(self):
        if not listed:
            list_them(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pages_are_kept(request):
    """For the HTML checker, from Django's client and from the browsers alike."""
    if not request.config.getoption("--check-pages"):
        yield
        return
    get_response = BaseHandler.get_response

    def kept(self, asked):
        response = get_response(self, asked)
        html_checker.keep(asked, response, os.environ.get("PYTEST_CURRENT_TEST", ""))
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "get_response", kept)
        yield


@pytest.fixture(autouse=True)
def _what_is_remembered(request, monkeypatch):
    """Not where a test changes how the product behaves, or really commits."""
    changes = {"settings", "transactional_db"} & set(request.fixturenames)
    commits = any(mark.kwargs.get("transaction") for mark in request.node.iter_markers("django_db"))
    remembered.begin(lambda: not (changes or commits or monkeypatch._setattr or monkeypatch._setitem))


@pytest.fixture
def page_without_script(browser):
    context = browser.new_context(java_script_enabled=False, locale="nl-NL")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        make_places()


@pytest.fixture
def place(db) -> Place:
    """A municipality with people in every function and role, its province and the ministries."""
    return a_place()


def _database_env() -> dict[str, str]:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{settings['NAME']}"}
    return {"DATABASE_URL": f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"}


@pytest.fixture
def worker_env(tmp_path, transactional_db) -> dict[str, str]:
    """What a worker process needs to see the test database, and a folder for its mail."""
    return {**_database_env(), "WEERBAAR_EMAIL_DIR": str(tmp_path / "mail"), "WEERBAAR_MODE": "test"}


@pytest.fixture(scope="session")
def clamd():
    """A real ClamAV that knows the test virus; its place as the settings want it."""
    service, place = services.clamd()
    yield place
    service.stop()


@pytest.fixture
def celery_worker(worker_env):
    service = services.celery_worker(worker_env)
    yield service
    service.stop()


@pytest.fixture
def work_loop(worker_env):
    service = services.work_loop(worker_env)
    yield service
    service.stop()
