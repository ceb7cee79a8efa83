"""The revision of a year: only when enough was wrong, proven together with the first edition, and found by its readers."""

import csv
import gzip
import io
import json
import zipfile
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from monitor.disclosure.proof.archive import verify
from monitor.editions.archive import archive_of
from monitor.editions.build import EditionRefused, build_edition, check_order
from monitor.editions.release import release, throw_away, withdraw
from monitor.editions.revisions import TooLittle, judged_corrections
from monitor.editions.simulation import simulated
from monitor.editions.verifier import catalogues
from monitor.models import Edition
from monitor.rules.periods import quarters_of
from organisations.models import Organisation
from organisations.register.register import load_register
from reporting.counting.corrections import (
    as_counted,
    correct,
    corrected,
    facts_of,
    is_worth_revising,
    newest_correction,
)
from reporting.counting.facts import CannotCount, NewFact, leave_facts
from reporting.models import Fact, FactCorrection, FactIsFinal
from tests.monitor.disclosure.test_proof import signed, table, unpacked
from tests.support.figures.editions import REPORTS, SEED, publish, publishers, the_register

pytestmark = pytest.mark.django_db
AFTERWARDS = date(2026, 2, 1)


def counted(population: str, **codes: str) -> None:
    """Fifteen facts at each of six municipalities."""
    load_register()
    codes = {"kind": "aggression", "known_as": "named", "aggression_form": "threat"} | codes
    organisations = Organisation.objects.filter(kind="municipality").order_by("slug")[:6]
    leave_facts(
        NewFact(f"{population} {organisation.slug} {number}", population, organisation.id, "2025-Q2", codes)
        for organisation in organisations
        for number in range(15)
    )


def spoil(number: int, organisations: int, population: str = "reports") -> None:
    """Find out that so many more facts, at so many organisations, should not have been counted."""
    facts_of_year = Fact.objects.filter(population=population, period__startswith="2025", corrections=None)
    facts_of_year = facts_of_year.select_related("organisation")
    by_place = Counter(fact.organisation_id for fact in facts_of_year)
    largest = [organisation for organisation, _count in by_place.most_common(organisations)]
    waiting = {
        organisation: [fact for fact in facts_of_year if fact.organisation_id == organisation]
        for organisation in largest
    }
    for turn in range(number):
        assert correct(waiting[largest[turn % organisations]].pop(), None, AFTERWARDS)


