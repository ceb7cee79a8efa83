"""Who lost the case while the page was open decides nothing in it."""

import pytest

from cases.deciding.decisions import Choice, decide
from cases.desk.access import take_away
from cases.desk.refusals import NotAllowed
from cases.models import CaseDecision
from tests.support.build import a_case, a_place, who

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("recused", [True, False])
def test_who_was_sent_away_while_the_page_was_open_does_not_decide(recused):
    case = a_case(a_place(), "integrity")
    actor = who(case.id, "case_officer")
    take_away(case, actor.person, recused=recused)
    with pytest.raises(NotAllowed):
        decide(case, Choice("acknowledge", reason="Dit is de reden."), actor=actor, revision=case.revision)
    assert not CaseDecision.objects.filter(case=case).exists()
