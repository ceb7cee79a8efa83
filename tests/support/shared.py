"""What is made once and used by every worker of a run, and by both legs of `./weer test`."""

from __future__ import annotations

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support import services


def shared() -> Path:
    """The folder of the run, with one master key: what a worker sealed or signed, another can open and check."""
    place = Path(os.environ.get("WEER_TEST_SHARED") or services.folder("shared"))
    os.environ["WEER_TEST_SHARED"] = str(place)
    if not (place / "master.key").exists():
        (place / "master.key").write_bytes(os.urandom(32))
    return place


def made_once(name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, made by the worker that asks first; the others wait for it."""
    with (shared() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared() / name
        if not kept.exists():
            kept.write_bytes(pickle.dumps(make()))
        return pickle.loads(kept.read_bytes())  # noqa: S301  our own file
