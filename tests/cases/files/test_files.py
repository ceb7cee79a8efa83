"""Files that people at work add to a case: several at once, kept until all is right, never changed, struck out, sent."""

import io
import re
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.deciding.opening import open_case
from cases.desk.refusals import Refused
from cases.file.search import search
from cases.file.timeline import timeline
from cases.files.files import add_files, files_of, send_file, strike_file
from cases.files.taking import TakenFile
from cases.invariants import broken_invariants
from cases.models import AddedFile, Case
from cases.people.handover import recovery_of
from cases.people.words.said import Said
from organisations.access.bars import is_barred
from organisations.models import Person
from reporting.evidence.intake import EvidencePiece, store_piece
from tests.support.barred import called
from tests.support.build import a_case, a_place, a_report, signed_in, who
from tests.support.evidence import SEED, a_photo, evidence_store
from tests.support.paper import a_pdf
from tests.support.reporter import act, come_back, words_of
from vault.ledger import entries
from vault.models import CaseShare, SealedFile

pytestmark = pytest.mark.django_db
ADDED = "Toegevoegd"


@pytest.fixture(autouse=True)
def _store(tmp_path, settings):
    evidence_store(tmp_path, settings)


@pytest.fixture
def case() -> Case:
    return a_case(a_place())


def _officer(case: Case) -> Client:
    return signed_in(who(case.id, "case_officer").person)


def _sent(client: Client, case: Case, page=None, **fields):
    """What a browser sends of the page: its hidden fields, and what is typed and chosen on top."""
    url = reverse("cases:add_file", args=[case.id])
    page = page or client.get(url)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    given = {"kind": "report", "source": "", "received_on": "2026-01-05", "title": ""}
    return client.post(url, given | {name: hidden.get(name, "") for name in ("token", "carried")} | fields)


def _upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "Iets")
    return out.getvalue()


def a_file(
    case: Case, text: str = "Verslag", title: str = "", kind: str = "report", relation: str = "case_officer"
) -> AddedFile:
    piece = EvidencePiece("verslag.txt", "txt", store_piece(text.encode()))
    given = {"kind": kind, "source": "", "received_on": date(2026, 1, 5), "title": title}
    [row] = add_files(case, [TakenFile(piece, piece.file.sha256)], **given, actor=who(case.id, relation), token=uuid4())
    return row


# Adding


def test_several_files_are_added_at_once_and_the_page_says_what_became_of_each(case):
    client = _officer(case)
    chosen = [
        _upload("rapport.pdf", a_pdf("Bevindingen")),
        _upload("foto.jpg", a_photo()),
        _upload("brief.txt", b"Beste"),
    ]
    answer = _sent(client, case, files=chosen, title="Stuk van het bureau")
    assert answer.status_code == 302
    page = words_of(client.get(answer["Location"]))
    assert ADDED in page
    assert "Stuk van het bureau (1)" in page
    assert "Opnieuw gemaakt, zonder verborgen gegevens." in page
    assert "Bewaard precies zoals het kwam." in page  # the plain text
    assert [row.source for row in case.files.all()] == ["bureau"] * 3  # the usual one of the kind
    photo = client.get(reverse("cases:save_file", args=[case.id, 2]))
    assert photo["Content-Type"] == "image/jpeg"
    assert SEED not in photo.content
    actions = [entry.action for entry in entries(case.id)]
    assert actions.count("file.added") == 3
    assert "file.saved" in actions


def test_a_pdf_that_names_a_reader_asks_first_and_is_compared_with_who_comes(case):
    reader = called(who(case.id, "co_reader").person, "Kees", "Bos")
    client, url = _officer(case), reverse("cases:add_file", args=[case.id])
    data = a_pdf("Het was Kees Bos, en ook Sanne Terpstra.")
    asked = _sent(client, case, files=[_upload("rapport.pdf", data)])
    assert asked.status_code == 422
    assert "U noemt iemand die dit leest of eerder las: Kees Bos" in asked.content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode()))
    given = {"kind": "report", "source": "", "received_on": "2026-01-05", "title": "", "about": "concerned"}
    kept = client.post(url, given | {name: hidden[name] for name in ("token", "carried")})
    assert kept.status_code == 302
    assert is_barred(case.id, reader.id)
    outsider = Person.objects.create(email="sanne@voorbeeld.test", name="Sanne Terpstra")
    called(outsider, "Sanne", "Terpstra")
    assert outsider.id in Said(case, recovery_of(case)).judged([outsider.id], all_watch=True).everybody


