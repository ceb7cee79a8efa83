"""The administrator's pages for the names of the people at work."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from organisations.models import FormerName, Person, Role
from organisations.name_parts import NameParts
from organisations.people import naming
from organisations.people.appointments import appoint, take_office
from tests.support.build import BACKEND
from tests.support.pages import in_one_line
from tests.support.reporter import words_of
from vault.ledger import entries

pytestmark = pytest.mark.django_db
PAGE = "/beheer/namen/"
KNOWN = {
    "given_names": "Anna, Johanna",
    "initials": "A.J.",
    "prefix": "de",
    "surname": "Vries",
    "second_surname": "Bakker",
    "former_surnames": "Smalbrug\r\n\r\nvan der  Weele",
}


@pytest.fixture
def admin(place):
    return place.client("administrator")


@pytest.fixture
def newcomer(place):
    person = Person.objects.create_person("A. de Vries (HR)")
    take_office(person, place.organisation, "council_member", since=date(2024, 1, 1))
    return person


def _url(person) -> str:
    return f"{PAGE}{person.id}/"


def _seen(page) -> str:
    return re.search(r'name="seen"\s+value="(\w+)"', page.content.decode())[1]


def _save(client, person, page=None, **fields):
    page = page or client.get(_url(person))
    return client.post(_url(person), {**KNOWN, "seen": _seen(page), **fields}, follow=True)


def _agree(client, person, page=None):
    page = page or client.get(f"{_url(person)}instemmen/")
    shown = re.search(r'name="shown"\s+value="(\w+)"', page.content.decode())[1]
    return client.post(f"{_url(person)}instemmen/", {"sure": "1", "shown": shown})


def _names(page) -> list[str]:
    """The names in the list, from top to bottom."""
    return re.findall(r'href="/beheer/namen/[0-9a-f-]{36}/"\s*>([^<]+)</a', page.content.decode())


@pytest.mark.both
def test_a_name_that_nobody_checked_comes_first_and_is_checked(place, admin, newcomer):
    assert PAGE in admin.get("/beheer/").content.decode()
    page = admin.get(PAGE)
    assert _names(page)[0] == "A. de Vries (HR)"
    assert "De naam van één persoon is nog niet nagekeken." in words_of(page)
    form = in_one_line(admin.get(_url(newcomer)).content.decode())
    assert re.search(r'name="initials"[^>]* value="A\."|value="A\."[^>]* name="initials"', form), (
        "the guess is filled in"
    )
    page = _save(admin, newcomer, given_names="", initials="A.", second_surname="", former_surnames="")
    assert "De naam is bewaard als nagekeken." in words_of(page)
    assert "Alle namen zijn nagekeken." in words_of(page)
    _save(admin, newcomer)
    newcomer.refresh_from_db()
    assert newcomer.given_names == "", "more words are known by two people"
    _agree(place.client("mayor"), newcomer)
    newcomer.refresh_from_db()
    assert newcomer.names_checked
    assert newcomer.name == "Anna de Vries-Bakker"
    assert newcomer.parts == NameParts("A.J.", "Anna, Johanna", "de", "Vries", "", "Bakker")
    assert naming.former_names_of(newcomer) == [("", "Smalbrug"), ("van der", "Weele")]
    assert "Smalbrug\nvan der Weele" in admin.get(_url(newcomer)).content.decode()


def test_the_ledger_says_whose_name_was_checked_and_by_whom_and_no_name(place, admin, newcomer):
    _save(admin, newcomer)
    _agree(place.client("mayor"), newcomer)
    (asked,) = [entry for entry in entries(place.organisation.id) if entry.action == "name.asked"]
    assert asked.actor == place["administrator"].id
    (entry,) = [entry for entry in entries(place.organisation.id) if entry.action == "name.checked"]
    assert entry.actor == place["mayor"].id
    assert entry.detail == {"person": str(newcomer.id)}


def test_where_all_names_are_checked_the_page_says_so(place, admin):
    assert "Alle namen zijn nagekeken." in words_of(admin.get(PAGE))
    assert "nog niet nagekeken" not in words_of(admin.get(PAGE))


@pytest.mark.parametrize(
    ("sought", "found"),
    [("el amrani", []), ("Oztürk", ["Małgorzata Öztürk"]), ("de vries", ["Karim de Vries-Bakker"]), ("  ", None)],
)
def test_a_name_is_found_without_its_accents(place, admin, sought, found):
    page = admin.get(PAGE, {"zoek": sought})
    everybody = {person.name for people in place.people.values() for person in people}
    assert {name.partition(" (")[0] for name in _names(page)} == (everybody if found is None else set(found))
    if found == []:
        assert "In 0 namen of mailadressen staat ‘el amrani’" in words_of(page)


def test_who_left_more_than_four_years_ago_is_not_listed(place, admin):
    today = timezone.localdate()
    for name, left in (("Nog Bekend", 1460), ("Lang Weg", 1462)):
        person = Person.objects.create_person(name)
        take_office(
            person,
            place.organisation,
            "alderman",
            since=today - timedelta(days=3000),
            until=today - timedelta(days=left),
        )
    names = _names(admin.get(PAGE))
    assert "Nog Bekend" in names
    assert "Lang Weg" not in names


def test_many_names_are_on_several_pages_and_a_search_goes_along(place, admin):
    for number in range(60):
        person = Person.objects.create_person(f"Vele {'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}")
        take_office(person, place.organisation, "council_member", since=date(2024, 1, 1))
    page = admin.get(PAGE, {"zoek": "vele"})
    assert len(_names(page)) == 50
    assert "?page=2&amp;zoek=vele" in page.content.decode()
    assert len(_names(admin.get(PAGE, {"zoek": "vele", "page": 2}))) == 10


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"surname": " - "}, "Vul de achternaam in."),
        ({"surname": ""}, "Vul de achternaam in."),
        ({"second_prefix": "van", "second_surname": ""}, "Vul de tweede achternaam in"),
        ({"former_surnames": "Smalbrug\n..."}, "‘...’ is geen achternaam."),
        ({"given_names": "A" * 80, "surname": "B" * 60}, "De hele naam is langer dan 120 tekens."),
    ],
)
def test_what_is_no_name_is_told_and_nothing_is_saved(admin, newcomer, fields, words):
    page = _save(admin, newcomer, **fields)
    assert page.status_code == 422
    assert words in words_of(page)
    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.names_checked) == ("A. de Vries (HR)", False)
    assert not FormerName.objects.exists()


def test_a_prefix_that_was_typed_with_the_surname_is_taken_apart(place, admin, newcomer):
    _save(admin, newcomer, prefix="", surname="van den Berg", second_surname="de Vries")
    _agree(place.client("mayor"), newcomer)
    newcomer.refresh_from_db()
    assert newcomer.parts == NameParts("A.J.", "Anna, Johanna", "van den", "Berg", "de", "Vries")


def test_a_surname_that_was_checked_stays_as_a_former_one_until_two_people_take_it_away(place, admin, newcomer):
    mayor = place.client("mayor")
    for changed in ({}, {"surname": "Smalbrug", "prefix": "", "second_surname": ""}):
        _save(admin, newcomer, former_surnames="", **changed)
        assert _agree(mayor, newcomer).status_code == 200
    assert naming.former_names_of(newcomer) == [("", "Bakker"), ("de", "Vries")]
    _save(admin, newcomer, surname="Smalbrug", prefix="", second_surname="", former_surnames="de Vries")
    assert naming.former_names_of(newcomer) == [("", "Bakker"), ("de", "Vries")]
    assert _agree(mayor, newcomer).status_code == 200
    assert naming.former_names_of(newcomer) == [("de", "Vries")]


def test_of_a_suggestion_nothing_stays(place, admin, newcomer):
    _save(admin, newcomer, surname="Smalbrug", prefix="", second_surname="", former_surnames="")
    assert _agree(place.client("mayor"), newcomer).status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.surname == "Smalbrug"
    assert naming.former_names_of(newcomer) == []


def test_nobody_takes_a_surname_from_their_own_name(place, admin):
    own = place["administrator"]
    before = set(own.parts.surnames)
    assert "Dit is uw eigen naam." in words_of(admin.get(_url(own)))
    _save(admin, own, surname="Smalbrug", prefix="", second_surname="", former_surnames="")
    assert _agree(place.client("mayor"), own).status_code == 200
    assert set(naming.former_names_of(own)) == before
    _save(admin, own, surname="Smalbrug", prefix="", second_surname="", former_surnames="")
    assert set(naming.former_names_of(own)) == before


def test_a_stale_page_overwrites_nothing_and_can_be_meant(place, admin, newcomer):
    mayor, old = place.client("mayor"), admin.get(_url(newcomer))
    _save(admin, newcomer)
    _agree(mayor, newcomer)
    page = _save(admin, newcomer, old, given_names="Antje, Anna, Johanna")
    assert page.status_code == 422
    assert "Iemand heeft deze naam intussen veranderd." in words_of(page)
    newcomer.refresh_from_db()
    assert newcomer.name == "Anna de Vries-Bakker"
    _save(admin, newcomer, page, given_names="Antje, Anna, Johanna")
    _agree(mayor, newcomer)
    newcomer.refresh_from_db()
    assert newcomer.name == "Antje de Vries-Bakker"


def test_who_also_works_elsewhere_is_one_human_with_one_name(place, admin, newcomer):
    other = place.others["water_authority"]
    assert "werkt ook voor" not in words_of(admin.get(_url(newcomer)))
    take_office(newcomer, other.organisation, "water_assembly_member", since=date(2024, 1, 1))
    assert f"werkt ook voor {other.organisation}" in words_of(admin.get(_url(newcomer)))
    _save(admin, newcomer)
    _agree(place.client("mayor"), newcomer)
    assert "Anna de Vries-Bakker" in _names(other.client("administrator").get(PAGE))


def test_an_administrator_reaches_nobody_of_another_organisation(place, admin):
    stranger = place.others["water_authority"]["officer"]
    assert admin.get(_url(stranger)).status_code == 404
    assert admin.post(_url(stranger), KNOWN).status_code == 404
    assert admin.get(f"{PAGE}{uuid4()}/").status_code == 404
    assert stranger.name not in _names(admin.get(PAGE))


@pytest.mark.parametrize("role", ["officer", "mayor", "registrar", "coordinator", "auditor"])
def test_nobody_else_gets_there(place, newcomer, role):
    client = place.client(role)
    assert client.get(PAGE).status_code == 403
    assert client.get(_url(newcomer)).status_code == 403
    assert client.post(_url(newcomer), KNOWN).status_code == 403
    newcomer.refresh_from_db()
    assert not newcomer.names_checked


def test_who_is_not_signed_in_is_asked_to_and_a_forged_post_is_refused(place, newcomer):
    assert Client().get(PAGE).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place["administrator"], backend=BACKEND)
    assert strict.post(_url(newcomer), KNOWN).status_code == 403


def test_what_follows_from_another_name_begins_in_one_place(place, admin, newcomer, monkeypatch):
    """The former names are there by then, and nothing is asked of a name that was refused."""
    seen = []
    save = naming.names_changed

    def watched(person):
        save(person)
        seen.append((person.id, Person.objects.get(id=person.id).surname, naming.former_names_of(person)))

    monkeypatch.setattr(naming, "names_changed", watched)
    _save(admin, newcomer, surname="")
    assert seen == []
    _save(admin, newcomer)
    assert seen == [], "nobody agreed"
    _agree(place.client("mayor"), newcomer)
    assert seen == [(newcomer.id, "Vries", [("", "Smalbrug"), ("van der", "Weele")])]


def test_two_people_with_the_same_name_are_told_apart_by_address_and_what_they_are(place, admin):
    names = [person.name for person in place.people["council_member"]]
    same = next(name for name in names if names.count(name) == 2)
    shown = {f"{same} ({row.email})" for row in Person.objects.filter(name=same)}
    assert len(shown & set(_names(admin.get(PAGE)))) == 2
    appoint(Person.objects.filter(name=same)[0], place.organisation, "archivist")
    words = words_of(admin.get(PAGE, {"zoek": same}))
    assert "Raadslid, Archivaris" in words


def test_the_list_asks_as_many_queries_for_many_people_as_for_few(place, admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        admin.get(PAGE)


PARTS = {"given_names": "Kees, Cornelis", "initials": "C.J.", "prefix": "van den", "surname": "Berg"}


def _appoint(place, **name):
    call_command("appoint", place.organisation.slug, "officer", email="kees@example.org", **name)
    return Person.objects.get(email="kees@example.org")


def test_the_command_takes_a_name_in_parts(place, capsys):
    person = _appoint(place, **PARTS)
    assert (person.name, person.names_checked) == ("Kees van den Berg", True)
    assert person.parts == NameParts("C.J.", "Kees, Cornelis", "van den", "Berg")
    told = capsys.readouterr().out
    assert "Kees van den Berg" in told
    assert PAGE not in told


def test_of_a_display_name_the_command_says_that_it_must_be_checked(place, capsys):
    person = _appoint(place, name="Berg, C.J. van den")
    assert (person.name, person.names_checked) == ("Berg, C.J. van den", False)
    assert person.parts == NameParts("C.J.", "", "van den", "Berg")
    assert f"the administrator does so at {PAGE}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ({}, "give --surname"),
        ({"given_names": "Kees"}, "give --surname"),
        ({"surname": "Berg"}, "give the given names or the initials too"),
        ({"surname": "-", "initials": "C."}, "give --surname"),
        ({**PARTS, "second_prefix": "de"}, "has no --second-surname"),
        ({**PARTS, "name": "Kees van den Berg"}, "not both"),
        ({"name": " . "}, "has no letters"),
    ],
)
def test_a_name_that_says_too_little_or_two_things_is_refused_with_the_reason(place, name, why):
    with pytest.raises(CommandError, match=re.escape(why)):
        _appoint(place, **name)
    assert not Person.objects.filter(email="kees@example.org").exists()


def test_who_was_there_already_gets_the_role_and_keeps_the_name(place, capsys):
    known = place["registrar"]
    call_command("appoint", place.organisation.slug, "officer", email=known.email, name="Iemand Anders")
    assert "keeps their name" in capsys.readouterr().out
    assert Role.objects.filter(person=known, code="officer").exists()
    assert Person.objects.get(id=known.id).name == known.name


# ---- another name for who can handle reports takes two people ----


@pytest.mark.parametrize(
    ("shown", "words"),
    [("Jan Bos", "is afgeleid van de naam"), ("Li Wei", "aan ‘Li Wei’ is niet te zien welk woord wat is")],
)
def test_the_page_says_whether_the_name_could_be_split(place, admin, shown, words):
    person = Person.objects.create_person(shown)
    take_office(person, place.organisation, "council_member", since=date(2024, 1, 1))
    page = words_of(admin.get(_url(person)))
    assert words in page
    assert ("is afgeleid" in page) == (shown == "Jan Bos")
    assert "Los in een tekst betekenen ze niemand" in page


def test_how_somebody_is_called_in_brackets_is_not_lost(place, admin):
    person = Person.objects.create_person("Pieter (Piet) Zoutkamp")
    take_office(person, place.organisation, "council_member", since=date(2024, 1, 1))
    assert 'value="Piet, Pieter"' in in_one_line(admin.get(_url(person)).content.decode())


def test_an_unknown_prefix_is_called_as_everywhere(admin, newcomer):
    page = _save(admin, newcomer, prefix="foo")
    assert page.status_code == 422
    assert "‘foo’ is geen tussenvoegsel dat wij kennen" in words_of(page)
    assert "voorvoegsel" not in words_of(page)
