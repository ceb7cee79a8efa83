"""Documents, evidence and files in a redacted export: whole, masked, or left out; of what is masked no byte leaves."""

import io
import json
import zipfile
from uuid import uuid4

import docx
import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.opc.constants import RELATIONSHIP_TYPE
from PIL import Image

from cases.documents.issue import make_document
from cases.documents.kinds import document_kinds
from cases.masking.grounds import grounds
from cases.masking.masking import survivors
from cases.masking.office import words_in_office
from cases.models import Case, Export, Masks
from cases.redaction.sources import sources_of
from reporting.pdf import can_make_pdf
from tests.support.build import a_place, signed_in, who
from tests.support.evidence import a_photo, add, evidence_store, sent_with, to_evidence
from tests.support.paper import a_pdf, words_of_pdf
from tests.support.reporter import words_of
from tests.support.seeds.seed_search import everything_in

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]
NAME, SECRET = "Xaveria Quist", "Zonnebloemgeheim"


@pytest.fixture
def case(tmp_path, settings) -> Case:
    """Evidence 1 a photo, 2 a text, then messages; document 1; file 1 a PDF of three pages, 2 a mail, 3 a Word file."""
    evidence_store(tmp_path, settings)
    a_place()
    reporter = Client()
    files = [
        SimpleUploadedFile("foto.jpg", a_photo()),
        SimpleUploadedFile("tekst.txt", f"Dit zei {NAME} mij.".encode()),
    ]
    page = add(reporter, to_evidence(reporter), files=files)
    page = add(reporter, page, messages=f"Ik weet je te vinden\n\n{NAME} weet het ook")
    case, _receipt = sent_with(reporter, page)
    values = dict.fromkeys(document_kinds()["perpetrator_letter"].fields, "Ingevuld") | {
        "incident": f"{NAME} stond er."
    }
    make_document(case, "perpetrator_letter", values, actor=who(case.id, "case_officer"), token=uuid4())
    word = docx.Document()
    word.add_paragraph(f"Volgens {NAME} klopt dit.")
    data = io.BytesIO()
    word.save(data)
    uploads = [
        ("rapport.pdf", a_pdf("Eerste pagina", f"Tweede pagina {SECRET}", "Derde pagina")),
        ("mail.txt", f"Geachte {NAME},\nHet ga u goed.".encode()),
        ("brief.docx", data.getvalue()),
    ]
    for name, content in uploads:
        fields = {
            "files": SimpleUploadedFile(name, content),
            "kind": "report",
            "received_on": "2026-01-05",
            "token": uuid4(),
        }
        assert _of(case).post(_url(case, "bestanden/nieuw/"), fields).status_code == 302
    return case


def _of(case: Case, relation: str = "case_officer") -> Client:
    return signed_in(who(case.id, relation).person)


def _url(case: Case, part: str) -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _redaction(case: Case, masks: dict[str, dict]) -> Client:
    """A redaction with the name masked everywhere and these masks, {source: fields}, offered."""
    maker = _of(case)
    maker.post(_url(case, "lakken/"), {"title": "Woo-verzoek", "token": uuid4()})
    words = {"words": NAME, "ground": "woo_5_1_2_e", "reason": "", "version": 0}
    assert maker.post(_url(case, "lakken/1/woorden/"), words).status_code == 302
    for source, fields in masks.items():
        sent = {"ground": "woo_5_1_1_d", "reason": "", "version": 0} | fields
        answer = maker.post(_url(case, f"lakken/1/tekst/{source}/"), sent)
        assert answer.status_code == 302, words_of(answer)
    return maker


