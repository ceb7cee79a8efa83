"""Stories of people who handle cases: S8, S11, and what the weighing sets in motion."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.deciding.decisions import Choice, decide, decisions_taken
from cases.deciding.proposals import agree
from cases.desk.refusals import Refused
from cases.protocol.kinds.decision_questions import decision_questions
from organisations.models import Assignment
from tests.support.build import REASON, a_case, a_place, posted, second, signed_in, take, walk, who

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def place():
    return a_place()


def _weighing(**given: str) -> dict[str, str]:
    scales = decision_questions().scales
    answers = {
        name: next(iter(scales[one.scale])) for name, one in decision_questions().weighing.items() if scales[one.scale]
    }
    return {**answers, **given}


def _pages(client) -> list[bytes]:
    pages = [client.get(url).content for url in ("/beheer/", "/beheer/vragen/", "/beheer/protocol/", "/zorgplicht/")]
    return [re.sub(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"', b"", page) for page in pages]


def test_pressure_goes_to_the_chair_and_never_to_the_council(place):
    """Story S8: dinner offered and a permit that "takes long"."""
    case = a_case(place, "pressure", pressure_form=["P3", "P10"], heaviest="P10")
    tasks = Assignment.objects.filter(case=case.id).select_related("person")
    assert {(task.relation, task.capacity) for task in tasks if task.relation in {"handler", "support"}} == {
        ("handler", "mayor"),
        ("support", "coordinator"),
    }
    council = {person.id for code in ("council_member", "group_leader", "alderman") for person in place.people[code]}
    assert not council & {task.person_id for task in tasks}
    member = signed_in(place["council_member"])
    assert member.get(f"/werkplek/zaak/{case.id}/").status_code == 404


def test_a_request_of_the_accused_is_a_track_with_a_month_that_the_administrator_never_sees(place):
    """Story S11: restricted with a ground; the case cannot be closed while it waits."""
    admin = place.client("administrator")
    case = a_case(place, "integrity")
    before = _pages(admin)
    walk(case, "acknowledge", "register", "accept", "no_follow_up=unfounded", "complete")
    walk(case, "receive_privacy_request")
    deadline = case.deadlines.get(code="PRIVACY_1M")
    assert (deadline.due - timezone.now()).days in range(27, 32)
    with pytest.raises(Refused, match="Verzoek over gegevens"):
        walk(case, "close")
    walk(case, "restrict_privacy_request")
    deadline.refresh_from_db()
    assert deadline.met_at is not None
    assert _pages(admin) == before
    assert not walk(case, "close").is_open


def test_a_weighing_that_says_criminal_stops_the_talks_until_the_prosecution_answered(place):
    case = walk(a_case(place, "integrity"), "register", "accept")
    officer = who(case.id, "case_officer")
    take(case, "investigate", officer, details=_weighing(criminality="yes"))
    case.refresh_from_db()
    walk(case, "internal", "inform_subject")
    with pytest.raises(Refused, match="Strafrecht"):
        walk(case, "signed")
    page = signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert "Dit wacht op “Strafrecht”" in page
    walk(case, "consult_prosecution", "prosecution_releases", "signed")
    details = decisions_taken(case, officer)[-3].details
    assert ("Strafbaarheid", "ja") in details


def test_the_weighing_is_asked_on_the_page_and_kept_when_something_is_missing(place):
    case = walk(a_case(place, "integrity"), "register", "accept")
    officer = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/besluit/preliminary_inquiry/"
    half = posted(case, "preliminary_inquiry", severity="very")
    answer = officer.post(url, half)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert REASON in page
    assert '<option value="very" selected>' in page
    answer = officer.post(url, {**half, **_weighing(severity="very")})
    assert answer.status_code == 302
    assert "zeer" in officer.get(answer["Location"]).content.decode()
    assert not case.decisions.filter(code="preliminary_inquiry").exists()
    reader = signed_in(second(case, who(case.id, "case_officer")).person)
    assert reader.post(answer["Location"].split("?")[0], {"what": "agree"}).status_code == 302
    assert "zeer" in officer.get(f"/werkplek/zaak/{case.id}/besluiten/").content.decode()


def test_a_statutory_power_must_be_named(place):
    case = a_case(place, "integrity", subject=f"council_member:{place['council_member'].id}")
    walk(case, "acknowledge", "register", "accept", "investigate", "external", "inform_subject")
    walk(case, "signed", "draft_ready", "replies_in", "accept_report", "to_body")
    handler = signed_in(who(case.id, "handler").person)
    url = f"/werkplek/zaak/{case.id}/besluit/dispose/"
    case.decisions.update(done_at=timezone.now() - timedelta(days=30))
    data = posted(case, "dispose", outcome="statutory_power")
    assert handler.post(url, data).status_code == 422
    answer = handler.post(url, {**data, "power": "suspend_member"})
    assert answer.status_code == 302
    assert "Schorsing van een lid" in handler.get(answer["Location"]).content.decode()
    agree(case, case.proposals.get(state="asked").id, actor=second(case, who(case.id, "handler")))
    assert "Schorsing van een lid" in handler.get(f"/werkplek/zaak/{case.id}/besluiten/").content.decode()


def test_who_may_not_decide_this_sees_why_and_cannot(place):
    """The decision to investigate is the chair's."""
    case = walk(a_case(place, "integrity"), "register", "accept", "investigate")
    officer = who(case.id, "case_officer")
    page = signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert "Beslist door: Behandelaar" in page
    with pytest.raises(Refused):
        decide(case, Choice("internal", reason=REASON), actor=officer, revision=case.revision)
    assert signed_in(officer.person).get(f"/werkplek/zaak/{case.id}/besluit/internal/").status_code == 302


def test_what_a_deadline_asks_stands_with_what_can_be_done_and_the_rest_beside_the_steps(place):
    case = a_case(place, "integrity")
    client = signed_in(who(case.id, "case_officer").person)
    page = client.get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert page.index("besluit/acknowledge/") < page.index("besluit/hold/")
    assert "besluit/may_be_criminal/" in page
    assert client.get(f"/werkplek/zaak/{case.id}/besluit/may_be_criminal/").status_code == 200
