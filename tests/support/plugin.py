"""Loaded by `-p` before the settings are read: starts the servers and tells the settings where they are. With `-n` each
worker has servers of its own."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from tests.support import services
from tests.support.shared import shared

_NOTES: list[str] = []
_TOUCHES_DATABASE = {"db", "transactional_db"}
_HANDS_OUT = "PYTEST_XDIST_WORKER" not in os.environ and any(part.startswith("-n") for part in sys.argv)


def _prepare() -> None:
    os.environ["WEERBAAR_MODE"] = "test"
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop beside the live server
    var = services.folder("var")
    os.environ["WEERBAAR_VAR_DIR"] = str(var)
    os.environ["WEERBAAR_MASTER_KEY_FILE"] = str(shared() / "master.key")
    (var / "static").mkdir()
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("REDIS_URL", None)
    if os.environ.get("WEER_TEST_DB", "postgres") != "postgres":
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


def pytest_report_header() -> list[str]:
    return ["services: " + ", ".join(_NOTES)]


# What goes to one worker as a whole: two browsers on two cores starve them; what is published of a country, and the server
# of production, are made once in a process.
TOGETHER = {
    "browser": ["tests/stories/test_walk.py", "tests/stories/test_reporter_walk.py", "tests/weerbaar/test_look.py"],
    "country": ["tests/monitor/disclosure/test_attacks.py", "tests/monitor/disclosure/test_disclosure.py"],
    "production": ["tests/weerbaar/test_production.py"],
}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Each test by itself to the worker that is free, the large groups first. (xdist's own groups name themselves in a
    place that pytest 9.2 does not read.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return next((name for name, files in TOGETHER.items() if file in files), nodeid)

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches no database need not run on the second one."""
    for item in items:
        if not item.get_closest_marker("django_db") and not _TOUCHES_DATABASE & set(getattr(item, "fixturenames", [])):
            item.add_marker(pytest.mark.once)


def pytest_collection_finish() -> None:
    """What runs as a real-time process passes that on to the browser, and a page that spins then keeps both processors from
    everything else. An encoder that is used to make test films did that once."""
    if os.sched_getscheduler(0) != os.SCHED_OTHER:
        raise pytest.UsageError("something that was imported made this a real-time process")


def pytest_runtest_setup(item: pytest.Item) -> None:
    have = {
        "browser": bool(shutil.which("chromium")),
        "redis": "REDIS_URL" in os.environ,
        "clamav": bool(shutil.which("clamd")),
        "postgres": os.environ.get("DATABASE_URL", "").startswith("postgres"),
    }
    for marker, there in have.items():
        if item.get_closest_marker(marker) and not there:
            on_sqlite = os.environ.get("WEER_TEST_DB") == "sqlite" and marker not in {"browser", "clamav"}
            required = os.environ.get("WEER_REQUIRE_ALL") == "1" and not on_sqlite
            (pytest.fail if required else pytest.skip)(f"{marker} is not on this machine")
