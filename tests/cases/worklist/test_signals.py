"""A doubt is parked with a day, sealed and routed as a report, and is no case until somebody makes it one."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from cases.invariants import broken_invariants
from cases.jobs import destroy_signals
from cases.models import Case
from jobs import runner
from jobs.models import Job
from organisations.access import bars
from organisations.models import HANDLING, Assignment, Person, Recusal, Suspension
from organisations.people.appointments import appoint
from reporting.models import Fact, Mark, Report, Signal, Told
from tests.support.barred import called
from tests.support.build import a_case, signed_in, who
from tests.support.pages import fields_of
from tests.support.reporter import URL, fill_in, press, state_of, words_of
from vault import ledger
from vault.models import CaseShare, KeyGrant, SealedText

pytestmark = pytest.mark.django_db
SIGNALS = "/werkplek/signalen/"
DAY = date(2026, 11, 26)
ANSWERS = {
    "aggression_form": "threat",
    "integrity_type": "conflict_of_interest",
    "account": "Iemand zei bij de koffie dat hij hem steeds bij het stadhuis ziet staan.",
    "danger": "safe",
    "known_as": "anonymous",
}
REASON = "Nagevraagd bij de balie, er was niets aan de hand."


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel("2026-11-26T10:00:00+01:00", tick=True):
        yield


def park(officer, kind: str = "aggression", days: int = 30, **answers):
    doors = officer.post(SIGNALS, {"review_on": (date.today() + timedelta(days=days)).isoformat()})
    assert doors.status_code == 200, words_of(doors)
    states = dict(
        re.findall(r'name="state"\s+value="([^"]+)".*?name="kind"\s+value="(\w+)"', doors.content.decode(), re.S)
    )
    state = next(state for state, of_kind in states.items() if of_kind == kind)
    summary = fill_in(officer, officer.post(URL, {"state": state, "kind": kind}), **{**ANSWERS, **answers})
    return press(officer, summary, "send")


def a_signal(place, kind: str = "aggression", **answers) -> Signal:
    parked = park(place.client("officer"), kind, **answers)
    assert "Het signaal is geparkeerd" in words_of(parked), words_of(parked)
    return Signal.objects.get()


def readers(signal: Signal):
    rows = Assignment.objects.holding().filter(case=signal.report.case, relation__in=HANDLING).order_by("id")
    return [row.person for row in rows.select_related("person")]


def page_of(signal: Signal) -> str:
    return f"{SIGNALS}{signal.report_id}/"


def test_a_signal_is_no_case_and_promises_and_counts_nothing(place):
    signal = a_signal(place)
    runner.sweep()
    assert signal.report.lane == "signal"
    assert broken_invariants() == []
    assert not Case.objects.exists()
    assert not Told.objects.exists()
    assert not Fact.objects.exists()
    assert not Job.objects.filter(kind="mail.ping").exists(), "nobody is told before its day"
    reader = signed_in(readers(signal)[0])
    assert "steeds bij het stadhuis" in words_of(reader.get(page_of(signal)))
    assert "Waits until" not in words_of(reader.get(SIGNALS))
    assert "steeds bij het stadhuis" not in words_of(reader.get("/werkplek/te-controleren/"))


def test_it_waits_on_its_day_and_becomes_a_case_of_that_day(place):
    signal = a_signal(place, known_as="named", name="Robin Vermelder")
    reader = signed_in(readers(signal)[0])
    assert "Een signaal om opnieuw te bekijken" not in words_of(reader.get("/werkplek/wacht/"))
    with time_machine.travel("2026-12-26T10:00:00+01:00", tick=True):
        reader = signed_in(readers(signal)[0])  # a session lasts a working day
        assert "Een signaal om opnieuw te bekijken" in words_of(reader.get("/werkplek/wacht/"))
        assert reader.post(page_of(signal), {"what": "begin"}).status_code == 302
        case = Case.objects.get()
        assert case.started_on == date(2026, 12, 26)
        assert not Signal.objects.exists()
        due = case.deadlines.get(code="FEEDBACK_3M").due
        assert due.date() > date(2027, 3, 26)
        assert Told.objects.filter(report=case.report).exists()
        assert "Een signaal" not in words_of(reader.get("/werkplek/wacht/"))


def test_it_is_parked_no_more_than_three_times_and_no_longer_than_a_year(place):
    signal = a_signal(place)
    url = page_of(signal)

    def reader():
        return signed_in(readers(signal)[0])

    def again(days: int):
        day = (DAY + timedelta(days=days)).isoformat()
        sent = {"what": "park", "review_on": day, "reason": REASON, "revision": Signal.objects.get().times}
        return reader().post(url, sent)

    assert again(185).status_code == 422
    assert again(100).status_code == 302
    assert REASON in words_of(reader().get(url))
    with time_machine.travel("2027-03-06T10:00:00+01:00", tick=True):
        assert again(366).status_code == 422, "a year in all"
        assert again(280).status_code == 302
        assert "Laat het vervallen, of maak er een zaak van." in words_of(reader().get(url))
        assert again(300).status_code == 422
    signal.refresh_from_db()
    assert (signal.times, signal.review_on) == (3, DAY + timedelta(days=280))


def test_who_is_not_free_to_read_it_leaves_a_line_in_the_ledger(place):
    signal = a_signal(place)
    reader = readers(signal)[0]
    assert signed_in(reader).post(page_of(signal), {"what": "leave"}).status_code == 302
    (left,) = [entry for entry in ledger.entries(signal.report.case) if entry.action == "signal.left"]
    assert left.actor == reader.id


def test_a_second_click_parks_it_once(place):
    signal = a_signal(place)
    reader, url = signed_in(readers(signal)[0]), page_of(signal)
    form = "//form[.//input[@name='revision']]"
    page = fields_of(reader.get(url), form)
    sent = {"what": "park", "review_on": "2026-12-20", "reason": REASON, "revision": page["revision"]}
    assert [reader.post(url, sent).status_code for _click in range(2)] == [302, 422]
    signal.refresh_from_db()
    assert signal.times == 2
    refused = reader.post(url, sent)
    assert "Intussen is dit geparkeerd" in words_of(refused)
    meant = sent | {"review_on": "2026-12-21", "revision": fields_of(refused, form)["revision"]}
    assert reader.post(url, meant).status_code == 302, "sent from the page that says so, it is meant"


def test_a_second_click_on_make_it_a_case_shows_the_case_to_who_may_see_it(place):
    signal = a_signal(place)
    reader, url = signed_in(readers(signal)[0]), page_of(signal)
    first, again = (reader.post(url, {"what": "begin"}) for _click in range(2))
    assert first.url == again.url == f"/werkplek/zaak/{Case.objects.get().id}/"
    assert Case.objects.count() == 1
    assert place.client("council_member").post(url, {"what": "begin"}).status_code == 404


def test_two_people_drop_it_and_it_is_destroyed_two_weeks_later(place):
    signal = a_signal(place, perpetrator="resident", perpetrator_name="Xerxes Zoutkamp")
    case, (reader, second) = signal.report.case, (signed_in(person) for person in readers(signal)[:2])
    assert Mark.objects.filter(case=case).exists()
    assert reader.post(page_of(signal), {"what": "drop", "reason": "Niets."}).status_code == 422
    assert reader.post(page_of(signal), {"what": "drop", "reason": REASON}).status_code == 302
    page = words_of(second.post(page_of(signal), {"what": "agree"}, follow=True))
    assert "Hieronder staat op welke dag" in page
    assert "Op 10 december 2026 wordt alles" in page
    with time_machine.travel("2026-12-09T10:00:00+01:00", tick=True):
        destroy_signals(Job())
        assert Report.objects.exists()
    with time_machine.travel("2026-12-10T10:00:00+01:00", tick=True):
        destroy_signals(Job())
    for model in (Report, Signal):
        assert not model.objects.exists()
    for model in (Assignment, Recusal, Suspension, Mark, SealedText, KeyGrant, CaseShare):
        assert not model.objects.filter(case=case).exists(), model
    assert signed_in(place["officer"]).get(page_of(signal)).status_code == 404
    assert broken_invariants() == []
    assert [entry.action for entry in ledger.entries(case)][-1] == "signal.destroyed", "that it was there stays known"


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("integrity", {"subject": "alderman:"}),
        ("aggression", {"perpetrator": "official"}),
        ("aggression", {}),
        ("aggression", {"perpetrator": "resident"}),
    ],
)
def test_nobody_drops_it_alone_whoever_it_is_about(place, kind, answers):
    signal = a_signal(place, kind, **answers)
    first, second = (signed_in(person) for person in readers(signal)[:2])
    first.post(page_of(signal), {"what": "drop", "reason": REASON})
    signal.refresh_from_db()
    assert signal.state == "asked"
    first.post(page_of(signal), {"what": "agree"})
    signal.refresh_from_db()
    assert signal.state == "asked", "nobody is their own second person"
    assert "Een signaal om opnieuw te bekijken" not in words_of(first.get("/werkplek/wacht/"))
    assert "Een signaal om opnieuw te bekijken" in words_of(second.get("/werkplek/wacht/"))
    second.post(page_of(signal), {"what": "refuse"})
    signal.refresh_from_db()
    assert signal.state == "parked"
    first.post(page_of(signal), {"what": "drop", "reason": REASON})
    second.post(page_of(signal), {"what": "agree"})
    signal.refresh_from_db()
    assert signal.state == "dropped"


def test_who_reads_a_dropped_signal_says_that_this_was_wrong_before_it_is_destroyed(place):
    signal = a_signal(place)
    first, second = (signed_in(person) for person in readers(signal)[:2])
    first.post(page_of(signal), {"what": "drop", "reason": REASON})
    second.post(page_of(signal), {"what": "agree"})
    assert 'value="refuse"' in first.get(page_of(signal)).content.decode()
    first.post(page_of(signal), {"what": "refuse"})
    signal.refresh_from_db()
    assert (signal.state, signal.dropped_on, signal.asked_by) == ("parked", None, None)
    assert signal.review_on > signal.report.received_on


def test_its_page_is_the_same_where_somebody_is_kept_out_of_it(place):
    """Who is related to an outsider told so in confidence: the readers of the signal learn nothing of it by how it is dropped."""

    def page() -> str:
        reader, url = signed_in(readers(signal)[0]), page_of(signal)
        shown = words_of(reader.get(url))
        return shown + words_of(reader.post(url, {"what": "drop", "reason": REASON}, follow=True))

    signal = a_signal(place, perpetrator="resident", perpetrator_name="Xerxes Zoutkamp")
    with transaction.atomic():
        without = page()
        transaction.set_rollback(True)
    relative = next(one for one in place.people["officer"] if one not in readers(signal))
    bars.recuse(signal.report.case, [relative.id])
    assert page() == without


def test_a_signal_to_drop_waits_since_somebody_said_so_and_never_since_a_day_to_come(place):
    signal = a_signal(place, "integrity", subject="alderman:")
    first, second = readers(signal)[:2]

    def waits() -> str:
        return re.search(r"Een signaal om opnieuw te bekijken (.*?)(?= Een | Werk|$)", words_of(_queue(second)))[1]

    def _queue(person):
        return signed_in(person).get("/werkplek/wacht/")

    with time_machine.travel("2026-12-01T10:00:00+01:00", tick=True):
        signed_in(first).post(page_of(signal), {"what": "drop", "reason": REASON})
        assert waits().startswith("wacht sinds 1 december")
        signed_in(second).post(page_of(signal), {"what": "refuse"})
    with time_machine.travel("2026-12-03T10:00:00+01:00", tick=True):
        signed_in(first).post(page_of(signal), {"what": "drop", "reason": REASON})
    with time_machine.travel("2026-12-05T10:00:00+01:00", tick=True):
        assert waits().startswith("wacht sinds 3 december"), "the last time that somebody said so"
    with time_machine.travel("2026-12-28T10:00:00+01:00", tick=True):
        assert waits().startswith("wacht sinds 26 december"), "its own day has come"


def test_who_may_not_answer_is_told_why_and_another_row_of_who_asked_is_no_second_person(place):
    signal = a_signal(place)
    first, second = readers(signal)[:2]
    signed_in(first).post(page_of(signal), {"what": "drop", "reason": REASON})
    refused = signed_in(first).post(page_of(signal), {"what": "agree"})
    assert refused.status_code == 422
    assert "Iemand anders moet hiermee instemmen." in words_of(refused)
    assert 'value="agree"' in signed_in(second).get(page_of(signal)).content.decode()
    for one in (first, second):
        called(one, "Bo", "Tweerijen")
    assert 'value="agree"' not in signed_in(second).get(page_of(signal)).content.decode()
    assert signed_in(second).post(page_of(signal), {"what": "agree"}).status_code == 422
    signal.refresh_from_db()
    assert signal.state == "asked"


def test_who_is_named_in_it_sees_the_same_bytes_as_without_it(place):
    officer = place["officer"]
    named = place.client("officer")
    urls = ["/werkplek/", "/werkplek/wacht/", SIGNALS, "/werkplek/te-controleren/", "/zorgplicht/"]

    def seen() -> list[tuple[int, bytes]]:
        pages = [named.get(url) for url in urls]
        return [(page.status_code, re.sub(rb'value="[^"]{30,}"|nonce="[^"]+"', b"", page.content)) for page in pages]

    before = seen()
    parked = park(place.client("officer", 1), perpetrator_name=officer.name, days=1)
    assert "geparkeerd" in words_of(parked)
    signal = Signal.objects.get()
    assert officer not in readers(signal)
    with time_machine.travel("2026-11-27T10:00:00+01:00", tick=True):
        assert "Een signaal" in words_of(signed_in(readers(signal)[0]).get("/werkplek/wacht/"))
    assert seen() == before
    page, nothing = named.get(page_of(signal)), named.get(f"{SIGNALS}{signal.report.case}/")
    assert (page.status_code, nothing.status_code) == (404, 404)
    address = str(signal.report_id).encode()
    assert page.content.replace(address, b"") == nothing.content.replace(str(signal.report.case).encode(), b"")


def test_who_is_named_later_loses_it_and_the_next_comes(place):
    signal = a_signal(place)
    gone, teller = readers(signal)[:2]
    url = page_of(signal)
    words = f"Ik sprak {gone.name} over deze zaak; het gaat over haar."
    asked = signed_in(teller).post(url, {"what": "drop", "reason": words})
    assert asked.status_code == 422, "the writer is asked first"
    signed_in(teller).post(url, {"what": "drop", "reason": words, "drop-about": "concerned", "about": "concerned"})
    assert signed_in(gone).get(url).status_code == 404, "at once"
    runner.sweep()
    assert not Case.objects.exists(), "it stays parked"
    assert not Assignment.objects.running().filter(case=signal.report.case, person=gone).exists()


def test_whoever_comes_to_work_later_is_compared_with_signals(place):
    newcomer = place["archivist"]
    signal = a_signal(place, perpetrator_name=newcomer.name)
    appoint(newcomer, place.organisation, "officer")
    runner.sweep()
    rows = Recusal.objects.filter(case=signal.report.case).count()
    rows += Suspension.objects.filter(case=signal.report.case).count()
    assert rows
    assert signed_in(newcomer).get(page_of(signal)).status_code == 404
    assert newcomer not in readers(signal)


@pytest.mark.parametrize("begins", [False, True])
def test_whoever_comes_later_is_compared_with_why_it_waits_and_no_writer_with_their_own_words(place, begins):
    newcomer = Person.objects.create_person("Teun Nachtwacht", "teun@stad.demo")
    signal = a_signal(place)
    first = readers(signal)[0]
    case, client = signal.report.case, signed_in(first)
    words = f"Het gaat over {newcomer.name} zelf, en ik, {first.name}, zoek het nog uit."
    again = {"what": "park", "review_on": "2026-12-20", "reason": words, "revision": 1}
    assert client.post(page_of(signal), again).status_code == 302
    assert client.post(page_of(signal), {**again, "reason": REASON, "revision": 2}).status_code == 302, (
        "the first words stay heard"
    )
    if begins:
        assert client.post(page_of(signal), {"what": "begin"}).status_code == 302
    appoint(newcomer, place.organisation, "officer")
    appoint(first, place.organisation, "archivist")
    runner.sweep()
    assert bars.is_barred(case, newcomer.id)
    assert not bars.is_barred(case, first.id)


def test_what_cannot_wait_becomes_a_report(place):
    officer = place.client("officer")
    page = park(officer, danger="unsafe")
    assert not Signal.objects.exists()
    assert "De melding is binnen" in words_of(page)
    assert Report.objects.get().lane == Report.Lane.NORMAL


def test_a_signal_is_not_shown_beside_a_case_about_the_same_person(place):
    case = a_case(place, perpetrator="resident", perpetrator_name="Xerxes Zoutkamp")
    officer = signed_in(who(case.id, "case_officer").person)
    before = words_of(officer.get(f"/werkplek/zaak/{case.id}/samenhang/"))
    a_signal(place, perpetrator="resident", perpetrator_name="Xerxes Zoutkamp")
    assert words_of(officer.get(f"/werkplek/zaak/{case.id}/samenhang/")) == before


def test_only_who_writes_down_reports_parks_a_doubt_and_only_for_a_day_that_comes(place):
    officer = place.client("officer")
    for day in (date.today(), date.today() + timedelta(days=185)):
        assert officer.post(SIGNALS, {"review_on": day.isoformat()}).status_code == 422
    member = place.client("council_member")
    assert "Parkeer een twijfel" not in words_of(member.get(SIGNALS))
    assert "state" not in member.post(SIGNALS, {"review_on": (DAY + timedelta(days=5)).isoformat()}).content.decode()


def test_a_page_sent_twice_parks_once(place):
    officer = place.client("officer")
    doors = officer.post(SIGNALS, {"review_on": (DAY + timedelta(days=30)).isoformat()})
    summary = fill_in(officer, officer.post(URL, {"state": state_of(doors), "kind": "aggression"}), **ANSWERS)
    press(officer, summary, "send")
    assert "geparkeerd" in words_of(press(officer, summary, "send"))
    assert Signal.objects.count() == 1
