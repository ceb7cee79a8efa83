"""Once a day everything is checked, and whoever operates the installation hears when something is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command

from cases.job_kinds import CaseJob
from cases.models import CaseUserObjectPermission
from jobs.daily import promise_daily
from jobs.models import Job
from jobs.runner import sweep
from tests.support.build import Place, a_case

pytestmark = pytest.mark.django_db
OPERATOR = "beheer@example.org"


@pytest.fixture
def case(place: Place, settings):
    settings.OPERATOR_EMAIL = OPERATOR
    return a_case(place)


def _checked() -> Job:
    sweep()
    return Job.objects.get(kind=CaseJob.CHECK_INVARIANTS)


def _to_operator(mailoutbox) -> list:
    return [mail for mail in mailoutbox if mail.to == [OPERATOR]]


def test_where_all_is_well_nobody_is_mailed(case, mailoutbox):
    assert _checked().state == "done"
    assert _to_operator(mailoutbox) == []
    call_command("check_invariants", stdout=io.StringIO())


def test_what_is_broken_is_mailed_once_a_day_by_its_number_alone(case, mailoutbox):
    CaseUserObjectPermission.objects.filter(content_object=case).delete()
    with pytest.raises(CommandError) as refused:
        call_command("check_invariants", stdout=io.StringIO())
    assert _checked().state == "done"
    sweep()
    [mail] = _to_operator(mailoutbox)
    assert str(refused.value).split()[0] in mail.body
    assert "manage.py check_invariants" in mail.body
    assert not [word for word in (case.number, str(case.id)) if word in mail.subject + mail.body]


def test_without_an_address_it_is_in_the_log(case, mailoutbox, settings, caplog):
    settings.OPERATOR_EMAIL = ""
    CaseUserObjectPermission.objects.filter(content_object=case).delete()
    _checked()
    assert "invariants are broken" in caplog.text
    assert case.number not in caplog.text
    assert [mail for mail in mailoutbox if "invariants" in mail.body] == []


def test_it_is_promised_every_day():
    promise_daily()
    assert Job.objects.filter(kind=CaseJob.CHECK_INVARIANTS).count() == 1
