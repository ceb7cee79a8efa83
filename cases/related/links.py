"""Cases that people linked belong together, as reports that follow each other do."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from cases.models import CaseLink
from reporting.belonging import answers_links


@answers_links
def linked_with(cases: Collection[UUID]) -> set[UUID]:
    """The cases that are linked with one of these, whatever the reason of the link is. One query."""
    links = CaseLink.objects.filter(Q(first__in=cases) | Q(second__in=cases)).order_by()
    return {case for ends in links.values_list("first", "second") for case in ends} - set(cases)
