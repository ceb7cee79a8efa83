"""The administrator's page for what an organisation tells of itself in the figures."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from organisations.administration.profile import layers, told_of
from organisations.models import OrganisationProfile
from organisations.people.appointments import appoint
from reporting.codes import EXCLUSIVE_GROUPS
from tests.support.build import BACKEND, a_place
from tests.support.reporter import words_of
from vault.ledger import entries

pytestmark = pytest.mark.django_db
PAGE = "/beheer/profiel/"
YEAR = timezone.localdate().year
FILLED = {"council_member": "39", "alderman": "6", "employee": "1.200", "prevention": ["agenda", "dilemmas"]}


@pytest.fixture
def admin(place):
    return place.client("administrator")


def _post(client, year=YEAR, *, revision=0, organisation="voorbeeldstad", **fields):
    data = {**FILLED, "revision": revision, "organisation": organisation, **fields}
    return client.post(f"{PAGE}?jaar={year}", data, follow=True)


def test_an_administrator_fills_it_in_and_finds_it_again(place, admin):
    assert PAGE in admin.get("/beheer/").content.decode()
    page = _post(admin)
    assert f"Het profiel van {YEAR} is bewaard." in words_of(page)
    told = told_of(place.organisation, YEAR)
    assert told.holders == {"council_member": 39, "alderman": 6, "employee": 1200}
    assert told.prevention == ["agenda", "dilemmas"]
    assert 'value="1200"' in page.content.decode()
    assert f"{YEAR}: ingevuld" in words_of(page)
    assert told_of(place.organisation, YEAR - 1) is None


def test_the_ledger_says_who_changed_what(place, admin):
    _post(admin)
    _post(admin, revision=1, alderman="7")
    first, second = [one for one in entries(place.organisation.id) if one.action == "profile.kept"]
    assert first.actor == second.actor == place["administrator"].id
    assert first.detail["year"] == YEAR
    assert "alderman:6" in first.detail["holders"]
    assert "alderman:7" in second.detail["holders"]
    assert second.detail["prevention"] == "agenda dilemmas"


@pytest.mark.parametrize("year", [YEAR + 1, YEAR - 2, "2025-Q1", "toen", ""])
def test_of_another_year_nothing_is_shown_or_kept(place, admin, year):
    for page in (admin.get(f"{PAGE}?jaar={year}"), _post(admin, year)):
        assert page.status_code == 404
        words = words_of(page)
        assert "Van dat jaar is er geen profiel" in words
        assert f"Het profiel van {YEAR - 1}" in words
    assert not OrganisationProfile.objects.exists()


@pytest.mark.parametrize("typed", ["negenendertig", "-1", "99999", "3,5"])
def test_what_is_no_number_is_told_and_nothing_typed_is_lost(place, admin, typed):
    page = _post(admin, council_member=typed)
    assert page.status_code == 422
    assert f'value="{typed}"' in page.content.decode()
    assert re.search(r'value="agenda"\s+checked', page.content.decode())
    assert (
        "Aantal raadsleden: vul een heel getal in van 0 tot en met 60, of laat het leeg als u het niet weet."
        in words_of(page)
    )
    assert not OrganisationProfile.objects.exists()


def test_what_is_left_empty_is_not_known_which_is_no_zero(place, admin):
    _post(admin, council_member="", employee="0")
    assert told_of(place.organisation, YEAR).holders == {"alderman": 6, "employee": 0}


def test_a_stale_page_overwrites_nothing_and_can_be_meant(place, admin):
    _post(admin)
    page = _post(admin, alderman="7")
    assert page.status_code == 422
    assert "Iemand heeft het profiel intussen veranderd." in words_of(page)
    assert 'value="7"' in page.content.decode(), "what was typed stays"
    assert told_of(place.organisation, YEAR).holders["alderman"] == 6
    assert 'name="revision" value="1"' in page.content.decode()
    _post(admin, alderman="7", revision=1)
    assert told_of(place.organisation, YEAR).holders["alderman"] == 7


def test_a_page_made_for_another_organisation_changes_nothing_here(place, admin):
    assert _post(admin, organisation="elders").status_code == 422
    assert not OrganisationProfile.objects.exists()


def test_an_administrator_elsewhere_sees_and_changes_only_the_own_one(place, admin):
    _post(admin, alderman="13")
    other = place.others["province"]
    page = other.client("administrator").get(PAGE)
    assert "Aantal Statenleden" in words_of(page)
    assert "wethouders" not in words_of(page)
    assert 'value="13"' not in page.content.decode()
    _post(other.client("administrator"), organisation="provincie-voorbeeldland", provincial_member="43")
    assert told_of(place.organisation, YEAR).holders["alderman"] == 13
    assert told_of(other.organisation, YEAR).holders == {"provincial_member": 43, "employee": 1200}


@pytest.mark.parametrize("role", ["officer", "mayor", "registrar", "coordinator", "auditor"])
def test_nobody_else_gets_there(place, role):
    client = place.client(role)
    assert client.get(PAGE).status_code == 403
    assert _post(client).status_code == 403
    assert not OrganisationProfile.objects.exists()


def test_who_is_not_signed_in_is_asked_to_and_a_forged_post_is_refused(place):
    assert Client().get(PAGE).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place["administrator"], backend=BACKEND)
    assert strict.post(PAGE, FILLED).status_code == 403
    assert not OrganisationProfile.objects.exists()


def test_the_numbers_of_last_year_stand_ready_for_this_one_and_what_was_done_does_not(place, admin):
    _post(admin, YEAR - 1)
    page = admin.get(PAGE)
    assert f"Dit zijn de getallen van {YEAR - 1}." in words_of(page)
    assert 'value="39"' in page.content.decode()
    assert "checked" not in page.content.decode()
    assert told_of(place.organisation, YEAR) is None, "nobody said so yet"


def test_a_ministry_has_nothing_to_fill_in(place):
    ministry = place.others["ministry"]
    appoint(ministry["ministry_desk"], ministry.organisation, "administrator", since=date(2024, 1, 1))
    client = ministry.client("ministry_desk")
    assert "U hoeft niets in te vullen." in words_of(client.get(PAGE))
    assert "U hoeft niets in te vullen." in words_of(_post(client))
    assert not OrganisationProfile.objects.exists()


def test_it_says_since_when_the_organisation_takes_part(place, admin):
    assert "doet nog niet mee in de cijfers" in words_of(admin.get(PAGE))
    place.organisation.takes_part_since = date(2024, 3, 1)
    place.organisation.save()
    assert "doet sinds 1 maart 2024 mee in de cijfers" in words_of(admin.get(PAGE))


@pytest.mark.parametrize("kind", ["municipality", "province", "water_authority"])
def test_every_function_of_a_layer_is_asked_or_held_once(kind):
    rules = layers()[kind]
    known = {*rules.asked, *rules.once}
    assert set(EXCLUSIVE_GROUPS[kind]) < known
    assert known - set(EXCLUSIVE_GROUPS[kind]) <= {"employee", "registrar", "general_secretary"}
    page = a_place(kind).client("administrator").get(PAGE).content.decode()
    assert all(f'name="{one}"' in page for one in rules.asked)
    assert not [one for one in rules.once if f'name="{one}"' in page]


def test_who_goes_live_takes_part_from_that_day_on(place):
    call_command("go_live", "voorbeeldstad")
    place.organisation.refresh_from_db()
    assert place.organisation.takes_part_since == timezone.localdate()
    earlier = timezone.localdate() - timedelta(days=400)
    place.organisation.takes_part_since = earlier
    place.organisation.save()
    call_command("go_live", "voorbeeldstad")
    place.organisation.refresh_from_db()
    assert place.organisation.takes_part_since == earlier, "going live again does not undo it"
