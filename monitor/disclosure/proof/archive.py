"""The archive of an edition as it was downloaded: is it whole, signed, and about the catalogue that everybody knows?"""

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import IO

from .checking import ProofFinding, check
from .ed25519 import is_signed

MOST_BYTES = 200_000_000  # of the unpacked files; an edition has a few million
PURPOSE = b"edition-manifest"
SCHEME = b"wb1"


def verify(archive: Path | IO[bytes], *, catalogues: set[str], public_key: str = "") -> ProofFinding:
    """Check an edition's archive: its files, its signatures, its catalogue, its proof. It never raises: an archive that
    cannot be read has a fault.

    `catalogues`: SHA-256 in hex of the catalogues that were published with this program; an edition with a weaker
    catalogue would prove less. `public_key`: in hex, of whoever must have signed; without it the key that the archive
    names is used.
    """
    try:
        files = _unpacked(archive)
    except Exception as error:  # of any kind: an archive that cannot be opened proves nothing
        return ProofFinding(faults=[f"this is no archive of an edition: {error!r}"[:300]])
    faults = _manifest_faults(files, public_key)
    for name in sorted({"catalogue.json", *(name for name in files if name.endswith("/catalogue.json"))}):
        if hashlib.sha256(files.get(name, b"")).hexdigest() not in catalogues:
            faults.append(f"{name} is not one that this program knows: get the program of that version, or ask")
    finding = check({name: content for name, content in files.items() if name != "manifest.json"})
    faults += prior_faults(files, public_key)
    if "audit.json" not in files:
        faults.append("audit.json is missing")
    finding.faults = faults + finding.faults
    return finding


def prior_faults(files: dict[str, bytes], public_key: str = "") -> list[str]:
    """The faults of the folders earlier/…: each file must be listed in the signed manifest of its own edition."""
    faults = []
    for edition in sorted({name.split("/")[1] for name in files if re.fullmatch("earlier/[^/]+/manifest.json", name)}):
        folder = f"earlier/{edition}/"
        try:
            listed, is_ours = _manifest(files[f"{folder}manifest.json"], public_key)
        except (KeyError, ValueError, TypeError) as error:
            faults.append(f"{folder}manifest.json cannot be read: {error}")
            continue
        if not is_ours:
            faults.append(f"{folder}manifest.json: the signature does not belong to this manifest and key")
        contents = {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}
        del contents["manifest.json"]
        contents.setdefault("catalogue.json", files.get("catalogue.json", b""))
        for name, content in sorted(contents.items()):
            published = name if name == "catalogue.json" else f"tables/{name}"
            if listed.get(published) != hashlib.sha256(content).hexdigest():
                faults.append(f"{folder}{name} is not what was published as {edition}")
    return faults


def known_catalogues(text: str) -> set[str]:
    """The SHA-256 checksums of catalogues.txt, in hex. Each line is a version and a checksum; # starts a comment line."""
    return {line.split()[1] for line in text.splitlines() if line and not line.startswith("#")}


def _unpacked(archive: Path | IO[bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as packed:
        entries = packed.infolist()
        names = [entry.filename for entry in entries]
        if len(set(names)) != len(names):
            raise ValueError("a file stands in it twice")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ValueError("it is far too large")
        return {name: packed.read(name) for name in names}


def _manifest_faults(files: dict[str, bytes], public_key: str) -> list[str]:
    try:
        listed, is_ours = _manifest(files["manifest.json"], public_key)
    except (KeyError, ValueError, TypeError) as error:
        return [f"manifest.json cannot be read: {error}"]
    present = set(files) - {"manifest.json"}
    faults = [f"{name} is not in the archive" for name in sorted(set(listed) - present)]
    faults += [f"{name} is not in the manifest" for name in sorted(present - set(listed))]
    faults += [
        f"{name} is not what was signed: its checksum differs"
        for name in sorted(present & set(listed))
        if hashlib.sha256(files[name]).hexdigest() != listed[name]
    ]
    if not is_ours:
        faults.append("the signature does not belong to this manifest and key")
    return faults


def _manifest(content: bytes, public_key: str) -> tuple[dict[str, str], bool]:
    """{file: SHA-256} of a manifest, and whether its signature belongs to it: by `public_key`, or by the key that the
    manifest names."""
    manifest = json.loads(content)
    listed, key = dict(manifest["files"]), bytes.fromhex(public_key or manifest["publicKey"])
    message = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    return listed, is_signed(key, _bound(message), bytes.fromhex(manifest["signature"]))


def _bound(message: bytes) -> bytes:
    """The bytes that are signed: scheme, purpose and message, each after its length in four bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (SCHEME, PURPOSE, message))
