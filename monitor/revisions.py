"""Whether a year may be revised, and which corrections count then. It is judged when a publisher first asks for it, and that
stands: two drafts of a revision with other corrections would show what a single one changed, and so would asking again and
again whether it is enough by now."""

from datetime import date, timedelta

from django.utils import timezone

from monitor.catalogue import quarters_of
from monitor.models import Revision
from reporting.corrections import Pair, newest_correction, worth_revising

AGAIN_AFTER = timedelta(days=90)


class TooLittle(Exception):
    """Too little was corrected. `again`: the first day on which it can be judged anew."""

    def __init__(self, again: date) -> None:
        super().__init__(again)
        self.again = again


def judged_corrections(year: str) -> dict[str, list[Pair]]:
    """For each population what a revision of the year puts right, the same each time. Raises :class:`TooLittle`."""
    today = timezone.localdate()
    found = Revision.objects.filter(year=year).first()
    if found is None or (not found.is_enough and found.judged_on + AGAIN_AFTER <= today):
        until = newest_correction()
        pairs = worth_revising(quarters_of(year), until)
        judged = {"until": until, "is_enough": any(pairs.values()), "judged_on": today}
        found, _made = Revision.objects.update_or_create(year=year, defaults=judged)
    elif found.is_enough:
        pairs = worth_revising(quarters_of(year), found.until)
    if not found.is_enough:
        raise TooLittle(found.judged_on + AGAIN_AFTER)
    return pairs
