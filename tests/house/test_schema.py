"""What the database may never tell: when an anonymous report came (docs/decisions/week-not-moment.md)."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.utils import timezone

from jobs.models import Job
from jobs.outbox import next_mail_slot
from jobs.runner import run_due
from reporting.models import Report
from tests.support.build import a_place, a_report
from vault import ledger

pytestmark = [pytest.mark.django_db, pytest.mark.both]
OF_A_REPORT = [
    "vault.KeyPair", "vault.Unlocker", "vault.Receipt", "vault.CaseShare", "vault.KeyGrant", "vault.SealedText", "vault.LedgerEvent",
    "vault.LedgerHead", "jobs.Job", "organisations.Assignment", "organisations.Recusal", "reporting.Report", "reporting.Told",
    "reporting.Fact", "cases.Case", "cases.Deadline", "cases.CaseUserObjectPermission",
]  # fmt: skip


@pytest.mark.parametrize("name", OF_A_REPORT)
def test_no_row_that_a_report_makes_has_a_number_that_counts_up(name):
    assert not isinstance(apps.get_model(name)._meta.pk, models.AutoField)


def test_an_anonymous_report_keeps_its_week_and_no_moment_anywhere():
    place = a_place()
    before = timezone.now() - timedelta(minutes=1)
    report, _receipt = a_report(place, "integrity", known_as="anonymous")
    run_due()
    monday = report.received_on
    assert monday.weekday() == 0
    for model in map(apps.get_model, OF_A_REPORT):
        for row in model.objects.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if isinstance(field, models.DateTimeField) and value is not None:
                    near = before < value < timezone.now() + timedelta(minutes=1)
                    assert not near, f"{model.__name__}.{field.name}"
    assert {entry.at for entry in ledger.entries(report.case)} == {monday}
    assert Report.objects.get().received_at is None


@time_machine.travel("2026-03-04T10:00:00+01:00", tick=False)  # midweek: at its end the terms of the Monday remind too
def test_mail_about_an_anonymous_report_waits_for_its_slot_also_in_danger():
    place = a_place()
    a_report(place, "aggression", known_as="anonymous")
    run_due()
    assert set(Job.objects.filter(kind="mail.ping").values_list("due", flat=True)) == {next_mail_slot()}
    Job.objects.all().delete()
    a_report(place, "aggression", known_as="anonymous", danger="unsafe")
    run_due()
    assert set(Job.objects.filter(kind="mail.ping").values_list("due", flat=True)) == {next_mail_slot()}
