"""Evidence of a report: a store of files for one test, and the form filled in up to it."""

import io
from pathlib import Path

from django.conf import settings as django_settings
from django.test import Client
from PIL import Image

from cases.deciding.opening import open_case
from reporting.models import Report
from tests.support.build import ACCOUNT
from tests.support.reporter import URL, fill_in, press, receipt_of, send, state_of, words_of

SEED = b"KANARIE-CAMERA-7731"


def evidence_store(tmp_path: Path, settings) -> Path:
    """Files of this test are kept here and nowhere else."""
    settings.STORAGES = {
        **django_settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "evidence")},
        },
    }
    return tmp_path / "evidence"


def a_photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", comment=SEED)
    return out.getvalue()


def to_evidence(client: Client, **answers):
    """The page that takes evidence and nothing else."""
    page = client.post(URL, {"kind": "aggression"})
    given = {"aggression_form": "threat", "account": ACCOUNT, "danger": "safe", "known_as": "named", "name": "Robin V."}
    given |= answers
    page = press(client, fill_in(client, page, **given), "edit:evidence")
    assert "Hebt u bewijs?" in words_of(page)
    return page


def add(client: Client, page, action: str = "add", **fields):
    sent = {"state": state_of(page), "step": "evidence", "kind": "aggression", "action": action}
    return client.post(URL, sent | fields)


def sent_with(client: Client, page):
    done = send(client, add(client, page, "next"))
    assert "Uw melding is binnen" in words_of(done)
    return open_case(Report.objects.get()), receipt_of(done)


def a_storm() -> str:
    """S6: 140 messages in a night, 22 of them again, 3 with her address."""
    rows = ["datum;afzender;bericht"]
    for number in range(118):
        address = " Kom maar naar Dorpsstraat 12, 1234 AB" if number < 3 else ""
        rows.append(
            f"2026-11-20 23:{number % 60:02};@account{number};Wij weten je te vinden, nummer {number}!{address}"
        )
    rows += [
        f"2026-11-21 01:{number:02};@ander{number};wij weten je te vinden  nummer {number + 40}" for number in range(22)
    ]
    return "\n".join(rows)
