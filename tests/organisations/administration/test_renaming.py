"""A name by which a report could know somebody, or no longer could, changes by two people."""

import re
from datetime import date

import pytest

from jobs.runner import run_due
from organisations.access.bars import is_barred
from organisations.models import FormerName, Person
from organisations.people import naming
from organisations.people.appointments import appoint, declare_relation, take_office
from tests.support.barred import called
from tests.support.build import a_case, signed_in, who
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
PAGE = "/beheer/namen/"


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


def _agree(client, person, page=None):
    page = page or client.get(f"{_url(person)}instemmen/")
    shown = re.search(r'name="shown"\s+value="(\w+)"', page.content.decode())[1]
    return client.post(f"{_url(person)}instemmen/", {"sure": "1", "shown": shown})


@pytest.fixture
def handler(place):
    """Somebody who handles a report in which another name stands, and the administrator whom it is about."""
    return called(place["coordinator"], "Samir", "Terpstra")


RENAMED = {
    "given_names": "Samir", "initials": "", "prefix": "", "surname": "Terpstra",
    "second_prefix": "", "second_surname": "", "former_surnames": "Kwartel",
}  # fmt: skip


def _ask_name(client, person, **changed):
    page = client.get(_url(person))
    seen = re.search(r'name="seen"\s+value="([^"]+)"', page.content.decode())[1]
    return client.post(_url(person), {**RENAMED, "seen": seen, **changed})


def test_an_administrator_alone_takes_no_case_from_its_handler_by_a_name(place, admin, handler):
    case = a_case(place, "integrity", account="Volgens Kwartel is er geld betaald.", subject="unknown:")
    assert who(case.id, "handler").person == handler
    for _time in range(2):
        assert _ask_name(admin, handler)["Location"].startswith(f"{PAGE}?gedaan=asked")
        run_due()
    assert who(case.id, "handler").person == handler
    assert naming.former_names_of(handler) == []
    agree = f"{_url(handler)}instemmen/"
    assert _agree(admin, handler).status_code == 422
    assert place.client("officer").get(agree).status_code == 403
    own = _agree(signed_in(handler), handler)
    assert own.status_code == 422
    assert "Dit gaat over uzelf" in words_of(own)
    waits = "Zeg of u instemt met een andere naam van iemand"
    assert waits not in signed_in(handler).get("/werkplek/wacht/").content.decode()
    chair = place.client("mayor")
    page = chair.get("/werkplek/wacht/").content.decode()
    assert waits in page
    assert agree in page
    assert "Kwartel" in chair.get(agree).content.decode()
    assert _agree(chair, handler).status_code == 200
    assert naming.former_names_of(handler) == [("", "Kwartel")]
    run_due()
    assert is_barred(case.id, handler.id)
    assert chair.get(agree).status_code == 404


def test_another_row_of_who_asked_does_not_agree_with_a_name(place, handler):
    called(place["administrator"], "Bo", "Tweerijen")
    second = Person.objects.create(email="tweede.rij@voorbeeld.test", name="Bo Tweerijen")
    called(second, "Bo", "Tweerijen")
    appoint(second, place.organisation, "chair")
    assert _ask_name(place.client("administrator"), handler).status_code == 302
    answer = _agree(signed_in(second), handler)
    assert answer.status_code == 422
    assert "U hebt dit zelf gevraagd" in words_of(answer)
    assert naming.former_names_of(handler) == []


def test_whether_a_second_person_is_asked_tells_nothing_of_cases(place, admin, handler):
    """It follows from what somebody is and from the words, whether a case has the name or not."""
    assert _ask_name(admin, handler, former_surnames="Nergens")["Location"].startswith(f"{PAGE}?gedaan=asked")
    assert _ask_name(admin, handler, former_surnames="")["Location"].startswith(f"{PAGE}?gedaan=checked")


def test_who_can_agree_with_a_name_gets_a_mail_and_nobody_else(place, admin, handler, mailoutbox):
    run_due()
    mailoutbox.clear()
    _ask_name(admin, handler)
    run_due()
    told = {address for sent in mailoutbox for address in sent.to}
    assert place["mayor"].email in told
    assert not told & {handler.email, place["administrator"].email, place["officer"].email}
    assert all("Kwartel" not in sent.body + sent.subject for sent in mailoutbox)


@pytest.mark.parametrize("holds", [(), ("administrator",)])
def test_nobody_alone_takes_away_a_word_by_which_a_report_knows_somebody(place, admin, handler, holds):
    """Neither of a colleague nor of themselves, also not under an initial that only their surname begins with."""
    FormerName.objects.create(person=handler, surname="Zoutkamp")
    for role in holds:
        appoint(handler, place.organisation, role)
    client = signed_in(handler) if holds else admin
    without = {"given_names": "", "initials": "T.", "former_surnames": "Zoutkamp"}
    turned = {"former_surnames": "Zoutkamp", "given_names": "Terpstra", "surname": "Samir"}
    for changed in (without, {**without, "initials": "S."}, turned):
        assert _ask_name(client, handler, **changed)["Location"].startswith(f"{PAGE}?gedaan=asked"), changed
    if not holds:
        assert _ask_name(client, handler, former_surnames="")["Location"].startswith(f"{PAGE}?gedaan=asked")
    handler.refresh_from_db()
    assert handler.given_names == "Samir"
    assert naming.former_names_of(handler) == [("", "Zoutkamp")]


