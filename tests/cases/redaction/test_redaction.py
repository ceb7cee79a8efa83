"""Masking the papers of a case, a second person who checks it, and exports in which nothing of it is left."""

import hashlib
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader

from cases.documents.issue import make_document
from cases.documents.kinds import document_kinds
from cases.file.notes import write_note
from cases.models import Export, Masks, Redaction
from cases.redaction.sources import sources_of
from reporting.pdf import can_make_pdf
from tests.support.build import a_case, a_place, signed_in, walk, who
from tests.support.evidence import a_photo, add, evidence_store, sent_with, to_evidence
from tests.support.paper import language_and_title, tags_of, words_of_pdf
from tests.support.reporter import words_of
from tests.support.seeds.seed_search import everything_in
from vault.ledger import entries
from vault.models import SealedText

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]
ACCOUNT = (
    "Jan van Dörenbosch stond aan de deur. Hij riep dat hij terugkomt.\nJAN VAN DORENBOSCH belde op 06-1234 5678. "
    "De buurvrouw zag het."
)
PERSON, PHONE = "Jan van Dörenbosch", "0612345678"
HIDDEN = [PERSON, "DORENBOSCH", "Dörenbosch", "1234 5678", "terugkomt"]


@pytest.fixture
def case(tmp_path, settings):
    evidence_store(tmp_path, settings)
    return walk(a_case(a_place(), account=ACCOUNT, name="Robin Geheimnaam"), "acknowledge")


def _of(case, relation: str = "case_officer") -> Client:
    return signed_in(who(case.id, relation).person)


def _url(case, part: str) -> str:
    return f"/werkplek/zaak/{case.id}/{part}"


def _begin(client: Client, case) -> str:
    page = client.post(_url(case, "lakken/"), {"title": "Woo-verzoek van maart", "token": uuid4()})
    assert page.status_code == 302
    return page.headers["Location"]


def _account(case):
    """The id of the text that the reporter told."""
    return next(source for source in sources_of(case, who(case.id, "case_officer")) if source.text == ACCOUNT).id


def _mask(client: Client, case, **fields):
    """The person and the number everywhere, and the second sentence of the account."""
    words = {"words": f"{PERSON}\n{PHONE}", "ground": "woo_5_1_2_e", "reason": "", "version": 0}
    assert client.post(_url(case, "lakken/1/woorden/"), words).status_code == 302
    chosen = {"s": ["1"], "ground": "woo_5_1_2_h", "reason": "", "version": 0, **fields}
    return client.post(_url(case, f"lakken/1/tekst/{_account(case)}/"), chosen)


def _approved(case) -> None:
    maker, checker = _of(case), _of(case, "handler")
    _begin(maker, case)
    assert _mask(maker, case).status_code == 302
    assert maker.post(_url(case, "lakken/1/")).status_code == 302
    assert (
        checker.post(_url(case, "lakken/1/nakijken/"), {"approve": "1", "seen": Masks.objects.count()}).status_code
        == 302
    )
    assert Redaction.objects.get().state == "approved"


def _export(client: Client, case, **changed):
    fields = {"what": "1", "where": "outside", "for_whom": "Verzoeker", "purpose": "Woo-verzoek", "ground": "Woo 4.1"}
    return client.post(_url(case, "uitvoer/nieuw/"), fields | {"token": uuid4()} | changed)


def _files(client: Client, case, number: int = 1) -> tuple[bytes, dict]:
    page, data = (client.get(_url(case, f"uitvoer/{number}/{form}/")) for form in ("pdf", "json"))
    assert (page.status_code, data.status_code) == (200, 200)
    assert "attachment" in page.headers["Content-Disposition"]
    return page.content, json.loads(data.content)


def test_nothing_masked_is_left_in_the_words_the_streams_or_the_data(case):
    _approved(case)
    maker, second = _of(case), _of(case, "co_reader")
    assert _export(maker, case).status_code == 302
    assert maker.get(_url(case, "uitvoer/1/pdf/")).status_code == 404  # nobody agreed yet
    assert second.post(_url(case, "uitvoer/1/"), {"agree": "1"}).status_code == 302
    page, data = _files(maker, case)
    text = words_of_pdf(page)
    assert "De buurvrouw zag het" in text
    assert "5.1.2h" in text
    everything = everything_in(page, "pdf") + text.encode() + json.dumps(data, ensure_ascii=False).encode()
    for hidden in [*HIDDEN, "Geheimnaam", *(task.name for task in _workers(case))]:
        assert hidden.encode() not in everything, hidden
    account = next(answer["answer"] for answer in data["report"] if "buurvrouw" in answer["answer"])
    assert account.startswith("██████ 5.1.2e stond aan de deur. ██████ 5.1.2h")
    assert {ground["code"] for ground in data["grounds"]} == {"5.1.2e", "5.1.2h"}
    assert data["export"]["textsLeftOut"] > 0


