"""Whoever is named in a report is no reader of it, however people type the name and wherever they type it."""

from dataclasses import replace

import pytest

from organisations.access.recusal import NO, UNKNOWN, Near, near
from organisations.access.routing import judged, reachable, watching
from organisations.models import Person
from organisations.name_parts import NameParts
from organisations.people.naming import names_changed
from reporting.form.persons.circle import circle_of
from reporting.form.submission import Plan, Submission, plan
from tests.support.build import a_draft
from tests.support.places import Place

pytestmark = pytest.mark.django_db
ACCOUNT = "Dit gaat over {}, die geld aannam."

# A name as it is shown, its parts, and how reporters type it.
NAMES = [
    ("Kees Bos", NameParts("", "Kees", "", "Bos"),
     ["Kees Bos", "Bos", "meneer Bos", "K. Bos", "dhr. K. Bos", "de heer Bos van integriteit"]),
    ("Jan Kok", NameParts("", "Jan", "", "Kok"), ["J. Kok", "Kok"]),
    ("Wim Vos", NameParts("", "Wim", "", "Vos"), ["W. Vos"]),
    ("Li Wei", NameParts("", "Wei", "", "Li"), ["mevrouw Wei", "Wei Li"]),
    ("Anna de Vries-Bakker", NameParts("", "Anna", "de", "Vries", "", "Bakker"),
     ["Anna de Vries", "A. de Vries", "De Vries", "De Vries-Bakker", "Bakker"]),
    ("Anna Bakker-de Vries", NameParts("", "Anna", "", "Bakker", "de", "Vries"), ["Bakker", "Anna Bakker", "De Vries"]),
    ("Jan Jansen", NameParts("", "Jan", "", "Jansen"),
     ["Jan Janssen", "Janssen", "Jansens", "jansen's broer", "J.Jansen", "jjansen", "Jansen, J."]),
    ("Kees van Wijk", NameParts("", "Kees", "van", "Wijk"), ["van Wyk", "K. van Wijk"]),
    ("Ünal Yıldız", NameParts("", "Ünal", "", "Yıldız"), ["Yildiz", "Yıldız"]),
    ("Piet Müller", NameParts("", "Piet", "", "Müller"), ["Mueller", "Muller"]),
    ("Fatima el Amrani", NameParts("", "Fatima", "el", "Amrani"),
     ["Fatima", "El Amrani", "el-Amrani", "Amrani", "Elamrani"]),
    ("Esra Kraaienlaar", NameParts("", "Esra", "", "Kraaienlaar"),
     ["Esra", "\u041araaienlaar", "Kraaien laar", "E. Kraaienlaar", "Kraaienlaar, Esra", "Kraaienlaar (officer1)"]),
    ("Esra Kraaienbrink", NameParts("", "Esra", "", "Kraaienbrink"),
     ["Esra Kraaienbrink", "E. Kraaienbrink", "Esra Kraaijenbrink", "Esra Kraaienbrinck"]),
    ("Anne d'Hondt", NameParts("", "Anne", "d'", "Hondt"), ["mevrouw d'Hondt", "d'hondt"]),
    ("Pieter van 't Hof", NameParts("", "Pieter", "van 't", "Hof"), ["Vant Hof", "v/h Hof", "het Hof"]),
    ("Jan de Boer", NameParts("", "Jan", "de", "Boer"), ["deBoer"]),
    ("Geert-Jan van Oostrum", NameParts("", "Geert-Jan", "van", "Oostrum"), ["Geertjan", "GJ van Oostrum"]),
    ("Jaap de Hoop Scheffer", NameParts("", "Jaap", "de", "Hoop Scheffer"), ["J. de Hoop Scheffer"]),
    ("Koos Zee", NameParts("", "Koos", "", "Zee"), ["koos zee"]),
    ("Jansen, P.", NameParts("P.", "", "", "Jansen"), ["Piet Jansen", "P. Jansen", "Jansen"]),
    ("P. Jansen (HR)", NameParts("P.", "", "", "Jansen"), ["Piet Jansen", "Jansen"]),
    ("mr. P. Jansen MA", NameParts("P.", "", "", "Jansen"), ["Piet Jansen"]),
]  # fmt: skip


def _accused(place: Place, shown: str, parts: NameParts) -> list[Person]:
    """Officers and advisers who are called so: one of each by checked parts, one by the display name alone."""
    officers, advisers = place.people["officer"], place.people["confidential_adviser"]
    for person in (officers[0], advisers[0]):
        person.take_parts(parts)
    for person in (officers[1], advisers[1]):
        person.name = shown
        person.suggest_parts()
    called = [*officers[:2], *advisers[:2]]
    for person in called:
        names_changed(person)
    return called


