"""What somebody holds, and can lose."""

from organisations.models import Function, Person, Role


def held_by(person: Person, code: str) -> Role | Function:
    return (
        Role.objects.filter(person=person, code=code).first() or Function.objects.filter(person=person, code=code).get()
    )
