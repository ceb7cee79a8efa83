"""Two people link, unlink, join and separate the same two cases at the same moment, each from the other side."""

import pytest
from django.test import override_settings

from cases.desk.refusals import Refused
from cases.invariants import broken_invariants
from cases.models import Case, CaseLink
from cases.related.connections import link, unlink
from cases.related.joining import join, separate
from tests.support.at_once import at_once
from tests.support.build import a_case, a_place, walk, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def _join(case, to, actor):
    try:
        return join(case, to.id, actor=actor).id
    except Refused:
        return None


@override_settings(REDIS_URL="")
def test_both_sides_at_once_make_one_link_and_one_joined_case():
    place = a_place()
    one, other = (walk(a_case(place, "integrity"), "acknowledge", "register") for _number in range(2))
    handler = who(one.id, "handler")
    for _again in range(2):
        first, second = at_once(
            lambda: link(one, other.id, "same_matter", actor=handler),
            lambda: link(other, one.id, "same_matter", actor=handler),
        )
        assert first == second == CaseLink.objects.get()
        which = first.id
        undone = at_once(
            lambda: unlink(one, which, actor=handler),  # noqa: B023
            lambda: unlink(other, which, actor=handler),  # noqa: B023
        )
        assert sorted(undone) == [False, True]
        leads = at_once(lambda: _join(one, other, handler), lambda: _join(other, one, handler))
        assert [lead for lead in leads if lead] == list(Case.objects.exclude(joined=None).values_list("id", flat=True))
        joined = Case.objects.get(joined_to__isnull=False)
        parted = at_once(*[lambda: separate(joined, actor=handler)] * 2)  # noqa: B023
        assert sorted(parted) == [False, True]
    assert broken_invariants() == []
