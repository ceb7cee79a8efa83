"""Builders: a municipality with its people, a report, a case. They use the product's own functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from cases.deciding.decisions import Choice, decide
from cases.deciding.deeds import NO_DEED
from cases.deciding.judging import options_of, outcome_told, situation
from cases.deciding.opening import open_case
from cases.deciding.proposals import agree, propose
from cases.deciding.records.rows import field_name
from cases.models import Case
from cases.parties.told import who_knows
from cases.protocol.engine import NEVER
from cases.protocol.kinds.forms import CLEARED_UNTOLD, FieldType, record_forms
from organisations.access.policy import Actor
from organisations.models import HANDLING, Assignment, Person
from reporting.dialogue.dialogue import asked_to_stop, conversation, say
from reporting.events import ReportEvent
from reporting.form.drafts import Draft
from reporting.form.submission import plan, submit
from reporting.models import Message, Report
from tests.support.places import BACKEND, Place, a_place
from tests.support.remembered import remembered
from vault import ledger
from vault.compartments import Compartment, open_compartment
from weerbaar.demo.deeds import a_deed, end_what_runs
from weerbaar.demo.people import PASSWORD

ACCOUNT = "Na de vergadering zei iemand dat hij weet waar mijn kinderen naar school gaan."
REASON = "Besproken met de tweede lezer en zo vastgelegd."
OUTCOMES = ("no_follow_up", "conclude_weighing", "solved", "not_plausible", "conclude", "none", "dispose")
LED_BY = {
    **{code: ["acknowledge"] for code in OUTCOMES},
    "draft_ready": ["hear"],
    "other_regime": ["ask_other_regime"],
    "filed": ["offer_police_report"],
    "not_filed": ["offer_police_report"],
    "report_at_once": ["offer_police_report"],
    "no_police_report": ["offer_police_report"],
    "report_to_police": ["offer_police_report"],
    "redirect": ["ask_redirect"],
    "respond_ban": ["decide_outsider_measure", "send_outsider_measure"],
    "replies_in": ["send_extracts"],
    "withdraw": ["offer_adviser"],
}
FORM = {"aggression": "aggression_form", "integrity": "integrity_type", "pressure": "pressure_form"}
# The shortest way of a report of aggression to the step in which its case can close.
TO_EVALUATION = (
    "acknowledge",
    "assess",
    "low",
    "respond_letter",
    "not_filed",
    "no_damage",
    "give_feedback",
    "no_more_care",
)


def a_draft(place: Place, kind: str = "aggression", **answers: Any) -> Draft:
    """A finished draft. Answers by question id; what is not given gets the shortest safe answer."""
    code = {"aggression": "threat", "integrity": "conflict_of_interest", "pressure": "P3"}[kind]
    given: dict[str, Any] = {FORM[kind]: [code], "account": ACCOUNT, "known_as": "named", "name": "Robin Vermelder"}
    given |= {"subject": "alderman:"} if kind == "integrity" else {"danger": "safe"}
    given |= answers
    if given["known_as"] == "anonymous":
        given.pop("name", None)
    draft = Draft.begin(place.organisation, kind)
    for _ in range(2):  # what was answered can make a step appear
        for step in draft.steps():
            data = QueryDict(mutable=True)
            for question in step.asked(kind):
                value = given.get(question.id)
                if value is not None:
                    data.setlist(question.id, value if isinstance(value, list) else [str(value)])
            draft.keep(step, data)
    assert draft.first_open_step() is None, {step.id: draft.form(step, judged=True).errors for step in draft.steps()}
    draft.shown_readers = plan(draft.submission()).fingerprint
    return draft


def a_report(place: Place, kind: str = "aggression", now: datetime | None = None, **answers: Any) -> tuple[Report, str]:
    """A report that was sent, with its receipt."""

    def send() -> tuple[Report, str]:
        draft = a_draft(place, kind, **answers)
        return submit(draft.submission(), now=now), draft.receipt

    step = ("report", place.organisation.id, kind, repr(now), repr(sorted(answers.items())))
    return remembered(
        step,
        send,
        lambda sent: (sent[0].id, sent[1]),
        lambda sent: (Report.objects.select_related("organisation").get(id=sent[0]), sent[1]),
    )


def a_case(place: Place, kind: str = "aggression", **answers: Any) -> Case:
    report, _receipt = a_report(place, kind, **answers)
    return remembered(
        "opened",
        lambda: open_case(report),
        lambda case: case.id,
        lambda key: Case.objects.select_related("report__organisation", "organisation").get(id=key),
    )


def who(case_id, relation: str) -> Actor:
    """The actor with this task in a case; where several have it, the first by name."""
    task = Assignment.objects.filter(case=case_id, relation=relation, ended=False).order_by("person__name")[0]
    return Actor.at(task.person, task.organisation)


def walk(case: Case, *decisions: str, actor: Actor | None = None, now: datetime | None = None) -> Case:
    """Take decisions one after another, as the officer who works the case or else as who may, each with its deed and with a
    second person where two people decide. "code=outcome" chooses an outcome. What has an earliest moment is taken then, and
    what stands in LED_BY comes before."""

    def go() -> Case:
        _walk(case, decisions, actor, now)
        return case

    step = ("walk", case.id, decisions, actor and (actor.person.id, actor.organisation.id), repr(now))
    walked = remembered(step, go, lambda _case: None, lambda _nothing: case)
    walked.refresh_from_db()
    return walked


def _walk(case: Case, decisions: tuple[str, ...], actor: Actor | None, now: datetime | None) -> None:
    for entry in _with_what_leads_there(case, decisions):
        code, _sep, outcome = entry.partition("=")
        rule = case.protocol.rule_of(code)
        relation = "handler" if rule and "case_officer" not in rule.who else "case_officer"
        taker = actor or who(case.id, relation)
        if rule and "wants_to_stop" in rule.needs and asked_to_stop(case.report) is None:
            key = open_compartment(case.id, Compartment.CONTENT, taker.organisation.id, taker.person.id)
            say(case.report, key, "Ik wil stoppen.", kind="withdraw")
            conversation(case.report, key, reader=Message.By.DESK)
        now = _moment(case, code, now)
        _settle(case, code, taker, now)
        take(case, code, taker, outcome=outcome, now=now)
        case.refresh_from_db()


def _settle(case: Case, code: str, actor: Actor, now: datetime | None) -> None:
    """What a high threat asks first; and that who knows of a report was told its outcome, before care ends."""
    rule = dict(case.protocol.every_decision()).get("tell_cleared")
    if rule and code == "complete" and outcome_told(case, situation(case)) == CLEARED_UNTOLD:
        for party in who_knows(case):
            deed = a_deed(case, rule, now or timezone.now())
            take(case, "tell_cleared", actor, now=now, deed=replace(deed, party=str(party.id), person="", part=""))
            case.refresh_from_db()
    options = {option.code: option for option in options_of(case, now=now)}
    if code in options and "threat" in options[code].waits_for:
        take(case, "consult_police", actor, now=now)
        case.refresh_from_db()


def _with_what_leads_there(case: Case, decisions: tuple[str, ...]) -> Iterator[str]:
    seen, own = situation(case), case.phase_data.decisions  # acts of the phase count from when it was entered
    known = {
        *decisions,
        *(code for code in seen.decided if code not in own or seen.since is None or code in seen.since),
    }
    exists = {code for code, _rule in case.protocol.every_decision()}
    for entry in decisions:
        yield from (code for code in LED_BY.get(entry.partition("=")[0], ()) if code in exists - known)
        known.add(entry.partition("=")[0])
        known |= set(LED_BY.get(entry.partition("=")[0], ()))
        yield entry


def take(case: Case, code: str, actor: Actor, *, outcome: str = "", now: datetime | None = None, **given: Any) -> None:
    """One decision with a deed that holds, and with a second person where two people decide. `given`: other details."""
    option = next((option for option in options_of(case, now=now) if option.code == code), None)
    rule = option.decision if option else case.protocol.rule_of(code)
    if option and option.still_runs:
        end_what_runs(case, option.still_runs, actor, now or timezone.now())
    if rule and rule.done_by.read:
        read_report(case, actor)
    deed = given.pop("deed", None) or (a_deed(case, rule, now or timezone.now()) if rule else NO_DEED)
    choice = Choice(code, **{"reason": REASON, "outcome": outcome, "deed": deed, **given})
    if rule is None or not rule.done_by.other_person:
        decide(case, choice, actor=actor, revision=case.revision, now=now)
        return
    proposal = propose(case, choice, actor=actor, revision=case.revision, now=now)
    agree(case, proposal.id, actor=second(case, actor), now=now)


def read_report(case: Case, actor: Actor) -> None:
    """The actor opened the report."""
    ledger.record(case.id, ReportEvent.REPORT_SEEN, actor=actor.person.id, parts="content")


def posted(case: Case, code: str, **fields: Any) -> dict[str, Any]:
    """What the page of a decision sends with a deed that holds. `fields` come on top."""
    option = next((option for option in options_of(case) if option.code == code), None)
    rule = option.decision if option else case.protocol.rule_of(code)
    deed = a_deed(case, rule, timezone.now())
    sent = {"reason": REASON, "revision": case.revision}
    if deed.told.text:
        sent |= {"message": deed.told.text, "message_reason": deed.told.reason, "message_way": deed.told.way}
    if deed.sent.document:
        sent |= {"document": deed.sent.document, "document_on": deed.sent.on, "document_way": deed.sent.way}
        sent["document_where"] = deed.sent.where
    for number, row in enumerate(deed.rows, 1):
        asked = record_forms()[rule.done_by.record].fields
        for key, answer in row.items():
            moment = asked[key].type == FieldType.MOMENT
            sent[field_name(number, key)] = answer[:16] if moment else answer  # as a browser sends it
    person = {"person": deed.party, "person_name": deed.person, "person_part": deed.part}
    return {**sent, "file": deed.file.number, **person, **fields}


def second(case: Case, actor: Actor) -> Actor:
    """Somebody else who reads the case."""
    reading = Assignment.objects.running().filter(case=case.id, relation__in=HANDLING).exclude(person=actor.person)
    other = reading.select_related("person", "organisation").order_by("person__name")[0]
    return Actor.at(other.person, other.organisation)


def _moment(case: Case, code: str, now: datetime | None) -> datetime | None:
    option = next((option for option in options_of(case, now=now) if option.code == code), None)
    if option is None or option.not_before in {None, NEVER}:
        return now
    return option.not_before + timedelta(minutes=1)


def allowed(case: Case) -> set[str]:
    return {one.code for one in options_of(case) if one.allowed}


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


__all__ = [
    "ACCOUNT",
    "PASSWORD",
    "REASON",
    "Place",
    "a_case",
    "a_draft",
    "a_place",
    "a_report",
    "allowed",
    "posted",
    "read_report",
    "second",
    "signed_in",
    "take",
    "walk",
    "who",
]
