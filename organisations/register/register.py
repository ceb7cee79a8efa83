"""The register: every municipality, province and water authority, from data/register.csv."""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from organisations.codes import code_list
from organisations.models import Organisation

FILE = Path(__file__).parent / "data" / "register.csv"


class BadRegister(ValueError):
    """A line of the register file that cannot be right; nothing was loaded."""


@dataclass(frozen=True)
class Loaded:
    added: int
    changed: int


@transaction.atomic
def load_register(path: Path = FILE) -> Loaded:
    """Add what is new, correct names and codes of what is there. Size classes that an administrator set stay."""
    added = changed = 0
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            _check(row, f"{path.name}, line {number}")
            organisation = known.get(row["slug"])
            if organisation is None:
                Organisation.objects.create(**row)
                added += 1
                continue
            facts = {key: row[key] for key in ("code", "kind", "name", "province")}
            facts["size_class"] = organisation.size_class or row["size_class"]
            if any(getattr(organisation, key) != value for key, value in facts.items()):
                for key, value in facts.items():
                    setattr(organisation, key, value)
                organisation.save(update_fields=list(facts))
                changed += 1
    return Loaded(added, changed)


def _check(row: dict[str, str], where: str) -> None:
    for key, list_id in (("kind", "organisation_kind"), ("province", "province"), ("size_class", "size_class")):
        if row[key] and row[key] not in code_list(list_id):
            raise BadRegister(f"{where}: {row[key]!r} is not a {list_id}")
    if not row["name"] or not row["slug"]:
        raise BadRegister(f"{where}: name and slug are needed")
