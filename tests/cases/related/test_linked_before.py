"""Cases that people linked before 0.10.0, when who was kept out of one could go on in the other."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from cases.desk.agreement import disagreements
from cases.models import CaseLink
from cases.people.concerned import say_somebody_else
from jobs.models import Job
from organisations.access.bars import is_barred
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import about_nobody, called, has_nothing, question_of, run_due
from tests.support.build import REASON, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked_before(place):
    """(a case of which somebody is kept out, the linked one in which they go on, who)."""
    first, receipt = about_nobody(place)
    accused = called(who(first.id, "case_officer").person, "Kees", "Bos")
    second, _receipt = about_nobody(place)
    assert who(second.id, "case_officer").person == accused
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    run_due()
    CaseLink.objects.create(first=second, second=first, why="same_matter", made_by=who(first.id, "handler").person)
    return first, second, accused


def _migrate() -> None:
    import_module("cases.migrations.0018_linked_before").promise(apps, SimpleNamespace(connection=connection))
    run_due()


def test_who_is_kept_out_of_one_is_kept_out_of_the_other_after_the_upgrade(place, linked_before):
    _first, second, accused = linked_before
    [said] = disagreements()
    assert "is of somebody who is kept out of a case that is linked with it" in said
    _migrate()
    assert is_barred(second.id, accused.id)
    assert has_nothing(accused, second, place.organisation)
    assert not disagreements()
    assert Job.objects.get(kind="cases.keep_out_of_both").state == "done"


def test_whom_two_people_let_back_since_the_upgrade_stays_and_nothing_is_said_of_it(place, linked_before):
    _first, second, accused = linked_before
    _migrate()
    for relation in ("handler", "co_reader"):
        say_somebody_else(second, question_of(second), REASON, actor=who(second.id, relation))
    assert not is_barred(second.id, accused.id)
    assert not disagreements()
