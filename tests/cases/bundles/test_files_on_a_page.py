"""Files on a papers page: of the case only as an approved redaction leaves them, of the person only after they were made anew."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import BundleEntry, Masks
from cases.parties.opened import open_by_code
from organisations.access.bars import barred_among
from tests.support.build import a_case, a_place, who
from tests.support.evidence import a_photo, evidence_store
from tests.support.papers_page import PapersPage, a_page, a_party, officer_of, page_url, put_draft
from vault.models import KeyGrant, SealedFile

pytestmark = pytest.mark.django_db
NAME = "Xaveria Quist"


@pytest.fixture
def case(tmp_path, settings):
    evidence_store(tmp_path, settings)
    return a_case(a_place(), "integrity")


def _url(case, part: str) -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _a_file(case, name: str = "mail.txt", content: bytes = f"Geachte {NAME}, het ga u goed.".encode()) -> None:
    fields = {
        "files": SimpleUploadedFile(name, content),
        "kind": "other",
        "received_on": "2026-01-05",
        "token": uuid4(),
    }
    assert officer_of(case).post(_url(case, "bestanden/nieuw/"), fields).status_code == 302


def _masked(case, *files: str, approve: bool = True) -> None:
    """A redaction in which the name is masked and somebody went through these files."""
    maker = officer_of(case)
    maker.post(_url(case, "lakken/"), {"title": "Voor de betrokkene", "token": uuid4()})
    number = case.redactions.latest("number").number
    words = {"words": NAME, "ground": "woo_5_1_2_e", "reason": "", "version": 0}
    assert maker.post(_url(case, f"lakken/{number}/woorden/"), words).status_code == 302
    for source in files:
        sent = {"ground": "woo_5_1_1_d", "reason": "", "version": 0, "s": []}
        assert maker.post(_url(case, f"lakken/{number}/tekst/{source}/"), sent).status_code == 302
    assert maker.post(_url(case, f"lakken/{number}/")).status_code == 302
    if approve:
        seen = {"approve": "1", "seen": Masks.objects.filter(redaction__number=number).count()}
        assert officer_of(case, "handler").post(_url(case, f"lakken/{number}/nakijken/"), seen).status_code == 302


def _put(case, bundle, number: int = 1) -> int:
    sent = {"what": "file", "file": number, "token": uuid4()}
    return officer_of(case).post(page_url(case, bundle.party), sent).status_code


def test_a_file_goes_on_the_page_masked_and_the_person_saves_it(case):
    _a_file(case)
    _masked(case, "file:1")
    bundle, page = a_page(case, a_party(case))
    assert _put(case, bundle) == 302
    page.answer = page.client.post("/stukken/", {"receipt": page.own})
    assert "mail" in page.words
    saved = page.send("file", which=1)
    assert "attachment" in saved["Content-Disposition"]
    assert "het ga u goed" in saved.content.decode()
    assert NAME not in saved.content.decode()
    assert case.number not in saved["Content-Disposition"]


@pytest.mark.parametrize("how", ["never", "not approved", "another file", "struck out"])
def test_what_no_second_person_approved_never_goes(case, how):
    _a_file(case)
    _a_file(case, "tweede.txt", b"Iets anders.")
    if how != "never":
        _masked(case, "file:2" if how == "another file" else "file:1", approve=how != "not approved")
    if how == "struck out":
        strike = {"what": "strike", "reason": "Hoort hier niet thuis."}
        assert officer_of(case).post(_url(case, "bestanden/1/"), strike).status_code == 302
    bundle, _page = a_page(case, a_party(case))
    assert _put(case, bundle) == 422
    assert not bundle.entries.exists()


def test_the_end_of_a_page_destroys_what_opened_its_files(case):
    _a_file(case)
    _masked(case, "file:1")
    bundle, page = a_page(case, a_party(case))
    _put(case, bundle)
    assert KeyGrant.objects.filter(reader=bundle.reader).exists()
    officer_of(case).post(page_url(case, bundle.party), {"what": "end"})
    assert not KeyGrant.objects.filter(reader=bundle.reader).exists()
    assert open_by_code(page.own) is None
    assert page.send("file", which=1).get("Content-Disposition") is None


def test_a_person_adds_a_file_to_the_reply_and_who_works_the_case_saves_it(case):
    party = a_party(case)
    bundle, page = a_page(case, party)
    put_draft(case, party)
    photo = SimpleUploadedFile("agenda.jpg", a_photo())
    page.send("reply", entry="1", text="Zie mijn agenda.", files=[photo])
    assert [row.kind for row in bundle.entries.filter(by="party")] == ["reply", "file"]
    entry = bundle.entries.get(kind="file")
    address = f"{page_url(case, party)}{entry.id}/"
    saved = officer_of(case).get(address)
    assert saved.status_code == 200
    assert "agenda.jpg" in saved["Content-Disposition"]
    assert b"Exif" not in saved.content  # made anew, as what a reporter sends
    assert Client().get(address).status_code == 302
    assert officer_of(case, "support").get(address).status_code == 404
    elsewhere = a_party(case, name="Mevrouw A. Ander")
    assert officer_of(case).get(f"{page_url(case, elsewhere)}{entry.id}/").status_code == 404


def test_where_a_file_cannot_be_taken_nothing_is_sent_and_nothing_is_lost(case):
    party = a_party(case)
    bundle, page = a_page(case, party)
    put_draft(case, party)
    files = [SimpleUploadedFile("agenda.jpg", a_photo()), SimpleUploadedFile("film.exe", b"MZ\x00" * 90)]
    answer = page.send("reply", entry="1", text="Zie mijn agenda.", files=files)
    assert answer.status_code == 422
    assert "Zie mijn agenda." in page.text
    assert "film.exe" in page.words
    assert "uw melding" not in page.words
    assert not bundle.entries.filter(by="party").exists()
    assert not SealedFile.objects.filter(case=None).exists()
    assert page.send("reply", entry="1", text="Zie mijn agenda.").status_code == 200


def test_whom_a_file_of_a_person_names_is_kept_out(case):
    reader = who(case.id, "co_reader").person
    _bundle, page = a_page(case, a_party(case))
    page.send(
        "message", text="Zie bijlage.", files=[SimpleUploadedFile("brief.txt", f"{reader.name} deed dit.".encode())]
    )
    assert BundleEntry.objects.filter(kind="file").count() == 1
    assert reader.id in barred_among(case.id, [reader.id]).everybody


def test_who_comes_later_is_compared_with_the_file_of_a_person(case):
    from cases.people.barring import compare
    from organisations.models import Assignment, Role

    busy = set(Assignment.objects.filter(case=case.id).values_list("person", flat=True))
    officers = Role.objects.filter(code="officer", organisation=case.report.organisation)
    other = officers.exclude(person__in=busy).exclude(person__surname="").order_by("person__name")[0].person
    _bundle, page = a_page(case, a_party(case))
    page.send(
        "message", text="Zie bijlage.", files=[SimpleUploadedFile("brief.txt", f"{other.name} deed dit.".encode())]
    )
    compare(case, other)
    assert other.id in barred_among(case.id, [other.id]).everybody


def test_a_code_of_somebody_else_saves_no_file(case):
    one, other = a_party(case), a_party(case, name="Mevrouw A. Ander")
    _bundle, page = a_page(case, one)
    page.send("message", text="Zie bijlage.", files=[SimpleUploadedFile("brief.txt", b"Dit is van mij.")])
    _other_bundle, other_page = a_page(case, other)
    assert isinstance(other_page, PapersPage)
    assert other_page.send("file", which=2).get("Content-Disposition") is None
    assert page.send("file", which=2).content == b"Dit is van mij."