def _export(case: Case, maker: Client) -> tuple[dict, dict[str, bytes], bytes]:
    """(data, {name in the zip: bytes}, everything together) of an export of the redaction."""
    assert maker.post(_url(case, "lakken/1/")).status_code == 302
    approve = {"approve": "1", "seen": Masks.objects.count()}
    assert _of(case, "handler").post(_url(case, "lakken/1/nakijken/"), approve).status_code == 302
    fields = {"what": "1", "where": "inside", "for_whom": "Verzoeker", "purpose": "Woo", "ground": "Woo 4.1"}
    answer = maker.post(_url(case, "uitvoer/nieuw/"), fields | {"token": uuid4()})
    assert answer.status_code == 302, words_of(answer)
    with zipfile.ZipFile(io.BytesIO(maker.get(_url(case, "uitvoer/1/zip/")).content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    read = {
        name: everything_in(data, name.rsplit(".", 1)[1])
        for name, data in parts.items()
        if name.endswith((".pdf", ".jpg"))
    }
    every = b"".join((parts | read).values())
    return json.loads(parts["zaak.json"]), parts, every + words_of_pdf(parts["zaak.pdf"]).encode()


def test_pages_squares_texts_and_letters_leave_masked_and_nothing_hidden_is_in_the_bytes(case):
    masks = {
        "evidence:1": {"s": ["0", "63"]},
        "evidence:2": {"s": []},
        "evidence:messages-3": {"s": []},
        "document:1": {"s": []},
        "file:1": {"s": ["1"]},
        "file:2": {"s": []},
    }
    data, parts, every = _export(case, _redaction(case, masks))
    for hidden in (NAME, SECRET, "Quist"):
        assert hidden.encode() not in every, hidden
        assert hidden.encode("utf-16-be") not in every
    added = {"brieven/0001.pdf", "bewijs/0001.jpg", "bewijs/0002.txt", "bestanden/0001.pdf", "bestanden/0002.txt"}
    assert set(parts) == added | {"zaak.pdf", "zaak.json", "SHA256SUMS"}
    with pikepdf.open(io.BytesIO(parts["bestanden/0001.pdf"])) as document:
        assert len(document.pages) == 3
    words = words_of_pdf(parts["bestanden/0001.pdf"])
    assert "Eerste pagina" in words
    assert "Derde pagina" in words
    assert "Pagina 2 is weggelaten" in words
    assert "5.1" in words
    picture = Image.open(io.BytesIO(parts["bewijs/0001.jpg"])).convert("RGB")
    assert picture.getpixel((1, 1)) < (30, 30, 30)
    assert picture.getpixel((32, 24))[0] > 200  # the red of the photo
    assert "██████ 5.1.2e" in parts["bestanden/0002.txt"].decode()
    became = {one["number"]: one for one in data["files"]}
    assert (became[1]["became"], became[1]["sha256"]) == ("toegevoegd, deels gelakt (5.1.1d)", "")
    assert became[3]["became"] == "niet toegevoegd"
    assert {"5.1.1d", "5.1.2e"} <= {ground["code"] for ground in data["grounds"]}
    assert "Ik weet je te vinden" in every.decode("utf-8", "replace")


def test_what_is_left_out_whole_says_its_ground_and_adds_nothing(case):
    data, parts, _every = _export(
        case, _redaction(case, {"file:1": {"all": "1"}, "evidence:1": {"all": "1"}, "file:2": {}})
    )
    assert "bestanden/0001.pdf" not in parts
    assert "bewijs/0001.jpg" not in parts
    assert data["files"][0]["became"] == "weggelaten (5.1.1d)"
    assert data["evidence"][0]["became"] == "weggelaten (5.1.1d)"
    assert "weggelaten (5.1.1d)" in words_of_pdf(parts["zaak.pdf"]).replace("\n", " ")


def test_what_is_added_whole_is_what_is_kept_with_its_hash(case):
    data, parts, _every = _export(case, _redaction(case, {"evidence:1": {}, "file:1": {}}))
    assert data["files"][0]["became"] == "heel toegevoegd"
    assert data["files"][0]["sha256"]
    assert parts["bewijs/0001.jpg"] == _of(case).get(_url(case, "bewijs/1/")).content


def test_a_word_file_with_a_masked_word_does_not_leave_whole(case):
    maker = _redaction(case, {"file:3": {}})
    maker.post(_url(case, "lakken/1/"))
    _of(case, "handler").post(_url(case, "lakken/1/nakijken/"), {"approve": "1", "seen": Masks.objects.count()})
    fields = {"what": "1", "where": "inside", "for_whom": "Verzoeker", "purpose": "Woo", "ground": "Woo 4.1"}
    page = maker.post(_url(case, "uitvoer/nieuw/"), fields | {"token": uuid4()})
    assert page.status_code == 422
    assert "zou nog leesbaar zijn" in words_of(page)
    assert not Export.objects.exists()


def test_a_masked_word_in_the_address_of_a_link_is_found_in_a_word_file():
    word = docx.Document()
    word.part.relate_to("https://voorbeeld.nl/xaveria%20quist", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    data = io.BytesIO()
    word.save(data)
    assert survivors([words_in_office(data.getvalue())], [NAME]) == [NAME]


def test_who_checks_sees_each_copy_as_it_leaves_and_nobody_one_that_stays(case):
    _redaction(case, {"file:1": {"s": ["1"]}})
    checker = _of(case, "handler")
    page = checker.get(_url(case, "lakken/1/nakijken/"))
    assert "toegevoegd, deels gelakt (5.1.1d)" in words_of(page)
    copy = checker.get(_url(case, "lakken/1/kopie/file:1/"))
    assert SECRET not in words_of_pdf(copy.content)
    assert checker.get(_url(case, "lakken/1/kopie/file:2/")).status_code == 404  # nobody went through it
    assert _of(case, "support").get(_url(case, "lakken/1/kopie/file:1/")).status_code == 404


def test_each_page_shows_its_parts(case):
    maker = _redaction(case, {})
    for source in sources_of(case, who(case.id, "case_officer")):
        page = maker.get(_url(case, f"lakken/1/tekst/{source.id}/"))
        assert page.status_code == 200
        said = words_of(page)
        if source.id == "file:1":
            assert "Pagina 3" in said
        if source.id == "evidence:1":
            assert "Rij 8, kolom 8" in said
            assert "wb-squares" in page.content.decode()
        if source.id == "file:3":
            assert "Helemaal weglaten" in said
    page = maker.post(
        _url(case, "lakken/1/tekst/file:1/"), {"s": ["7"], "ground": "woo_5_2", "reason": "", "version": 0}
    )
    assert Masks.objects.filter(source="file:1").count() == 1  # a page that is not there is not masked


def test_the_grounds_of_the_woo_are_complete_and_the_absolute_ones_say_so(case):
    shorts = {ground.short for ground in grounds().values()}
    assert {f"5.1.1{letter}" for letter in "abcde"} | {f"5.1.2{letter}" for letter in "abcdefghi"} <= shorts
    assert {"5.1.4", "5.1.5", "5.2", "15.4 AVG"} | {f"41.1{letter} UAVG" for letter in "abcdefghij"} <= shorts
    assert {ground.short for ground in grounds().values() if ground.absolute} == {
        f"5.1.1{letter}" for letter in "abcde"
    }
    page = _redaction(case, {}).get(_url(case, "lakken/1/woorden/")).content.decode()
    assert 'label="Woo-verzoek, absolute gronden"' in page


def test_the_whole_file_has_the_added_files_with_their_hashes(case):
    officer = _of(case)
    fields = {"what": "whole", "where": "inside", "for_whom": "Mr. De Lezer", "purpose": "Beroep", "ground": "Awb 8:42"}
    assert officer.post(_url(case, "uitvoer/nieuw/"), fields | {"token": uuid4()}).status_code == 302
    with zipfile.ZipFile(io.BytesIO(officer.get(_url(case, "uitvoer/1/zip/")).content)) as archive:
        names = archive.namelist()
        data = json.loads(archive.read("zaak.json"))
    assert {"bestanden/0001.pdf", "bestanden/0002.txt", "bestanden/0003.docx"} <= set(names)
    assert next((one["title"], one["source"]) for one in data["files"]) == ("rapport", "Onderzoeksbureau")
