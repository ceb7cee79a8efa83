"""What a reporter reads of the state of affairs is never more than what was done."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.people.handover import tell_moved
from organisations.models import Organisation
from reporting.dialogue.progress import lines, progress_words, read_on, tell
from reporting.events import ReportEvent
from tests.support.build import a_case, a_place, a_report, signed_in, who
from tests.support.reporter import come_back, words_of
from vault import ledger

pytestmark = pytest.mark.django_db
PROMISED, READ = "Iemand leest uw melding.", "Iemand heeft uw melding gelezen en behandelt die."


@pytest.fixture
def sent(place):
    report, receipt = a_report(place, "integrity", known_as="confidential", name="Robin Vermelder")
    return open_case(report), receipt


def _state(receipt: str) -> str:
    page = words_of(come_back(Client(), receipt))
    return page[page.index("Hoe staat het ervoor?") : page.index("U kunt ook")]


def _opens(case, relation: str) -> None:
    assert signed_in(who(case.id, relation).person).get(f"/werkplek/zaak/{case.id}/melding/").status_code == 200


@pytest.mark.parametrize("relation", ["handler", "case_officer", "co_reader"])
def test_that_somebody_reads_it_is_promised_until_somebody_who_handles_it_did(sent, relation):
    case, receipt = sent
    assert PROMISED in _state(receipt)
    _opens(case, "adviser")
    assert READ not in _state(receipt), "the confidential adviser does not handle it"
    assert PROMISED in _state(receipt)
    _opens(case, relation)
    state = _state(receipt)
    assert READ in state
    assert PROMISED not in state


def test_an_answer_ends_the_promise_too_and_says_nothing_of_reading(sent):
    case, receipt = sent
    officer = signed_in(who(case.id, "case_officer").person)
    officer.post(f"/werkplek/zaak/{case.id}/berichten/", {"text": "Wij bellen u.", "token": uuid4()})
    assert PROMISED not in _state(receipt)
    assert READ not in _state(receipt)


def test_a_promise_that_was_not_kept_says_so(sent):
    _case, receipt = sent
    assert "nog niet gebeurd" not in _state(receipt)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert "Dat is nog niet gebeurd." in _state(receipt)


def test_telling_that_says_nothing_is_not_called_telling(sent):
    case, receipt = sent
    tell(case.report, "informed")  # as versions before 0.10 did, without a message
    assert "Wij hebben verteld wat er met uw melding is gedaan." not in _state(receipt)
    officer = signed_in(who(case.id, "case_officer").person)
    officer.post(f"/werkplek/zaak/{case.id}/berichten/", {"text": "Er komt een onderzoek.", "token": uuid4()})
    assert "Wij hebben verteld wat er met uw melding is gedaan." in _state(receipt)


def test_of_an_anonymous_report_the_week_of_reading_is_told(place):
    report, receipt = a_report(place, "integrity", known_as="anonymous")
    _opens(open_case(report), "handler")
    assert f"{READ} in de week van" in _state(receipt)
    read = next(line for line in lines(report) if line.text == READ)
    assert read.on
    assert read.on.weekday() == 0


def test_who_takes_a_case_back_does_not_handle_it_outside(sent):
    case, receipt = sent
    case.organisation = Organisation.objects.exclude(id=case.report.organisation_id)[0]
    tell_moved(case)
    assert "buiten uw organisatie" in _state(receipt)
    case.organisation = case.report.organisation
    tell_moved(case)
    assert "weer in uw eigen organisatie" in _state(receipt)


def test_no_line_names_reading_but_the_one_that_the_ledger_makes():
    says_read = {code for code, text in progress_words().items() if "gelezen" in str(text)}
    assert says_read == {"read", "taken_over_read", "taken_over_unread"}


def test_whether_somebody_read_the_report_is_two_queries_and_reads_no_further(django_assert_num_queries, monkeypatch):
    case = a_case(a_place())
    officer = who(case.id, "case_officer").person
    for _visit in range(20):
        ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=officer.id, parts="account")
    opened, entry = [], ledger._entry
    monkeypatch.setattr(ledger, "_entry", lambda row: opened.append(row) or entry(row))
    with django_assert_num_queries(2):
        assert read_on(case.report) is not None
    assert len(opened) == 1
