"""Evidence from the form to the officer's page, over HTTP."""

import errno
import hashlib
import io
import json
from datetime import UTC, datetime, time, timedelta
from unittest.mock import Mock

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from reporting.evidence import pile_on
from reporting.models import Evidence
from tests.support.build import a_place, signed_in, who
from tests.support.evidence import SEED, a_photo, a_storm, add, evidence_store, sent_with, to_evidence
from tests.support.reporter import URL, act, come_back, fill_in, press, receipt_of, send, state_of, words_of
from vault import files, ledger
from vault.models import SealedFile

LOST = "Dit konden wij niet bewaren. Voeg het opnieuw toe met uw code."
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    return evidence_store(tmp_path, settings)


def test_a_photo_is_made_anew_sealed_and_shown_to_the_officer(place, store):
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("dreiging.jpg", a_photo()))
    assert "dreiging.jpg" in words_of(page)
    case, _receipt = sent_with(client, page)
    stored = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert SEED not in stored
    assert b"JFIF" not in stored
    officer = signed_in(who(case.id, "case_officer").person)
    assert "dreiging.jpg" in words_of(officer.get(f"/werkplek/zaak/{case.id}/bewijs/"))
    answer = officer.get(f"/werkplek/zaak/{case.id}/bewijs/1/")
    got = answer.content
    assert Image.open(io.BytesIO(got)).size == (64, 48)
    assert SEED not in got
    assert "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert hashlib.sha256(got).hexdigest()[:16] in words_of(officer.get(f"/werkplek/zaak/{case.id}/bewijs/"))
    assert [entry.action for entry in ledger.entries(case.id)].count("evidence.opened") == 1


def test_the_original_is_kept_only_when_asked_and_asks_a_reason(place):
    client = Client()
    photo = SimpleUploadedFile("a.jpg", a_photo())
    case, _receipt = sent_with(client, add(client, to_evidence(client), files=photo, keep_original="1"))
    officer = signed_in(who(case.id, "case_officer").person)
    url = f"/werkplek/zaak/{case.id}/bewijs/1/origineel/"
    assert officer.post(url, {"reason": "kort"}).status_code == 422
    answer = officer.post(url, {"reason": "Voor de aangifte bij de politie"})
    assert SEED in answer.content
    assert "evidence.original" in {entry.action for entry in ledger.entries(case.id)}
    assert "aangifte" not in str(ledger.entries(case.id))


def test_who_turns_anonymous_keeps_no_original_and_no_file_name(place, store):
    client = Client()
    photo = SimpleUploadedFile("foto van Robin.jpg", a_photo())
    page = add(client, to_evidence(client), "next", files=photo, keep_original="1")
    page = client.post(URL, {"state": state_of(page), "step": "", "kind": "aggression", "action": "edit:who"})
    page = fill_in(client, page, known_as="anonymous")
    done = send(client, page)
    assert "Uw melding is binnen" in words_of(done)
    row = Evidence.objects.get()
    assert row.original is None
    assert row.on.weekday() == 0
    assert SealedFile.objects.count() == 1
    assert "Robin.jpg" not in words_of(come_back(client, receipt_of(done)))


def test_a_refused_file_is_named_with_the_reason_and_the_report_goes_on(place):
    client = Client()
    page = add(
        client,
        to_evidence(client),
        "next",
        files=[SimpleUploadedFile("virus.exe", b"MZ\x00" * 90), SimpleUploadedFile("goed.jpg", a_photo())],
    )
    assert page.status_code == 422
    assert "virus.exe" in words_of(page)
    assert "kunnen dit soort bestand niet aannemen" in words_of(page)
    assert "goed.jpg" in words_of(page)
    sent_with(client, page)
    assert Evidence.objects.count() == 1


def test_a_file_of_26_megabytes_is_refused_and_nothing_of_it_is_kept(place, store):
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("groot.mp4", b"\0" * (26 * 1024**2)))
    assert "groter dan 25 MB" in words_of(page)
    assert not SealedFile.objects.exists()


