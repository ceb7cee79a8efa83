"""What the NL API Design Rules ask of the OpenAPI document beyond what drf-spectacular writes."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse

from reporting.api.serializers import ProblemSerializer

PROBLEM = "application/problem+json"


def reading(*statuses: int) -> dict[int, OpenApiResponse]:
    """{status: response} of errors, each as application/problem+json."""
    return dict.fromkeys(statuses, OpenApiResponse(ProblemSerializer))


READING = reading(400, 401, 404)


class BearerScheme(OpenApiAuthenticationExtension):
    """A token widens what can be read; nobody needs one."""

    target_class = "monitor.api.reading.Bearer"
    name = "oauth2"

    def get_security_requirement(self, auto_schema):
        return {self.name: []}

    def get_security_definition(self, auto_schema):
        flow = {"tokenUrl": "/api/v1/oauth/token", "scopes": settings.API_SCOPES}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


def shape(result: dict, generator, request, public) -> dict:
    """Give every error its media type problem+json and every answer its version header. A hook of drf-spectacular."""
    header = {"description": "Version of the API", "schema": {"type": "string"}}
    result["components"].setdefault("securitySchemes", {})["client"] = {"type": "http", "scheme": "basic"}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation.get("responses", {}).items():
                response["headers"] = {"API-Version": header}
                content = response.get("content", {})
                if status.startswith("4") and content:
                    response["content"] = {PROBLEM: next(iter(content.values()))}
    return result
