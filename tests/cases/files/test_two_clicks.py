"""From the page of a case two clicks lead to where a PDF is added, along the links that stand there."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.build import a_case, a_place, signed_in, who
from tests.support.evidence import evidence_store
from tests.support.paper import a_pdf

pytestmark = pytest.mark.django_db
_LINK = re.compile(r'<a\b[^>]*href="([^"#]+)"')


@pytest.fixture
def case(tmp_path, settings):
    evidence_store(tmp_path, settings)
    return a_case(a_place())


def _links(client: Client, address: str) -> set[str]:
    return set(_LINK.findall(client.get(address).content.decode()))


def test_a_pdf_is_attached_in_two_clicks(case):
    client, start = signed_in(who(case.id, "case_officer").person), f"/werkplek/zaak/{case.id}/"
    first = _links(client, start)
    within = {link for address in first if address.startswith(start) for link in _links(client, address)}
    takes = [
        address
        for address in sorted(first | within)
        if address.startswith(start) and 'type="file"' in client.get(address).content.decode()
    ]
    assert f"{start}bestanden/nieuw/" in takes
    page = client.get(f"{start}bestanden/nieuw/").content.decode()
    action = re.search(r'<form[^>]*enctype="multipart/form-data"', page)
    assert action
    fields = {
        "files": SimpleUploadedFile("rapport.pdf", a_pdf("Wat er is gevonden")),
        "kind": "report",
        "received_on": f"{case.started_on}",
        "token": uuid4(),
    }
    assert client.post(f"{start}bestanden/nieuw/", fields).status_code == 302
    assert "rapport" in client.get(f"{start}bestanden/").content.decode()


def test_who_may_add_nothing_finds_no_way_there(case):
    client, start = signed_in(who(case.id, "support").person), f"/werkplek/zaak/{case.id}/"
    first = _links(client, start)
    within = {link for address in first if address.startswith(start) for link in _links(client, address)}
    assert f"{start}bestanden/nieuw/" not in first | within
