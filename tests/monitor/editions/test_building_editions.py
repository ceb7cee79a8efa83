"""Building and releasing editions: refused with the reason, resumable, the same each time, by two people."""

import hashlib
import json
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from monitor.disclosure.system import UnknownLeaf, system_of
from monitor.editions import build as editions
from monitor.editions.archive import PUBLISHER, contents_of, stored_contents
from monitor.editions.build import EditionRefused, build_edition
from monitor.editions.counting import counted, organisation_codes_today
from monitor.editions.release import MayNot, release, take_back, throw_away, withdraw
from monitor.events import MonitorEvent
from monitor.models import Edition, EditionIsFinal, EditionTable, Tally
from monitor.rules.catalogue import POPULATIONS
from monitor.rules.periods import is_quarter, quarters_of
from organisations.access.policy import Actor
from organisations.codes import code_list
from organisations.models import Organisation, Person
from reporting.counting.facts import NewFact, facts, leave_fact
from reporting.models import Fact
from tests.support.figures.editions import publish, publishers, the_editions, the_register
from tests.support.figures.facts import facts as counted_facts
from vault.keyring.period_keys import destroy_period_key, period_digest, seal_for_period
from vault.ledger import entries, record
from vault.models import PeriodKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> None:
    """Few reports: enough for quarters."""
    the_register(reports=60, seed=3)


@pytest.fixture
def larger_register() -> None:
    the_register()


def rows(edition: Edition) -> dict[str, list]:
    return {stored.table: stored.rows for stored in edition.stored.all()}


def acts() -> list[str]:
    return [entry.action for entry in entries(PUBLISHER)]


@pytest.mark.parametrize(
    ("period", "why"),
    [("later", "geen jaar of kwartaal"), ("2025-Q5", "geen jaar of kwartaal"), ("2099", "nog niet voorbij")],
)
def test_a_period_that_cannot_be_is_refused_with_the_reason(period, why):
    with pytest.raises(EditionRefused, match=why):
        build_edition(period)
    with pytest.raises(CommandError, match=why):
        call_command("build_edition", period)


def test_a_quarter_can_be_built_from_the_second_day_after_it(register):
    zone = timezone.get_default_timezone()
    with (
        time_machine.travel(datetime(2025, 4, 1, 12, tzinfo=zone), tick=False),
        pytest.raises(EditionRefused, match="2 april 2025"),
    ):
        build_edition("2025-Q1")
    with time_machine.travel(datetime(2025, 4, 2, 0, 1, tzinfo=zone), tick=False):
        assert build_edition("2025-Q1").status == "draft"


def test_an_edition_is_built_once_and_a_year_closes_its_quarters():
    the_editions("2024-Q1", "2024-Q2", "2024-Q3", "2024", "2025")
    with pytest.raises(EditionRefused, match="al een editie"):
        build_edition("2024-Q1")
    with pytest.raises(EditionRefused, match="Het jaar 2024 is al vrijgegeven"):
        build_edition("2024-Q4")
    with pytest.raises(EditionRefused, match="een eerder jaar kan niet volgen"):
        build_edition("2023")


def test_the_same_facts_and_secret_give_the_same_edition(register):
    first, _second = publishers()
    edition = build_edition("2025-Q1", proposed_by=first.person)
    before = rows(edition)
    throw_away("2025-Q1", first)
    assert rows(build_edition("2025-Q1")) == before
    assert PeriodKey.objects.filter(period="2025-Q1").count() == 1


def test_a_build_that_was_interrupted_goes_on_and_leaves_nothing_half_published(larger_register, monkeypatch):
    counted: list[str] = []

    def failing(population, quarter):
        if quarter == "2025-Q3":
            raise ConnectionError("the database went away")
        counted.append(quarter)
        return facts(population, quarter)

    monkeypatch.setattr(editions, "facts", failing)
    with pytest.raises(ConnectionError):
        build_edition("2025")
    assert not Edition.objects.exists()
    assert counted == ["2025-Q1", "2025-Q2"]
    sealed = [bytes(tally.sealed) for tally in Tally.objects.all()]
    assert len(sealed) == 2
    monkeypatch.setattr(
        editions, "facts", lambda population, quarter: counted.append(quarter) or facts(population, quarter)
    )
    edition = build_edition("2025")
    assert counted.count("2025-Q1") == 3  # outcomes and clocks; reports were counted before
    assert not Tally.objects.exists()
    assert edition.audit["result"] == "safe"


