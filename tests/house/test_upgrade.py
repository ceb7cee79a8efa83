"""A database of each version that was released comes up to the present, and all that is in it can be read.

When a version is released, make its fixture in a work tree of exactly that version and commit the new folder:

    .venv/bin/python -m tests.fixtures.make_fixture

Folders of earlier versions stay, unchanged: this test runs over all of them, on the database of the leg.
"""

import json
import lzma
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import Client

from cases.invariants import broken_invariants
from cases.models import Case
from cases.models.protocol import own_protocol
from monitor.editions.build import build_edition
from monitor.models import Edition
from organisations.models import Person
from reporting.counting.facts import facts
from reporting.models import Report
from reporting.questions import own as own_questions
from tests.fixtures import make_fixture
from tests.support.build import signed_in
from tests.support.evidence import evidence_store
from tests.support.reporter import come_back, words_of
from tests.support.services import ROOT
from vault import ledger

FIXTURES = sorted(path.parent for path in (ROOT / "tests/fixtures").glob("*/expected.json"))


@pytest.fixture(params=FIXTURES, ids=lambda folder: folder.name)
def expected(request, tmp_path, settings, django_db_setup, django_db_blocker) -> Iterator[dict]:
    """What a fixture holds; its database, migrated, is the default one, with its master key and its evidence."""
    settings.MASTER_KEY_FILE = request.param / "test-master.key"
    evidence = shutil.copytree(request.param / "evidence", tmp_path / "evidence")
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {**settings.STORAGES["evidence"], "OPTIONS": {"location": evidence}},
    }
    with django_db_blocker.unblock():
        present = connections["default"]
        old = present.copy()
        url = _loaded(request.param, old, tmp_path)
        environment = {**os.environ, "DATABASE_URL": url}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        connections["default"] = old
        _forget()
        yield json.loads((request.param / "expected.json").read_text())
        old.close()
        connections["default"] = present
        _forget()


def _loaded(folder: Path, old, tmp_path: Path) -> str:
    """Put the database of a fixture beside that of the suite; returns its address."""
    settings = old.settings_dict
    if old.vendor == "sqlite":
        settings["NAME"] = str(tmp_path / "old.sqlite3")
        Path(settings["NAME"]).write_bytes(lzma.decompress((folder / "sqlite.xz").read_bytes()))
        return f"sqlite:///{settings['NAME']}"
    with connections["default"].cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS upgraded")
        cursor.execute("CREATE DATABASE upgraded")
    settings["NAME"] = "upgraded"
    with old.cursor() as cursor:
        cursor.connection.execute(lzma.decompress((folder / "postgres.sql.xz").read_bytes()))
    return "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**settings)


def _forget() -> None:
    """What this process remembers by numbers of rows, which are others in another database."""
    ContentType.objects.clear_cache()
    own_protocol.cache_clear()
    own_questions._made.cache_clear()


@pytest.mark.both
def test_a_case_is_read_an_edition_built_and_everything_verified(expected):
    assert broken_invariants() == []
    assert Case.objects.count() == expected["cases"]
    assert Report.objects.count() == expected["reports"]

    officer = signed_in(Person.objects.get(id=expected["officer"]))
    for page, words in expected["pages"].items():
        assert words in words_of(officer.get(f"/werkplek/zaak/{expected['case']}/{page}")), page
    photo = officer.get(f"/werkplek/zaak/{expected['case']}/bewijs/1/")
    assert b"".join(photo.streaming_content if photo.streaming else [photo.content])[:3] == b"\xff\xd8\xff"
    assert expected["answer"] in words_of(come_back(Client(), expected["receipt"]))

    for population, periods in expected["facts"].items():
        counted = Counter({period: sum(len(batch.at) for batch in facts(population, period)) for period in periods})
        assert counted == periods
    assert Edition.objects.get(id=expected["released"]).status == "published"
    edition = build_edition(expected["next"], proposed_by=Person.objects.get(id=expected["publisher"]))
    assert edition.stored.exists()

    chains = list(ledger.chains())
    assert len(chains) > expected["cases"]
    assert [chain for chain in chains if ledger.verify(chain)] == []


def test_the_script_still_makes_its_cases(place, tmp_path, settings):
    """A release finds out last what was renamed; this test first."""
    evidence_store(tmp_path, settings)
    made = make_fixture.cases_of(place)
    assert Case.objects.count() == made["cases"] == len(make_fixture.CASES) + 1


def test_every_version_since_0_8_0_has_a_small_fixture():
    """The newest may still be on its way: its fixture is made when it is released."""
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (\d+\.\d+\.\d+) - ", text.split("## 0.7.0")[0], re.M)
    assert {folder.name for folder in FIXTURES} >= {*versions[1:], "0.8.0"}
    for folder in FIXTURES:
        assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 1_500_000, folder
