"""What somebody who is kept out of a case still has of it, and names for people who are named in reports."""

from cases.desk.access import visible_cases
from cases.models import Case
from organisations.access.policy import Actor
from organisations.models import Assignment, Organisation, Person
from organisations.name_parts import NameParts
from organisations.people.naming import names_changed
from tests.support.build import signed_in
from vault.compartments import readers

PAGES = ("", "melding/", "toegang/")  # one for whoever follows, one for whoever reads, one with people


def called(person: Person, given: str, surname: str, prefix: str = "") -> Person:
    """The same person with a checked name."""
    person.take_parts(NameParts("", given, prefix, surname))
    names_changed(person)
    return person


def statuses(person: Person, case: Case) -> set[int]:
    """What the pages of a case answer to somebody."""
    client = signed_in(person)
    return {client.get(f"/werkplek/zaak/{case.id}/{page}").status_code for page in PAGES}


def reaches(person: Person, case: Case, organisation: Organisation) -> bool:
    """Whether the case is in somebody's worklist."""
    return visible_cases(Actor.at(person, organisation)).filter(id=case.id).exists()


def has_nothing(person: Person, case: Case, organisation: Organisation) -> bool:
    """Whether somebody has no key, no assignment and no line in the worklist."""
    has_part = Assignment.objects.running().filter(case=case.id, person=person).exists()
    return not (has_part or person.id in readers(case.id) or reaches(person, case, organisation))
