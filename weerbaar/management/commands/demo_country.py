import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.keyring.master import KeyState, WrongMasterKey, create_master_key, key_state
from weerbaar.demo.country import build_country, is_built, password, sign_ins
from weerbaar.demo.reporters import receipt


class Command(BaseCommand):
    help = "Build the demo country: organisations, invented people, cases in all phases, editions. Demo mode only."
    requires_system_checks = ()  # `migrate`, just before it, has made them

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("the demo country is for demo mode only: set WEERBAAR_MODE=demo")
        state = key_state()
        if state is KeyState.UNREADABLE and not settings.MASTER_KEY_FILE.exists():
            try:
                create_master_key(settings.MASTER_KEY_FILE)
            except WrongMasterKey:
                raise CommandError("the master key of this demo is gone; start over: ./weer demo --fresh") from None
        elif state is not KeyState.RIGHT:
            raise CommandError("this is not the master key of this demo; start over: ./weer demo --fresh")
        if is_built():
            self.stdout.write("the demo country is there already")
        else:
            start = time.monotonic()
            build_country(lambda words: self.stdout.write(f"  {words}"))
            self.stdout.write(f"demo country built in {time.monotonic() - start:.0f} s")
        self.stdout.write(f"\nSign in at /inloggen/ with the password  {password()}")
        for what, address in sign_ins():
            self.stdout.write(f"  {address:<52} {what}")
        self.stdout.write(f"\nA reporter's way back, at /terug/:  {receipt()}")
