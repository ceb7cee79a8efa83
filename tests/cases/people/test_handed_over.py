"""Whoever lost a case sees the same on every ground, and nobody learns why."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from cases.models import Note
from cases.people.colleague import hand_over
from cases.people.departure.leaving import end_role
from cases.people.not_free import declare_conflict
from cases.related.connections import add_name
from organisations.models import Assignment, Person, Role
from organisations.people.appointments import appoint
from reporting.dialogue.progress import lines, progress_words
from tests.support.barred import (
    CLEAR,
    about_nobody,
    compare_now,
    task_of,
    time_ahead,
    url_of,
)
from tests.support.build import REASON, a_place, signed_in, who
from tests.support.pages import in_one_line

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r'name="csrfmiddlewaretoken"\s+value="[^"]+"')


@pytest.fixture
def place():
    return a_place()


def _told(case) -> list[str]:
    return [line.text for line in lines(case.report)]


def _recused(case, person, place):
    add_name(case, person.name, actor=who(case.id, "handler"))


def _suspended(case, person, place):
    assert declare_conflict(
        case, task_of(case, "case_officer").id, actor=who(case.id, "handler"), grounds=["other"], reason=REASON
    ) == "stopped"  # fmt: skip


def _handed_over(case, person, place):
    to = Person.objects.filter(id__in=[officer.id for officer in place.people["officer"]]).exclude(
        id__in=Assignment.objects.running().filter(case=case.id).values("person")
    )[0]
    hand_over(case, task_of(case, "case_officer").id, to.id, actor=who(case.id, "handler"), reason=REASON)


def _role_ended(case, person, place):
    appoint(person, place.organisation, "archivist")
    compare_now()
    end_role(Role.objects.get(person=person, code="officer"), by=place["administrator"])


def test_who_lost_a_case_sees_the_same_on_every_ground_and_after_thirty_days_nothing(place):
    """The same bytes, but for the address that they asked for themselves."""
    shown, mains, lost = set(), set(), []
    for ground in (_recused, _suspended, _handed_over, _role_ended):
        case, _receipt = about_nobody(place)
        person = who(case.id, "case_officer").person
        ground(case, person, place)
        lost.append((person, case))
        client = signed_in(person)
        answers = [client.get(url_of(case, part)) for part in ("", "melding/", "besluit/register/")]
        assert {answer.status_code for answer in answers} == {410}, ground.__name__
        page = _TOKEN.sub("", in_one_line(answers[0].content.decode())).replace(str(case.id), "…")
        mains |= {answer.content.decode().partition("<main")[2].partition("</main")[0] for answer in answers}
        if ground != _role_ended:  # who has other roles has another menu
            shown.add(page)
        assert case.number not in page
    assert len(shown) == len(mains) == 1
    assert signed_in(place["archivist"]).get(url_of(lost[0][1])).status_code == 404, "never had it"
    with time_ahead(days=31):
        assert [signed_in(person).get(url_of(case)).status_code for person, case in lost] == [404] * 4


def test_what_somebody_was_typing_is_handed_back_to_them_alone(place):
    case, _receipt = about_nobody(place)
    person = who(case.id, "case_officer").person
    client = signed_in(person)
    _suspended(case, person, place)
    data = {"what": "note", "kind": "note", "text": "Een half verslag.", "token": str(uuid4())}
    answer = client.post(url_of(case, "notities/"), data)
    assert answer.status_code == 410
    assert "Een half verslag." in answer.content.decode()
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    ("page", "has_read"),
    [
        ("", True),  # the case page says by whom, and shows who was hurt
        ("logboek/", False),
        ("protocol/", False),
        ("tijdlijn/", True),
        ("samenhang/", True),
        ("geteld/", True),
    ],
)
def test_whoever_saw_a_page_with_words_of_the_case_has_read_it(place, page, has_read):
    case, _receipt = about_nobody(place)
    officer = who(case.id, "case_officer").person
    assert signed_in(officer).get(url_of(case, page)).status_code == 200
    _suspended(case, officer, place)
    assert (str(progress_words()["taken_over_read"]) in _told(case)) is has_read


def test_whoever_found_the_case_by_its_words_has_read_it(place):
    case, _receipt = about_nobody(place)
    officer = who(case.id, "case_officer").person
    assert str(case.id) in signed_in(officer).post("/werkplek/zoeken/", {"sought": CLEAR}).content.decode()
    _suspended(case, officer, place)
    assert str(progress_words()["taken_over_read"]) in _told(case)


@pytest.mark.parametrize("reads", [True, False])
def test_the_reporter_hears_whether_it_was_read_and_only_then_people_watch(place, reads):
    case, receipt = about_nobody(place)
    officer = who(case.id, "case_officer").person
    if reads:
        signed_in(officer).get(url_of(case, "melding/"))
    signed_in(officer).get(url_of(case, "protocol/"))
    _suspended(case, officer, place)
    words = progress_words()
    said = str(words["taken_over_read" if reads else "taken_over_unread"])
    assert [text for text in _told(case) if "kan er niet meer bij" in text] == [said]
    assert said in in_one_line(Client().post("/terug/", {"receipt": receipt}).content.decode())
    assert case.deadlines.running().filter(code="RETALIATION_CHECK").exists() is reads