def _workers(case):
    return {who(case.id, relation).person for relation in ("case_officer", "handler", "co_reader", "support")}


def test_every_page_says_for_whom_it_was_made_and_the_pdf_is_tagged(case):
    officer = _of(case)
    assert _export(officer, case, what="whole", where="inside", for_whom="Mr. De Lezer").status_code == 302
    page, data = _files(officer, case)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(page)).pages]
    mark = f"Zaak {case.number}, uitvoer 1 · voor Mr. De Lezer"
    assert all(mark in page for page in pages)
    assert all("Alleen voor gebruik binnen de organisatie" in page for page in pages)
    assert PERSON in " ".join(pages)
    assert "Geheimnaam" not in " ".join(pages) + json.dumps(data)  # who reported is in no export
    language, title = language_and_title(page)
    assert language == "nl"
    assert case.number in title
    assert {"/H1", "/H2", "/P", "/Table", "/TH"} <= tags_of(page)[0]
    assert [entry.action for entry in entries(case.id) if entry.action.startswith("export")] == [
        "export.made",
        "export.saved",
        "export.saved",
    ]


def test_the_whole_file_never_leaves_and_an_unapproved_redaction_does_not_either(case):
    officer = _of(case)
    _begin(officer, case)
    page = _export(officer, case, what="whole")
    assert page.status_code == 422
    assert "Het hele dossier verlaat de organisatie nooit" in words_of(page)
    assert 'value="Woo-verzoek"' in page.content.decode()
    assert _export(officer, case, what="1").status_code == 422
    assert not Export.objects.exists()


@pytest.mark.both
def test_whoever_asks_an_export_cannot_agree_but_can_take_it_back(case):
    _approved(case)
    maker = _of(case)
    _export(maker, case)
    answer = maker.post(_url(case, "uitvoer/1/"), {"agree": "1"}, follow=True)
    assert "Iemand anders van deze zaak moet antwoorden." in words_of(answer)
    assert Export.objects.get().state == "asked"
    maker.post(_url(case, "uitvoer/1/"), {"refuse": "1"})
    assert Export.objects.get().state == "withdrawn"


def test_whoever_masked_in_it_cannot_approve_it(case):
    maker, other = _of(case), _of(case, "handler")
    _begin(maker, case)
    _mask(other, case)
    maker.post(_url(case, "lakken/1/"))
    for client in (maker, other):
        page = client.post(_url(case, "lakken/1/nakijken/"), {"approve": "1", "seen": Masks.objects.count()})
        assert page.status_code == 422
        assert "U hebt er zelf in gelakt" in words_of(page)
    third = _of(case, "co_reader")
    shown = third.get(_url(case, "lakken/1/nakijken/")).content.decode()
    assert 'class="wb-mask"' in shown
    assert "ten minste 10 tekens" in words_of(
        third.post(_url(case, "lakken/1/nakijken/"), {"back": "1", "seen": Masks.objects.count()})
    )
    third.post(
        _url(case, "lakken/1/nakijken/"),
        {"back": "1", "seen": Masks.objects.count(), "remark": "De buurvrouw is ook te herkennen."},
    )
    assert Redaction.objects.get().state == "draft"
    assert "De buurvrouw is ook te herkennen." in words_of(maker.get(_url(case, "lakken/1/")))


def test_a_page_that_shows_other_masks_approves_nothing(case):
    maker, checker = _of(case), _of(case, "handler")
    _begin(maker, case)
    _mask(maker, case)
    maker.post(_url(case, "lakken/1/"))
    seen = Masks.objects.count()
    _of(case, "co_reader").post(
        _url(case, "lakken/1/nakijken/"), {"back": "1", "seen": seen, "remark": "De straat staat er nog in."}
    )
    maker.post(_url(case, f"lakken/1/tekst/{_account(case)}/"), {"reason": "", "version": 1})
    maker.post(_url(case, "lakken/1/"))
    page = checker.post(_url(case, "lakken/1/nakijken/"), {"approve": "1", "seen": seen})
    assert page.status_code == 422
    assert "Intussen is er anders gelakt" in words_of(page)
    assert Redaction.objects.get().state == "offered"


def test_keeping_a_text_leads_to_the_next_until_all_were_gone_through(case):
    officer = _of(case)
    page = officer.get(_begin(officer, case))
    for left in range(len(sources_of(case, who(case.id, "case_officer"))), 0, -1):
        assert words_of(officer.get(_url(case, "lakken/1/"))).count("Niet doorgenomen") == left
        where = page.wsgi_request.path if "/tekst/" in page.wsgi_request.path else _first_text(page)
        page = officer.post(where, {"reason": "", "version": 0}, follow=True)
    assert page.wsgi_request.path == _url(case, "lakken/1/")
    assert "Niet doorgenomen" not in words_of(page)


