import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vault.keyring.offline import Mistyped, read_printed
from vault.sealing.primitives import PrivateKey
from weerbaar.backup import unfinished
from weerbaar.backup.restoring import plan, put_back
from weerbaar.backup.sets import BackupRefused
from weerbaar.backup.verifying import KnownHead, faults, what_came_after
from weerbaar.management.commands.backup import add_folder, folder_of


class Command(BaseCommand):
    help = (
        "Put a set of a backup back on an empty machine, with the master key and the private key of the backups. It says"
        " 'restored' only after it checked everything; else the exit status is 1."
    )

    requires_system_checks = ("vault",)  # not whether a restore ended: this one may begin again

    def add_arguments(self, parser):
        add_folder(parser)
        add_private_key(parser)
        parser.add_argument("--set", default="", dest="name", help="which set; without it the newest")
        parser.add_argument("--keys", default="", metavar="SET", help="take the keys of this newer set")
        parser.add_argument(
            "--tombstones", metavar="FILE", help="the newest list, where it does not lie beside the sets"
        )
        parser.add_argument(
            "--newest-list",
            default="",
            metavar="NAME",
            help="the list that destroy_case named last: refuses to restore with one that does not go so far",
        )
        parser.add_argument(
            "--without-newest-tombstones",
            action="store_true",
            help="bring back what was destroyed since the set was made",
        )
        parser.add_argument(
            "--drop-unfinished",
            action="store_true",
            help="first take away what a restore left here that did not end; never anything else",
        )
        parser.add_argument(
            "--newest-ledger-head",
            action="append",
            default=[],
            metavar="CHAIN:SEQUENCE[:DIGEST]",
            help="a head that was written down later (verify_ledger --heads): says what is lost; can be given again",
        )

    def handle(self, *args, folder=None, private_key="", name="", keys="", tombstones=None, **options):
        folder, private = folder_of(folder), read_private_key(private_key)[1]
        try:
            known = [KnownHead.read(text) for text in options["newest_ledger_head"]]
            planned = plan(
                folder,
                private,
                name=name,
                keys=keys,
                tombstone_list=Path(tombstones) if tombstones else None,
                without_tombstones=options["without_newest_tombstones"],
                known_list=options["newest_list"],
            )
            if options["drop_unfinished"]:
                unfinished.drop()
            done = put_back(planned, [one.chain for one in known])
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        for words in what_came_after(planned, done, known, timezone.now()):
            self.stdout.write(words)
        wrong = faults(done)
        unfinished.end()
        if wrong:
            raise CommandError(
                f"set {planned.label.name} was put back, but {len(wrong)} things do not agree. Let nobody work with it before"
                " you know why:\n" + "\n".join(wrong)
            )
        self.stdout.write(
            f"restored: set {planned.label.name}, {done.rows} rows and {done.files} files; all of it agrees"
        )


def add_private_key(parser) -> None:
    parser.add_argument(
        "--private-key",
        required=True,
        metavar="FILE",
        help="the private half as create_backup_key printed it; - reads it",
    )


def read_private_key(path: str) -> tuple[str, PrivateKey]:
    """The private key as it was printed, and as a key. Raises CommandError."""
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("ascii")
        return text, read_printed(text)
    except (Mistyped, UnicodeDecodeError) as error:
        raise CommandError(f"this is not the private key as it was printed: {error}") from None
    except OSError as error:
        raise CommandError(f"the private key cannot be read: {error.strerror}") from None
