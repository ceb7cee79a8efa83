"""Since when the victim knows, what a calendar shows, when a report was registered, and the three months of feedback in
cases that run.

They begin at the acknowledgement and at the latest on day 7 after the receipt, so a case that was never acknowledged gets
its deadline, and one that was acknowledged too late gets the day of the law. The first report in an old case that is late
then says so, with its mail.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db import migrations, models

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONTHS, DAYS = 3, 7
REGISTERING = ("register", "assess", "safe")  # decisions of protocols until 2026-12 that count the report


def date_registrations(apps, schema_editor):
    """Since when the report of a case counts. Its fact was left by that decision."""
    registering = apps.get_model("cases", "CaseDecision").objects.filter(code__in=REGISTERING)
    cases = apps.get_model("cases", "Case").objects
    for decision in registering.order_by("case", "-sequence").iterator():  # the first one comes last
        day = decision.made_at.astimezone(AMSTERDAM).date()
        cases.filter(id=decision.case_id).update(registered_on=day)


def begin_feedback(apps, schema_editor):
    deadlines = apps.get_model("cases", "Deadline").objects
    jobs = apps.get_model("jobs", "Job").objects
    for case in apps.get_model("cases", "Case").objects.filter(closed_on=None).select_related("own_protocol", "report"):
        lengths = (case.own_protocol.changes if case.own_protocol else {}).get("deadline_lengths", {})
        received = case.report.received_at
        day = received.astimezone(AMSTERDAM).date() if received else case.report.received_on
        last = day + timedelta(days=DAYS) + relativedelta(months=lengths.get("FEEDBACK_3M", MONTHS))
        due = datetime.combine(last, time(23, 59, 59), AMSTERDAM)
        rows = deadlines.filter(case=case, code="FEEDBACK_3M")
        if not rows.exists():
            deadline = deadlines.create(case=case, code="FEEDBACK_3M", due=due)
        elif deadline := rows.filter(met_at=None, waived=False, due__gt=due).first():
            deadline.due = due
            deadline.save()
            jobs.filter(kind__in=["cases.remind", "cases.count_deadline"], target=deadline.id, state="open").delete()
        else:
            continue
        for what, kind, moment in (
            ("remind", "cases.remind", due - timedelta(days=7)),
            ("count", "cases.count_deadline", due + timedelta(minutes=1)),
        ):
            key = f"{what}:{deadline.id}:{due:%Y%m%d%H%M}"
            jobs.get_or_create(key=key, defaults={"kind": kind, "target": deadline.id, "due": moment.astimezone(UTC)})


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_deeds"), ("jobs", "0001_initial")]

    operations = [
        migrations.AddField(
            "case",
            "registered_on",
            models.DateField(null=True, help_text="dates what the figures count of it; empty before"),
        ),
        migrations.AddField(
            "deadline",
            "waived_at",
            models.DateTimeField(null=True, help_text="what fell due before still counts"),
        ),
        migrations.AddField(
            "deadline",
            "dated",
            models.BooleanField(
                default=False, help_text="somebody gave the day on which it began or on which it ends"
            ),
        ),
        migrations.AddField(
            "calendarfeed",
            "alarm",
            models.CharField(
                choices=[("none", "No alarm"), ("hour", "One hour before"), ("day", "One day before")],
                default="none",
                max_length=4,
            ),
        ),
        migrations.AddField(
            "calendarfeed",
            "shows_number",
            models.BooleanField(default=False, help_text="the number of the case, and nothing else of it"),
        ),
        migrations.AddField(
            "export",
            "zip",
            models.UUIDField(null=True, help_text="of the whole file: both files with the letters and the evidence"),
        ),
        migrations.RunPython(begin_feedback, migrations.RunPython.noop),
        migrations.RunPython(date_registrations, migrations.RunPython.noop),
    ]
