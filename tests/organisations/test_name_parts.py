"""Names in parts: how they are shown, and what is suggested for a name of which only the display name is known."""

import importlib
from dataclasses import astuple, fields

import pytest
from django.apps import apps

from organisations.models import Person
from organisations.name_parts import MOST_LETTERS, NOTHING, NameParts, display_name, guessed_parts, prefix_apart

SHOWN = {
    "Kees Bos": NameParts("K.", "Kees", surname="Bos"),
    "Kees Vos": NameParts("C.J.", "Kees, Cornelis Johannes", surname="Vos"),
    "Jan Willem de Boer": NameParts("J.W.", "Jan Willem", "de", "Boer"),
    "Anna de Vries-Bakker": NameParts("A.", "Anna", "de", "Vries", "", "Bakker"),
    "Anna Smits-van den Heuvel": NameParts("A.", "Anna", "", "Smits", "van den", "Heuvel"),
    "P. van den Berg": NameParts("P.", "", "van den", "Berg"),
    "Wei": NameParts(surname="Wei"),
}
GUESSED = {
    "Kees Bos": NameParts("", "Kees", surname="Bos"),
    "Jansen, P.": NameParts("P.", surname="Jansen"),
    "P. Jansen (HR)": NameParts("P.", surname="Jansen"),
    "P. (Pieter) Jansen": NameParts("P.", "Pieter", surname="Jansen"),
    "Pieter (Piet) Jansen": NameParts("", "Piet, Pieter", surname="Jansen"),
    "Pieter Jan (Piet) de Vries": NameParts("", "Piet, Pieter Jan", "de", "Vries"),
    "Jansen, P. (Piet)": NameParts("P.", "Piet", surname="Jansen"),
    "Kees Bos (Financiën)": NameParts("", "Kees", surname="Bos"),
    "P. (HR) Jansen": NameParts("P.", surname="Jansen"),
    "mr. P. Jansen MA": NameParts("P.", surname="Jansen"),
    "Anna de Vries-Bakker": NameParts("", "Anna", "de", "Vries", "", "Bakker"),
    "Anna de Vries-van den Berg": NameParts("", "Anna", "de", "Vries", "van den", "Berg"),
    "Vries-Bakker, A. de": NameParts("A.", "", "de", "Vries", "", "Bakker"),
    "dr. ir. A.B. van 't Hof": NameParts("A.B.", "", "van 't", "Hof"),
    "Berg, P.J. van den": NameParts("P.J.", "", "van den", "Berg"),
    "Jan v.d. Berg": NameParts("", "Jan", "van de", "Berg"),
    "Fatima el Amrani": NameParts("", "Fatima", "el", "Amrani"),
    "Fatima El-Amrani": NameParts("", "Fatima", "el", "Amrani"),
    "Ünal Yıldız": NameParts("", "Ünal", surname="Yıldız"),
}
NOT_GUESSED = [
    "P. Jansen (Piet)",  # "Piet" may be how they are called, and is in no part
    "Li Wei",  # the surname may stand in front
    "Maria Garcia Lopez",
    "A. Jansen Venneboer",
    "De Vries",
    "Jansen",
    "Burgemeester",
    "Officer 2",
    "Robin Vermelder, HR",
    "Kees van den",
    "Anna de Vries-Bakker-Smit",
    "Kees " + "B" * 61,
    ", -",
    "",
]


@pytest.mark.parametrize("shown", SHOWN)
def test_a_name_is_shown_as_people_say_it(shown):
    assert display_name(SHOWN[shown]) == shown


@pytest.mark.parametrize("name", GUESSED)
def test_the_parts_of_a_plain_name_are_suggested(name):
    assert guessed_parts(name) == GUESSED[name]


@pytest.mark.parametrize("name", NOT_GUESSED)
def test_nothing_is_suggested_where_it_cannot_be_seen(name):
    assert guessed_parts(name) == NOTHING


def test_a_suggestion_fits_into_the_fields_of_a_person():
    names = [part.name for part in fields(NameParts)]
    assert tuple(Person._meta.get_field(name).max_length for name in names) == MOST_LETTERS


@pytest.mark.parametrize(
    ("surname", "apart"),
    [
        ("van den Berg", ("van den", "Berg")),
        ("Van der Linden", ("Van der", "Linden")),
        ("Bos", ("", "Bos")),
        ("de", ("", "de")),
        ("Jansen Venneboer", ("", "Jansen Venneboer")),
        ("", ("", "")),
    ],
)
def test_the_prefix_of_a_surname_is_taken_apart(surname, apart):
    assert prefix_apart(surname) == apart


@pytest.mark.django_db
def test_a_display_name_alone_leaves_parts_that_nobody_checked():
    person = Person.objects.create_person("Jansen, P.")
    person.refresh_from_db()
    assert (person.name, person.parts, person.names_checked) == ("Jansen, P.", GUESSED["Jansen, P."], False)
    unclear = Person.objects.create_person("Li Wei")
    assert (unclear.name, unclear.parts, unclear.names_checked) == ("Li Wei", NOTHING, False)


@pytest.mark.django_db
def test_whoever_is_created_with_parts_is_checked_and_shown_by_them():
    person = Person.objects.create_person(SHOWN["P. van den Berg"])
    person.refresh_from_db()
    assert (person.name, person.parts, person.names_checked) == ("P. van den Berg", SHOWN["P. van den Berg"], True)


@pytest.mark.django_db
def test_who_was_there_before_gets_parts_as_a_suggestion_only():
    names = [*GUESSED, "Li Wei", "Officer 2"]
    before = Person.objects.bulk_create(Person(name=name) for name in names)
    checked = Person.objects.create_person(NameParts("P.", surname="Pieters"))
    migration = importlib.import_module("organisations.migrations.0003_suggested_name_parts")
    migration.suggest(apps, None)
    for person in before:
        person.refresh_from_db()
        assert astuple(person.parts) == astuple(GUESSED.get(person.name, NOTHING)), person.name
        assert not person.names_checked
    assert [person.name for person in before] == names, "how a name is shown does not change"
    checked.refresh_from_db()
    assert (checked.parts, checked.names_checked) == (NameParts("P.", surname="Pieters"), True)
