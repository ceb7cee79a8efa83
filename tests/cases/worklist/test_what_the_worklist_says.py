"""What the worklist says is what stands below it: its first line, the numbers on its tabs, and a case that went."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cases.models import Case, Deadline
from cases.people.handover import GROUND_WORDS
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from organisations.models import Assignment
from tests.support.build import REASON, a_case, a_place, signed_in, walk, who
from tests.support.pages import values_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
URL = "/werkplek/"


@pytest.fixture
def place():
    return a_place()


def _says(client, query: str = "") -> str:
    return words_of(client.get(URL + query, follow=True))


def _closed(place) -> Case:
    case = a_case(place)
    Case.objects.filter(id=case.id).update(closed_on=timezone.localdate())
    return case


def test_the_first_line_counts_what_a_closed_case_still_asks(place):
    case = _closed(place)
    Deadline.objects.filter(case=case).update(due=timezone.now() + timedelta(days=40))
    client = signed_in(who(case.id, "case_officer").person)
    assert "U heeft geen open zaken." in _says(client)
    Deadline.objects.filter(case=case).update(due=timezone.now() - timedelta(hours=1))
    said = _says(client)
    assert "In één zaak is iets te laat." in said
    assert "geen termijn af" not in said
    assert "Een termijn is voorbij" in said  # in the queue


def test_no_deadline_runs_out_only_where_nothing_below_says_another_thing(place):
    case = a_case(place)
    client = signed_in(who(case.id, "case_officer").person)
    Deadline.objects.filter(case=case).update(due=timezone.now() + timedelta(days=40))
    assert "Er loopt vandaag geen termijn af." in _says(client)
    Deadline.objects.filter(case=case).update(due=timezone.now() + timedelta(seconds=1))
    assert "Er loopt vandaag geen termijn af." not in _says(client)


def test_the_tabs_count_what_they_show(place):
    a_case(place)
    client = place.client("coordinator")
    assert "Alle open zaken (1)" in _says(client)
    assert "Alle open zaken (0)" in _says(client, "?kind=integrity")
    assert "Gesloten (0)" in _says(client, "?kind=integrity")
    _closed(place)
    assert "Gesloten (1)" in _says(client, "?kind=aggression")


def test_a_colleague_is_found_among_closed_cases_too(place):
    case = _closed(place)
    officer = who(case.id, "case_officer").person
    said = _says(place.client("coordinator"), f"?show=closed&colleague={officer.id}")
    assert case.number in said
    assert "Gesloten (1)" in said


def test_who_says_not_to_be_free_reads_that_the_case_went(place):
    case = a_case(place)
    officer = who(case.id, "case_officer").person
    client = signed_in(officer)
    own = Assignment.objects.get(case=case.id, person=officer, ended=False)
    given = {"grounds": [next(iter(GROUND_WORDS))], "reason": REASON}
    answer = client.post(reverse("cases:conflict", args=[case.id, own.id]), given, follow=True)
    assert "Gedaan. U hoort niet meer bij die zaak." in words_of(answer)
    assert "U hoort niet meer bij die zaak" not in _says(client)


def _together(client, cases, **more):
    given = {"case": [case.id for case in cases], **{f"revision-{case.id}": case.revision for case in cases}}
    return client.post("/werkplek/samen/", {**given, **more})


def test_a_reason_that_names_a_reader_is_asked_about_once_for_all_cases(place):
    cases = [a_case(place, "integrity"), a_case(place, "integrity")]
    client = signed_in(who(cases[0].id, "handler").person)
    officer = who(cases[0].id, "case_officer").person
    given = {"act": "register", "reason": f"Besproken met {officer.name}, en allebei gelezen."}
    asked = _together(client, cases, **given)
    assert asked.status_code == 422
    assert "Zeg hieronder of het over die persoon gaat" in words_of(asked)
    assert not any(case.decisions.exists() for case in cases)
    answers = values_of(asked, "about")
    assert len(answers) == 2
    done = _together(client, cases, **given, about=next(one for one in answers if one.startswith("mentioned")))
    assert words_of(done).count("gedaan.") == 2
    assert all(case.decisions.get().code == "register" for case in cases)


def test_the_first_line_the_tab_and_the_list_count_the_same_cases_as_late(place):
    """A day of review that has passed is late as a deadline is, in an open case and in a closed one."""
    case, closed = walk(a_case(place), "acknowledge", "assess", "medium", "adopt"), _closed(place)
    client = signed_in(who(case.id, "case_officer").person)
    Deadline.objects.filter(case__in=[case, closed]).update(due=timezone.now() + timedelta(days=40))
    assert "Te laat (0)" in _says(client)
    case.records.update(until=timezone.localdate() - timedelta(days=3))
    Deadline.objects.filter(case=closed).update(due=timezone.now() - timedelta(hours=1))
    said = _says(client, "?show=late")
    assert "In 2 zaken is iets te laat." in said
    assert "Te laat (2)" in said
    assert "Vandaag of te laat (2)" in said
    assert "2 zaken" in said


def test_what_is_late_says_which_deadline(place):
    case = a_case(place)
    client = signed_in(who(case.id, "case_officer").person)
    Deadline.objects.filter(case=case).update(due=timezone.now() + timedelta(days=40))
    first = case.deadlines.running().first()
    Deadline.objects.filter(id=first.id).update(due=timezone.now() - timedelta(hours=1))
    label = deadline_kinds()[first.code].label
    for url in (URL, "/werkplek/wacht/"):
        assert f"Een termijn is voorbij: {label}, {case.number}" in words_of(client.get(url))


def test_the_worklist_leads_to_the_signals(place):
    client = signed_in(who(a_case(place).id, "case_officer").person)
    assert client.get(reverse("cases:signals")).status_code == 200
    page = client.get(URL).content.decode()
    assert f'<a href="{reverse("cases:signals")}">Signalen</a>' in page


@pytest.mark.parametrize(("query", "is_open"), [("", False), ("?show=late", False), ("?kind=aggression", True)])
def test_the_filters_stand_open_only_where_one_is_chosen(place, query, is_open):
    client = signed_in(who(a_case(place).id, "case_officer").person)
    page = html.fromstring(client.get(URL + query).content)
    [filters] = page.xpath("//details[.//select[@name='kind']]")
    assert ("open" in filters.attrib) == is_open
