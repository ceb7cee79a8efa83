"""A history is a list of :class:`Step`, and after each step the product is asked what somebody could know of it.

Everything that is left to chance in a step follows from its seed, so that the same list is the same history. Whoever says
whether a case concerns somebody is honest here: the promise is about everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cases.alarm.alarm import call_for
from cases.deadlines.feed import read_feed, renew_feed
from cases.desk.access import countable_cases, visible_cases
from cases.desk.refusals import NotAllowed, Refused
from cases.file.search import search
from cases.models import Bundle, Case, CaseUserObjectPermission, Deadline
from cases.parties.opened import open_at_desk
from cases.reception.list import bans_for
from cases.waiting.queue import waiting_for
from cases.worklist.quarantine import suspects
from cases.worklist.signals import signals_of
from cases.worklist.worklist import attention_of, counts, due_now, listed_cases
from jobs.models import Job
from organisations.access.bars import is_barred
from organisations.access.policy import Actor, standings_in, table
from organisations.access.routing import NoAdviser, watching
from organisations.job_kinds import OrganisationJob
from organisations.models import Assignment, Function, Person, Role
from organisations.name_parts import NameParts
from reporting.complaints.complaints import complaints_of
from reporting.job_kinds import ReportJob
from reporting.models import AlarmCall, Complaint, Report
from reporting.pings import case_of_ping
from tests.support.histories.spelling import surnames
from tests.support.histories.steps import OF_A_REPORT, STEPS
from tests.support.histories.steps_of_measures import banned
from tests.support.histories.world import ALWAYS_ASKED_ABOUT, World
from vault.keyring.keys import NoKey
from vault.keyring.looked_up import reading
from vault.models import KeyGrant, KeyPair

BEGINNING = {"report", "parked"}  # steps that make a report of their slot
APART = -1  # the slot of what was told apart
MOST_LOOKED_AT = (
    1  # who looks at lists, counts, search and calendar at the end of a history, by chance: it takes longest
)


@dataclass(frozen=True)
class Step:
    """One thing that happens. `slot`: which report it is about; `seed`: of all that is left to chance in it."""

    what: str
    slot: int = 0
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.what} {self.slot} {self.seed}"


@dataclass(frozen=True)
class Look:
    """Who is looked at: somebody whom these cases are about ({case: slot}), and what they are at work. `waits`: a worker has
    yet to look; `thoroughly`: also what lists, counts, search and the calendar show them; `has_anything`: a row in one of
    these cases."""

    person: Person
    cases: dict[UUID, int]
    actors: list[Actor]
    waits: bool
    thoroughly: bool
    has_anything: bool


class History:
    """A world in which things happen. `about`: {slot: whom the report of it is really about}, from the moment at which the
    product could know; `soon`: whom it knows once the worker has looked."""

    def __init__(self, world: World, *, without: Iterable[int] = ()) -> None:
        self.world = world
        self.without = frozenset(without)
        self.people = list(world.people)
        self.reports: dict[int, Report] = {}
        self.receipts: dict[int, str] = {}
        self.about: dict[int, set[UUID]] = {}
        self.soon: dict[int, set[UUID]] = {}
        self.twins: dict[UUID, UUID] = {}
        self.held: dict[int, set[UUID]] = {}  # who had something in the case before it was about them
        # Whom words of the workplace name, without a part in the case: they are compared when they could get one.
        self.only_mentioned: dict[int, set[UUID]] = {}
        self.strangers: dict[int, NameParts] = {}  # whom a report names who does not work here, or not yet
        self.papers: dict[int, str] = {}  # {slot: the code that opens the papers page of a person of its case}
        self.complaints: dict[int, Complaint] = {}
        self.against: dict[
            UUID, set[UUID]
        ] = {}  # {complaint: who handled the case when it was told, and whom it names}
        self.pings: set[UUID] = set()
        self.calls: set[UUID] = set()  # of alarms, that were looked at
        self.destroyed: set[UUID] = set()
        self.done: list[str] = []

    def run(self, steps: Iterable[Step]) -> History:
        """The whole of it."""
        self.begin(steps)
        self.end()
        return self

    def begin(self, steps: Iterable[Step]) -> None:
        """Do the steps, and look after each of them."""
        for step in steps:
            with _written() as written:
                is_tried = self.do(step)
            if is_tried and written:  # what changed nothing shows nothing new
                self.check(thoroughly=False)

    def end(self) -> None:
        """A worker looks, and then everything is looked at."""
        self.do(Step("work"))
        self.check(thoroughly=True)

    def copied(self) -> History:
        """The same history so far, in the same world."""
        return deepcopy(self, {id(self.world): self.world})

    def do(self, step: Step) -> bool:
        """Whether anything was tried. A refused act is an act that did not happen."""
        chance = Random(step.seed)
        if step.what in OF_A_REPORT and step.slot in self.without:
            return False
        if step.what not in BEGINNING and step.what in OF_A_REPORT and step.slot not in self.reports:
            return False
        self.done.append(str(step))
        try:
            with transaction.atomic():
                STEPS[step.what](self, step.slot, chance)
        except (Refused, NoAdviser, NotAllowed, NoKey):
            self.done[-1] += " (refused)"
        return True

    def forget(self, slot: int, case: UUID) -> None:
        """The case of this slot was destroyed: there is nothing of it to know."""
        gone = {case, *(told.id for at, told in self.complaints.items() if at == slot)}
        self.destroyed |= gone
        self.against = {apart: people for apart, people in self.against.items() if apart not in gone}
        names = "reports receipts about soon held only_mentioned strangers papers complaints"
        for name in names.split():
            getattr(self, name).pop(slot, None)
        for report in self.reports.values():  # one that followed it follows nothing now
            report.refresh_from_db()

    # Whom a step is about

    def someone(self, chance: Random, slot: int | None = None) -> Person:
        """Often somebody with a part in the case."""
        case = self.reports[slot].case if slot in self.reports else None
        if case and chance.random() < 0.6:
            inside = set(Assignment.objects.running().filter(case=case).values_list("person", flat=True))
            near = [person for person in self.people if person.id in inside]
            if near:
                return chance.choice(near)
        return chance.choice(self.people)

    def is_meant(self, slot: int, *people: Person, soon: bool = False) -> None:
        """From now on the report is about them: about both rows of a human of whom there are two."""
        ids = {person.id for person in people}
        self.done[-1] += f" about {', '.join(person.name for person in people)}"
        ids |= {self.twins[person] for person in ids if person in self.twins}
        known = self.soon if soon else self.about
        new = ids - self.about.setdefault(slot, set())
        case = self.reports[slot].case
        had = Assignment.objects.filter(case=case, person__in=new).values_list("person", flat=True)
        self.held.setdefault(slot, set()).update(had)
        known.setdefault(slot, set()).update(ids)

    def holders(self, code: str) -> list[Person]:
        """Everybody of the town who holds a function or role: whoever is meant where no person is named."""
        day, town = timezone.localdate(), self.world.town
        held = [
            model.objects.on(day).filter(organisation=town, code=code).values_list("person")
            for model in (Role, Function)
        ]
        ids = {person for rows in held for (person,) in rows}
        return [person for person in self.people if person.id in ids]

    def is_about(self, slot: int, person: UUID) -> bool:
        return person in self.about.get(slot, ()) or person in self.soon.get(slot, ())

    def nobody_meant_is_called_so(self, slot: int, person: Person) -> bool:
        """Whether words that only mention this person cannot be read as words about somebody who is meant."""
        meant = {*self.about.get(slot, ()), *self.soon.get(slot, ())}
        names = {word for name in surnames(person) for word in name} | {person.given_names}
        for other in self.people:
            if other.id in meant and names & (
                {word for name in surnames(other) for word in name} | {other.given_names}
            ):
                return False
        return person.id not in meant

    def insiders(self, slot: int, *relations: str) -> list[Actor]:
        """Who has one of these parts in the case, honest and free, in a fixed order."""
        rows = (
            Assignment.objects.holding()
            .filter(case=self.reports[slot].case, relation__in=relations)
            .select_related("person", "organisation")
        )
        rows = sorted(rows, key=lambda row: (row.relation, row.person.email))
        return [Actor.at(row.person, row.organisation) for row in rows if not self.is_about(slot, row.person_id)]

    def case(self, slot: int) -> Case | None:
        return Case.objects.filter(id=self.reports[slot].case).first()

    # What is looked at

    def check(self, *, thoroughly: bool) -> None:
        """Raises AssertionError, with the history, where somebody could know of a report about them.

        After each step: who has any row in a case that is about them, and who was promised a mail. What the product makes of
        it is asked of these; at the end of a history somebody looks at everything that they could see.
        """
        people = {person.id: person for person in self.people}
        by_person: dict[UUID, dict[UUID, int]] = {}
        for slot, meant in self.about.items():
            for person in meant:
                by_person.setdefault(person, {})[self.reports[slot].case] = slot
        for complaint, people_of_it in self.against.items():
            for person in people_of_it:
                by_person.setdefault(person, {})[complaint] = APART
        holding, told, waits = self._holding(), [*self._new_pings(), *self._new_calls()], self._is_work_waiting()
        chosen = (
            Random(str(self.done)).sample(sorted(by_person), min(MOST_LOOKED_AT, len(by_person))) if thoroughly else []
        )
        knowing = {ident for pairs in holding.values() for case, ident in pairs if case in by_person.get(ident, ())}
        actors = self._actors() if knowing or chosen else {}
        for ident, cases in by_person.items():
            with reading():
                look = Look(people[ident], cases, actors.get(ident, []), waits, ident in chosen, ident in knowing)
                faults = list(self._faults(look, holding, told))
            for fault in faults:
                number, story = self.people.index(people[ident]), "\n".join(self.done)
                raise AssertionError(f"{people[ident].name} (people[{number}]) {fault}\n{story}")

    def _actors(self) -> dict[UUID, list[Actor]]:
        """Everybody as who they are at work today, in each organisation in which they could come to know of a report."""
        day = timezone.localdate()
        held: dict[tuple[UUID, UUID], dict[str, set[str]]] = {}
        for what, model in (("roles", Role), ("functions", Function)):
            for person, organisation, code in model.objects.on(day).values_list("person", "organisation", "code"):
                held.setdefault((person, organisation), {}).setdefault(what, set()).add(code)
        people = {person.id: person for person in self.people}
        organisations = {organisation.id: organisation for organisation in self.world.organisations}
        actors: dict[UUID, list[Actor]] = {}
        for (person, organisation), codes in held.items():
            roles, functions = (frozenset(codes.get(what, ())) for what in ("roles", "functions"))
            if (roles | functions) & watching() and person in people:
                actor = Actor(people[person], organisations[organisation], roles, functions)
                actors.setdefault(person, []).append(actor)
        return actors

    def _holding(self) -> dict[str, set[tuple[UUID, UUID]]]:
        """(case, person) of everybody with a part, a permission or a key in a case of the history."""
        gone = self.destroyed
        cases = [*(report.case for report in self.reports.values()), *self.against]
        parts = Assignment.objects.running().filter(case__in=cases).values_list("case", "person")
        rows = CaseUserObjectPermission.objects.filter(content_object__in=cases).values_list("content_object", "user")
        keys = KeyGrant.objects.filter(case__in=cases, reader__purpose=KeyPair.Purpose.PERSON)
        calls = AlarmCall.objects.filter(alarm__report__case__in=cases).values_list("alarm__report__case", "person")
        pages = KeyGrant.objects.filter(case__in=Bundle.objects.values("id"), reader__purpose=KeyPair.Purpose.PERSON)
        left = [
            Assignment.objects.filter(case__in=gone),
            CaseUserObjectPermission.objects.filter(content_object__in=gone),
        ]
        left += [KeyGrant.objects.filter(case__in=gone), Report.objects.filter(case__in=gone)] if gone else []
        assert not (gone and any(rows.exists() for rows in left)), "of a destroyed case is left\n" + "\n".join(
            self.done
        )
        assert not pages.exists(), "somebody at work has a key of a papers page\n" + "\n".join(self.done)
        return {
            "a part": set(parts),
            "a permission": set(rows),
            "a call": set(calls),
            "a key": set(keys.values_list("case", "reader__holder")),
        }

    def _faults(
        self, look: Look, holding: dict[str, set[tuple[UUID, UUID]]], told: list[tuple[UUID, UUID, str]]
    ) -> Iterator[str]:
        waits, person, cases = look.waits, look.person, look.cases
        for what, pairs in holding.items():
            mine = {case for case in cases if (case, person.id) in pairs}
            if mine and not waits and what != "a call":  # who was called stands in the alarm, and opens nothing of it
                yield f"has {what} in the case"
            if mine and any(not is_barred(case, person.id) for case in mine):
                yield f"has {what} in the case and is not barred"
        if look.thoroughly or look.has_anything:
            for actor in look.actors:
                yield from self._by_product(actor, look)
        for case, who, what in told:
            if who == person.id and case in cases:
                yield what
        for case, slot in cases.items():
            if look.thoroughly and person.id in self.held.get(slot, ()) and not is_barred(case, person.id):
                yield "is not barred"

    def _by_product(self, actor: Actor, look: Look) -> Iterator[str]:
        cases = look.cases
        visible = {case.id: case for case in visible_cases(actor)}
        if visible.keys() & cases.keys():
            yield "sees the case"
        for standing in standings_in(actor, list(cases), Case).values():
            if standing.reaches or any(rule.asks_a_case and standing.may(act) for act, rule in table().items()):
                yield "may do something in the case"
        if self._somebody_judges() and suspects(actor).filter(case__in=cases).exists():
            yield "judges the report"
        if signals_of(actor).filter(report__case__in=cases).exists():
            yield "reads the signal"
        if not look.waits and self._opens_a_page(actor, cases):
            yield "opens a papers page of the case"
        alarms = AlarmCall.objects.filter(person=actor.person, alarm__report__case__in=cases).select_related("alarm")
        if any(call_for(actor, called.alarm.occasion) for called in alarms):
            yield "opens an alarm of the case"
        if complaints_of(actor).filter(id__in=cases).exists():
            yield "reads what was told apart"
        if look.thoroughly:
            person, knows = actor.person.id, bool(actor.roles & ALWAYS_ASKED_ABOUT)
            counted = [case for case, slot in cases.items() if knows or person not in self.only_mentioned.get(slot, ())]
            if countable_cases(actor, among=counted).exists():
                yield "counts the case"
            yield from self._on_pages(actor, visible, cases)

    def _opens_a_page(self, actor: Actor, cases: dict[UUID, int]) -> bool:
        for bundle in Bundle.objects.filter(case__in=cases).select_related("case__report", "organisation"):
            with suppress(NotAllowed):
                open_at_desk(bundle, actor=actor)
                return True
        return False

    def _somebody_judges(self) -> bool:
        return any(report.lane != Report.Lane.NORMAL for report in Report.objects.all())

    def _on_pages(self, actor: Actor, visible: dict[UUID, Case], cases: dict[UUID, int]) -> Iterator[str]:
        """Lists, counts, search and the calendar hold no more than the cases that are somebody's."""
        listed = listed_cases(visible_cases(actor), attention_of(actor))
        if {row.id for row in listed} & cases.keys():
            yield "has the case in the list"
        counted = counts(listed, due_now(listed, waits := waiting_for(actor), timezone.now()))
        if counted.open + counted.closed != len(visible):
            yield "has another count"
        numbers = Report.objects.filter(case__in=cases).values_list("number", flat=True)
        if any(search(actor, number).hits for number in numbers):
            yield "finds the case"
        bans = (bans_for(actor) or ()) if "reception" in actor.roles else ()
        if {ban.name for ban in bans} & {banned(slot) for slot in cases.values() if slot != APART}:
            yield "reads a ban of the case at the reception"
        waiting = {one.number for one in waits}
        if waiting & set(Case.objects.filter(id__in=cases).values_list("number", flat=True)):
            yield "has something of the case waiting"
        running = Deadline.objects.running().filter(case__in=visible, due__isnull=False).count()
        feed = read_feed(renew_feed(actor), "https://stad.demo") or b""
        if feed.count(b"BEGIN:VEVENT") > running:  # fewer, where the mail about an anonymous report waits for its slot
            yield "has the case in the calendar"

    def _new_pings(self) -> list[tuple[UUID, UUID, str]]:
        """(case, person, what) of every mail to somebody at work that was promised since the last look."""
        jobs = Job.objects.filter(kind=ReportJob.PING_PERSON).exclude(id__in=self.pings)
        new = [(job, case_of_ping(job.key)) for job in jobs]
        self.pings |= {job.id for job, _case in new}
        return [(case, job.target, "gets a mail of the case") for job, case in new if case and job.target]

    def _new_calls(self) -> list[tuple[UUID, UUID, str]]:
        """(case or what was told apart, person, what) of everybody whom an alarm called since the last look."""
        new = list(AlarmCall.objects.exclude(id__in=self.calls).exclude(person=None).select_related("alarm__report"))
        self.calls |= {call.id for call in new}
        chains = [(chain, call) for call in new for chain in {call.alarm.chain, call.alarm.report.case}]
        return [(chain, call.person_id, "is called by an alarm") for chain, call in chains if call.person_id]

    def _is_work_waiting(self) -> bool:
        kinds = [ReportJob.END_PARTS, ReportJob.OPEN_CASE, OrganisationJob.COMPARE]
        return Job.objects.filter(kind__in=kinds).exclude(state="done").exists()


@contextmanager
def _written() -> Iterator[list[str]]:
    """Collects the statements that change something."""
    written: list[str] = []

    def note(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield written
