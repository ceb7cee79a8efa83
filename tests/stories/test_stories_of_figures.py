"""The stories of who reads the figures: the ministry with a script, and a journalist who looks for one person."""

import hashlib
import io
import json
import subprocess
import sys
import urllib.request
import zipfile

import numpy as np
import pytest
from django.test import Client

from monitor.disclosure.prove import attack_on
from monitor.disclosure.system import system_of
from monitor.editions.prior import values_of
from monitor.models import Edition
from monitor.rules.catalogue import as_cell
from tests.support.figures.attacks import Attacker
from tests.support.figures.editions import the_editions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]


def test_s16_the_ministry_pulls_the_year_by_a_script_and_repeats_the_proof(live_server, tmp_path):
    the_editions()
    api = f"{live_server.url}/api/v1/editions/2025"

    def pull(address: str) -> bytes:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 our own server
            return answer.read()

    edition = json.loads(pull(api))
    assert len(edition["tables"]) == 20
    for table in edition["tables"]:
        content = pull(f"{api}/tables/{table}?format=csv")
        assert hashlib.sha256(content).hexdigest() == edition["manifest"][f"tables/{table}.csv"]
    archive = pull(f"{api}/archive")
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        assert json.loads(packed.read("manifest.json"))["files"] == edition["manifest"]
        assert json.loads(packed.read("audit.json")) == json.loads(pull(f"{api}/audit"))
    (tmp_path / "2025.zip").write_bytes(archive)
    (tmp_path / "verify_edition.pyz").write_bytes(pull(f"{live_server.url}/monitor/verify_edition.pyz"))
    command = [sys.executable, "verify_edition.pyz", "2025.zip", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert json.loads(done.stdout) == {"edition": "2025", "result": "safe", "faults": []}
    assert done.returncode == 0


def test_s17_a_journalist_finds_no_mayor_of_a_small_province():
    """All tables of two years, turned and compared; then a program over all of them at once."""
    the_editions()
    client = Client()
    for address in (
        "/monitor/2025/T2/?naast=2024&open=group.office_holder",
        "/monitor/2025/T14/?rij=province&kolom=group&kind=aggression&naast=2024",
    ):
        assert client.get(address).status_code == 200
    words = client.get("/monitor/methode/").content.decode()
    assert "minder dan vijf" in words
    system = system_of("reports", False)
    values = values_of(Edition.objects.get(id="2025"))["reports"]
    attacker = Attacker(attack_on(system, np.array([values.get(one, 0) for one in system.cells])))
    for wanted in (
        {"kind": "aggression", "group": "mayor"},
        {"kind": "aggression", "group": "mayor", "aggression_form": "stalking"},
        {"kind": "integrity", "group": "mayor"},
        {"kind": "aggression", "group": "kings_commissioner"},
        *({"kind": kind, "province": "PV29", "group": "office_holder"} for kind in ("aggression", "integrity")),
        {"kind": "pressure", "province": "PV24"},
    ):
        assert attacker.range(system.index[as_cell(wanted)]).others >= 5, wanted
