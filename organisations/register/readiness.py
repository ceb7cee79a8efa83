"""May an organisation take reports? Every row of the routing table must end with somebody, and names need a keeper."""

from django.utils import timezone

from organisations.access.recusal import Circle, Concerned
from organisations.access.routing import NobodyLeft, Route, route, rules
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
            missing += _too_few(name, route(organisation, kind, circle, "anonymous", today))
        except NobodyLeft:
            missing.append(f"{name}: nobody is left to handle it")
    return missing


def _too_few(name: str, route: Route) -> list[str]:
    reading = [reader for reader in route.readers if reader.reads_content]
    if len(reading) >= FEWEST_READERS:
        return []
    return [f"{name}: only one person at {route.handled_by} would hold a key; a second officer is needed"]
