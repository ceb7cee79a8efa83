"""An alarm by another way than mail: one POST of constant words to the address that the operator set."""

import json
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

BODY = json.dumps({"text": "Alarm in Weerbaar. Log in."}).encode()
TIMEOUT = 10  # seconds


class _NoRedirect(HTTPRedirectHandler):
    """Whoever answers there must not choose where the next request goes."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def post_alarm(url: str) -> None:
    """Post the words. Raises OSError where nobody takes them, and ValueError for an address that is not https."""
    if not url.startswith("https://"):
        raise ValueError("an alarm is posted by https only")
    request = Request(url, data=BODY, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310 https
    with build_opener(_NoRedirect).open(request, timeout=TIMEOUT):
        pass