def spoil_cases(number: int, organisations: int, start: int = 0) -> None:
    """Find out that so many simulated cases of 2025, at the largest organisations, should not have been counted."""
    drawn = simulated(
        list(Organisation.objects.reportable().order_by("slug")),
        reports=REPORTS,
        years=2,
        seed=SEED,
        until=date(2025, 12, 31),
    )
    of_2025 = [of_case for of_case in drawn if all(fact.period.startswith("2025") for fact in of_case)]
    by_place = Counter(of_case[0].organisation for of_case in of_2025)
    largest = [organisation for organisation, _count in by_place.most_common(organisations)]
    waiting = {
        organisation: [of_case for of_case in of_2025 if of_case[0].organisation == organisation]
        for organisation in largest
    }
    for turn in range(start, start + number):
        of_case = waiting[largest[turn % organisations]][turn // organisations]
        for fact in facts_of((fact.population, fact.event) for fact in of_case):
            assert correct(fact, None, AFTERWARDS)


@pytest.mark.parametrize(
    ("number", "places", "enough"), [(0, 1, False), (24, 5, False), (29, 2, False), (29, 3, False), (30, 3, True)]
)
def test_enough_was_wrong_from_twenty_reports_besides_those_of_the_largest_of_three_organisations(
    number, places, enough
):
    counted("reports")
    counted("clocks", clock="ack", met="met")
    spoil(number, places)
    spoil(40, 5, "clocks")  # a case has many: they never make it enough
    assert is_worth_revising(quarters_of("2025"), newest_correction()) == enough


def test_outcomes_are_never_enough_by_themselves():
    counted("outcomes", outcome="response_letter", lead_time="d30", path="not_investigated", handled_by="elsewhere")
    spoil(60, 6, "outcomes")
    assert not is_worth_revising(quarters_of("2025"), newest_correction())


def test_what_was_taken_out_in_time_stays_out():
    """Else a number of a kind or place could rise in a revision, and the proof relies on that it cannot."""
    counted("reports")
    fact = Fact.objects.select_related("organisation").first()
    assert correct(fact, None, date(2025, 5, 3))
    assert correct(fact, as_counted(fact).codes, AFTERWARDS)
    assert corrected("reports", quarters_of("2025"), newest_correction()) == []


def test_what_follows_from_the_case_itself_is_never_corrected():
    counted("clocks", clock="ack", met="met")
    fact = Fact.objects.select_related("organisation").first()
    with pytest.raises(CannotCount, match="met cannot be corrected"):
        correct(fact, as_counted(fact).codes | {"met": "missed"}, AFTERWARDS)
    assert not FactCorrection.objects.exists()


def test_asking_again_gives_the_same_answer_and_the_same_corrections():
    counted("reports")
    spoil(19, 5)
    for _again in range(2):
        with pytest.raises(TooLittle):
            judged_corrections("2025")
        spoil(10, 5)  # enough by now, but that is not told yet
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert len(judged_corrections("2025")["reports"]) == 39
        spoil(1, 5)
        assert len(judged_corrections("2025")["reports"]) == 39


def test_corrections_made_in_time_count_at_once_and_ask_for_no_revision():
    counted("reports")
    for fact in Fact.objects.filter(population="reports", period="2025-Q2").select_related("organisation"):
        correct(fact, None, date(2025, 5, 3))
    edition = publish("2025-Q2")
    assert [row[-1] for row in edition.stored.get().rows] == [0, 0, 0, 0]
    assert corrected("reports", quarters_of("2025"), newest_correction()) == []


def test_a_correction_that_says_the_same_is_none_and_none_is_changed():
    counted("reports")
    fact = Fact.objects.filter(population="reports").select_related("organisation").first()
    assert correct(fact, None, AFTERWARDS)
    assert not correct(fact, None, AFTERWARDS)
    correction = FactCorrection.objects.get()
    assert len(correction.codes) == len(fact.codes)  # whatever it says
    with pytest.raises(FactIsFinal):
        correction.save()
    with pytest.raises(FactIsFinal):
        correction.delete()


@pytest.mark.rehearsal
def test_a_year_is_revised_once_proven_with_the_first_edition_and_found_by_its_readers(monkeypatch):
    monkeypatch.setattr(
        "vault.keyring.period_keys.random_key", lambda: bytes(31) + b"7"
    )  # not every secret has a revision
    the_register()
    publish("2025-Q2")
    year = publish("2025")
    for edition, why in (
        ("2024-r2", "Het jaar 2024 is nog niet vrijgegeven"),
        ("2025-r3", "geen jaar of kwartaal"),
        ("2025-r2", "te weinig gecorrigeerd"),
    ):
        with pytest.raises(EditionRefused, match=why):
            build_edition(edition)
    assert "herzien" not in Client().get("/monitor/2025/").content.decode()

    spoil_cases(28, 4)
    Organisation.objects.filter(size_class="250k_up").update(
        size_class="100k_250k"
    )  # since then: no error of that year
    first, second = publishers()
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        draft = build_edition("2025-r2", proposed_by=first.person)
        rows = {stored.table: stored.rows for stored in draft.stored.all()}
        throw_away("2025-r2", second)
        spoil_cases(1, 4, start=28)  # does not show in another draft
        build_edition("2025-r2", proposed_by=first.person)
        revision = release("2025-r2", second)
        assert {stored.table: stored.rows for stored in revision.stored.all()} == rows

        with pytest.raises(EditionRefused, match="al een editie"):
            build_edition("2025-r2")
        assert_what_was_right_stays(year, revision)
        assert_proven_together(revision)
        assert_readers_find_it()
        withdraw("2025-r2", second, "De herziening bleek ook niet te kloppen.")
        assert "revisedBy" not in Client().get("/api/v1/editions/2025").json()
        with pytest.raises(EditionRefused, match="2025 is al vrijgegeven"):
            check_order("2025-Q3")


def assert_what_was_right_stays(year: Edition, revision: Edition) -> None:
    moved = []
    for stored in revision.stored.all():
        first = np.array([row[-1] for row in year.stored.get(table=stored.table).rows])
        moved.append(np.abs(np.array([row[-1] for row in stored.rows]) - first) > 0)
        if stored.table in ("T1", "T8", "T9", "T11"):  # of kind, place and clock corrections only take away
            assert all(row[-1] <= before for row, before in zip(stored.rows, first, strict=True))
    assert 0 < np.concatenate(moved).mean() < 0.2


def assert_proven_together(revision: Edition) -> None:
    assert revision.rests_on == ["2025-Q2", "2025"]
    packed = archive_of(revision)
    finding = verify(io.BytesIO(packed), catalogues=catalogues())
    assert finding.faults == []
    assert finding.targets == finding.proven > 2 * 1000  # in both editions
    files = unpacked(packed)
    rows = list(csv.DictReader(io.StringIO(files["tables/T1.csv"].decode())))
    assert {row["period"] for row in rows} == {"2025"}
    changes = [
        ("no pairs", {"witnesses.csv.gz": without_pair(files["witnesses.csv.gz"])}),
        ("cannot rest on", {"edition.json": without_first(files["edition.json"])}),
    ]
    more = [(lambda rows, row=row: rows[row].__setitem__(-2, str(int(rows[row][-2]) + 500))) for row in (1, 14)]
    table(more[0], "tables/T8.csv")(other := dict(files))
    table(more[1], "tables/T9.csv")(risen := dict(files))
    for fault, changed in [*changes, ("_T _T", other), ("rises, which no correction can lead to", risen)]:
        faults = verify(signed(files | changed), catalogues=catalogues()).faults
        assert any(fault in message for message in faults), (fault, faults[:3])


def without_pair(packed: bytes) -> bytes:
    lines = gzip.decompress(packed).decode().splitlines(keepends=True)
    lines.remove([line for line in lines if line.startswith("before:reports,")][1])
    return gzip.compress("".join(lines).encode())


def without_first(content: bytes) -> bytes:
    facts = json.loads(content)
    facts["restsOn"].remove("2025")
    return json.dumps(facts).encode()


def assert_readers_find_it() -> None:
    client = Client()
    for address in ("/monitor/2025/", "/monitor/2025/T1/", "/monitor/factsheets/wethouders/?jaar=2025"):
        assert "Dit jaar is herzien" in client.get(address).content.decode(), address
    assert reverse("monitor:edition", args=["2025-r2"]) in client.get("/monitor/").content.decode()
    assert "2025, herzien" in client.get("/monitor/2025-r2/T1/?naast=2025").content.decode()
    assert "In 2025 " in client.get("/monitor/factsheets/wethouders/").content.decode()
    assert client.get("/api/v1/editions/2025").json()["revisedBy"] == "2025-r2"
    assert "revisedBy" not in client.get("/api/v1/editions/2025-r2").json()
    cells = client.get("/api/v1/editions/2025-r2/tables/T1").json()
    assert (cells["edition"], cells["cells"][0]["period"]) == ("2025-r2", "2025")
    with zipfile.ZipFile(io.BytesIO(client.get("/api/v1/editions/2025-r2/archive").content)) as packed:
        assert "earlier/2025/T1.csv" in packed.namelist()
