"""Colleagues who did something in a case, chosen from the people who work it: whoever hears somebody is not accused by that, so
nobody is asked whether it is about them, and their name keeps nobody out. A record keeps their identifiers and no words."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from cases.models import Case
from cases.protocol.kinds.forms import RecordField
from organisations.access.bars import not_barred
from organisations.models import HANDLING, Assignment, Person
from vault.keyring.looked_up import once

BETWEEN = ","  # what is chosen, in the answer


def chosen(answer: str) -> set[str]:
    """What was chosen: of a question with one choice that one."""
    return {one.strip() for one in answer.split(BETWEEN)} - {""}


def colleagues_of(case: Case) -> list[Person]:
    """Whoever works the case now, by name."""
    parts = Assignment.objects.holding().filter(case=case.id, relation__in=HANDLING)
    people = {part.person_id: part.person for part in not_barred(case.id, parts)}
    return sorted(people.values(), key=lambda person: (person.name, person.email or ""))


def work_the_case(case: Case, people: Collection[str]) -> bool:
    """Whether each of these is the identifier of somebody who works the case, or did: a proposal is judged again later."""
    ids = _identifiers(people)
    worked = Assignment.objects.filter(case=case.id, relation__in=HANDLING, person__in=ids)
    return len(ids) == len(people) == len(set(worked.values_list("person", flat=True)))


def colleagues_in_words(asked: RecordField, answer: str) -> str:
    """The names of who was chosen, and the choices for others. What an earlier version asked as words stays as it is."""
    codes = chosen(answer)
    ids = _identifiers(codes - set(asked.choices))
    if len(ids) != len(codes - set(asked.choices)):
        return answer
    named = once(
        ("colleagues", answer), lambda: sorted(Person.objects.filter(id__in=ids).values_list("name", flat=True))
    )
    return ", ".join([*named, *(str(words) for code, words in asked.choices.items() if code in codes)])


def _identifiers(codes: Collection[str]) -> set[UUID]:
    ids = set()
    for code in codes:
        with suppress(ValueError):
            ids.add(UUID(code))
    return ids
