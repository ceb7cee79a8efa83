"""What somebody wants to see of the worklist, as codes in the address, and the choices that they keep."""

from collections.abc import Container, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.db import transaction

from cases.models import SavedFilter
from cases.protocol.installed import defaults, earlier
from organisations.access.policy import Actor
from organisations.codes import code_list
from organisations.people.appointments import lock_person
from vault.keyring.keys import Codes

SHOWN = ("", "today", "late", "hold", "unread", "after", "closed")
SORTED = ("", "number", "kind", "phase", "active")  # the first: by deadline
WAITS = ("case_officer", "handler", "prosecution")
MOST_SAVED = 12
MOST_LETTERS = 40


@cache
def known_phases() -> frozenset[str]:
    """The codes of every phase of a national protocol, now or in a kept version. An own protocol has no others."""
    return frozenset(phase for protocol in [*defaults().values(), *earlier().values()] for phase in protocol.phases)


@dataclass(frozen=True)
class WorklistChoice:
    """Which cases somebody wants to see, and in what order. Codes and the id of a colleague only, since the choice stands in
    the address. Empty: every open case, the first deadline on top. `sort` begins with a dash for the other way round."""

    show: str = ""
    kind: str = ""
    relation: str = ""
    phase: str = ""
    waits: str = ""
    colleague: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: Mapping) -> "WorklistChoice":
        """The choice of a query string, or of a kept choice. What is no code is left out."""
        values = {name: str(given.get(name, "")) for name in cls.__dataclass_fields__}
        known: dict[str, Container[str]] = {
            "show": SHOWN,
            "kind": code_list("kind"),
            "relation": code_list("relation"),
            "phase": known_phases(),
            "waits": WAITS,
            "sort": {*SORTED, "-", *(f"-{column}" for column in SORTED)},
        }
        values |= {name: "" for name, codes in known.items() if values[name] not in codes}
        return cls(**values | {"colleague": _id(values["colleague"])})

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def but(self, show: str) -> str:
        """The same choice with another tab, as a query string."""
        return replace(self, show=show).query

    def sorted_by(self, column: str) -> str:
        """The same choice sorted by a column, and the other way round where it is sorted by that already; as a query
        string."""
        return replace(self, sort=f"-{column}" if self.sort == column else column).query

    def direction_of(self, column: str) -> str:
        """As `aria-sort` says it; empty where another column sorts."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort, "")


def _id(given: str) -> str:
    try:
        return str(UUID(given))
    except ValueError:
        return ""


@dataclass(frozen=True)
class Saved:
    """A choice that somebody keeps, with its opened name."""

    id: UUID
    name: str
    choice: WorklistChoice


def saved_filters(actor: Actor) -> list[Saved]:
    """The choices that the actor keeps in this organisation, by name."""
    codes = Codes()
    saved = []
    for row in SavedFilter.objects.filter(person=actor.person, organisation=actor.organisation):
        given = codes.open(actor.organisation.id, bytes(row.sealed), "filter", row.id)
        saved.append(Saved(row.id, given["name"], WorklistChoice.of(given)))
    return sorted(saved, key=lambda saved: saved.name.casefold())


@transaction.atomic
def save_filter(actor: Actor, name: str, choice: WorklistChoice) -> bool:
    """Keep a choice under a name; the same name again replaces it. False when there are too many already."""
    lock_person(actor.person)  # names are sealed, so no constraint keeps two apart
    existing = next((saved for saved in saved_filters(actor) if saved.name.casefold() == name.casefold()), None)
    own = SavedFilter.objects.filter(person=actor.person, organisation=actor.organisation)
    if existing is None and own.count() >= MOST_SAVED:
        return False
    key = existing.id if existing else uuid4()
    sealed = Codes().seal(actor.organisation.id, {"name": name, **asdict(choice)}, "filter", key)
    SavedFilter.objects.update_or_create(
        id=key, defaults={"person": actor.person, "organisation": actor.organisation, "sealed": sealed}
    )
    return True


def drop_filter(actor: Actor, which: UUID) -> None:
    """Throw a kept choice of the actor away."""
    SavedFilter.objects.filter(id=which, person=actor.person, organisation=actor.organisation).delete()
