"""Waiting for another process: until something is so, never for a fixed time."""

import time
from collections.abc import Callable


def until(is_so: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
