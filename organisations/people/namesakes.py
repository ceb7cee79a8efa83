"""How people are shown in one list: by name, and namesakes also by the address with which they sign in."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Function, Person, Role
from organisations.names import plain


def names_in_list(people: Iterable[Person]) -> dict[UUID, str]:
    """What each of these people is called, {person: words}: the name, and only of who is called as another one of the list also
    the address with which they sign in. For pages at work only: an address is never shown to a reporter. No query."""
    rows = {person.id: person for person in people}
    called = Counter(plain(person.name) for person in rows.values())
    return {one: _with_address(row) if called[plain(row.name)] > 1 else row.name for one, row in rows.items()}


def names_at_work(people: Iterable[Person], *organisations: UUID) -> dict[UUID, str]:
    """The same where whoever works for these organisations counts as a namesake too, although the page does not show them: somebody
    reads one name and may think of the other. One query."""
    rows = {person.id: person for person in people}
    if not rows:
        return {}
    day = timezone.localdate()
    held = Q()
    for model in (Role, Function):
        held |= Q(id__in=model.objects.on(day).filter(organisation__in=organisations).values("person"))
    there = {person.id: person for person in Person.objects.filter(held).only("id", "name", "email")}
    called = names_in_list((there | rows).values())
    return {one: called[one] for one in rows}


def to_choose(people: Iterable[Person]) -> list[tuple[str, str]]:
    """(identifier, words of :func:`names_in_list`) of each of these people, in their order."""
    rows = list(people)
    called = names_in_list(rows)
    return [(str(person.id), called[person.id]) for person in rows]


def _with_address(person: Person) -> str:
    return _("%(name)s (%(address)s)") % {"name": person.name, "address": person.email or _("no mail address")}
