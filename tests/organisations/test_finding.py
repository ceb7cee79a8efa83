"""An organisation is found by whatever people call it, and one that takes no reports yet is no dead end."""

import pytest
from django.test import Client

from organisations.models import Organisation
from organisations.people.help_lines import help_lines
from organisations.register.finding import found, spoken
from organisations.register.register import load_register
from tests.support.pages import values_of
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    load_register()
    return list(Organisation.objects.reportable())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Den Haag", "'s-Gravenhage"),
        ("den bosch", "'s-Hertogenbosch"),
        ("'s hertogenbosch", "'s-Hertogenbosch"),
        ("UTRECHT", "Utrecht"),
        ("utrcht", "Utrecht"),
        ("amsterdm", "Amsterdam"),
        ("gemeente Utrecht", "Utrecht"),
        ("sudwest fryslan", "Súdwest-Fryslân"),
        ("Sneek", "Súdwest-Fryslân"),
        ("uden", "Maashorst"),
        ("Hoofddorp", "Haarlemmermeer"),
        ("delfland", "Hoogheemraadschap van Delfland"),
        ("waterschap rivierenland", "Waterschap Rivierenland"),
        ("hhnk", "Hoogheemraadschap Hollands Noorderkwartier"),
        ("bergen nh", "Bergen (NH.)"),
        ("rijn alphen", "Alphen aan den Rijn"),
        ("provincie limburg", "Limburg"),
        ("Waterschap Limburg", "Waterschap Limburg"),
        ("Hoogheemraadschap van Rijnland", "Hoogheemraadschap van Rijnland"),
    ],
)
def test_what_people_call_it_finds_it_first(register, typed, first):
    assert found(typed, register)[0].name == first


def test_a_province_and_a_municipality_of_one_name_are_both_found(register):
    assert {row.kind for row in found("utrecht", register)} >= {"municipality", "province"}


@pytest.mark.parametrize(
    ("typed", "least"), [("dam", 9), ("waterschap", 15), ("hoogheemraadschap", 5), ("burg", 8), ("veen", 3)]
)
def test_a_part_of_a_name_finds_all_that_have_it(register, typed, least):
    rows = found(typed, register)
    assert len(rows) >= least
    assert {row.name for row in register if typed in row.name.lower()} <= {row.name for row in rows}


def test_who_types_what_it_is_finds_that_first(register):
    assert found("provincie Utrecht", register)[0].kind == "province"
    assert found("gemeente Utrecht", register)[0].kind == "municipality"


@pytest.mark.parametrize("typed", ["", "  ", "qqqqqqq", "%", "-", "<>"])
def test_words_that_are_no_name_find_nothing(register, typed):
    assert found(typed, register) == []


def test_every_spoken_name_finds_an_organisation_of_the_register(register):
    slugs = {row.slug for row in register}
    assert spoken().keys() - slugs == set()
    for slug, names in spoken().items():
        for name in names:
            assert slug in {row.slug for row in found(name, register)}, name


def test_every_name_of_the_register_finds_itself_first(register):
    for row in register:
        assert row.name in {first.name for first in found(row.name, register)[:2]}, row.name


def test_the_first_page_parts_who_takes_reports_and_leads_everybody_on(register):
    Organisation.objects.filter(slug="utrecht").update(live=True)
    page = Client().get("/", {"q": "utrecht"})
    words = words_of(page)
    takes, no_reports = words.split("Nemen hier nog geen meldingen aan")
    assert "Utrecht" in takes.split("Gevonden")[1]
    assert "Provincie Utrecht" in no_reports or "Utrechtse Heuvelrug" in no_reports
    door = Client().get("/utrechtse-heuvelrug/melden/")
    assert door.status_code == 200
    assert "Bij Utrechtse Heuvelrug kunt u hier nog niet melden" in words_of(door) or "nog niet" in words_of(door)


@pytest.mark.parametrize("address", ["/", "/?q=qqqqqqq", "/utrechtse-heuvelrug/melden/"])
def test_every_door_has_the_help_lines_with_their_hours(register, address):
    page = Client().get(address)
    for line in help_lines():
        assert f'href="tel:{line.number.replace(" ", "").replace("-", "")}"' in page.content.decode()
        assert str(line.hours) in words_of(page)


def test_what_was_searched_stands_in_the_field_again(register):
    assert values_of(Client().get("/", {"q": "qq<qq"}), "q") == ["qq<qq"]
