"""The reporter's way back: messages, evidence, and everything that can be asked with the receipt in hand."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client

from cases.deciding.opening import open_case
from cases.models import Case
from jobs import runner
from jobs.outbox import next_mail_slot
from reporting.mailbox import session
from reporting.models import Message, Report
from tests.support.build import a_place, a_report, signed_in, walk, who
from tests.support.pages import fields_of, values_of
from tests.support.reporter import act, come_back, receipt_of, session_of, words_of
from vault.compartments import Compartment, readers
from vault.receipts import new_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def anonymous(place):
    report, receipt = a_report(place, "integrity", known_as="anonymous")
    return open_case(report), receipt


def test_question_and_answer_go_both_ways_and_nothing_names_the_reporter(anonymous):
    case, receipt = anonymous
    officer = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/berichten/"
    assert officer.post(url, {"text": "Weet u nog welke avond het was?", "token": uuid4()}).status_code == 302
    client = Client()
    page = come_back(client, receipt)
    assert "Weet u nog welke avond het was?" in words_of(page)
    page = act(client, page, "message", text="Dinsdagavond, na de raad.")
    assert "Verstuurd" in words_of(page)
    assert not client.cookies
    assert "Dinsdagavond, na de raad." in words_of(officer.get(url))
    assert Message.objects.get(by="reporter").on.weekday() == 0


def test_a_page_that_is_sent_twice_writes_once(anonymous):
    _case, receipt = anonymous
    client = Client()
    page = come_back(client, receipt)
    act(client, page, "message", text="Eén keer")
    again = act(client, page, "message", text="Eén keer")
    assert "eerder verstuurd" in words_of(again)
    assert Message.objects.count() == 1


def test_a_double_click_of_the_officer_sends_one_message(anonymous):
    case, receipt = anonymous
    officer, url = signed_in(who(case.id, "case_officer").person), f"/werkplek/zaak/{case.id}/berichten/"
    page = {**fields_of(officer.get(url)), "text": "Wij bellen u morgen."}
    assert [officer.post(url, page).status_code for _ in range(2)] == [302, 302]
    assert words_of(come_back(Client(), receipt)).count("Wij bellen u morgen.") == 1
    page = {**fields_of(officer.get(url)), "text": "Wij bellen u morgen."}  # said again, and meant so
    officer.post(url, page)
    assert Message.objects.count() == 2


def test_an_empty_message_says_what_to_do(anonymous):
    _case, receipt = anonymous
    client = Client()
    answer = act(client, come_back(client, receipt), "message", text="")
    assert "Schrijf iets, of kies een bestand." in words_of(answer)
    assert not Message.objects.exists()


def test_a_message_says_whether_it_is_about_its_readers_before_it_is_sent(anonymous):
    """Asked always, of everybody who reads or follows; with evidence alone there is nothing to ask."""
    _case, receipt = anonymous
    client = Client()
    page = come_back(client, receipt)
    functions = ["mayor", "officer", "general_secretary", "registrar"]
    assert values_of(page, "about") == ["no", *functions, "unknown"]
    refused = act(client, page, "message", text="Een vraag over de planning.", about="")
    assert refused.status_code == 422
    assert "Een vraag over de planning." in words_of(refused)
    assert not Message.objects.exists()
    assert act(client, page, "message", text="", about="", messages="haat\n\nmeer haat").status_code == 200
    assert Message.objects.count() == 1


def test_ones_own_code_in_a_message_is_refused_kindly(anonymous):
    _case, receipt = anonymous
    client = Client()
    answer = act(client, come_back(client, receipt), "message", text=f"mijn code is {receipt.lower()}")
    assert answer.status_code == 422
    assert "Uw eigen code staat in deze tekst" in words_of(answer)
    assert receipt.lower() in words_of(answer)


def test_after_half_an_hour_the_code_is_asked_again_and_the_text_is_kept(anonymous, monkeypatch):
    _case, receipt = anonymous
    client = Client()
    page = come_back(client, receipt)
    monkeypatch.setattr(session, "OPEN_FOR", -session.OPEN_FOR)
    closed = act(client, page, "message", text="Een lang verhaal")
    assert "sloot" in words_of(closed)
    monkeypatch.undo()
    again = client.post("/terug/", {"receipt": receipt, "kept": "Een lang verhaal"})
    assert re.search(r"<textarea[^>]*>\s*Een lang verhaal", again.content.decode())


def test_a_session_of_somebody_else_opens_nothing(anonymous):
    answer = Client().post("/terug/", {"session": "A" * 200, "action": "message", "text": "x"})
    assert "Uw code" in words_of(answer)


def test_withdrawing_asks_people_first_and_is_told(anonymous):
    case, receipt = anonymous
    client = Client()
    page = act(client, come_back(client, receipt), "withdraw", text="")
    assert "U wilt de melding intrekken" in words_of(page)
    assert Message.objects.get().kind == "withdraw"
    case.refresh_from_db()
    assert case.is_open


def test_retaliation_by_somebody_else_starts_a_deadline_also_after_closing(anonymous):
    case, receipt = anonymous
    walk(case, "acknowledge", "withdraw=withdrawn")
    client = Client()
    act(client, come_back(client, receipt), "retaliation", by_whom="other", text="Ik kreeg geen nieuw contract.")
    with time_machine.travel(
        next_mail_slot() + timedelta(minutes=1)
    ):  # the moment of a mail would tell that of the message
        runner.run_due()
    assert case.deadlines.running().filter(code="RETALIATION_48H").exists()
    assert "U liet weten dat u wordt benadeeld" in words_of(come_back(client, receipt))


def test_an_anonymous_reporter_gives_a_name_to_the_handlers(anonymous):
    case, receipt = anonymous
    assert readers(case.id, Compartment.IDENTITY) == set()
    client = Client()
    fields = {"known_as": "named", "name": "Robin Vermelder", "contact": "06 00000000"}
    act(client, come_back(client, receipt), "identity", **fields)
    handler = signed_in(who(case.id, "handler").person)
    assert "De melder gaf een naam." in words_of(handler.get(f"/werkplek/zaak/{case.id}/melding/"))
    assert readers(case.id, Compartment.IDENTITY) >= {who(case.id, "handler").person.id}
    assert Report.objects.get().received_at is None


def test_a_name_for_the_confidential_adviser_alone_stays_with_the_adviser(anonymous, place):
    case, receipt = anonymous
    client = Client()
    act(client, come_back(client, receipt), "identity", known_as="confidential", name="Robin Vermelder")
    with time_machine.travel(next_mail_slot() + timedelta(minutes=1)):
        runner.run_due()
    case.refresh_from_db()
    handler = signed_in(who(case.id, "handler").person)
    assert "Robin Vermelder" not in words_of(handler.get(f"/werkplek/zaak/{case.id}/melding/"))
    adviser = signed_in(who(case.id, "adviser").person)
    assert "Robin Vermelder" in words_of(adviser.get(f"/werkplek/zaak/{case.id}/melder/naam/"))


def test_an_adviser_who_is_recused_never_gets_the_name(place):
    advisers = place.people["confidential_adviser"]
    excluded = [str(adviser.id) for adviser in advisers]
    report, receipt = a_report(place, "integrity", known_as="anonymous", excluded=excluded)
    case = open_case(report)
    client = Client()
    page = act(client, come_back(client, receipt), "identity", known_as="confidential", name="Robin Vermelder")
    assert page.status_code == 422
    assert readers(case.id, Compartment.IDENTITY) & {adviser.id for adviser in advisers} == set()


def test_a_ping_says_that_there_is_something_and_nothing_else(anonymous, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    case, receipt = anonymous
    client = Client()
    act(client, come_back(client, receipt), "ping", email="robin@thuis.example")
    signed_in(who(case.id, "case_officer").person).post(
        f"/werkplek/zaak/{case.id}/berichten/", {"text": "Dag", "token": uuid4()}
    )
    runner.run_due()
    sent = [mail_sent for mail_sent in mail.outbox if mail_sent.to == ["robin@thuis.example"]]
    assert len(sent) == 1
    assert "weerbaar" not in (sent[0].subject + sent[0].body).lower()
    assert "melding" not in (sent[0].subject + sent[0].body).lower()
    act(client, come_back(client, receipt), "ping", email="")
    signed_in(who(case.id, "case_officer").person).post(
        f"/werkplek/zaak/{case.id}/berichten/", {"text": "Nog iets", "token": uuid4()}
    )
    runner.run_due()
    assert len([mail_sent for mail_sent in mail.outbox if mail_sent.to == ["robin@thuis.example"]]) == 1


def test_after_closing_the_reporter_tells_how_it_was_and_reports_what_belongs_to_it(anonymous, place):
    case, receipt = anonymous
    walk(case, "acknowledge", "withdraw=withdrawn")
    client = Client()
    page = come_back(client, receipt)
    page = act(client, page, "experience", score="4", text="Het duurde lang.")
    assert "Dank u" in words_of(page)
    form = client.post("/terug/", {"session": session_of(page), "action": "follow_up"})
    from tests.support.reporter import fill_in, send

    summary = fill_in(
        client, form, integrity_type="nepotism", account="Het gebeurt weer.", subject="alderman:", known_as="anonymous"
    )
    assert "Uw melding is binnen" in words_of(send(client, summary))
    runner.run_due()
    later = Case.objects.exclude(id=case.id).get()
    assert later.report.follows == case.report
    officer = signed_in(who(later.id, "case_officer").person)
    assert case.number in words_of(officer.get(f"/werkplek/zaak/{later.id}/samenhang/"))


def test_unknown_and_wrong_receipts_show_the_same_page(anonymous):
    first, second = come_back(Client(), new_receipt()), come_back(Client(), new_receipt())
    assert re.sub(r'value="[^"]+"', "", words_of(first)) == re.sub(r'value="[^"]+"', "", words_of(second))
    assert first.status_code == 422


def test_the_page_of_messages_is_closed_to_who_only_guards_the_procedure(place):
    report, _receipt = a_report(place, "integrity", known_as="anonymous")
    case = open_case(report)
    support = signed_in(who(case.id, "support").person)
    for part in ("berichten", "bewijs"):
        assert support.get(f"/werkplek/zaak/{case.id}/{part}/").status_code == 404


def test_a_report_by_telephone_is_confirmed_once_and_the_spoken_code_dies():
    place = a_place()
    officer = place.client("officer")
    page = officer.get("/werkplek/telefoon/")
    state = re.search(r'name="state"\s+value="([^"]+)"', page.content.decode())[1]
    from tests.support.reporter import URL, fill_in, send

    first = officer.post(URL, {"state": state, "kind": "aggression"})
    assert "U schrijft dit op voor iemand anders" in words_of(first)
    summary = fill_in(
        officer,
        first,
        aggression_form="hitting",
        account="Zij kreeg een klap in haar gezicht bij balie 2.",
        danger="safe",
        known_as="named",
        name="Sanne Balie",
        reporter_role="on_behalf",
        injury="hospital",
    )
    done = send(officer, summary)
    assert "Arbeidsinspectie" in words_of(done)
    spoken = receipt_of(done)
    report = Report.objects.get()
    assert report.entered_by == place["officer"]
    client = Client()
    page = come_back(client, spoken)
    assert "Klopt dit met wat u vertelde?" in words_of(page)
    own = receipt_of(page)
    wrong = act(client, page, "confirm", account="Zij kreeg een klap.", last_group="2222")
    assert wrong.status_code == 422
    assert receipt_of(wrong) == own
    fields = {"account": "Zij kreeg een klap tegen haar schouder bij balie 3.", "last_group": own[-4:]}
    page = act(client, wrong, "confirm", **fields)
    assert "Bevestigd" in words_of(page)
    assert "balie 3" in words_of(page)
    assert "Wij kennen deze code niet" in words_of(come_back(client, spoken))
    assert "Uw melding" in words_of(come_back(client, own))
    report.refresh_from_db()
    case = open_case(report)
    seen = words_of(signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/melding/"))
    now, _sep, first = seen.partition("Wat er eerst was opgeschreven")
    assert "balie 3" in now, "what holds"
    assert "balie 2" in first, "what it was"
    assert "balie 2" not in now
    letter = signed_in(who(case.id, "case_officer").person).get(
        f"/werkplek/zaak/{case.id}/documenten/nieuw/police_file/"
    )
    assert "balie 3" in words_of(letter)
    assert report.confirmed_on
