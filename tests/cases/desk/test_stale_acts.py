"""A case that was closed while a page was open: an act judges the case as it stands, not as the page saw it."""

from uuid import uuid4

import pytest
from django.utils import timezone

from cases.deciding.deadlines.changes import start_by_hand
from cases.desk.refusals import NotAllowed, Refused
from cases.file.notes import write_note, write_todo
from cases.models import Case, CaseLink
from cases.related.connections import add_name, link
from tests.support.build import a_case, a_place, who

pytestmark = pytest.mark.django_db
REASON = "De raad vroeg er vandaag om."


@pytest.fixture
def seen_open():
    """(the case as a page read it before somebody closed it, another case that is open, the actor of both)."""
    place = a_place()
    case, other = a_case(place, "integrity"), a_case(place, "integrity")
    actor = who(case.id, "case_officer")
    seen = Case.objects.get(id=case.id)
    Case.objects.filter(id=case.id).update(closed_on=timezone.localdate())
    return seen, other, actor


def test_a_deadline_of_the_law_starts_also_in_a_case_that_was_closed_meanwhile(seen_open):
    seen, _other, actor = seen_open
    start_by_hand(seen, "WOO_4W", since=timezone.localdate(), actor=actor, reason=REASON)
    assert seen.deadlines.filter(code="WOO_4W").exists()


def test_nothing_is_written_in_a_case_that_was_closed(seen_open):
    seen, _other, actor = seen_open
    with pytest.raises(NotAllowed):
        write_note(seen, "Te laat.", kind="note", actor=actor, token=uuid4())
    with pytest.raises(NotAllowed):
        write_todo(seen, "Te laat.", due=None, whom=None, actor=actor, token=uuid4())
    assert not seen.notes.exists()
    assert not seen.todos.exists()


def test_a_case_that_was_closed_is_not_connected(seen_open):
    seen, other, actor = seen_open
    assert link(other, seen.id, CaseLink.Why.values[0], actor=actor), "the other way round it can be linked"
    CaseLink.objects.all().delete()
    with pytest.raises(Refused):
        add_name(seen, "Jan de Wit", actor=actor)
    with pytest.raises(Refused):
        link(seen, other.id, CaseLink.Why.values[0], actor=actor)
    assert not CaseLink.objects.exists()
