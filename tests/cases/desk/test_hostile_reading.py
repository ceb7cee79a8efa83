"""What a hostile reader found in reporting, each with the attack that worked before."""

import json
import uuid
from time import perf_counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.deciding.opening import open_case
from jobs import runner
from organisations.models import Assignment
from reporting.evidence import pile_on
from reporting.models import Evidence, Report
from tests.support.build import a_report, signed_in, who
from tests.support.reporter import act, come_back, fill_in, press, receipt_of, send, session_of, to_summary, words_of
from vault import ledger
from vault.compartments import readers

pytestmark = pytest.mark.django_db


def tasks(report) -> set:
    return set(Assignment.objects.filter(case=report.case).values_list("person", flat=True))


def test_a_colleague_named_as_perpetrator_never_handles_it(place):
    coordinator = place["coordinator"]
    report, _receipt = a_report(place, perpetrator="official", perpetrator_name=coordinator.name)
    assert coordinator.id not in tasks(report) | readers(report.case)


def test_somebody_elsewhere_who_was_named_never_handles_it(place):
    official = place.others["province"].people["kc_cabinet"][0]
    subject = f"mayor:{place['mayor'].id}"
    report, _receipt = a_report(place, "integrity", subject=subject, subject_name=official.name)
    assert official.id not in tasks(report) | readers(report.case)


def test_who_was_kept_out_of_a_report_is_kept_out_of_the_next(place):
    coordinator = place["coordinator"]
    report, receipt = a_report(place, colleague=f"coordinator:{coordinator.id}")
    open_case(report)
    client = Client()
    form = client.post("/terug/", {"session": session_of(come_back(client, receipt)), "action": "follow_up"})
    given = {"aggression_form": "threat", "account": "Het gebeurt weer.", "danger": "safe", "known_as": "anonymous"}
    send(client, fill_in(client, form, **given))
    later = Report.objects.get(follows=report)
    assert coordinator.id not in tasks(later) | readers(later.case)


def test_the_log_does_not_tell_when_an_anonymous_reporter_was_there(place):
    report, receipt = a_report(place, known_as="anonymous")
    case = open_case(report)
    officer = signed_in(who(case.id, "case_officer").person)
    officer.get(f"/werkplek/zaak/{case.id}/")
    client = Client()
    act(client, come_back(client, receipt), "message", text="Nog iets.")
    officer.get(f"/werkplek/zaak/{case.id}/")
    assert not {"message.by_reporter", "report.seen_by_reporter"} & {one.action for one in ledger.entries(case.id)}
    assert "Bericht van de melder" in words_of(officer.get(f"/werkplek/zaak/{case.id}/logboek/"))


def test_half_a_character_breaks_no_page(place):
    body = {"kind": "aggression", "answers": {"aggression_form": ["threat"], "account": "x \ud83d", "danger": "safe"}}
    body["answers"]["known_as"] = "anonymous"
    answer = Client().post(
        "/api/v1/organisations/GM9998/reports",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    assert answer.status_code == 201
    case = open_case(Report.objects.get())
    assert signed_in(who(case.id, "handler").person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200
    assert pile_on.read_messages('[{"text": "x \\ud83d"}]').messages[0].text == "x ?"
    assert pile_on.read_messages("[" * 200_000)


def test_a_paste_that_is_made_to_be_slow_is_not(place):
    start = perf_counter()
    pile = pile_on.read_messages("\n\n".join(f"{'A-' * 4000}{number}" for number in range(50)))
    assert pile.with_address == 0
    calm = perf_counter() - start
    start = perf_counter()
    assert pile_on.read_messages("\n\n".join(f"{'a ' * 4000}{number}" for number in range(50))).with_address == 0
    assert calm < 20 * (perf_counter() - start)


def test_a_code_that_was_kept_is_shown_by_no_page_any_more(place):
    client = Client()
    page = to_summary(client)
    done = send(client, page)
    assert receipt_of(send(client, page)) == receipt_of(done)
    press(client, done, "kept")
    assert receipt_of(send(client, page)) == ""
    assert press(client, page, "receipt_text")["Content-Type"].startswith("text/html")


def test_a_confidential_reporter_leaves_no_file_name_and_no_original(place):
    client = Client()
    file = SimpleUploadedFile("Verklaring R. Vermelder.txt", b"Dit is gebeurd.")
    page = to_summary(client, known_as="confidential", files=file, keep_original="1")
    send(client, page)
    row = Evidence.objects.get()
    assert row.original is None
    case = open_case(Report.objects.get())
    handler = signed_in(who(case.id, "handler").person)
    assert "Vermelder" not in words_of(handler.get(f"/werkplek/zaak/{case.id}/bewijs/"))


def test_other_words_on_a_page_that_was_sent_are_not_lost(place):
    _report, receipt = a_report(place)
    client = Client()
    page = come_back(client, receipt)
    act(client, page, "message", text="Eerste")
    again = act(client, page, "message", text="Heel iets anders, lang getypt")
    assert "Heel iets anders, lang getypt" in again.content.decode()
    sent = act(client, again, "message", text="Heel iets anders, lang getypt")
    assert "Verstuurd" in words_of(sent)


def test_who_was_set_aside_and_writes_is_looked_at_again(place, settings):
    settings.ABUSE_CHECKS = True
    client = Client()
    done = send(client, to_summary(client), website="x")
    report = Report.objects.get()
    report.lane, report.lane_by = Report.Lane.SET_ASIDE, place["officer"]
    report.save()
    act(client, come_back(client, receipt_of(done)), "message", text="Ik ben echt.")
    runner.run_due()
    report.refresh_from_db()
    assert report.lane == Report.Lane.QUARANTINE


def test_nothing_is_confirmed_that_awaits_no_confirmation(place):
    _report, receipt = a_report(place)
    client = Client()
    answer = act(client, come_back(client, receipt), "confirm", account="x", last_group="-")
    assert answer.status_code == 200
    assert receipt_of(answer) == ""