def test_the_page_says_in_which_files_names_were_not_looked_for(case):
    client = _officer(case)
    chosen = [_upload("rapport.pdf", a_pdf("Bevindingen")), _upload("foto.jpg", a_photo())]
    assert _sent(client, case, files=chosen).status_code == 302
    pages = [client.get(reverse("cases:added_file", args=[case.id, number])) for number in (1, 2)]
    assert ["Hierin zijn niet alle namen gezocht" in page.content.decode() for page in pages] == [False, True]


def test_what_is_kept_is_sealed_with_the_key_of_the_file(case):
    a_file(case, title="Titel van het rapport")
    row = AddedFile.objects.get()
    assert SealedFile.objects.get(id=row.file).compartment == "file"
    stored = str(AddedFile.objects.values().get())
    assert "Titel" not in stored


def test_one_page_adds_once(case):
    client = _officer(case)
    page = client.get(reverse("cases:add_file", args=[case.id]))
    for _click in range(2):
        assert _sent(client, case, page, files=[_upload("a.txt", b"Een")]).status_code == 302
    assert case.files.count() == 1


def test_when_one_of_three_is_refused_the_others_are_added_and_nothing_is_lost(case):
    client = _officer(case)
    chosen = [_upload("a.txt", b"Een"), _upload("b.zip", a_zip()), _upload("c.txt", b"Drie")]
    page = _sent(client, case, files=chosen, title="Bijlagen", source="police")
    said = words_of(page)
    assert page.status_code == 422
    assert case.files.count() == 2
    assert "b.zip" in said
    assert "Pak het uit" in said  # the next step
    assert 'value="Bijlagen"' in page.content.decode()
    assert _sent(client, case, page, files=[_upload("b.txt", b"Twee")]).status_code == 302
    assert case.files.count() == 3


def test_a_mistake_in_the_form_loses_no_file(case):
    client = _officer(case)
    page = _sent(client, case, files=[_upload("a.txt", b"Een")], kind="")
    assert page.status_code == 422
    assert "Kies wat voor bestand het is." in words_of(page)
    assert "a.txt" in words_of(page)
    assert case.files.count() == 0
    assert _sent(client, case, page).status_code == 302  # the file was not chosen again
    assert case.files.count() == 1


def test_a_file_that_waits_on_the_page_can_be_left_out(case):
    client = _officer(case)
    page = _sent(client, case, files=[_upload("a.txt", b"Een"), _upload("b.txt", b"Twee")], kind="")
    which = re.findall(r'name="drop" value="([^"]+)"', re.sub(r"\s+", " ", page.content.decode()))
    page = _sent(client, case, page, drop=which[0])
    assert _sent(client, case, page).status_code == 302
    assert [one.title for one in files_of(case, who(case.id, "case_officer"))] == ["b"]


def test_what_a_page_carries_opens_for_its_own_person_and_case_only(case):
    page = _sent(_officer(case), case, files=[_upload("a.txt", b"Een")], kind="")
    other = signed_in(who(case.id, "handler").person)
    assert _sent(other, case, page).status_code == 422
    assert case.files.count() == 0


def test_nothing_chosen_and_a_day_to_come_are_refused_in_words(case):
    client = _officer(case)
    assert "Kies eerst een bestand." in words_of(_sent(client, case))
    page = _sent(
        client, case, files=[_upload("a.txt", b"Een")], received_on=f"{timezone.localdate() + timedelta(days=2)}"
    )
    assert "niet in de toekomst" in words_of(page)


# Who may


def test_who_reads_along_sees_the_files_and_adds_none(case):
    a_file(case)
    reader = signed_in(who(case.id, "co_reader").person)
    assert reader.get(reverse("cases:files", args=[case.id])).status_code == 200
    assert reader.get(reverse("cases:save_file", args=[case.id, 1])).status_code == 200
    assert reader.get(reverse("cases:add_file", args=[case.id])).status_code == 404
    for what in ("send", "strike"):
        url = reverse("cases:added_file", args=[case.id, 1])
        assert reader.post(url, {"what": what, "reason": "Dat hoort hier niet."}).status_code == 404
    assert AddedFile.objects.get().sent_at is None


def test_the_page_without_files_says_so_and_links_to_adding(case):
    page = _officer(case).get(reverse("cases:files", args=[case.id]))
    assert "Nog geen bestanden." in words_of(page)
    assert reverse("cases:add_file", args=[case.id]) in page.content.decode()


