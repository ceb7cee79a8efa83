"""Tokens for machines: OAuth 2.0 client credentials, and nothing else of OAuth."""

import base64
import binascii
import json
from http import HTTPStatus

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from oauth2_provider.models import AccessToken
from oauth2_provider.views.mixins import OAuthLibMixin
from rest_framework.parsers import FormParser
from rest_framework.response import Response
from rest_framework.views import APIView

from monitor.api import serializers
from monitor.api.problems import MEDIA_TYPE
from monitor.api.schema import reading

WORDS = {
    "invalid_client": "This id and secret are not those of a client. Send them by HTTP Basic or as client_id and client_secret.",
    "invalid_scope": "The client does not have this scope.",
    "unsupported_grant_type": "Send a form with grant_type=client_credentials.",
}


class TokenView(OAuthLibMixin, APIView):
    authentication_classes = []
    parser_classes = [FormParser]

    @extend_schema(
        operation_id="createToken",
        summary="A token for an hour, for a client's id and secret",
        request=serializers.TokenRequestSerializer,
        responses={200: serializers.TokenSerializer, **reading(400, 401)},
        auth=[{"client": []}],  # type: ignore[list-item]
    )
    def post(self, request):
        sent = request._request  # the library reads a request of Django, not of DRF
        if any("\0" in value for value in [*sent.POST.values(), _basic(sent)]):
            return _problem(400, "invalid_request")
        _url, _headers, body, status = self.create_token_response(sent)
        if status != 200:
            return _problem(status, json.loads(body).get("error", "invalid_request"))
        AccessToken.objects.filter(expires__lt=timezone.now()).delete()  # expired tokens are of no use
        return Response(json.loads(body))

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        response["API-Version"] = settings.API_VERSION
        response["Cache-Control"], response["Pragma"] = "no-store", "no-cache"
        return response


def _basic(request) -> str:
    """The decoded content of a Basic header; empty where it cannot be decoded."""
    try:
        return base64.b64decode(request.headers.get("Authorization", "").partition(" ")[2]).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _problem(status: int, error: str) -> Response:
    """`error` is the code of RFC 6749, which OAuth libraries read."""
    answer = Response(
        {
            "status": status,
            "title": HTTPStatus(status).phrase,
            "detail": WORDS.get(error, "The request for a token is not complete or not right."),
            "error": error,
        },
        status=status,
        content_type=MEDIA_TYPE,
    )
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="figures", charset="UTF-8"'
    return answer
