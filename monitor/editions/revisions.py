"""Whether a year may be revised, and which corrections count in the revision.

The judgement is made when a publisher first asks for a revision, and it stays. Two drafts with different corrections would
show what a single correction changed; and so would the answer to somebody who asks every day whether there are enough."""

from datetime import date, timedelta

from django.utils import timezone

from monitor.models import Revision
from monitor.rules.periods import quarters_of
from reporting.counting.corrections import Pair, all_corrected, is_worth_revising, newest_correction

AGAIN_AFTER = timedelta(days=90)


class TooLittle(Exception):
    """Too little was corrected for a revision. `again`: the first day on which somebody can ask again."""

    def __init__(self, again: date) -> None:
        super().__init__(again)
        self.again = again


def judged_corrections(year: str) -> dict[str, list[Pair]]:
    """{population: the corrections that count in the revision of a year}, the same at every call. Raises
    :class:`TooLittle`."""
    revision = Revision.objects.filter(year=year).first() or _judged(year)
    if not revision.is_enough and revision.judged_on + AGAIN_AFTER <= timezone.localdate():
        Revision.objects.filter(year=year, judged_on=revision.judged_on).delete()
        revision = _judged(year)
    if not revision.is_enough:
        raise TooLittle(revision.judged_on + AGAIN_AFTER)
    return all_corrected(quarters_of(year), revision.until)


def _judged(year: str) -> Revision:
    """The judgement of today, or that of another build that was made at the same moment."""
    until = newest_correction()
    is_enough = is_worth_revising(quarters_of(year), until)
    judged = {"until": until, "is_enough": is_enough, "judged_on": timezone.localdate()}
    return Revision.objects.get_or_create(year=year, defaults=judged)[0]
