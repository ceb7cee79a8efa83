"""Where the sets of a backup lie in their folder, and the label of each, which a restore believes.

    sets/NAME/label.json    what belongs to the set, with the digest of each file, under the master key
    sets/NAME/main          every table but those of the keys
    sets/NAME/files         which file of the evidence store is which file below `evidence`
    keys/NAME               the tables of the keys: neither this nor `main` alone opens a case
    evidence/AB/…           files of the evidence store, each kept once for all sets
    tombstones/…            what was destroyed (vault/tombstones.py)

Everything but the label is sealed for the offline key. Names hold a moment of the backup and digests.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from vault.keyring.keys import keyed_digest
from vault.keyring.offline import UNFINISHED, whole
from vault.sealing.primitives import same
from vault.tombstones import Head

LABEL, MAIN, FILES, KEYS = "label.json", "main", "files", "keys"
ARTEFACTS = (MAIN, FILES, KEYS)
KEYS_LAST = timedelta(days=30)  # after that nothing that was destroyed can be opened out of any set
_PIECE = 1024 * 1024


class BackupRefused(Exception):
    """A backup, restore or drill does not go on. The message says why, and what to do."""


@dataclass(frozen=True)
class Written:
    """A file of a set: SHA-256 in hexadecimal digits, and how many bytes."""

    digest: str
    size: int


@dataclass(frozen=True)
class Label:
    """What a set is. `made_at`: the moment of its snapshot, UTC. `database`: "postgresql" or "sqlite".
    `migrations`: those that its tables have, "app.name". `key`: fingerprint of the offline key."""

    name: str
    made_at: str
    version: str
    database: str
    migrations: list[str]
    key: str
    tombstones: Head
    artefacts: dict[str, Written]

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


def new_name(now: datetime) -> str:
    """A name that sorts by the moment."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{token_hex(3)}"


def path_of(folder: Path, name: str, artefact: str) -> Path:
    """Where a part of a set lies."""
    return folder / KEYS / name if artefact == KEYS else folder / "sets" / name / artefact


def names_of_sets(folder: Path) -> list[str]:
    """The sets of this folder, the oldest first. A set without a label is none."""
    return sorted(path.parent.name for path in (folder / "sets").glob(f"[0-9]*/{LABEL}"))


def write_label(path: Path, label: Label) -> bytes:
    """Write the label; returns its SHA-256."""
    content = json.dumps(asdict(label), sort_keys=True).encode()
    sealed = json.dumps({"label": content.decode(), "seal": _seal(content).hex()}).encode()
    with whole(path) as target:
        target.write(sealed)
    return hashlib.sha256(sealed).digest()


def read_label(folder: Path, name: str) -> Label:
    """The label of a set. Raises :class:`BackupRefused` where the master key here is not that of the set."""
    try:
        outer = json.loads(path_of(folder, name, LABEL).read_bytes())
        content, seal = outer["label"].encode(), bytes.fromhex(outer["seal"])
        parts = json.loads(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BackupRefused(
            f"The label of set {name} is missing or damaged. Fetch the set from another copy."
        ) from None
    if not same(seal, _seal(content)):
        raise BackupRefused(
            f"Set {name} was not written with the master key that is here, or its label was changed. Put the master key of"
            " that installation in WEERBAAR_MASTER_KEY_FILE, or fetch the set from another copy."
        )
    artefacts = {kind: Written(**written) for kind, written in parts.pop("artefacts").items()}
    return Label(**{**parts, "tombstones": Head(**parts["tombstones"]), "artefacts": artefacts})


def label_digest(folder: Path, name: str) -> bytes:
    return hashlib.sha256(path_of(folder, name, LABEL).read_bytes()).digest()


def check_written(path: Path, written: Written, what: str) -> None:
    """Whether a file is there as it was written. Raises :class:`BackupRefused`."""
    if not path.is_file():
        raise BackupRefused(f"{what} is missing: {path.name}. Fetch it from another copy.")
    if digest_of(path) != written.digest:
        raise BackupRefused(f"{what} is damaged: {path.name} is not what was written. Fetch it from another copy.")


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One backup at a time writes into a folder. Raises :class:`BackupRefused`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("Another backup writes into this folder now. Wait until it is done.") from None
        yield


def clear_unfinished(folder: Path) -> None:
    """Drop what a backup left that was killed: files without their name, and keys of a set that never got its label."""
    for path in folder.rglob(f"{UNFINISHED}*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    whole_sets = set(names_of_sets(folder))
    for path in (folder / "sets").glob("*"):
        if path.name not in whole_sets:
            shutil.rmtree(path)
    for path in (folder / KEYS).glob("*"):
        if path.name not in whole_sets:
            path.unlink()


def drop_old_keys(folder: Path, now: datetime) -> list[str]:
    """Delete the key artefacts that are older than :data:`KEYS_LAST`. Returns the names of their sets."""
    old = [path for path in (folder / KEYS).glob("[0-9]*") if _made(path.name) < now - KEYS_LAST]
    for path in old:
        path.unlink()
    return sorted(path.name for path in old)


def _made(name: str) -> datetime:
    return datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def _seal(content: bytes) -> bytes:
    return keyed_digest("label of a backup", content)
