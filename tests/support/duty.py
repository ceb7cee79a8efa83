"""The stand-in of a duty roster: a fixed contact outside, whom two people agreed upon."""

from organisations.models import DutyShift, Organisation, Person


def a_contact(
    organisation: Organisation, entered_by: Person, agreed_by: Person, name: str = "Robin Achtervang", address: str = ""
) -> DutyShift:
    email = address or f"{name.split()[0].lower()}@elders.example"
    given = {"entered_by": entered_by, "agreed_by": agreed_by}
    return DutyShift.objects.create(organisation=organisation, name=name, email=email, **given)
