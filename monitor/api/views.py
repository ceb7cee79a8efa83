"""The Monitor's API, version 1: published editions, their tables and what they mean (NL API Design Rules 2.2)."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import NotAuthenticated, NotFound, PermissionDenied
from rest_framework.response import Response

from monitor.api import kept, serializers
from monitor.api.figures import figures_of
from monitor.api.reading import ReadingView, with_headers, with_table_names
from monitor.api.renderers import JSON
from monitor.api.schema import READING, reading
from monitor.editions.archive import archive_of
from monitor.editions.profiles import ProfileIndicator, every_indicator
from monitor.formats import published
from monitor.models import Edition
from monitor.rules.catalogue import catalogue
from monitor.rules.indicators import Cells, Indicator

PAGE = 50


class Editions(ReadingView):
    query = serializers.EditionsQuerySerializer
    part = "list"

    @extend_schema(
        operation_id="listEditions",
        summary="Published editions, newest first",
        description="With `status=embargoed` those of which the embargo has not ended: for tokens with that scope.",
        parameters=[
            OpenApiParameter("page", {"type": "integer", "minimum": 1}, description="page number, from 1"),
            OpenApiParameter("frequency", str, enum=["quarterly", "yearly"]),
            OpenApiParameter("status", str, enum=serializers.STATUSES),
        ],
        responses={200: serializers.EditionsSerializer, **READING, **reading(403)},
    )
    def get(self, request):
        status, frequency = self.asked.get("status"), self.asked.get("frequency")
        editions = self._ahead() if status == Edition.Status.EMBARGOED else Edition.objects.public()
        if frequency:
            editions = editions.quarterly() if frequency == "quarterly" else editions.yearly()
        if status == Edition.Status.WITHDRAWN:
            editions = editions.filter(status=status)
        elif status == Edition.Status.PUBLISHED:
            editions = editions.exclude(status=Edition.Status.WITHDRAWN)
        page, total = self.asked["page"], editions.count()
        if page > 1 and (page - 1) * PAGE >= total:
            raise NotFound("There is no such page.")
        shown = with_table_names(editions)[(page - 1) * PAGE : page * PAGE]
        if status == Edition.Status.EMBARGOED:
            self.read_ahead = [edition.id for edition in shown]

        def link(number: int) -> str:
            asked = {"page": number, "frequency": frequency, "status": status}
            return reverse("editions") + "?" + urlencode({name: value for name, value in asked.items() if value})

        return Response(
            {
                "count": total,
                "next": link(page + 1) if page * PAGE < total else None,
                "previous": link(page - 1) if page > 1 else None,
                "results": [_edition(edition) for edition in shown],
            }
        )

    def _ahead(self):
        if self.request.auth is None:
            raise NotAuthenticated("Editions under embargo are for clients with a token.")
        if not self.may_read_ahead:
            raise PermissionDenied("This token does not have the scope figures.ahead.")
        return Edition.objects.ahead()


class OneEdition(ReadingView):
    part = "edition"

    @extend_schema(
        operation_id="getEdition", summary="One edition", responses={200: serializers.EditionSerializer, **READING}
    )
    def get(self, request, edition):
        return Response(_edition(self.edition(edition)))


class OneAudit(ReadingView):
    part = "audit"

    @extend_schema(
        operation_id="getAudit",
        summary="Whether an edition is proven safe",
        responses={200: serializers.AuditSerializer, **READING},
    )
    def get(self, request, edition):
        return Response(self.edition(edition).audit)


class Figures(ReadingView):
    part = "figures"

    @extend_schema(
        operation_id="listFigures",
        summary="The value of each indicator in an edition",
        responses={200: serializers.FiguresSerializer, **READING},
    )
    def get(self, request, edition):
        return Response(_list(figures_of(self.edition(edition))))


class Archive(ReadingView):
    part = "archive"

    @extend_schema(
        operation_id="getArchive",
        summary="All files of an edition, with what is needed to repeat its proof",
        responses={(200, "application/zip"): bytes, **READING},
    )
    def get(self, request, edition):
        shown = self.edition(edition)
        response = HttpResponse(content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="weerbaar-{shown.id}.zip"'
        if self.read_ahead:
            response.content = archive_of(shown)
            return response
        answer = kept.kept(f"archive:{shown.id}:{shown.manifest}", lambda: archive_of(shown))
        return kept.deliver(request, response, answer, as_is=True)


class Indicators(ReadingView):
    @extend_schema(
        operation_id="listIndicators",
        summary="What is measured",
        responses={200: serializers.IndicatorsSerializer, **reading(400, 401)},
    )
    def get(self, request):
        return Response(_list(map(_indicator, every_indicator().values())))


class OneIndicator(ReadingView):
    @extend_schema(
        operation_id="getIndicator",
        summary="One indicator: how it is defined and from which cells it is made",
        responses={200: serializers.IndicatorSerializer, **READING},
    )
    def get(self, request, indicator):
        definition = every_indicator().get(indicator)
        if definition is None:
            raise NotFound("There is no such indicator. /indicators lists them.")
        return Response(_indicator(definition))


class Dimensions(ReadingView):
    @extend_schema(
        operation_id="listDimensions",
        summary="The code lists",
        responses={200: serializers.DimensionsSerializer, **reading(400, 401)},
    )
    def get(self, request):
        return Response(_list(asdict(published.versioned_dimension(name)) for name in catalogue().published_dimensions))


class OneDimension(ReadingView):
    @extend_schema(
        operation_id="getDimension",
        summary="One code list",
        responses={200: serializers.VersionedDimensionSerializer, **READING},
    )
    def get(self, request, dimension):
        if dimension not in catalogue().published_dimensions:
            raise NotFound("There is no such dimension. /dimensions lists them.")
        return Response(asdict(published.versioned_dimension(dimension)))


class Unknown(ReadingView):
    """Everything else under the API's address."""

    schema = None

    def initial(self, request, *args, **kwargs) -> None:
        self.read_ahead = []
        raise NotFound("There is nothing at this address. Addresses have no slash at the end.")

    def get(self, request, *args, **kwargs):
        raise NotFound


