"""What is left of a case that was destroyed: a day, the ground as a code, and a keyed digest by which a restore knows it again.

Tombstones are a chain of the ledger of their own. Who has the database learns from one neither the case nor its organisation;
this installation can ask whether a case that it has at hand is among them. The list of all of them lies beside the sets of a
backup, so that a restore destroys again what an older set brings back.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from vault import ledger
from vault.events import VaultEvent
from vault.keyring.keys import keyed_digest
from vault.keyring.offline import Artefact, NoOfflineKey, open_artefact, public_key, whole
from vault.models import CaseShare, LedgerEvent, LedgerHead
from vault.sealing.primitives import PrivateKey, same
from vault.sealing.schemes import CannotOpen

CHAIN = UUID("746f6d62-7374-4f6e-a573-000000000001")
FOLDER = "tombstones"
_LIST = "list of tombstones"


@dataclass(frozen=True, order=True)
class Head:
    """How many tombstones there are, and the digest that stands for all of them (64 hexadecimal digits; none: empty)."""

    sequence: int = 0
    digest: str = ""

    @property
    def name(self) -> str:
        """The name of the list that ends here."""
        return f"{self.sequence:06}-{self.digest[:16] or 'none'}"


class AnotherHistory(Exception):
    """Two lists of tombstones begin differently: they are not of the same installation, or one was made after a restore
    without the newest list."""


def leave_tombstone(case: UUID, ground: str, today: date) -> None:
    """A case is destroyed: say so for every later restore, in the transaction that destroys it. `ground` is a code."""
    ledger.record(CHAIN, VaultEvent.TOMBSTONE, on=today, ground=ground, of=_mark(case))


def head() -> Head:
    """How far the tombstones of this database go."""
    row = LedgerHead.objects.filter(chain=CHAIN).first()
    return Head(row.sequence, bytes(row.digest).hex()) if row and row.sequence else Head()


def destroyed_among(cases: Iterable[UUID]) -> Iterator[tuple[UUID, str]]:
    """Those of these cases that have a tombstone, each with its ground."""
    grounds = {entry.detail["of"]: entry.detail["ground"] for entry in ledger.entries(CHAIN)}
    if grounds:
        yield from ((case, grounds[mark]) for case in cases if (mark := _mark(case)) in grounds)


def write_list(folder: Path, public: bytes) -> Path:
    """Write the tombstones of this database into the folder of the backups, for the offline key, under a name of their own:
    a list that goes further is never replaced. Shorter lists that this one goes on from are dropped."""
    bodies = list(_rows().values_list("body", flat=True))
    now = head()
    content = json.dumps({"bodies": [bytes(body).hex() for body in bodies]}).encode()
    path = folder / FOLDER / now.name
    with whole(path) as target:
        artefact = Artefact(target, public, _LIST)
        artefact.write(keyed_digest(_LIST, content) + content)
        artefact.close()
    known = {Head(row.sequence, bytes(row.digest).hex()).name for row in _rows()} | {Head().name}
    for other in path.parent.iterdir():
        if other.name in known and other.name < path.name:
            other.unlink()
    return path


def keep_beside_backups() -> Path:
    """Write the list where the sets of the backups lie. Raises NoOfflineKey where this machine does not know where that is,
    or has no key for it, and OSError."""
    if settings.BACKUP_DIR is None:
        raise NoOfflineKey("WEERBAAR_BACKUP_DIR does not say where backups are written to.")
    return write_list(settings.BACKUP_DIR, public_key(settings.BACKUP_KEY_FILE))


def forget_destroyed_shares() -> None:
    """Let the database forget the bytes of case shares that were deleted: without them nothing of those cases opens, whatever is
    left of it on a disk. PostgreSQL writes the small table anew, for which nobody may use it a moment, and gives up when it has to
    wait; SQLite overwrites what it deletes and empties its write-ahead log. Outside any transaction. Raises DatabaseError."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET lock_timeout = '5s'")
            cursor.execute(f"VACUUM FULL {CaseShare._meta.db_table}")
            cursor.execute("RESET lock_timeout")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def newest_list(folder: Path) -> Path | None:
    """The list in the folder of the backups that goes furthest; None where there is none."""
    lists = [path for path in (folder / FOLDER).glob("[0-9]*-*") if path.is_file()]
    return max(lists, key=lambda path: path.name, default=None)


def read_list(path: Path, private: PrivateKey) -> list[bytes]:
    """The bodies of the events of a list, in their order. Raises CannotOpen where this installation did not write it."""
    with path.open("rb") as source:
        content = b"".join(open_artefact(source, private, _LIST))
    if not same(content[:32], keyed_digest(_LIST, content[32:])):
        raise CannotOpen("this installation did not write it")
    return [bytes.fromhex(body) for body in json.loads(content[32:])["bodies"]]


def head_of(bodies: list[bytes], length: int | None = None) -> Head:
    """Where a list ends, or where it stood when it had this length."""
    taken, digest = bodies if length is None else bodies[:length], b""
    for body in taken:
        digest = ledger.chained(digest, body)
    return Head(len(taken), digest.hex())


def goes_on_from(bodies: list[bytes], earlier: Head) -> bool:
    """Whether this list holds all that stood in the earlier one."""
    return len(bodies) >= earlier.sequence and head_of(bodies, earlier.sequence) == earlier


@transaction.atomic
def take_over(bodies: list[bytes]) -> int:
    """Add what this list has more than the database. Returns how many. Raises :class:`AnotherHistory`."""
    now = head()
    if not goes_on_from(bodies, now):
        raise AnotherHistory
    if len(bodies) == now.sequence:
        return 0
    LedgerHead.objects.get_or_create(chain=CHAIN)
    digest = bytes.fromhex(now.digest)
    for sequence, body in enumerate(bodies[now.sequence :], now.sequence + 1):
        digest = ledger.chained(digest, body)
        LedgerEvent.objects.create(chain=CHAIN, sequence=sequence, body=body, digest=digest)
    LedgerHead.objects.filter(chain=CHAIN).update(sequence=len(bodies), digest=digest)
    return len(bodies) - now.sequence


def _rows():
    return LedgerEvent.objects.filter(chain=CHAIN).order_by("sequence")


def _mark(case: UUID) -> str:
    return keyed_digest("tombstone", case).hex()
