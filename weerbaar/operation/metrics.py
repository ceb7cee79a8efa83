"""Numbers for a monitoring system, in the text format of Prometheus, all computed when they are asked.

There is no counter of requests, reports, jobs or errors, and free space is told by whole gigabytes: whoever reads a number twice a
minute would know to the half minute when somebody reported without a name (docs/security.md).
"""

from collections.abc import Iterator
from importlib.metadata import version

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from weerbaar.operation import disk
from weerbaar.operation.doctor.checks import CHECKS
from weerbaar.operation.doctor.registry import Given, Level, findings

GIB = 1024**3
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For who sends WEERBAAR_METRICS_TOKEN as a bearer token. For everybody else, and without that setting, there is no such
    page: an address of this machine proves nothing behind a proxy."""
    given = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    return HttpResponse("".join(f"{line}\n" for line in _lines()), content_type=FORMAT)


def _lines() -> Iterator[str]:
    found = [(check.name, finding.level) for check, finding in findings(_quick(), Given())]
    yield from _gauge("weerbaar_info", "The version that runs.", {f'version="{version("weerbaar")}"': 1})
    is_ready = all(level is not Level.STOPS for _name, level in found)
    yield from _gauge("weerbaar_ready", "Whether a report could be kept now: 1, or 0.", {"": int(is_ready)})
    levels = {f'check="{name}"': int(level) for name, level in found}
    yield from _gauge("weerbaar_check", "What doctor finds: 0 fine, 1 to be mended, 2 stops reports.", levels)
    free = {f'place="{place}"': size // GIB for place, size in disk.free_space().items()}
    yield from _gauge("weerbaar_disk_free_gibibytes", "Free space where something is written, rounded down.", free)


def _quick():
    return [check for check in CHECKS if check.is_quick]


def _gauge(name: str, means: str, values: dict[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {means}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"
