"""Who heard somebody is chosen from the people who work the case: that accuses nobody, so nothing is asked about them."""

import pytest
from django.urls import reverse

from cases.people.handover import recovery_of
from cases.people.words.said import Said
from cases.protocol.kinds.forms import FieldType, record_forms
from organisations.access import bars
from organisations.models import Suspension
from tests.cases.measures.test_measures import _officer, _page, _sent
from tests.support.barred import called
from tests.support.build import a_case, walk, who
from tests.support.measures import ACUTE, BAN, HEAR, a_measure
from tests.support.places import a_place
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
HEARERS, OUTSIDE = "record-1-hearers", "record-1-hearers_outside"


@pytest.fixture
def case():
    case = a_case(a_place())
    called(who(case.id, "co_reader").person, "Karim", "Kwartel")
    case = walk(case, "acknowledge", "assess", "low")
    a_measure(case, ACUTE, **BAN)
    return case


def test_a_colleague_who_heard_somebody_keeps_the_case_and_nobody_is_asked(case):
    colleague, officer = who(case.id, "co_reader").person, who(case.id, "case_officer").person
    page = words_of(_officer(case).get(reverse("cases:decision", args=[case.id, HEAR])))
    assert colleague.name in page, "to choose from"
    sent = _sent(case, HEAR, **{HEARERS: [str(officer.id), str(colleague.id)], OUTSIDE: ""})
    assert sent.status_code == 302, words_of(sent)
    assert f"{colleague.name}, {officer.name}" in _page(
        case, "records"
    ) or f"{officer.name}, {colleague.name}" in _page(case, "records")
    assert not Suspension.objects.filter(case=case.id).exists()
    assert not Said(case, recovery_of(case)).judged([colleague.id]).everybody, "nor when it is asked again later"


def test_words_about_a_colleague_beside_it_are_asked_about_as_ever(case):
    colleague = who(case.id, "co_reader").person
    sent = _sent(case, HEAR, **{HEARERS: ["outside"], OUTSIDE: f"{colleague.name}, die het zelf deed"})
    assert sent.status_code == 422
    assert "Gaat het over die persoon" in words_of(sent)


def test_only_people_who_work_the_case_can_be_chosen_and_others_are_named_in_words(case):
    place_officer = who(case.id, "case_officer").person
    stranger = called(
        type(place_officer).objects.exclude(assignments__case=case.id).filter(email__isnull=False)[0], "Anna", "Vreemd"
    )
    assert _sent(case, HEAR, **{HEARERS: [str(stranger.id)], OUTSIDE: ""}).status_code == 422
    assert _sent(case, HEAR, **{HEARERS: [], OUTSIDE: ""}).status_code == 422, "somebody did"
    assert _sent(case, HEAR, **{HEARERS: ["outside"], OUTSIDE: ""}).status_code == 422, "say who else"
    assert _sent(case, HEAR, **{HEARERS: [str(place_officer.id)], OUTSIDE: "Bureau Hoor"}).status_code == 422
    refused = _sent(case, HEAR, **{HEARERS: ["outside"], OUTSIDE: ""}).content.decode()
    assert 'value="outside"' in refused.replace("\n", " ")
    both = {HEARERS: [str(place_officer.id), "outside"], OUTSIDE: "Bureau Hoor"}
    assert _sent(case, HEAR, **both).status_code == 302
    page = _page(case, "records")
    assert f"{place_officer.name}, Iemand anders" in page
    assert "Bureau Hoor" in page


def test_who_is_out_of_the_case_is_not_in_the_list(case):
    colleague = who(case.id, "co_reader").person
    bars.suspend(case.id, case.report.organisation, [bars.Suspended(str(colleague.id))])
    assert colleague.name not in words_of(_officer(case).get(reverse("cases:decision", args=[case.id, HEAR])))


def test_every_question_who_heard_or_talked_has_the_list():
    """By its label; what is asked in words names somebody from outside only."""
    for form in record_forms().values():
        for name, field in form.fields.items():
            if str(field.label).startswith(("Wie hoorde", "Wie voerde")):
                assert field.type == FieldType.COLLEAGUES, name
