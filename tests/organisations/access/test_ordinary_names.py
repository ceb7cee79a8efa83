"""Ordinary Dutch names, typed as people type them: who is named so reads nothing of the report."""

import pytest

from organisations.access.name_known import KnownAs
from organisations.access.names import Surname, mention
from organisations.models import Assignment
from tests.support.barred import called
from tests.support.build import a_report

pytestmark = pytest.mark.django_db

# Given name, prefix and surname as they stand in the register; what a reporter types as who did it.
TYPED_IN_A_FIELD = [
    # one name, in another form
    ("Harrie", "", "Jansen", "Harry Jansen"),
    ("Wilhelmus", "", "Jansen", "Wim Jansen"),
    ("Wim", "", "Jansen", "Wilhelmus Jansen"),
    ("Hendrikus", "", "Jansen", "Harrie Jansen"),
    ("Hubertus", "", "Jansen", "Huub Jansen"),
    ("Bernard", "", "Jansen", "Bennie Jansen"),
    ("Antonia", "", "Jansen", "Toos Jansen"),
    ("Alexandra", "de", "Vries", "Sandra de Vries"),
    ("Charlotte", "de", "Vries", "Lotte de Vries"),
    ("Wilhelmina", "de", "Vries", "Wilma de Vries"),
    ("Josephina", "de", "Vries", "Fien de Vries"),
    ("Carolina", "de", "Vries", "Carolien de Vries"),
    ("Herman", "de", "Vries", "Harm de Vries"),
    ("Sietske", "", "Dijkstra", "Sytske Dijkstra"),
    ("Esra", "", "Demir", "Ezra Demir"),
    ("Annemarie", "de", "Jong", "Anne-Marie de Jong"),
    ("Annemarie", "de", "Jong", "Anne Marie de Jong"),
    ("Monique", "", "Willems", "Moniek Willems"),
    ("Danny", "", "Willems", "Dannie Willems"),
    ("Gerrie", "", "Willems", "Gerry Willems"),
    ("Ilse", "", "Willems", "Ilze Willems"),
    ("Jeannette", "", "Peters", "Janet Peters"),
    # the own first name with a surname that is one letter off
    ("Piet", "", "Smit", "Piet Smid"),
    ("Jan", "de", "Raad", "Jan de Raadt"),
    ("Els", "", "Maas", "Els Maes"),
    ("Els", "de", "Haan", "Els de Haen"),
    ("Els", "van der", "Wind", "Els van der Windt"),
]

# The same in the account, on a telephone, which writes in small letters.
TYPED_IN_THE_ACCOUNT = [
    ("Anna", "de", "Vries", "anna devries nam het geld aan."),
    ("Anna", "de", "Vries", "ik zag dat mevrouw devries geld aannam."),
    ("Jan", "de", "Boer", "ik zag dat meneer deboer geld aannam."),
    ("Piet", "van", "Dijk", "ik zag dat meneer vandijk geld aannam."),
    ("Wilhelmus", "", "Jansen", "Gisteren nam Wim Jansen van integriteit geld aan."),
    ("Harrie", "", "Jansen", "Gisteren nam Harry Jansen van integriteit geld aan."),
    ("Annemarie", "de", "Jong", "Gisteren nam Anne-Marie de Jong van integriteit geld aan."),
    ("Alexandra", "de", "Vries", "Gisteren nam Sandra de Vries van integriteit geld aan."),
    ("Koos", "van der", "Meer", "ik zag dat v.d. meer geld aannam."),
    ("Koos", "van der", "Meer", "vd meer nam geld aan."),
    ("Tom", "van 't", "Hof", "ik zag dat meneer van het hof geld aannam."),
]


def _reads(place, given, prefix, surname, **answers) -> bool:
    """Whether an officer who would read a report that names nobody reads this one, after being called so."""
    plain, _receipt = a_report(
        place, **{**answers, "perpetrator_name": "", "account": "Iemand van buiten schold mij uit."}
    )
    reader = Assignment.objects.get(case=plain.case, relation="case_officer").person
    called(reader, given, surname, prefix)
    report, _receipt = a_report(place, **answers)
    return Assignment.objects.filter(case=report.case, person=reader).exists()


@pytest.mark.parametrize(("given", "prefix", "surname", "typed"), TYPED_IN_A_FIELD)
def test_who_is_named_in_a_field_reads_nothing(place, given, prefix, surname, typed):
    named = {"perpetrator": "official", "perpetrator_name": typed, "about_reader": "unknown"}
    assert not _reads(place, given, prefix, surname, **named), (
        f"{given} {prefix} {surname} reads what is said of {typed}"
    )


@pytest.mark.parametrize(("given", "prefix", "surname", "account"), TYPED_IN_THE_ACCOUNT)
def test_who_is_named_in_the_account_reads_nothing(place, given, prefix, surname, account):
    answers = {"account": account, "about_reader": "unknown"}
    assert not _reads(place, given, prefix, surname, **answers), f"{given} {prefix} {surname} reads: {account}"


@pytest.mark.parametrize(
    ("given", "prefix", "surname", "typed"),
    [
        ("Harrie", "", "Jansen", "Harrie Jansen"),
        ("Piet", "", "Smit", "P. Smit"),
        ("Annemarie", "de", "Jong", "A. de Jong"),
    ],
)
def test_what_the_comparer_knows_keeps_out(place, given, prefix, surname, typed):
    """The others fail by the name alone."""
    named = {"perpetrator": "official", "perpetrator_name": typed, "about_reader": "unknown"}
    assert not _reads(place, given, prefix, surname, **named)


@pytest.mark.parametrize("words", ["ik heb het van meneer vd berg zelf", "het was dhr v.d. berg", "het was w. vd berg"])
def test_a_title_or_an_initial_says_that_a_word_is_a_name_where_nobody_can_be_asked(words):
    """docs/domain.md: such a surname "counts only as a name". A title or an initial says that it is one."""
    berg = KnownAs(initials="W.", given_names=("Wim",), surnames=(Surname("Berg", "van den"),))
    assert mention(words, berg, unasked=True)
