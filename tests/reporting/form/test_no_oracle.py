"""The form and the interface are open to everybody: nobody learns from them, by typing names, who works here. Whoever is
named reads nothing all the same."""

import json
import re
import uuid

import pytest
from django.test import Client

from cases.models import Case
from jobs.runner import run_due
from reporting.models import Report
from tests.support.barred import called, has_nothing
from tests.support.build import signed_in
from tests.support.pages import values_of
from tests.support.reporter import ACCOUNT, come_back, fill_in, to_summary, words_of
from tests.support.reporter import URL as FORM_URL
from vault.compartments import readers

pytestmark = pytest.mark.django_db
URL = "/api/v1/organisations/GM9998/reports"
NOBODY = "Ottoline Zandersma"  # as long as the others, so that pages can be compared
_SEALED = re.compile(r'(name="(state|csrfmiddlewaretoken)"\s+value|data-challenge)="[^"]+"')


def _report(kind: str = "integrity", *, preview: bool = False, **given):
    answers = {
        "integrity": {"integrity_type": ["conflict_of_interest"], "subject": "unknown:"},
        "aggression": {"aggression_form": ["threat"], "danger": "safe"},
    }[kind]
    answers |= {"account": "Een verhaal over wat er gebeurde.", "known_as": "anonymous", **given}
    body = {"kind": kind, "answers": answers, "preview": preview}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    return Client().post(URL, json.dumps(body), content_type="application/json", headers=headers)


def _opened(answer) -> Case:
    assert answer.status_code == 201, answer.content
    run_due()
    return Case.objects.get(number=answer.json()["number"])


# ---- by a partner system, without a dialogue ----


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("integrity", {"subject_name": "K. Bos"}),
        ("aggression", {"perpetrator_name": "Bos van integriteit"}),
        ("integrity", {"account": "Deze functionaris, K. Bos, nam geld aan."}),
    ],
)
def test_an_officer_who_is_typed_never_meets_the_case(place, kind, given):
    officer = called(place["officer"], "Kees", "Bos")
    case = _opened(_report(kind, **given))
    client = signed_in(officer)
    pages = ["", "melding/", "berichten/", "logboek/"]
    assert {client.get(f"/werkplek/zaak/{case.id}/{page}").status_code for page in pages} == {404}
    assert case.number not in client.get("/werkplek/").content.decode()
    assert has_nothing(officer, case, place.organisation)


def test_an_adviser_who_is_typed_never_gets_the_name_of_the_reporter(place):
    adviser, other = (
        called(person, given, surname, "de")
        for person, given, surname in zip(
            place.people["confidential_adviser"], ("Anna", "Piet"), ("Vries-Bakker", "Groot"), strict=True
        )
    )
    named = {"known_as": "confidential", "name": "Robin Vermelder", "contact": "06", "subject_name": "Anna de Vries"}
    case = _opened(_report(**named))
    client = signed_in(adviser)
    assert {client.get(f"/werkplek/zaak/{case.id}/{page}").status_code for page in ("", "melder/", "melder/naam/")} == {
        404
    }
    assert has_nothing(adviser, case, place.organisation)
    assert other.id in readers(case.id)


# ---- what is answered ----


def _typed(place) -> dict[str, dict[str, str]]:
    """By who they are: answers that name somebody who reads, several of them, or nobody."""
    officer = called(place["officer"], "Hanneke", "Zonderland")
    everybody = [*place.people["officer"], *place.people["coordinator"], *place.people["confidential_adviser"]]
    return {
        "nobody": {"subject_name": NOBODY},
        "an officer": {"subject_name": officer.name},
        "a surname": {"subject_name": officer.surname},
        "an adviser": {"subject_name": place["confidential_adviser"].name},
        "everybody": {"account": "Genoemd: " + ", ".join(person.name for person in everybody) + "."},
        "the reporter": {"name": officer.name, "contact": "06"},
    }


@pytest.mark.parametrize("known_as", ["named", "confidential"])
def test_the_interface_answers_the_same_whomever_somebody_types(place, known_as):
    """Also where every adviser is named: a name that is typed never makes that nobody can keep the reporter's."""
    previews, received = set(), set()
    for given in _typed(place).values():
        answers = {"known_as": known_as, "name": "Robin Vermelder", "contact": "06", **given}
        preview = _report(preview=True, **answers)
        assert preview.status_code == 200
        previews.add(preview.content)
        answer = _report(**answers)
        assert answer.status_code == 201
        received.add(json.dumps([sorted(answer.json()), answer.json()["readers"]]))
    assert len(previews) == len(received) == 1
    assert not any(str(person.id).encode() in next(iter(previews)) for person in place.people["officer"])


def test_every_adviser_who_is_chosen_is_told_apart_from_every_adviser_who_is_typed(place):
    """Whom to keep out is chosen from a list of names that anybody can read, so it may be answered."""
    advisers = place.people["confidential_adviser"]
    chosen = {
        "known_as": "confidential",
        "name": "Robin Vermelder",
        "excluded": [str(adviser.id) for adviser in advisers],
    }
    assert _report(**chosen).status_code == 400
    typed = " en ".join(adviser.name for adviser in advisers)
    case = _opened(_report(known_as="confidential", name="Robin Vermelder", account=f"Het waren {typed}."))
    assert not {adviser.id for adviser in advisers} & readers(case.id)


def _summary(name: str) -> str:
    page = to_summary(Client(), "integrity", subject="unknown:", subject_name=name, known_as="anonymous")
    return _SEALED.sub("", page.content.decode()).replace(name, "…")


def test_the_summary_is_the_same_page_whomever_somebody_types(place):
    officer = called(place["officer"], "Hanneke", "Zonderland")
    pages = {_summary(name) for name in (NOBODY, officer.name, officer.surname, place["coordinator"].name)}
    assert len(pages) == 1
    assert "Wie leest dit?" in pages.pop()


def test_the_question_about_readers_is_always_there_with_the_same_functions(place):
    officer = called(place["officer"], "Hanneke", "Zonderland")
    asked = []
    for name in ("", NOBODY, officer.name, officer.surname):
        page = _last_step(Client(), name)
        assert not name or name in words_of(page)
        asked.append(values_of(page, "about_reader"))
    assert {"no", "officer", "coordinator", "confidential_adviser", "mayor", "unknown"} <= set(asked[0])
    assert all(functions == asked[0] for functions in asked)


def _last_step(client: Client, name: str):
    """The step that asks about readers, after a name was typed."""
    page = client.post(FORM_URL, {"kind": "integrity"})
    given = {"integrity_type": "nepotism", "account": ACCOUNT, "subject": "unknown:", "subject_name": name}
    page = fill_in(client, page, FORM_URL, **given, known_as="anonymous")
    assert 'name="about_reader"' in page.content.decode()
    return page


def test_who_answers_yes_keeps_out_everybody_with_that_function(place):
    case = _opened(_report(about_reader="officer"))
    assert not {officer.id for officer in place.people["officer"]} & readers(case.id)


def test_whoever_comes_back_reads_what_they_wrote(place):
    """Nothing of it is lost because it names whoever reads."""
    officer = called(place["officer"], "Hanneke", "Zonderland")
    answer = _report(account=f"{officer.name} en {place['coordinator'].name} wisten ervan.")
    assert officer.name in words_of(come_back(Client(), answer.json()["receipt"]))
    assert Report.objects.count() == 1
