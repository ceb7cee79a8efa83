"""Who gives a task of a case to a colleague: whose task it is, or the coordinator who works the case too; else two people."""

import pytest

from cases.people.concerned import say_concerned
from organisations.models import Assignment
from tests.support.barred import question_of, say_not_free, task_of, url_of
from tests.support.build import a_case, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
SAYS_SO = "Iedereen draagt alleen de eigen taak over"


@pytest.fixture
def case(place):
    """A case that the mayor handles."""
    found = a_case(place, "integrity", subject=f"alderman:{place['alderman'].id}")
    assert who(found.id, "handler").person == place["mayor"]
    return found


@pytest.mark.parametrize("relation", ["case_officer", "co_reader", "handler"])
def test_a_mayor_who_handles_a_case_gives_nobodys_task_away_and_the_page_says_who_does(place, case, relation):
    mayor, give = signed_in(place["mayor"]), url_of(case, f"toegang/{task_of(case, relation).id}/overdragen/")
    page = mayor.get(url_of(case, "toegang/"))
    assert SAYS_SO in words_of(page)
    assert give not in page.content.decode()
    if relation != "handler":
        assert mayor.get(give).status_code == 404


def test_two_people_give_the_task_of_a_colleague_away_where_the_mayor_handles(place, case):
    officer = who(case.id, "case_officer").person
    assert say_not_free(case, "case_officer", place["mayor"], grounds=["other"]).status_code == 302
    assert not Assignment.objects.running().filter(case=case.id, person=officer).exists()
    say_concerned(case, question_of(case), actor=who(case.id, "co_reader"))
    assert who(case.id, "case_officer").person != officer


def test_each_hands_over_the_own_task_where_the_mayor_handles(case):
    officer = who(case.id, "case_officer").person
    give = url_of(case, f"toegang/{task_of(case, 'case_officer').id}/overdragen/")
    page = signed_in(officer).get(url_of(case, "toegang/"))
    assert give in page.content.decode()
    assert SAYS_SO in words_of(page)
    assert signed_in(officer).get(give).status_code == 200
