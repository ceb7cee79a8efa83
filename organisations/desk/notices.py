"""One way to say that an act worked: the address of the next page names it (`?gedaan=`), signed, and the page has words for
it. Nobody can make an address that says something else, and what it says holds for that page, a short while."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import urlencode

PARAMETER = "gedaan"
SAID_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Notice:
    """`kind` is that of components/notice.html: ok, info, warning or error. `then`: what comes next."""

    text: str | Promise
    kind: str = "ok"
    then: str = ""


@dataclass(frozen=True)
class Notices:
    """The words of one page: a notice for each code, and one for every other code where all say the same."""

    by_code: Mapping[str, Notice] = field(default_factory=dict)
    other: Notice | None = None

    def of(self, request: HttpRequest) -> Notice | None:
        """The notice that the address asks for; None where nothing was done, or a code is not known."""
        code = code_of(request)
        return self.by_code.get(code, self.other) if code else None


NO_NOTICES = Notices()


def code_of(request: HttpRequest) -> str:
    """What was done just now, by the code of the act; empty where the address does not say so, or not truly."""
    try:
        return _signer(request.path).unsign(request.GET.get(PARAMETER, ""), max_age=SAID_FOR)
    except BadSignature:
        return ""


def done(url: str, what: str, *, anchor: str = "") -> HttpResponseRedirect:
    """To the page at `url`, which says by the code `what` that it worked."""
    separator = "&" if "?" in url else "?"
    code = _signer(url.partition("?")[0]).sign(what)
    address = f"{url}{separator}{urlencode({PARAMETER: code})}{f'#{anchor}' if anchor else ''}"
    return cast(HttpResponseRedirect, redirect(address))


def _signer(path: str) -> TimestampSigner:
    """Signs what was done for one page only."""
    return TimestampSigner(salt=f"notice:{path}")
