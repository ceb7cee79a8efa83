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
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from dateutil.relativedelta import relativedelta
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test import Client
from django.utils import timezone

from cases.counting.facts import facts_of_case
from cases.invariants import broken_invariants
from cases.models import Case
from cases.models.own.protocol import own_protocol
from jobs.models import Job
from monitor.editions.build import build_edition
from monitor.models import Edition
from organisations.access.recusal import related_to
from organisations.models import DeclaredRelation, KeptForm, Person
from organisations.people.relations import declared_by
from reporting.counting.facts import facts
from reporting.models import Report
from reporting.questions import own as own_questions
from tests.fixtures import make_fixture
from tests.support.build import signed_in
from tests.support.evidence import evidence_store
from tests.support.reporter import come_back, words_of
from tests.support.services import ROOT
from vault import ledger

RELATIONS = "organisations_declaredrelation"
FIXTURES = sorted(path.parent for path in (ROOT / "tests/fixtures").glob("*/expected.json"))


def test_every_release_before_this_one_left_its_database():
    """Since 0.8.0. The newest one in the changelog gets its database in the work tree of its release."""
    versions = re.findall(r"^## (\S+) - ", (ROOT / "CHANGELOG.md").read_text(), re.M)
    before = versions[1 : versions.index("0.8.0") + 1]
    assert {*before} <= {folder.name for folder in FIXTURES}, "tests/fixtures/make_fixture.py makes it"


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
        relations = _relations_in_the_clear(old)
        old.close()  # nothing runs on a database that gets what running programs do not stand
        key = request.param / "test-master.key"  # what was in the clear is sealed as it comes up
        environment = {**os.environ, "DATABASE_URL": url, "WEERBAAR_MASTER_KEY_FILE": str(key)}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--stopped", "-v0"], cwd=ROOT, env=environment, check=True
        )
        connections["default"] = old
        _forget()
        yield json.loads((request.param / "expected.json").read_text()) | {"relations": relations}
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
    beside = old.copy()  # a database is not made inside the transaction of a test
    with beside.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS upgraded")
        cursor.execute("CREATE DATABASE upgraded")
    beside.close()
    settings["NAME"] = "upgraded"
    with old.cursor() as cursor:
        cursor.connection.execute(lzma.decompress((folder / "postgres.sql.xz").read_bytes()))
    return "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**settings)


def _relations_in_the_clear(old) -> list[tuple[UUID, UUID]]:
    """Relations declared before they were sealed, put into the database of such a version: (who, to whom)."""
    with old.cursor() as cursor:
        columns = {column.name for column in old.introspection.get_table_description(cursor, RELATIONS)}
        if "other_id" not in columns:
            return []
        cursor.execute("SELECT person_id, organisation_id FROM organisations_role ORDER BY organisation_id, id")
        people = list(dict.fromkeys(UUID(str(person)) for person, _organisation in cursor.fetchall()))[:3]
        stranger = uuid4()
        names = ["id", "name", "password", "is_active", "is_superuser"]
        _insert(cursor, old, "organisations_person", names, [stranger, "Nergens", "!", True, False])
        declared = [(people[0], people[1]), (people[0], people[2]), (people[1], stranger), (stranger, people[2])]
        for who, to_whom in declared:
            values = [uuid4(), who, to_whom, "friend"]
            _insert(cursor, old, RELATIONS, ["id", "person_id", "other_id", "code"], values)
        _insert(cursor, old, "organisations_keptform", ["id", "sealed", "until"], [uuid4(), "x", "2030-01-01"])
    old.commit()
    return declared


def _insert(cursor, old, table: str, columns: list[str], values: list) -> None:
    plain = [value.hex if isinstance(value, UUID) and old.vendor == "sqlite" else value for value in values]
    places = ", ".join(["%s"] * len(columns))
    cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", plain)  # noqa: S608 names of ours


def _forget() -> None:
    """What this process remembers by numbers of rows, which are others in another database."""
    ContentType.objects.clear_cache()
    own_protocol.cache_clear()
    own_questions._made.cache_clear()


def _a_case_is_read_an_edition_built_and_everything_verified(expected):
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


def _relations_that_were_declared_are_sealed_and_still_count(expected):
    for who, to_whom in expected["relations"]:
        declarer = Person.objects.get(id=who)
        assert (to_whom, "friend") in [(relation.other.id, relation.code) for relation in declared_by(declarer)]
        assert who in related_to({to_whom})
    assert DeclaredRelation.objects.count() == len(expected["relations"])
    assert not KeptForm.objects.exists()


def _the_three_months_of_feedback_run_in_every_case_that_was_open(expected):
    """Also where nobody ever acknowledged, and where it was acknowledged too late: from day 7 after the receipt."""
    seen = Counter()
    for case in Case.objects.filter(closed_on=None).select_related("report"):
        report = case.report
        received = timezone.localdate(report.received_at) if report.received_at else report.received_on
        latest = received + timedelta(days=7) + relativedelta(months=3)
        acknowledged = case.decisions.filter(code="acknowledge").order_by("sequence").first()
        deadlines = list(case.deadlines.filter(code="FEEDBACK_3M"))
        assert len(deadlines) == 1, case.number
        [deadline] = deadlines
        if acknowledged is None:
            assert (timezone.localdate(deadline.due), deadline.met_at) == (latest, None)
            job = Job.objects.get(kind="cases.remind", target=deadline.id, state="open")
            assert timezone.localdate(job.due) == latest - timedelta(days=7)
            counting = Job.objects.get(kind="cases.count_deadline", target=deadline.id, state="open")
            assert counting.due > deadline.due
        else:
            made = timezone.localdate(acknowledged.made_at)
            assert timezone.localdate(deadline.due) == min(made + relativedelta(months=3), latest)
        seen[report.is_anonymous, acknowledged is not None] += 1
    assert {(False, False), (False, True), (True, True)} <= seen.keys()


def _a_case_that_was_registered_knows_when(expected):
    registered = Case.objects.exclude(registered_on=None)
    assert registered.exists()
    for case in Case.objects.all():
        first = case.decisions.filter(code__in=["register", "assess", "safe"]).order_by("sequence").first()
        assert case.registered_on == (timezone.localdate(first.made_at) if first else None)
        assert bool(facts_of_case(case)) == (first is not None), "its fact was left by that decision"


@pytest.mark.both
@pytest.mark.django_db  # without a test that marks it, a run makes no tables in the database of the suite
def test_a_release_comes_up_to_the_present(expected, subtests):
    """Bringing a database up takes most of the time, so all is looked at in the same one; what changes it comes last."""
    assert expected["cases"]
    for look in (
        _relations_that_were_declared_are_sealed_and_still_count,
        _the_three_months_of_feedback_run_in_every_case_that_was_open,
        _a_case_that_was_registered_knows_when,
        _a_case_is_read_an_edition_built_and_everything_verified,
    ):
        with subtests.test(look.__name__):
            look(expected)


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
