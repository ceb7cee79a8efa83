"""The register, appointments over time, and going live."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from organisations.access.policy import Actor
from organisations.models import Organisation, Person
from organisations.people.appointments import holders, organisations_of, take_office
from organisations.register.readiness import obstacles
from organisations.register.register import BadRegister, load_register
from tests.support.build import a_place
from vault.keyring.keys import key_pair_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_the_whole_register_is_loaded_and_can_be_loaded_again():
    assert load_register().added == 377
    counts = {
        kind: Organisation.objects.filter(kind=kind).count() for kind in ("municipality", "province", "water_authority")
    }
    assert counts == {"municipality": 342, "province": 12, "water_authority": 21}
    assert Organisation.objects.get(slug="utrecht").code == "GM0344"
    assert Organisation.objects.get(slug="provincie-utrecht").title == "Provincie Utrecht"
    assert not Organisation.objects.filter(live=True).exists()
    Organisation.objects.filter(slug="urk").update(size_class="20k_50k", name="Verkeerd")
    again = load_register()
    assert (again.added, again.changed) == (0, 1)
    urk = Organisation.objects.get(slug="urk")
    assert (urk.name, urk.size_class) == ("Urk", "20k_50k")


def test_every_organisation_lies_in_a_province_that_is_there():
    load_register()
    provinces = set(Organisation.objects.filter(kind="province").values_list("code", flat=True))
    assert set(Organisation.objects.reportable().values_list("province", flat=True)) == provinces


def test_a_bad_line_is_named_and_nothing_is_loaded(tmp_path):
    file = tmp_path / "register.csv"
    file.write_text(
        "code,kind,name,slug,province,size_class\nGM1,municipality,Goed,goed,PV26,\nGM2,castle,Fout,fout,PV26,\n"
    )
    with pytest.raises(BadRegister, match=r"line 3.*castle"):
        load_register(file)
    assert not Organisation.objects.exists()


def test_somebody_holds_functions_in_several_places_and_times():
    place = a_place()
    other = place.others["water_authority"].organisation
    person = Person.objects.create_person("Sanne Tweebaan")
    take_office(person, place.organisation, "alderman", since=date(2018, 6, 1), until=date(2022, 5, 31))
    take_office(person, other, "water_assembly_member", since=date(2023, 3, 29))
    assert person in holders(place.organisation, "alderman", date(2020, 1, 1))
    assert person not in holders(place.organisation, "alderman", date(2023, 1, 1))
    assert organisations_of(person, date(2024, 1, 1)) == [other]
    assert Actor.at(person, other).functions == {"water_assembly_member"}
    assert not Actor.at(person, place.organisation).functions


def test_a_key_pair_comes_with_the_first_role():
    place = a_place()
    call_command("appoint", place.organisation.slug, "officer", name="Noor Nieuw", email="noor@example.org")
    person = Person.objects.get(email="noor@example.org")
    assert key_pair_of(place.organisation.id, person.id) is not None
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    ("arguments", "why"), [(["nergens", "mayor"], "nergens"), (["voorbeeldstad", "emperor"], "emperor")]
)
def test_an_appointment_that_cannot_be_is_refused_with_the_reason(arguments, why):
    a_place()
    with pytest.raises(CommandError, match=why):
        call_command("appoint", *arguments, name="Wie Dan Ook")
    assert not Person.objects.filter(name="Wie Dan Ook").exists()


@pytest.mark.parametrize("kind", ["municipality", "province", "water_authority"])
def test_an_organisation_goes_live_when_every_report_ends_with_somebody(kind):
    place = a_place(kind)
    place.organisation.live = False
    place.organisation.save()
    assert obstacles(place.organisation) == []
    call_command("go_live", place.organisation.slug)
    place.organisation.refresh_from_db()
    assert place.organisation.live


def test_an_organisation_without_people_does_not_go_live_and_hears_why(capsys):
    load_register()
    with pytest.raises(CommandError):
        call_command("go_live", "urk")
    told = capsys.readouterr().out
    assert "nobody is confidential adviser" in told
    assert "about mayor: nobody is left" in told
    assert not Organisation.objects.get(slug="urk").live
