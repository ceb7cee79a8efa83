"""A table of an edition in the format that is asked for; of a published one the answer is kept."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.exceptions import APIException, NotAcceptable, NotFound

from monitor import catalogue
from monitor.api import kept, serializers
from monitor.api.reading import EDITION, View, judged, language, with_headers
from monitor.api.renderers import JSON
from monitor.api.schema import READING, reading
from monitor.formats import FORMATS, of_type
from monitor.formats.published import Options, Published
from monitor.models import Edition


@dataclass(frozen=True)
class Choice:
    format: str
    media_type: str
    options: Options
    language: str

    def key(self, edition: Edition, table: str) -> str:
        flags = f"{self.options.labels:d}{self.options.bom:d}"
        since = edition.public_since.timestamp() if edition.public_since else 0
        return f"{edition.id}:{edition.status_now}:{since}:{table}:{self.format}:{self.language}:{flags}"

    def head(self, edition: Edition, table: str) -> HttpResponse:
        """The answer without its content."""
        charset = "" if ";" in self.media_type else "; charset=utf-8"
        response = HttpResponse(content_type=self.media_type + charset)
        response["Edition-Status"] = edition.status_now
        if FORMATS[self.format].is_file:
            response["Content-Disposition"] = f'attachment; filename="{edition.id}-{table}.csv"'
        return response


@lru_cache(maxsize=1024)
def choice(query: str, accept: str, words: str) -> Choice:
    """What is asked for by the parameters, Accept and the language. Raises what is wrong with it."""
    asked = judged(serializers.TableQuery, QueryDict(query))
    options = Options(labels=asked["labels"], bom=asked["bom"])
    if name := asked.get("format"):
        return Choice(name, FORMATS[name].types[0], options, words)
    if (found := of_type(accept)) is None:
        raise NotAcceptable(
            "A table is made as " + ", ".join(sorted({one.types[-1] for one in FORMATS.values()})) + "."
        )
    return Choice(*found, options, words)


def choice_of(request: HttpRequest) -> Choice:
    return choice(request.META.get("QUERY_STRING", ""), request.headers.get("Accept", ""), language(request))


class OneTable(View):
    query = serializers.TableQuery

    def dispatch(self, request, edition, table):
        return self._kept(request, edition, table) or super().dispatch(request, edition=edition, table=table)

    @extend_schema(
        operation_id="getTable",
        summary="One table of an edition, as JSON, JSON-stat 2.0, CSV or SDMX-CSV 2.0",
        parameters=[
            OpenApiParameter("format", str, enum=list(FORMATS), description="instead of the header Accept"),
            OpenApiParameter("labels", bool, description="CSV: columns with words beside those with codes"),
            OpenApiParameter("bom", bool, description="CSV: begin with the mark by which Excel knows UTF-8"),
        ],
        responses={
            (200, "application/json"): PolymorphicProxySerializer(
                "TableOrCube", [serializers.Table, serializers.Cube], resource_type_field_name=None
            ),
            (200, "application/json-stat+json"): serializers.Cube,
            (200, "text/csv"): str,
            (200, "application/vnd.sdmx.data+csv"): str,
            **READING,
            **reading(406),
        },
    )
    def get(self, request, edition, table):
        asked = choice_of(request)
        found = self.edition(edition)
        stored = found.stored.filter(table=table).first() if EDITION.fullmatch(table) else None
        if stored is None:
            raise NotFound("This edition has no such table. /editions/{id} names its tables.")
        published = Published(found, catalogue.tables()[table], stored.rows)
        answer = kept.packed(FORMATS[asked.format].write(published, asked.options).encode())
        if not self.read_ahead:
            kept.keep(asked.key(found, table), answer)
            return kept.deliver(request, asked.head(found, table), answer)
        response = asked.head(found, table)
        response.content = FORMATS[asked.format].write(published, asked.options).encode()
        return response

    def perform_content_negotiation(self, request, force=False):
        """Errors are JSON whatever was asked for; the format is chosen in :func:`choice`."""
        return JSON(), JSON.media_type

    def _kept(self, request: HttpRequest, edition: str, table: str) -> HttpResponse | None:
        """The answer from what is kept; None where there is none, or where it takes a closer look."""
        if (
            request.method not in {"GET", "HEAD"}
            or "Authorization" in request.headers
            or not EDITION.fullmatch(edition)
        ):
            return None
        try:
            asked = choice_of(request)
        except APIException:
            return None
        found = (
            Edition.objects.public().filter(id=edition).only("id", "status", "embargo_until", "published_at").first()
        )
        answer = kept.find(asked.key(found, table)) if found and EDITION.fullmatch(table) else None
        if found is None or answer is None:
            return None
        with translation.override(asked.language):
            return kept.deliver(request, with_headers(asked.head(found, table), "no-cache"), answer)
