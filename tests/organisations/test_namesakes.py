"""Two people with the same name can be told apart wherever somebody is chosen, and nobody's address is shown without need."""

import re
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from organisations.access.bars import Suspended, is_barred, suspend
from organisations.models import Person
from organisations.people.appointments import appoint
from organisations.people.namesakes import names_in_list, to_choose
from tests.support.barred import about_nobody, called, question_of, task_of, url_of
from tests.support.build import signed_in, who
from tests.support.pages import in_one_line
from tests.support.reporter import words_of
from vault.ledger import entries

pytestmark = pytest.mark.django_db
SAME = ("Jan", "Jansen")


@pytest.fixture
def namesakes(place) -> list[Person]:
    """Two more officers with one name and one function."""
    rows = [Person.objects.create(email=f"j.jansen{number}@voorbeeld.test", name="x") for number in (1, 2)]
    for row in rows:
        called(row, *SAME)
        appoint(row, place.organisation, "officer")
    return rows


def _page(place, namesakes, which: str) -> str:
    case, _receipt = about_nobody(place)
    handler = signed_in(who(case.id, "handler").person)
    pages = {
        "hand over": url_of(case, f"toegang/{task_of(case, 'case_officer').id}/overdragen/"),
        "relations": "/werkplek/relaties/",
        "division": "/werkplek/verdeling/",
    }
    if which in pages:
        return words_of(handler.get(pages[which]))
    of_administrator = {
        "duty": reverse("organisation_administration:duty"),
        "staff": "/beheer/mensen/",
        "names": "/beheer/namen/?zoek=jansen",
    }
    return words_of(place.client("administrator").get(of_administrator[which]))


@pytest.mark.parametrize("which", ["name", "end a role", "end signing in"])
def test_a_page_about_one_says_which_of_both_it_is_about(place, namesakes, which):
    row = namesakes[0]
    pages = {
        "name": f"/beheer/namen/{row.id}/",
        "end a role": reverse("case_administration:end_role", args=[row.roles.get().id]),
        "end signing in": reverse("case_administration:end_sign_in", args=[row.id]),
    }
    page = words_of(place.client("administrator").get(pages[which]))
    assert f"Jan Jansen ({row.email})" in page
    assert namesakes[1].email not in page


def test_the_question_about_one_says_which_of_both_is_meant(place, namesakes):
    """Whoever answers may think of the other, also where only one of both has a part in the case."""
    case, _receipt = about_nobody(place)
    colleague = who(case.id, "co_reader").person
    called(colleague, *SAME)
    suspend(case.id, place.organisation, [Suspended(str(colleague.id))])
    for part in ("toegang/", f"toegang/betrokken/{question_of(case)}/"):
        page = words_of(signed_in(who(case.id, "handler").person).get(url_of(case, part)))
        assert f"Jan Jansen ({colleague.email})" in page, part


def _note(case, writer, **about):
    note = {"what": "note", "kind": "note", "text": "Jan Jansen nam geld aan.", "token": str(uuid4())}
    return signed_in(writer).post(url_of(case, "notities/"), note | about)


def _answers(page) -> dict[str, str]:
    """{words of an answer: its value}."""
    rows = re.findall(
        r'name="about"[^>]*value="([^"]+)"[^>]*><label[^>]*>([^<]+)</label>', in_one_line(page.content.decode())
    )
    return {words.strip(): value for value, words in rows}


def test_one_answer_is_not_for_two_people_of_one_name(place, namesakes):
    """Who writes of one Jan Jansen says of which; the other is called alike and stays out until people look."""
    case, _receipt = about_nobody(place)
    writer = who(case.id, "handler").person
    page = _note(case, writer)
    one, other = (f"Jan Jansen ({row.email})" for row in namesakes)
    assert page.status_code == 422
    assert f"{one}, {other}" in words_of(page)
    answers = _answers(page)
    assert {f"Het gaat over {name}. De anderen noem ik alleen" for name in (one, other)} < set(answers)
    assert "Het gaat over hen allemaal" in answers
    assert "Ik noem hen alleen" not in answers
    assert _note(case, writer, about=answers[f"Het gaat over {one}. De anderen noem ik alleen"]).status_code == 302
    said = [entry.detail for entry in entries(case.id) if entry.action == "reader.named"]
    assert {(row["person"], row["about"]) for row in said} == {
        (str(namesakes[0].id), "concerned"),
        (str(namesakes[1].id), "mentioned"),
    }
    assert all(is_barred(case.id, row.id) for row in namesakes)


