"""Who can be the second person about somebody who is out of a case; where nobody can, the page says so and what to do."""

from uuid import uuid4

import pytest

from cases.file.notes import write_note
from cases.people.concerned import say_somebody_else
from cases.people.hearing import CONCERNED
from organisations.access.bars import is_barred
from organisations.models import Assignment, Person, Role
from organisations.people.appointments import appoint
from tests.support.barred import about_nobody, called, compare_now, question_of, say_not_free, url_of
from tests.support.build import REASON, signed_in, who
from tests.support.pages import in_one_line

pytestmark = pytest.mark.django_db
NOBODY = "Nu kan niemand de tweede persoon zijn"


@pytest.fixture
def case(place):
    """Its co-reader is out of it, since a note names them."""
    case, _receipt = about_nobody(place)
    called(who(case.id, "co_reader").person, "Kees", "Bos")
    write_note(
        case, "Kees Bos nam het aan.", kind="note", actor=who(case.id, "handler"), token=uuid4(), about=CONCERNED
    )
    return case


def _page(case, reader) -> str:
    page = signed_in(reader).get(url_of(case, f"toegang/betrokken/{question_of(case)}/"))
    return in_one_line(page.content.decode())


def _nobody_else(case, *relations: str) -> None:
    Assignment.objects.filter(case=case.id).exclude(relation__in=relations).update(ended=True)


def test_who_said_it_reads_who_can_answer(case):
    writer, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    assert f"De tweede persoon kan zijn: {officer.name}." in _page(case, writer)
    assert NOBODY not in _page(case, writer)


def test_who_would_be_the_first_reads_beforehand_that_nobody_is_the_second(case, place):
    """The writer does not answer what came of their own words, and the officer is alone."""
    shown = _page(case, who(case.id, "case_officer").person)
    assert NOBODY in shown
    officer = who(case.id, "case_officer").person
    busy = set(Assignment.objects.filter(case=case.id).values_list("person", flat=True))
    free = {one.name for code in ("officer", "coordinator") for one in place.people[code] if one.id not in busy}
    assert f"Dit helpt: {officer.name} draagt een taak over" in shown
    assert free
    assert all(name in shown for name in free)


def test_what_the_page_says_can_be_done(case, place):
    """An officer comes, takes over the task of the first, and is the second."""
    officer, kept_out = who(case.id, "case_officer"), Person.objects.get(name="Kees Bos")
    colleague = called(place["alderman"], "Nieuwe", "Collega")
    Role.objects.filter(organisation=place.organisation, code__in=["officer", "coordinator"]).exclude(
        person__in=[officer.person.id, who(case.id, "handler").person.id]
    ).delete()
    shown = _page(case, officer.person)
    assert "Niemand anders hier heeft de rol die nodig is en staat vrij" in shown
    assert all(person.name in shown for person in place.people["administrator"])
    appoint(colleague, place.organisation, "officer")
    compare_now()
    assert f"collega die vrij staat: {colleague.name}." in _page(case, officer.person)
    say_somebody_else(case, question_of(case), REASON, actor=officer)
    task = Assignment.objects.running().get(case=case.id, relation="case_officer")
    url = url_of(case, f"toegang/{task.id}/overdragen/")
    assert signed_in(officer.person).post(url, {"to": str(colleague.id), "reason": REASON}).status_code == 302
    answer = url_of(case, f"toegang/betrokken/{question_of(case)}/")
    assert NOBODY not in _page(case, colleague)
    assert signed_in(colleague).post(answer, {"what": "else", "reason": REASON}).status_code == 302
    assert not is_barred(case.id, kept_out.id)


def test_where_nobody_can_hand_anything_over_the_support_centre_is_named(place):
    case, _receipt = about_nobody(place)
    assert say_not_free(case, "co_reader", who(case.id, "handler").person).status_code == 302
    _nobody_else(case, "handler")
    shown = _page(case, who(case.id, "handler").person)
    assert NOBODY in shown
    assert "Steunpunt Integriteit" in shown


def test_who_needs_nobody_else_reads_nothing_of_it(place):
    case, _receipt = about_nobody(place)
    assert say_not_free(case, "co_reader", who(case.id, "handler").person).status_code == 302
    shown = _page(case, who(case.id, "case_officer").person)
    assert "tweede persoon kan zijn" not in shown
    assert NOBODY not in shown
