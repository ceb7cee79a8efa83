"""What people of a case wrote stands where it is decided, and whom the report names is offered to be written down."""

import pytest

from cases.models import BundleEntry
from cases.parties.replies import unanswered_of
from cases.parties.reported import reported_people
from tests.support.build import a_case, a_place, signed_in, walk, who
from tests.support.pages import in_one_line
from tests.support.papers_page import a_page, a_party, put_draft

pytestmark = pytest.mark.django_db
TO_DRAFT = (
    "acknowledge", "register", "accept", "preliminary_inquiry", "plausible", "internal", "inform_subject", "signed", "draft_ready",
)  # fmt: skip


def _decision(case, code: str, relation: str = "case_officer") -> str:
    client = signed_in(who(case.id, relation).person)
    return in_one_line(client.get(f"/werkplek/zaak/{case.id}/besluit/{code}/").content.decode())


def test_the_page_that_works_through_the_replies_shows_them():
    case = walk(a_case(a_place(), "integrity"), *TO_DRAFT)
    party = case.parties.get(part="person_concerned")
    _bundle, page = a_page(case, party)
    assert put_draft(case, party).status_code == 302
    walk(case, "send_extracts")
    draft = BundleEntry.objects.get(kind=BundleEntry.Kind.DRAFT)
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    page.send("reply", entry=draft.sequence, text="De tweede zin klopt niet.")
    shown = _decision(case, "replies_in")
    assert "De tweede zin klopt niet." in shown
    assert f"/mensen/{party.id}/pagina/" in shown
    assert BundleEntry.objects.get(kind=BundleEntry.Kind.REPLY).seen
    assert not unanswered_of(case, who(case.id, "case_officer"))  # a reply asks no answer


def test_who_ends_a_case_reads_who_still_waits_for_an_answer():
    case = walk(a_case(a_place()), "acknowledge")
    party = a_party(case)
    _bundle, page = a_page(case, party)
    assert "kregen daarna nog geen antwoord" not in _decision(case, "withdraw_by_letter")
    page.send("message", text="Wanneer hoor ik iets?")
    assert "kregen daarna nog geen antwoord" in _decision(case, "withdraw_by_letter")
    url = f"/werkplek/zaak/{case.id}/mensen/{party.id}/pagina/"
    client = signed_in(who(case.id, "case_officer").person)
    token = in_one_line(client.get(url).content.decode()).partition('name="token" value="')[2].partition('"')[0]
    client.post(url, {"what": "write", "text": "Volgende week.", "token": token})
    assert "kregen daarna nog geen antwoord" not in _decision(case, "withdraw_by_letter")


def test_whom_the_report_names_is_offered_until_they_are_written_down():
    case = a_case(a_place(), perpetrator_name="J. van Dreigen")
    officer = who(case.id, "case_officer")
    assert [one.name for one in reported_people(case, officer, [])] == ["J. van Dreigen"]
    url = f"/werkplek/zaak/{case.id}/mensen/"
    client = signed_in(officer.person)
    assert "J. van Dreigen" in client.get(url).content.decode()
    a_party(case, "person_concerned", "J. van Dreigen")
    page = in_one_line(client.get(url).content.decode())
    assert "In de melding staat J. van Dreigen" not in page
