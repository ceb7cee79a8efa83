from django.core.management.base import BaseCommand, CommandError

from organisations.register.register import BadRegister, load_register


class Command(BaseCommand):
    help = "Load the register of municipalities, provinces and water authorities. Can be run again."

    def handle(self, *args, **options):
        try:
            loaded = load_register()
        except BadRegister as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{loaded.added} organisations added, {loaded.changed} corrected")
