"""Loaded by `-p` before the settings are read: chooses the database, starts servers only where a test needs them, and
tells the settings where they are. With `-n` each worker has servers of its own.

Which tests run where is told by markers; docs/develop/tests.md explains them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import polib
import pytest

from tests.support import services
from tests.support.shared import shared

_NOTES: list[str] = []
_PAGE_FAULTS: list[str] = []
NEEDS_SERVERS = ("browser", "redis", "clamav")
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
_HANDS_OUT = not _IS_WORKER and re.search(r"(^| )-n ?(auto|logical|[1-9])", " ".join(sys.argv[1:])) is not None


def _named_on_the_command_line() -> list[Path]:
    """The test files that the command names; none where it names a folder, or nothing."""
    paths = [Path(part.partition("::")[0]) for part in sys.argv[1:]]
    return [path for path in paths if path.suffix == ".py" and path.is_file()]


def _marks(paths: list[Path]) -> set[str]:
    text = "".join(path.read_text() for path in paths)
    return {name for name in (*NEEDS_SERVERS, "both") if f"mark.{name}" in text}


def _database() -> str:
    """ "postgres" or "sqlite". SQLite unless the command asks for PostgreSQL, or names a file whose tests need servers."""
    if "--postgres" in sys.argv or _marks(_named_on_the_command_line()) & set(NEEDS_SERVERS):
        os.environ.setdefault("WEER_TEST_DB", "postgres")
    return os.environ.setdefault("WEER_TEST_DB", "sqlite")  # workers inherit it


def _compile_catalogues() -> None:
    """Compile the message catalogues that changed, as `./weer` does, before Django reads them: plain pytest works in a
    fresh clone too."""
    for catalogue in services.ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or catalogue.stat().st_mtime > compiled.stat().st_mtime:
            polib.pofile(str(catalogue)).save_as_mofile(str(compiled))


def _prepare() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:  # for workers the process that started them has compiled
        _compile_catalogues()
    os.environ["WEERBAAR_MODE"] = "test"
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop beside the live server
    var = services.folder("var")
    os.environ["WEERBAAR_VAR_DIR"] = str(var)
    os.environ["WEERBAAR_MASTER_KEY_FILE"] = str(shared() / "master.key")
    (var / "static").mkdir()
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    if _database() == "sqlite":
        _NOTES.append("SQLite")
        return
    if _HANDS_OUT:
        _NOTES.append("of each worker")
        return
    for name, variable, start in (
        ("PostgreSQL", "DATABASE_URL", services.postgres),
        ("Redis", "REDIS_URL", services.redis),
    ):
        try:
            os.environ[variable] = start()
            _NOTES.append(name)
        except services.Missing as missing:
            _NOTES.append(f"without {name} ({missing})")


_prepare()

# The plugin of Playwright is slow to import and only browsers use it, so pyproject.toml keeps pytest from loading it.
_FILES = _named_on_the_command_line()
pytest_plugins = ["pytest_playwright.pytest_playwright"] if not _FILES or "browser" in _marks(_FILES) else []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on PostgreSQL with Redis, not on SQLite")
    parser.addoption("--check-pages", action="store_true", help="read every page with the Nu HTML checker at the end")


def pytest_report_header() -> list[str]:
    return ["services: " + ", ".join(_NOTES)]


# What goes to one worker as a whole: two browsers on two cores starve them; what is published of a country, and the server
# of production, are made once in a process.
TOGETHER = {
    "browser": ["test_walk.py", "test_reporter_walk.py", "test_look.py"],
    "country": ["test_attacks.py", "test_disclosure.py"],
    "production": ["test_production.py"],
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Each test by itself to the worker that is free, the large groups first. (xdist's own groups name themselves in a
    place that pytest 9.2 does not read.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.partition("::")[0]).name
            return next((name for name, files in TOGETHER.items() if file in files), nodeid)

    return Scheduling(config, log)


def pytest_collection_finish() -> None:
    """What runs as a real-time process passes that on to the browser, and a page that spins then keeps both processors from
    everything else. An encoder that is used to make test films did that once."""
    if os.sched_getscheduler(0) != os.SCHED_OTHER:
        raise pytest.UsageError("something that was imported made this a real-time process")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where all workers have finished, the pages that they kept are read."""
    if _IS_WORKER or not session.config.getoption("--check-pages"):
        return
    from tests.support.checks import html_checker

    try:
        _PAGE_FAULTS.extend(html_checker.faults())
    except services.Missing as missing:
        if os.environ.get("WEER_REQUIRE_ALL") == "1":
            _PAGE_FAULTS.append(f"the HTML checker did not run: {missing} is not on this machine")
    if _PAGE_FAULTS:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    if _PAGE_FAULTS:
        terminalreporter.section("faults of HTML")
        for fault in _PAGE_FAULTS:
            terminalreporter.write_line(fault)


def pytest_runtest_setup(item: pytest.Item) -> None:
    available = {
        "browser": bool(shutil.which("chromium")),
        "redis": "REDIS_URL" in os.environ,
        "clamav": bool(shutil.which("clamd")),
    }
    for marker, is_available in available.items():
        if item.get_closest_marker(marker) and not is_available:
            hint = " (it starts with --postgres)" if marker == "redis" else ""
            required = os.environ.get("WEER_REQUIRE_ALL") == "1"
            (pytest.fail if required else pytest.skip)(f"{marker} is not on this machine or was not started{hint}")
