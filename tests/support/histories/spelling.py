"""How people write the names of others, in a field or in a sentence."""

from __future__ import annotations

from random import Random

from organisations.models import Person


def surnames(person: Person) -> list[tuple[str, ...]]:
    return [(person.surname,), *([(person.second_surname,)] if person.second_surname else [])]


def _plain(name: str) -> str:
    return name.translate(str.maketrans("łŁęıöüÖÜäş", "lLeiouOUas"))


def whole_name(person: Person) -> str:
    return " ".join(filter(None, (person.given_names, person.prefix, person.surname)))


def spelled(person: Person, chance: Random, *, field: bool) -> str:
    """The name of somebody as people write it: in a field, or in the middle of a sentence."""
    last = " ".join(filter(None, (person.prefix, person.surname)))
    capital = last[:1].upper() + last[1:]
    ways = [
        whole_name(person),
        f"{person.initials} {last}",
        f"{person.given_names[0]}. {last}",
        capital,
        f"de heer {capital}",
        f"mevrouw {person.surname}",
        _plain(whole_name(person)),
        _plain(capital),
        f"{whole_name(person)}'s kantoor",
    ]
    if person.second_surname:
        ways += [
            f"{last}-{person.second_surname}",
            f"{person.given_names} {person.second_surname}",
            person.second_surname,
        ]
    if "ü" in last:
        ways.append(capital.replace("ü", "ue"))
    if person.prefix:
        ways += [person.surname, "".join(word[0] + "." for word in person.prefix.split()) + " " + person.surname]
    if field:
        ways += [
            f"{person.surname}, {person.given_names[0]}.",
            last.casefold(),
            whole_name(person).upper(),
            _plain(whole_name(person)).casefold(),
            person.email,
        ]
        if len(person.surname) >= 6:
            ways.append(person.surname[:-2] + person.surname[-1])
    return chance.choice(ways)


def sentence_about(name: str, chance: Random) -> str:
    return chance.choice(
        [
            "Na de vergadering zei {} dat ik beter mijn mond kon houden.",
            "Gisteren werd het mij duidelijk dat {} geld heeft aangenomen.",
            "Wat mij is aangedaan, deed {} en niemand anders.",
        ]
    ).format(name)
