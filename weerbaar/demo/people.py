"""The people of the demo country: every function and role, in each organisation, by a fixed seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from organisations.codes import code_list
from organisations.models import Organisation, Person
from organisations.name_parts import NameParts
from organisations.people.appointments import appoint, take_office
from organisations.rule_files import read_rules

PASSWORD = "samen-weerbaar-in-de-demo"  # noqa: S105 of invented people, in demo mode only
SINCE = date(2022, 3, 30)
FUNCTIONS = {
    "municipality": {
        "mayor": 1,
        "alderman": 3,
        "registrar": 1,
        "general_secretary": 1,
        "council_member": 9,
        "group_leader": 2,
        "deputy_council_chair": 1,
        "employer_committee": 2,
        "external_adviser": 1,
        "duty_officer": 1,
    },
    "province": {
        "kings_commissioner": 1,
        "provincial_executive": 3,
        "registrar": 1,
        "general_secretary": 1,
        "provincial_member": 8,
        "deputy_ps_chair": 1,
        "integrity_contact": 2,
        "kc_cabinet": 2,
        "employer_committee": 2,
        "external_adviser": 1,
    },
    "water_authority": {
        "dike_reeve": 1,
        "water_executive": 3,
        "general_secretary": 1,
        "water_assembly_member": 8,
        "deputy_water_chair": 1,
        "external_adviser": 1,
    },
    "authority": {"ministry_desk": 3},
}
ROLES = {"coordinator": 1, "officer": 3, "confidential_adviser": 2, "administrator": 1, "archivist": 1, "auditor": 1}
AUTHORITY_ROLES = {"officer": 2, "coordinator": 1}
PUBLISHERS = {"ministerie-bzk": {"publisher": 2}}  # two, because one builds an edition and another releases it
CHAIRS = ("mayor", "kings_commissioner", "dike_reeve")


@dataclass
class Staff:
    """Who is what in one organisation: {function or role: people}."""

    organisation: Organisation
    people: dict[str, list[Person]] = field(default_factory=dict)


@cache
def organisations() -> dict:
    """All of organisations.yaml: which organisations, how many cases, names and stories."""
    return read_rules(Path(__file__).with_name("organisations.yaml"), dict[str, Any])


def surnames() -> list[NameParts]:
    """Every surname of the demo country but the shared one, without a given name."""
    book = organisations()
    return [
        *(NameParts(surname=surname) for line in book["surnames"] for surname in line),
        *(
            NameParts(prefix=prefix, surname=surname)
            for prefix, names in book["prefixed_surnames"].items()
            for surname in names
        ),
        *(NameParts(**parts) for parts in book["double_surnames"]),
    ]


def invented_names(random: Random) -> Iterator[NameParts]:
    """Names without end. Each surname once in an order of chance, then all of them again in another order."""
    while True:
        for name in random.sample(surnames(), len(surnames())):
            given = random.choice(organisations()["given_names"])
            initials = "".join(f"{word[0]}." for word in given.replace("-", " ").split())
            yield replace(name, given_names=given, initials=initials)


def _names_of_holders(code: str, count: int, names: Iterator[NameParts]) -> list[NameParts]:
    """The names of all who hold one function or role: some share a surname with others, and some are namesakes."""
    made = list(islice(names, count))
    shared = organisations()["shared_surname"]
    if code in organisations()["same_name"]:
        made[-3] = made[-2]
    if code in shared["holders"]:
        made[-1] = NameParts(made[-1].initials, made[-1].given_names, surname=shared["surname"])
    return made


def staff(organisation: Organisation, hashed: str, names: Iterator[NameParts]) -> Staff:
    """Invent the people of an organisation. All of them can sign in, with the one password of the demo."""
    group = Staff(organisation)
    domain = f"{organisation.slug}.demo"
    wanted = {
        **FUNCTIONS[organisation.kind],
        **(ROLES if organisation.kind != "authority" else AUTHORITY_ROLES),
        **PUBLISHERS.get(organisation.slug, {}),
    }
    for code, count in wanted.items():
        for index, parts in enumerate(_names_of_holders(code, count, names)):
            local = code.replace("_", "-") + (str(index + 1) if count > 1 else "")
            person = Person(email=f"{local}@{domain}", password=hashed)
            person.take_parts(parts)
            person.save()
            group.people.setdefault(code, []).append(person)
            if code in code_list("role"):
                appoint(person, organisation, code, since=SINCE)
            else:
                take_office(person, organisation, code, since=SINCE)
            if code in CHAIRS:
                appoint(person, organisation, "chair", since=SINCE)
    return group


def hashed_password() -> str:
    """One hash for everybody: hashing is slow on purpose."""
    return make_password(PASSWORD)
