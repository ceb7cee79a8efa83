"""Documents of a case: every kind as PDF and DOCX, sealed; never the reporter's name; the file for the police."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from uuid import uuid4

import docx
import jsonschema
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.documents.issue import kinds_for
from cases.documents.kinds import Type, document_kinds, offences
from cases.models import CaseDocument
from reporting.pdf import can_make_pdf
from tests.support.build import a_case, a_place, a_report, open_case, signed_in, walk, who
from tests.support.evidence import a_photo, a_storm, add, evidence_store, sent_with, to_evidence
from tests.support.paper import language_and_title, tags_of, words_of_pdf
from tests.support.reporter import come_back, words_of
from tests.support.services import ROOT
from vault.ledger import entries
from vault.models import SealedText

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not can_make_pdf(), reason="no PDF on this machine")]
NAME = "Robin Geheimnaam"


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    return evidence_store(tmp_path, settings)


@pytest.fixture
def place():
    return a_place()


def _of(case, relation: str = "case_officer") -> Client:
    return signed_in(who(case.id, relation).person)


def _url(case, part: str = "") -> str:
    return f"/werkplek/zaak/{case.id}/documenten/{part}"


def _filled(code: str, **changed) -> dict:
    """Something in every field, with the token of the page."""
    given: dict = {"token": uuid4(), "make": "1"}
    for name, asked in document_kinds()[code].fields.items():
        match asked.type:
            case Type.CHOICE:
                given[name] = next(iter(asked.choices))
            case Type.COLLEAGUES:
                given[name] = []  # whoever is typed beside the list
            case Type.DATE:
                given[name] = date(2027, 3, 1)
            case Type.MOMENT:
                given[name] = "2026-03-01T14:00"
            case _:
                given[name] = f"Ingevuld {name}"
    if code == "police_file":
        given["complainant"] = ""
    return given | changed


def _write(client: Client, case, code: str, **changed):
    return client.post(_url(case, f"nieuw/{code}/"), _filled(code, **changed))


def _saved(client: Client, case, form: str, number: int = 1) -> bytes:
    answer = client.get(_url(case, f"{number}/{form}/"))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return answer.content


def _words_of_docx(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("code", [code for code, kind in document_kinds().items() if kind.kinds and not kind.record])
def test_every_document_is_an_accessible_pdf_and_a_docx_with_the_same_words(place, code):
    kind = document_kinds()[code]
    case = a_case(place, kind.kinds[-1], name=NAME)
    officer = _of(case, "handler")
    assert str(kind.label) in words_of(officer.get(_url(case)))
    assert _write(officer, case, code).status_code == 302
    page, letter = _saved(officer, case, "pdf"), _saved(officer, case, "docx")
    language, title = language_and_title(page)
    tags, figures = tags_of(page)
    assert (language, title) == ("nl", str(kind.label))
    assert "/P" in tags
    assert not kind.text.count("\n# ") or "/H1" in tags
    assert all(figures)
    for words in (" ".join(words_of_pdf(page).split()), " ".join(_words_of_docx(letter).split())):
        for name, asked in kind.fields.items():
            if asked.type in {Type.LINE, Type.TEXT} and name != "complainant":
                assert f"Ingevuld {name}" in words, name
        assert NAME not in words
    assert next(entry.action for entry in entries(case.id) if entry.action.startswith("document")) == "document.made"


def test_the_form_begins_with_what_the_report_tells(place):
    case = a_case(place, account="Hij stond voor mijn deur.", perpetrator_name="Jan de Wit", happened_on="gisteravond")
    page = _of(case).get(_url(case, "nieuw/police_file/")).content.decode()
    for words in ("Hij stond voor mijn deur.", "Jan de Wit", "gisteravond"):
        assert words in page


def test_a_document_is_seen_before_it_is_made(place):
    case = a_case(place)
    given = _filled("perpetrator_letter")
    del given["make"]
    page = _of(case).post(_url(case, "nieuw/perpetrator_letter/"), given | {"incident": "<b>Hij riep</b>\n# dit"})
    assert page.status_code == 200
    assert "&lt;b&gt;Hij riep&lt;/b&gt;" in page.content.decode()
    assert "Uw gedrag tegenover onze organisatie" in words_of(page)
    assert not CaseDocument.objects.exists()


def test_what_is_missing_is_asked_and_what_was_typed_stays(place):
    case = a_case(place, "pressure")
    page = _write(_of(case), case, "acknowledgement", feedback_on="31-31-2027", next_step="")
    assert page.status_code == 422
    assert "Geef een dag, bijvoorbeeld 1-1-2027." in words_of(page)
    assert "Vul “Wat er nu gebeurt” in." in words_of(page)
    assert "Ingevuld contact" in page.content.decode()


def test_a_ban_is_written_by_nobody_without_the_measure_that_it_tells(place):
    """The free letter of a ban had neither hearing nor end, review or remedy that follows from its ground."""
    for kind in ("aggression", "integrity", "pressure"):
        case = a_case(place, kind)
        assert "access_ban" not in kinds_for(case)
        assert _of(case).get(_url(case, "nieuw/access_ban/")).status_code == 404


@pytest.mark.parametrize("pasted", ["a\x0bb", "a\x1fb", "a\ufffeb", "a\x7f\u200bb"])
def test_what_comes_along_when_people_paste_breaks_no_document(place, pasted):
    client = Client()
    case, _receipt = sent_with(client, add(client, to_evidence(client), messages=f"haat {pasted} meer"))
    officer = _of(case)
    for number, code in enumerate(("closing_letter", "police_file"), 1):
        text = next(name for name, asked in document_kinds()[code].fields.items() if asked.type == Type.TEXT)
        assert _write(officer, case, code, **{text: f"Woord {pasted} woord"}).status_code == 302
        assert "woord" in _words_of_docx(_saved(officer, case, "docx", number))


def test_one_page_makes_one_document_and_only_for_its_kind_of_case(place):
    case = a_case(place)
    officer, token = _of(case), uuid4()
    for _ in range(2):
        assert _write(officer, case, "closing_letter", token=token).status_code == 302
    assert CaseDocument.objects.count() == 1
    assert _write(officer, case, "investigation_mandate").status_code == 404


@pytest.mark.parametrize(
    "code", [code for code, kind in document_kinds().items() if kind.hides_reporter and kind.kinds and not kind.record]
)
def test_the_name_of_the_reporter_is_stopped_in_every_letter_to_others(place, code):
    case = a_case(place, document_kinds()[code].kinds[0], name=NAME)
    field = next(name for name, asked in document_kinds()[code].fields.items() if asked.type == Type.TEXT)
    page = _write(_of(case, "handler"), case, code, **{field: "Volgens ROBIN  Geheimnaam klopt dat."})
    assert page.status_code == 422
    assert "De naam of het adres van de melder staat in deze tekst" in words_of(page)
    assert not CaseDocument.objects.exists()


@pytest.mark.parametrize("typed", ["Rob\x1fin Geheim\u00adnaam", "robin@voorbeeld.nl", "+31 6 1234 5678"])
def test_the_reporter_is_found_in_a_letter_however_it_is_typed(place, typed):
    case = a_case(place, name=NAME, contact="06-12345678 of robin@voorbeeld.nl")
    page = _write(_of(case), case, "perpetrator_letter", incident=f"Zeg het tegen {typed}, alstublieft.")
    assert page.status_code == 422


def test_without_consent_the_reporter_is_masked_in_messages_for_the_police(place):
    client = Client()
    chat = "[24-11-2026, 23:10:05] Robin V.: wie ben jij\n[24-11-2026, 23:11:00] Jan: dat weet je wel Robin V. vuilak"
    case, _receipt = sent_with(client, add(client, to_evidence(client), messages=chat))
    officer = _of(case)
    assert _write(officer, case, "police_file").status_code == 302
    bundle = zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip")))
    said = words_of_pdf(bundle.read("aangifte.pdf")) + bundle.read("bewijs/berichten.csv").decode("utf-8-sig")
    assert "Robin" not in said
    assert "vuilak" in said
    _write(officer, case, "police_file", consent="with_name")
    bundle = zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip", 2)))
    assert "Robin V." in bundle.read("bewijs/berichten.csv").decode("utf-8-sig")


def test_a_pile_of_thousands_is_sent_in(place):
    client = Client()
    many = "\n\n".join(f"haatbericht nummer {number}" for number in range(1200))
    case, _receipt = sent_with(client, add(client, to_evidence(client), messages=many))
    officer = _of(case)
    form = officer.get(_url(case, "nieuw/police_file/")).content.decode()
    assert form.count('name="offence-') == 300
    assert "Nog 900 stukken" in form
    assert _write(officer, case, "police_file", rest="insult").status_code == 302
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip"))).read("manifest.json"))
    assert {piece["offence"] for piece in manifest["evidence"]} == {"insult"}


def test_in_a_file_for_the_police_the_name_stands_only_with_consent(place):
    case = a_case(place, name=NAME)
    officer = _of(case)
    assert _write(officer, case, "police_file", complainant="Iemand").status_code == 422
    answer = _write(officer, case, "police_file", complainant=NAME, consent="with_name")
    assert answer.status_code == 302
    assert NAME in words_of_pdf(_saved(officer, case, "pdf"))


def test_a_document_goes_to_the_mailbox_of_an_anonymous_reporter_once(place):
    report, receipt = a_report(place, known_as="anonymous")
    case = open_case(report)
    officer = _of(case)
    _write(officer, case, "feedback", done="Wij hebben met de bewoner gesproken.")
    for expected in (302, 422):
        assert officer.post(_url(case, "1/"), {"what": "send"}).status_code == expected
    said = words_of(come_back(Client(), receipt))
    assert said.count("Wij hebben met de bewoner gesproken.") == 1
    _write(officer, case, "perpetrator_letter")
    assert officer.post(_url(case, "2/"), {"what": "send"}).status_code == 422


def test_a_withdrawn_document_stays_readable_with_its_reason(place):
    case = a_case(place)
    officer = _of(case)
    _write(officer, case, "closing_letter")
    assert officer.post(_url(case, "1/"), {"what": "withdraw", "reason": "fout"}).status_code == 422
    why = "Er stond een verkeerde datum in."
    assert officer.post(_url(case, "1/"), {"what": "withdraw", "reason": why}).status_code == 302
    assert why in words_of(officer.get(_url(case, "1/")))
    assert _saved(officer, case, "pdf").startswith(b"%PDF")
    assert not any(b"verkeerde" in bytes(row.ciphertext) for row in SealedText.objects.all())


def test_who_may_read_the_file_reads_documents_and_only_who_works_the_case_writes_them(place, store):
    case = a_case(place)
    _write(_of(case), case, "closing_letter", grounds="Het woord kanariegeel staat hier.")
    assert _saved(_of(case, "co_reader"), case, "docx")
    assert _write(_of(case, "co_reader"), case, "closing_letter").status_code == 404
    for part in ("", "1/", "1/pdf/"):
        assert _of(case, "support").get(_url(case, part)).status_code == 404
    assert _of(case).get(_url(case, "1/exe/")).status_code == 404
    kept = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert b"%PDF" not in kept
    assert b"kanariegeel" not in kept


def test_s1_the_letter_within_48_hours_and_the_file_for_the_police(place):
    client = Client()
    for photo in ("red", "blue"):
        page = add(client, to_evidence(client), files=SimpleUploadedFile("foto van Robin.jpg", a_photo(photo)))
    page = add(client, page, files=SimpleUploadedFile("schermafbeelding.jpg", a_photo("green")))
    case, _receipt = sent_with(client, page)
    walk(case, "acknowledge", "assess", "medium", "adopt")
    officer = _of(case)
    assert _write(officer, case, "perpetrator_letter", incident="U dreigde met de kinderen.").status_code == 302
    walk(case, "respond_letter")
    assert case.deadlines.get(code="PERP_RESPONSE_48H").met_at
    sorting = {"rest": "threat", "offence-1": "doxing"}
    assert _write(officer, case, "police_file", **sorting).status_code == 302
    bundle = zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip", 2)))
    assert bundle.testzip() is None
    manifest = json.loads(bundle.read("manifest.json"))
    names = {file["name"] for file in manifest["files"]}
    assert names == {"aangifte.pdf", "aangifte.docx", "aangifte.json", "bewijs/0001.jpg", "bewijs/0002.jpg"}
    for file in manifest["files"]:
        assert hashlib.sha256(bundle.read(file["name"])).hexdigest() == file["sha256"]
    index = {piece["number"]: piece for piece in manifest["evidence"]}
    assert [index[number]["offence"] for number in (1, 2)] == ["doxing", "threat"]
    assert index[1]["sha256"] == hashlib.sha256(bundle.read("bewijs/0001.jpg")).hexdigest()
    text = words_of_pdf(bundle.read("aangifte.pdf"))
    for number, word in enumerate(("Wie", "Wat", "Waar?", "Waarmee", "Op welke wijze", "Wanneer", "Waarom"), 1):
        assert f"{number}. {word}" in text
    assert "VPT-code" in text
    assert index[1]["sha256"][:12] in text.replace("\n", "")
    assert "Robin" not in text + json.dumps(manifest)
    _is_a_dossier(bundle)


def _is_a_dossier(bundle: zipfile.ZipFile) -> None:
    """What machines read is what the schema says, with the hashes of what lies beside it."""
    schema = json.loads((ROOT / "cases/documents/police_file.schema.json").read_text("utf-8"))
    dossier = json.loads(bundle.read("aangifte.json"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(dossier)
    for piece in dossier["evidence"]:
        assert piece["sha256"] == hashlib.sha256(bundle.read(piece["file"])).hexdigest()
    assert [one["article"] for one in dossier["offences"]] == ["285 Sr", "285d Sr"]
    assert "Robin" not in json.dumps(dossier)
    for name in dossier["sevenWs"]:
        broken = {**dossier, "sevenWs": {**dossier["sevenWs"], name: ""}}
        assert not validator.is_valid(broken), name
    assert not validator.is_valid({**dossier, "evidence": [{**dossier["evidence"][0], "sha256": "x"}]})


def test_s6_the_file_of_a_pile_on_is_sorted_by_offence(place):
    client = Client()
    page = add(client, to_evidence(client), message_file=SimpleUploadedFile("export.csv", a_storm().encode()))
    case, _receipt = sent_with(client, page)
    officer = _of(case)
    form = officer.get(_url(case, "nieuw/police_file/")).content.decode()
    assert form.count("doxing?") == 3
    sorting = {"rest": "threat", **{f"offence-{number}": "doxing" for number in (1, 2, 3)}, "offence-4": "stalking"}
    assert _write(officer, case, "police_file", **sorting).status_code == 302
    bundle = zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip")))
    rows = list(csv.DictReader(io.StringIO(bundle.read("bewijs/berichten.csv").decode("utf-8-sig"))))
    sorted_offences = [row["strafbaar feit"] for row in rows]
    in_order = [offences()[code].in_words for code in ("threat", "stalking", "doxing")]
    assert sorted_offences == [in_order[0]] * 114 + [in_order[1]] + [in_order[2]] * 3
    text = words_of_pdf(bundle.read("aangifte.pdf"))
    assert "Alleen vervolgd na een klacht van het slachtoffer binnen drie maanden" in text
    assert sum(int(row["aantal"]) for row in rows) == 140
    assert all(
        row["sha256"] == hashlib.sha256(row["tekst"].encode()).hexdigest() for row in rows if row["tekst"][0] != "'"
    )


def test_a_message_that_is_a_formula_does_not_run_in_a_spreadsheet(place):
    client = Client()
    page = add(client, to_evidence(client), messages='=HYPERLINK("http://x.example","klik")\n\ngewoon')
    case, _receipt = sent_with(client, page)
    _write(_of(case), case, "police_file")
    bundle = zipfile.ZipFile(io.BytesIO(_saved(_of(case), case, "zip")))
    assert "'=HYPERLINK" in bundle.read("bewijs/berichten.csv").decode("utf-8-sig")


def test_the_file_for_the_police_has_the_added_files_and_none_that_says_who_reported(place):
    case = a_case(place, name=NAME)
    officer = _of(case)
    for name, words, source in (
        ("mail.txt", "Bericht van de wijkagent", "police"),
        ("brief.txt", f"Namens {NAME}", "organisation"),
        ("melder.txt", "Mijn verhaal", "reporter"),
        ("intern.txt", "Blijft hier", "organisation"),
    ):
        fields = {"files": SimpleUploadedFile(name, words.encode()), "kind": "other", "source": source}
        fields |= {"received_on": "2026-01-05", "token": uuid4()}
        assert officer.post(f"/werkplek/zaak/{case.id}/bestanden/nieuw/", fields).status_code == 302
    assert _write(officer, case, "police_file", without=["4"]).status_code == 302
    with zipfile.ZipFile(io.BytesIO(_saved(officer, case, "zip"))) as archive:
        names = set(archive.namelist())
        [added] = json.loads(archive.read("manifest.json"))["added"]
    assert {name for name in names if name.startswith("bestanden/")} == {"bestanden/0001.txt"}
    assert (added["number"], added["source"], added["receivedOn"]) == (1, "police", "2026-01-05")
    words = words_of_pdf(_saved(officer, case, "pdf"))
    assert added["sha256"][:20] in words.replace("\n", "")
    assert "kan zeggen wie meldde" in words.replace("\n", " ")
    assert NAME not in words
