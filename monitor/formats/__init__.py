"""A published table in the formats that others read: one module each, chosen by `?format=` or the header Accept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest

from monitor.formats import csv, json, jsonstat, sdmx_csv
from monitor.formats.published import Options, PublishedTable


@dataclass(frozen=True)
class Format:
    """`types` are the media types that choose it; the first is the one of `?format=`."""

    types: tuple[str, ...]
    write: Callable[[PublishedTable, Options], str]
    ending: str = "json"
    is_file: bool = False


FORMATS = {
    "json": Format(("application/json",), json.write),
    # The format's own specification says application/json; others that publish in it say json-stat+json.
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
    """The format and media type for a header Accept; None where nothing that is accepted can be made."""
    media_type = preferred(accept, tuple(_BY_TYPE))
    return (_BY_TYPE[media_type], media_type) if media_type else None


@lru_cache(maxsize=256)
def preferred(accept: str, types: tuple[str, ...]) -> str | None:
    """Which of these media types a header Accept asks for; the first of them when it has no preference."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accept or "*/*"
    ordered = sorted(types, key=lambda media_type: media_type != "application/json")
    return request.get_preferred_type(ordered)
