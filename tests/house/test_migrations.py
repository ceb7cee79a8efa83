"""The suite makes its tables from the models; here the migrations are walked, on the database of this leg."""

import os
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from tests.support.places import KEPT
from tests.support.services import ROOT

pytestmark = pytest.mark.both


@pytest.fixture
def migrated(tmp_path, transactional_db):
    """A connection to a second database that `migrate` made."""
    second = connection.copy()
    if connection.vendor == "sqlite":
        second.settings_dict["NAME"] = str(tmp_path / "migrated.sqlite3")
        url = f"sqlite:///{second.settings_dict['NAME']}"
    else:
        second.settings_dict["NAME"] = "migrated"
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS migrated")
            cursor.execute("CREATE DATABASE migrated")
        url = "postgres://{USER}@{HOST}:{PORT}/{NAME}".format(**second.settings_dict)
    environment = {**os.environ, "DATABASE_URL": url}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with closing(second):
        yield second


@contextmanager
def _looking(at):
    with at.cursor() as cursor:
        yield at.introspection, cursor


def _tables(of) -> dict[str, dict]:
    """Columns, and what is unique, checked, indexed or refers to something, of every table of the product."""
    found = {}
    with _looking(of) as (introspection, cursor):
        for table in sorted(name for name in introspection.table_names(cursor) if not name.startswith(KEPT)):
            columns = {
                one.name: (introspection.get_field_type(one.type_code, one), one.null_ok)
                for one in introspection.get_table_description(cursor, table)
            }
            rules = {
                (
                    tuple(one["columns"]),
                    one["primary_key"],
                    one["unique"],
                    one["index"],
                    one["check"],
                    one["foreign_key"],
                )
                for one in introspection.get_constraints(cursor, table).values()
            }
            found[table] = {"columns": columns, "rules": rules}
    return found


def test_migrations_make_the_tables_that_the_models_want(migrated):
    wanted, made = _tables(connection), _tables(migrated)
    assert made.keys() - wanted.keys() == {"django_migrations"}
    assert not set(wanted) - set(made), sorted(set(wanted) - set(made))
    own = [app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    for table, described in wanted.items():
        if table.startswith(tuple(own)):
            assert made[table] == described, table
