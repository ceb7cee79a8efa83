"""What the log says: chosen parts of a record and nothing else. A path, an address, a value or the message of an exception is
never among them (docs/security.md).

Whatever an outsider's page says waits for the next mail slot and tells how often: a line at the moment itself would tell when
somebody was here who reports without a name. What somebody did wrong (a form that cannot be read) leaves no line at all.
"""

import atexit
import json
import logging
import traceback
from collections import Counter
from datetime import datetime
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from weerbaar.operation.asked import asked_now, correlation_id, is_of_outsiders, view_of

OURS = ("benchmarks", "care", "cases", "jobs", "monitor", "organisations", "reporting", "vault", "weerbaar")
OF_REQUESTS = ("django.request", "django.security", "django.server")
PARTS = ("level", "logger", "says", "error", "at", "view", "id")
SERVER_ERROR = 500


def parts_of(record: logging.LogRecord) -> dict[str, str]:
    """What may be written of a record: the parts of PARTS that it has. Our own messages are constant words with codes and names of
    classes; of another library only the form of its message is taken, before its values are filled in."""
    request, error = _request_of(record), record.exc_info[1] if record.exc_info else None
    frames = traceback.extract_tb(error.__traceback__) if error else []
    said = {
        "level": record.levelname,
        "logger": record.name,
        "says": _says(record),
        "error": type(error).__name__ if error else "",
        "at": f"{'/'.join(frames[-1].filename.rsplit('/', 2)[-2:])}:{frames[-1].lineno}" if frames else "",
        "view": view_of(request) if request else "",
        "id": correlation_id(request) if request else "",
    }
    return {name: said[name] for name in PARTS if said[name]}


def _request_of(record: logging.LogRecord) -> HttpRequest | None:
    """That of the record itself or, where it has none, the one that is answered now. (Django tells an answer of 5xx after its
    middleware is done.)"""
    own = getattr(record, "request", None)
    return own if isinstance(own, HttpRequest) else asked_now()


def _says(record: logging.LogRecord) -> str:
    if record.name.startswith(OF_REQUESTS):
        return f"status {getattr(record, 'status_code', '-')}"
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return str(record.msg) if record.args else ""


class BareHandler(logging.StreamHandler):
    """Writes the parts: one JSON object a line with `as_json`, else words. Keeps what must wait until :meth:`release`."""

    def __init__(self, *, as_json: bool = False) -> None:
        super().__init__()
        self.as_json = as_json
        self._waiting: Counter[tuple[tuple[str, str], ...]] = Counter()
        self._until: datetime | None = None
        self._guard = Lock()
        atexit.register(self.release, is_over=True)
        _handlers.append(self)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if record.name.startswith(OF_REQUESTS) and int(getattr(record, "status_code", SERVER_ERROR)) < SERVER_ERROR:
                return
            request = _request_of(record)
            if request is not None and is_of_outsiders(request):
                self._keep(parts_of(record))
            else:
                now = timezone.localtime()
                self._write({"time": now.isoformat(timespec="milliseconds"), **parts_of(record)})
        except Exception:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A record that cannot be written is named by its logger alone: Python would print its values."""
        self._write({"level": "ERROR", "logger": record.name, "says": "a line could not be written"})

    def release(self, *, is_over: bool = False) -> None:
        """Write what waited, if its moment came or the process ends: without a time, with how often."""
        with self._guard:
            if not self._waiting or not (is_over or self._until is None or timezone.now() >= self._until):
                return
            waited, self._waiting, self._until = self._waiting, Counter(), None
        for parts, times in sorted(waited.items()):
            self._write({**dict(parts), "times": times})

    def _keep(self, parts: dict[str, str]) -> None:
        from jobs.outbox import next_mail_slot  # logging begins before the applications are there

        with self._guard:
            self._until = self._until or next_mail_slot()
            self._waiting[tuple(sorted(parts.items()))] += 1

    def _write(self, parts: dict[str, Any]) -> None:
        if self.as_json:
            line = json.dumps(parts, ensure_ascii=False)
        else:
            line = " ".join(
                f"{name}={value}" if name in {"view", "id", "times"} else str(value) for name, value in parts.items()
            )
        try:
            self.stream.write(line + self.terminator)
            self.flush()
        except ValueError:  # the stream was closed before the process ended
            pass


_handlers: list[BareHandler] = []


def release() -> None:
    """Let every handler write what may be written by now: asked after each request."""
    for handler in _handlers:
        handler.release()
