"""Who declared to be related to whom: they never handle a case about the other."""

from collections.abc import Collection
from uuid import UUID

from organisations.models import DeclaredRelation


def related_to(people: Collection[UUID]) -> set[UUID]:
    """Who declared to be related to one of these people. What the people concerned declare does not count: they could
    choose their own handler with it."""
    if not people:
        return set()
    return set(DeclaredRelation.objects.filter(other__in=people).values_list("person", flat=True)) - set(people)
