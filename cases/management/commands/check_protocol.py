import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from pydantic import BaseModel

from cases.administration.adoption import findings
from cases.protocol.composition import ProtocolChanges, protocol_templates
from organisations.rule_files import BadRules, read_rules


class ProtocolFile(BaseModel):
    of: str
    changes: ProtocolChanges = ProtocolChanges()


class Command(BaseCommand):
    help = "Whether a protocol is fair: a YAML file with `of` (integrity or safety) and `changes`. Exit status 1: it is not."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, file, format="text", **options):
        try:
            content = read_rules(file, ProtocolFile)
        except BadRules as error:
            raise CommandError(f"{file.name} is no protocol: {error}") from None
        base, changes = content.of, content.changes
        if base not in protocol_templates():
            raise CommandError(f"there is no protocol {base!r}; choose from {', '.join(protocol_templates())}")
        with translation.override("nl"):
            found = [{"rule": one.rule, "message": str(one.message)} for one in findings(base, changes)]
        if format == "json":
            self.stdout.write(json.dumps({"protocol": base, "fair": not found, "findings": found}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(f"{one['rule']}: {one['message']}" for one in found) or "fair")
        if found:
            raise SystemExit(1)