def test_of_two_people_of_other_names_the_one_it_is_about_is_out(place):
    case, _receipt = about_nobody(place)
    one, other = (called(who(case.id, relation).person, *name) for relation, name in (
        ("co_reader", ("Kees", "Bos")), ("case_officer", ("Esra", "Zoutkamp")),
    ))  # fmt: skip
    writer = who(case.id, "handler").person
    text = {"text": "Kees Bos nam geld aan. Esra Zoutkamp zag het."}
    answers = _answers(_note(case, writer, **text))
    assert (
        _note(case, writer, **text, about=answers["Het gaat over Kees Bos. De anderen noem ik alleen"]).status_code
        == 302
    )
    assert is_barred(case.id, one.id)
    assert not is_barred(case.id, other.id)


@pytest.mark.parametrize("about", ["only-{}:{}", "only:{}", "only-:{}", "only-0123456789abcdef:{}"])
def test_an_answer_that_no_page_offered_is_none(place, about):
    case, _receipt = about_nobody(place)
    colleague = called(who(case.id, "co_reader").person, *SAME)
    writer = who(case.id, "handler").person
    asked = next(iter(_answers(_note(case, writer)).values())).partition(":")[2]
    assert _note(case, writer, about=about.format("0" * 16, asked)).status_code == 422
    assert not is_barred(case.id, colleague.id)


def test_a_name_is_also_found_by_its_mail_address(place, namesakes):
    page = place.client("administrator").get("/beheer/namen/", {"zoek": "J.Jansen2@"})
    assert "In één naam of mailadres staat" in words_of(page)
    assert f"/beheer/namen/{namesakes[1].id}/" in page.content.decode()
    assert f"/beheer/namen/{namesakes[0].id}/" not in page.content.decode()


def test_who_is_appointed_beside_a_namesake_is_told_of(place, namesakes, capsys):
    new = ["--given-names", "Jan", "--surname", "Jansen", "--email", "jan.3@voorbeeld.test"]
    call_command("appoint", place.organisation.slug, "officer", *new)
    told = capsys.readouterr().out
    assert all(f"{row.email} (officer at {place.organisation})" in told for row in namesakes)
    call_command("appoint", place.organisation.slug, "officer", "--given-names", "Xaver", "--surname", "Zoutkamp")
    assert "is called" not in capsys.readouterr().out


@pytest.mark.parametrize("prefix", ["--prefix", "--second-prefix"])
def test_an_unknown_prefix_is_refused_with_what_can_be_one(place, prefix):
    new = ["--given-names", "Jan", "--surname", "Zoutkamp", "--second-surname", "Bos"]
    with pytest.raises(CommandError, match=r"'foo' is no prefix.*van"):
        call_command("appoint", place.organisation.slug, "officer", *new, prefix, "van foo")
    assert not Person.objects.filter(surname="Zoutkamp").exists()
    call_command("appoint", place.organisation.slug, "officer", *new, prefix, "van 't")


@pytest.mark.parametrize("which", ["hand over", "relations", "division", "duty", "staff", "names"])
def test_namesakes_are_told_apart_where_somebody_is_chosen_and_others_show_no_address(place, namesakes, which):
    page = _page(place, namesakes, which)
    for row in namesakes:
        assert f"Jan Jansen ({row.email})" in page
    assert which == "names" or place["officer"].name in page
    assert f"({place['officer'].email})" not in page


def test_what_looks_the_same_is_the_same_and_who_has_no_address_says_so():
    rows = [
        Person(name="José  Bos", email="a@voorbeeld.test"),
        Person(name="Jose Bos"),
        Person(name="Anna Bos", email="b@voorbeeld.test"),
    ]
    assert list(names_in_list(rows).values()) == [
        "José  Bos (a@voorbeeld.test)",
        "Jose Bos (geen mailadres)",
        "Anna Bos",
    ]
    assert to_choose([rows[2], rows[2]])[0] == (str(rows[2].id), "Anna Bos"), "one row twice is no namesake"
