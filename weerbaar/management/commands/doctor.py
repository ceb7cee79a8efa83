import json

from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from weerbaar.operation.doctor.checks import CHECKS
from weerbaar.operation.doctor.registry import Given, Level, findings
from weerbaar.operation.patience import patient_for

SECONDS = 10  # for one question to the database
SIGNS = {Level.FINE: "  ", Level.MEND: "! ", Level.STOPS: "!!"}


class Command(BaseCommand):
    help = (
        "Look at everything that is there, and say what to do. Exit status 1 when something must be mended. It names nobody"
        " and sends no mail unless --mail is given."
    )
    requires_system_checks = ()  # it asks them itself, and goes on

    def add_arguments(self, parser):
        parser.add_argument("--mail", metavar="ADDRESS", default="", help="send one mail to this address")
        parser.add_argument("--deep", action="store_true", help="check all invariants too, which can take minutes")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args, mail="", deep=False, json=False, **options):
        with translation.override("nl"), patient_for(0 if deep else SECONDS):
            told = []
            for check, finding in findings(CHECKS, Given(mail, deep)):
                told.append((check, finding))
                if not json:
                    self.stdout.write(f"{SIGNS[finding.level]} {check.name}: {finding.says}")
                    if finding.do:
                        self.stdout.write("     " + _("To do: %(do)s") % {"do": finding.do})
            worst = max(finding.level for _check, finding in told)
            if json:
                self.stdout.write(_as_json(told, worst))
            else:
                self.stdout.write(self._in_words(worst))
        if worst:
            raise SystemExit(1)

    def _in_words(self, worst: Level) -> str:
        return {
            Level.FINE: _("All is well."),
            Level.MEND: _("Something must be mended. Reports are kept meanwhile."),
            Level.STOPS: _("This stops reports. Mend what has two signs first."),
        }[worst]


def _as_json(told, worst: Level) -> str:
    checks = [
        {"check": check.name, "level": finding.level.name.lower(), "says": finding.says, "do": finding.do}
        for check, finding in told
    ]
    return json.dumps({"level": worst.name.lower(), "checks": checks}, ensure_ascii=False)
