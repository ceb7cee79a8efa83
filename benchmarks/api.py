"""Pulls of published tables, a second and a core: inside the process with every middleware, and over HTTP by Granian
with one worker. The clock is the CPU time of the server, so that a busy machine does not change the figure.

WEER_BENCH_PULLS: pulls of each kind.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.measure import scratch, tell

PULLS, LINES = int(os.environ.get("WEER_BENCH_PULLS", 5_000)), 4
AIM = 1_000
ADDRESS = "/api/v1/editions/2025/tables/T2"
ASKED = ("json", "jsonstat", "csv", "sdmx-csv")


def run() -> None:
    scratch()
    from tests.support.figures.editions import the_editions

    the_editions()
    for name in ASKED:
        first, spent = _inside(f"{ADDRESS}?format={name}")
        tell("api", f"{name}: first answer", 1000 * first, "ms", 1, "not kept yet")
        tell("api", f"{name}: pulls inside", PULLS / spent, "pulls/s/core", PULLS, f"aim {AIM}", PULLS / spent / AIM)
    with _granian() as (port, server):
        _pull(port, min(PULLS, 200))  # warm
        before, start = _cpu(server), time.perf_counter()
        _pull(port, PULLS)
        # The kernel counts in ticks: of a few pulls it may see none, and no less than one can be told.
        spent, passed = max(_cpu(server) - before, 1 / os.sysconf("SC_CLK_TCK")), time.perf_counter() - start
    tell(
        "api", "csv over HTTP", PULLS / passed, "pulls/s", PULLS, "by the clock on the wall, with the client beside it"
    )
    tell("api", "csv over HTTP, of the server", PULLS / spent, "pulls/s/core", PULLS, f"aim {AIM}", PULLS / spent / AIM)


def _inside(address: str) -> tuple[float, float]:
    """Seconds of the first answer, and CPU seconds of all the others."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler = WSGIHandler()
    asked = RequestFactory().get(address, headers={"Accept-Encoding": "gzip"}).environ

    def pull() -> None:
        answer = handler(dict(asked), lambda status, headers, fault=None, /: lambda body: None)
        assert answer.status_code == 200
        answer.close()

    start = time.perf_counter()
    pull()
    first = time.perf_counter() - start
    start = time.process_time()
    for _ in range(PULLS):
        pull()
    return first, time.process_time() - start


@contextmanager
def _granian() -> Iterator[tuple[int, int]]:
    """The server as it runs in production, with one worker of four threads; its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1"]
    command += ["--blocking-threads", "4", "--no-access-log", "--log-level", "warning", "weerbaar.wsgi:application"]
    server = subprocess.Popen(command)  # noqa: S603
    try:
        for _ in range(200):
            with suppress(OSError):
                HTTPConnection("127.0.0.1", port, timeout=5).request("GET", ADDRESS)
                break
            time.sleep(0.1)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def _pull(port: int, pulls: int) -> None:
    """Over LINES connections that stay open, one pull after another on each."""
    lines = [threading.Thread(target=_line, args=(port, pulls // LINES)) for _ in range(LINES)]
    for line in lines:
        line.start()
    for line in lines:
        line.join()


def _line(port: int, pulls: int) -> None:
    line = HTTPConnection("127.0.0.1", port)
    for _ in range(pulls):
        line.request("GET", f"{ADDRESS}?format=csv", headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        assert answer.status == 200
        answer.read()
    line.close()


def _cpu(pid: int) -> float:
    """CPU seconds so far of a process and those that it started (Linux)."""
    ticks = 0.0
    for process in [pid, *_children(pid)]:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [process for child in map(int, children) for process in (child, *_children(child))]
