"""Stories of people whom a report is about: S3, S4, S5 and S21. They never handle it, and learn nothing of it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.models import Case
from cases.people.concerned import say_concerned
from organisations.models import Assignment, Person, Suspension
from organisations.people.appointments import take_office
from reporting.mailbox.mailbox import open_mailbox, send_message
from tests.support.barred import PAGES, called, has_nothing, run_due, statuses
from tests.support.build import REASON, a_case, a_place, a_report, signed_in, walk, who
from vault.compartments import Compartment, readers
from vault.ledger import entries

pytestmark = pytest.mark.django_db
CLEAR = "Iemand nam geld aan van een aannemer."
LEDGER_AND_EXPORT = ("berichten/", "notities/", "logboek/", "tijdlijn/", "uitvoer/")
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken"\s+value="[^"]+"')


@pytest.fixture
def place():
    return a_place()


class Eyes:
    """What somebody sees of the workplace as a whole: lists, counts, search, feed, and the pages of one case."""

    def __init__(self, person: Person) -> None:
        self.client = signed_in(person)
        page = self.client.post("/werkplek/agenda/", {"what": "make"}).content.decode()
        feed = re.search(r'value="http://testserver(/agenda/[^"]+\.ics)"', page)
        self.feed = feed[1] if feed else ""

    def see(self, case: str, number: str) -> list[tuple[int, bytes]]:
        urls = ["/werkplek/", "/werkplek/?show=closed", "/werkplek/te-controleren/", "/zorgplicht/", "/beheer/"]
        urls += [f"/werkplek/zaak/{case}/{page}" for page in (*PAGES, *LEDGER_AND_EXPORT)]
        answers = [self.client.get(url) for url in urls]
        answers += [self.client.post("/werkplek/zoeken/", {"sought": sought}) for sought in (number, "GEHEIM-S3")]
        if self.feed:
            answers.append(Client().get(self.feed))
        return [
            (
                answer.status_code,
                _TOKEN.sub(b"", answer.content).replace(case.encode(), b"").replace(number.encode(), b""),
            )
            for answer in answers
        ]


def test_s3_whoever_a_report_is_about_sees_the_same_bytes_as_without_it(place):
    """Confidential, about the mayor, who has roles too; "not to be handled by" the secretary. Only the registrar follows."""
    mayor, excluded = place["mayor"], place["general_secretary"]
    watched = [mayor, excluded, place["alderman"], place["coordinator"]]
    a_case(place, "aggression", known_as="anonymous")
    run_due()
    eyes = [Eyes(person) for person in watched]
    nowhere = "00000000-0000-4000-8000-000000000000"
    before = [eye.see(nowhere, "2222-2222") for eye in eyes]
    report, _receipt = a_report(
        place,
        "integrity",
        known_as="confidential",
        subject=f"mayor:{mayor.id}",
        excluded=[str(excluded.id)],
        account="GEHEIM-S3: de burgemeester stemde mee.",
    )
    case = open_case(report)
    run_due()
    for person, eye, without in zip(watched, eyes, before, strict=True):
        assert eye.see(str(case.id), case.number) == without, person.name
    cabinet = who(case.id, "handler").person
    assert cabinet in place.others["province"].people["kc_cabinet"]
    assert cabinet.id in readers(case.id, Compartment.FILE)
    inside = Assignment.objects.filter(case=case.id, organisation=place.organisation)
    assert {(row.relation, row.capacity) for row in inside} == {
        ("support", "registrar"),
        ("adviser", "confidential_adviser"),
    }
    assert not readers(case.id) & {person.id for person in watched}


@pytest.mark.parametrize(
    ("kind", "about", "by", "row"),
    [
        ("municipality", "registrar", "mayor", "employer_committee"),
        ("province", "kings_commissioner", "registrar", "integrity_contact"),
        ("water_authority", "dike_reeve", "registrar", "deputy_water_chair"),
        ("municipality", "officer", "council_member", "general_secretary"),
    ],
)
def test_s4_whoever_it_is_about_it_ends_at_the_row_of_the_table(kind, about, by, row):
    place = a_place(kind)
    reporter = next(iter(place.people.get(by, [])), None)
    name = reporter.name if reporter else "Robin Vermelder"
    case = a_case(place, "integrity", subject=f"{about}:{place[about].id}", name=name, account=CLEAR)
    handler = Assignment.objects.get(case=case.id, relation="handler")
    assert handler.capacity == row
    people = set(Assignment.objects.filter(case=case.id).values_list("person", flat=True))
    assert not people & {place[about].id, reporter.id if reporter else None}


def test_s5_the_handler_sits_in_the_same_choir_board(place):
    """Halfway, with a page open: it answers as after a hand-over, the next gets the keys, and the ledger shows both."""
    case = walk(a_case(place, "integrity", subject="unknown:", account=CLEAR), "register", "accept")
    handler, officer = who(case.id, "handler").person, who(case.id, "case_officer").person
    browser = signed_in(handler)
    assert browser.get(f"/werkplek/zaak/{case.id}/").status_code == 200
    task = Assignment.objects.get(case=case.id, relation="handler")
    said = {"grounds": ["interest"], "reason": "Zit in hetzelfde koorbestuur als de betrokkene."}
    assert signed_in(officer).post(f"/werkplek/zaak/{case.id}/toegang/{task.id}/niet-vrij/", said).status_code == 302
    lost = browser.get(f"/werkplek/zaak/{case.id}/")
    assert lost.status_code == 410
    assert "koorbestuur" not in lost.content.decode()
    co_reader = signed_in(who(case.id, "co_reader").person)
    question = Suspension.objects.get(case=case.id)
    address = f"/werkplek/zaak/{case.id}/toegang/betrokken/{question.id}/"
    assert "koorbestuur" in co_reader.get(address).content.decode()
    assert co_reader.post(address, {"what": "concerned"}).status_code == 302
    after = who(case.id, "handler").person
    assert after != handler
    assert after.id in readers(case.id, Compartment.FILE)
    assert has_nothing(handler, case, place.organisation)
    told = {(entry.action, entry.detail.get("person")) for entry in entries(case.id)}
    assert {("access.ended", str(handler.id)), ("access.given", str(after.id))} <= told
    assert "koorbestuur" in co_reader.get(f"/werkplek/zaak/{case.id}/toegang/").content.decode()


def test_s21_kees_bos_is_named_in_a_field_in_the_account_in_a_message_and_in_a_note(place):
    """At each moment he has nothing; who named him was asked once; nobody else learns why."""
    kees = called(who(_open(place)[0].id, "case_officer").person, "Kees", "Bos")
    for given in ({"subject_name": "dhr. Bos"}, {"account": f"{CLEAR} Het was Kees."}):
        case, _receipt = _open(place, **given)
        assert has_nothing(kees, case, place.organisation)
        assert statuses(kees, case) == {404}, "he never had it"
    case, receipt = _open(place)
    send_message(open_mailbox(receipt), "Het was Kees.", "unknown", [], token=uuid4().bytes)
    assert statuses(kees, case) == {410}
    run_due()
    assert has_nothing(kees, case, place.organisation)
    noted, _receipt = _open(place)
    writer = signed_in(who(noted.id, "handler").person)
    note = {"what": "note", "kind": "note", "text": "Kees Bos kreeg het geld.", "token": str(uuid4())}
    address = f"/werkplek/zaak/{noted.id}/notities/"
    assert writer.post(address, note).status_code == 422
    assert writer.post(address, {**note, "about": "concerned"}).status_code == 302
    assert writer.post(address, {**note, "token": str(uuid4())}).status_code == 302, "asked once"
    assert statuses(kees, noted) == {410}
    assert has_nothing(kees, noted, place.organisation)
    support = signed_in(who(noted.id, "support").person)
    assert "Bos" not in support.get(f"/werkplek/zaak/{noted.id}/toegang/").content.decode()
    say_concerned(noted, Suspension.objects.get(case=noted.id).id, actor=who(noted.id, "co_reader"))
    assert who(noted.id, "case_officer").person != kees


def _open(place, **given) -> tuple[Case, str]:
    answers = {"subject": "unknown:", "known_as": "anonymous", "account": CLEAR, **given}
    report, receipt = a_report(place, "integrity", **answers)
    return open_case(report), receipt


def test_s21_an_alderman_who_was_reported_is_no_handler_when_acting_as_mayor(place):
    alderman = place["alderman"]
    case = a_case(place, "integrity", subject=f"alderman:{alderman.id}", account=CLEAR)
    handler = who(case.id, "handler").person
    assert handler == place["mayor"]
    place_of = place.organisation
    today = timezone.localdate()
    take_office(alderman, place_of, "mayor", since=today)
    handler.functions.filter(code="mayor").update(held_to=today - timedelta(days=1))
    run_due()
    task = Assignment.objects.get(case=case.id, relation="handler")
    url = f"/werkplek/zaak/{case.id}/toegang/{task.id}/niet-vrij/"
    officer = who(case.id, "case_officer").person
    assert signed_in(officer).post(url, {"grounds": ["other"], "reason": REASON}).status_code == 302
    say_concerned(case, Suspension.objects.get(case=case.id, state="open").id, actor=who(case.id, "co_reader"))
    case.refresh_from_db()
    assert who(case.id, "handler").person in place.others["province"].people["kc_cabinet"]
    assert statuses(alderman, case) == {404}
    assert has_nothing(alderman, case, place_of)
    assert case.number not in signed_in(alderman).get("/werkplek/").content.decode()
