"""Every function of every layer: whoever a report is about sees the same bytes with and without it, and somebody free has it."""

import re

import pytest

from cases.deciding.opening import open_case
from cases.models import Case
from organisations.access.bars import is_barred
from organisations.access.routing import rules
from organisations.models import Assignment, Organisation
from reporting.models import Report
from tests.support.build import a_place, a_report, signed_in
from vault.compartments import readers

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"
PARTS = [
    "",
    "melding/",
    "berichten/",
    "bewijs/",
    "besluiten/",
    "notities/",
    "samenhang/",
    "afsplitsen/",
    "tijdlijn/",
    "termijnen/",
    "termijnen/start/",
    "documenten/",
    "documenten/nieuw/closing_letter/",
    "documenten/1/",
    "documenten/1/pdf/",
    "melder/",
    "melder/naam/",
    "uitvoer/",
    "uitvoer/nieuw/",
    "uitvoer/1/pdf/",
    "lakken/",
    "lakken/1/",
    "protocol/",
    "toegang/",
    "logboek/",
    "besluit/register/",
]
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"')


def _everything(person, case_id: str, number: str, parts: list[str]) -> list[tuple[int, bytes]]:
    """All lists, counts and searches of a person, and these pages of one case."""
    client = signed_in(person)
    urls = ["/werkplek/", "/werkplek/?show=closed", "/werkplek/?show=today", "/werkplek/?show=unread", "/zorgplicht/"]
    urls += ["/werkplek/te-controleren/", "/werkplek/relaties/", "/werkplek/agenda/", "/beheer/protocol/"]
    urls += [f"/werkplek/zaak/{case_id}/{part}" for part in parts]
    answers = [client.get(url) for url in urls]
    answers += [client.post("/werkplek/zoeken/", {"sought": sought}) for sought in (number, "vergadering")]
    answers.append(client.post("/werkplek/samen/", {"case": case_id}))
    found = []
    for answer in answers:
        found.append(
            (
                answer.status_code,
                _TOKEN.sub(b"", answer.content).replace(case_id.encode(), b"").replace(number.encode(), b""),
            )
        )
    return found


@pytest.mark.parametrize("kind", ["municipality", "province", "water_authority"])
def test_whoever_a_report_is_about_sees_no_difference(kind):
    """Each function asks all lists and a quarter of the pages of the case, so that several ask for each page."""
    place = a_place(kind)
    for turn, function in enumerate(function for function in rules().by_subject if function in place.people):
        person, parts = place[function], PARTS[turn % 4 :: 4]
        without = _everything(person, NOBODY, "ZZZZ-ZZZZ", parts)
        report, _receipt = a_report(place, "integrity", subject=f"{function}:{person.id}")
        case = open_case(report)
        assert _everything(person, str(case.id), case.number, parts) == without, function
        _somebody_free_has_it(case, person, function)


def _somebody_free_has_it(case: Case, person, function: str) -> None:
    assert is_barred(case.id, person.id), function
    assert not Assignment.objects.filter(case=case.id, person=person).exists(), function
    assert person.id not in readers(case.id), function
    handler = Assignment.objects.get(case=case.id, relation="handler", ended=False)
    assert (
        handler.organisation
        == case.organisation
        == Organisation.objects.get(id=Report.objects.get(case=case.id).handled_by_id)
    )
    assert handler.person_id in readers(case.id), function
