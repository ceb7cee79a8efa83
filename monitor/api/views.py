"""The Monitor's API, version 1: published editions, their tables and what they mean (NL API Design Rules 2.2)."""

from datetime import UTC

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from monitor import catalogue
from monitor.api import serializers
from monitor.api.renderers import CSV, JSON
from monitor.csv import NORMAL, as_csv
from monitor.indicators import indicators
from monitor.models import Edition
from organisations.codes import code_list
from reporting.api.serializers import Problem

PAGE = 50
PROBLEM = OpenApiResponse(Problem)
ERRORS = {400: PROBLEM, 404: PROBLEM}


@method_decorator([gzip_page, conditional_page], name="dispatch")
class View(APIView):
    """Read only, for everybody. Every answer, errors too, names the version of the API."""

    renderer_classes = [JSON]
    http_method_names = ["get", "head", "options"]
    query: type[Serializer] = serializers.NoQuery

    def initial(self, request, *args, **kwargs) -> None:
        translation.activate(_language(request))
        super().initial(request, *args, **kwargs)
        asked = self.query(data=request.query_params.dict())
        wrong = {
            name: [f"there is no parameter {name!r} here"] for name in request.query_params if name not in asked.fields
        }
        if not asked.is_valid() or wrong:
            raise ValidationError({**asked.errors, **wrong})
        self.asked = asked.validated_data

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["API-Version"] = settings.API_VERSION
        response["Content-Language"] = translation.get_language()
        response["Vary"] = "Accept, Accept-Language, Accept-Encoding"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


class Editions(View):
    query = serializers.EditionsQuery

    @extend_schema(
        operation_id="listEditions",
        summary="Published editions, newest first",
        parameters=[
            OpenApiParameter("page", {"type": "integer", "minimum": 1}, description="page number, from 1"),
            OpenApiParameter("frequency", str, enum=["quarterly", "yearly"]),
        ],
        responses={200: serializers.Editions, **ERRORS},
    )
    def get(self, request):
        found = public_editions()
        if frequency := self.asked.get("frequency"):
            found = found.filter(id__contains="-Q") if frequency == "quarterly" else found.exclude(id__contains="-Q")
        page, total = self.asked["page"], found.count()
        if page > 1 and (page - 1) * PAGE >= total:
            raise NotFound("there is no such page")

        def link(number: int) -> str:
            return "/api/v1/editions?" + "&".join(
                [f"page={number}", *([f"frequency={frequency}"] if frequency else [])]
            )

        shown = found[(page - 1) * PAGE : page * PAGE]
        return Response(
            {
                "count": total,
                "next": link(page + 1) if page * PAGE < total else None,
                "previous": link(page - 1) if page > 1 else None,
                "results": [_edition(one) for one in shown],
            }
        )


class OneEdition(View):
    @extend_schema(operation_id="getEdition", summary="One edition", responses={200: serializers.Edition, **ERRORS})
    def get(self, request, edition):
        return Response(_edition(_published(edition)))


class OneTable(View):
    renderer_classes = [JSON, CSV]
    query = serializers.TableQuery

    @extend_schema(
        operation_id="getTable",
        summary="One table of an edition, as JSON or CSV",
        parameters=[OpenApiParameter("format", str, enum=["json", "csv"], description="instead of the header Accept")],
        responses={(200, "application/json"): serializers.Table, (200, "text/csv"): str, **ERRORS},
    )
    def get(self, request, edition, table):
        stored = _published(edition).stored.filter(table=table).first()
        if stored is None:
            raise NotFound(f"edition {edition} has no table {table}")
        shape = catalogue.tables()[table]
        if request.accepted_renderer.format == "csv":
            return Response(as_csv(shape, edition, stored.rows))
        names = [*shape.dimensions, "value"]
        cells = [dict(zip(names, row, strict=True)) | {"period": edition, "status": NORMAL} for row in stored.rows]
        return Response(
            {
                "edition": edition,
                "table": table,
                "title": shape.label,
                "source": "register",
                "dimensions": [_dimension(name) for name in shape.dimensions],
                "cells": cells,
            }
        )


class OneAudit(View):
    @extend_schema(
        operation_id="getAudit",
        summary="Whether an edition is proven safe",
        responses={200: serializers.Audit, **ERRORS},
    )
    def get(self, request, edition):
        return Response(_published(edition).audit)


class Indicators(View):
    @extend_schema(
        operation_id="listIndicators", summary="What is measured", responses={200: serializers.Indicators, 400: PROBLEM}
    )
    def get(self, request):
        return Response(
            _list(
                {
                    "id": one.id,
                    "label": one.label,
                    "definition": one.definition,
                    "source": one.source,
                    "tables": one.tables,
                }
                for one in indicators().values()
            )
        )


class Dimensions(View):
    @extend_schema(
        operation_id="listDimensions", summary="The code lists", responses={200: serializers.Dimensions, 400: PROBLEM}
    )
    def get(self, request):
        used = dict.fromkeys(name for table in catalogue.tables().values() for name in table.dimensions)
        return Response(_list(_dimension(name) for name in used))


class Unknown(View):
    """Everything else under the API's address."""

    schema = None

    def initial(self, request, *args, **kwargs) -> None:
        raise NotFound("There is nothing at this address. Addresses have no slash at the end.")

    def get(self, request, *args, **kwargs):
        raise NotFound


class OpenAPI(SpectacularJSONAPIView):
    """The OpenAPI document: for everybody, from anywhere."""

    renderer_classes = [JSON]
    schema = None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["API-Version"] = settings.API_VERSION
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def public_editions():
    return Edition.objects.public().prefetch_related("stored")


def _published(edition: str) -> Edition:
    found = public_editions().filter(id=edition).first()
    if found is None:
        raise NotFound(f"there is no edition {edition}")
    return found


def _edition(one: Edition) -> dict:
    return {
        "id": one.id,
        "number": one.number,
        "cutOffDate": one.cut_off_date.isoformat(),
        "publishedAt": one.public_since.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        if one.public_since
        else None,
        "status": one.status_now,
        "method": one.method,
        "base": one.base,
        "tables": [stored.table for stored in one.stored.all()],
        "softwareVersion": one.software_version,
        "manifest": one.manifest,
    }


def _dimension(name: str) -> dict:
    codes = code_list(name)
    shown = [{"code": one.id, "label": one.label, "parent": one.parent} for one in codes.codes]
    return {
        "id": name,
        "label": codes.label,
        "codes": [
            {
                "code": catalogue.TOTAL,
                "label": "Totaal" if translation.get_language() == "nl" else "Total",
                "parent": None,
            },
            *shown,
        ],
    }


def _list(results) -> dict:
    results = list(results)
    return {"count": len(results), "next": None, "previous": None, "results": results}


def _language(request: HttpRequest) -> str:
    """Dutch, unless English is asked before Dutch."""
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in {"nl", "en"}:
            return code
    return "nl"
