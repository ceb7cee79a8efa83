"""What machines ask: does this process answer, and could a report be kept now?"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from jobs.heartbeat import silent
from jobs.models import Job
from vault.keyring.master import KeyState, key_state
from weerbaar.backup.unfinished import set_begun
from weerbaar.operation import disk, work

LOCKED_FOR = 3000  # milliseconds for which SQLite may be locked by somebody else before it counts as not writable


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Whether this process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Whether a report could be kept now, which `checks` decide. `beside` them stands, in words, how the work goes: reports
    are kept without it too. The key of one organisation is a matter of `manage.py doctor`."""
    database = can_write() and is_whole()
    checks = {"database": database, "masterKey": database and has_right_key(), "disk": not disk.is_full()}
    is_ready = all(checks.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "failing", "checks": checks, "beside": _beside(database)},
        status=200 if is_ready else 503,
    )


def can_write() -> bool:
    """Whether the database takes a write."""
    try:
        with _not_locked_for_long(), transaction.atomic():
            Job.objects.filter(pk=uuid4()).update(error="")  # touches no row, and yet asks for the right to write
        return True
    except DatabaseError:
        return False


@contextmanager
def _not_locked_for_long() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {min(usual, LOCKED_FOR)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def is_whole() -> bool:
    """Whether no restore began in this database that did not end."""
    try:
        return set_begun() is None
    except DatabaseError:
        return False


def has_right_key() -> bool:
    """Whether the master key is that of this database."""
    try:
        return key_state() is KeyState.RIGHT
    except DatabaseError:
        return False


def _beside(is_known: bool) -> dict[str, str]:
    try:
        if not is_known:
            raise DatabaseError
        return {
            "worker": f"silent: {', '.join(quiet)}" if (quiet := silent()) else "works",
            "scheduler": "works" if work.scheduler_works() else "silent",
            "jobs": "some fail for long" if work.failing() else "none fails for long",
        }
    except DatabaseError:
        return dict.fromkeys(("worker", "scheduler", "jobs"), "unknown")