def test_facts_that_contradict_the_forms_are_refused_and_nothing_is_stored(larger_register, monkeypatch):

    def contradicting(population, quarter):
        index_of = {name: [leaf.id for leaf in code_list(name).leaves].index for name in ("kind", "channel")}
        for batch in facts(population, quarter):
            if population == "reports":
                batch.codes["channel"][batch.codes["kind"] == index_of["kind"]("integrity")] = index_of["channel"](
                    "phone"
                )
            yield batch

    monkeypatch.setattr(editions, "facts", contradicting)
    with pytest.raises(EditionRefused, match="formulieren en protocollen"):
        build_edition("2025")
    assert not Edition.objects.exists()


def test_counting_many_at_once_counts_what_counting_one_by_one_does(register, monkeypatch):
    monkeypatch.setattr("reporting.counting.facts.BATCH", 2)
    at = organisation_codes_today()
    for population in POPULATIONS:
        for period in ["2025-Q2", "2025"] if population == "reports" else ["2025"]:
            system = system_of(population, is_quarter(period))
            single_facts = list(counted_facts(population, quarters_of(period)))
            one_by_one = system.count(fact.codes | at[fact.organisation] for fact in single_facts)
            many = sum(counted(system, facts(population, quarter), at) for quarter in quarters_of(period))
            assert len(single_facts) == many[system.index[()]] > 2
            assert (many == one_by_one).all()


def test_a_fact_at_a_place_of_no_layer_is_refused(register):
    authority = Organisation.objects.filter(kind="authority")[0]
    codes = {"kind": "aggression", "aggression_form": "threat", "known_as": "named"}
    leave_fact(NewFact("there", "reports", authority.id, "2025-Q1", codes))
    with pytest.raises(UnknownLeaf, match="'authority' is not a leaf of layer"):
        counted(system_of("reports", True), facts("reports", "2025-Q1"), organisation_codes_today())


def test_without_its_secret_a_period_is_never_built_again(register):
    period_digest("2025-Q1")
    destroy_period_key("2025-Q1")
    with pytest.raises(EditionRefused, match="geheim van 2025-Q1 is vernietigd"):
        build_edition("2025-Q1")
    assert not Edition.objects.exists()


def test_what_was_put_aside_by_another_catalogue_is_counted_anew(register):
    """An update between two tries: the same number of cells, in another order."""
    build_edition("2025-Q1")
    wanted = rows(Edition.objects.get())
    throw_away("2025-Q1", publishers()[0])
    numbers = json.dumps([0] * len(system_of("reports", True).cells)).encode()
    sealed = seal_for_period("2025-Q1", numbers, "reports", "2025-Q1", len(system_of("reports", True).cells))
    parts = {"period": "2025-Q1", "population": "reports", "quarter": "2025-Q1", "sealed": sealed}
    Tally.objects.create(catalogue="of before", **parts)
    build_edition("2025-Q1")
    assert rows(Edition.objects.get()) == wanted


def test_a_draft_of_another_version_is_not_released(register):
    first, second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    Edition.objects.update(software_version="0.1.0")
    with pytest.raises(EditionRefused, match="andere versie"):
        release("2025-Q1", second)


def test_a_fact_that_was_changed_in_the_database_stops_the_build(register):
    fact, other = Fact.objects.filter(population="reports", period="2025-Q1")[:2]
    Fact.objects.filter(id=fact.id).update(codes=other.codes)
    with pytest.raises(EditionRefused, match="kan niet worden gelezen"):
        build_edition("2025-Q1")
    assert not Edition.objects.exists()


