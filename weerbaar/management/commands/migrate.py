import time

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from weerbaar.operation.changes import LOCK_SECONDS, needing_a_stop, others_connected, short_locks

TIMES, PAUSE = 20, 2  # so often it asks for a table that is in use, with so many seconds between


class Command(migrate.Command):
    """As Django's, with two things more: what running programs do not stand is not made under them, and nobody waits long for a
    table."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--stopped", action="store_true", help="web and workers were stopped")

    def handle(self, *args, stopped=False, **options):
        connection = connections[options["database"]]
        if not any(options[name] for name in ("plan", "check_unapplied", "fake")):
            self._refuse_under_what_runs(connection, options, stopped)
        for left in reversed(range(TIMES)):
            try:
                with short_locks(connection):
                    return super().handle(*args, **options)
            except OperationalError as refused:
                if getattr(refused.__cause__, "sqlstate", "") != "55P03":  # lock_not_available
                    raise
                if not left:
                    raise CommandError(
                        f"A table was in use for {LOCK_SECONDS} seconds, {TIMES} times. What was made before it stays; the change that"
                        " waited was not made. Run it again when there is less traffic."
                    ) from refused
            time.sleep(PAUSE)
        return None

    def _refuse_under_what_runs(self, connection, options, stopped) -> None:
        executor = MigrationExecutor(connection)
        app, name = options["app_label"], options["migration_name"]
        targets: list[tuple[str, str | None]] | None = None
        if app and name == "zero":
            targets = [(app, None)]
        elif app and name:
            targets = [(app, executor.loader.get_migration_by_prefix(app, name).name)]
        elif app:
            targets = [node for node in executor.loader.graph.leaf_nodes() if node[0] == app]
        asking = needing_a_stop(executor, targets)
        if not asking:
            return
        if not stopped:
            raise CommandError(
                f"Stop web and workers first, and then run it with --stopped. They do not stand: {', '.join(asking)}. Nothing was"
                " changed."
            )
        if count := others_connected(connection):
            raise CommandError(
                f"Something still works with this database ({count} connections): web, workers, a backup, or a shell. Stop it first."
                " Nothing was changed."
            )
