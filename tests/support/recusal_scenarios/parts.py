"""What the promises of recusal look at and whom they let come: parts in a case, who is out, a mailbox, a newcomer."""

from dataclasses import replace

from cases.models import Case, CaseUserObjectPermission
from organisations.access.bars import is_barred
from organisations.access.policy import Actor
from organisations.models import Assignment, Person
from reporting.mailbox import mailbox
from reporting.models import Report
from tests.support.histories.world import World
from vault.compartments import readers

WHY = "Dit is met elkaar besproken."


def part_of(case: Case, relation: str) -> Actor:
    row = Assignment.objects.select_related("person", "organisation").get(case=case.id, relation=relation, ended=False)
    return Actor.at(row.person, row.organisation)


def row_of(case: Case, person: Person) -> Assignment:
    return Assignment.objects.get(case=case.id, person=person, ended=False)


def must_be_out(case: Case | Report, person: Person) -> None:
    """Barred, and without a part, a key or a permission."""
    ident = case.id if isinstance(case, Case) else case.case
    assert is_barred(ident, person.id)
    assert not Assignment.objects.running().filter(case=ident, person=person).exists()
    assert person.id not in readers(ident)
    assert not CaseUserObjectPermission.objects.filter(content_object=ident, user=person).exists()


def box_of(receipt: str) -> mailbox.Mailbox:
    box = mailbox.open_mailbox(receipt)
    assert box
    return box


def a_newcomer(world: World) -> Person:
    parts = replace(world["Wijk"].parts, given_names="Sanne", initials="S.", prefix="", surname="Terpstra")
    return Person.objects.create_person(parts, "sanne@stad.demo")
