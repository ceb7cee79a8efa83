"""Histories that a person looks at through every URL of the workplace: what is seen in two worlds, without what is new in
every page and every world (tokens, identifiers, nonces)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from uuid import UUID

import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.deadlines.feed import renew_feed
from cases.models import Case
from cases.people.colleague import hand_over, may_give
from cases.people.handover import colleagues
from cases.people.not_free import declare_conflict
from jobs.models import Job
from organisations.access.policy import Actor
from organisations.access.routing import watching
from organisations.models import Assignment, Person
from reporting.job_kinds import ReportJob
from reporting.mailbox import mailbox
from tests.support.full_case import patterns
from tests.support.histories.chances import chance_history
from tests.support.histories.history import History, Step
from tests.support.histories.spelling import spelled
from tests.support.histories.steps_of_people import REASON
from tests.support.histories.world import World, a_world, undone
from tests.support.places import BACKEND

NOWHERE, NOTHING = "00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001"
_TOKEN = re.compile(
    rb'name="csrfmiddlewaretoken"\s+value="[^"]*"|nonce="?-?[\w+/=-]+"?|name="state"\s+value="[^"]*"|agenda/[\w-]{20,}'
)
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OUTSIDE = ("/zorgplicht/", "/beheer/protocol/", "/beheer/namen/", "/beheer/profiel/")
Seen = dict[str, tuple[int, bytes, str]]


@dataclass(frozen=True)
class Compared:
    """What one person saw in two worlds, and how many pages that were."""

    person: str
    pages: int
    differs: list[str]


def never_had_it(seed: int) -> Iterator[Compared]:
    """Whoever a report is about and never had it, beside a world in which nobody sent it."""
    # Cases that are handled together are one case for who may not know of one of them, and who is kept out of a report is kept
    # out of one that follows: with these the second report too would be another one in the world without the first.
    apart = [step for step in _lasting(chance_history(seed, 12)) if step.what != "link" and step.slot < 2]
    steps = [Step("report", 1, seed), Step("work"), *apart]
    with _still(), undone():
        world = a_world()
        with undone():
            history = _run(History(world), steps)
            people, case = _whom_it_is_about(history), str(history.reports[0].case)
            there = {person.email: _seen(person, history, case) for person in people}
        with undone():
            history = _run(History(world, without=[0]), steps)
            nowhere = {email: _seen(_by_email(email), history, NOWHERE) for email in there}
    for email, seen in there.items():
        yield Compared(email, len(seen), _differing(seen, nowhere[email]))


def _lasting(steps: list[Step]) -> list[Step]:
    """Without what destroys the case that is looked for."""
    return [step for step in steps if step.what != "destroyed"]


def lost_it(seed: int) -> Iterator[Compared]:
    """Whoever a message turns out to be about, beside a world in which they handed the case over."""
    chance = Random(seed)
    with _still(), undone():
        history = History(a_world())
        _run(history, [Step("report", 0, seed), *_lasting(chance_history(seed, 6)), Step("work")])
        case = history.case(0)
        leaving = history.insiders(0, "handler", "case_officer", "co_reader")
        if not (case and leaving):
            return
        actor = chance.choice(leaving)
        row = Assignment.objects.running().filter(case=case.id, person=actor.person)[0]
        with undone():
            box = mailbox.open_mailbox(history.receipts[0])
            assert box
            name = spelled(actor.person, chance, field=False)
            mailbox.send_message(
                box, f"Ik hoorde gisteren dat {name} dit heeft gedaan.", "", [], token=chance.randbytes(16)
            )
            history.do(Step("work"))
            named = _seen(actor.person, history, str(case.id))
        with undone():
            comes = colleagues(case) if row.relation != "handler" else []
            givers = [one for one in history.insiders(0, "handler", "case_officer") if may_give(one, case, row)]
            if comes and givers:
                hand_over(case, row.id, comes[0].person.id, actor=givers[0], reason=REASON)
            else:
                declare_conflict(case, row.id, actor=actor, grounds=["relative"], reason=REASON)
            history.do(Step("work"))
            handed_over = _seen(actor.person, history, str(case.id))
        yield Compared(actor.person.email or "", len(named), _differing(named, handed_over))


def _still() -> time_machine.travel:
    """One moment for all worlds: pages show days and hours."""
    return time_machine.travel(timezone.now().replace(hour=10, minute=0, second=0, microsecond=0), tick=False)


def _run(history: History, steps: list[Step]) -> History:
    for step in steps:
        history.do(step)
        for slot, report in history.reports.items():  # a number by chance would change the order of a list
            number = f"ABCD-EFG{slot + 2}"
            if report.number != number:
                report.number = number
                report.save(update_fields=["number"])
                Case.objects.filter(id=report.case).update(number=number)
    history.do(Step("work"))
    return history


def _whom_it_is_about(history: History) -> list[Person]:
    """Up to two people at work whom the first report is about and who never had a part in it."""
    about = history.about.get(0, set()) - history.held.get(0, set())
    had = set(Assignment.objects.filter(case=history.reports[0].case).values_list("person", flat=True))
    there = [person for person in history.people if person.id in about - had and _watches(history.world, person)]
    return [person for person in there if person.email][:2]


def _watches(world: World, person: Person) -> bool:
    return any(
        (actor.roles | actor.functions) & watching()
        for actor in (Actor.at(person, organisation) for organisation in world.organisations)
    )


def _by_email(email: str) -> Person:
    return Person.objects.get(email=email)


def _seen(person: Person, history: History, case: str) -> Seen:
    """Every page of the workplace, read and sent, the calendar, a search, and how many mails were promised. What the looking
    itself does is undone."""
    with undone():
        return _looked(person, history, case)


def _looked(person: Person, history: History, case: str) -> Seen:
    client = Client()
    client.force_login(person, backend=BACKEND)
    labels = {str(report.case): f"case {slot}" for slot, report in history.reports.items()} | {case: "the case"}
    seen: Seen = {}
    for pattern in patterns():
        address = _address(pattern, case)
        for method in ("get", "post"):
            answer = getattr(client, method)(address, {"what": "note", "case": case})
            seen[f"{method} {pattern.name}"] = _plain(answer, labels)
    for address in _OUTSIDE:
        seen[address] = _plain(client.get(address), labels)
    for sought in ("ABCD-EFG2", "vergadering", "geld heeft aangenomen"):
        seen[f"search {sought}"] = _plain(client.post(reverse("cases:search"), {"sought": sought}), labels)
    for organisation in history.world.organisations:
        token = renew_feed(Actor.at(person, organisation))
        status, body, _location = _plain(client.get(f"/agenda/{token}.ics"), labels)
        lines = [line for line in body.replace(b"\r\n ", b"").splitlines() if not line.startswith(b"UID:")]
        seen[f"feed {organisation.slug}"] = status, b"\n".join(lines), ""
    mails = Job.objects.filter(kind=ReportJob.PING_PERSON, target=person.id).count()
    return seen | {"mails": (mails, b"", "")} if case == NOWHERE or not _had(person, case) else seen


def _had(person: Person, case: str) -> bool:
    return Assignment.objects.filter(person=person, case=UUID(case)).exists()


def _address(pattern, case: str) -> str:
    words = {
        "case_id": case,
        "number": 1,
        "what": "start",
        "code": "acknowledge",
        "kind": "closing_letter",
        "form": "pdf",
    }
    names = re.findall(r"<(\w+):(\w+)>", str(pattern.pattern))
    given = {name: words.get(name, NOTHING if kind == "uuid" else "x") for kind, name in names}
    return reverse(f"cases:{pattern.name}", kwargs=given)


def _plain(answer, labels: dict[str, str]) -> tuple[int, bytes, str]:
    body, location = _TOKEN.sub(b"", answer.content), answer.get("Location", "")
    for ident, label in labels.items():
        body, location = body.replace(ident.encode(), label.encode()), location.replace(ident, label)
    return answer.status_code, _UUID.sub(b"", body), _UUID.sub(b"", location.encode()).decode()


def _differing(one: Seen, other: Seen) -> list[str]:
    return [page for page in sorted(one.keys() | other.keys()) if one.get(page) != other.get(page)]
