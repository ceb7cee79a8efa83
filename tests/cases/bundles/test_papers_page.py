"""The papers page of a person of the case: made by who works the case, read and answered with a code, and nothing else."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cases.desk.refusals import Refused
from cases.documents.issue import make_document
from cases.documents.kinds import document_kinds
from cases.jobs import end_bundles
from cases.models import Bundle, BundleEntry, Case
from cases.parties.bundles import renew_code, take_code
from cases.parties.entries import write_back
from cases.parties.opened import open_by_code
from cases.parties.parties import PartyWords, add_party, end_party
from cases.people.barring import compare
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from organisations.access.bars import barred_among
from organisations.models import Assignment, Person
from organisations.people.appointments import appoint
from tests.support.build import a_case, a_place, a_report, signed_in, walk, who
from tests.support.papers_page import PapersPage
from vault.ledger import entries
from vault.models import KeyPair
from vault.receipts import new_receipt

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
SECRET = "De stukken zijn op 3 maart compleet gemaakt."


@pytest.fixture
def place():
    return a_place()


@pytest.fixture
def case(place):
    return a_case(place, "integrity")


def _url(case, party) -> str:
    return f"/werkplek/zaak/{case.id}/mensen/{party.id}/pagina/"


def _client(case, relation: str = "case_officer"):
    return signed_in(who(case.id, relation).person)


def _party(case, part: str = "victim", name: str = "Mevrouw T. Zonderland"):
    return add_party(case, part, PartyWords(name), actor=who(case.id, "case_officer"), token=uuid4())


def _open(case, party):
    fields = {"what": "open", "purpose": "Om te reageren op het concept.", "until": f"{TODAY() + timedelta(days=30)}"}
    return _client(case).post(_url(case, party), fields)


def _a_page(case, part: str = "victim") -> tuple[Bundle, str]:
    party = _party(case, part)
    shown = _open(case, party).content.decode()
    return Bundle.objects.get(party=party), "-".join(re.findall(r"<span>([2-9A-Z]{4})</span>", shown))


def _write(case, bundle, text: str, **changed):
    return _client(case).post(_url(case, bundle.party), {"what": "write", "text": text, "token": uuid4(), **changed})


def test_a_person_reads_what_was_put_there_and_answers(case):
    bundle, code = _a_page(case)
    _write(case, bundle, SECRET)
    page = PapersPage(code)
    assert SECRET not in page.text  # first an own code
    own = page.take()
    assert SECRET in page.text
    assert page.answer.cookies == {}
    page.send("message", text="Dat klopt niet helemaal.")
    assert "Dat klopt niet helemaal." in page.text
    at_desk = _client(case).get(_url(case, bundle.party)).content.decode()
    assert "Dat klopt niet helemaal." in at_desk
    assert PapersPage(code).answer.status_code == 422  # the code of the letter opens nothing any more
    assert SECRET in PapersPage(own).text


def test_nothing_of_the_report_case_or_reporter_stands_on_the_page(case):
    bundle, code = _a_page(case)
    _write(case, bundle, SECRET)
    page = PapersPage(code)
    page.take()
    for word in (case.number, case.report.number, str(case.id), "Robin Vermelder", "Vermelder"):
        assert word not in page.text
    stored = [str(row) for row in (*Bundle.objects.values(), *BundleEntry.objects.values())]
    assert not any(SECRET in row or code in row for row in stored)
    assert not [entry for entry in entries(case.id) if code in str(entry)]


def test_days_and_no_moments_are_kept():
    kinds = {field.get_internal_type() for model in (Bundle, BundleEntry) for field in model._meta.fields}
    assert "DateTimeField" not in kinds


def test_the_person_concerned_gets_a_page_only_after_the_letter(case):
    party = _party(case, "person_concerned", "De heer W. Onbekend")
    assert _open(case, party).status_code == 422
    assert not Bundle.objects.exists()
    walk(case, "acknowledge", "inform_subject")
    assert _open(case, party).status_code == 200
    assert Bundle.objects.filter(party=party).exists()


def test_a_witness_gets_no_page(case):
    assert _open(case, _party(case, "witness")).status_code == 422


def test_the_name_of_the_reporter_is_never_put_on_a_page(case):
    bundle, _code = _a_page(case)
    page = _write(case, bundle, "Gemeld door Robin Vermelder.")
    assert page.status_code == 422
    assert "Gemeld door" in page.content.decode()
    assert bundle.entries.count() == 0


def test_a_draft_is_answered_once_and_within_its_term(case):
    bundle, code = _a_page(case)
    document = _a_document(case)
    last = TODAY() + timedelta(days=14)
    sent = {"what": "copy", "document": document.number, "reply_until": f"{last}", "token": uuid4()}
    assert _client(case).post(_url(case, bundle.party), sent).status_code == 302
    draft = bundle.entries.get()
    assert (draft.kind, draft.reply_until) == ("draft", last)
    page = PapersPage(code)
    page.take()
    assert page.send("reply", entry="1", text="").status_code == 422
    page.send("reply", entry="1", text="Punt 2 klopt niet: ik was er niet bij.")
    assert bundle.entries.get(kind="reply").answers == draft
    assert "Stuur mijn reactie" not in page.text
    again = page.send("reply", entry="1", text="Nog een keer.")
    assert again.status_code == 422
    assert "Nog een keer." in page.text
    assert bundle.entries.filter(kind="reply").count() == 1


def test_a_term_that_has_passed_takes_no_reply(case):
    bundle, code = _a_page(case)
    sent = {"what": "copy", "document": _a_document(case).number, "reply_until": f"{TODAY() + timedelta(days=9)}"}
    _client(case).post(_url(case, bundle.party), sent | {"token": uuid4()})
    bundle.entries.update(reply_until=TODAY() - timedelta(days=1))
    page = PapersPage(code)
    page.take()
    assert page.send("reply", entry="1", text="Te laat, maar toch.").status_code == 422
    assert not bundle.entries.filter(by="party").exists()


def test_a_page_that_is_sent_twice_acts_once(case):
    bundle, code = _a_page(case)
    token = uuid4()
    for _ in range(2):
        _write(case, bundle, SECRET, token=token)
    page = PapersPage(code)
    page.take()
    session = re.search(r'name="session" value="([^"]+)"', page.text).group(1)
    for _ in range(2):
        page.client.post("/stukken/", {"session": session, "action": "message", "text": "Een keer."})
    assert bundle.entries.count() == 2


def test_another_code_makes_the_former_worthless_and_says_so(case):
    bundle, code = _a_page(case)
    page = PapersPage(code)
    own = page.take()
    shown = _client(case).post(_url(case, bundle.party), {"what": "code"}).content.decode()
    new = "-".join(re.findall(r"<span>([2-9A-Z]{4})</span>", shown))
    assert open_by_code(own) is None
    page = PapersPage(new)
    page.take()
    assert bundle.entries.get().kind == "new_code"
    assert page.answer.status_code == 200


def test_an_ended_page_opens_nothing_and_keeps_no_key(case):
    bundle, code = _a_page(case)
    _write(case, bundle, SECRET)
    own = PapersPage(code).take()
    assert _client(case).post(_url(case, bundle.party), {"what": "end"}).status_code == 302
    assert open_by_code(own) is None
    assert not KeyPair.objects.filter(id=bundle.reader).exists()


def test_the_last_day_ends_a_page(case):
    bundle, code = _a_page(case)
    own = PapersPage(code).take()
    Bundle.objects.update(until=TODAY() - timedelta(days=1))
    assert open_by_code(own) is None  # also before the daily work was done
    end_bundles(None)
    bundle.refresh_from_db()
    assert bundle.ended_on == TODAY()
    assert not KeyPair.objects.filter(id=bundle.reader).exists()


def test_who_loses_the_case_loses_the_page(case):
    bundle, _code = _a_page(case)
    reader = who(case.id, "co_reader")
    assert signed_in(reader.person).get(_url(case, bundle.party)).status_code == 200
    Assignment.objects.filter(case=case.id, person=reader.person).end()
    assert signed_in(reader.person).get(_url(case, bundle.party)).status_code in {404, 410}


def test_whom_the_person_names_is_kept_out(case):
    _bundle, code = _a_page(case)
    reader = who(case.id, "co_reader")
    page = PapersPage(code)
    page.take()
    page.send("message", text=f"Dit gaat over {reader.person.name}, die dit deed.")
    assert reader.person.id in barred_among(case.id, [reader.person.id]).everybody


def test_who_comes_later_is_compared_with_what_the_person_wrote(place, case):
    _bundle, code = _a_page(case)
    page = PapersPage(code)
    page.take()
    busy = set(Assignment.objects.filter(case=case.id).values_list("person", flat=True))
    other = next(person for person in place.people["officer"] if person.id not in busy)
    page.send("message", text=f"{other.name} was er ook bij.")
    compare(case, other)
    assert other.id in barred_among(case.id, [other.id]).everybody


def test_a_case_that_moves_takes_its_papers_pages_along(case):
    bundle, code = _a_page(case)
    _write(case, bundle, SECRET)
    own = PapersPage(code).take()
    officer, second = who(case.id, "case_officer"), who(case.id, "handler")
    asked = ask_transfer(case, destinations(case)[0].organisation.id, actor=officer, reason="Dat hoort daar thuis.")
    decide_transfer(asked, actor=second, agree=True)
    there = signed_in(who(case.id, "handler").person)
    assert SECRET in there.get(_url(case, bundle.party)).content.decode()
    assert there.post(_url(case, bundle.party), {"what": "code"}).status_code == 200
    assert open_by_code(own) is None  # the newer code took its place


def test_a_code_of_a_reporter_opens_no_papers_and_the_other_way_round(place, case):
    _bundle, code = _a_page(case)
    _report, receipt = a_report(place)
    assert open_by_code(receipt) is None
    assert Client().post("/stukken/", {"receipt": receipt}).status_code == 422
    assert Client().post("/terug/", {"receipt": code}).status_code == 422


def _a_document(case):
    values = {name: f"Over {name}." for name in document_kinds()["right_of_reply"].fields}
    return make_document(case, "right_of_reply", values, actor=who(case.id, "case_officer"), token=uuid4())


def _page_of(case, bundle) -> str:
    return _client(case).get(_url(case, bundle.party)).content.decode()


def test_who_is_taken_out_reads_nothing_any_more(case):
    bundle, code = _a_page(case)
    own = PapersPage(code).take()
    end_party(case, bundle.party_id, "Dit is iemand anders.", actor=who(case.id, "case_officer"))
    assert open_by_code(own) is None


@pytest.mark.parametrize(
    ("part", "name", "stays"),
    [
        ("victim", "Mevrouw T. Zonderland", True),
        ("victim", "De heer A. Ander", False),
        ("investigator", "Mevrouw T. Zonderland", False),
    ],
)
def test_only_the_same_person_in_the_same_part_keeps_a_page_when_corrected(case, part, name, stays):
    bundle, code = _a_page(case)
    own = PapersPage(code).take()
    words, officer = PartyWords(name, contact="06 12 34 56 78"), who(case.id, "case_officer")
    row = add_party(case, part, words, actor=officer, token=uuid4(), corrects=bundle.party_id)
    bundle.refresh_from_db()
    assert (open_by_code(own) is not None) == stays
    assert (bundle.party == row) == stays


def test_what_stood_on_a_page_that_ended_is_read_in_the_file(case):
    bundle, code = _a_page(case)
    page = PapersPage(code)
    page.take()
    page.send("message", text="Dit is mijn antwoord.")
    _client(case).post(_url(case, bundle.party), {"what": "end"})
    assert "Dit is mijn antwoord." in _page_of(case, bundle)
    assert not bundle.entries.filter(seen=False).exists()  # and waits for nobody


def test_what_was_written_last_waits_no_more_once_somebody_read_it_in_a_closed_case(case):
    bundle, code = _a_page(case)
    page = PapersPage(code)
    page.take()
    page.send("message", text="Nog net op tijd.")
    Case.objects.filter(id=case.id).update(closed_on=TODAY())
    _page_of(case, bundle)
    assert not bundle.entries.filter(seen=False).exists()


def test_the_code_of_the_letter_is_replaced_in_a_closed_case_too(case):
    bundle, code = _a_page(case)
    _write(case, bundle, SECRET)
    Case.objects.filter(id=case.id).update(closed_on=TODAY())
    page = PapersPage(code)
    assert SECRET not in page.text
    own = page.take()
    assert SECRET in page.text
    assert open_by_code(code) is None
    assert open_by_code(own) is not None


def test_a_code_that_was_replaced_meanwhile_takes_nothing(case):
    bundle, code = _a_page(case)
    box = open_by_code(code)
    new = renew_code(bundle, actor=who(case.id, "case_officer"))
    with pytest.raises(Refused):
        take_code(box, new_receipt())
    with pytest.raises(Refused):
        write_back(box, "Van wie de oude code heeft.", token=b"once")
    bundle.refresh_from_db()
    assert not bundle.is_taken  # else the code that the officer sees would stay
    assert open_by_code(new) is not None


def test_the_button_pressed_twice_shows_the_page(case):
    _bundle, code = _a_page(case)
    page = PapersPage(code)
    session = re.search(r'name="session" value="([^"]+)"', page.text).group(1)
    page.take()
    last = re.findall(r"<span>([2-9A-Z]{4})</span>", PapersPage(code).text)
    assert not last  # the code of the letter is gone
    again = page.client.post("/stukken/", {"session": session, "action": "take", "last_group": "XXXX"})
    assert again.status_code == 200
    assert "sloot zichzelf" not in again.content.decode()
    assert "Vanaf nu" in again.content.decode()


def test_no_letter_to_the_reporter_and_no_number_of_the_case_gets_on_a_page(case):
    bundle, _code = _a_page(case)
    values = {name: f"Over {name}." for name in document_kinds()["feedback"].fields}
    letter = make_document(case, "feedback", values, actor=who(case.id, "case_officer"), token=uuid4())
    sent = {"what": "copy", "document": letter.number, "reply_until": "", "token": uuid4()}
    assert _client(case).post(_url(case, bundle.party), sent).status_code == 422
    assert _write(case, bundle, f"Over zaak {case.number}.").status_code == 422
    assert not bundle.entries.exists()


def test_what_was_typed_stays_when_nothing_can_be_added_any_more_or_the_page_was_sent_before(case):
    _bundle, code = _a_page(case)
    page = PapersPage(code)
    page.take()
    session = re.search(r'name="session" value="([^"]+)"', page.text).group(1)
    page.send("message", text="Een keer.")
    again = page.client.post("/stukken/", {"session": session, "action": "message", "text": "Iets anders."})
    assert "Iets anders." in again.content.decode()
    Case.objects.filter(id=case.id).update(closed_on=TODAY())
    page.send("message", text="Te laat getypt.")
    assert "Te laat getypt." in page.text


def test_what_was_typed_stays_when_another_code_was_made_meanwhile(case):
    bundle, code = _a_page(case)
    page = PapersPage(code)
    page.take()
    new = renew_code(bundle, actor=who(case.id, "case_officer"))
    page.send("message", text="Dit was ik aan het typen.")
    kept = re.search(r'name="kept" value="([^"]+)"', page.text).group(1)
    page.answer = page.client.post("/stukken/", {"receipt": new, "kept": kept})
    kept = re.search(r'name="kept" value="([^"]+)"', page.text).group(1)
    own = "-".join(re.findall(r"<span>([2-9A-Z]{4})</span>", page.text))
    page.send("take", last_group=own[-4:], kept=kept)
    assert "Dit was ik aan het typen." in page.text


def test_counsel_of_the_person_concerned_gets_a_page_no_earlier_than_that_person(case):
    concerned = _party(case, "person_concerned", "De heer W. Onbekend")
    words, officer = PartyWords("Mr. K. Pleitman"), who(case.id, "case_officer")
    counsel = add_party(case, "counsel", words, actor=officer, token=uuid4(), speaks_for=concerned.id)
    assert _open(case, counsel).status_code == 422
    walk(case, "acknowledge", "inform_subject")
    assert _open(case, counsel).status_code == 200


def test_who_comes_later_is_compared_with_what_a_page_is_for(place, case):
    party, other = _party(case), Person.objects.create_person("Teun Nachtwacht", "teun@stad.demo")
    sent = {"what": "open", "purpose": f"Om te lezen wat {other.name} deed.", "until": f"{TODAY()}"}
    assert _client(case).post(_url(case, party), sent).status_code == 200
    appoint(other, place.organisation, "officer")
    compare(case, other)
    assert other.id in barred_among(case.id, [other.id]).everybody
