"""One way to say that an act worked: the address of the next page names it (`?gedaan=`), and the page has words for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.http import urlencode

PARAMETER = "gedaan"


@dataclass(frozen=True)
class Notice:
    """`kind` is that of components/notice.html: ok, info, warning or error."""

    text: str | Promise
    kind: str = "ok"


@dataclass(frozen=True)
class Notices:
    """The words of one page: a notice for each code, and one for every other code where all say the same."""

    by_code: Mapping[str, Notice] = field(default_factory=dict)
    other: Notice | None = None

    def of(self, request: HttpRequest) -> Notice | None:
        """The notice that the address asks for; None for an address without a code, or with one that is not known."""
        code = request.GET.get(PARAMETER, "")
        return self.by_code.get(code, self.other) if code else None


NO_NOTICES = Notices()


def done(url: str, what: str, *, anchor: str = "") -> HttpResponseRedirect:
    """To the page at `url`, which says by the code `what` that it worked."""
    separator = "&" if "?" in url else "?"
    address = f"{url}{separator}{urlencode({PARAMETER: what})}{f'#{anchor}' if anchor else ''}"
    return cast(HttpResponseRedirect, redirect(address))
