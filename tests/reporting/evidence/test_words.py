"""The words of PDF and office files are read where they are handled, and what cannot be read is said."""

import io
from datetime import date
from random import Random

import pytest
from PIL import Image

from reporting.evidence import sandbox
from reporting.pdf import pdf
from tests.support.letters import a_docx

SENTENCE = "Het was Karim de Vries, zei Małgorzata Öztürk."


def _words(data: bytes) -> sandbox.Words:
    return sandbox.words_in(sandbox.clean_file(data).data)


def a_pdf(body: str = SENTENCE) -> bytes:
    return pdf(f"<html lang=nl><title>Brief</title><body><p>{body}</p></body></html>", date(2027, 1, 1))


def test_the_words_of_a_pdf_are_read():
    words = _words(a_pdf())
    assert SENTENCE in " ".join(words.text.split())
    assert words.whole


def test_the_words_of_a_letter_are_read_also_where_a_name_is_cut_in_pieces():
    words = _words(a_docx("Het was Ka", "rim de Vr", "ies."))
    assert "Het was Karim de Vries." in words.text
    assert words.whole


def test_a_picture_in_a_file_makes_it_not_whole():
    assert not _words(a_docx("Het was Karim de Vries.", picture=True)).whole
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "PDF")
    scan = _words(out.getvalue())
    assert scan == sandbox.NOT_READ


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04"])
def test_what_is_broken_is_not_read_and_stops_nothing(broken):
    assert sandbox.words_in(broken) == sandbox.NOT_READ


def test_more_than_is_compared_is_not_whole():
    letters = Random(1)
    words = _words(a_docx(" ".join(f"{letters.getrandbits(40):x}" for _word in range(25_000))))
    assert len(words.text) <= 200_000
    assert not words.whole
