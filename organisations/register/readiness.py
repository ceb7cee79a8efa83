"""May an organisation take reports? Every row of the routing table must end with somebody, and names need a keeper."""

from datetime import date

from django.utils import timezone

from organisations.access.recusal import Circle, Concerned
from organisations.access.routing import NobodyLeft, Reader, Route, chain, route, rules
from organisations.access.subordination import staff_of
from organisations.models import Organisation
from organisations.people.appointments import holders

FEWEST_READERS = 2


def obstacles(organisation: Organisation) -> list[str]:
    """What stands in the way of going live, in words; empty when nothing does."""
    today = timezone.localdate()
    missing = []
    if not holders(organisation, "confidential_adviser", today):
        missing.append("nobody is confidential adviser: a confidential reporter's name would have no keeper")
    cases = []
    for function in rules().by_subject:
        held = holders(organisation, function, today)
        circle = Circle((Concerned(function, held[0].id if held else None),))
        cases.append((f"about {function}", "integrity", circle))
    cases += [("aggression", "aggression", Circle()), ("pressure", "pressure", Circle())]
    for name, kind, circle in cases:
        try:
            missing += _too_few(name, route(organisation, kind, circle, "anonymous", today), today)
        except NobodyLeft:
            missing.append(f"{name}: nobody is left to handle it")
    return missing


def _too_few(name: str, route: Route, today: date) -> list[str]:
    reading = [reader for reader in route.readers if reader.reads_content]
    if len(reading) >= FEWEST_READERS or (route.row in staff_of() and _comes_later(route, reading, today)):
        return []
    return [f"{name}: only one person at {route.handled_by} would hold a key; a second officer is needed"]


def _comes_later(route: Route, reading: list[Reader], today: date) -> bool:
    """Whether the chain has somebody more. Where it is about the head of those who handle cases, none of them reads it, and
    the second person comes from further on (cases/deciding/proposals.py)."""
    people = {reader.person.id for reader in reading}
    further = (person for at, code in chain(route.organisation, route.row) for person in holders(at, code, today))
    return any(person.id not in people for person in further)
