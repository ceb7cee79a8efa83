"""The proof of an edition, repeated from its archive alone: whole it is safe, and every change is named."""

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from monitor.disclosure.proof.archive import verify
from monitor.disclosure.proof.ed25519 import is_signed
from monitor.editions.archive import PUBLISHER, NotSafe, archive_of, canonical, catalogue_today
from monitor.editions.verifier import PROOF, catalogues, rules_version, verifier
from monitor.models import Edition
from tests.support.figures.editions import the_editions
from vault.keyring.signing import public_key

Files = dict[str, bytes]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def archive(db) -> bytes:
    the_editions()
    return archive_of(Edition.objects.get(id="2025"))


def unpacked(archive: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(files: Files) -> io.BytesIO:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return zipped


def signed(files: Files) -> io.BytesIO:
    """As a forger would: other files, with checksums and a signature that fit them."""
    content = {name: content for name, content in files.items() if name != "manifest.json"}
    listed = {name: hashlib.sha256(value).hexdigest() for name, value in content.items()}
    message = b"".join(len(part).to_bytes(4, "big") + part for part in (b"wb1", b"edition-manifest", canonical(listed)))
    key = KEY.public_key().public_bytes_raw().hex()
    manifest = {"files": listed, "publicKey": key, "signature": KEY.sign(message).hex()}
    return packed(content | {"manifest.json": json.dumps(manifest).encode()})


def table(change: Callable[[list[list[str]]], object], name: str = "tables/T2.csv") -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        rows = list(csv.reader(io.StringIO(files[name].decode(), newline="")))
        change(rows)
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        files[name] = text.getvalue().encode()

    return changed


def add(rows: list[list[str]], codes: list[str], by: int) -> None:
    row = next(row for row in rows if row[: len(codes)] == codes)
    row[-2] = str(int(row[-2]) + by)


def witness(change: Callable[[list[list[str]]], object]) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        rows = list(csv.reader(io.StringIO(gzip.decompress(files["witnesses.csv.gz"]).decode(), newline="")))
        change(rows)
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        files["witnesses.csv.gz"] = gzip.compress(text.getvalue().encode())

    return changed


def document(name: str, change: Callable[[dict], object]) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        content = json.loads(files[name])
        change(content)
        files[name] = json.dumps(content).encode()

    return changed


def other_audit(files: Files) -> None:
    files["audit.json"] = archive_audit("2024")


def archive_audit(edition: str) -> bytes:
    return unpacked(archive_of(Edition.objects.get(id=edition)))["audit.json"]


CHANGES: list[tuple[str, Callable[[Files], object], str]] = [
    ("a value up by 5", table(lambda rows: add(rows, ["threat", "alderman"], 5)), "threat"),
    ("a total up by 5", table(lambda rows: add(rows, ["_T", "_T"], 5)), "_T _T"),
    ("a value by 1", table(lambda rows: add(rows, ["threat", "alderman"], 1)), "T2.csv: threat alderman"),
    ("a row less", table(lambda rows: rows.remove(rows[7])), "is missing"),
    ("a row twice", table(lambda rows: rows.append(rows[7])), "twice"),
    ("a row of nothing", table(lambda rows: rows.append(["threat", "emperor", "2025", "5", "A"])), "emperor"),
    ("another period", table(lambda rows: rows[7].__setitem__(-3, "2024")), "2024"),
    ("not published", table(lambda rows: rows[7].__setitem__(-1, "Q")), "cannot be right"),
    ("a value with a sign", table(lambda rows: rows[7].__setitem__(-2, "+5")), "cannot be right"),
    ("a table less", lambda files: files.pop("tables/T7.csv"), "tables/T7.csv is missing"),
    ("a quarter less", lambda files: files.pop("earlier/2025-Q2/Q1.csv"), "earlier/2025-Q2/Q1.csv is missing"),
    (
        "another history",
        table(lambda rows: add(rows, ["threat", "alderman"], 500), "earlier/2024/T2.csv"),
        "earlier/2024/T2.csv is not what was published as 2024",
    ),
    (
        "a history without its manifest",
        lambda files: files.pop("earlier/2024/manifest.json"),
        "earlier/2024/manifest.json is missing",
    ),
    (
        "a manifest of nobody",
        document("earlier/2024/manifest.json", lambda manifest: manifest.update(signature="00" * 64)),
        "earlier/2024/manifest.json: the signature does not belong",
    ),
    ("an audit of another edition", other_audit, "audit.json: edition is 2024"),
    ("a better audit", document("audit.json", lambda audit: audit.update(targets=1)), "audit.json: targets is 1"),
    ("no quarters", document("edition.json", lambda facts: facts.update(restsOn=["2024"])), "does not belong here"),
    ("an edition twice", document("edition.json", lambda facts: facts["restsOn"].append("2024")), "names one twice"),
    (
        "a later edition",
        document("edition.json", lambda facts: facts["restsOn"].append("2026")),
        "cannot rest on these",
    ),
    (
        "exact numbers beside it",
        lambda files: files.update({"tables/EXACT.csv": b"3"}),
        "tables/EXACT.csv does not belong",
    ),
    ("a number in the audit", document("audit.json", lambda facts: facts.update(n=3)), "says more than an audit"),
    ("no audit", lambda files: files.pop("audit.json"), "audit.json is missing"),
    ("broken witnesses", lambda files: files.update({"witnesses.csv.gz": b"\x1f\x8b0"}), "cannot be read"),
    ("no witnesses", witness(lambda rows: rows.clear()), "is not proven"),
    ("a witness of another register", witness(lambda rows: rows[1].__setitem__(1, "9")), "witness 1"),
    (
        "an easier catalogue",
        document("catalogue.json", lambda rules: rules["links"].update(dimensions=[])),
        "catalogue.json",
    ),
    ("a wider margin", document("catalogue.json", lambda rules: rules["margins"].update(default=9)), "catalogue.json"),
    ("no catalogue", lambda files: files.pop("catalogue.json"), "cannot be read"),
    ("no JSON", lambda files: files.update({"edition.json": b"{"}), "cannot be read"),
]


def test_a_whole_archive_is_safe_and_the_same_each_time(archive):
    finding = verify(io.BytesIO(archive), catalogues=catalogues(), public_key=public_key(PUBLISHER).hex())
    assert finding.faults == []
    assert finding.targets == finding.proven > 1000
    assert finding.editions == 6
    assert archive_of(Edition.objects.get(id="2025")) == archive
    assert json.loads(unpacked(archive)["audit.json"])["result"] == "safe"


def test_each_change_is_named_even_when_it_is_signed_anew(archive):
    for what, change, named in CHANGES:
        files = unpacked(archive)
        change(files)
        finding = verify(signed(files), catalogues=catalogues())
        assert not finding.is_safe, what
        assert any(named in fault for fault in finding.faults), (what, finding.faults[:3])


def test_what_is_not_what_was_signed_is_named(archive):
    files = unpacked(archive)
    table(lambda rows: add(rows, ["threat", "alderman"], 5))(files)
    faults = verify(packed(files), catalogues=catalogues()).faults
    assert "tables/T2.csv is not what was signed: its checksum differs" in faults
    forged = verify(signed(unpacked(archive)), catalogues=catalogues(), public_key=public_key(PUBLISHER).hex())
    assert forged.faults == ["the signature does not belong to this manifest and key"]
    more = unpacked(archive) | {"note.txt": b"5"}
    faults = verify(packed(more), catalogues=catalogues()).faults
    assert faults == ["note.txt is not in the manifest", "note.txt does not belong here"]


def test_a_stored_edition_that_was_tampered_with_is_neither_served_nor_safe(archive, capsys):
    edition = Edition.objects.get(id="2025")
    stored = edition.stored.get(table="T2")
    stored.rows[5][-1] += 5
    type(stored).objects.filter(pk=stored.pk).update(rows=stored.rows)
    with pytest.raises(SystemExit) as ended:
        call_command("audit_edition", "2025")
    assert ended.value.code == 1
    assert "not safe" in capsys.readouterr().out
    with pytest.raises(NotSafe):
        archive_of(Edition.objects.get(id="2025"))


def test_anybody_can_repeat_the_proof_with_one_file_and_numpy(archive, tmp_path):
    """No Django, no solver, nothing of this project on the path."""
    (tmp_path / "2025.zip").write_bytes(archive)
    (tmp_path / "verify_edition.pyz").write_bytes(verifier())
    key = public_key(PUBLISHER).hex()
    blocked = (
        "import sys\nfor name in ('django', 'scipy', 'highspy', 'yaml', 'cryptography'): sys.modules[name] = None\n"
    )
    (tmp_path / "sitecustomize.py").write_text(blocked)

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "verify_edition.pyz", *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    done = run("2025.zip", "--key", key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("edition 2025 is safe")
    files = unpacked(archive)
    table(lambda rows: add(rows, ["threat", "alderman"], 5))(files)
    (tmp_path / "2025.zip").write_bytes(packed(files).getvalue())
    done = run("2025.zip")
    assert done.returncode == 1
    assert "tables/T2.csv is not what was signed" in done.stdout
    (tmp_path / "2025.zip").write_bytes(b"no zip")
    assert "this is no archive of an edition" in run("2025.zip").stdout


def test_the_command_repeats_it_too(archive, tmp_path, capsys):
    path = tmp_path / "2025.zip"
    path.write_bytes(archive)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_edition", path, format="json")
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["result"] == "safe"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_edition", tmp_path / "no.zip")
    call_command("verify_edition", write=tmp_path / "v.pyz")
    assert (tmp_path / "v.pyz").read_bytes() == verifier()


def test_the_catalogue_that_is_published_is_one_that_verifiers_know():
    today = hashlib.sha256(catalogue_today()).hexdigest()
    assert today in catalogues(), f"add a line with a new version to monitor/disclosure/proof/catalogues.txt: {today}"


def test_a_proof_names_the_version_of_the_catalogue_of_today():
    lines = dict(line.split() for line in (PROOF / "catalogues.txt").read_text("ascii").splitlines() if line[0] != "#")
    assert lines[rules_version()] == hashlib.sha256(catalogue_today()).hexdigest()


@given(st.binary(max_size=80), st.integers(0, 511))
def test_our_own_signature_check_agrees_with_the_library(message, bit):
    signature = bytearray(KEY.sign(message))
    public = KEY.public_key().public_bytes_raw()
    assert is_signed(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not is_signed(public, message, bytes(signature))


def test_the_program_can_be_downloaded_from_the_method_page(archive):
    client = Client()
    assert "/monitor/verify_edition.pyz" in client.get("/monitor/methode/").content.decode()
    answer = client.get("/monitor/verify_edition.pyz")
    assert answer.content == verifier()
    assert client.get("/monitor/verify_edition.pyz", headers={"If-None-Match": answer["ETag"]}).status_code == 304
