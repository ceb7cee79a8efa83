"""Asks ClamAV whether a file is harmful (INSTREAM), where the installation has it. Without an answer it is refused."""

import socket
import time
from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings

from reporting.evidence.sandbox import FileRefused

SECONDS = 20  # for one question in all, so that an answer that comes byte by byte keeps no report waiting
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
# In two parts, so that no scanner takes this file for one that is infected.
TRIAL = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def refuse_harmful(data: bytes) -> None:
    """Raises FileRefused("virus"), or FileRefused("no_scanner") when ClamAV gives no answer or a strange one."""
    if not settings.CLAMD:
        return
    try:
        answer = _ask(data)
    except OSError:
        raise FileRefused("no_scanner") from None
    if answer.endswith("FOUND"):
        raise FileRefused("virus")
    if answer != "stream: OK":
        raise FileRefused("no_scanner")


def is_awake() -> bool:
    """Whether ClamAV answers and finds the virus with which every scanner is tried."""
    try:
        return _ask(TRIAL).endswith("FOUND")
    except OSError:
        return False


def day_of_signatures() -> date | None:
    """The day of the signatures with which ClamAV works; None where it does not say so. Raises OSError without an answer."""
    with _connection() as clamd:
        clamd.sendall(b"zVERSION\0")
        answer = clamd.recv(256).rstrip(b"\0\n").decode("ascii", "replace")
    try:
        return datetime.strptime(answer.split("/")[2], "%a %b %d %H:%M:%S %Y").date()
    except (IndexError, ValueError):
        return None


def _ask(data: bytes) -> str:
    until = time.monotonic() + SECONDS
    with _connection() as clamd:
        for piece in _question(data):
            _wait_no_longer(clamd, until)
            clamd.sendall(piece)
        answer, piece = b"", b"?"
        while piece and len(answer) <= LONGEST_ANSWER:
            _wait_no_longer(clamd, until)
            piece = clamd.recv(LONGEST_ANSWER)
            answer += piece
    if piece:
        raise OSError("no scanner answers at such length")
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _question(data: bytes) -> Iterator[bytes]:
    yield b"zINSTREAM\0"
    for start in range(0, len(data), PIECE):
        piece = data[start : start + PIECE]
        yield len(piece).to_bytes(4, "big") + piece
    yield bytes(4)


def _wait_no_longer(connection: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _connection() -> socket.socket:
    kind, _sep, address = settings.CLAMD.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        connection.connect(address)
        return connection
    host, _sep, port = address.rpartition(":")
    return socket.create_connection((host.strip("/"), int(port)), SECONDS)
