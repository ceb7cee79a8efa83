"""Who takes part, and reports for every 100 holders: from profiles, kept with the edition that they were counted for."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from pydantic import ValidationError

from cases.administration.adoption import publish, save
from cases.protocol.composition import ProtocolChanges
from monitor.editions.profiles import ProfileIndicator, numbers_on, parts_of, profile_indicators
from monitor.models import Edition, EditionIsFinal
from monitor.rules.catalogue import GRAND_TOTAL, TOTAL, catalogue
from monitor.rules.periods import first_day, last_day
from organisations.administration.profile import ProfileAnswers, keep_profile
from organisations.models import Organisation
from tests.support.build import a_place
from tests.support.figures.editions import the_editions
from tests.support.reporter import words_of

pytestmark = pytest.mark.django_db
PER_100 = "reports_per_100"


@pytest.fixture
def place():
    """A country of three organisations that all take part since 2025."""
    found = a_place()
    Organisation.objects.reportable().update(takes_part_since=date(2025, 1, 1))
    return found


def _tell(place, kind="municipality", year=2025, prevention=(), **holders):
    one = place.others[kind]
    keep_profile(one.actor("administrator"), year, ProfileAnswers(holders, list(prevention)))


def _rate(function: str, numbers, value: int):
    rows = {(TOTAL, function): value}
    indicator = profile_indicators()[PER_100]
    wanted = {"holders": {one: number for one, number in numbers.items() if one == function}}
    return next(one for one in parts_of(indicator, wanted, rows) if one.code == function)


# Counting


def test_organisations_are_counted_from_the_day_on_which_they_take_part(place):
    Organisation.objects.filter(kind="province").update(takes_part_since=date(2025, 7, 1))
    assert numbers_on(date(2025, 6, 30))["organisations_active"] == {
        "municipality": 1, "province": 0, "water_authority": 1,
    }  # fmt: skip
    assert numbers_on(date(2025, 7, 1))["organisations_active"]["province"] == 1
    assert numbers_on(date(2025, 6, 30))["organisations"]["province"] == 1
    assert sum(numbers_on(date(2024, 12, 31))["organisations_active"].values()) == 0


def test_who_stopped_taking_reports_counts_in_the_period_in_which_it_did_and_not_in_the_next(place):
    with time_machine.travel(datetime(2025, 8, 4, 10, tzinfo=UTC), tick=False):
        call_command("stop_reports", "voorbeeldstad")
        with pytest.raises(CommandError):
            call_command("stop_reports", "voorbeeldstad")

    def active(period: str) -> int:
        return numbers_on(last_day(period), since=first_day(period))["organisations_active"]["municipality"]

    assert [active(one) for one in ("2025-Q3", "2025", "2025-Q4", "2026")] == [1, 1, 0, 0]
    page = place.client("administrator").get("/beheer/profiel/").content.decode()
    assert "tot en met 4 augustus 2025" in page
    call_command("go_live", "voorbeeldstad")
    assert active("2025-Q4") == 1


def test_a_protocol_counts_once_it_is_in_force_and_only_of_who_takes_part(place):
    actor = place.actor("administrator")
    save(actor, "integrity", ProtocolChanges(adopted_by="de raad"), revision=0)
    today = publish(actor, "integrity", revision=1, effective_on=date(2025, 1, 1)).effective_on
    assert numbers_on(today)["organisations_with_protocol"]["municipality"] == 1
    assert numbers_on(date(2025, 12, 31))["organisations_with_protocol"]["municipality"] == 0
    Organisation.objects.filter(kind="municipality").update(takes_part_since=None)
    assert numbers_on(today)["organisations_with_protocol"]["municipality"] == 0


def test_what_is_done_is_counted_by_item_for_the_year_that_it_was_told_of(place):
    _tell(place, prevention=["agenda", "talks"])
    _tell(place, "province", prevention=["agenda"])
    _tell(place, "water_authority", year=2024, prevention=["gift_register"])
    numbers = numbers_on(date(2025, 12, 31))
    done = {item: number for item, number in numbers["prevention_items_done"].items() if number}
    assert done == {"agenda": 2, "talks": 1}
    assert sum(numbers["profiles"].values()) == 2


def test_holders_are_known_only_where_every_organisation_that_has_them_told(place):
    _tell(place, council_member=39, employee=1000)
    _tell(place, "province", employee=400)
    holders = numbers_on(date(2025, 12, 31))["holders"]
    assert (holders["council_member"], holders["alderman"], holders["employee"]) == (39, None, None)
    _tell(place, "water_authority", employee=100)
    assert numbers_on(date(2025, 12, 31))["holders"]["employee"] == 1500
    assert numbers_on(date(2024, 12, 31))["holders"]["council_member"] == 0, "nobody took part"
    assert numbers_on(date(2026, 12, 31))["holders"]["council_member"] is None, "told of another year"


def test_what_is_held_once_by_law_follows_from_who_takes_part(place):
    holders = numbers_on(date(2025, 12, 31))["holders"]
    once = {
        one: holders[one] for one in ("mayor", "kings_commissioner", "dike_reeve", "registrar", "general_secretary")
    }
    assert once == {"mayor": 1, "kings_commissioner": 1, "dike_reeve": 1, "registrar": 2, "general_secretary": 3}


# Rates


@pytest.mark.parametrize("holders", [100, 342, 8733])
@pytest.mark.parametrize("value", [0, 5, 60, 995])
def test_a_rate_holds_for_every_count_that_the_published_number_can_stand_for(value, holders):
    part = _rate("mayor", {"mayor": holders}, value)
    low, high = catalogue().window(GRAND_TOTAL, value)
    assert part.low <= 100 * low / holders
    assert part.high >= 100 * high / holders
    assert abs(part.value - 100 * value / holders) <= 0.05
    assert part.high - part.low <= 100 * (high - low) / holders + 0.2


def test_few_organisations_make_the_interval_wider():
    few, many = (_rate(one, {one: 200}, 50) for one in ("dike_reeve", "mayor"))
    assert few.high > many.high
    assert few.low < many.low


def test_under_a_hundred_holders_and_where_they_are_not_known_there_is_a_reason_and_no_rate():
    assert (_rate("mayor", {"mayor": 99}, 50).value, _rate("mayor", {"mayor": 99}, 50).why) == (None, "too_few")
    part = _rate("mayor", {"mayor": None}, 50)
    assert (part.value, part.of, part.why) == (None, None, "holders_not_known")


def test_all_office_holders_together_need_each_of_their_functions(place):
    (edition,) = the_editions("2025")
    parts = {one.code: one for one in parts_of(profile_indicators()[PER_100], edition.profile.numbers, _rows(edition))}
    assert parts["office_holder"].why == parts["official"].why == "holders_not_known"
    told = edition.profile.numbers["holders"] | dict.fromkeys(["council_member", "alderman"], 1000)
    told |= {one: 500 for one, number in told.items() if number is None}
    known = {"holders": told}
    parts = {one.code: one for one in parts_of(profile_indicators()[PER_100], known, _rows(edition))}
    officials = {"registrar", "general_secretary", "employee"}
    assert parts["office_holder"].of == sum(number for one, number in told.items() if one not in officials)
    assert parts["office_holder"].value is not None


def _rows(edition: Edition):
    return {tuple(codes): value for *codes, value in edition.stored.get(table="T4").rows}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "rate", "by": "group"},
        {"rule": "rate", "by": "layer", "numerator": {"table": "T4"}},
        {"rule": "organisations", "by": "layer", "numerator": {"table": "T1"}},
    ],
)
def test_an_indicator_that_cannot_be_counted_is_refused(wrong):
    words = dict.fromkeys(["id", "label", "definition"], "x")
    with pytest.raises(ValidationError):
        ProfileIndicator.model_validate(words | wrong)


# Kept with the edition, and shown


def test_an_edition_keeps_the_numbers_with_which_it_was_built():
    (edition,) = the_editions("2025")
    before = words_of(Client().get("/monitor/2025/"))
    Organisation.objects.update(takes_part_since=None)
    assert words_of(Client().get("/monitor/2025/")) == before
    assert "Wie doet mee: 375 van 375 organisaties" in before
    edition.profile.numbers = {}
    with pytest.raises(EditionIsFinal):
        edition.profile.save()


def test_the_pages_say_who_takes_part_and_from_which_source():
    the_editions("2025", "2025-Q4")
    for path in ("/monitor/", "/monitor/2025/", "/monitor/2025-Q4/"):
        page = words_of(Client().get(path))
        for layer, number in (("Gemeente", 342), ("Provincie", 12), ("Waterschap", 21)):
            assert re.search(rf"{layer} {number} van {number} 0", page), (path, layer)
        assert "Bron: profielen van organisaties." in page
        assert "Geen organisatie die meedoet heeft haar profiel van dit jaar ingevuld." in page
    assert "Who takes part: 375 of 375 organisations" in words_of(Client().get("/en/monitor/2025/"))


def test_the_pages_give_reports_per_100_with_what_they_lie_between_or_why_not():
    (edition,) = the_editions("2025")
    part = next(
        one
        for one in parts_of(profile_indicators()[PER_100], edition.profile.numbers, _rows(edition))
        if one.code == "mayor"
    )
    page = words_of(Client().get("/monitor/2025/"))
    shown = [f"{one:.1f}".replace(".", ",") for one in (part.value, part.low, part.high)]
    assert re.search(rf"Burgemeester 342 {shown[0]} {shown[1]} en {shown[2]}", page)
    (unknown,) = re.findall(r"Niet bekend, omdat niet elke organisatie haar aantal gaf: (.*?)\.", page)
    assert "raadslid" in unknown.split(", ")
    assert "burgemeester" not in unknown.split(", ")
    assert "Dijkgraaf 21 minder dan 100 mensen" in page
    assert "Geen aandeel van mensen" in page
    the_editions("2025-Q4")
    assert "Meldingen voor elke 100" not in words_of(Client().get("/monitor/2025-Q4/")), "no quarter has that table"


def test_a_factsheet_of_a_function_says_it_where_it_is_known():
    the_editions("2025")
    page = words_of(Client().get("/monitor/factsheets/burgemeesters/"))
    assert re.search(
        r"Voor elke 100 burgemeesters waren er ongeveer \d+,\d meldingen \(ongeveer \d+ meldingen van alle soorten\)",
        page,
    )
    assert "volgens de profielen van organisaties 342 mensen" in page
    for other in ("raadsleden", "gemeenten", "ambtsdragers"):
        assert "Voor elke 100" not in words_of(Client().get(f"/monitor/factsheets/{other}/"))


def test_an_edition_of_before_there_were_profiles_says_nothing_of_them():
    (edition,) = the_editions("2025")
    edition.profile.delete()
    for path in ("/monitor/", "/monitor/2025/", "/monitor/factsheets/burgemeesters/"):
        page = words_of(Client().get(path))
        assert "Wie doet mee" not in page
        assert "Voor elke 100" not in page
    listed = [one["indicator"] for one in Client().get("/api/v1/editions/2025/figures").json()["results"]]
    assert "reports" in listed
    assert not set(profile_indicators()) & set(listed)
