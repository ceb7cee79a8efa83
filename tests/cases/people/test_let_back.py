"""Whom two people let back is out again where they declare a relation later to whom the case may be about."""

from uuid import uuid4

import pytest

from cases.people.concerned import say_somebody_else
from cases.related.connections import add_name
from organisations.access.bars import is_barred, token_of
from organisations.models import Suspension
from organisations.people.appointments import declare_relation
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import about_nobody, called, compare_now, question_of, run_due, statuses
from tests.support.build import REASON, who

pytestmark = pytest.mark.django_db


def _let_back(place, how: str):
    """A case in which somebody was named, and two people said that it is somebody else."""
    case, receipt = about_nobody(place)
    handler = called(who(case.id, "handler").person, "Samir", "Terpstra")
    if how == "message":
        send_message(open_mailbox(receipt), "Samir Terpstra was erbij.", "unknown", [], token=uuid4().bytes)
    else:
        add_name(case, "Samir Terpstra", actor=who(case.id, "case_officer"))
    run_due()
    for relation in ("co_reader", "case_officer"):
        say_somebody_else(case, question_of(case), REASON, actor=who(case.id, relation))
    assert statuses(handler, case) == {200}
    return case, receipt, handler


@pytest.mark.parametrize("how", ["message", "written down"])
@pytest.mark.parametrize("named", ["message", "written down"])
def test_a_relation_that_is_declared_afterwards_keeps_out_again(place, how, named):
    case, receipt, handler = _let_back(place, how)
    accused = called(place["alderman"], "Xerxes", "Zoutkamp")
    if named == "message":
        send_message(open_mailbox(receipt), "Het was Xerxes Zoutkamp.", "unknown", [], token=uuid4().bytes)
    else:
        add_name(case, "Xerxes Zoutkamp", actor=who(case.id, "case_officer"))
    run_due()
    assert statuses(handler, case) == {200}
    declare_relation(handler, place.organisation, accused, "partner")
    compare_now()
    assert is_barred(case.id, handler.id)
    run_due()
    assert statuses(handler, case) == {410}


def test_a_relation_to_somebody_else_lets_them_stay(place):
    case, _receipt, handler = _let_back(place, "message")
    declare_relation(handler, place.organisation, place["registrar"], "friend")
    compare_now()
    run_due()
    assert statuses(handler, case) == {200}


def test_whom_two_people_let_back_after_the_declaration_stays(place):
    case, receipt, handler = _let_back(place, "message")
    accused = called(place["alderman"], "Xerxes", "Zoutkamp")
    send_message(open_mailbox(receipt), "Misschien was het Zoutkamp.", "unknown", [], token=uuid4().bytes)
    declare_relation(handler, place.organisation, accused, "friend")
    compare_now()
    run_due()
    assert statuses(handler, case) == {410}
    question = Suspension.objects.get(case=case.id, token=token_of(case.id, handler.id)).id
    for relation in ("co_reader", "case_officer"):
        say_somebody_else(case, question, REASON, actor=who(case.id, relation))
    declare_relation(handler, place.organisation, place["registrar"], "friend")
    compare_now()
    run_due()
    assert statuses(handler, case) == {200}
