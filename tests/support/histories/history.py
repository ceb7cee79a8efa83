"""A history is a list of :class:`Step`, and after each step the product is asked what somebody could know of it.

Everything that is left to chance in a step follows from its seed, so that the same list is the same history. Whoever says
whether a case concerns somebody is honest here: the promise is about everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import Random
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from cases.deadlines.feed import read_feed, renew_feed
from cases.desk.access import countable_cases, visible_cases
from cases.desk.refusals import NotAllowed, Refused
from cases.file.search import search
from cases.models import Bundle, Case, CaseUserObjectPermission, Deadline
from cases.parties.opened import open_at_desk
from cases.waiting.queue import waiting_for
from cases.worklist.quarantine import suspects
from cases.worklist.signals import signals_of
from cases.worklist.worklist import attention_of, counts, listed_cases
from jobs.models import Job
from organisations.access.bars import is_barred
from organisations.access.policy import Actor, standings_in, table
from organisations.access.routing import NoAdviser, watching
from organisations.job_kinds import OrganisationJob
from organisations.models import Assignment, Function, Person, Role
from organisations.name_parts import NameParts
from reporting.complaints.complaints import complaints_of
from reporting.job_kinds import ReportJob
from reporting.models import Complaint, Report
from reporting.pings import case_of_ping
from tests.support.histories.spelling import surnames
from tests.support.histories.steps import OF_A_REPORT, OFTEN, STEPS
from tests.support.histories.world import World, settled, undone
from vault.keys import NoKey
from vault.looked_up import reading
from vault.models import KeyGrant, KeyPair

BEGINNING = {"report", "parked"}  # steps that make a report of their slot
APART = -1  # the slot of what was told apart
MOST_LOOKED_AT = 2  # people who look at lists, counts, search and calendar at the end of a history: it takes longest


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
    """Who is looked at: somebody whom these cases are about ({case: slot}), and what they are at work. `thoroughly`: also
    what lists, counts, search and the calendar show them."""

    person: Person
    cases: dict[UUID, int]
    actors: list[Actor]
    thoroughly: bool


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
        self.done: list[str] = []

    def run(self, steps: Iterable[Step]) -> History:
        """Do the steps, and look after each of them."""
        for step in steps:
            with _written() as written:
                is_tried = self.do(step)
            if is_tried and written:  # what changed nothing shows nothing new
                self.check(thoroughly=False)
        self.do(Step("work"))
        self.check(thoroughly=True)
        return self

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
        it is asked of these; at the end of a history some people look at everything that they could see.
        """
        people = {person.id: person for person in self.people}
        by_person: dict[UUID, dict[UUID, int]] = {}
        for slot, meant in self.about.items():
            for person in meant:
                by_person.setdefault(person, {})[self.reports[slot].case] = slot
        for complaint, people_of_it in self.against.items():
            for person in people_of_it:
                by_person.setdefault(person, {})[complaint] = APART
        holding, pings, actors = self._holding(), self._new_pings(), self._actors()
        chosen = (
            Random(len(self.done)).sample(sorted(by_person), min(MOST_LOOKED_AT, len(by_person))) if thoroughly else []
        )
        for ident, cases in by_person.items():
            with reading():
                look = Look(people[ident], cases, actors.get(ident, []), thoroughly=ident in chosen)
                faults = list(self._faults(look, holding, pings))
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
        cases = [*(report.case for report in self.reports.values()), *self.against]
        parts = Assignment.objects.running().filter(case__in=cases).values_list("case", "person")
        rows = CaseUserObjectPermission.objects.filter(content_object__in=cases).values_list("content_object", "user")
        keys = KeyGrant.objects.filter(case__in=cases, reader__purpose=KeyPair.Purpose.PERSON)
        pages = KeyGrant.objects.filter(case__in=Bundle.objects.values("id"), reader__purpose=KeyPair.Purpose.PERSON)
        assert not pages.exists(), "somebody at work has a key of a papers page\n" + "\n".join(self.done)
        return {
            "a part": set(parts),
            "a permission": set(rows),
            "a key": set(keys.values_list("case", "reader__holder")),
        }

    def _faults(
        self, look: Look, holding: dict[str, set[tuple[UUID, UUID]]], pings: list[tuple[UUID, UUID]]
    ) -> Iterator[str]:
        waits, person, cases = self._is_work_waiting, look.person, look.cases
        for what, pairs in holding.items():
            mine = {case for case in cases if (case, person.id) in pairs}
            if mine and not waits:
                yield f"has {what} in the case"
            if mine and any(not is_barred(case, person.id) for case in mine):
                yield f"has {what} in the case and is not barred"
        has_anything = any((case, person.id) in pairs for pairs in holding.values() for case in cases)
        if look.thoroughly or has_anything:
            for actor in look.actors:
                yield from self._by_product(actor, look)
        for case, told in pings:
            if told == person.id and case in cases:
                yield "gets a mail of the case"
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
        if self._somebody_judges and suspects(actor).filter(case__in=cases).exists():
            yield "judges the report"
        if signals_of(actor).filter(report__case__in=cases).exists():
            yield "reads the signal"
        if not self._is_work_waiting and self._opens_a_page(actor, cases):
            yield "opens a papers page of the case"
        if complaints_of(actor).filter(id__in=cases).exists():
            yield "reads what was told apart"
        if look.thoroughly:
            person, knows = actor.person.id, bool((actor.roles | actor.functions) & watching())
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

    @property
    def _somebody_judges(self) -> bool:
        return any(report.lane != Report.Lane.NORMAL for report in Report.objects.all())

    def _on_pages(self, actor: Actor, visible: dict[UUID, Case], cases: dict[UUID, int]) -> Iterator[str]:
        """Lists, counts, search and the calendar hold no more than the cases that are somebody's."""
        listed = listed_cases(visible_cases(actor), attention_of(actor))
        if {row.id for row in listed} & cases.keys():
            yield "has the case in the list"
        counted = counts(listed, timezone.now())
        if counted.open + counted.closed != len(visible):
            yield "has another count"
        numbers = Report.objects.filter(case__in=cases).values_list("number", flat=True)
        if any(search(actor, number).hits for number in numbers):
            yield "finds the case"
        waiting = {one.number for one in waiting_for(actor)}
        if waiting & set(Case.objects.filter(id__in=cases).values_list("number", flat=True)):
            yield "has something of the case waiting"
        running = Deadline.objects.running().filter(case__in=visible, due__isnull=False).count()
        feed = read_feed(renew_feed(actor), "https://stad.demo") or b""
        if feed.count(b"BEGIN:VEVENT") > running:  # fewer, where the mail about an anonymous report waits for its slot
            yield "has the case in the calendar"

    def _new_pings(self) -> list[tuple[UUID, UUID]]:
        """(case, person) of every mail to somebody at work that was promised since the last look."""
        jobs = Job.objects.filter(kind=ReportJob.PING_PERSON).exclude(id__in=self.pings)
        new = [(job, case_of_ping(job.key)) for job in jobs]
        self.pings |= {job.id for job, _case in new}
        return [(case, job.target) for job, case in new if case and job.target]

    @property
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


def chance_history(seed: int, length: int = 14) -> list[Step]:
    """A history by chance: a report first, then whatever comes."""
    chance = Random(seed)
    steps = [Step("report", 0, chance.getrandbits(32)), Step("work")]
    if chance.random() < 0.5:
        steps.append(Step("report", 1, chance.getrandbits(32)))
    for _number in range(length):
        steps.append(Step(chance.choice(OFTEN), chance.choice([0, 0, 1, 2]), chance.getrandbits(32)))
    return steps


def broken_by(world: World, steps: list[Step]) -> str:
    """What a history shows of somebody whom a report is about, with the history; empty where all is well."""
    with settled(steps[0].seed), undone():
        try:
            History(world).run(steps)
        except AssertionError as fault:
            return str(fault)
    return ""


def shortest(world: World, steps: list[Step]) -> list[Step]:
    """The same fault with as few steps as leaving out one after another gives."""
    for step in reversed(steps):
        fewer = [other for other in steps if other is not step]
        if broken_by(world, fewer):
            steps = fewer
    return steps