def _first_text(page) -> str:
    return re.search(r'href="([^"]+/tekst/[^"]+)"', page.content.decode())[1]


def test_a_sentence_with_an_endless_number_is_no_sentence(case):
    officer = _of(case)
    _begin(officer, case)
    assert _mask(officer, case, s=["9" * 5000, "1"]).status_code == 302


def test_two_who_mask_the_same_text_at_once_lose_nothing(case):
    first, second = _of(case), _of(case, "handler")
    _begin(first, case)
    assert _mask(first, case).status_code == 302
    late = {"s": ["0"], "ground": "woo_5_1_2_e", "reason": "", "version": 0}
    page = second.post(_url(case, f"lakken/1/tekst/{_account(case)}/"), late)
    assert page.status_code == 422
    assert "Intussen heeft iemand anders hier ook gelakt" in words_of(page)
    assert re.search(r'id="s-0"\s+checked', page.content.decode())


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"ground": ""}, "Kies op welke grond u lakt wat u hebt aangevinkt"),
        ({"ground": "other"}, "Zeg welke andere grond"),
    ],
)
def test_a_mask_needs_a_ground(case, fields, says):
    officer = _of(case)
    _begin(officer, case)
    page = _mask(officer, case, **fields)
    assert page.status_code == 422
    assert says in words_of(page)


def test_a_text_that_came_after_stays_out_until_somebody_went_through_it(case):
    _approved(case)
    walk(case, "assess", "medium")
    _export(_of(case), case, where="inside")
    _page, data = _files(_of(case), case)
    assert (data["decisions"], len(data["report"])) == ([], 1)


def test_a_masked_word_in_the_words_about_the_export_is_refused(case):
    _approved(case)
    page = _export(_of(case), case, for_whom="De heer van Dorenbosch, Jan van Dörenbosch")
    assert page.status_code == 422
    assert "staat een woord dat is gelakt" in words_of(page)


def test_what_was_masked_and_why_is_sealed_and_for_who_reads_the_file(case):
    _approved(case)
    _export(_of(case), case)
    for row in SealedText.objects.all():
        assert b"renbosch" not in bytes(row.ciphertext)
    for part in ("uitvoer/", "lakken/1/", "lakken/1/woorden/", "lakken/1/nakijken/"):
        assert _of(case, "support").get(_url(case, part)).status_code == 404


def test_the_whole_file_has_every_letter_and_piece_of_evidence_in_order_of_local_time(tmp_path, settings):
    """Over the night in which the clock goes back: half past two comes twice, and the paper says which one."""
    evidence_store(tmp_path, settings)
    a_place()
    reporter = Client()
    page = add(reporter, to_evidence(reporter), files=SimpleUploadedFile("foto.jpg", a_photo()))
    case, _receipt = sent_with(reporter, add(reporter, page, messages="Ik weet je te vinden"))
    officer = who(case.id, "case_officer")
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    letters = document_kinds()["perpetrator_letter"].fields
    values = dict.fromkeys(letters, "Ingevuld")
    for moment in (first, second):
        with time_machine.travel(moment, tick=False):
            make_document(case, "perpetrator_letter", values, actor=officer, token=uuid4())
    with time_machine.travel(second, tick=False):
        write_note(case, "Gebeld met de wijkagent.", kind="note", actor=officer, token=uuid4())
    client = _of(case)
    assert _export(client, case, what="whole", where="inside").status_code == 302
    page, data = _files(client, case)
    assert len(data["evidence"]) == 2
    assert [one["at"] for one in data["documents"]] == ["2027-10-31T02:30+02:00", "2027-10-31T02:30+01:00"]
    assert data["notes"][-1]["at"] == "2027-10-31T02:30+01:00"
    moments = [one["at"] for one in data["timeline"] if "T" in one["at"]]
    assert sorted(moments, key=datetime.fromisoformat) == moments
    words = words_of_pdf(page)
    assert words.index("31-10-2027, 02.30 (+02:00)") < words.index("31-10-2027, 02.30 (+01:00)")
    answer = client.get(_url(case, "uitvoer/1/zip/"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        listed = {name for one in data["documents"] for name in one["files"]} | {
            one["file"] for one in data["evidence"]
        }
        assert names == {"zaak.pdf", "zaak.json", "SHA256SUMS"} | listed
        assert {"bewijs/0001.jpg", "bewijs/berichten.csv", "brieven/0001.pdf", "brieven/0002.docx"} <= listed
        assert archive.read("zaak.pdf") == page
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
