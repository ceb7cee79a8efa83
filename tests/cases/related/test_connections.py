"""What belongs together: links, the same perpetrator or person again, handling together, and splitting off."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.deciding.proposals import agree
from cases.desk.access import take_away
from cases.desk.refusals import Refused
from cases.models import Case, CaseLink, Deadline
from organisations.people.appointments import appoint
from reporting.form.persons.marks import names_in
from reporting.models import Fact, Mark, Report
from tests.support.barred import compare_now
from tests.support.build import REASON, a_case, a_place, allowed, posted, second, signed_in, walk, who
from tests.support.pages import fields_of
from vault.ledger import entries
from vault.models import SealedText

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def client(place):
    """Of the coordinator, who handles aggression against office-holders."""
    return place.client("coordinator")


def _url(case, part: str = "samenhang") -> str:
    return f"/werkplek/zaak/{case.id}/{part}/"


def _page(client, case) -> str:
    return client.get(_url(case)).content.decode()


def _link(client, case, number: str, why: str = "same_matter"):
    return client.post(_url(case), {"what": "link", "number": number, "why": why})


def test_two_cases_are_linked_once_and_seen_from_both_ends(place, client):
    first, second = a_case(place), a_case(place)
    for _ in range(2):
        assert _link(client, first, second.number.lower()).status_code == 302
    assert CaseLink.objects.count() == 1
    assert second.number in _page(client, first)
    assert first.number in _page(client, second)
    client.post(_url(second), {"what": "unlink", "which": CaseLink.objects.get().id})
    assert not CaseLink.objects.exists()
    assert "case.unlinked" in [entry.action for entry in entries(first.id)]


def test_a_case_that_is_not_ones_own_cannot_be_linked_and_is_not_told_from_none(place, client):
    mine, foreign = a_case(place), a_case(place.others["province"])
    answers = [_link(client, mine, number) for number in (foreign.number, "2222-2222")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("U hebt geen zaak met dit nummer" in answer.content.decode() for answer in answers)
    assert all(
        number in answer.content.decode() for number, answer in zip((foreign.number, "2222-2222"), answers, strict=True)
    )


def test_who_sees_one_end_only_does_not_learn_of_the_other(place, client):
    first, second = a_case(place), a_case(place)
    _link(client, first, second.number)
    reader = who(first.id, "co_reader").person
    take_away(second, reader)
    assert second.number not in _page(signed_in(reader), first)


def test_the_same_perpetrator_is_found_again_inside_the_organisation(place, client):
    first = a_case(place, perpetrator_name="Jan de Wit, @boze_bever87")
    second = a_case(place, perpetrator_name="@Boze_Bever87")
    other = a_case(place, perpetrator_name="Iemand Anders")
    elsewhere = a_case(place.others["province"], perpetrator_name="Jan de Wit")
    page = _page(client, first)
    assert second.number in page
    assert other.number not in page
    assert elsewhere.number not in page
    assert not any("bever" in str(row) for row in Mark.objects.values())


def test_a_match_that_somebody_else_works_is_only_said_to_be_there(place, client):
    first = a_case(place, perpetrator_name="Jan de Wit")
    second = a_case(place, perpetrator_name="Jan de Wit")
    reader = who(first.id, "co_reader").person
    take_away(second, reader)
    page = _page(signed_in(reader), first)
    assert second.number not in page
    assert "Ook in één zaak van uw organisatie" in page
    take_away(second, who(second.id, "handler").person)
    take_away(first, reader, recused=False)


def test_who_may_not_know_of_the_other_case_hears_nothing_of_a_match(place):
    first = a_case(place, perpetrator_name="Jan de Wit")
    reader = who(first.id, "co_reader").person
    a_case(place, perpetrator_name="Jan de Wit", excluded=[str(reader.id)])
    page = _page(signed_in(reader), first)
    assert "Er is geen andere zaak bekend over dezelfde" in page


def test_the_same_person_concerned_is_found_again(place):
    person = place["alderman"]
    first = a_case(place, "integrity", subject=f"alderman:{person.id}")
    second = a_case(place, "integrity", subject=f"alderman:{person.id}")
    a_case(place, "integrity", subject="alderman:")
    page = _page(place.client("mayor"), first)
    assert second.number in page


def test_a_name_that_is_found_out_later_is_sealed_and_finds_other_cases(place, client):
    first, second = a_case(place), a_case(place, perpetrator_name="Jan de Wit")
    assert second.number not in _page(client, first)
    for _ in range(2):
        client.post(_url(first), {"what": "name", "name": "Jan de Wit"})
    page = _page(client, first)
    assert second.number in page
    assert page.count("Jan de Wit") == 1
    assert not any(b"Jan de Wit" in bytes(row.ciphertext) for row in SealedText.objects.all())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"what": "link", "number": "", "why": "same_matter"}, "Schrijf het nummer"),
        ({"what": "link", "number": "ABCD-EFGH"}, "Kies waarom"),
        ({"what": "name", "name": ""}, "Schrijf een naam"),
        ({"what": "name", "name": "Jo"}, "ten minste vier letters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(place, client, data, words):
    answer = client.post(_url(a_case(place)), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (data.get("name") or data.get("number") or "") in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jan de Wit; @Boze_Bever", ["jandewit", "bozebever"]),
        ("+31 6 12 34 56 78", ["12345678"]),
        ("06-12345678", ["12345678"]),
        ("Jo", []),
        ("Zoë Ünver en Ben-Ali", ["zoeunver", "benali"]),
        ("Łukasz Østergård", ["lukaszostergard"]),
    ],
)
def test_names_are_compared_without_what_differs_by_chance(text, names):
    assert names_in(text) == names


def _registered(place, number: int = 2) -> list[Case]:
    return [walk(a_case(place), "acknowledge", "assess") for _ in range(number)]


def _join(client, case, lead):
    return client.post(_url(case), {"what": "join", "which": lead.id})


TO_EVALUATION = ("low", "respond_letter", "not_filed", "no_damage", "give_feedback", "no_more_care")


def test_joined_cases_are_decided_in_one_and_told_apart(place, client):
    lead, case = _registered(place)
    assert _join(client, case, lead).status_code == 302
    case.refresh_from_db()
    assert "Samen behandeld met" in client.get(f"/werkplek/zaak/{case.id}/").content.decode()
    assert case.number in client.get(f"/werkplek/zaak/{lead.id}/").content.decode()
    assert "give_feedback" in allowed(case)
    assert {"withdraw_by_letter", "aftercare_24h"} <= allowed(case)
    refused = client.post(f"/werkplek/zaak/{case.id}/besluit/low/", {"reason": REASON, "revision": case.revision})
    assert refused.status_code == 422
    assert "samen met een andere behandeld" in refused.content.decode()


@pytest.mark.both
def test_only_deadlines_towards_its_reporter_run_in_a_joined_case(place, client):
    lead, case = _registered(place)
    _join(client, case, lead)
    running = set(Deadline.objects.running().filter(case=case).values_list("code", flat=True))
    assert running == {"FEEDBACK_3M", "AFTERCARE_24H", "AFTERCARE_1W", "AFTERCARE_1M", "AFTERCARE_3M"}
    client.post(_url(case), {"what": "separate"})
    assert "PERP_RESPONSE_48H" in Deadline.objects.running().filter(case=case).values_list("code", flat=True)


def test_closing_waits_until_each_reporter_was_told_and_then_closes_both(place, client):
    lead, case = _registered(place)
    _join(client, case, lead)
    walk(lead, *TO_EVALUATION)
    url = f"/werkplek/zaak/{lead.id}/besluit/close/"
    too_early = client.post(url, posted(lead, "close"))
    assert too_early.status_code == 422
    assert case.number in too_early.content.decode()
    case.refresh_from_db()
    walk(case, "give_feedback", "offer_police_report")
    case.refresh_from_db()
    owed = client.post(url, posted(lead, "close"))
    assert "Nazorg" in owed.content.decode()  # that the other reporter wants no more care says nothing of this one
    case.deadlines.filter(code__startswith="AFTERCARE").update(met_at=timezone.now())
    before = Fact.objects.filter(population="outcomes").count()
    proposed = client.post(url, posted(lead, "close"))
    assert proposed.status_code == 302
    case.refresh_from_db()
    assert case.is_open
    agree(lead, lead.proposals.get(state="asked").id, actor=second(lead, place.actor("coordinator")))
    case.refresh_from_db()
    assert (case.phase, case.is_open) == ("closed", False)
    assert Fact.objects.filter(population="outcomes").count() == before + 2
    assert case.report.told.filter(code="closed").exists()
    running = Deadline.objects.pending().filter(case=case).values_list("code", flat=True)
    assert set(running) == {"CLOSED_LOOK_1Y"}  # what begins with closing


def _ready_to_close(place, client) -> tuple[Case, Case]:
    """A case in its last step, and one that is handled together with it whose reporter was told all."""
    lead, case = _registered(place)
    _join(client, case, lead)
    walk(lead, *TO_EVALUATION)
    case.refresh_from_db()
    walk(case, "give_feedback", "offer_police_report")
    case.deadlines.filter(code__startswith="AFTERCARE").update(met_at=timezone.now())
    return lead, case


def test_cases_close_together_only_where_the_own_tracks_of_each_allow_it(place, client):
    lead, case = _ready_to_close(place, client)
    case.tracks.update_or_create(track="threat", defaults={"state": "high"})
    url = f"/werkplek/zaak/{lead.id}/besluit/close/"
    said = f"In {case.number} is dit nog niet klaar: “Dreiging” staat op “"
    assert said in client.get(url).content.decode(), "the page says it before"
    answer = client.post(url, posted(lead, "close"))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    case.tracks.update(state="high_consulted")
    assert client.post(url, posted(lead, "close")).status_code == 302
    case.tracks.update(state="high")
    signer = second(lead, place.actor("coordinator"))
    with pytest.raises(Refused, match=case.number):
        agree(lead, lead.proposals.get(state="asked").id, actor=signer)
    case.refresh_from_db()
    assert case.is_open


def test_who_may_not_see_a_joined_case_reads_nothing_of_what_stands_open_in_it(place, client):
    lead, case = _ready_to_close(place, client)
    url = f"/werkplek/zaak/{lead.id}/besluit/close/"
    assert client.post(url, posted(lead, "close")).status_code == 302
    case.tracks.update_or_create(track="threat", defaults={"state": "high"})
    signer = second(lead, place.actor("coordinator"))
    take_away(case, signer.person)
    proposal = lead.proposals.get(state="asked")
    page = f"/werkplek/zaak/{lead.id}/voorstel/{proposal.id}/"
    theirs = signed_in(signer.person)
    for answer in (theirs.get(page), theirs.post(page, {"what": "agree"})):
        assert case.number not in answer.content.decode()
        assert "mag niet beslissen in elke zaak" in answer.content.decode()
    case.refresh_from_db()
    assert case.is_open


def test_a_joined_case_that_stays_closed_does_not_end_again_with_its_lead(place, client):
    lead, case = [walk(a_case(place, "integrity"), "acknowledge", "register") for _ in range(2)]
    assert _join(signed_in(who(case.id, "case_officer").person), case, lead).status_code == 302
    walk(lead, "accept", "no_follow_up=unfounded")
    walk(case, "give_feedback")
    walk(lead, "complete", "close")
    case.refresh_from_db()
    assert not case.is_open
    made, told = case.decisions.count(), case.report.messages.count()
    walk(lead, "hear_fact", "weigh_fact", "reopen", "preliminary_inquiry", "not_plausible=not_established")
    walk(lead, "give_more_feedback" if "give_more_feedback" in allowed(lead) else "give_feedback", "complete", "close")
    lead.refresh_from_db()
    assert not lead.is_open
    assert (case.decisions.count(), case.report.messages.count()) == (made, told)


def test_what_stands_alone_cannot_be_joined_and_says_why(place, client):
    lead, case = _registered(place)
    fresh = a_case(place)
    assert "Registreer eerst" in _join(client, fresh, lead).content.decode()
    third = _registered(place, 1)[0]
    _join(client, case, lead)
    assert "al samen met een andere behandeld" in _join(client, third, case).content.decode()
    assert "Kies een zaak" in _join(client, third, third).content.decode()
    assert _join(place.client("registrar"), third, lead).status_code == 404


def test_a_lead_cannot_be_withdrawn_with_others_joined_to_it(place, client):
    lead, case = _registered(place)
    _join(client, case, lead)
    url = f"/werkplek/zaak/{lead.id}/besluit/withdraw_by_letter/"
    answer = client.post(url, posted(lead, "withdraw_by_letter"))
    assert answer.status_code == 422
    assert case.number in answer.content.decode()


def test_a_part_is_split_off_as_a_report_that_follows(place):
    from tests.support.reporter import URL

    case = a_case(place)
    officer = who(case.id, "case_officer").person
    appoint(officer, place.organisation, "officer")
    compare_now()
    client = signed_in(officer)
    assert "Splits een deel af" in client.get(_url(case, "afsplitsen")).content.decode()
    page = client.post(_url(case, "afsplitsen"), {"go": "1"})
    door = fields_of(page, "//*[contains(@class, 'wb-door')]//form")
    assert client.post(URL, door).status_code == 200
    from reporting.form.drafts import Draft

    draft = Draft.open(place.organisation, door["state"])
    assert (draft.follows, draft.taker) == (str(case.report_id), str(officer.id))
    assert Report.objects.count() == 1
    assert open_case(case.report) == case


def test_a_link_the_other_way_round_is_the_same_link(place):
    one, other = a_case(place, "integrity"), a_case(place, "integrity")
    person = who(one.id, "handler").person
    CaseLink.objects.create(first=one, second=other, why="same_matter", made_by=person)
    with pytest.raises(IntegrityError):
        CaseLink.objects.create(first=other, second=one, why="follows", made_by=person)


def test_a_case_is_not_linked_to_itself_and_says_so(place, client):
    case = a_case(place)
    assert "Dit is het nummer van deze zaak zelf." in _link(client, case, case.number).content.decode()


def test_a_name_that_is_kept_promises_no_case_that_is_not_there(place, client):
    case = a_case(place)
    kept = client.post(_url(case), {"what": "name", "name": "Teun Buitenman"}, follow=True).content.decode()
    assert "Bewaard. Onder “Eerder gezien” staat of andere zaken over hetzelfde gaan." in kept
    assert "Er is geen andere zaak bekend over dezelfde veroorzaker of betrokkene." in kept