def test_a_full_store_takes_the_report_without_files(place, settings):
    settings.EVIDENCE_DISK_FLOOR = 10**18
    client = Client()
    page = to_evidence(client)
    assert "kunnen nu geen bestanden bewaren" in words_of(page)
    page = add(client, page, files=SimpleUploadedFile("a.jpg", a_photo()))
    assert "voeg het bestand later toe" in words_of(page)
    sent_with(client, page)


def test_a_piece_can_be_taken_away_again(place, store, django_capture_on_commit_callbacks):
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("weg.jpg", a_photo()))
    file = SealedFile.objects.get().id
    with django_capture_on_commit_callbacks(execute=True):
        page = add(client, page, f"remove:{file}")
    assert "weg.jpg" not in words_of(page)
    assert not SealedFile.objects.exists()
    assert [path for path in store.rglob("*") if path.is_file()] == []


def test_the_same_form_sent_twice_claims_its_files_once(place):
    client = Client()
    page = add(client, to_evidence(client), "next", files=SimpleUploadedFile("a.jpg", a_photo()))
    press(client, page, "send")
    press(client, page, "send")
    assert Evidence.objects.count() == 1


def test_what_was_never_sent_is_dropped_and_was_readable_by_nobody(place, store):
    client = Client()
    add(client, to_evidence(client), files=SimpleUploadedFile("a.jpg", a_photo()))
    assert bytes(SealedFile.objects.get().key_sealed) == b""
    assert files.drop_unclaimed(timezone.localdate()) == 0
    assert files.drop_unclaimed(timezone.localdate() + timedelta(days=4)) == 1
    assert [path for path in store.rglob("*") if path.is_file()] == []


@pytest.mark.django_db(transaction=True)
def test_bytes_that_cannot_be_deleted_do_not_stop_what_was_done(store, monkeypatch):
    a_place()
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("a.jpg", a_photo()))
    monkeypatch.setattr(FileSystemStorage, "delete", Mock(side_effect=OSError))
    page = add(client, page, f"remove:{SealedFile.objects.get().id}")
    assert "a.jpg" not in words_of(page)


def test_a_file_that_no_row_names_is_dated_to_a_day_and_dropped_after_four_weeks(place, store):
    today = timezone.localdate()
    client = Client()
    add(client, to_evidence(client), files=SimpleUploadedFile("a.jpg", a_photo()))
    [kept] = [path for path in store.rglob("*") if path.is_file()]
    assert files.drop_strays(today + timedelta(days=40)) == 0
    stray = kept.with_name("0" * 32)
    stray.write_bytes(b"left by a process that was killed")
    for days, dropped in ((0, 0), (28, 0), (29, 1)):
        assert files.drop_strays(today + timedelta(days=days)) == dropped
        if not dropped:
            assert timezone.localtime(datetime.fromtimestamp(stray.stat().st_mtime, UTC)).time() == time()
    assert [path for path in store.rglob("*") if path.is_file()] == [kept]


def test_a_file_that_was_taken_for_a_stray_while_it_was_kept_tells_no_day(place, store):
    client = Client()
    add(client, to_evidence(client), files=SimpleUploadedFile("a.jpg", a_photo()))
    [kept] = [path for path in store.rglob("*") if path.is_file()]
    always = kept.stat().st_mtime
    row = SealedFile.objects.get()
    SealedFile.objects.all().delete()
    files.drop_strays(timezone.localdate())
    assert kept.stat().st_mtime != always
    row.save(force_insert=True)
    assert files.drop_strays(timezone.localdate() + timedelta(days=40)) == 0
    assert kept.stat().st_mtime == always


def test_evidence_is_added_from_the_mailbox(place):
    client = Client()
    case, receipt = sent_with(client, to_evidence(client, known_as="anonymous"))
    page = act(client, come_back(client, receipt), "message", text="", files=SimpleUploadedFile("b.jpg", a_photo()))
    assert "Verstuurd" in words_of(page)
    officer = signed_in(who(case.id, "case_officer").person)
    assert "1 nieuw" in words_of(officer.get(f"/werkplek/zaak/{case.id}/"))
    assert "1. 1.jpg" in words_of(officer.get(f"/werkplek/zaak/{case.id}/bewijs/"))


