"""Ends a walk in the browser that stands still: a page that spins can keep a processor from everything else, pytest too."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 300  # seconds; the longest walk takes a minute
_WATCH = f"""
import os, sys, time
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.support.watchdog import end_pages
time.sleep({PATIENCE})
end_pages({os.getpid()})
"""


class Watchdog:
    @contextlib.contextmanager
    def over(self, test: str) -> Iterator[None]:
        """A process apart, since a thread of a starved process is starved too."""
        watcher = subprocess.Popen([sys.executable, "-c", _WATCH], start_new_session=True)
        try:
            yield
        finally:
            ended = watcher.poll() is not None
            watcher.kill()
            watcher.wait()
            if ended:
                print(f"\n{test} took more than {PATIENCE} s: the pages of its browser were ended", file=sys.stderr)


def end_pages(ancestor: int) -> list[int]:
    """Kill every page (renderer) of the browsers below this process; the test then fails, and the run goes on."""
    processes = dict(_processes())
    pages = [pid for pid, (_parent, line) in processes.items() if "--type=renderer" in line]
    below = [pid for pid in pages if ancestor in _ancestors(pid, processes)]
    for pid in below:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return below


def _processes() -> Iterator[tuple[int, tuple[int, str]]]:
    """(process, (its parent, its command line)) of everything that runs."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            yield int(place.name), (parent, (place / "cmdline").read_text(errors="replace").replace("\0", " "))


def _ancestors(pid: int, processes: dict[int, tuple[int, str]]) -> Iterator[int]:
    while pid in processes:
        pid = processes[pid][0]
        yield pid
