"""Reports of the small world, with the shortest safe answer to what is not told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from cases.models import Case
from jobs.runner import run_due
from organisations.models import Function, Organisation, Person, Role
from organisations.people.appointments import Rosters
from reporting.form.coded import coded
from reporting.form.persons.circle import circle_of
from reporting.form.persons.readers import functions_asked
from reporting.form.submission import Submission, plan, submit
from reporting.models import Report
from reporting.questions.own import questions_for
from tests.support.build import FORM
from tests.support.histories.world import World
from vault.keyring.keys import stored_digest
from vault.receipts import new_receipt


def sent(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> tuple[Report, str]:
    """A report with these answers and its receipt; what is not answered gets the shortest safe answer."""
    submission = submission_of(world, kind, earlier, **answers)
    return submit(submission), submission.receipt


def sent_by_api(world: World, kind: str, earlier: Report | None = None, **answers: Any) -> tuple[Report, str]:
    """The same by the interface for partner systems, which asks nobody anything."""
    answers = {**answers, "known_as": "anonymous"}
    for left_out in ("name", "about_reader"):
        answers.pop(left_out, None)
    answer = Client().post(
        f"/api/v1/organisations/{world.town.code}/reports",
        json.dumps({"kind": kind, "answers": answers}),
        content_type="application/json",
        headers={"Idempotency-Key": uuid4().hex},
    )
    if (
        answer.status_code == 400
    ):  # a function that the interface does not offer: a partner system asks somebody to use the form
        return sent(world, kind, earlier, **answers)
    assert answer.status_code == 201, answer.content
    got = answer.json()
    return Report.objects.get(number=got["number"]), got["receipt"]


def submission_of(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> Submission:
    answers = least(kind, answers.get("known_as", "named")) | answers
    return _submission(world.town, kind, answers, new_receipt(), earlier)


def opened(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> Case:
    """The case of such a report, after a worker looked."""
    report, _receipt = sent(world, kind, earlier, **answers)
    run_due()
    return Case.objects.get(id=report.case)


def least(kind: str, known_as: str) -> dict[str, Any]:
    code = {"aggression": "threat", "integrity": "conflict_of_interest", "pressure": "P3"}[kind]
    answers: dict[str, Any] = {FORM[kind]: [code], "account": "Er is iets gebeurd na de raadsvergadering."}
    answers |= {"subject": "alderman:"} if kind == "integrity" else {"danger": "safe"}
    return answers | {"known_as": known_as, "name": "Robin Vermelder"}


def codes_of(person: Person) -> set[str]:
    day = timezone.localdate()
    return {
        code
        for model in (Function, Role)
        for code in model.objects.on(day).filter(person=person).values_list("code", flat=True)
    }


def code_of(person: Person) -> str:
    codes = sorted(codes_of(person) - {"chair"}) or ["employee"]
    return codes[0]


def _submission(
    town: Organisation, kind: str, answers: dict[str, Any], receipt: str, earlier: Report | None
) -> Submission:
    """What the form makes of these answers, without its pages: they cost more than all the rest."""
    if answers["known_as"] == "anonymous":
        answers = {name: answer for name, answer in answers.items() if name != "name"}
    questions, day = questions_for(town), timezone.localdate()
    circle, rosters = circle_of(answers, earlier.case if earlier else None), Rosters(day)
    if circle.answer:
        circle = replace(circle, asked=frozenset(functions_asked(town, kind, circle, day, rosters)))
    by_compartment: dict[Any, dict[str, object]] = {}
    for question in questions.asked(kind):
        if question.id in answers:
            by_compartment.setdefault(question.compartment, {})[question.id] = answers[question.id]
    submission = Submission(
        organisation=town,
        kind=kind,
        known_as=answers["known_as"],
        day=day,
        questions=questions.version,
        token=stored_digest("form", town.id, receipt),
        receipt=receipt,
        answers=answers,
        by_compartment=by_compartment,
        codes=coded(town, kind, questions, answers, circle),
        circle=circle,
        rosters=rosters,
        follows=earlier.id if earlier else None,
    )
    return replace(submission, shown_readers=plan(submission).fingerprint)
