"""The engine of DATABASES. The server's own `statement_timeout` ends what takes too long there; where the server hangs or the
network is cut it does nothing, so the waiting on this side ends too."""

from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from weerbaar.operation.patience import patience


class PatientConnection(psycopg.Connection):
    """A connection on which nothing is waited for longer than :mod:`weerbaar.operation.patience` allows."""

    @classmethod
    def connect(cls, *given: Any, **named: Any) -> "PatientConnection":  # type: ignore[override]
        limit = patience()
        if limit and limit.is_over:
            raise psycopg.OperationalError("the database did not answer this request before")
        try:
            return super().connect(*given, **named)  # type: ignore[return-value]
        except psycopg.errors.ConnectionTimeout:
            if limit:
                limit.is_over = True
            raise

    def wait(self, gen: Any, *given: Any, **named: Any) -> Any:
        limit = patience()
        if limit is None or named.get("timeout") is not None:
            return super().wait(gen, *given, **named)
        try:
            return super().wait(gen, *given, **{**named, "timeout": 0 if limit.is_over else limit.seconds})
        except psycopg.errors._WaitTimeout:
            limit.is_over = True
            self.pgconn.finish()  # what it was asked may still come: nothing else is asked on it
            raise psycopg.OperationalError("the database does not answer") from None


class DatabaseWrapper(base.DatabaseWrapper):
    Database = SimpleNamespace(**{**vars(psycopg), "connect": PatientConnection.connect})  # type: ignore[assignment]

    def get_connection_params(self) -> dict[str, Any]:
        """Those of Django; on a connection that a request opens the server gives up too."""
        given = super().get_connection_params()
        limit = patience()
        if limit:
            given["options"] = f"{given.get('options', '')} -c statement_timeout={int(limit.seconds * 1000)}".strip()
        return given
