"""What a change of the database's form asks of an installation that runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pydantic import BaseModel, ConfigDict

from organisations.rule_files import read_rules

LOCK_SECONDS = 3
LIST = Path(__file__).with_name("needs_a_stop.yaml")


class Stops(BaseModel):
    """The schema of needs_a_stop.yaml: migrations by app, as a linter finds them and, with the reason, as people know them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    statements: dict[str, list[str]]
    known: dict[str, dict[str, str]]

    @property
    def named(self) -> set[tuple[str, str]]:
        return {(app, name) for part in (self.statements, self.known) for app, names in part.items() for name in names}


def stops() -> Stops:
    return read_rules(LIST, Stops)


def needing_a_stop(executor: MigrationExecutor, targets: list[tuple[str, str | None]] | None = None) -> list[str]:
    """`app.migration` of what is about to be made, or undone, that programs of the version before do not stand. None in a
    database that has no tables yet, since nothing runs on it."""
    if not executor.loader.applied_migrations:
        return []
    named = stops().named
    plan = executor.migration_plan(targets or executor.loader.graph.leaf_nodes())
    return [f"{one.app_label}.{one.name}" for one, _undone in plan if (one.app_label, one.name) in named]


def others_connected(connection: BaseDatabaseWrapper) -> int:
    """How many other connections to this database there are. SQLite tells of none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


@contextmanager
def short_locks(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within it nothing waits longer than :data:`LOCK_SECONDS` for a table that is in use. Whoever waits for a table makes
    everybody wait who comes after, so a reporter's page would stand still meanwhile."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