def test_s6_a_pile_on_is_one_report_with_every_message_as_evidence():
    a_place()
    client = Client()
    page = add(client, to_evidence(client), message_file=SimpleUploadedFile("export.csv", a_storm().encode()))
    said = words_of(page)
    assert "118 berichten" in said
    assert "22 dubbele" in said
    assert "In 3 daarvan" in said
    case, receipt = sent_with(client, page)
    assert Evidence.objects.count() == 118
    text = words_of(signed_in(who(case.id, "case_officer").person).get(f"/werkplek/zaak/{case.id}/bewijs/"))
    assert "118 stukken" in text
    assert "2 keer" in text
    assert "Dorpsstraat 12" in text
    assert "118 stukken" in words_of(come_back(client, receipt))


@pytest.mark.parametrize(
    ("text", "count", "duplicates"),
    [
        ("eerste bericht\n\ntweede bericht\n\nEERSTE  bericht!", 2, 1),
        ("regel een\nregel twee", 2, 0),
        ("[24-11-2026, 23:10:05] Jan: dreiging\nen nog wat\n[24-11-2026, 23:11:00] Piet: ja", 2, 0),
        ("24-11-2026 23:10 - Jan: dreiging\n24-11-2026 23:12 - Jan: dreiging", 1, 1),
        (json.dumps([{"full_text": "haat", "created_at": "nu"}, {"full_text": "meer haat"}]), 2, 0),
        (json.dumps({"tweets": [{"tweet": {"full_text": "haat"}}]}), 1, 0),
        ('text,url\n"a, b",https://platform.example/1\nc,', 2, 0),
        ("", 0, 0),
        ("\n \n", 0, 0),
    ],
)
def test_messages_are_found_however_they_come(text, count, duplicates):
    pile = pile_on.read_messages(text)
    assert (len(pile.messages), pile.duplicates) == (count, duplicates)


def test_the_times_of_duplicates_are_all_kept():
    pile = pile_on.read_messages("24-11-2026 23:10 - Jan: dreiging\n24-11-2026 23:12 - Jan: Dreiging!")
    assert pile.messages[0].at == ["24-11-2026 23:10", "24-11-2026 23:12"]
    assert pile.messages[0].times == 2


def test_what_is_there_already_is_not_taken_twice(place):
    client = Client()
    bad = SimpleUploadedFile("virus.exe", b"MZ\x00" * 90)
    page = add(client, to_evidence(client), messages="haat\n\nmeer haat", files=bad)
    assert "meer haat" not in page.content.decode()
    page = add(client, page, messages="haat\n\nmeer haat", files=SimpleUploadedFile("a.jpg", a_photo()))
    page = add(client, page, files=SimpleUploadedFile("nog-eens.jpg", a_photo()))
    assert SealedFile.objects.count() == 2
    sent_with(client, page)
    assert Evidence.objects.count() == 3


def test_pasted_messages_that_cannot_be_taken_stay_on_the_page(place):
    client = Client()
    many = "\n\n".join(f"bericht {number}" for number in range(2001))
    page = add(client, to_evidence(client), messages=many)
    assert "hooguit 2.000 berichten" in words_of(page)
    assert "bericht 2000" in page.content.decode()


def test_going_back_with_a_file_that_cannot_be_taken_goes_back(place):
    client = Client()
    page = add(client, to_evidence(client), "back", files=SimpleUploadedFile("virus.exe", b"MZ\x00" * 90))
    assert "Nog een paar vragen" in words_of(page)


def _lose(store) -> None:
    for path in store.rglob("*"):
        if path.is_file():
            path.unlink()


