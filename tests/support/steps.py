"""Something fails at a step. A step is a statement to the database, the end of a transaction, or a file that is opened for
writing, moved, linked or removed. What fails runs in a process of its own, a copy of the present one (fork)."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Literal

from django.db import OperationalError, connection

How = Literal["kill", "error"]
FILE_STEPS = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.truncate"}
KILLED, RAISED = 86, 87
MOST = 2_000


@dataclass(frozen=True)
class Ended:
    """`reached`: there is a step of this number. `what`: that step. `answer`: what the act returned, where it did."""

    reached: bool
    what: str
    answer: Any = None


class _Steps:
    """Counts steps, and at the wanted one the process ends as by `kill -9`, or the step raises what a database that is away,
    or a disk that is full, raises."""

    def __init__(self, wanted: int, how: How, tell: Callable[[str], None]) -> None:
        self.left, self.how, self.tell = wanted, how, tell

    def step(self, what: str, error: Callable[[], Exception]) -> None:
        self.left -= 1
        if self.left:
            return
        self.tell(what)
        if self.how == "kill":
            os._exit(KILLED)
        raise error()

    def statement(self, execute, sql, params, many, context):
        self.step(sql, _away)
        return execute(sql, params, many, context)

    def file(self, event: str, given: tuple) -> None:
        is_written = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if (event in FILE_STEPS or is_written) and not str(given[0]).startswith(("/dev", "/proc")):
            self.step(f"{event} {given[0]}", lambda: OSError(errno.ENOSPC, "no space left on the device"))


def _away() -> Exception:
    return OperationalError("server closed the connection unexpectedly")


_running: list[_Steps] = []


def _hear(event: str, given: tuple) -> None:
    if _running:
        _running[-1].file(event, given)


def failing_at(number: int, how: How, act: Callable[[], Any]) -> Ended:
    """Do this in a copy of this process in which the step of this number (from 1) fails. `act` returns what JSON can hold."""
    connection.close()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # this process has threads; the copy only does the act, and ends
        child = os.fork()
    if not child:
        os.close(reading)
        _do(number, how, act, writing)
    os.close(writing)
    with os.fdopen(reading) as said:
        lines = [json.loads(line) for line in said]
    _pid, status = os.waitpid(child, 0)
    told = {key: value for line in lines for key, value in line.items()}
    assert os.waitstatus_to_exitcode(status) in {0, KILLED}, told.get("raised")
    return Ended("step" in told, told.get("step", ""), told.get("answer"))


def _do(number: int, how: How, act: Callable[[], Any], writing: int) -> None:
    """The copy: it ends here and never returns."""

    def tell(**what: Any) -> None:
        os.write(writing, json.dumps(what).encode() + b"\n")

    steps, code = _Steps(number, how, lambda what: tell(step=what)), 0
    try:
        sys.addaudithook(_hear)
        with ExitStack() as stack:
            connection.ensure_connection()
            commit = connection._commit

            def committed() -> None:
                steps.step("COMMIT", _away)
                commit()
                steps.step("after COMMIT", _away)

            connection._commit = committed
            stack.enter_context(connection.execute_wrapper(steps.statement))
            _running.append(steps)
            tell(answer=act())
    except BaseException:
        tell(raised=traceback.format_exc())
        code = RAISED
    finally:
        os._exit(code)


def every_step(how: How, act: Callable[[], Callable[[], Any]]) -> Iterator[Ended]:
    """Prepare the act anew and let it fail, once for each of its steps, until it has no more. `act()` prepares and returns
    what is done in the copy."""
    for number in range(1, MOST):
        ended = failing_at(number, how, act())
        yield ended
        if not ended.reached:
            return
    raise AssertionError(f"more than {MOST} steps")
