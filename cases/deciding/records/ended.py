"""Whether a closed case has ended for good, so that the time for which it is kept can run: nothing runs in it, and somebody
looked in the last year. Two people can destroy a case only then (cases/destroying/destruction.py)."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.deciding.records.still_running import running_in_words
from cases.models import Case, HandingOn, Proposal, Redaction
from cases.protocol.after_closing import after_closing
from reporting.models import Message

MESSAGE = _("A message of the reporter that nobody read")
HANDING_ON = _("Somebody asked who looks after what goes on, and waits for a second person")
REDACTION = _("A redaction that waits for a second person")


@dataclass(frozen=True)
class Ending:
    """What still runs in a closed case, in words, and when somebody last looked. Nothing of what was told apart."""

    runs: list[str]
    looked_on: date | None

    def is_over(self, today: date) -> bool:
        """Whether nothing runs and somebody looked in the year before this day."""
        return not self.runs and self.looked_on is not None and self.looked_on > today - relativedelta(years=1)


def ending_of(case: Case) -> Ending:
    """How far a closed case has ended, for who reads it."""
    look = after_closing().look.deadline
    now = timezone.now()
    deadlines = [one for one in case.deadlines.pending() if one.code != look]
    # A term of somebody else, such as that to file a complaint, has ended when it has passed.
    runs = [str(one.kind.label) for one in deadlines if one.kind.counted or one.due is None or one.due > now]
    runs += running_in_words(case)
    runs += [str(HANDING_ON) for _row in case.handings_on.filter(state=HandingOn.State.ASKED)]
    runs += [row.label for row in case.proposals.filter(state=Proposal.State.ASKED).select_related("case")]
    if case.report.messages.filter(by=Message.By.REPORTER, seen=False).exists():
        runs.append(str(MESSAGE))
    if case.redactions.filter(state=Redaction.State.OFFERED).exists():
        runs.append(str(REDACTION))
    looking = [code for code, rule in after_closing().decisions.items() if look in rule.meets]
    last = case.decisions.filter(code__in=looking, done_at__date__gte=case.closed_on).order_by("-done_at").first()
    return Ending(runs, timezone.localdate(last.done_at) if last else None)


def ended_for_retention(case: Case, today: date) -> bool:
    """Whether the time for which a case is kept can run. Knows what was told apart too: nobody who reads the case may learn
    it."""
    apart = case.report.complaints.filter(closed_on=None)
    return not case.is_open and ending_of(case).is_over(today) and not apart.exists()
