"""A real ClamAV, and scanners that are away, hang up or lie: the file is not taken, the report always is."""

import itertools
import socket
import threading
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reporting.evidence import scan
from reporting.evidence.sandbox import FileRefused
from reporting.models import Report
from tests.reporting.evidence.test_evidence import a_photo, add, store, to_evidence
from tests.support import services
from tests.support.build import a_place
from tests.support.reporter import send, words_of

__all__ = ["store"]


def code_of(data: bytes) -> str:
    try:
        scan.refuse_harmful(data)
    except FileRefused as refused:
        return refused.code
    return ""


@pytest.mark.clamav
def test_a_virus_is_found_and_what_is_clean_passes(clamd, settings):
    settings.CLAMD = clamd
    assert code_of(services.EICAR) == "virus"
    assert code_of(b"een gewoon bericht") == ""
    assert code_of(bytes(25 * 1024**2)) == ""


@pytest.fixture
def a_scanner():
    """A server that answers one question with the bytes it is given, and hangs up: at once, or where they never end, when
    whoever asked is gone."""
    server = socket.create_server(("127.0.0.1", 0))

    def answering(*answer: bytes, pause: float = 0) -> str:
        def serve() -> None:
            asked, _address = server.accept()
            with asked, suppress(OSError):
                asked.recv(64)
                for piece in itertools.cycle(answer) if pause else answer:
                    asked.sendall(piece)
                    threading.Event().wait(pause)

        threading.Thread(target=serve, daemon=True).start()
        return f"tcp:127.0.0.1:{server.getsockname()[1]}"

    yield answering
    server.close()


@pytest.mark.parametrize("answer", [b"", b"stream: what?\0", b"INSTREAM size limit exceeded. ERROR\0", b"OK\0"])
def test_a_scanner_that_hangs_up_or_talks_nonsense_takes_nothing(a_scanner, settings, answer):
    settings.CLAMD = a_scanner(answer)
    assert code_of(b"een gewoon bericht") == "no_scanner"


@pytest.mark.parametrize("piece", [b"s", bytes(64 * 1024)])
def test_a_scanner_that_never_ends_its_answer_takes_nothing(a_scanner, settings, monkeypatch, piece):
    monkeypatch.setattr(scan, "SECONDS", 0.2)
    settings.CLAMD = a_scanner(piece, pause=0.02)
    assert code_of(b"een gewoon bericht") == "no_scanner"


def test_a_scanner_that_takes_everything_is_not_awake(a_scanner, settings):
    settings.CLAMD = a_scanner(b"stream: OK\0")
    assert not scan.is_awake()


def test_a_scanner_that_hangs_up_while_it_listens_takes_nothing(a_scanner, settings):
    settings.CLAMD = a_scanner(b"stream: OK\0")
    assert code_of(bytes(25 * 1024**2)) == "no_scanner"


def test_a_scanner_that_is_away_takes_nothing(settings):
    settings.CLAMD = f"tcp:127.0.0.1:{services.free_port()}"
    assert code_of(b"een gewoon bericht") == "no_scanner"
    settings.CLAMD = "unix:/nowhere/clamd.ctl"
    assert code_of(b"een gewoon bericht") == "no_scanner"


@pytest.mark.clamav
@pytest.mark.django_db
def test_a_virus_stops_the_file_and_not_the_report(clamd, settings):
    settings.CLAMD = clamd
    a_place()
    client = Client()
    files = [SimpleUploadedFile("brief.txt", services.EICAR), SimpleUploadedFile("foto.jpg", a_photo())]
    page = add(client, to_evidence(client), files=files)
    assert "iets schadelijks" in words_of(page)
    assert "foto.jpg" in words_of(page)
    done = send(client, add(client, page, "next"))
    assert "Uw melding is binnen" in words_of(done)
    assert Report.objects.get().evidence.count() == 1


@pytest.mark.django_db
def test_without_the_scanner_the_report_goes_on_without_the_file(settings):
    settings.CLAMD = "unix:/nowhere/clamd.ctl"
    a_place()
    client = Client()
    page = add(client, to_evidence(client), files=SimpleUploadedFile("foto.jpg", a_photo()))
    assert "kunnen nu geen bestanden controleren" in words_of(page)
    assert "Uw melding is binnen" in words_of(send(client, add(client, page, "next")))


def test_a_real_scanner_is_awake_and_one_that_is_away_is_not(clamd, settings):
    settings.CLAMD = clamd
    assert scan.is_awake()
    scan.day_of_signatures()  # of the trial's own signatures it has no day
    settings.CLAMD = "tcp:127.0.0.1:1"
    assert not scan.is_awake()