def test_what_is_out_loses_its_secret_when_nothing_of_it_can_be_made_again(larger_register):
    publish("2024-Q1")
    build_edition("2024-Q2")  # never released
    publish("2024")
    gone = {key.period: key.sealed is None for key in PeriodKey.objects.all()}
    assert gone == {"2024-Q1": True, "2024-Q2": True, "2024": False}


def test_an_edition_is_released_by_somebody_else_than_who_built_it(register):
    first, second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    with pytest.raises(MayNot, match="mag die niet vrijgeven"):
        release("2025-Q1", first)
    build_edition("2025-Q2")
    with pytest.raises(MayNot, match="mag die niet vrijgeven"):
        release("2025-Q2", second)
    edition = release("2025-Q1", second)
    assert (edition.status, edition.published_at is not None) == ("published", True)
    assert acts()[-1] == "edition.released"
    with pytest.raises(EditionRefused, match="geen concept meer"):
        release("2025-Q1", second)


@pytest.mark.both
def test_the_database_too_asks_for_two_people(register):
    first, _second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    for wrong in ({"released_by": first.person}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(id="2025-Q1").update(status="published", **wrong)


def test_nobody_else_may_release_or_withdraw(register):
    first, _second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    nobody = Actor.at(Person.objects.create_person("Iemand", "iemand@ministerie-bzk.test"), first.organisation)
    for act in (lambda: release("2025-Q1", nobody), lambda: throw_away("2025-Q1", nobody)):
        with pytest.raises(MayNot):
            act()
    publish("2025-Q2")
    with pytest.raises(MayNot):
        withdraw("2025-Q2", nobody, "Een reden die lang genoeg is.")


def test_an_embargo_ends_by_itself_and_can_be_taken_back_before(register):
    first, second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    with pytest.raises(EditionRefused, match="verleden"):
        release("2025-Q1", second, embargo_until=timezone.now() - timedelta(minutes=1))
    until = timezone.now() + timedelta(days=3)
    release("2025-Q1", second, embargo_until=until)
    assert not Edition.objects.public().exists()
    assert Edition.objects.ahead().count() == 1
    take_back("2025-Q1", second)
    assert Edition.objects.get().status_now == "draft"
    release("2025-Q1", second, embargo_until=until)
    with time_machine.travel(until + timedelta(minutes=1), tick=False):
        edition = Edition.objects.public().get()
        assert (edition.status_now, edition.public_since) == ("published", until)
        assert not Edition.objects.ahead().exists()
        with pytest.raises(EditionRefused, match="embargo"):
            take_back("2025-Q1", second)
        assert withdraw("2025-Q1", second, "Er stond een fout in de toelichting.").status_now == "withdrawn"
    assert acts().count("edition.taken_back") == 1


def test_a_withdrawn_edition_stays_with_its_reason(register):
    edition = publish("2025-Q1")
    _first, second = publishers()
    with pytest.raises(EditionRefused, match="ten minste 10 tekens"):
        withdraw(edition.id, second, "te kort")
    withdraw(edition.id, second, "De telling van een organisatie klopte niet.")
    assert Edition.objects.public().get().withdrawn_because == "De telling van een organisatie klopte niet."
    with pytest.raises(EditionRefused):
        throw_away(edition.id, second)


def test_a_draft_that_no_longer_fits_what_became_public_is_not_released(larger_register):
    first, second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    build_edition("2025", proposed_by=first.person)
    release("2025-Q1", second)
    with pytest.raises(EditionRefused, match="opnieuw"):
        release("2025", second)
    throw_away("2025", first)
    build_edition("2025", proposed_by=first.person)
    assert release("2025", second).rests_on == ["2025-Q1"]


def test_a_draft_that_was_changed_in_the_database_is_not_released(register):
    first, second = publishers()
    edition = build_edition("2025-Q1", proposed_by=first.person)
    stored = edition.stored.get()
    stored.rows[0][-1] += 5
    EditionTable.objects.filter(pk=stored.pk).update(rows=stored.rows)
    with pytest.raises(EditionRefused, match="niet wat is ondertekend"):
        release("2025-Q1", second)


def test_rows_and_checksums_that_were_changed_together_are_not_what_was_signed(register):
    first, second = publishers()
    draft = build_edition("2025-Q1", proposed_by=first.person)
    stored = draft.stored.get()
    stored.rows[0][-1] += 5
    EditionTable.objects.filter(pk=stored.pk).update(rows=stored.rows)
    content = contents_of(stored_contents(Edition.objects.get()))
    Edition.objects.update(manifest={name: hashlib.sha256(part).hexdigest() for name, part in content.items()})
    with pytest.raises(EditionRefused, match="niet wat is ondertekend"):
        release("2025-Q1", second)


def test_what_machines_read_ahead_is_not_rounded_again(register):
    first, second = publishers()
    build_edition("2025-Q1", proposed_by=first.person)
    release("2025-Q1", second, embargo_until=timezone.now() + timedelta(days=3))
    record(PUBLISHER, MonitorEvent.EDITION_READ_AHEAD, client="bzk", edition="2025-Q1", table="Q1")
    with pytest.raises(EditionRefused, match="hebben deze editie al gelezen"):
        take_back("2025-Q1", second)
    assert Edition.objects.get().status == "embargoed"


def test_who_built_a_draft_stays(register):
    first, second = publishers()
    draft = build_edition("2025-Q1", proposed_by=first.person)
    draft.proposed_by = second.person
    with pytest.raises(EditionIsFinal):
        draft.save()


def test_what_was_published_never_changes(register):
    edition = publish("2025-Q1")
    edition.base = 3
    with pytest.raises(EditionIsFinal):
        edition.save()
    table = edition.stored.get()
    table.rows = []
    with pytest.raises(EditionIsFinal):
        table.save()
    edition.proof.witnesses = b""
    with pytest.raises(EditionIsFinal):
        edition.proof.save()
    with pytest.raises(EditionIsFinal):
        Edition.objects.get().delete()
    assert EditionTable.objects.count() == 1


def test_a_report_that_comes_late_is_counted_in_a_later_quarter(register):
    edition = publish("2025-Q1")
    before = rows(edition)
    organisation = Organisation.objects.reportable()[0]
    codes = {"kind": "aggression", "aggression_form": "threat", "known_as": "named"}
    leave_fact(NewFact("late", "reports", organisation.id, "2025-Q2", codes))
    assert Fact.objects.filter(period="2025-Q2").exists()
    assert rows(Edition.objects.get()) == before


def test_the_command_builds_a_draft_and_says_what_was_proven(larger_register, capsys):
    first, _second = publishers()
    call_command("build_edition", "2025", by=first.person.email)
    said = capsys.readouterr().out
    assert "2025-Q4" in said
    edition = Edition.objects.get()
    assert f"{edition.audit['targets']} of {edition.audit['targets']} small cells proven" in said
    assert (edition.status, edition.proposed_by) == ("draft", first.person)
    assert edition.cut_off_date == date(2025, 12, 31)
    with pytest.raises(CommandError, match="nobody@"):
        call_command("build_edition", "2024", by="nobody@example.org")


def test_nothing_is_shown_before_what_it_rests_on_nor_left_without_it():
    the_editions("2025-Q1", "2025")
    _first, second = publishers()
    later = timezone.now() + timedelta(days=10)
    Edition.objects.filter(id="2025-Q1").update(status="embargoed", embargo_until=later, published_at=None)
    with pytest.raises(EditionRefused, match="2025 is intussen vrijgegeven"):
        take_back("2025-Q1", second)
    Edition.objects.filter(id="2025").update(status="draft", released_by=None, rests_on=["2025-Q1"], published_at=None)
    with pytest.raises(EditionRefused, match="embargo langer duurt"):
        release("2025", second)
