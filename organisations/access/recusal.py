"""Who may never: asked before any key is wrapped, and again before anything is shown.

A recused person has no key, no assignment, no count and no notice of the case. What is stored is a keyed digest, so that
neither a dump of the database nor an administrator's list tells who was kept out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from organisations.models import Function, Organisation, Person, Recusal, Role
from organisations.names import plain as plain_name
from organisations.people.relations import related_people
from vault.keys import stored_digest


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
    whole_names: tuple[str, ...] = ()  # of an outsider: a namesake by the last name alone is not meant
    earlier: UUID | None = None  # the case of the report to which this one belongs


# Functions that one person holds: whoever reports as the mayor is the mayor.
SINGLE_HOLDER = {"mayor", "kings_commissioner", "dike_reeve", "registrar", "general_secretary"}


def recused_people(organisation: Organisation, circle: Circle, day: date) -> set[UUID]:
    """Everybody who may never handle, support or know of this report (docs/domain.md#recusal)."""
    recused = set(circle.excluded)
    for subject in circle.subjects:
        recused |= {subject.person} if subject.person else _holders(organisation, subject.function, day)
    if circle.reporter_function in SINGLE_HOLDER:
        recused |= _holders(organisation, circle.reporter_function, day)
    return (
        recused
        | _named(organisation, circle)
        | related_to({subject.person for subject in circle.subjects if subject.person})
    )


def barred(circle: Circle, people: Iterable[Person]) -> set[UUID]:
    """Who of these people, wherever they work, was named by the reporter, declared a relation to somebody concerned, or
    may not know of the earlier report."""
    related = related_to({subject.person for subject in circle.subjects if subject.person})
    return {
        person.id
        for person in people
        if person.id in related
        or _is_named(circle, person.name)
        or (circle.earlier and is_recused(circle.earlier, person.id))
    }


def related_to(people: set[UUID]) -> set[UUID]:
    """Who declared to be related to one of these people, or has a declaration that cannot be opened. What the people
    concerned declare does not count: they could choose their own handler with it."""
    if not people:
        return set()
    return related_people(people) - people


def recuse(case: UUID, people: Iterable[UUID]) -> None:
    """Remember who may never know of the case."""
    tokens = [Recusal(case=case, token=_token(case, person)) for person in people]
    Recusal.objects.bulk_create(tokens, ignore_conflicts=True)


def is_recused(case: UUID, person: UUID) -> bool:
    return Recusal.objects.filter(case=case, token=_token(case, person)).exists()


def recusals_of(person: UUID, cases: Collection[UUID]) -> QuerySet[Recusal]:
    """The rows that keep the person out of these cases."""
    return Recusal.objects.filter(case__in=cases, token__in=[_token(case, person) for case in cases])


def recused_among(case: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Who of these people may never know of the case, in one query."""
    tokens = {bytes(token) for token in Recusal.objects.filter(case=case).values_list("token", flat=True)}
    return {person for person in people if tokens and _token(case, person) in tokens}


def recused_from_any(cases: QuerySet, people: Iterable[UUID]) -> set[UUID]:
    """Who of these people may never know of one of the cases. One query; `cases` is a queryset of identifiers, which
    stays in the database."""
    rows = [(case, bytes(token)) for case, token in Recusal.objects.filter(case__in=cases).values_list("case", "token")]
    return {person for person in people if any(token == _token(case, person) for case, token in rows)}


def hidden_cases(person: UUID, cases: Iterable[UUID]) -> set[UUID]:
    """Those of the cases of which the person may never know. One query; a queryset of identifiers stays in the database,
    and only the cases from which anybody at all is recused are looked at."""
    rows = Recusal.objects.filter(case__in=cases).values_list("case", "token")
    return {case for case, token in rows if bytes(token) == _token(case, person)}


def _holders(organisation: Organisation, function: str, day: date) -> set[UUID]:
    held = Function.objects.on(day).filter(organisation=organisation, code=function)
    roles = Role.objects.on(day).filter(organisation=organisation, code=function)
    return set(held.values_list("person", flat=True)) | set(roles.values_list("person", flat=True))


def _named(organisation: Organisation, circle: Circle) -> set[UUID]:
    """People of the organisation whose name was typed. Of somebody concerned the last name is enough, when it has more
    than three letters; the reporter is known by the whole name only, since namesakes and relatives report too."""
    if not (circle.reporter_name.strip() or any(name.strip() for name in (*circle.subject_names, *circle.whole_names))):
        return set()
    people = Person.objects.filter(roles__organisation=organisation) | Person.objects.filter(
        functions__organisation=organisation
    )
    return {person for person, name in people.distinct().values_list("id", "name") if _is_named(circle, name)}


def _is_named(circle: Circle, name: str) -> bool:
    known = plain_name(name)
    if not known:
        return False
    last = known.split()[-1]
    texts = [plain_name(text) for text in circle.subject_names]
    by_last_name = len(last) > 3 and any({last, f"{last}s"} & set(text.split()) for text in texts)  # also "Jansens"
    whole = [*texts, *(plain_name(text) for text in circle.whole_names), plain_name(circle.reporter_name)]
    return by_last_name or any(known in text for text in whole)


def _token(case: UUID, person: UUID) -> bytes:
    return stored_digest("recusal", case, person)
