"""Which reports belong together: whoever is kept out of one of them is kept out of all.

A reporter adds to an earlier report, a part of one is split off, or people at work link their cases; of these only cases know.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from django.db.models import Q

from reporting.models import Report
from vault.keyring.looked_up import once

Links = Callable[[Collection[UUID]], set[UUID]]
_ANSWERING: list[Links] = []


def answers_links(answer: Links) -> Links:
    """Register the one function that knows with which cases these cases are linked. Raises ValueError for a second one."""
    if _ANSWERING:
        raise ValueError("somebody answers for links already")
    _ANSWERING.append(answer)
    return answer


def belonging(report: Report) -> list[Report]:
    """Every other report that belongs to this one, also by way of others, in no order. Raises LookupError where nobody answers for
    links: then nobody knows who is to be kept out."""
    if not _ANSWERING:
        raise LookupError("nobody answers for links")
    return once(("belonging", report.id), lambda: _belonging(report, _ANSWERING[0]))


def _belonging(report: Report, links: Links) -> list[Report]:
    found, look = {report.id: report}, {report.id: report}
    while look:
        linked = links([one.case for one in look.values()])
        rows = Report.objects.filter(Q(followed_by__in=look) | Q(follows__in=look) | Q(case__in=linked))
        look = {other.id: other for other in rows.exclude(id__in=found).select_related("organisation")}
        found |= look
    return [other for key, other in found.items() if key != report.id]
