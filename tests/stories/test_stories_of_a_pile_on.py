"""S6: a night of hate after a debate is one report, with every message as evidence, and one case in the figures."""

import csv
import io
import json
import re
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from cases.counting.facts import leave_report
from cases.documents.kinds import Type, document_kinds
from cases.models import Case
from reporting.counting.facts import quarter
from reporting.models import Evidence, Report
from tests.support.build import signed_in, walk, who
from tests.support.evidence import a_photo, add, evidence_store, sent_with, to_evidence
from tests.support.figures.facts import facts
from tests.support.reporter import words_of
from vault import ledger

pytestmark = pytest.mark.django_db
SHA = re.compile(r"\b[0-9a-f]{16,64}\b")


def a_night() -> str:
    """140 messages with their links: 22 of them again, 3 with her address, 5 of which nobody knows the place."""
    rows = ["datum;afzender;bericht;url"]
    for number in range(140):
        again = number >= 118
        words = f"Wij weten je te vinden, nummer {number - 118 if again else number}!"
        if number < 3:
            words += " Kom maar naar Dorpsstraat 12, 1234 AB"
        if 118 <= number < 121:
            words += " Kom maar naar Dorpsstraat 12, 1234 AB"
        link = "" if 100 <= number < 105 else f"https://platform.example/bericht/{number}"
        rows.append(f"2026-11-20 {23 if not again else 1}:{number % 60:02};@account{number};{words};{link}")
    return "\n".join(rows)


def _row(page, number: int) -> str:
    found = re.search(rf'<tr id="{number}".*?</tr>', page.content.decode(), re.S)
    return found[0] if found else ""


def _filled() -> dict:
    """Something in every field of the file for the police."""
    given: dict = {"token": uuid4(), "make": "1"}
    for name, asked in document_kinds()["police_file"].fields.items():
        match asked.type:
            case Type.CHOICE:
                given[name] = next(iter(asked.choices))
            case Type.DATE:
                given[name] = "2026-11-21"
            case Type.MOMENT:
                given[name] = "2026-11-21T09:00"
            case _:
                given[name] = "Ingevuld"
    return given | {"complainant": ""}


def test_s6_a_pile_on_against_a_council_member(place, tmp_path, settings):
    evidence_store(tmp_path, settings)
    her = Client()
    answers = {"aggression_form": "hate_message", "own_function": "council_member"}
    page = to_evidence(her, **answers)
    shots = [SimpleUploadedFile(f"scherm-{colour}.jpg", a_photo(colour)) for colour in ("red", "green")]
    page = add(her, page, message_file=SimpleUploadedFile("export.csv", a_night().encode()), files=shots)
    assert "118 berichten" in words_of(page)
    assert "22 dubbele" in words_of(page)
    case, _receipt = sent_with(her, page)
    assert Report.objects.count() == Case.objects.count() == 1
    assert Evidence.objects.exclude(file=None).count() == 2
    assert Evidence.objects.filter(file=None).count() == 118

    officer = signed_in(who(case.id, "case_officer").person)
    evidence = officer.get(f"/werkplek/zaak/{case.id}/bewijs/")
    text = words_of(evidence)
    assert "120 stukken" in text
    assert "In 3 berichten zien wij een adres of telefoonnummer" in text
    assert "doxing" in text
    assert text.count("Adres of telefoonnummer") == 3
    assert "2026-11-20 23:05" in text
    assert len(set(SHA.findall(text))) >= 120, "each piece has a hash"

    assert "5 hebben er geen en staan niet in de lijst" in text
    saved = officer.get(f"/werkplek/zaak/{case.id}/bewijs/verwijderen/")
    rows = list(csv.DictReader(io.StringIO(saved.content.decode("utf-8-sig"))))
    assert len(rows) == 113
    assert [row["waarom"] for row in rows[:4]].count("verspreidt een adres of telefoonnummer") == 3
    assert rows[0]["link"].startswith("https://platform.example/bericht/")
    for word in ("Dorpsstraat", "weten je te vinden", "Robin"):
        assert word not in saved.content.decode(), "where it stands, not what it says"
    assert rows[0]["afzender"].startswith("'@"), "a spreadsheet makes no formula of an account"
    listed = [entry for entry in ledger.entries(case.id) if entry.action == "evidence.removal_listed"]
    assert len(listed) == 1

    walk(case, "acknowledge", "assess")
    doxing = [int(number) for number in re.findall(r'<tr id="(\d+)".*?</tr>', evidence.content.decode(), re.S)]
    doxing = [number for number in doxing if "Adres of telefoonnummer" in _row(evidence, number)]
    sorting = {"rest": "insult", **{f"offence-{number}": "doxing" for number in doxing}}
    address = f"/werkplek/zaak/{case.id}/documenten/"
    written = officer.post(f"{address}nieuw/police_file/", _filled() | sorting)
    assert written.status_code == 302, words_of(written)
    bundle = zipfile.ZipFile(io.BytesIO(officer.get(f"{address}1/zip/").content))
    offences = [piece["offence"] for piece in json.loads(bundle.read("manifest.json"))["evidence"]]
    assert offences == ["doxing"] * 3 + ["insult"] * 117, "sorted by offence"

    leave_report(Case.objects.get(), timezone.now())
    counted = list(facts("reports", [quarter(timezone.localdate())]))
    assert len(counted) == 1
    assert counted[0].codes["group"] == "council_member"
