"""Raising an alarm for what cannot wait: a row and a promise. Who is called, and how often, is for `cases` to find out."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import QuerySet

from jobs.outbox import enqueue, take_back
from reporting.dialogue.progress import progress_words, tell
from reporting.events import ReportEvent
from reporting.job_kinds import ReportJob
from reporting.models import Alarm, AlarmCall, Complaint, Report
from reporting.moments import may_leave
from vault import ledger


def raise_alarm(report: Report, occasion: UUID, *, complaint: Complaint | None = None, at_once: bool = False) -> None:
    """Promise an alarm, once for each `occasion` (the id of what came). That of an anonymous report waits for the next slot
    of the mail, since its moment would show when somebody reported; `at_once`: the reporter read that and chose it."""
    others = Alarm.objects.filter(report__organisation=report.organisation_id, answered_on=None)
    if report.lane == Report.Lane.QUARANTINE and others.filter(report__lane=Report.Lane.QUARANTINE).exists():
        return  # a machine that sends a thousand reports rings once
    alarm, is_new = Alarm.objects.get_or_create(occasion=occasion, defaults={"report": report, "complaint": complaint})
    if is_new:
        due = may_leave(report, chosen=at_once)
        enqueue(ReportJob.RING, alarm.id, key=f"{ReportJob.RING}:{alarm.id}:0", due=due)


def call_again(alarm: Alarm, due: datetime | None = None, *, why: str = "duty_again") -> None:
    """Somebody said to call and no call was recorded: the alarm is not answered any more, and rings. The reporter reads `why`, a
    code of progress.yaml: that this person does not call, being kept out since, or that nobody knows it. Of what was told apart
    they read that nobody calls yet. Nobody reads who it was. `due`: as of :class:`jobs.outbox.Promise`."""
    if alarm.answer != Alarm.Answer.CALLS or alarm.came_of:
        return
    alarm.answered_by, alarm.answered_on, alarm.answer, alarm.holds_key = None, None, "", False
    alarm.save(update_fields=["answered_by", "answered_on", "answer", "holds_key"])
    alarm.calls.update(used=False)  # a contact outside may press the button of their link once more
    if alarm.complaint_id is None:
        tell(alarm.report, why)
    take_back(ReportJob.RING, alarm.id)
    enqueue(ReportJob.RING, alarm.id, key=f"{ReportJob.RING}:{alarm.id}:{uuid4()}", due=due)
    ledger.record(alarm.chain, ReportEvent.ALARM_AGAIN)


def called_by_alarm(report: Report) -> QuerySet[AlarmCall, UUID]:
    """The people whom an alarm of this report called. Whatever they are at work, they know of it, and who answers gets the number
    of the reporter."""
    return AlarmCall.objects.filter(alarm__report=report, person__isnull=False).values_list("person", flat=True)


def tell_of_alarm(alarm: Alarm) -> None:
    """Write for the reporter what somebody on duty did, once for each. What was told apart shows it by its own row, and
    nowhere in the case (:func:`duty_words`)."""
    if alarm.complaint_id is None:
        tell(alarm.report, _lines(alarm)[-1])


def duty_words(alarm: Alarm) -> list[str]:
    """What somebody on duty did after an alarm, as the reporter reads it."""
    words = progress_words()
    return [str(words[code]) for code in _lines(alarm)]


def _lines(alarm: Alarm) -> list[str]:
    """Codes of progress.yaml. That somebody calls is said only where there is a number."""
    return [
        *([f"duty_{alarm.answer}"] if alarm.answer else []),
        *([f"duty_{alarm.came_of}"] if alarm.came_of else []),
    ]