@pytest.fixture
def submissions(place) -> dict[str, Submission]:
    """Of each kind, with nobody named in it."""
    return {
        kind: a_draft(place, kind, known_as="confidential", account="Er gebeurde iets.", **given).submission()
        for kind, given in {"integrity": {"subject": "unknown:"}, "aggression": {}}.items()
    }


def _planned(submission: Submission, **given: str) -> Plan:
    """Where the report would go with these answers."""
    return plan(replace(submission, circle=circle_of({**submission.answers, **given}, None)))


PLACES = {
    "subject_name": ("integrity", lambda typed: {"subject_name": typed}),
    "perpetrator_name": ("aggression", lambda typed: {"perpetrator_name": typed}),
    "of an official": ("aggression", lambda typed: {"perpetrator_name": typed, "perpetrator": "official"}),
    "the account": ("integrity", lambda typed: {"account": ACCOUNT.format(typed)}),
    "the account, unsure": (
        "integrity", lambda typed: {"account": ACCOUNT.format(typed), "about_reader": UNKNOWN},
    ),
}  # fmt: skip


def _known(submission: Submission) -> Near:
    there = reachable(submission.organisation, submission.circle, submission.kind)
    return near(submission.organisation, there, watching(), submission.day)


def test_whoever_is_typed_is_kept_out_and_reads_nothing(place, submissions):
    """People are looked up once for each name; the whole plan is made for the first way of typing it."""
    missed = set()
    for shown, parts, typed_names in NAMES:
        accused = {person.id for person in _accused(place, shown, parts)}
        people = _known(submissions["integrity"])
        for where, (kind, answers) in PLACES.items():
            submission = submissions[kind]
            for typed in typed_names:
                circle = circle_of({**submission.answers, **answers(typed)}, None)
                kept_out = judged(submission.organisation, kind, circle, submission.day, people)
                missed |= {(where, typed, people.people[person]) for person in accused - kept_out.everybody}
        planned = _planned(submissions["integrity"], subject_name=typed_names[0])
        assert not accused & {reader.person.id for reader in planned.readers}, shown
    assert missed == set()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("mayor", "de burgermeester"),
        ("officer", "de medewerker integriteit"),
        ("officer", "beide integriteitsfunctionarissen"),
        ("coordinator", "de integriteits coördinator"),
        ("confidential_adviser", "de vertrouwens persoon"),
    ],
)
def test_whoever_holds_a_function_in_words_is_kept_out_however_they_are_written(place, submissions, code, words):
    planned = _planned(submissions["integrity"], account=ACCOUNT.format(words), about_reader=UNKNOWN)
    holders = {person.id for person in place.people[code]}
    assert holders <= planned.kept_out.everybody
    assert not holders & {reader.person.id for reader in planned.readers}


def test_the_address_of_an_officer_is_the_officer(place, submissions):
    officer, adviser = place["officer"], place["confidential_adviser"]
    for person in (officer, adviser):
        planned = _planned(submissions["integrity"], subject_name=person.email)
        assert person.id in planned.kept_out.recused


def test_without_any_name_everybody_reads(place, submissions):
    """What the test above would also pass if everybody were always kept out."""
    for submission in submissions.values():
        planned = _planned(submission, account="Mijn chef nam geld aan van een aannemer.")
        readers = {reader.person for reader in planned.readers}
        assert {*place.people["officer"][:2], *place.people["confidential_adviser"]} <= readers
        assert not planned.kept_out.everybody


def test_whom_the_writer_only_mentions_reads_unless_a_field_names_them_surely(place, submissions):
    """ "No, about none of them" lifts a name that may be theirs, and never one that is."""
    officer = place["officer"]
    officer.take_parts(NameParts("", "Kees", "", "Bos"))
    names_changed(officer)
    for given, reads in [
        ({"account": ACCOUNT.format("meneer Bos"), "about_reader": NO}, True),
        ({"subject_name": "Bos", "about_reader": NO}, True),
        ({"subject_name": "Kees Bos", "about_reader": NO}, False),
        ({"subject_name": "Bos", "about_reader": UNKNOWN}, False),
        ({"subject_name": "Bos"}, False),
    ]:
        draft = a_draft(place, "integrity", subject="unknown:", known_as="anonymous", **given)
        planned = plan(draft.submission())
        assert (officer.id in {reader.person.id for reader in planned.readers}) == reads, given
