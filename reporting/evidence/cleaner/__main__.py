"""Cleans one file: its bytes come on standard input; one line of JSON and the new bytes go to standard output. Or it reads
the words of one that was cleaned: then the line is {"words", "whole"}, and no bytes follow."""

import json
import resource
import sys
from importlib import import_module

MEMORY, SECONDS = 1536 * 1024**2, 25


def limit() -> None:
    """Allow this process little memory, little time and no file to write, before it reads anything foreign."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Clean what comes in. A refusal is a line {"refused": code} and no bytes."""
    limit()
    from .refusal import CannotClean

    data = sys.stdin.buffer.read()
    try:
        cleaned, kind = _clean(data)
        answer = {"kind": kind}
    except CannotClean as refused:
        cleaned, answer = b"", {"refused": refused.code}
    except MemoryError:
        cleaned, answer = b"", {"refused": "bomb"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + cleaned)


def read() -> None:
    """Read the words of a file that was made anew. Whatever goes wrong ends this process."""
    limit()
    from .sniff import kind_of
    from .words import words_in

    data = sys.stdin.buffer.read()
    words, whole = words_in(data, kind_of(data))
    sys.stdout.buffer.write(json.dumps({"words": words, "whole": whole}).encode() + b"\n")


def _clean(data: bytes) -> tuple[bytes, str]:
    from .kinds import KINDS
    from .sniff import kind_of

    kind = kind_of(data)
    family = import_module(f"{__package__}.{KINDS[kind].family}")  # the other families stay unread
    return family.clean(data, kind)
