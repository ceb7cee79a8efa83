"""Nobody expels a colleague from a signal alone: the questions about people are those of a case."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cases.desk.agreement import disagreements
from cases.models import Case
from jobs import runner
from organisations.access import bars
from organisations.access.bars import suspended_in
from organisations.models import Assignment, Person, Suspension
from organisations.people.appointments import appoint, declare_relation
from reporting.models import Signal
from tests.cases.worklist.test_signals import DAY, a_signal, page_of, readers
from tests.support.barred import called, compare_now
from tests.support.build import REASON, signed_in
from tests.support.reporter import words_of
from vault.compartments import readers as holders

pytestmark = pytest.mark.django_db
WAITS = "Zeg of een signaal over iemand gaat"


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


@pytest.fixture
def signal(place) -> Signal:
    return a_signal(place)


def accuse(by: Person, signal: Signal, *named: Person):
    """`by` parks the signal again and says that it is about each of these."""
    signal.refresh_from_db()
    words = "Het gaat over " + " en ".join(person.name for person in named) + ", die dit zelf deden."
    day = (DAY + timedelta(days=20 + signal.times)).isoformat()
    sent = {"what": "park", "review_on": day, "reason": words, "about": "concerned", "revision": signal.times}
    assert signed_in(by).post(page_of(signal), sent).status_code == 302


def question_about(signal: Signal, person: Person) -> Suspension:
    return Suspension.objects.get(case=signal.report.case, token=bars.token_of(signal.report.case, person.id))


def answer(by: Person, row: Suspension, what: str, reason: str = REASON):
    return signed_in(by).post(f"/werkplek/signalen/betrokken/{row.id}/", {"what": what, "reason": reason})


def reads(person: Person, signal: Signal) -> bool:
    """Whether somebody sees the signal, which is so exactly where they hold a part in it and a key."""
    found = signed_in(person).get(page_of(signal)).status_code == 200
    assert found == (person in readers(signal) and person.id in holders(signal.report.case))
    return found


def test_whom_a_reader_names_is_out_at_once_until_a_day_and_the_others_are_asked(signal):
    teller, gone, other = readers(signal)
    accuse(teller, signal, gone)
    row = question_about(signal, gone)
    held = suspended_in(row).held
    assert row.due is not None
    assert [part["relation"] for part in held] == list(
        Assignment.objects.filter(case=signal.report.case, person=gone).values_list("relation", flat=True)
    )
    assert not reads(gone, signal)
    assert "Moet iemand hierbuiten blijven?" in words_of(signed_in(other).get(page_of(signal)))
    assert WAITS in words_of(signed_in(other).get("/werkplek/wacht/"))
    for person in (teller, gone):
        assert WAITS not in words_of(signed_in(person).get("/werkplek/wacht/"))
    page = words_of(signed_in(other).get(f"/werkplek/signalen/betrokken/{row.id}/"))
    assert f"Gaat dit over {gone.name}?" in page
    assert f"{teller.name} zegt dat dit over {gone.name} gaat." in page
    assert not Case.objects.exists()


def test_two_people_let_them_back_and_one_of_them_alone_does_not(signal):
    teller, gone, other = readers(signal)
    accuse(teller, signal, gone)
    row = question_about(signal, gone)
    assert answer(other, row, "else", "").status_code == 422, "with a reason"
    assert answer(other, row, "else").status_code == 302
    assert not reads(gone, signal)
    assert answer(other, row, "else").status_code == 422
    assert answer(teller, row, "else").status_code == 302
    assert reads(gone, signal)
    assert not disagreements()


def test_a_second_person_keeps_them_out_for_good_and_the_next_comes(place, signal):
    teller, gone, other = readers(signal)
    newcomer = called(place["archivist"], "Anna", "Kwartel")
    appoint(newcomer, place.organisation, "officer")
    runner.sweep()
    accuse(teller, signal, gone)
    row = question_about(signal, gone)
    assert answer(teller, row, "concerned").status_code == 422, "who said so does not answer"
    assert answer(other, row, "concerned").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.due) == ("final", None)
    assert not reads(gone, signal)
    assert len(readers(signal)) == 3, "somebody came for the part"
    assert not Case.objects.exists(), "it stays parked"
    assert not disagreements()


def test_after_a_working_day_of_silence_the_next_comes_who_can_let_them_back(place, signal):
    """Whoever puts everybody else out is alone no longer than a working day."""
    teller, *gone = readers(signal)
    for person in place.people["officer"]:  # enough for two parts
        appoint(person, place.organisation, "coordinator")
    compare_now()
    accuse(teller, signal, *gone)
    runner.sweep()
    assert readers(signal) == [teller]
    with time_machine.travel(timezone.now() + timedelta(days=5), tick=True):
        runner.run_due()
        came = [person for person in readers(signal) if person != teller]
        assert came
        assert not set(came) & set(gone)
        row = question_about(signal, gone[0])
        assert row.state == "open"
        assert answer(came[0], row, "else").status_code == 302
        assert answer(teller, row, "else").status_code == 302
        row.refresh_from_db()
        assert row.state == "lifted"
    assert not disagreements()


def test_whoever_does_not_read_it_answers_nothing_and_nobody_answers_once_it_is_dropped(place, signal):
    teller, gone, other = readers(signal)
    accuse(teller, signal, gone)
    row = question_about(signal, gone)
    for person in (gone, place["council_member"], place["administrator"]):
        assert signed_in(person).get(f"/werkplek/signalen/betrokken/{row.id}/").status_code == 404
        assert answer(person, row, "else").status_code == 404
    assert signed_in(teller).post(page_of(signal), {"what": "drop", "reason": REASON}).status_code == 302
    assert signed_in(other).post(page_of(signal), {"what": "agree"}).status_code == 302
    assert answer(other, row, "else").status_code == 404
    assert WAITS not in words_of(signed_in(other).get("/werkplek/wacht/"))


def test_what_waits_goes_on_when_it_becomes_a_case(signal):
    teller, gone, other = readers(signal)
    accuse(teller, signal, gone)
    assert signed_in(other).post(page_of(signal), {"what": "begin"}).status_code == 302
    runner.sweep()
    case, row = Case.objects.get(), question_about(signal, gone)
    page = f"/werkplek/zaak/{case.id}/toegang/betrokken/{row.id}/"
    assert signed_in(other).get(f"/werkplek/signalen/betrokken/{row.id}/").url == f"/werkplek/zaak/{case.id}/"
    for person in (other, teller):
        assert signed_in(person).post(page, {"what": "else", "reason": REASON}).status_code == 302
    assert signed_in(gone).get(f"/werkplek/zaak/{case.id}/").status_code == 200


def test_who_is_not_free_says_so_and_reads_nothing_more(place):
    signal = a_signal(place)
    first = readers(signal)[0]
    client = signed_in(first)
    assert client.post(page_of(signal), {"what": "leave"}).status_code == 302
    assert client.get(page_of(signal)).status_code == 404
    runner.sweep()
    assert first not in readers(signal)
    assert not Case.objects.exists()


@pytest.mark.parametrize("says", ["leave", "park"])
def test_whoever_is_related_to_who_loses_it_or_called_as_they_are_reads_nothing_more(place, says):
    """At once, before a worker comes."""
    signal = a_signal(place)
    gone, teller, *others = readers(signal)
    relative = others[0] if others else teller
    declare_relation(relative, place.organisation, gone, "partner")
    compare_now()
    assert signed_in(relative).get(page_of(signal)).status_code == 200
    if says == "leave":
        signed_in(gone).post(page_of(signal), {"what": "leave"})
    else:
        words = f"Ik sprak {gone.name} over deze zaak; het gaat over haar."
        sent = {"what": "park", "review_on": "2026-12-20", "reason": words, "about": "concerned", "revision": 1}
        signed_in(teller).post(page_of(signal), sent)
    assert signed_in(gone).get(page_of(signal)).status_code == 404
    assert signed_in(relative).get(page_of(signal)).status_code == 404
    runner.sweep()
    assert relative not in readers(signal)


def test_who_names_a_colleague_in_why_it_is_nothing_does_not_drop_it_alone(place):
    signal = a_signal(place, perpetrator="resident", perpetrator_name="Xerxes Zoutkamp")
    first, gone = readers(signal)[:2]
    words = f"Het was geen inwoner. Het gaat over {gone.name}, die dit zelf deed."
    sent = {"what": "drop", "reason": words, "about": "concerned"}
    page = signed_in(first).post(page_of(signal), sent, follow=True)
    assert "Een tweede persoon moet" in words_of(page)
    signal.refresh_from_db()
    assert signal.state == "asked"
    assert signed_in(gone).get(page_of(signal)).status_code == 404
