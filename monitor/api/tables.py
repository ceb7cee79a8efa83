"""A table of an edition in the format that is asked for. The answer for a published edition is kept."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import APIException, NotAcceptable, NotFound

from monitor.api import kept, serializers
from monitor.api.reading import EDITION, ReadingView, judged, language, with_headers
from monitor.api.renderers import JSON
from monitor.api.schema import READING, reading
from monitor.formats import FORMATS, of_type
from monitor.formats.published import SEPARATORS, Options, PublishedTable
from monitor.models import Edition
from monitor.rules import catalogue

VERSION = version("weerbaar")  # part of the key, because another version may have other labels and code lists


@dataclass(frozen=True)
class TableRequest:
    format: str
    media_type: str
    options: Options
    language: str

    def key(self, edition: Edition, table: str) -> str:
        """The key under which the answer is kept. It has everything that the answer depends on."""
        flags = f"{self.options.labels:d}{self.options.bom:d}{self.options.separator}{self.options.bounds:d}"
        since = edition.withdrawn_at or edition.public_since
        return f"{VERSION}:{edition.id}:{edition.status_now}:{since:%s}:{table}:{self.format}:{self.language}:{flags}"

    def head(self, edition: Edition, table: str) -> HttpResponse:
        """The answer without its content."""
        charset = "" if ";" in self.media_type else "; charset=utf-8"
        response = HttpResponse(content_type=self.media_type + charset)
        response["Edition-Status"] = edition.status_now
        kind = "attachment" if FORMATS[self.format].is_file else "inline"
        response["Content-Disposition"] = f'{kind}; filename="{self.filename(edition, table)}"'
        return response

    def filename(self, edition: Edition, table: str) -> str:
        """The name of the file. It has the edition, the table and every option, so that two different files never have the
        same name."""
        parts = ["weerbaar", edition.id, table]
        if edition.status_now == Edition.Status.WITHDRAWN:
            parts.append("withdrawn")
        if self.format != "csv":
            parts.append(self.format)
        if self.format != "sdmx-csv" and (self.format != "csv" or self.options.labels):
            parts.append(self.language)
        if self.options.bom:
            parts.append("bom")
        if self.options.separator != ",":
            parts.append("semicolon")
        if self.options.bounds:
            parts.append("bounds")
        return "-".join(parts) + "." + FORMATS[self.format].ending


@lru_cache(maxsize=1024)
def table_request(query: str, accept: str, words: str) -> TableRequest:
    """What the parameters, the header Accept and the language ask for. Raises APIException for a wrong parameter or type."""
    asked = judged(serializers.TableQuerySerializer, QueryDict(query))
    options = Options(asked["labels"], asked["bom"], SEPARATORS[asked["separator"]], asked["bounds"])
    if name := asked.get("format"):
        return TableRequest(name, FORMATS[name].types[0], options, words)
    if (accepted := of_type(accept)) is None:
        raise NotAcceptable(
            "A table is made as " + ", ".join(sorted({file_format.types[-1] for file_format in FORMATS.values()})) + "."
        )
    return TableRequest(*accepted, options, words)


def table_request_of(request: HttpRequest) -> TableRequest:
    """What an HTTP request asks for. Raises APIException for a wrong parameter or type."""
    return table_request(request.META.get("QUERY_STRING", ""), request.META.get("HTTP_ACCEPT", ""), language(request))


class OneTable(ReadingView):
    query = serializers.TableQuerySerializer

    @extend_schema(
        operation_id="getTable",
        summary="One table of an edition, as JSON, JSON-stat 2.0, CSV or SDMX-CSV 2.0",
        parameters=[
            OpenApiParameter("format", str, enum=list(FORMATS), description="instead of the header Accept"),
            OpenApiParameter("labels", bool, description="CSV: columns with words beside those with codes"),
            OpenApiParameter("bom", bool, description="CSV: begin with the mark by which Excel knows UTF-8"),
            OpenApiParameter(
                "separator",
                str,
                enum=list(SEPARATORS),
                description="CSV: what stands between cells; `semicolon` where Excel has it as list separator, as in Dutch",
            ),
            OpenApiParameter(
                "bounds",
                bool,
                description="CSV, JSON and JSON-stat: after the rest (in JSON-stat in `extension`) `low` and `high`, the lowest and the highest real number that the rounded value can stand for",
            ),
        ],
        responses={
            (200, "application/json"): PolymorphicProxySerializer(
                "TableOrCube", [serializers.TableSerializer, serializers.CubeSerializer], resource_type_field_name=None
            ),
            (200, "application/json-stat+json"): serializers.CubeSerializer,
            (200, "text/csv"): str,
            (200, "application/vnd.sdmx.data+csv"): str,
            **READING,
            **reading(406),
        },
    )
    def get(self, request, edition, table):
        asked = table_request_of(request)
        shown = self.edition(edition)
        stored = shown.stored.filter(table=table).first() if EDITION.fullmatch(table) else None
        if stored is None:
            raise NotFound("This edition has no such table. /editions/{id} names its tables.")
        published = PublishedTable(shown, *catalogue.as_stored(catalogue.tables()[table], stored.rows))
        answer = kept.packed(FORMATS[asked.format].write(published, asked.options).encode())
        if not self.read_ahead:
            kept.keep(asked.key(shown, table), answer)
            return kept.deliver(request, asked.head(shown, table), answer)
        response = asked.head(shown, table)
        response.content = FORMATS[asked.format].write(published, asked.options).encode()
        return response

    def perform_content_negotiation(self, request, force=False):
        """Errors are JSON whatever was asked for; the format is chosen in :func:`table_request`."""
        return JSON(), JSON.media_type


class KeptTables:
    """Middleware that answers a request for a table from the kept answers, before any other middleware starts. A request
    with a token or a wrong parameter, or for a table that is not kept yet, goes on to :class:`OneTable`."""

    ADDRESS = re.compile(r"/api/v1/editions/([0-9A-Za-z-]{1,12})/tables/([0-9A-Za-z-]{1,12})")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request) or self.get_response(request)

    def _answer(self, request: HttpRequest) -> HttpResponse | None:
        address = self.ADDRESS.fullmatch(request.path_info)
        if address is None or request.method not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in request.META:
            return None
        try:
            asked = table_request_of(request)
        except APIException:
            return None
        edition, table = _public(address[1]), address[2]
        answer = kept.find(asked.key(edition, table)) if edition else None
        if edition is None or answer is None:
            return None
        request.get_host()  # raises for a host that is not allowed
        response = with_headers(asked.head(edition, table), "no-cache", asked.language)
        response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
        return kept.deliver(request, response, answer)


_believed: dict[str, tuple[float, Edition]] = {}


def _public(edition_id: str) -> Edition | None:
    """A public edition without its contents, as it was at most STATE_BELIEVED seconds ago."""
    until, edition = _believed.get(edition_id, (0.0, None))
    if edition is None or until <= time.monotonic():
        moments = ("embargo_until", "published_at", "withdrawn_at")
        wanted = Edition.objects.public().filter(id=edition_id).only("id", "status", *moments)
        if (edition := wanted.first()) is not None:  # only editions that exist, so that nobody can fill the memory
            _believed[edition_id] = (time.monotonic() + settings.STATE_BELIEVED, edition)
    return edition