@pytest.mark.parametrize(
    ("shown", "taken"),
    [
        ("Kees Bos", {"given_names": "", "initials": "K.", "surname": "Kees"}),
        ("Jan Jansen", {"given_names": "Jansen", "surname": "Jan"}),
        ("Anna de Vries", {"given_names": "Anna", "surname": "de"}),
    ],
)
def test_nobody_alone_moves_a_word_that_nobody_checked_to_another_part(place, admin, handler, shown, taken):
    """As a given name or a prefix nobody looks for it as they do for a surname."""
    handler.name = shown
    handler.suggest_parts()
    naming.names_changed(handler)
    assert _ask_name(admin, handler, former_surnames="", **taken)["Location"].startswith(f"{PAGE}?gedaan=asked")
    own = {part: words for part, words in vars(handler).items() if part in {"given_names", "prefix", "surname"}}
    assert _ask_name(admin, handler, former_surnames="", **own)["Location"].startswith(f"{PAGE}?gedaan=checked")


def test_one_person_says_which_words_of_a_name_are_the_surname(place, admin, handler):
    """Of a display name from which that cannot be seen."""
    handler.name = "Li Wei"
    handler.suggest_parts()
    naming.names_changed(handler)
    said = {"given_names": "Wei", "surname": "Li", "former_surnames": ""}
    assert _ask_name(admin, handler, **{**said, "given_names": ""})["Location"].startswith(f"{PAGE}?gedaan=asked")
    assert _ask_name(admin, handler, **said)["Location"].startswith(f"{PAGE}?gedaan=checked")


@pytest.mark.parametrize("prefix", ["Bos", "Bakker de", "van Terpstra"])
def test_a_name_is_no_prefix(place, admin, handler, prefix):
    answer = _ask_name(admin, handler, prefix=prefix, surname="de")
    assert answer.status_code == 422
    assert "is geen tussenvoegsel dat wij kennen" in words_of(answer)
    handler.refresh_from_db()
    assert handler.surname == "Terpstra"


def test_nobody_alone_takes_the_name_of_somebody_whose_relative_could_read_about_them(place, admin, newcomer):
    """Of a member of the council, who comes to know of nothing, a name that was checked stays as a former one: it goes by
    two people."""
    member = called(newcomer, "Kees", "Zoutkamp")
    partner = place["officer"]
    declare_relation(partner, place.organisation, member, "partner")
    other = {"given_names": "Kees", "surname": "Visch", "former_surnames": ""}
    assert _ask_name(admin, member, **other)["Location"].startswith(f"{PAGE}?gedaan=asked")
    assert _agree(place.client("mayor"), member).status_code == 200
    assert naming.former_names_of(member) == [("", "Zoutkamp")]
    assert _ask_name(admin, member, **other)["Location"].startswith(f"{PAGE}?gedaan=asked")
    case = a_case(place, "aggression", perpetrator_name="meneer Zoutkamp", about_reader="unknown")
    assert is_barred(case.id, partner.id)
    assert _agree(place.client("mayor"), member).status_code == 200


def test_nobody_takes_a_given_name_from_an_own_row_that_watches_nothing(place, admin, newcomer):
    """An administrator with another row, which only sits in the council, is alone with it too."""
    called(place["administrator"], "Bo", "Tweerijen")
    called(newcomer, "Bo", "Tweerijen")
    own = {"surname": "Tweerijen", "former_surnames": ""}
    assert _ask_name(admin, newcomer, **own, given_names="")["Location"].startswith(f"{PAGE}?gedaan=asked")
    assert _ask_name(admin, newcomer, **own, given_names="Bo")["Location"].startswith(f"{PAGE}?gedaan=checked")


def test_nobody_alone_makes_a_row_that_watches_nothing_a_second_row_of_a_handler(place, admin, handler, newcomer):
    """With another surname at that row, the handler would lose every case in which that surname stands."""
    alone = {"surname": "Terpstra", "former_surnames": "Kwartel"}
    assert _ask_name(admin, newcomer, **alone)["Location"].startswith(f"{PAGE}?gedaan=asked")
    called(newcomer, "Samir", "Terpstra")
    assert _ask_name(admin, newcomer, **alone)["Location"].startswith(f"{PAGE}?gedaan=asked")
    assert _ask_name(admin, newcomer, surname="Terpstraat", former_surnames="")["Location"].startswith(
        f"{PAGE}?gedaan=asked"
    )


def test_an_administrator_alone_takes_no_case_from_its_handler_by_the_name_of_a_relative(
    place, admin, handler, newcomer
):
    """Who is married to a member of the council is known without any declaration. Whether a second person is asked does not tell
    whether there is one."""
    member = called(newcomer, "Anne", "Visch")
    names = {"given_names": "Anne", "surname": "Visch", "former_surnames": "Kwartel"}
    case = a_case(place, "integrity", account="Volgens Kwartel is er geld betaald.", subject="unknown:")
    for _declared in range(2):
        assert _ask_name(admin, member, **names)["Location"].startswith(f"{PAGE}?gedaan=asked")
        declare_relation(handler, place.organisation, member, "partner")
    run_due()
    assert who(case.id, "handler").person == handler


def test_nobody_agrees_with_a_name_that_was_exchanged_after_they_looked(place, admin, handler):
    chair, agree = place.client("mayor"), f"{_url(handler)}instemmen/"
    _ask_name(admin, handler, former_surnames="Onschuldig")
    looked = chair.get(agree)
    assert "Onschuldig" in words_of(looked)
    _ask_name(admin, handler)
    for answer in (_agree(chair, handler, looked), chair.post(agree, {"sure": "1"})):
        assert answer.status_code == 422
        assert "Intussen is iets anders gevraagd dan uw pagina liet zien." in words_of(answer)
        assert "Kwartel" in words_of(answer)
        assert naming.former_names_of(handler) == []
    assert _agree(chair, handler, answer).status_code == 200, "looked at again, it is meant"
    assert naming.former_names_of(handler) == [("", "Kwartel")]
