"""Words by another way than mail: one POST of constant words to an address that the operator set."""

import json
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from jobs.faults import answered
from jobs.queues import Away

BODY = json.dumps({"text": "Alarm in Weerbaar. Log in."}).encode()
BODY_FOR_OPERATOR = json.dumps({"text": "Weerbaar: werk blijft liggen. Kijk met manage.py jobs."}).encode()
TIMEOUT = 10  # seconds


class _NoRedirect(HTTPRedirectHandler):
    """Whoever answers there must not choose where the next request goes."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def post_alarm(url: str) -> None:
    """An alarm of the duty roster. Raises :class:`Away` where nobody takes the words, and ValueError for an address that is
    not https."""
    _post(url, "alarm_webhook", BODY)


def post_operator(url: str) -> None:
    """That work fails for long. As :func:`post_alarm`."""
    _post(url, "operator_webhook", BODY_FOR_OPERATOR)


def _post(url: str, service: str, body: bytes) -> None:
    if not url.startswith("https://"):
        raise ValueError("words are posted by https only")
    request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310 https
    try:
        with build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
            pass
    except OSError as error:
        raise Away(service) from error
    answered(service)
