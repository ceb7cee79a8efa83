"""The API against the public linter of the NL API Design Rules: Spectral, with the rule file of the standard."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests.support.services import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.rehearsal]
RULES = ROOT / "tests/support/design_rules"


@pytest.fixture(scope="session")
def spectral() -> Path:
    """The program, as package-lock.json pins it; installed once into the cache of the one who runs this."""
    if not shutil.which("npm"):
        (pytest.fail if os.environ.get("WEER_REQUIRE_ALL") == "1" else pytest.skip)("npm is not on this machine")
    lock = (RULES / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "weerbaar"
    folder = cache / f"spectral-{hashlib.sha256(lock).hexdigest()[:12]}"
    program = folder / "node_modules/.bin/spectral"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(RULES / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return program


def _findings(spectral: Path, document: dict, folder: Path) -> list[str]:
    described = folder / "openapi.json"
    described.write_text(json.dumps(document))
    command = [spectral, "lint", "--ruleset", RULES / "rules.yaml", "--format", "json", "--quiet", described]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode in {0, 1}, run.stderr
    return [f"{finding['code']}: {finding['message']} {finding['path']}" for finding in json.loads(run.stdout)]


def test_the_api_keeps_the_design_rules(spectral, tmp_path):
    document = Client().get("/api/v1/openapi.json").json()
    assert _findings(spectral, document, tmp_path) == []
    del document["info"]["contact"]["url"]
    assert [finding.split(": ")[0] for finding in _findings(spectral, document, tmp_path)] == [
        "nlgov:info-contact-fields-exist"
    ]
