"""Answers that never change are made once: packed with their digest, kept until something else is asked more often.

Only what everybody may read comes here. What an edition is by now is part of the key, so that a withdrawal shows at once.
"""

import contextlib
import gzip
import hashlib
import re
from collections.abc import Callable

from django.conf import settings
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


def find(key: str) -> bytes | None:
    """What this process has, or else what the others made."""
    key = _short(key)
    if (answer := caches["published"].get(key)) is None and "shared" in settings.CACHES:
        with contextlib.suppress(RedisError):  # Redis is out: it is made anew
            answer = caches["shared"].get(key)
        if answer is not None:
            caches["published"].set(key, answer)
    return answer


def keep(key: str, answer: bytes) -> None:
    key = _short(key)
    caches["published"].set(key, answer)
    if "shared" in settings.CACHES:
        with contextlib.suppress(RedisError):
            caches["shared"].set(key, answer)


def kept(key: str, make: Callable[[], bytes]) -> bytes:
    """The packed answer under this key, made where there is none."""
    if (answer := find(key)) is None:
        answer = packed(make())
        keep(key, answer)
    return answer


def _short(key: str) -> str:
    """A key that every cache takes, however long it is."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def deliver(request: HttpRequest, response: HttpResponse, answer: bytes, *, as_is: bool = False) -> HttpResponse:
    """Fill a response with a packed answer: compressed (unless it has to stay as it is) or not, each with its own
    strong ETag, or 304."""
    zipped = not as_is and bool(_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
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
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return any(etag == "*" or etag.removeprefix("W/") in (f'"{digest}"', f'"{digest}-gzip"') for etag in known)
