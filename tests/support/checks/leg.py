"""`python -m tests.support.checks.leg NAME COMMAND …`: run a command and print the processor seconds that it took, so that runs
of different days and busy machines compare. Servers, workers and browsers that the command started count too."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main(name: str, *command: str) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # what the command leaves behind becomes ours, and is counted
    start = time.monotonic()
    status = subprocess.run(command).returncode
    end = time.monotonic() + 5
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < end:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    passed = time.monotonic() - start
    sys.stderr.write(f"== {name}: {used.ru_utime + used.ru_stime:.0f} processor seconds in {passed:.0f} s\n")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
