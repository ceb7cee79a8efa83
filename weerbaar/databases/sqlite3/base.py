"""The engine of DATABASES where it is SQLite. It has one writer: who waits for their turn waits long in a worker, and in a request
as long as a reader does."""

from typing import Any

from django.db.backends.sqlite3 import base

from weerbaar.operation.patience import patience


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        """Those of Django; on a connection that a request opens, twice the time of a statement."""
        given = super().get_connection_params()
        limit = patience()
        if limit:
            given["timeout"] = 2 * limit.seconds
        return given
