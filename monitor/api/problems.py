"""Errors as application/problem+json (RFC 9457), all wrong fields at once."""

from http import HTTPStatus
from typing import cast

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


def problem_response(exception: Exception, context: dict) -> Response | None:
    """The exception handler of DRF. It returns None for an exception that is no API error: Django answers 500 then, without
    detail."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    problem: dict = {"status": response.status_code, "title": HTTPStatus(response.status_code).phrase}
    if isinstance(exception, ValidationError):
        problem["detail"] = "The request has parameters that cannot be right."
        problem["invalidParams"] = [
            {"name": name, "reason": str(reason)}
            for name, reasons in cast(dict, exception.get_full_details()).items()
            for reason in _words(reasons)
        ]
    else:
        problem["detail"] = str(exception.detail) if isinstance(exception, APIException) else "Not found."
    answer = Response(problem, status=response.status_code, headers=dict(response.headers))
    answer.content_type = MEDIA_TYPE
    return answer


def _words(reasons: object) -> list[str]:
    return [reason["message"] for reason in reasons] if isinstance(reasons, list) else [str(reasons)]
