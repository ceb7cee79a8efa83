"""Whoever writes down what another one tells says nothing of themselves, under whatever row, nor of whom they are related to."""

import re
from datetime import date

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.deciding.opening import open_case
from cases.people.concerned import is_asked
from organisations.access.bars import change_suspension, is_barred, token_of
from organisations.models import Assignment, Person, Suspension
from organisations.people.appointments import appoint, declare_relation
from reporting.models import Report, Signal
from tests.cases.worklist.test_signals import park
from tests.reporting.form.test_came_another_way import begin, evidence, to_evidence
from tests.support.barred import called, compare_now, run_due
from tests.support.build import signed_in, walk, who
from tests.support.evidence import evidence_store
from tests.support.reporter import press, words_of

pytestmark = pytest.mark.django_db
NAMED = "Dit gaat over {}, die mij bedreigde."


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    evidence_store(tmp_path, settings)


@pytest.fixture
def taker(place):
    return called(place["officer"], "Kees", "Bos")


def _letter(taker: Person, **answers):
    """The case of a letter that the officer wrote down, with "no, about none of them"."""
    officer = signed_in(taker)
    page = to_evidence(officer, begin(officer, "letter", date.today()), **answers)
    summary = evidence(officer, page, files=SimpleUploadedFile("brief.txt", b"Hij schreef dat hij mij wel zal vinden."))
    assert summary.status_code == 200, words_of(summary)
    press(officer, summary, "send", step="send", about_reader="no")
    return open_case(Report.objects.get())


def _reads(person: Person, case) -> bool:
    has_part = Assignment.objects.running().filter(case=case.id, person=person).exists()
    status = signed_in(person).get(f"/werkplek/zaak/{case.id}/").status_code
    assert has_part == (status == 200)
    return has_part


@pytest.mark.parametrize(
    "answers",
    [
        {"perpetrator": "official", "perpetrator_name": "meneer Bos"},
        {"account": NAMED.format("Bos")},
        {"account": NAMED.format("Kees Bos")},
    ],
)
def test_who_writes_down_a_letter_about_themselves_never_reads_it(place, taker, answers):
    case = _letter(taker, **answers)
    assert not _reads(taker, case)


def test_neither_does_another_row_of_them(place, taker):
    second = called(Person.objects.create(email="tweede.rij@voorbeeld.test", name="x"), "Kees", "Bos")
    appoint(second, place.organisation, "officer")
    case = _letter(taker, account=NAMED.format("meneer Bos"))
    assert not _reads(taker, case)
    assert not _reads(second, case)


@pytest.mark.parametrize("declares", ["taker", "other"])
def test_nor_whom_they_are_related_to(place, taker, declares):
    other = called(place.people["officer"][1], "Anna", "Kwartel")
    pair = (taker, other) if declares == "taker" else (other, taker)
    declare_relation(pair[0], place.organisation, pair[1], "partner")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert not _reads(other, case)


def test_nor_another_row_of_whom_they_are_related_to(place, taker):
    other = called(place.people["officer"][1], "Anna", "Kwartel")
    second = called(Person.objects.create(email="tweede.rij@voorbeeld.test", name="x"), "Anna", "Kwartel")
    appoint(second, place.organisation, "officer")
    declare_relation(taker, place.organisation, second, "partner")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert not _reads(second, case)
    assert not _reads(other, case)


def test_who_is_related_to_somebody_who_reads_nothing_does_not_read_about_them(place, taker):
    member = called(place["council_member"], "Anna", "Kwartel")
    declare_relation(taker, place.organisation, member, "partner")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert not _reads(taker, case)


@pytest.mark.parametrize("declares", ["taker", "other"])
def test_nor_whom_they_are_related_to_since(place, taker, declares):
    """Their "no" counted as long as nothing was declared. Two people of the case then say whether it is about the other."""
    other = called(place.people["officer"][1], "Anna", "Kwartel")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert _reads(other, case)
    pair = (taker, other) if declares == "taker" else (other, taker)
    declare_relation(pair[0], place.organisation, pair[1], "partner")
    compare_now()
    run_due()
    assert not _reads(other, case)
    assert is_asked(case, who(case.id, "handler"))


def test_nor_who_is_related_to_somebody_to_whom_they_are_since(place, taker):
    """The member reads nothing, so nobody lost anything by being named; an officer is related to the member."""
    other = called(place.people["officer"][1], "Anna", "Zeegers")
    member = called(place["council_member"], "Bea", "Kwartel")
    declare_relation(other, place.organisation, member, "family")
    compare_now()
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert _reads(other, case)
    declare_relation(taker, place.organisation, member, "family")
    compare_now()
    run_due()
    assert not _reads(other, case)


def test_who_was_let_back_by_two_stays_when_a_relation_to_the_taker_is_declared(place, taker):
    other = called(place.people["officer"][1], "Anna", "Kwartel")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    declare_relation(taker, place.organisation, other, "partner")
    compare_now()
    row = Suspension.objects.get(case=case.id, token=token_of(case.id, other.id), state="open")
    change_suspension(row, lift_by=str(place["coordinator"].id))  # as `say_somebody_else` leaves it after the second
    Suspension.objects.filter(id=row.id).update(state="lifted", due=None)
    declare_relation(taker, place.organisation, other, "friend")
    compare_now()
    assert not is_barred(case.id, other.id)


def test_of_others_their_answer_counts(place, taker):
    """What the tests above would also pass if no answer counted."""
    other = called(place.people["officer"][1], "Anna", "Kwartel")
    case = _letter(taker, account=NAMED.format("mevrouw Kwartel"))
    assert _reads(taker, case)
    assert _reads(other, case)


def test_who_parks_a_signal_about_themselves_does_not_read_it(place, taker):
    park(signed_in(taker), perpetrator="official", perpetrator_name="meneer Bos", about_reader="no")
    signal = Signal.objects.get()
    assert signed_in(taker).get(f"/werkplek/signalen/{signal.report_id}/").status_code == 404


@pytest.mark.parametrize("named", ["Kees Bos", "meneer Bos"])
def test_whom_a_letter_is_about_gets_no_code_of_it_and_never_sees_how_it_goes_on(place, taker, named):
    """With the code they would read over, change and follow a report about themselves in the name of its sender."""
    officer = signed_in(taker)
    page = begin(officer, "letter", date.today())
    page = to_evidence(officer, page, perpetrator="official", perpetrator_name=named)
    summary = evidence(
        officer, page, files=SimpleUploadedFile("brief.txt", b"Kees Bos schreef dat hij mij zal vinden.")
    )
    done = press(officer, summary, "send", step="send", about_reader="unknown")
    case = open_case(Report.objects.get())
    assert "U ziet daarom niet hoe het verder gaat" in words_of(done)
    asks = ["look", "receipt_text", "code_pdf", "ack_text", "ack_pdf", "kept"]
    answers = {press(officer, summary, ask).content for ask in asks}
    answers.add(press(officer, summary, "code_mail", send_to="bos@example.org").content)
    walk(case, "acknowledge")
    answers.add(press(officer, summary, "look").content)
    assert len({re.sub(rb'nonce="[^"]+"', b"", answer) for answer in answers}) == 1
    assert not mail.outbox
