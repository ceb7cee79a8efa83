"""The cache of answers that never change. An answer is made once, packed with its digest, and kept for a day.
A process keeps at most the 1000 answers that were used last (`CACHES` in the settings); when it has more, those that were
used least recently go.

Only answers that everybody may read are kept. The status of an edition is part of the key, so that a withdrawal shows at
once.
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
    """A serializer for Redis that stores the bytes as they are. Unlike pickle it never runs what it reads."""

    def dumps(self, value: bytes) -> bytes:
        return value

    def loads(self, value: bytes) -> bytes:
        return value


def packed(body: bytes) -> bytes:
    """The packed answer: a digest of the content in 32 hex digits, and the content compressed by gzip."""
    return hashlib.sha256(body).hexdigest()[:DIGEST].encode() + gzip.compress(body, 6, mtime=0)


def find(key: str) -> bytes | None:
    """The packed answer under a key, from this process or from the cache that all processes share; None where it is in
    neither."""
    key = _short(key)
    if (answer := caches["published"].get(key)) is None and "shared" in settings.CACHES:
        with contextlib.suppress(RedisError):  # without Redis the answer is made again
            answer = caches["shared"].get(key)
        if answer is not None:
            caches["published"].set(key, answer)
    return answer


def keep(key: str, answer: bytes) -> None:
    """Keep a packed answer under a key, for this process and for the others."""
    key = _short(key)
    caches["published"].set(key, answer)
    if "shared" in settings.CACHES:
        with contextlib.suppress(RedisError):
            caches["shared"].set(key, answer)


def kept(key: str, make: Callable[[], bytes]) -> bytes:
    """The packed answer under a key. `make` gives its content where none is kept yet."""
    if (answer := find(key)) is None:
        answer = packed(make())
        keep(key, answer)
    return answer


def _short(key: str) -> str:
    """A short digest of a key, because caches limit the length of keys."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def deliver(request: HttpRequest, response: HttpResponse, answer: bytes, *, as_is: bool = False) -> HttpResponse:
    """Fill a response with a packed answer: compressed where the client accepts that and `as_is` is not set. Both forms have
    a strong ETag of their own. A client that has the content already gets 304."""
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
    """Whether the client has this content already. A server in between may have turned the ETag into a weak one."""
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    return any(etag == "*" or etag.removeprefix("W/") in (f'"{digest}"', f'"{digest}-gzip"') for etag in known)
