"""Cases that people link belong together, as reports that follow each other do: whoever is out of one is out of all."""

import pytest

from cases.desk.agreement import disagreements
from cases.related.connections import add_name
from organisations.access.bars import is_barred, token_of
from organisations.models import Assignment, Recusal
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import CLEAR, about_nobody, called, has_nothing, question_of, run_due, url_of
from tests.support.build import a_case, signed_in, who

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("why", ["follows", "same_matter", "same_perpetrator"])
def test_who_is_kept_out_of_a_case_is_out_of_the_one_that_came_out_of_it(place, why):
    first, receipt = about_nobody(place)
    accused = called(who(first.id, "case_officer").person, "Kees", "Bos")
    second, _receipt = about_nobody(place)
    assert who(second.id, "case_officer").person == accused
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    run_due()
    assert is_barred(first.id, accused.id)
    handler = who(first.id, "handler").person
    linked = {"what": "link", "number": second.number, "why": why}
    assert signed_in(handler).post(url_of(first, "samenhang/"), linked).status_code == 302
    run_due()
    assert signed_in(accused).get(url_of(second, "melding/")).status_code in {404, 410}, "the accused reads on in it"


def _link(place, first, second, why="same_matter"):
    handler = who(first.id, "handler").person
    linked = {"what": "link", "number": second.number, "why": why}
    assert signed_in(handler).post(url_of(first, "samenhang/"), linked).status_code == 302


def test_what_names_somebody_later_keeps_them_out_of_every_case_in_the_chain_before_a_worker_looks(place):
    cases = [about_nobody(place) for _number in range(3)]
    (first, receipt), (second, _receipt), (third, _none) = cases
    accused = called(who(third.id, "case_officer").person, "Kees", "Bos")
    _link(place, first, second)
    _link(place, third, second)
    assert not is_barred(third.id, accused.id)
    send_message(open_mailbox(receipt), "Het was Kees Bos zelf.", "unknown", pieces=[], token=b"y" * 32)
    assert {signed_in(accused).get(url_of(case)).status_code for case, _code in cases} == {410}


def test_a_link_to_the_second_of_two_linked_cases_keeps_out_of_the_first_too(place):
    first, second = about_nobody(place)[0], about_nobody(place)[0]
    reader = who(first.id, "co_reader").person
    closed = a_case(place, "integrity", subject="unknown:", account=CLEAR, excluded=[str(reader.id)])
    _link(place, first, second)
    _link(place, second, closed)
    assert is_barred(first.id, reader.id)
    run_due()
    assert has_nothing(reader, first, place.organisation)
    assert not disagreements()


def test_who_links_expels_nobody_alone(place):
    """A name in one case and a link to another, both by one person: a second person says whether it concerns the colleague."""
    first, second = about_nobody(place)[0], about_nobody(place)[0]
    colleague = called(who(second.id, "co_reader").person, "Kees", "Bos")
    Assignment.objects.filter(case=first.id, person=colleague).delete()
    actor = who(first.id, "handler")
    add_name(first, "Kees Bos", actor=actor)
    assert Recusal.objects.filter(case=first.id, token=token_of(first.id, colleague.id)).exists()
    _link(place, first, second)
    assert is_barred(second.id, colleague.id)
    assert not Recusal.objects.filter(case=second.id, token=token_of(second.id, colleague.id)).exists()
    page = url_of(second, f"toegang/betrokken/{question_of(second)}/")
    assert signed_in(actor.person).post(page, {"what": "concerned"}).status_code == 422
