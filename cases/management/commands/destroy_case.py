from getpass import getpass

from django.contrib.auth import authenticate
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from cases.desk.refusals import NotAllowed, Refused
from cases.destroying.destruction import ASKED_FOR, agree_to_destruction, ask_destruction, refuse_destruction
from cases.models import Case
from organisations.access.policy import Actor
from organisations.models import Person
from vault import tombstones
from vault.keyring.offline import NoOfflineKey


class Command(BaseCommand):
    help = (
        "Destroy everything of a case that has ended, by two people: one asks, another one agrees, each with their own"
        " password. A tombstone without content stays, so that no restore brings it back."
    )

    def add_arguments(self, parser):
        parser.add_argument("number", help="of the case")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--ask", choices=[ground.value for ground in ASKED_FOR], metavar="GROUND", help="ask it")
        what.add_argument("--agree", action="store_true", help="agree as the second person: this destroys the case")
        what.add_argument("--refuse", action="store_true", help="do not agree, or take back what you asked")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who does this; asks for their password")

    def handle(self, *args, number, ask=None, agree=False, refuse=False, by="", **options):
        person = self._person(by)
        case = Case.objects.select_related("organisation").filter(number=number).first()
        try:
            if case is None:
                raise NotAllowed
            actor = Actor.at(person, case.organisation)
            if ask:
                ask_destruction(case, ask, actor=actor)
                self.stdout.write(
                    f"asked: somebody else agrees with --agree --by EMAIL; until then case {number} stays"
                )
                return
            if refuse:
                refuse_destruction(case, actor=actor)
                self.stdout.write(f"refused: case {number} stays")
                return
            self._list_can_be_written()
            agree_to_destruction(case, actor=actor)
        except NotAllowed:
            raise CommandError(f"{by} has no case {number} to destroy") from None
        except Refused as refused:
            raise CommandError(refused.message) from None
        self._write_list(number)
        if not connection.in_atomic_block:
            self._forget()

    def _person(self, email: str) -> Person:
        password = getpass(f"Password of {email}: ")
        person = authenticate(None, email=email, password=password)
        if not isinstance(person, Person):
            raise CommandError("this e-mail address and password do not belong together")
        return person

    def _list_can_be_written(self) -> None:
        """Before anything is destroyed."""
        try:
            tombstones.keep_beside_backups()
        except NoOfflineKey as missing:
            raise CommandError(f"nothing was destroyed: a restore would bring the case back. {missing}") from None
        except OSError as error:
            raise CommandError(
                f"nothing was destroyed: the list of tombstones cannot be written beside the backups ({error.strerror})"
            ) from None

    def _write_list(self, number: str) -> None:
        try:
            path = tombstones.keep_beside_backups()
        except (NoOfflineKey, OSError) as error:
            raise CommandError(
                f"case {number} is destroyed, but the list of tombstones could not be written ({error}): run backup at once,"
                " else a restore brings the case back"
            ) from None
        self.stdout.write(
            f"destroyed: case {number}. Tombstones: {path.name}. Copy that list to wherever the backups go"
        )

    def _forget(self) -> None:
        try:
            tombstones.forget_destroyed_shares()
        except DatabaseError:
            self.stderr.write(
                "the table of the case shares was in use: run VACUUM FULL vault_caseshare when it is quiet"
            )
