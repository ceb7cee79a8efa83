"""Whoever must be compared with what was reported reads, counts and hears nothing from that moment on, whatever a worker does."""

from uuid import uuid4

import pytest
from django.core import mail

from cases.alarm.alarm import alarms_for
from cases.deadlines.feed import read_feed, renew_feed
from cases.deciding.opening import open_case
from cases.desk.access import countable_cases, visible_cases
from cases.desk.refusals import NotAllowed
from cases.desk.telling import tell_who_works
from cases.file.notes import write_note
from jobs import runner
from jobs.models import Job
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Person
from organisations.people.appointments import appoint, declare_relation
from reporting.form.submission import plan, submit
from reporting.models import Report
from tests.support.barred import CLEAR, about_nobody, called, compare_now, renamed, statuses, url_of
from tests.support.build import a_case, a_draft, a_report, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
NOT_YET = "U ziet dit nog niet"


def _declares_a_relation(place, reader: Person) -> None:
    declare_relation(reader, place.organisation, place["council_member"], "partner")


def _gets_the_name(place, reader: Person) -> None:
    renamed(reader, "Kees", "Zoutkamp")


def _is_related_to_who_gets_the_name(place, reader: Person) -> None:
    other = place.people["council_member"][1]
    declare_relation(reader, place.organisation, other, "partner")
    compare_now()
    renamed(other, "Kees", "Zoutkamp")


@pytest.mark.parametrize("change", [_declares_a_relation, _gets_the_name, _is_related_to_who_gets_the_name])
def test_a_reader_reads_nothing_from_the_change_on_and_loses_what_is_about_them(place, change):
    called(place["council_member"], "Kees", "Zoutkamp" if change is _declares_a_relation else "Anders")
    about = a_case(place, perpetrator_name="meneer Zoutkamp", about_reader="unknown")
    other = a_case(place)
    reader = who(about.id, "case_officer")
    assert who(other.id, "case_officer").person == reader.person
    change(place, reader.person)

    assert statuses(reader.person, about) == {404}
    assert statuses(reader.person, other) == {404}
    for cases in (visible_cases(reader), countable_cases(reader), alarms_for(reader)):
        assert not cases.exists()
    with pytest.raises(NotAllowed):
        write_note(other, "Gebeld.", kind="note", actor=reader, token=uuid4())
    compare_now()
    assert is_barred(about.id, reader.person.id)
    assert statuses(reader.person, about) == {410}
    assert statuses(reader.person, other) == {200}


def test_every_page_about_cases_says_so_and_gives_back_what_was_typed(place):
    case = a_case(place)
    reader = who(case.id, "case_officer").person
    browser = signed_in(reader)
    renamed(reader, "Anouk", "Zeegers")
    pages = ["/werkplek/", "/werkplek/wacht/", "/werkplek/signalen/", "/werkplek/te-controleren/", url_of(case)]
    assert [(page, browser.get(page).status_code) for page in pages] == [(page, 404) for page in pages]
    same, foreign = (words_of(browser.get(f"/werkplek/zaak/{name}/")) for name in (case.id, uuid4()))
    assert NOT_YET in same
    assert same == foreign
    sent = browser.post(url_of(case, "notities/"), {"what": "note", "kind": "note", "text": "Dit typte ik net."})
    assert "Dit typte ik net." in sent.content.decode()
    assert browser.get("/werkplek/relaties/").status_code == 200, "nothing of a case stands there"
    compare_now()
    assert {browser.get(page).status_code for page in pages} == {200}


def test_the_chair_is_told_that_nothing_was_counted_yet(place):
    a_case(place)
    chair = place["mayor"]
    renamed(chair, "Anouk", "Zeegers")
    page = words_of(signed_in(chair).get("/zorgplicht/"))
    assert NOT_YET in page
    assert "te weinig zaken" not in page


def test_the_calendar_is_empty_meanwhile(place):
    case = a_case(place)
    reader = who(case.id, "case_officer")
    token = renew_feed(reader)
    assert b"BEGIN:VEVENT" in read_feed(token, "voorbeeld.test")
    renamed(reader.person, "Anouk", "Zeegers")
    assert b"BEGIN:VEVENT" not in read_feed(token, "voorbeeld.test")


