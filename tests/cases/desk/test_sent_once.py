"""One page, one act: the same page sent twice is one act, and something else from the same page is refused and kept."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from reporting.complaints.readers import readers_now
from tests.support.build import a_case, signed_in, who
from tests.support.full_case import a_complaint
from tests.support.pages import fields_of
from tests.support.papers_page import a_page, a_party, officer_of, page_url
from tests.support.reporter import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
ELSE = "al eerder verstuurd, met iets anders erin"


def _twice_and_else(client, url: str, sent: dict, other: dict, count) -> None:
    """Sends a page, sends it again, and sends it with something else, which its answer keeps for another attempt."""
    token = uuid4()
    before = count()
    for _again in range(2):
        assert client.post(url, sent | {"token": token}).status_code == 302
        assert count() == before + 1
    refused = client.post(url, other | {"token": token})
    assert refused.status_code == 422
    assert ELSE in words_of(refused)
    assert count() == before + 1
    form = "//form[.//*[@name='token']]" if "what" not in sent else f"//form[.//*[@value='{sent['what']}']]"
    fresh = fields_of(refused, form)["token"]
    assert fresh != str(token)
    assert client.post(url, other | {"token": fresh}).status_code == 302
    assert count() == before + 2


def test_a_person_a_note_a_message_and_a_redaction(place):
    case = a_case(place, "integrity")
    client = officer_of(case)
    named = {"part": "witness", "name": "Mevrouw T. Zonderland", "role": "", "contact": ""}
    _twice_and_else(
        client,
        reverse("cases:parties", args=[case.id]),
        named,
        named | {"name": "De heer Q. Anders"},
        case.parties.count,
    )
    note = {"what": "note", "kind": "note", "text": "Gebeld met de griffie."}
    _twice_and_else(client, reverse("cases:notes", args=[case.id]), note, note | {"text": "Gemaild."}, case.notes.count)
    said = {"text": "Wij hebben uw melding gelezen."}
    _twice_and_else(
        client,
        reverse("cases:messages", args=[case.id]),
        said,
        {"text": "Wij bellen u morgen."},
        case.report.messages.count,
    )
    _twice_and_else(
        client,
        reverse("cases:redact", args=[case.id]),
        {"title": "Voor de raad"},
        {"title": "Voor de pers"},
        case.redactions.count,
    )


def test_what_stands_on_a_papers_page(place):
    case = a_case(place, "integrity")
    party = a_party(case)
    bundle, _page = a_page(case, party)
    sent = {"what": "write", "text": "Wilt u reageren?"}
    _twice_and_else(
        officer_of(case), page_url(case, party), sent, sent | {"text": "Dat kan tot vrijdag."}, bundle.entries.count
    )


def test_an_answer_to_what_was_told_apart(place):
    complaint, _receipt = a_complaint(place)
    sent = {"what": "answer", "text": "Wie bedoelt u?"}
    _twice_and_else(
        signed_in(readers_now(complaint)[0].person),
        reverse("cases:complaint", args=[complaint.id]),
        sent,
        sent | {"text": "Wanneer was dat?"},
        complaint.messages.count,
    )


def test_another_file_from_the_same_page(place):
    case = a_case(place)
    client, url, token = (
        signed_in(who(case.id, "case_officer").person),
        reverse("cases:add_file", args=[case.id]),
        uuid4(),
    )

    def send(words: str):
        file = SimpleUploadedFile("verslag.txt", words.encode())
        sent = {"files": file, "kind": "report", "received_on": "2026-11-30", "title": "Verslag", "token": token}
        return client.post(url, sent)

    assert [send("Eén.").status_code, send("Eén.").status_code] == [302, 302]
    assert case.files.count() == 1
    refused = send("Twee.")
    assert refused.status_code == 422
    assert ELSE in words_of(refused)
    assert case.files.count() == 1
    again = fields_of(refused, "//form[.//*[@name='token']]")
    assert client.post(url, again | {"kind": "report"}).status_code == 302, "the file came along"
    assert case.files.count() == 2
