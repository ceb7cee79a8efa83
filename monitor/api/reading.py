"""What all reading endpoints share: authentication, language, the check of the parameters, and the headers of the answer."""

import re
from typing import cast

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.exceptions import AuthenticationFailed, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from monitor.api import kept, serializers
from monitor.api.renderers import JSON
from monitor.editions.archive import PUBLISHER
from monitor.events import MonitorEvent
from monitor.models import Edition, EditionQuerySet, EditionTable
from organisations.access.clients import AHEAD, client_may
from organisations.texts import language_wanted
from vault import ledger

EDITION = re.compile(r"[0-9A-Za-z-]{1,12}")


class Bearer(OAuth2Authentication):
    """Authentication by an optional token. A token that is wrong, expired or revoked is answered with 401."""

    www_authenticate_realm = "figures"

    def authenticate(self, request):
        if not request.headers.get("Authorization", "").lower().startswith("bearer "):
            return None
        credentials = super().authenticate(request)
        if credentials is None:
            raise AuthenticationFailed("The token is not valid (any more). Ask for a new one at /oauth/token.")
        return None, credentials[1]


class ReadingView(APIView):
    """Read only, for everybody; what is ahead of its publication for clients with a scope. Every answer, errors too,
    names the version of the API."""

    authentication_classes = [Bearer]
    renderer_classes = [JSON]
    http_method_names = ["get", "head", "options"]
    query: type[Serializer] = serializers.NoQuerySerializer
    read_ahead: list[str]
    part = ""  # the name of this endpoint in the ledger

    def initial(self, request, *args, **kwargs) -> None:
        self.read_ahead = []
        translation.activate(language(request))
        super().initial(request, *args, **kwargs)
        self.asked = judged(self.query, request.query_params)

    def dispatch(self, request, *args, **kwargs):
        response = cast(HttpResponse, super().dispatch(request, *args, **kwargs))
        if isinstance(response, Response):
            response.render()
        is_new = response.status_code == 200 and not response.has_header("ETag") and not self.read_ahead
        if is_new and request.method in {"GET", "HEAD"}:
            return kept.deliver(request, response, kept.packed(response.content))
        return response

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        for edition in self.read_ahead if response.status_code == 200 else ():
            what = {"table": kwargs["table"]} if "table" in kwargs else {"part": self.part}
            client = request.auth.application.client_id
            ledger.record(PUBLISHER, MonitorEvent.EDITION_READ_AHEAD, client=client, edition=edition, **what)
        is_for_all = response.status_code in {200, 304} and not self.read_ahead
        return with_headers(response, cache="no-cache" if is_for_all else "no-store")

    def edition(self, edition: str) -> Edition:
        """An edition that the client may read. Reading it ahead of publication is recorded when the answer leaves. Raises
        NotFound."""
        if EDITION.fullmatch(edition):
            if readable := with_table_names(Edition.objects.public()).filter(id=edition).first():
                return readable
            if self.may_read_ahead and (
                readable := with_table_names(Edition.objects.ahead()).filter(id=edition).first()
            ):
                self.read_ahead = [readable.id]
                return readable
        raise NotFound("There is no such edition. /editions lists them.")

    @property
    def may_read_ahead(self) -> bool:
        """Whether the token may read editions under embargo."""
        return client_may(self.request.auth, AHEAD)


def with_table_names(editions: EditionQuerySet) -> EditionQuerySet:
    """Editions with the names of their tables, without the rows."""
    return editions.prefetch_related(Prefetch("stored", EditionTable.objects.only("id", "edition_id", "table")))


def judged(query: type[Serializer], parameters) -> dict:
    """The checked parameters of a request. Raises ValidationError that names every wrong and every unknown parameter."""
    asked = query(data=parameters.dict())
    wrong = {name: [f"There is no parameter {name} here."] for name in parameters if name not in asked.fields}
    if not asked.is_valid() or wrong:
        raise ValidationError({**asked.errors, **wrong})
    return asked.validated_data


def with_headers(response: HttpResponse, cache: str, words: str = "") -> HttpResponse:
    """A response with the headers that every answer of the API has. `words`: the language of the content."""
    response["API-Version"] = settings.API_VERSION
    response["Content-Language"] = words or translation.get_language()
    response["Vary"] = "Accept, Accept-Language, Accept-Encoding, Authorization"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = cache
    return response


def language(request: HttpRequest) -> str:
    """The language of an answer: Dutch, unless the client prefers another one of LANGUAGES."""
    return language_wanted(request.META.get("HTTP_ACCEPT_LANGUAGE", ""))
