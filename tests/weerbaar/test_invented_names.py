"""The names of the demo country and of the tests: as they are in Dutch councils, so that a namesake never goes unseen."""

from collections import Counter
from random import Random

import pytest

from organisations.models import Person
from organisations.name_parts import display_name
from organisations.names import plain
from weerbaar.demo.people import invented_names, organisations, surnames
from weerbaar.demo.reporters import TELEPHONE_REPORTER


def _words(text: object) -> set[str]:
    return set(plain(str(text)).split())


def _surname_words() -> set[str]:
    """Every surname, each of a double one apart."""
    shared = organisations()["shared_surname"]["surname"]
    return {plain(surname) for name in surnames() for _prefix, surname in name.surnames} | {plain(shared)}


def test_there_are_short_doubled_and_prefixed_names_and_words():
    names = surnames()
    assert len(names) == len(set(names)) > 100
    assert sum(len(name.surname) == 3 for name in names) >= 5
    assert sum(bool(name.prefix) for name in names) > 25
    assert sum(bool(name.second_surname) for name in names) >= 5
    assert {"bos", "post", "koning", "groot"} < _surname_words()


def test_the_same_seed_gives_the_same_names():
    one, other = (invented_names(Random(7)) for _ in range(2))
    assert [next(one) for _ in range(150)] == [next(other) for _ in range(150)]


def test_no_story_of_the_demo_and_nobody_who_is_invented_beside_names_somebody_at_work():
    book = organisations()
    for told in ("stories", "dialogue", "storm", "telephone"):
        assert book[told]
        assert not _words(book[told]) & _surname_words(), told
    assert not _words(TELEPHONE_REPORTER) & _surname_words()


@pytest.mark.django_db
def test_everybody_at_a_place_has_checked_parts_that_make_the_name(place):
    everybody = list(Person.objects.all())
    assert len(everybody) > 90
    assert all(person.names_checked and display_name(person.parts) == person.name for person in everybody)


@pytest.mark.django_db
def test_in_every_organisation_two_have_the_same_name_and_more_share_a_surname(place):
    for kind, members in (
        ("municipality", "council_member"),
        ("province", "provincial_member"),
        ("water_authority", "water_assembly_member"),
    ):
        at = place.others[kind]
        people = [person for holders in at.people.values() for person in holders]
        names = Counter(person.name for person in people)
        assert [count for count in names.values() if count > 1] == [2]
        assert max(names, key=names.get) in {person.name for person in at.people[members]}
        assert {at.people[members][-1].surname, at.people["officer"][-1].surname} == {"Jansen"}
