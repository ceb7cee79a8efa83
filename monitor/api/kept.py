"""Answers that never change are made once: packed with their digest, kept until something else is asked more often.

Only what everybody may read comes here. What an edition is by now is part of the key, so that a withdrawal shows at once.
"""

import contextlib
import gzip
import hashlib
import re

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from redis.exceptions import RedisError

DIGEST = 32
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))")


class Bytes:
    """How answers lie in Redis: as they are. Nothing that is read from there is ever run."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value


def packed(body: bytes) -> bytes:
    """A digest of the content and the content, compressed."""
    return hashlib.sha256(body).hexdigest()[:DIGEST].encode() + gzip.compress(body, 6, mtime=0)


def short(key: str) -> str:
    """A key of any length as one that every cache takes."""
    return hashlib.sha256(key.encode()).hexdigest()


def find(key: str) -> bytes | None:
    try:
        return caches["published"].get(key)
    except RedisError:
        return None  # the doorbell is out: made anew


def keep(key: str, answer: bytes) -> None:
    with contextlib.suppress(RedisError):
        caches["published"].set(key, answer)


def deliver(request: HttpRequest, response: HttpResponse, answer: bytes) -> HttpResponse:
    """Fill a response with a packed answer: compressed or not, each with its own strong ETag, or 304."""
    zipped = bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    digest = answer[:DIGEST].decode()
    response["ETag"] = f'"{digest}-gzip"' if zipped else f'"{digest}"'
    if _is_known(request, digest):
        response.status_code, response.content = 304, b""
        del response["Content-Type"]
        return response
    body = answer[DIGEST:]
    response.content = body if zipped else gzip.decompress(body)
    response["Content-Length"] = str(len(response.content))
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response


def _is_known(request: HttpRequest, digest: str) -> bool:
    """Whether the client has this content; a server in between may have made its ETag weak."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return any(one == "*" or one.removeprefix("W/") in (f'"{digest}"', f'"{digest}-gzip"') for one in known)
