"""Whether a year may be revised, and which corrections count then. It is judged when a publisher first asks for it, and that
stands: two drafts of a revision with other corrections would show what a single one changed, and so would asking again and
again whether it is enough by now."""

from datetime import date, timedelta

from django.utils import timezone

from monitor.models import Revision
from monitor.rules.periods import quarters_of
from reporting.counting.corrections import Pair, all_corrected, is_worth_revising, newest_correction

AGAIN_AFTER = timedelta(days=90)


class TooLittle(Exception):
    """Too little was corrected. `again`: the first day on which it can be judged anew."""

    def __init__(self, again: date) -> None:
        super().__init__(again)
        self.again = again


def judged_corrections(year: str) -> dict[str, list[Pair]]:
    """For each population what a revision of the year puts right, the same each time. Raises :class:`TooLittle`."""
    revision = Revision.objects.filter(year=year).first() or _judged(year)
    if not revision.is_enough and revision.judged_on + AGAIN_AFTER <= timezone.localdate():
        Revision.objects.filter(year=year, judged_on=revision.judged_on).delete()
        revision = _judged(year)
    if not revision.is_enough:
        raise TooLittle(revision.judged_on + AGAIN_AFTER)
    return all_corrected(quarters_of(year), revision.until)


def _judged(year: str) -> Revision:
    """The judgement of today, or the one that another build came to at the same time."""
    until = newest_correction()
    is_enough = is_worth_revising(quarters_of(year), until)
    judged = {"until": until, "is_enough": is_enough, "judged_on": timezone.localdate()}
    return Revision.objects.get_or_create(year=year, defaults=judged)[0]
