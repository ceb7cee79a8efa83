"""Who may never: asked before any key is wrapped, and again before anything is shown.

A recused person has no key, no task, no count and no notice of the case. What is stored is a keyed digest, so that
neither a dump of the database nor an administrator's list tells who was kept out.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from organisations.models import Function, Organisation, Person, Recusal, Role
from vault.keys import keyed_digest


@dataclass(frozen=True)
class Concerned:
    """Somebody whom a report is about: a person, or everybody who holds the function when no person was named."""

    function: str
    person: UUID | None = None


@dataclass(frozen=True)
class Circle:
    """What recusal looks at, as the reporter gave it."""

    subjects: tuple[Concerned, ...] = ()
    excluded: tuple[UUID, ...] = ()  # "not to be handled by …"
    reporter_function: str = ""  # of the reporter or the target, when they told
    reporter_name: str = ""  # as typed
    subject_names: tuple[str, ...] = ()  # of somebody concerned who is in no list, as typed


# Functions that one person holds: whoever reports as the mayor is the mayor.
SINGLE_HOLDER = {"mayor", "kings_commissioner", "dike_reeve", "registrar", "general_secretary"}


def recused_people(place: Organisation, circle: Circle, day: date) -> set[UUID]:
    """Everybody who may never handle, support or know of this report (domain.md, invariants of Appendix A)."""
    recused = set(circle.excluded)
    for subject in circle.subjects:
        recused |= {subject.person} if subject.person else _holders(place, subject.function, day)
    if circle.reporter_function in SINGLE_HOLDER:
        recused |= _holders(place, circle.reporter_function, day)
    return recused | _named(place, circle)


def recuse(case: UUID, people: Iterable[UUID]) -> None:
    """Remember who may never know of the case."""
    tokens = [Recusal(case=case, token=_token(case, person)) for person in people]
    Recusal.objects.bulk_create(tokens, ignore_conflicts=True)


def is_recused(case: UUID, person: UUID) -> bool:
    return Recusal.objects.filter(case=case, token=_token(case, person)).exists()


def cases_without(person: UUID, cases: Iterable[UUID]) -> set[UUID]:
    """Those of the cases from which the person is not recused. One query, however many cases."""
    tokens = {_token(case, person): case for case in cases}
    hidden = Recusal.objects.filter(case__in=tokens.values(), token__in=tokens.keys()).values_list("token", flat=True)
    return set(tokens.values()) - {tokens[bytes(token)] for token in hidden}


def _holders(place: Organisation, function: str, day: date) -> set[UUID]:
    held = Function.objects.on(day).filter(organisation=place, code=function)
    roles = Role.objects.on(day).filter(organisation=place, code=function)
    return set(held.values_list("person", flat=True)) | set(roles.values_list("person", flat=True))


def _named(place: Organisation, circle: Circle) -> set[UUID]:
    """People of the organisation whose name was typed. Of somebody concerned the last name is enough, when it has more
    than three letters; the reporter is known by the whole name only, since namesakes and relatives report too."""
    reporter, subjects = _plain(circle.reporter_name), [_plain(name) for name in circle.subject_names if name.strip()]
    if not (reporter or subjects):
        return set()
    people = Person.objects.filter(roles__organisation=place) | Person.objects.filter(functions__organisation=place)
    found = set()
    for person_id, name in people.distinct().values_list("id", "name"):
        plain = _plain(name)
        last = plain.split()[-1] if plain else ""
        concerned = any(plain in text or (len(last) > 3 and last in text.split()) for text in subjects)
        if concerned or (plain and plain in reporter):
            found.add(person_id)
    return found


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(one if one.isalnum() else " " for one in decomposed if not unicodedata.combining(one))
    return " ".join(letters.split())


def _token(case: UUID, person: UUID) -> bytes:
    return keyed_digest("recusal", case, person)