def test_a_mail_about_a_case_waits_until_its_reader_was_compared(place):
    """Who is kept out by then gets none, and who is not gets theirs."""
    case = a_case(place, perpetrator_name="meneer Zoutkamp", about_reader="unknown")
    officer, co_reader = (who(case.id, relation).person for relation in ("case_officer", "co_reader"))
    runner.sweep()
    mail.outbox.clear()
    renamed(officer, "Kees", "Zoutkamp")
    renamed(co_reader, "Anouk", "Zeegers")
    tell_who_works(case.id, "wrote", uuid4(), relations=["case_officer", "co_reader"])
    pings = Job.objects.filter(kind="mail.ping", state="open")
    compares = Job.objects.filter(kind="organisations.compare", state="open")
    due = compares[0].due
    compares.update(attempts=1, due=due.replace(year=2099))  # it failed, and is tried again later
    runner.run_due()
    assert mail.outbox == []
    compares.update(due=due)
    compare_now()
    pings.update(due=due)
    runner.run_due()
    assert [message.to for message in mail.outbox] == [[co_reader.email]]


def test_a_comparison_that_fails_shows_nothing_meanwhile(place, monkeypatch):
    case = a_case(place)
    reader = who(case.id, "case_officer").person
    renamed(reader, "Anouk", "Zeegers")
    with monkeypatch.context() as broken:
        broken.setattr("cases.jobs.compare", lambda *_given: 1 / 0)
        runner.run_due()
    assert statuses(reader, case) == {404}
    Job.objects.filter(kind="organisations.compare").update(state="dead")
    assert statuses(reader, case) == {404}, "an operator took it out"


def test_who_was_compared_by_the_same_words_before_reads_on(place):
    """A worker that ran leaves nothing behind."""
    case = a_case(place)
    reader = who(case.id, "case_officer").person
    renamed(reader, "Anouk", "Zeegers")
    runner.run_due()
    assert statuses(reader, case) == {200}
    assert Actor.at(reader, place.organisation).is_compared


# ---- in whichever order reports are compared ----


def _follows(place, earlier: Report, **answers) -> Report:
    draft = a_draft(place, "aggression", account=CLEAR, **answers)
    draft.follows = str(earlier.id)
    draft.shown_readers = plan(draft.submission()).fingerprint
    return submit(draft.submission())


@pytest.mark.parametrize("first_is_opened", [True, False])
def test_a_report_that_follows_is_barred_also_where_it_is_compared_first(place, first_is_opened):
    first, _receipt = a_report(place, "aggression", account=CLEAR, perpetrator_name="Xerxes Zoutkamp")
    second = _follows(place, first)
    open_case(second)  # cases are compared before what is no case yet
    if first_is_opened:
        open_case(first)
    else:
        Report.objects.filter(id=first.id).update(lane="quarantine")
    person = called(place["auditor"], "Xerxes", "Zoutkamp")
    appoint(person, place.organisation, "officer")
    compare_now()
    assert is_barred(first.case, person.id)
    assert is_barred(second.case, person.id)
    first.refresh_from_db()
    assert first.lane == ("normal" if first_is_opened else "quarantine"), "a machine may have sent it still"


def test_a_report_to_check_that_belongs_to_the_case_stays_to_be_checked(place):
    first, _receipt = a_report(place, "aggression", account=CLEAR, perpetrator_name="Xerxes Zoutkamp")
    open_case(first)
    second = _follows(place, first)
    Report.objects.filter(id=second.id).update(lane="quarantine")
    person = called(place["auditor"], "Xerxes", "Zoutkamp")
    appoint(person, place.organisation, "officer")
    runner.run_due()
    second.refresh_from_db()
    assert is_barred(second.case, person.id)
    assert second.lane == "quarantine"


def test_words_of_nobody_are_compared_with_nobody(place):
    """The pages work where nothing was reported about anybody."""
    case, _receipt = about_nobody(place)
    appoint(place["auditor"], place.organisation, "officer")
    compare_now()
    assert not is_barred(case.id, place["auditor"].id)
