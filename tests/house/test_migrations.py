"""The suite makes its tables from the models; here the migrations are walked, on the database of this leg."""

from collections import defaultdict
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django_migration_linter.sql_analyser import analyse_sql_statements, get_sql_analyser_class

from tests.support.places import KEPT
from tests.support.services import ROOT
from weerbaar.management.commands import migrate
from weerbaar.operation import changes

pytestmark = pytest.mark.both
OWN = [app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT]


@contextmanager
def _as_default(database):
    """What asks for the database of the product gets this one."""
    present, connections["default"] = connections["default"], database
    try:
        yield
    finally:
        connections["default"] = present


@pytest.fixture
def migrated(tmp_path, transactional_db, settings):
    """A connection to a second database that `migrate` made. Its `said` has the statements of each migration: {(app, name): …}."""
    second = connection.copy()
    if connection.vendor == "sqlite":
        second.settings_dict["NAME"] = str(tmp_path / "migrated.sqlite3")
    else:
        second.settings_dict["NAME"] = "migrated"
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS migrated")
            cursor.execute("CREATE DATABASE migrated")
    settings.MIGRATION_MODULES = {}  # the suite goes without them
    said, since = defaultdict(list), []

    def note(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "django_migrations"'):
            said[params[:2]] = since.copy()
            since.clear()
        else:
            since.append(str(sql))
        return execute(sql, params, many, context)

    second.of_the_suite = connections["default"]
    with closing(second), _as_default(second):
        with second.execute_wrapper(note):
            call_command("migrate", verbosity=0)
        second.said = said
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


def test_migrations_make_the_tables_that_the_models_want(migrated, subtests):
    """Making a database by its migrations takes most of the time, so all is looked at in the same one."""
    with subtests.test("tables"):
        _the_tables_are_those_of_the_models(migrated)
    with subtests.test("running programs"):
        _what_running_programs_do_not_stand_is_in_the_list(migrated)
    with subtests.test("stop"):
        _what_running_programs_do_not_stand_is_not_made_under_them(migrated)


def _the_tables_are_those_of_the_models(migrated):
    wanted, made = _tables(migrated.of_the_suite), _tables(migrated)
    assert made.keys() - wanted.keys() == {"django_migrations"}
    assert not set(wanted) - set(made), sorted(set(wanted) - set(made))
    for table, described in wanted.items():
        if table.startswith(tuple(OWN)):
            assert made[table] == described, table


def _what_running_programs_do_not_stand_is_in_the_list(migrated):
    if migrated.vendor != "postgresql":
        return  # the linter reads what PostgreSQL is told
    analyser = get_sql_analyser_class("postgresql")
    found = defaultdict(list)
    for app, name in sorted(migrated.said):
        if app in OWN and not name.startswith("0001_"):
            errors, _ignored, _warnings = analyse_sql_statements(analyser, migrated.said[app, name], [])
            if errors:
                found[app].append(name)
    listed = changes.stops()
    assert found == listed.statements
    assert all(
        (app, name) in migrated.said and why for app, names in listed.known.items() for name, why in names.items()
    )


def _what_running_programs_do_not_stand_is_not_made_under_them(migrated):
    """Undoing is refused as making is: the last one of the list stands for all."""
    undo = ("migrate", "cases", "0016")
    made = MigrationExecutor(migrated).loader.applied_migrations.keys()
    assert ("cases", "0017_document_reference") in made
    with pytest.raises(CommandError, match="--stopped"):
        call_command(*undo, verbosity=0)
    if migrated.vendor == "postgresql":
        with closing(migrated.copy()) as running:
            running.ensure_connection()
            with pytest.raises(CommandError, match="1 connections"):
                call_command(*undo, stopped=True, verbosity=0)
    assert MigrationExecutor(migrated).loader.applied_migrations.keys() == made
    call_command("migrate", "cases", "0017", verbosity=0)  # nothing is left to do, so nobody must stop
    call_command(*undo, stopped=True, verbosity=0)
    assert ("cases", "0017_document_reference") not in MigrationExecutor(migrated).loader.applied_migrations
    with pytest.raises(CommandError, match="--stopped"):
        call_command("migrate", verbosity=0)
    _a_table_that_is_in_use_is_waited_for_in_short(migrated)


def _a_table_that_is_in_use_is_waited_for_in_short(migrated):
    """A change that is refused for long says so; one that is let in at a later time is made."""
    if migrated.vendor != "postgresql":
        return
    call_command("migrate", "organisations", "0011", stopped=True, verbosity=0)
    undo = ("migrate", "organisations", "0009")
    with closing(migrated.copy()) as reading, pytest.MonkeyPatch.context() as patch:
        reading.set_autocommit(False)
        with reading.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM organisations_dutyshift")
        patch.setattr(changes, "LOCK_SECONDS", 0.02)
        patch.setattr(migrate, "TIMES", 3)
        patch.setattr(migrate.time, "sleep", lambda _seconds: None)
        with pytest.raises(CommandError, match="was in use"):
            call_command(*undo, verbosity=0)
        patch.setattr(migrate.time, "sleep", lambda _seconds: reading.rollback())
        call_command(*undo, verbosity=0)
    assert ("organisations", "0010_duty_entered_by") not in MigrationExecutor(migrated).loader.applied_migrations