# Whom it names


def test_a_file_that_names_a_reader_asks_the_writer_first_and_keeps_the_file_on_the_page(case):
    reader = who(case.id, "co_reader").person
    client = _officer(case)
    page = _sent(client, case, files=[_upload("mail.txt", f"Volgens {reader.name} klopt dit niet.".encode())])
    assert page.status_code == 422
    assert reader.name in words_of(page)
    assert case.files.count() == 0
    assert _sent(client, case, page, about="concerned").status_code == 302
    assert is_barred(case.id, reader.id)


def test_whoever_comes_later_is_compared_with_titles_and_texts(case):
    a_file(case, text="Wij spraken met Xaveria Quist.", title="Gesprek met Ygnace Zoetmulder")
    words = "\n".join(Said(case, recovery_of(case)).words())
    assert "Xaveria Quist" in words
    assert "Ygnace Zoetmulder" in words


# Striking out, finding, the timeline


def test_a_struck_file_stays_with_its_reason_and_shows_nothing_any_more(case):
    a_file(case)
    client = _officer(case)
    url = reverse("cases:added_file", args=[case.id, 1])
    assert client.post(url, {"what": "strike", "reason": "kort"}).status_code == 422
    assert client.post(url, {"what": "strike", "reason": "Dit hoort bij een andere zaak."}).status_code == 302
    page = words_of(client.get(url))
    assert "Dit hoort bij een andere zaak." in page
    assert client.get(reverse("cases:save_file", args=[case.id, 1])).status_code == 200
    with pytest.raises(Refused):
        send_file(case, 1, actor=who(case.id, "case_officer"))
    with pytest.raises(Refused):
        strike_file(case, 1, reason="Nog een keer doorhalen.", actor=who(case.id, "case_officer"))


def test_titles_are_found_and_the_timeline_tells_what_happened(case):
    actor = who(case.id, "case_officer")
    a_file(case, title="Zonsverduistering")
    [hit] = search(actor, "zonsverduistering").hits
    assert hit.part == "files"
    assert search(actor, "txt").hits == []
    send_file(case, 1, actor=actor)
    strike_file(case, 1, reason="Bij nader inzien onjuist.", actor=actor)
    told = [event.title for event in timeline(case, actor, "file")]
    assert [title.split(":")[0] for title in told] == [
        "Bestand doorgehaald",
        "Bestand verstuurd aan de melder",
        "Bestand toegevoegd",
    ]


# The reporter


@pytest.mark.parametrize("known_as", ["anonymous", "named"])
def test_a_file_that_is_sent_is_saved_by_the_reporter_and_others_are_not_there(known_as):
    place = a_place()
    report, receipt = a_report(place, known_as=known_as)
    case = open_case(report)
    a_file(case, text="Alleen voor ons", title="Blijft hier")
    a_file(case, text="Voor de melder", title="Het besluit")
    officer = _officer(case)
    assert officer.post(reverse("cases:added_file", args=[case.id, 2]), {"what": "send"}).status_code == 302
    client = Client()
    page = come_back(client, receipt)
    said = words_of(page)
    assert "Wij sturen u een bestand: Het besluit." in said
    assert "Blijft hier" not in said
    saved = act(client, page, "file", which="1")
    assert saved.content == b"Voor de melder"
    assert "Het besluit.txt" in saved["Content-Disposition"]
    assert "text/html" in act(client, page, "file", which="2")["Content-Type"]
    assert "Het besluit.txt" in words_of(officer.get(reverse("cases:messages", args=[case.id])))
    with pytest.raises(Refused):
        send_file(case, 2, actor=who(case.id, "case_officer"))
    assert report.messages.count() == 1


def test_the_invariants_know_where_a_file_is_sealed(case):
    a_file(case)
    send_file(case, 1, actor=who(case.id, "case_officer"))
    assert [broken for broken in broken_invariants() if "file" in broken] == []
    SealedFile.objects.filter(case=case.id, compartment="file").update(compartment="content")
    [broken] = [broken for broken in broken_invariants() if "is not sealed in its case" in broken]
    assert "AddedFile" in broken


def test_what_is_sealed_goes_when_the_keys_of_the_case_go(case):
    """Nothing ends a case's data yet; whatever does, deletes the case share, and no file opens without it."""
    a_file(case)
    CaseShare.objects.filter(case=case.id).delete()
    assert _officer(case).get(reverse("cases:save_file", args=[case.id, 1])).status_code == 404
