"""Runs the cleaner where a hostile file can do no harm: a process without environment, files, network or time."""

import json
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from reporting.evidence.cleaner.kinds import MADE
from reporting.evidence.refusals import REFUSALS

HERE = Path(__file__).parent
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); import cleaner.__main__ as run; getattr(run, sys.argv[2])()"
SECONDS = 30
READ_SECONDS = 10
AT_ONCE, WAIT_SECONDS = 2, 10
MOST_OUT = 60 * 1024**2
WITH_WORDS = {"pdf", "docx", "xlsx", "odt"}  # in which words are looked for, once they were made anew


class FileRefused(Exception):
    """The file could not be made safe. `code` is in reporting/evidence/refusals.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_proven: list[str] = []
_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Cleaned:
    data: bytes
    kind: str


def clean_file(data: bytes) -> Cleaned:
    """A new file of the same content. Raises :class:`FileRefused`, whatever goes wrong in the cleaner."""
    if not _turns.acquire(timeout=WAIT_SECONDS):  # many files at once may not keep reports waiting
        raise FileRefused("busy")
    try:
        return _run(data)
    finally:
        _turns.release()


@dataclass(frozen=True)
class Words:
    """What a file says. `whole`: that is everything that people see in it."""

    text: str
    whole: bool


NOT_READ = Words("", whole=False)


def words_in(data: bytes) -> Words:
    """The words of a file that was made anew, :data:`NOT_READ` where it cannot be read, or not in time. Never an error:
    a file comes in whether it was read or not."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        return NOT_READ
    try:
        done = _done("read", data, READ_SECONDS)
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
        return Words(str(answer["words"]), answer["whole"] is True)
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError, TypeError):
        return NOT_READ
    finally:
        _turns.release()


def _done(what: str, data: bytes, seconds: int) -> subprocess.CompletedProcess[bytes]:
    command = [*_walls(), sys.executable, "-I", "-c", PROGRAM, str(HERE), what]
    return subprocess.run(command, input=data, capture_output=True, timeout=seconds, env={}, check=False)  # noqa: S603


def _run(data: bytes) -> Cleaned:
    try:
        done = _done("main", data, SECONDS)
    except subprocess.TimeoutExpired:
        raise FileRefused("broken") from None
    except OSError:  # the cleaner did not even begin, so nothing is known of the file
        raise FileRefused("busy") from None
    head, _newline, body = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head or len(body) > MOST_OUT:
        was_stopped = done.returncode < 0 or done.returncode > 128  # bubblewrap reports a signal as a code above 128
        raise FileRefused("bomb" if was_stopped else "broken")
    try:
        answer = json.loads(head)
        kind, code = str(answer.get("kind", "")), str(answer.get("refused", ""))
    except (ValueError, AttributeError):
        raise FileRefused("broken") from None
    if code or kind not in MADE:
        raise FileRefused(code if code in REFUSALS else "broken")
    return Cleaned(body, kind)


def _walls() -> list[str]:
    """The command of bubblewrap, where this machine can run it: behind it only Python and the cleaner can be read."""
    walls = _bubblewrap()
    if not walls or walls == _proven:
        return walls
    try:
        tried = subprocess.run(  # noqa: S603
            [*walls, sys.executable, "-I", "-c", ""], capture_output=True, timeout=10, env={}, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return []
    if tried.returncode != 0:
        return []
    _proven[:] = walls  # a failure is not remembered: the machine may only have been busy
    return walls


def is_walled() -> bool:
    """Whether this machine can run the cleaner behind bubblewrap."""
    return bool(_walls())


def _bubblewrap() -> list[str]:
    program = shutil.which("bwrap")
    if not program:
        return []
    seen = {Path("/usr"), Path("/lib"), Path("/lib64"), Path("/bin"), Path("/etc/ld.so.cache"), HERE / "cleaner"}
    seen |= {Path(sys.prefix), Path(sys.base_prefix)}
    binds = [part for path in sorted(seen) if path.exists() for part in ("--ro-bind", str(path), str(path))]
    return [
        program,
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        *binds,
        "--dev",
        "/dev",
    ]
