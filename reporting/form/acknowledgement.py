"""The signed acknowledgement: number, day and hash of the sealed text. The organisation's public key checks it.

Its words are signed too, so they are the same in every language.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.template.loader import render_to_string

from reporting.dialogue.progress import day_to_hear
from reporting.models import Report
from reporting.pdf import pdf
from vault.compartments import Compartment, texts
from vault.keyring.signing import is_signed, public_key, sign

PURPOSE = "acknowledgement"
FILE_NAME = "ontvangst.txt"
_SIGNATURE = "Handtekening (Ed25519): "
_HASH = "SHA-256 van de verzegelde tekst: "
_NUMBER = "Nummer: "
_HEARS = "U hoort uiterlijk: "
_EARLIER = "Deze dag wordt eerder als wij de ontvangst snel bevestigen. In het postvak staat steeds welke dag het is."


@dataclass(frozen=True)
class Checked:
    """What an acknowledgement says (as written), and whether the key made its signature. `hears` is the day before which
    the reporter was promised to hear when it was made; one that was made before version 0.10 has none."""

    is_authentic: bool
    number: str
    text_hash: str
    hears: str = ""


def acknowledgement(report: Report) -> str:
    """The text with its signature. A report gives the same text each time, until the day that it promises becomes earlier."""
    day = f"Week van: {report.received_on}" if report.is_anonymous else f"Dag: {report.received_on}"
    promised = day_to_hear(report)
    lines = [
        "Ontvangstbevestiging van Weerbaar",
        f"Organisatie: {report.organisation} {report.organisation.code}".strip(),
        f"{_NUMBER}{report.number}",
        day,
        *([f"{_HEARS}{promised.day}"] if promised else []),
        *([_EARLIER] if promised and promised.gets_earlier else []),
        f"{_HASH}{sealed_hash(report.case)}",
    ]
    signature = sign(report.organisation_id, PURPOSE, _message(lines))
    return "\n".join([*lines, _SIGNATURE + base64.b64encode(signature).decode(), ""])


def acknowledgement_pdf(report: Report) -> bytes:
    """The acknowledgement as an accessible PDF, with the text as an attachment. Raises NoPdf (reporting/pdf.py)."""
    text = acknowledgement(report)
    page = render_to_string("reporting/form/acknowledgement.html", {"report": report, "lines": text.splitlines()[1:]})
    return pdf(page, report.received_on, attachments={FILE_NAME: text.encode()})


def check_acknowledgement(text: str, public: bytes) -> Checked:
    """Check the signature of a text with a public key. Raises ValueError when the text is no acknowledgement at all."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if not lines or not lines[-1].startswith(_SIGNATURE):
        raise ValueError("no signature at the end")
    try:
        signature = base64.b64decode(lines[-1].removeprefix(_SIGNATURE), validate=True)
    except binascii.Error:
        raise ValueError("the signature cannot be read") from None
    said = {
        prefix: line.removeprefix(prefix)
        for line in lines
        for prefix in (_NUMBER, _HEARS, _HASH)
        if line.startswith(prefix)
    }
    if not {_NUMBER, _HASH} <= set(said):
        raise ValueError("number or hash is missing")
    is_authentic = is_signed(public, PURPOSE, _message(lines[:-1]), signature)
    return Checked(is_authentic, said[_NUMBER], said[_HASH], said.get(_HEARS, ""))


def sealed_hash(case: UUID) -> str:
    """SHA-256 (hex) of the sealed answers as they are stored. Anybody can compute it again without a key."""
    row = texts(case, Compartment.CONTENT, "answers").get()
    return hashlib.sha256(bytes(row.ciphertext)).hexdigest()


def key_text(organisation: UUID) -> str:
    """The organisation's public key, in base64."""
    return base64.b64encode(public_key(organisation)).decode()


def _message(lines: list[str]) -> bytes:
    return "\n".join(lines).encode()
