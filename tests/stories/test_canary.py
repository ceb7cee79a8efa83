"""A random word typed into every field is found nowhere: not in the database, logs, mail, Redis or temporary files."""

import base64
import logging
import os
import secrets
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings

from cases.models import Case
from tests.support import services
from tests.support.build import a_place, posted, signed_in, who
from tests.support.reporter import URL, act, come_back, receipt_of, send, state_of, to_summary
from tests.support.wait import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def _forms(word: str) -> list[bytes]:
    plain = word.encode()
    shifted = [base64.b64encode(b"x" * pad + plain)[4 : 4 + 4 * (len(plain) // 3 - 1)] for pad in range(3)]
    return [plain, plain.hex().encode(), word.encode("utf-16-le"), *shifted]


def _stored() -> dict[str, bytes]:
    """Everything that is kept: the whole database, and every file under the folders of this run."""
    found = {}
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        for path in name.parent.glob(name.name + "*"):
            found[path.name] = path.read_bytes()
    else:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 names of our own tables
                found[table] = "\n".join(row[0] for row in cursor.fetchall()).encode()
    return found


def test_a_canary_word_is_found_nowhere(caplog, worker_env, tmp_path):
    canary = "kanarie" + secrets.token_hex(12)
    a_place()
    client = Client()
    caplog.set_level(logging.DEBUG)
    before = {path for path in Path("/tmp").glob("*") if path.is_file()}  # noqa: S108
    with override_settings(REDIS_URL=settings.REDIS_URL):
        answers = {
            "account": f"Verhaal {canary}",
            "perpetrator_name": canary,
            "subject_name": canary,
            "name": canary,
            "contact": canary,
            "files": SimpleUploadedFile(f"{canary}.txt", f"Bijlage {canary}".encode()),
            "messages": f"haat {canary}\n\nmeer haat {canary}",
            "keep_original": "1",
        }
        page = to_summary(client, **answers)
        assert canary in page.content.decode()
        done = send(client, page)
        assert done.status_code == 200
        act(client, come_back(client, receipt_of(done)), "message", text=f"Bericht {canary}")
    page = client.post(URL, {"kind": "aggression"})
    client.post(URL, {"state": state_of(page), "step": "what", "kind": "aggression", "account": canary})
    loop = services.work_loop(worker_env)
    until(lambda: Case.objects.exists())
    case = Case.objects.get()
    officer = signed_in(who(case.id, "case_officer").person)
    assert canary in officer.get(f"/werkplek/zaak/{case.id}/melding/").content.decode()
    assert canary in officer.get(f"/werkplek/zaak/{case.id}/bewijs/").content.decode()
    assert canary.encode() in officer.get(f"/werkplek/zaak/{case.id}/bewijs/1/").content
    added = {"files": SimpleUploadedFile(f"{canary}.txt", f"Bestand {canary}".encode()), "title": f"Titel {canary}"}
    added |= {"kind": "minutes", "received_on": "2026-01-05", "token": uuid4()}
    assert officer.post(f"/werkplek/zaak/{case.id}/bestanden/nieuw/", added).status_code == 302
    assert officer.post(f"/werkplek/zaak/{case.id}/bestanden/1/", {"what": "send"}).status_code == 302
    assert canary.encode() in officer.get(f"/werkplek/zaak/{case.id}/bestanden/1/opslaan/").content
    officer.post(f"/werkplek/zaak/{case.id}/berichten/", {"text": f"Antwoord {canary}", "token": uuid4()})
    answer = officer.post(
        f"/werkplek/zaak/{case.id}/besluit/acknowledge/",
        posted(case, "acknowledge", reason=f"Reden {canary}", message=f"Wij lazen uw melding: {canary}."),
    )
    assert answer.status_code == 302
    log = loop.log.read_bytes()
    loop.stop()
    places = {**_stored(), "log": caplog.text.encode(), "worker log": log}
    places |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    places |= {
        str(path): path.read_bytes() for path in Path(os.environ["WEERBAAR_VAR_DIR"]).rglob("*") if path.is_file()
    }
    places |= {str(path): path.read_bytes() for path in Path("/tmp").glob("*") if path.is_file() and path not in before}  # noqa: S108
    if settings.REDIS_URL:
        port = settings.REDIS_URL.rsplit(":", 1)[1].split("/")[0]
        keys = subprocess.run(["redis-cli", "-p", port, "--scan"], capture_output=True, check=True).stdout
        places["redis"] = keys + b"".join(
            subprocess.run(["redis-cli", "-p", port, "DUMP", key], capture_output=True, check=True).stdout
            for key in keys.decode().split()
        )
    assert len(places) > 3
    leaks = [name for name, content in places.items() for form in _forms(canary) if form in content]
    assert leaks == []


def test_no_address_of_a_network_is_kept(place_for_address, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client(
        REMOTE_ADDR="203.0.113.77", headers={"X-Forwarded-For": "203.0.113.77", "User-Agent": "Kanarie/1.0"}
    )
    assert send(client, to_summary(client)).status_code == 200
    places = {**_stored(), "log": caplog.text.encode()}
    assert [name for name, content in places.items() if b"203.0.113.77" in content or b"Kanarie/1.0" in content] == []


@pytest.fixture
def place_for_address(transactional_db):
    return a_place()


def test_an_error_writes_no_value_to_the_log(transactional_db, caplog, monkeypatch, capsys):
    """An exception in the middle of a form says where, never what."""
    from reporting.form import sending

    a_place()
    client = Client(raise_request_exception=False)
    page = to_summary(client)

    def fails(*_args, **_kwargs):
        raise RuntimeError("kanarie-in-de-fout")

    monkeypatch.setattr(sending, "submit", fails)
    answer = send(client, page)
    assert answer.status_code == 500
    assert "U deed niets verkeerd" in answer.content.decode()
    assert "kanarie-in-de-fout" not in capsys.readouterr().err
