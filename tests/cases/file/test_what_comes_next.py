"""What comes next is said right: by the box of the case page, by every page after an act, and on the page of a proposal."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from lxml import html

from cases.deciding.decisions import Choice
from cases.deciding.judging import options_of
from cases.deciding.proposals import propose, refuse
from cases.models import Case, Proposal
from cases.waiting.queue import waiting_for
from organisations.access.policy import Actor
from organisations.models import HANDLING, Assignment
from tests.support.build import REASON, a_case, posted, read_report, second, signed_in, take, walk, who
from tests.support.reporter import words_of
from weerbaar.demo.deeds import a_deed

pytestmark = pytest.mark.django_db
FELL_THROUGH = "Uw voorstel ging niet door: lees waarom"


def _page(case: Case, actor: Actor, name: str = "overview", *args):
    answer = signed_in(actor.person).get(reverse(f"cases:{name}", args=[case.id, *args]))
    assert answer.status_code == 200
    return html.fromstring(answer.content)


def _words(node) -> str:
    return " ".join(" ".join(node.itertext()).split())


def _box(page):
    return page.xpath("//section[@aria-labelledby='burning']")[0]


def _deeds(node) -> list[str]:
    return [link.rstrip("/").rpartition("/")[2] for link in node.xpath(".//a[contains(@href, '/besluit/')]/@href")]


def _turn(page) -> str:
    """Who has the next step, and what it is; without the names of others who may do it too."""
    fact = page.xpath("//dl/div[dt[normalize-space()='Wie is aan zet']]/dd")[0]
    who_has_it, *what = [_words(node) for node in fact]
    return " ".join([who_has_it.partition(", of ")[0] if who_has_it.startswith("U,") else who_has_it, *what])


def _notice(page) -> str:
    found = page.xpath("//*[@role='status']")
    return _words(found[0]) if found else ""


def _propose(case: Case, code: str, actor: Actor) -> Proposal:
    rule = next(one.decision for one in options_of(case) if one.code == code)
    choice = Choice(code, REASON, next(iter(rule.outcome), ""), {}, a_deed(case, rule, timezone.now()))
    return propose(case, choice, actor=actor, revision=case.revision)


def _low(place) -> tuple[Case, Actor]:
    case = walk(a_case(place), "acknowledge", "assess", "low")
    return case, who(case.id, "case_officer")


def test_the_next_step_comes_before_a_deadline_of_months(place):
    case = walk(a_case(place, "integrity"), "acknowledge")
    page = _page(case, who(case.id, "case_officer"))
    assert _deeds(_box(page)) == ["register"]
    assert _turn(page) == "U Lees en registreer de melding"
    case.deadlines.filter(code="FEEDBACK_3M").update(due=timezone.now() + timedelta(days=2))
    assert _deeds(_box(_page(case, who(case.id, "case_officer")))) == ["give_feedback"]


def test_a_deadline_that_cannot_be_met_yet_says_from_when_and_leaves_the_button_to_what_can_be_done(place):
    case = walk(a_case(place), "acknowledge", "aftercare_24h")
    officer = who(case.id, "case_officer")
    case.deadlines.exclude(code="AFTERCARE_1W").filter(met_at=None).update(due=timezone.now() + timedelta(days=60))
    case.deadlines.filter(code="AFTERCARE_1W").update(due=timezone.now() + timedelta(hours=3))
    page = _page(case, officer)
    assert _deeds(_box(page)) == ["care_first", "assess"]
    assert "“Nazorg: gesprek na een week” kan vanaf" in _words(_box(page))
    listed = page.xpath("//aside//li[contains(., 'Nazorg: gesprek na een week')]")[0]
    assert "kan vanaf" in _words(listed)


def test_a_step_that_waits_says_why_and_not_that_there_is_nothing_to_do(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "no_follow_up=unfounded")
    page = _page(case, who(case.id, "case_officer"))
    words = _words(page.xpath("//main")[0])
    assert "“Rond de nazorg af” kan vanaf" in _words(_box(page))
    assert "Niet eerder dan 13 dagen nadat deze stap begon." in _words(_box(page))
    assert "vraag hoe het gaat" in _words(_box(page))
    assert "Doe ondertussen wat de stap nog vraagt." in words
    assert "Er is nu niets dat u moet doen." not in words


def test_a_deadline_of_a_later_step_says_which_deed_comes_first(place):
    case = walk(a_case(place), "acknowledge", "aftercare_24h")
    page = _page(case, who(case.id, "case_officer"))
    listed = page.xpath("//aside//li[contains(., 'Reageer op de veroorzaker')]")[0]
    assert "Eerst komt: “Eerst acute opvang”, “Registreer en ga wegen”." in _words(listed)


@pytest.mark.parametrize("kind", ["aggression", "integrity"])
def test_after_an_act_the_page_says_what_was_done_with_its_proof_and_what_comes_next(place, kind):
    case = a_case(place, kind)
    officer = who(case.id, "case_officer")
    read_report(case, officer)
    url = reverse("cases:decision", args=[case.id, "acknowledge"])
    answer = signed_in(officer.person).post(url, posted(case, "acknowledge"), follow=True)
    said = _notice(html.fromstring(answer.content))
    assert said.startswith("U hebt vastgelegd: “Bevestig de ontvangst aan de melder”.")
    assert "De melder heeft de tekst in het postvak." in said
    page = _page(case, officer)
    assert f"Nu bent u aan zet: {_turn(page).removeprefix('U ')}" in said
    assert not _notice(page)


@pytest.mark.parametrize("name", ["overview", "deadlines", "decisions", "records", "messages"])
def test_an_address_says_nothing_that_was_not_done(place, name):
    case = walk(a_case(place), "acknowledge")
    officer = who(case.id, "case_officer")
    url = reverse(f"cases:{name}", args=[case.id])
    client = signed_in(officer.person)
    elsewhere = signing.TimestampSigner(salt="notice:/werkplek/").sign("ended")
    for code in ("start", "1", "acknowledge", "agreed", "ended", "refused", "verstuurd", elsewhere):
        assert not _notice(html.fromstring(client.get(url, {"gedaan": code}).content)), code


def test_what_was_done_is_said_to_who_did_it_and_for_ten_minutes(place):
    case = a_case(place)
    officer, other = who(case.id, "case_officer"), who(case.id, "handler")
    read_report(case, officer)
    url = reverse("cases:decision", args=[case.id, "acknowledge"])
    to = signed_in(officer.person).post(url, posted(case, "acknowledge"))["Location"]
    assert _notice(html.fromstring(signed_in(officer.person).get(to).content))
    assert not _notice(html.fromstring(signed_in(other.person).get(to).content))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert not _notice(html.fromstring(signed_in(officer.person).get(to).content))


def test_a_deadline_that_was_started_is_named_after_it(place):
    case = walk(a_case(place), "acknowledge")
    client = signed_in(who(case.id, "case_officer").person)
    given = {"code": "WOO_4W", "day": timezone.localdate().isoformat(), "reason": "Daar vroeg iemand om."}
    answer = client.post(reverse("cases:deadline_change", args=[case.id, "start"]), given, follow=True)
    said = _notice(html.fromstring(answer.content))
    assert said.startswith("U hebt de termijn “Beslis op het Woo-verzoek” laten beginnen. De termijn loopt tot")
    assert "aan zet" in said


def test_an_own_proposal_makes_it_the_turn_of_the_second_person_by_name(place):
    case, officer = _low(place)
    made = _propose(case, "respond_none", officer)
    reading = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING)
    names = {row.person.name for row in reading.exclude(person=officer.person).select_related("person")}
    turn = _turn(_page(case, officer))
    assert all(name in turn for name in names)
    assert not turn.startswith("U ")
    guardian = _turn(_page(case, who(case.id, "support")))
    assert "iemand anders die deze zaak leest" in guardian
    assert not any(name in guardian for name in names)
    assert _turn(_page(case, second(case, officer))).startswith("U Bekijk het voorstel")
    assert "Wat er gebeurt als de tweede persoon akkoord gaat" in _words(_page(case, officer, "proposal", made.id))


@pytest.mark.both
def test_a_refused_proposal_is_said_to_who_made_it_until_they_saw_it(place):
    case, officer = _low(place)
    other = second(case, officer)
    made = _propose(case, "respond_none", officer)
    refuse(case, made.id, actor=other, reason="Eerst bellen met wie het overkwam.")
    assert f"{other.person.name} ging op" in _words(_page(case, officer))
    assert FELL_THROUGH in [str(one.words) for one in waiting_for(officer)]
    assert f"{other.person.name} ging op" not in _words(_page(case, other))
    assert FELL_THROUGH not in [str(one.words) for one in waiting_for(other)]
    _page(case, other, "proposal", made.id)  # who did not make it sees nothing in their place
    assert FELL_THROUGH in [str(one.words) for one in waiting_for(officer)]
    assert "Eerst bellen met wie het overkwam." in _words(_page(case, officer, "proposal", made.id))
    assert f"{other.person.name} ging op" not in _words(_page(case, officer))
    assert FELL_THROUGH not in [str(one.words) for one in waiting_for(officer)]


def test_what_was_proposed_again_is_not_said_any_more(place):
    case, officer = _low(place)
    made = _propose(case, "respond_none", officer)
    refuse(case, made.id, actor=second(case, officer), reason="Eerst bellen met wie het overkwam.")
    _propose(case, "respond_none", officer)
    assert FELL_THROUGH not in [str(one.words) for one in waiting_for(officer)]


def test_the_second_person_reads_what_is_open_and_what_agreeing_leads_to(place):
    case = walk(a_case(place), "acknowledge", "assess", "low", "respond_letter", "not_filed", "no_damage")
    walk(case, "give_feedback", "no_more_care")
    officer = who(case.id, "case_officer")
    case.deadlines.create(code="WOO_4W", due=timezone.now() + timedelta(days=20))
    made = _propose(case, "close", officer)
    page = _page(case, second(case, officer), "proposal", made.id)
    leads, still = (
        page.xpath("//section[@aria-labelledby='consequences']")[0],
        page.xpath("//section[@aria-labelledby='open']")[0],
    )
    assert "De melder krijgt de tekst in het postvak." in _words(leads)
    assert "De zaak sluit: “Gesloten”." in _words(leads)
    assert "Deze termijn is dan klaar: Evalueer." in _words(leads)
    assert "Deze termijn loopt na het sluiten door: Beslis op het Woo-verzoek." in _words(leads)
    assert "Beslis op het Woo-verzoek" in _words(still)


def test_nothing_that_was_typed_at_an_answer_is_lost(place):
    case, officer = _low(place)
    other = second(case, officer)
    made = _propose(case, "respond_none", officer)
    client, url = signed_in(other.person), reverse("cases:proposal", args=[case.id, made.id])
    words = "Akkoord, maar bel eerst met wie het overkwam."
    assert client.post(url, {"what": "agree", "reason": words}).status_code == 302
    assert words in words_of(client.get(url))
    late = client.post(url, {"what": "refuse", "reason": "Nee, dit is te vroeg voor een besluit."})
    assert "Nee, dit is te vroeg voor een besluit." in words_of(late)
    assert "Wat u schreef, is niet bewaard" in words_of(late)


def test_a_refused_agreement_keeps_what_was_typed(place):
    case, officer = _low(place)
    made = _propose(case, "respond_none", officer)
    walk(case, "respond_letter")
    client = signed_in(second(case, officer).person)
    answer = client.post(
        reverse("cases:proposal", args=[case.id, made.id]), {"what": "agree", "reason": "Met deze kanttekening."}
    )
    assert answer.status_code == 422
    assert html.fromstring(answer.content).xpath("//textarea[@name='reason'][contains(., 'Met deze kanttekening.')]")


def test_a_letter_is_written_from_its_decision_and_the_way_back_is_there(place):
    case, officer = _low(place)
    page = _page(case, officer, "decision", "respond_letter")
    write = reverse("cases:write_document", args=[case.id, "perpetrator_letter"])
    assert write in page.xpath("//main//form//a/@href")
    given = dict.fromkeys(
        ("addressee", "address", "happened_on", "incident", "consequence", "contact", "signed_by", "signed_as"),
        "De afdeling",
    )
    client = signed_in(officer.person)
    token = html.fromstring(client.get(write).content).xpath("//input[@name='token']/@value")[0]
    document = client.post(write, {**given, "token": token, "make": "1"}, follow=True)
    back = reverse("cases:decision", args=[case.id, "respond_letter"])
    assert back in html.fromstring(document.content).xpath("//main//a/@href")
    offered = [_words(one) for one in _page(case, officer, "decision", "respond_letter").xpath("//main//label")]
    assert any("Brief aan de dader" in one and "document 1" in one for one in offered), offered


@pytest.mark.parametrize(
    ("kind", "before", "turn"),
    [
        ("integrity", ["signed"], "U Hoor iemand. Dat komt vóór: Rond het feitenonderzoek af"),
        ("integrity", ["signed", "draft_ready", "send_extracts"], "Wacht tot"),
        ("aggression", ["no_damage", "aftercare_24h", "give_feedback"], "Wacht tot"),
    ],
)
def test_what_ends_something_early_is_never_said_to_come_next(place, kind, before, turn):
    to_inquiry = ["acknowledge", "register", "accept", "investigate", "internal", "inform_subject"]
    to_damage = ["acknowledge", "assess", "low", "respond_letter", "not_filed"]
    case = walk(a_case(place, kind), *(to_inquiry if kind == "integrity" else to_damage), *before)
    assert _turn(_page(case, who(case.id, "case_officer"))).startswith(turn)


def test_while_the_step_waits_for_a_second_person_a_deadline_of_months_is_no_next_deed(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "register", "accept", "preliminary_inquiry")
    officer = who(case.id, "case_officer")
    _propose(case, "plausible", officer)
    page = _page(case, officer)
    assert "give_feedback" not in _deeds(_box(page))
    assert "is voorgesteld" in _words(_box(page))


def test_what_a_high_threat_asks_comes_before_everything_that_has_a_deadline(place):
    case = walk(a_case(place), "acknowledge", "assess", "high")
    page = _page(case, who(case.id, "case_officer"))
    assert "Hoog: eerst overleg met de politie" in _words(_box(page))
    assert "consult_police" in _deeds(_box(page))
    walk(case, "consult_police")
    assert "consult_police" not in _deeds(_box(_page(case, who(case.id, "case_officer"))))


def test_a_crime_that_is_possible_is_weighed_before_the_person_concerned_is_told(place):
    case = walk(a_case(place, "integrity"), "acknowledge", "may_be_criminal")
    assert "consult_prosecution" in _deeds(_box(_page(case, who(case.id, "case_officer"))))


def test_no_deadline_starts_before_the_report_came_in(place):
    case = walk(a_case(place, danger="unsafe"), "acknowledge")
    officer = who(case.id, "case_officer")
    walk(case, "care_first")
    rule = next(one.decision for one in options_of(case) if one.code == "safe")
    deed = a_deed(case, rule, timezone.now())
    early = {**deed.rows[0], "at": (timezone.now() - timedelta(days=60)).isoformat()}
    take(case, "safe", officer, deed=replace(deed, rows=(early,)))
    started = case.deadlines.exclude(due=None).order_by("due").first()
    assert started.due > timezone.now()
    assert not case.deadlines.filter(due__lt=case.report.received_at).exists()