class OpenAPI(SpectacularJSONAPIView):
    """The OpenAPI document: for everybody, from anywhere."""

    renderer_classes = [JSON]
    schema = None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        return with_headers(response, "no-cache")

    def dispatch(self, request, *args, **kwargs):
        answer = kept.find("openapi")
        response = HttpResponse(content_type="application/json; charset=utf-8")
        if answer is None or request.method not in {"GET", "HEAD"}:
            response = cast(Response, super().dispatch(request, *args, **kwargs)).render()
            if response.status_code != 200 or request.method == "OPTIONS":
                return response
            answer = kept.packed(response.content)
            kept.keep("openapi", answer)
        response["Access-Control-Allow-Origin"] = "*"
        return kept.deliver(request, with_headers(response, "no-cache"), answer)


def _edition(edition: Edition) -> dict:
    content = {
        "id": edition.id,
        "number": edition.number,
        "cutOffDate": edition.cut_off_date.isoformat(),
        "publishedAt": _utc(edition.public_since),
        "status": edition.status_now,
        "method": edition.method,
        "base": edition.base,
        "tables": [stored.table for stored in edition.stored.all()],
        "softwareVersion": edition.software_version,
        "manifest": edition.manifest,
    }
    if edition.status_now == Edition.Status.EMBARGOED:
        content["embargoUntil"] = _utc(edition.embargo_until)
    if edition.revised_by:
        content["revisedBy"] = edition.revised_by
    if edition.status_now == Edition.Status.WITHDRAWN:
        content |= {"withdrawnAt": _utc(edition.withdrawn_at), "withdrawnBecause": edition.withdrawn_because}
    return content


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _indicator(indicator: Indicator | ProfileIndicator) -> dict:
    return {
        "id": indicator.id,
        "label": indicator.label,
        "definition": indicator.definition,
        "source": indicator.source,
        "rule": indicator.rule,
        "by": indicator.by if isinstance(indicator, ProfileIndicator) else None,
        "numerator": _cells(indicator.numerator),
        "denominator": _cells(indicator.denominator),
        "tables": indicator.tables,
    }


def _cells(cells: Cells | None) -> dict | None:
    return cells.model_dump() if cells else None


def _list(results) -> dict:
    results = list(results)
    return {"count": len(results), "next": None, "previous": None, "results": results}
