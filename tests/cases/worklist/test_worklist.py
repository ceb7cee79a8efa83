"""The worklist: choices and tabs, choices that somebody keeps, and one act in several cases."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case, Deadline, SavedFilter
from organisations.models import Assignment
from reporting.models import Message
from tests.support.build import REASON, a_case, a_place, signed_in, walk, who
from tests.support.pages import in_one_line, values_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
URL, TOGETHER = "/werkplek/", "/werkplek/samen/"


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def client(place):
    """Of the coordinator, who handles aggression against office-holders."""
    return place.client("coordinator")


def _text(client, query: str = "") -> str:
    return in_one_line(client.get(URL + query).content.decode())


def _cases(client, query: str = "") -> str:
    """The list of cases, without what waits above it."""
    return _text(client, query).split('class="wb-filters"', 1)[1]


def test_the_first_deadline_is_on_top_and_late_ones_are_counted(place, client):
    early, late = a_case(place), a_case(place)
    Deadline.objects.filter(case=early).update(due=timezone.now() + timedelta(days=9))
    Deadline.objects.filter(case=late).update(due=timezone.now() - timedelta(hours=1))
    listed = _cases(client)
    assert listed.index(late.number) < listed.index(early.number)
    assert "In één zaak is iets te laat." in _text(client)
    today = _cases(client, "?show=today")
    assert late.number in today
    assert early.number not in today


def test_kind_and_task_choose_and_nonsense_is_left_out(place, client):
    aggression = a_case(place, "aggression")
    assert aggression.number in _cases(client, "?kind=aggression&relation=handler")
    assert aggression.number not in _cases(client, "?kind=integrity")
    assert aggression.number not in _cases(client, "?relation=support")
    assert aggression.number in _cases(client, "?show=gossip&kind=x&relation=y&page=z")


def test_cases_with_a_new_message_have_a_tab(place, client):
    case, quiet = a_case(place), a_case(place)
    Message.objects.create(report=case.report, sequence=1, by="reporter", on=timezone.localdate(), text=case.id)
    listed = _cases(client, "?show=unread")
    assert case.number in listed
    assert quiet.number not in listed
    assert "Nieuwe berichten (1)" in _text(client, "?show=unread")


def test_a_choice_is_kept_under_a_sealed_name_and_dropped_again(place, client):
    answer = client.post(URL + "?kind=aggression&relation=handler", {"what": "keep", "name": "Mijn bedreigingen"})
    assert answer["Location"] == URL + "?kind=aggression&relation=handler"
    assert "Mijn bedreigingen" in _text(client)
    assert b"bedreigingen" not in bytes(SavedFilter.objects.get().sealed)
    client.post(URL + "?show=today", {"what": "keep", "name": "mijn bedreigingen"})
    assert SavedFilter.objects.count() == 1
    client.post(URL, {"what": "drop", "which": SavedFilter.objects.get().id})
    assert not SavedFilter.objects.exists()


def test_a_kept_choice_belongs_to_one_person(place, client):
    client.post(URL + "?kind=pressure", {"what": "keep", "name": "Druk"})
    other = place.client("registrar")
    assert "Druk" not in _text(other).split("wb-chips")[1].split("</ul>")[0]
    other.post(URL, {"what": "drop", "which": SavedFilter.objects.get().id})
    assert SavedFilter.objects.exists()


@pytest.mark.parametrize(("name", "words"), [("", "Geef de keuze een naam"), ("n" * 41, "40")])
def test_a_choice_without_a_good_name_is_not_kept(place, client, name, words):
    answer = client.post(URL + "?kind=pressure", {"what": "keep", "name": name})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert name in answer.content.decode()


def test_the_thirteenth_choice_is_refused(place, client):
    for number in range(12):
        client.post(URL + "?kind=pressure", {"what": "keep", "name": f"keuze {number}"})
    answer = client.post(URL + "?kind=pressure", {"what": "keep", "name": "nog een"})
    assert answer.status_code == 422
    assert "twaalf" in answer.content.decode()


def _together(client, cases: list[Case], **more):
    revisions = {f"revision-{case.id}": case.revision for case in cases}
    return client.post(TOGETHER, {"case": [case.id for case in cases], **revisions, **more})


@pytest.fixture
def cases(place):
    """Of integrity: to register a report asks nothing but a reason."""
    return [a_case(place, "integrity"), a_case(place, "integrity")]


def test_one_decision_is_taken_in_several_cases(cases):
    client = signed_in(who(cases[0].id, "handler").person)
    assert "Lees en registreer de melding (in hooguit 2 van 2)" in _together(client, cases).content.decode()
    done = _together(client, cases, act="register", reason=REASON).content.decode()
    assert done.count("gedaan.") == 2
    assert all(case.decisions.get().code == "register" for case in cases)


def test_what_cannot_be_done_in_one_case_says_why_and_the_rest_goes_on(cases):
    client = signed_in(who(cases[0].id, "handler").person)
    walk(cases[1], "register")
    cases[1].revision = 0  # an old page
    done = _together(client, cases, act="register", reason=REASON).content.decode()
    assert done.count("gedaan.") == 2  # "gedaan." and "niet gedaan."
    assert "niet gedaan." in done
    assert cases[0].decisions.count() == 1
    assert cases[1].decisions.count() == 1


def test_own_tasks_are_handed_to_a_colleague_together(place):
    cases = [a_case(place), a_case(place)]
    officers = {who(case.id, "case_officer").person for case in cases}
    mine = [
        case for case in cases if who(case.id, "case_officer").person == min(officers, key=lambda officer: officer.name)
    ]
    client = signed_in(who(mine[0].id, "case_officer").person)
    page = _together(client, mine)
    act = next(act for act in values_of(page, "act") if act.startswith("hand-over"))
    _together(client, mine, act=act, reason=REASON)
    for case in mine:
        task = Assignment.objects.get(case=case.id, relation="case_officer", ended=False)
        assert str(task.person_id) == act.partition(":")[2]


def test_a_reason_is_needed_and_nothing_typed_is_lost(place, client):
    case = a_case(place)
    answer = _together(client, [case], act="acknowledge", reason="kort")
    assert answer.status_code == 422
    assert "kort" in answer.content.decode()
    assert not case.decisions.exists()


def test_cases_of_others_are_not_among_them(place):
    case = a_case(place)
    stranger = place.client("administrator")
    page = _together(stranger, [case], act="acknowledge", reason=REASON).content.decode()
    assert case.number not in page
    assert not case.decisions.exists()


def test_nothing_chosen_says_so(place, client):
    for ids in ([], ["x"]):
        assert "Kies ten minste één zaak" in client.post(TOGETHER, {"case": ids}).content.decode()
    assert client.get(TOGETHER).status_code == 302


def _numbers(client, query: str = "") -> list[str]:
    """The numbers of the cases in the table, from the top."""
    return re.findall(r'wb-normal"\s*>([A-Z0-9]{4}-[A-Z0-9]{4})<', client.get(URL + query).content.decode())


def test_the_heads_of_the_columns_sort_and_sort_the_other_way_round(place, client):
    first, second = a_case(place), a_case(place)
    walk(second, "acknowledge", "assess")
    Case.objects.filter(id=first.id).update(number="ZZZZ-2222", started_on=timezone.localdate() - timedelta(days=30))
    Case.objects.filter(id=second.id).update(number="AAAA-7777")
    Deadline.objects.filter(case=first).update(due=timezone.now() + timedelta(days=1))
    Deadline.objects.filter(case=second).update(due=timezone.now() + timedelta(days=5))
    page = client.get(URL).content.decode()
    for column, expected in (
        ("", ["ZZZZ-2222", "AAAA-7777"]),
        ("number", ["AAAA-7777", "ZZZZ-2222"]),
        ("phase", ["ZZZZ-2222", "AAAA-7777"]),
        ("active", ["ZZZZ-2222", "AAAA-7777"]),
    ):
        assert _numbers(client, f"?sort={column}") == expected, column
        assert _numbers(client, f"?sort=-{column}") == expected[::-1], column
        assert f"?sort={column or '-'}" in page  # the head is a link
    assert 'aria-sort="descending"' in client.get(f"{URL}?sort=-number").content.decode()
    assert _numbers(client, "?sort=gossip") == ["ZZZZ-2222", "AAAA-7777"]


def test_step_whose_turn_and_colleague_choose_and_a_kept_choice_has_them(place, client):
    case, other = a_case(place), a_case(place)
    walk(other, "acknowledge", "assess")
    Case.objects.filter(id=case.id).update(phase=case.protocol.first)
    officer = who(case.id, "case_officer").person
    assert _numbers(client, f"?phase={case.phase}") == [case.number]
    assert _numbers(client, "?phase=nothing_like_it") == _numbers(client)
    walk(other, "hold")
    assert _numbers(client, "?waits=prosecution") == _numbers(client, "?show=hold") == [other.number]
    assert case.number in _numbers(client, "?waits=case_officer")
    of_officer = {row.number for row in (case, other) if who(row.id, "case_officer").person == officer}
    assert set(_numbers(client, f"?colleague={officer.id}")) == of_officer
    assert set(_numbers(client, f"?colleague={place['alderman'].id}")) == set()
    query = f"?kind=aggression&phase={case.phase}&waits=case_officer&colleague={officer.id}&sort=-number"
    client.post(URL + query, {"what": "keep", "name": "Nieuw bij mij"})
    page = client.get(URL).content.decode()
    assert query.replace("&", "&amp;") in page
    assert "Nieuw bij mij" in page


def test_a_colleague_is_looked_for_in_ones_own_cases_only(place, client):
    case = a_case(place)
    Assignment.objects.filter(case=case.id, person=place["coordinator"]).end()
    officer = who(case.id, "case_officer").person
    assert _numbers(client, f"?colleague={officer.id}") == []
    assert officer.name not in client.get(URL).content.decode()


def test_a_part_of_a_number_finds_the_case(place, client):
    case = a_case(place)
    part = case.number[2:7].lower()
    found = client.post("/werkplek/zoeken/", {"sought": part}).content.decode()
    assert f"/werkplek/zaak/{case.id}/" in found
    assert case.number in found
    stranger = place.client("administrator")
    assert case.number not in stranger.post("/werkplek/zoeken/", {"sought": part}).content.decode()
