"""The publishing desk: two people for each edition, everybody else finds nothing, a draft is never public."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from jobs.models import Job
from jobs.runner import run_due
from monitor.disclosure.publication import NotProven
from monitor.editions.build import EditionRefused
from monitor.editions.builds import PATIENCE, ask_build, miss
from monitor.editions.release import release, withdraw
from monitor.models import Edition, EditionBuild
from organisations.access.policy import Actor
from organisations.desk.middleware import SESSION_KEY
from organisations.people.appointments import appoint
from tests.support.build import BACKEND, PASSWORD
from tests.support.figures.editions import a_draft_edition, publishers, the_editions, the_register
from tests.support.pages import in_one_line

pytestmark = pytest.mark.django_db
DESK = "/monitor/redactie/"


def _client(actor) -> Client:
    client = Client()
    client.force_login(actor.person, backend=BACKEND)
    session = client.session
    session[SESSION_KEY] = str(actor.organisation.id)
    session.save()
    return client


@pytest.fixture
def people():
    first, second = publishers()
    return _client(first), _client(second)


@pytest.fixture
def draft():
    """A quarter that the first publisher built."""
    return a_draft_edition("2025-Q4")


def _act(client: Client, period: str, act: str, **typed):
    return client.post(f"{DESK}{period}/", {"act": act, **typed})


def _text(answer) -> str:
    return in_one_line(answer.content.decode())


def test_everybody_else_finds_nothing(place, draft):
    for code in ("mayor", "administrator", "officer", "auditor"):
        for address in ("", "2025-Q4/", "2025-Q4/Q1/"):
            assert place.client(code).get(DESK + address).status_code == 404
        assert _act(place.client(code), "2025-Q4", "release", when="now", sure="yes").status_code == 404
        assert place.client(code).post(DESK, {"period": "2025-Q3"}).status_code == 404
        assert "Redactie" not in _text(place.client(code).get("/monitor/"))
    assert not EditionBuild.objects.exists()
    assert Edition.objects.get().status == "draft"


def test_who_is_not_signed_in_sees_only_how_to_sign_in(draft):
    for address in ("", "2025-Q4/", "2025-Q4/Q1/"):
        answer = Client().get(DESK + address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/inloggen/")


def test_publishers_see_the_desk_in_the_menu(people):
    assert "Redactie" in _text(people[0].get("/monitor/"))
    assert "Redactie" in _text(people[0].get("/werkplek/"))


def _signs_in(person, address: str = "/inloggen/") -> str:
    """Where somebody lands who signs in."""
    person.set_password(PASSWORD)
    person.save()
    return Client().post(address, {"login": person.email, "password": PASSWORD})["Location"]


def test_who_only_publishes_or_administers_begins_there_and_others_at_their_worklist(place):
    actor, _second = publishers()
    assert _signs_in(actor.person) == DESK
    assert _signs_in(actor.person, "/en/inloggen/") == f"/en{DESK}"
    assert _signs_in(actor.person, "/inloggen/?next=/monitor/2025/") == "/monitor/2025/"
    assert _signs_in(place["administrator"]) == "/beheer/"
    assert _signs_in(place["officer"]) == "/werkplek/"
    appoint(actor.person, actor.organisation, "administrator")
    assert _signs_in(actor.person) == "/werkplek/"


def test_who_switches_to_the_ministry_begins_at_the_desk(place):
    actor, _second = publishers()
    appoint(actor.person, place.organisation, "officer")
    client = _client(actor)
    at_work = client.post("/organisatie/", {"organisation": place.organisation.slug})
    assert at_work["Location"] == "/werkplek/"
    assert client.post("/organisatie/", {"organisation": actor.organisation.slug})["Location"] == DESK


def test_the_desk_says_what_can_be_built_and_why_not(people, settings):
    the_editions("2025")
    with time_machine.travel(datetime(2026, 5, 2, 12, tzinfo=UTC)):
        page = _text(people[0].get(DESK))
    can, cannot = page.split("Wat niet gebouwd kan worden")
    assert "1e kwartaal 2026" in can.split("Wat nu gebouwd kan worden")[1]
    assert (
        "2e kwartaal 2026</b>: 2026-Q2 is nog niet voorbij. De cijfers kunnen worden gemaakt vanaf 2 juli 2026."
        in cannot
    )
    assert not re.search(r"\d\d-\d\d-\d{4}", page), "dates are written with the month in words"
    assert "2e kwartaal 2025</b>: Het jaar 2025 is al vrijgegeven" in cannot
    assert "2024</b>: 2025 is al vrijgegeven" in cannot


def test_a_worker_builds_what_somebody_asked_for(people, django_capture_on_commit_callbacks):
    the_register()
    assert people[0].post(DESK, {"period": "2025-Q4"}).status_code == 302
    page = _text(people[0].get(DESK))
    assert "Wacht op een werker" in page
    assert 'http-equiv="refresh"' in page
    again = people[1].post(DESK, {"period": "2025-Q4"})
    assert again.status_code == 422
    assert "2025-Q4 wordt al gebouwd" in _text(again)
    with django_capture_on_commit_callbacks() as then:
        run_due()
    assert EditionBuild.objects.get().state == "running"
    assert "Tellen, afronden en bewijzen" in _text(people[0].get(DESK))
    for build in then:
        build()
    assert EditionBuild.objects.get().state == "done"
    edition = Edition.objects.get()
    assert (edition.id, edition.status, edition.proposed_by) == ("2025-Q4", "draft", publishers()[0].person)
    page = _text(people[0].get(DESK))
    assert 'http-equiv="refresh"' not in page
    assert "Publisher 1" in page
    assert "Er is al een editie van 2025-Q4" in _text(people[0].post(DESK, {"period": "2025-Q4"}))


def test_a_refusal_is_kept_with_its_reason(people, django_capture_on_commit_callbacks, monkeypatch):
    the_register()
    monkeypatch.setattr("monitor.editions.build.publish", _refuse)
    people[0].post(DESK, {"period": "2025-Q4"})
    with django_capture_on_commit_callbacks(execute=True):
        run_due()
    assert EditionBuild.objects.get().state == "refused"
    assert "geen waarden gevonden" in _text(people[0].get(DESK))
    monkeypatch.setattr("monitor.editions.build.publish", _break)
    people[0].post(DESK, {"period": "2025-Q4"})
    with django_capture_on_commit_callbacks(execute=True):
        run_due()
    page = _text(people[0].get(DESK))
    assert "Er ging iets mis" in page
    assert "count of 3" not in page
    assert not Edition.objects.exists()


def _refuse(*args, **kwargs):
    raise NotProven("no values were found that can be proven safe")


def _break(*args, **kwargs):
    raise RuntimeError("a count of 3")


@pytest.mark.both
def test_a_build_that_lost_its_worker_can_be_started_again(people):
    the_register()
    first, _second = publishers()
    build = ask_build("2025-Q4", first)
    EditionBuild.objects.update(state="running")
    miss(build.id)
    assert "opnieuw" in EditionBuild.objects.get().why
    assert ask_build("2025-Q4", first).state == "waiting"
    run_due()
    assert Job.objects.get(kind="monitor.miss_build").due > datetime.now(UTC) + PATIENCE - timedelta(minutes=1)


def test_only_publishers_have_editions_built(place):
    the_register()
    with pytest.raises(EditionRefused):
        ask_build("2025-Q4", Actor.at(place.people["administrator"][0], place.organisation))


def test_a_draft_is_looked_at_beside_the_edition_before_and_never_public(people, draft):
    the_editions("2025-Q3")
    page = _text(people[1].get(f"{DESK}2025-Q4/"))
    assert "Concept." in page
    assert "Wat is bewezen" in page
    table = _text(people[1].get(f"{DESK}2025-Q4/Q1/"))
    assert "Concept." in table
    assert "naast 3e kwartaal 2025" in table
    assert "/api/v1/" not in table.split("<main")[1]
    for client in (*people, Client()):
        for address in ("/monitor/2025-Q4/", "/monitor/2025-Q4/Q1/", "/api/v1/editions/2025-Q4"):
            assert client.get(address).status_code == 404


def test_who_built_an_edition_does_not_release_it(people, draft):
    page = _text(people[0].get(f"{DESK}2025-Q4/"))
    assert "iemand anders dan wie haar bouwde" in page
    assert 'value="release"' not in page
    answer = _act(people[0], "2025-Q4", "release", when="now", sure="yes")
    assert answer.status_code == 422
    assert "Dat doet iemand anders" in _text(answer)
    assert Edition.objects.get().status == "draft"
    assert _act(people[1], "2025-Q4", "release", when="now", sure="yes").status_code == 302
    assert Client().get("/monitor/2025-Q4/").status_code == 200


def test_an_embargo_ends_by_itself(people, draft):
    with time_machine.travel(datetime(2026, 2, 1, 8, tzinfo=UTC), tick=False) as clock:
        assert (
            _act(people[1], "2025-Q4", "release", when="later", until="2026-02-02T09:00", sure="yes").status_code == 302
        )
        assert "2 februari 2026, 09.00" in _text(people[0].get(f"{DESK}2025-Q4/"))
        assert Client().get("/monitor/2025-Q4/").status_code == 404
        clock.move_to(datetime(2026, 2, 2, 8, 0, 1, tzinfo=UTC))  # nine o'clock in the Netherlands
        assert "gepubliceerd op 2 februari 2026" in _text(Client().get("/monitor/2025-Q4/")).lower()
        assert 'value="withdraw"' in _text(people[0].get(f"{DESK}2025-Q4/"))


def test_an_embargo_can_be_taken_back(people, draft):
    release("2025-Q4", publishers()[1], embargo_until=datetime.now(UTC) + timedelta(days=2))
    assert _act(people[0], "2025-Q4", "take_back").status_code == 422, "it asks whether one is sure"
    assert _act(people[0], "2025-Q4", "take_back", sure="yes").status_code == 302
    assert Edition.objects.get().status == "draft"
    answer = _act(people[0], "2025-Q4", "take_back", sure="yes")
    assert answer.status_code == 422
    assert "Alleen een editie onder embargo" in _text(answer)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Kies wanneer"),
        ({"when": "later"}, "Geef het moment"),
        ({"when": "later", "until": "morgen"}, "Geef een dag en een tijd"),
        ({"when": "later", "until": "2025-01-01T09:00"}, "verleden"),
    ],
)
def test_what_was_typed_is_kept_with_the_reason(people, draft, typed, said):
    answer = _act(people[1], "2025-Q4", "release", **typed, sure="yes")
    assert answer.status_code == 422
    assert said in _text(answer)
    if "until" in typed:
        assert f'value="{typed["until"]}"' in _text(answer)
        assert 'value="later" checked' in _text(answer)


def test_one_click_too_many_releases_and_withdraws_nothing(people, draft):
    page = _text(people[1].get(f"{DESK}2025-Q4/"))
    assert "Zijn zij eenmaal uit" in page
    answer = _act(people[1], "2025-Q4", "release", when="later", until="2031-02-02T09:00")
    assert answer.status_code == 422
    assert "Vink het vakje aan" in _text(answer)
    assert 'value="2031-02-02T09:00"' in _text(answer)
    assert 'value="later" checked' in _text(answer)
    assert Edition.objects.get().status == "draft"
    assert _act(people[1], "2025-Q4", "release", when="now", sure="yes").status_code == 302
    assert "Niemand kan dit ongedaan maken" in _text(people[0].get(f"{DESK}2025-Q4/"))
    answer = _act(people[0], "2025-Q4", "withdraw", reason="Een organisatie leverde dubbel aan.")
    assert answer.status_code == 422
    assert "Een organisatie leverde dubbel aan.</textarea>" in _text(answer)
    assert Edition.objects.get().status == "published"


def test_a_period_that_was_withdrawn_is_named_with_the_reason(people):
    the_editions("2025")
    withdraw("2025", publishers()[0], "Een organisatie leverde dubbel aan.")
    page = _text(people[0].get(DESK))
    listed = page.split("Wat niet gebouwd kan worden")[1]
    assert "2025</b>: Ingetrokken op" in listed
    assert "kan niet opnieuw worden gebouwd" in listed
    assert "Een organisatie leverde dubbel aan." in listed


def test_withdrawing_needs_a_reason_and_everybody_reads_it(people):
    the_editions("2025")
    answer = _act(people[0], "2025", "withdraw", reason="te kort", sure="yes")
    assert answer.status_code == 422
    assert "te kort</textarea>" in _text(answer)
    assert "ten minste 10 tekens" in _text(answer)
    assert (
        _act(people[0], "2025", "withdraw", reason="Een organisatie leverde dubbel aan.", sure="yes").status_code == 302
    )
    assert "Een organisatie leverde dubbel aan." in _text(Client().get("/monitor/2025/"))
    assert (
        _act(people[0], "2025", "withdraw", reason="Een organisatie leverde dubbel aan.", sure="yes").status_code == 422
    )


def test_a_draft_is_thrown_away_only_by_who_is_sure(people, draft):
    assert _act(people[0], "2025-Q4", "throw_away").status_code == 422
    assert Edition.objects.exists()
    assert _act(people[0], "2025-Q4", "throw_away", sure="yes").status_code == 302
    assert not Edition.objects.exists()


def test_a_draft_that_was_overtaken_is_refused_with_the_reason(people):
    the_editions("2024", "2025-Q1", "2025-Q2", "2025-Q3", "2025")  # built while the fourth quarter was out too
    Edition.objects.filter(id="2025").update(status="draft", released_by=None, published_at=None)
    answer = _act(people[1], "2025", "release", when="now", sure="yes")
    assert answer.status_code == 422
    assert "Gooi het concept weg" in _text(answer).split("<main")[1].split("wb-summary")[0]


def test_what_is_no_period_is_refused_in_words(people):
    for period in ("", "2025-Qx", "<b>"):
        answer = people[0].post(DESK, {"period": period})
        assert answer.status_code == 422
        assert "geen jaar of kwartaal" in _text(answer)
        assert "<b>”" not in _text(answer)


def test_an_unknown_act_or_edition_is_not_there(people, draft):
    assert _act(people[0], "2025-Q4", "publish_at_once").status_code == 404
    assert people[0].get(f"{DESK}2031/").status_code == 404
    assert people[0].get(f"{DESK}2025-Q4/T1/").status_code == 404


def test_the_desk_asks_the_database_little(people, draft, django_assert_max_num_queries):
    people[0].get(f"{DESK}2025-Q4/")
    with django_assert_max_num_queries(14):
        people[0].get(f"{DESK}2025-Q4/")
