"""Mail before a deadline runs out and after: once, without content, to who must act; a deadline of the law also to who guards."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from cases.administration.adoption import publish, save
from cases.models import Deadline
from cases.people.not_free import declare_conflict
from cases.protocol.composition import ProtocolChanges
from jobs.models import Job
from jobs.runner import run_due
from organisations.models import Assignment
from tests.support.build import a_case, a_place, walk, who
from vault.ledger import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


def _go_to(case, code: str, before: timedelta) -> Deadline:
    """As if the deadline had started earlier: it runs out after `before` from now, and its jobs with it."""
    deadline = case.deadlines.get(code=code)
    shift = deadline.due - (timezone.now() + before)
    for job in Job.objects.filter(target=deadline.id):
        job.due -= shift
        job.save()
    deadline.due -= shift
    deadline.save()
    return deadline


def _mails(case, code: str, before: timedelta) -> list[str]:
    run_due()
    mail.outbox.clear()
    _go_to(case, code, before)
    run_due()
    run_due()
    return sorted(address for message in mail.outbox for address in message.to)


def _addresses(case, *relations: str) -> list[str]:
    return sorted(
        task.person.email for task in Assignment.objects.filter(case=case.id, relation__in=relations, ended=False)
    )


def test_before_a_deadline_runs_out_the_officer_hears_it_once(place):
    case = a_case(place, "integrity")
    assert _mails(case, "ACK_7D", timedelta(days=1)) == _addresses(case, "case_officer")


def test_a_missed_deadline_of_the_law_reaches_who_guards_the_process_and_the_ledger(place):
    case = a_case(place, "integrity")
    assert _mails(case, "ACK_7D", timedelta(hours=-1)) == _addresses(case, "case_officer", "handler", "support")
    assert "deadline.missed" in [entry.action for entry in entries(case.id)]
    text = "".join(message.subject + message.body for message in mail.outbox)
    assert case.number not in text


def test_another_missed_deadline_stays_with_who_works_the_case(place):
    case = walk(a_case(place, "integrity"), "register", "accept")
    assert _mails(case, "WEIGH_10WD", timedelta(hours=-1)) == _addresses(case, "case_officer", "handler")


def test_a_deadline_that_was_met_says_nothing(place):
    case = walk(a_case(place, "integrity"), "acknowledge")
    assert _mails(case, "ACK_7D", timedelta(hours=-1)) == []


def test_who_turned_out_not_to_be_free_hears_nothing(place):
    case = a_case(place, "integrity")
    task = Assignment.objects.get(case=case.id, relation="case_officer")
    declare_conflict(case, task.id, actor=who(case.id, "handler"), grounds=["interest"], reason="Zit in het bestuur.")
    assert task.person.email not in _mails(case, "ACK_7D", timedelta(hours=-1))


def test_a_closed_case_asks_nothing(place):
    case = walk(a_case(place, "integrity"), "withdraw=withdrawn")
    assert _mails(case, "ACK_7D", timedelta(hours=-1)) == []


def test_a_shorter_deadline_of_the_organisation_is_the_one_that_runs(place):
    administrator = place.actor("administrator")
    save(administrator, "integrity", ProtocolChanges(deadline_lengths={"ACK_7D": 3}), revision=0)
    publish(administrator, "integrity", revision=1, effective_on=timezone.localdate())
    case = a_case(place, "integrity")
    due = case.deadlines.get(code="ACK_7D").due
    assert timezone.localdate(due) == timezone.localdate() + timedelta(days=3)
