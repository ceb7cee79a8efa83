"""The report form over HTTP, without script and without cookies."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from reporting.models import Report
from reporting.questions.reading import codes_of
from tests.support.build import ACCOUNT, a_draft
from tests.support.evidence import a_photo, evidence_store
from tests.support.reporter import (
    SENDS,
    URL,
    come_back,
    fill_in,
    press,
    receipt_of,
    send,
    state_of,
    step_of,
    to_summary,
    words_of,
)
from vault import receipts, sealed_state
from vault.sealed_state import seal_state

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_a_report_of_each_kind_ends_with_a_receipt(place, kind):
    client = Client()
    page = to_summary(client, kind)
    assert "Wie leest dit?" in page.content.decode()
    done = send(client, page)
    assert "Uw melding is binnen" in done.content.decode()
    assert receipts.parse(receipt_of(done))
    assert Report.objects.get().kind == kind


def test_nothing_sets_a_cookie_before_or_at_sending(place):
    client = Client()
    send(client, to_summary(client))
    assert not client.cookies


def test_sending_twice_makes_one_report_with_the_same_receipt(place):
    client = Client()
    page = to_summary(client)
    first, second = send(client, page), send(client, page)
    assert receipt_of(first) == receipt_of(second)
    assert Report.objects.count() == 1


def test_a_required_answer_that_is_missing_is_named_and_nothing_is_lost(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    page = client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", "account": ACCOUNT})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Kies wat er is gebeurd" in text
    assert ACCOUNT in text


def test_ten_megabytes_of_text_get_a_message_and_stay_on_the_page(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    long = "woord " * 1_700_000
    fields = {"aggression_form": "threat", "account": long, "danger": "safe"}
    page = client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", **fields})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Maak hem korter" in text
    assert long.strip() in text


def test_an_expired_form_keeps_what_was_typed_on_the_page(place, monkeypatch):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    monkeypatch.setattr(sealed_state, "READABLE", -sealed_state.READABLE)
    fields = {"aggression_form": "threat", "account": ACCOUNT, "danger": "safe"}
    page = client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", **fields})
    text = page.content.decode()
    assert "ouder dan twee dagen" in text
    assert ACCOUNT in text


def test_a_changed_state_is_not_believed(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    state = state_of(page)
    broken = state[:-8] + ("A" if state[-8] != "A" else "B") + state[-7:]
    page = client.post(URL, {"state": broken, "step": "what", "kind": "aggression", "account": ACCOUNT})
    assert "Wat u op deze pagina typte" in page.content.decode()


def test_a_form_of_another_site_is_not_read(place):
    answer = Client().post(URL, {"kind": "aggression"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    answer = Client().post(URL, {"kind": "aggression"}, headers={"Origin": "https://elders.example"})
    assert answer.status_code == 403


def test_an_unknown_organisation_is_a_clear_page(place):
    answer = Client().get("/bestaat-niet/melden/")
    assert answer.status_code == 404
    assert "kunnen deze pagina niet vinden" in answer.content.decode()


def test_an_organisation_that_is_not_live_has_no_form_but_names_help(place):
    place.organisation.live = False
    place.organisation.save()
    text = Client().get(URL).content.decode()
    assert "<form" not in text
    assert "112" in text
    assert "Huis voor Klokkenluiders" in text


def test_where_no_new_reports_are_taken_any_more_who_has_begun_still_sends_and_comes_back(place):
    client = Client()
    page = to_summary(client)
    call_command("stop_reports", "voorbeeldstad")
    start = words_of(Client().get(URL))
    assert "kunt u hier niet meer melden" in start
    assert "terugkomen met uw code" in start
    receipt = receipt_of(send(client, page))
    assert ACCOUNT in words_of(come_back(Client(), receipt))
    assert Client().get("/voorbeeldstad/sleutel/").status_code == 200
    assert "kunt u hier niet meer melden" in words_of(client.post(URL, {"kind": "aggression"}))


def test_more_than_one_form_asks_which_weighs_heaviest(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    fields = {"aggression_form": ["threat", "insult"], "account": ACCOUNT, "danger": "safe"}
    page = fill_in(client, page, **fields, known_as="anonymous")
    assert "Wat weegt het zwaarst?" in words_of(page)
    refused = send(client, page)
    assert refused.status_code == 422
    assert "Kies wat het zwaarst weegt" in words_of(refused)
    assert not Report.objects.exists()
    assert "Uw melding is binnen" in words_of(press(client, refused, "send", step="send", heaviest="insult"))
    assert codes_of(Report.objects.get())["aggression_form"] == "insult"


def test_danger_now_shows_the_emergency_number_on_every_following_page(place):
    client = Client()
    page = to_summary(client, danger="unsafe")
    text = page.content.decode()
    assert "tel:112" in text
    assert "000 000 00 01" in text


def test_going_back_keeps_the_answers(place):
    client = Client()
    page = to_summary(client)
    back = client.post(URL, {"state": state_of(page), "step": "", "kind": "aggression", "action": "edit:what"})
    assert ACCOUNT in back.content.decode()


def test_readers_that_changed_are_shown_before_sending(place):
    client = Client()
    page = to_summary(client)
    person = place["coordinator"]
    person.is_active = False
    person.save()
    again = send(client, page)
    assert "is intussen veranderd" in again.content.decode()
    assert not Report.objects.exists()
    assert "Uw melding is binnen" in send(client, again).content.decode()


def test_the_page_works_in_english_under_its_prefix(place):
    page = Client().get("/en" + URL)
    assert 'lang="en"' in page.content.decode()
    assert "Report what happened" in page.content.decode()


def test_going_back_to_the_start_keeps_what_was_written_also_for_another_kind(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    typed = {"aggression_form": "threat", "account": ACCOUNT, "danger": "safe"}
    start = client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", "action": "back", **typed})
    assert "Waar gaat het om?" in start.content.decode()
    same = client.post(URL, {"state": state_of(start), "kind": "aggression"}).content.decode()
    assert ACCOUNT in same
    assert re.search(r'value="threat"\s+checked', same)
    assert ACCOUNT in client.post(URL, {"state": state_of(start), "kind": "pressure"}).content.decode()


def test_after_one_step_back_the_next_step_comes_again(place):
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    typed = {"aggression_form": "threat", "account": ACCOUNT, "danger": "safe"}
    who = client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", **typed})
    what = client.post(
        URL,
        {"state": state_of(who), "step": "who", "kind": "aggression", "action": "back", "perpetrator_name": "Iemand"},
    )
    again = client.post(URL, {"state": state_of(what), "step": "what", "kind": "aggression", **typed}).content.decode()
    assert "Over wie gaat het, en wie mag het weten?" in again
    assert "Iemand" in again


@pytest.mark.parametrize("number", ["06 12", "thuis"])
def test_a_number_that_nobody_can_call_is_refused_and_nothing_typed_is_lost(place, number):
    """The alarm tells who is on duty that there is a number, and the reporter reads that somebody calls."""
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    what = {"aggression_form": "threat", "account": ACCOUNT, "danger": "unsafe"}
    for step, fields in (
        ("what", what),
        ("who", {"known_as": "named", "name": "Robin Vermelder", "call_number": number}),
    ):
        sent = {"state": state_of(page), "step": step, "kind": "aggression", "action": "next"}
        page = client.post(URL, {**sent, **fields})
    assert "Dit is geen heel telefoonnummer." in words_of(page)
    assert f'value="{number}"' in page.content.decode()
    assert 'value="Robin Vermelder"' in page.content.decode()


@pytest.mark.parametrize("number", ["06 12 34 56 78", "+31 (0)30-286 10 00", "", "0612345678 (van mijn zus)"])
def test_a_number_that_can_be_called_is_taken_as_it_is_typed(place, number):
    page = to_summary(Client(), danger="unsafe", call_number=number)
    assert number in words_of(page)
    assert "Klopt dit?" in words_of(page)


@pytest.mark.parametrize("kind", ["aggression", "integrity", "pressure"])
def test_three_screens_after_the_door_and_the_code_comes_when_it_was_sent(place, kind):
    client = Client()
    draft, seen = a_draft(place, kind, known_as="anonymous"), []
    page = client.post(URL, {"kind": kind})
    while (step := step_of(page)) != SENDS:
        seen.append(step)
        fields = {"state": state_of(page), "step": step, "kind": kind, "action": "next", **draft.typed[step]}
        page = client.post(URL, fields)
    assert seen == ["what", "who"]
    assert "Stap 3 van 3" in words_of(page)
    assert draft.receipt.split("-")[0] not in words_of(page)
    assert not receipt_of(page)
    assert receipts.parse(receipt_of(send(client, page)))


def test_what_an_optional_page_asks_is_kept_and_its_way_leads_back_to_the_last_page(place):
    client = Client()
    summary = to_summary(client)
    more = press(client, summary, "edit:more")
    sent = {"state": state_of(more), "step": "more", "kind": "aggression", "happened_on": "gisteren"}
    for action in ("next", "back"):
        again = client.post(URL, {**sent, "action": action})
        assert step_of(again) == SENDS
        assert "gisteren" in words_of(again)


def test_a_page_that_is_older_than_this_form_loses_nothing(place):
    """The pages of a version before asked the same under other names, and carried what this one does not know."""
    draft = a_draft(place, known_as="anonymous")
    body = {name: getattr(draft, name) for name in ("kind", "token", "receipt")}
    typed = {"what": draft.typed["what"], "known_as": {"known_as": ["named"]}, "gone": {"no_question": ["x"]}}
    state = seal_state(
        f"report:{place.organisation.id}", json.dumps({**body, "typed": typed, "shown_receipt": 1}).encode()
    )
    page = Client().post(
        URL, {"state": state, "step": "known_as", "kind": "aggression", "known_as": "named", "name": "Robin Vermelder"}
    )
    assert step_of(page) == SENDS
    assert ACCOUNT in words_of(page)
    assert "Robin Vermelder" in words_of(page)
    assert "Uw melding is binnen" in words_of(send(Client(), page))


def test_a_file_that_is_chosen_on_the_first_page_goes_along_whatever_else_is_wrong(place, tmp_path, settings):
    evidence_store(tmp_path, settings)
    client = Client()
    page = client.post(URL, {"kind": "aggression"})
    sent = {"state": state_of(page), "step": "what", "kind": "aggression", "action": "next"}
    page = client.post(URL, {**sent, "files": SimpleUploadedFile("foto.jpg", a_photo())})
    assert page.status_code == 422
    assert "foto.jpg" in words_of(page)
    fields = {"aggression_form": "threat", "account": ACCOUNT, "danger": "safe"}
    page = client.post(URL, {**sent, **fields, "state": state_of(page)})
    send(client, fill_in(client, page, known_as="anonymous"))
    assert Report.objects.get().evidence.count() == 1