def test_a_pile_that_the_store_has_lost_does_not_stop_the_report_and_is_told(place, store):
    client = Client()
    page = add(client, to_evidence(client), messages="haat\n\nmeer haat")
    _lose(store)
    done = send(client, add(client, page, "next"))
    assert "Uw melding is binnen" in words_of(done)
    assert LOST in words_of(done)
    assert not Evidence.objects.exists()


def test_a_file_that_is_gone_when_the_report_is_sent_is_told_by_name(place, store):
    client = Client()
    page = add(client, to_evidence(client), files=[_photo("weg.jpg", "red"), _photo("bewaard.jpg", "blue")])
    SealedFile.objects.filter(case=None).order_by("id")[:1].get().delete()
    done = words_of(send(client, add(client, page, "next")))
    assert "Uw melding is binnen" in done
    assert Evidence.objects.count() == 1
    assert done.count(LOST) == 1
    assert ("weg.jpg" in done) != ("bewaard.jpg" in done)


def test_nothing_is_told_as_lost_when_everything_was_kept(place):
    client = Client()
    page = add(client, to_evidence(client), files=_photo("a.jpg", "red"), messages="haat\n\nmeer haat")
    assert LOST not in words_of(send(client, add(client, page, "next")))
    assert Evidence.objects.count() == 3


def test_words_that_cannot_be_read_when_it_is_sent_come_into_no_case(place, store, monkeypatch):
    """Nobody could look whether they name who would read them."""
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("mail.txt", b"Dag."))
    with monkeypatch.context() as broken:
        broken.setattr("vault.files.read_loose", _cannot_be_read)
        done = send(client, add(client, page, "next"))
    assert "Uw melding is binnen" in words_of(done)
    assert LOST in words_of(done)
    assert not Evidence.objects.exists()


def test_a_message_of_which_nothing_can_be_kept_is_not_said_to_have_been_sent(place, monkeypatch):
    client = Client()
    case, receipt = sent_with(client, to_evidence(client))
    page = come_back(client, receipt)
    with monkeypatch.context() as broken:
        broken.setattr("vault.files.read_loose", _cannot_be_read)
        answer = act(client, page, "message", text="", files=SimpleUploadedFile("mail.txt", b"Dag."))
    assert LOST in words_of(answer)
    assert "Verstuurd" not in words_of(answer)
    assert not case.report.messages.exists()
    with monkeypatch.context() as broken:
        broken.setattr("vault.files.read_loose", _cannot_be_read)
        answer = act(client, page, "message", text="Zie de mail.", files=SimpleUploadedFile("mail.txt", b"Dag."))
    assert LOST in words_of(answer)
    assert case.report.messages.count() == 1
    assert not Evidence.objects.exists()


def test_a_message_whose_only_file_is_dropped_before_it_is_claimed_is_not_said_to_have_been_sent(place, monkeypatch):
    client = Client()
    case, receipt = sent_with(client, to_evidence(client))
    page = come_back(client, receipt)
    with monkeypatch.context() as dropped:
        dropped.setattr("vault.files.claim", lambda key, loose: False)
        answer = act(client, page, "message", text="", files=_photo("b.jpg", "red"))
    assert LOST in words_of(answer)
    assert "Verstuurd" not in words_of(answer)
    assert not case.report.messages.exists()


def test_no_folder_of_the_store_tells_when_a_file_came_or_went(place, store, django_capture_on_commit_callbacks):
    client = Client()
    page = add(client, to_evidence(client, known_as="anonymous"), files=_photo("a.jpg", "blue"))
    assert _years(store) <= {1999, 2000}
    with django_capture_on_commit_callbacks(execute=True):
        files.drop_unclaimed(timezone.localdate() + timedelta(days=99))
    assert not [path for path in store.rglob("*") if path.is_file()]
    assert _years(store) <= {1999, 2000}
    assert page.status_code == 200


def _years(store) -> set[int]:
    return {datetime.fromtimestamp(path.stat().st_mtime, UTC).year for path in [store, *store.rglob("*")]}


def _photo(name: str, colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_photo(colour))


def _cannot_be_read(loose):
    raise OSError(errno.EIO, "the disk answers nothing")
