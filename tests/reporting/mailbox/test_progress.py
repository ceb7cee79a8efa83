"""What a reporter reads of the state of affairs is never more than what was done."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.people.handover import tell_moved
from organisations.models import Assignment, Organisation
from reporting.dialogue.progress import lines, progress_words, read_on, tell
from reporting.events import ReportEvent
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
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
    at = page.index("Hoe staat het ervoor?")
    return page[at : page.index("U kunt ook", at)]


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
    assert says_read == {"read", "read_before", "taken_over_read", "taken_over_unread"}


CARED_FOR = ("acknowledge", "care_first", "safe", "low", "respond_none=response_none", "filed", "no_damage")
CARE_FIRST, WEIGHED = "Wij kijken eerst of iedereen veilig is.", "Wij wegen wat er nodig is."
HANDLES, POLICE = "en behandelt die", "Doe aangifte, als u dat wilt"


def test_a_threatened_reporter_reads_nothing_after_closing_that_only_held_while_the_case_ran(place):
    report, receipt = a_report(place, danger="unsafe")
    case = open_case(report)
    page = words_of(come_back(Client(), receipt))
    assert "Bent u nu niet veilig? Bel 112" in page
    assert "U bent nu niet veilig" not in page
    assert POLICE in page
    _opens(case, "case_officer")
    walk(case, *CARED_FOR)
    page, state = words_of(come_back(Client(), receipt)), _state(receipt)
    assert READ in state
    assert POLICE not in page, "it was done"
    assert "Er is aangifte gedaan." in state
    assert state.count(CARE_FIRST) == state.count(WEIGHED) == 1
    assert state.index(READ) < state.index(CARE_FIRST) < state.index(WEIGHED)
    assert "Schrijf op wat u nog weet" in page
    walk(case, "give_feedback", "no_more_care", "close")
    page, state = words_of(come_back(Client(), receipt)), _state(receipt)
    assert HANDLES not in state
    assert state.index("Iemand heeft uw melding gelezen.") < state.index("Uw melding is afgesloten.")
    for instruction in ("Schrijf op wat u nog weet", POLICE):
        assert instruction not in page
    for help_ in ("Bent u nu niet veilig? Bel 112", "Slachtofferhulp Nederland is er voor iedereen"):
        assert help_ in page


def test_what_earlier_versions_told_twice_stands_once_until_the_report_opens_again(sent):
    case, receipt = sent
    for code in ("care", "weighed", "care", "closed"):
        tell(case.report, code)
    assert _state(receipt).count(CARE_FIRST) == 1
    for code in ("reopened", "care"):
        tell(case.report, code)
    assert _state(receipt).count(CARE_FIRST) == 2


def test_who_read_the_report_and_left_the_case_is_not_said_to_handle_it(sent):
    case, receipt = sent
    officer = who(case.id, "case_officer").person
    _opens(case, "case_officer")
    assert READ in _state(receipt)
    Assignment.objects.filter(case=case.id, person=officer).end()
    assert "Iemand heeft uw melding gelezen." in _state(receipt)
    assert HANDLES not in _state(receipt)


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
