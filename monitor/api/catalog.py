"""The catalogue of what is published, for data.overheid.nl and others who collect: DCAT-AP-NL 3.0."""

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAcceptable

from monitor.api import kept, serializers
from monitor.api.reading import ReadingView, with_table_names
from monitor.api.renderers import JSON
from monitor.api.schema import reading
from monitor.formats import dcat, preferred
from monitor.models import Edition

TYPES = {"application/ld+json": "jsonld", "text/turtle": "turtle", "application/json": "jsonld"}


class Catalog(ReadingView):
    query = serializers.CatalogQuerySerializer

    @extend_schema(
        operation_id="getCatalog",
        summary="All editions as a data catalogue (DCAT-AP-NL 3.0)",
        parameters=[
            OpenApiParameter("format", str, enum=list(dcat.WRITERS), description="instead of the header Accept")
        ],
        responses={
            (200, "application/ld+json"): OpenApiTypes.OBJECT,
            (200, "text/turtle"): str,
            **reading(400, 401, 406),
        },
    )
    def get(self, request):
        name = self.asked.get("format") or self._by_accept(request)
        editions = list(with_table_names(Edition.objects.public()))
        media_type = "text/turtle" if name == "turtle" else "application/ld+json"
        response = HttpResponse(content_type=f"{media_type}; charset=utf-8")
        key = f"catalog:{settings.PUBLIC_URL}:{name}:" + ",".join(
            f"{edition.id}-{edition.status_now}-{edition.withdrawn_at or edition.public_since:%s}"
            for edition in editions
        )
        answer = kept.kept(key, lambda: dcat.WRITERS[name](dcat.catalogue_of(editions)).encode())
        return kept.deliver(request, response, answer)

    def _by_accept(self, request) -> str:
        media_type = preferred(request.headers.get("Accept", ""), tuple(TYPES))
        if media_type is None:
            raise NotAcceptable("The catalogue is made as application/ld+json and text/turtle.")
        return TYPES[media_type]

    def perform_content_negotiation(self, request, force=False):
        return JSON(), JSON.media_type
