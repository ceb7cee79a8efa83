"""A published table in the formats that other programs read. Each format has a module; `?format=` or the header Accept
chooses one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest

from monitor.formats import csv, json, jsonstat, sdmx_csv
from monitor.formats.published import Options, PublishedTable


@dataclass(frozen=True)
class Format:
    """A format of the API. `types`: the media types in the header Accept that choose it; the first one is answered for
    `?format=`."""

    types: tuple[str, ...]
    write: Callable[[PublishedTable, Options], str]
    ending: str = "json"
    is_file: bool = False


FORMATS = {
    "json": Format(("application/json",), json.write),
    # The specification of JSON-stat says application/json; other publishers use json-stat+json.
    "jsonstat": Format(("application/json", "application/json-stat+json"), jsonstat.write),
    "csv": Format(("text/csv",), csv.write, "csv", is_file=True),
    "sdmx-csv": Format(
        ("application/vnd.sdmx.data+csv;version=2.0.0", "application/vnd.sdmx.data+csv"),
        sdmx_csv.write,
        "csv",
        is_file=True,
    ),
}
_BY_TYPE = {kind: name for name, file_format in reversed(FORMATS.items()) for kind in file_format.types}


def of_type(accept: str) -> tuple[str, str] | None:
    """(format, media type) for a header Accept; None where no format has an accepted type."""
    media_type = preferred(accept, tuple(_BY_TYPE))
    return (_BY_TYPE[media_type], media_type) if media_type else None


@lru_cache(maxsize=256)
def preferred(accept: str, types: tuple[str, ...]) -> str | None:
    """The one of these media types that a header Accept prefers; application/json, else the first, without a preference.
    None where it accepts none of them."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept or "*/*"
    ordered = sorted(types, key=lambda media_type: media_type != "application/json")
    return request.get_preferred_type(ordered)
