"""Long histories of a small world in which the machine knows whom each report is really about.

A history is a list of :class:`Step`; everything that is left to chance in a step follows from its seed, so that the same
list is the same history. After each step :meth:`History.check` asks the product whether somebody a report is about could
reach, count or hear of it. Whoever says whether a case concerns somebody is honest here: the promise is about everything
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models.base import ModelState
from django.utils import timezone

from cases.deadlines.feed import read_feed, renew_feed
from cases.deciding.decisions import decide, options_of
from cases.desk.access import countable_cases, visible_cases
from cases.desk.refusals import NotAllowed, Refused
from cases.file.messages import write_to_reporter
from cases.file.notes import write_note, write_todo
from cases.file.search import search
from cases.job_kinds import CaseJob
from cases.models import Case, CaseUserObjectPermission, Deadline, Transfer
from cases.people.barring import declare_conflict
from cases.people.concerned import questions_of, say_concerned, say_somebody_else
from cases.people.handover import colleagues, hand_over
from cases.people.hearing import CONCERNED, MENTIONED
from cases.people.leaving import end_role
from cases.people.transfer import ask_transfer, decide_transfer, destinations
from cases.related.connections import add_name, link
from cases.related.joining import join, separate
from cases.worklist.quarantine import suspects
from cases.worklist.worklist import attention_of, counts, listed_cases
from jobs.models import Job
from jobs.runner import run_due
from organisations.access.bars import NOT_FREE, is_barred, suspended_in
from organisations.access.policy import Actor, standings_in, table
from organisations.access.recusal import NO, UNKNOWN, Circle
from organisations.access.routing import NoAdviser, watching
from organisations.job_kinds import OrganisationJob
from organisations.models import Assignment, Function, Organisation, Person, Role
from organisations.name_parts import NameParts
from organisations.people.appointments import Rosters, appoint, be_away, declare_relation, take_office
from organisations.people.naming import check_names, fingerprint, former_names_of
from reporting.dialogue.dialogue import say
from reporting.form.circle import circle_of
from reporting.form.coded import coded
from reporting.form.readers import functions_asked
from reporting.form.submission import Submission, plan, submit
from reporting.form.weighing import weigh
from reporting.job_kinds import ReportJob
from reporting.mailbox import mailbox
from reporting.models import Message, Report
from reporting.questions.own import questions_for
from tests.support.build import FORM
from vault.keys import NoKey, stored_digest
from vault.models import KeyGrant, KeyPair, LedgerEvent, LedgerHead, OrganisationKey, Unlocker
from vault.receipts import new_receipt

SINCE = timedelta(days=900)
MOST_LOOKED_AT = 2  # people who look at lists, counts, search and calendar at the end of a history: it takes longest
REASON = "Zo is het met beiden besproken."
_TABLES: list[type[models.Model]] = [
    Organisation, Person, Function, Role, OrganisationKey, KeyPair, Unlocker, LedgerHead, LedgerEvent,
]  # fmt: skip
_ROWS: dict[type[models.Model], list[models.Model]] = {}
# {organisation: [(functions and roles, parts of the name)]}: short, shared, doubled and foreign surnames, with prefixes.
_STAFF = {
    "town": [
        ("mayor chair", NameParts("Q.", "Quinten", "de", "Haan")),
        ("registrar", NameParts("B.", "Bram", "van de", "Pol")),
        ("general_secretary", NameParts("K.", "Kim", "", "Bos")),
        ("coordinator", NameParts("S.", "Samir", "", "Jansen")),
        ("officer", NameParts("K.", "Karim", "de", "Vries", "", "Bakker")),
        ("officer", NameParts("M.", "Małgorzata", "", "Öztürk")),
        ("officer", NameParts("W.", "Wei", "", "Jansen")),
        ("confidential_adviser", NameParts("J.", "Jürgen", "", "Müller")),
        ("confidential_adviser", NameParts("H.", "Hanna", "", "Evers")),
        ("alderman", NameParts("E.", "Esra", "", "Schouten")),
        ("administrator", NameParts("F.", "Fatima", "", "el Amrani")),
        ("employee", NameParts("Y.", "Yusuf", "van", "Wijk")),
    ],
    "province": [
        ("kc_cabinet", NameParts("T.", "Tess", "", "Hoekstra")),
        ("kc_cabinet", NameParts("A.", "Anouk", "ter", "Horst")),
        ("officer", NameParts("L.", "Lech", "", "Wałęsa")),
        ("coordinator", NameParts("R.", "Rianne", "", "Veenstra")),
    ],
    "ministry": [
        ("ministry_desk", NameParts("P.", "Petra", "", "Mulder")),
        ("ministry_desk", NameParts("S.", "Sjoukje", "", "Ramdin")),
        ("officer", NameParts("D.", "Deniz", "", "Yıldız")),
    ],
}
_NEW_SURNAMES = (("", "Terpstra"), ("van der", "Linden"), ("", "Kok"), ("", "Schäfer"))


@dataclass(frozen=True)
class Step:
    """One thing that happens. `slot`: which report it is about; `seed`: of all that is left to chance in it."""

    what: str
    slot: int = 0
    seed: int = 0

    def __str__(self) -> str:
        return f"{self.what} {self.slot} {self.seed}"


@dataclass
class World:
    """The organisations, and everybody in them in a fixed order."""

    town: Organisation
    province: Organisation
    ministry: Organisation
    people: list[Person]

    def __getitem__(self, surname: str) -> Person:
        """Whoever is called so, as the database knows them now."""
        return Person.objects.get(id=next(person.id for person in self.people if person.surname == surname))

    def named(self, given_name: str) -> Person:
        return next(person for person in self.people if person.given_names == given_name)

    @property
    def organisations(self) -> tuple[Organisation, ...]:
        return self.town, self.province, self.ministry


def a_world() -> World:
    """A town of twelve people, with those of its province and a ministry. Made once in a process, then copied."""
    if not _ROWS:
        with transaction.atomic():
            _make()
            _ROWS.update({model: list(model._default_manager.order_by("pk")) for model in _TABLES})
            transaction.set_rollback(True)
    rows = {model: [_copied(row) for row in made] for model, made in _ROWS.items()}
    for model, copies in rows.items():
        model._default_manager.bulk_create(copies)
    at: dict[str, Any] = {organisation.slug: organisation for organisation in rows[Organisation]}
    return World(at["stad"], at["land"], at["dienst"], sorted(rows[Person], key=lambda person: person.email))


def _make() -> None:
    wanted = {
        "town": Organisation(code="GM9997", kind="municipality", name="Stad", slug="stad", province="PV26"),
        "province": Organisation(code="PV97", kind="province", name="Land", slug="land", province="PV26"),
        "ministry": Organisation(code="MN-BZK", kind="authority", name="Dienst", slug="dienst"),
    }
    since = timezone.localdate() - SINCE
    number = 0
    for name, organisation in wanted.items():
        organisation.live = organisation.kind != "authority"
        organisation.save()
        for codes, parts in _STAFF[name]:
            number += 1
            person = Person(email=f"mens{number:02}@stad.demo", password="!")
            person.take_parts(parts)
            person.save()
            for code in codes.split():
                if code in {role.id for role in _roles()}:
                    appoint(person, organisation, code, since=since)
                else:
                    take_office(person, organisation, code, since=since)


def _roles():
    from organisations.codes import code_list

    return code_list("role").codes


def _copied(row: models.Model) -> models.Model:
    made = copy(row)
    made._state = ModelState()
    if isinstance(made._meta.pk, models.AutoField):
        made.pk = None
    return made


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


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
        self.pings: set[UUID] = set()
        self.done: list[str] = []

    def run(self, steps: Iterable[Step]) -> History:
        """Do the steps, and look after each of them."""
        for step in steps:
            if self.do(step):
                self.check(thoroughly=False)
        self.do(Step("work"))
        self.check(thoroughly=True)
        return self

    def do(self, step: Step) -> bool:
        """Whether anything was tried. A refused act is an act that did not happen."""
        chance = Random(step.seed)
        if step.what in _OF_A_REPORT and step.slot in self.without:
            return False
        if step.what != "report" and step.what in _OF_A_REPORT and step.slot not in self.reports:
            return False
        self.done.append(str(step))
        try:
            with transaction.atomic():
                _STEPS[step.what](self, step.slot, chance)
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
        names = {word for name in _surnames(person) for word in name} | {person.given_names}
        for other in self.people:
            if other.id in meant and names & (
                {word for name in _surnames(other) for word in name} | {other.given_names}
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
        holding, pings = self._holding(), self._new_pings()
        chosen = (
            Random(len(self.done)).sample(sorted(by_person), min(MOST_LOOKED_AT, len(by_person))) if thoroughly else []
        )
        for ident, cases in by_person.items():
            for fault in self._faults(people[ident], cases, holding, pings, thoroughly=ident in chosen):
                number, story = self.people.index(people[ident]), "\n".join(self.done)
                raise AssertionError(f"{people[ident].name} (people[{number}]) {fault}\n{story}")

    def _holding(self) -> dict[str, set[tuple[UUID, UUID]]]:
        """(case, person) of everybody with a part, a permission or a key in a case of the history."""
        cases = [report.case for report in self.reports.values()]
        parts = Assignment.objects.running().filter(case__in=cases).values_list("case", "person")
        rows = CaseUserObjectPermission.objects.filter(content_object__in=cases).values_list("content_object", "user")
        keys = KeyGrant.objects.filter(case__in=cases, reader__purpose=KeyPair.Purpose.PERSON)
        return {
            "a part": set(parts),
            "a permission": set(rows),
            "a key": set(keys.values_list("case", "reader__holder")),
        }

    def _faults(
        self,
        person: Person,
        cases: dict[UUID, int],
        holding: dict[str, set[tuple[UUID, UUID]]],
        pings: list[tuple[UUID, UUID]],
        *,
        thoroughly: bool,
    ) -> Iterator[str]:
        waits = self._is_work_waiting
        for what, pairs in holding.items():
            mine = {case for case in cases if (case, person.id) in pairs}
            if mine and not waits:
                yield f"has {what} in the case"
            if mine and any(not is_barred(case, person.id) for case in mine):
                yield f"has {what} in the case and is not barred"
        has_anything = any((case, person.id) in pairs for pairs in holding.values() for case in cases)
        if thoroughly or has_anything:
            yield from self._by_product(person, cases, thoroughly=thoroughly)
        for case, told in pings:
            if told == person.id and case in cases:
                yield "gets a mail of the case"
        for case, slot in cases.items():
            if thoroughly and person.id in self.held.get(slot, ()) and not is_barred(case, person.id):
                yield "is not barred"

    def _by_product(self, person: Person, cases: dict[UUID, int], *, thoroughly: bool) -> Iterator[str]:
        for organisation in self.world.organisations:
            actor = Actor.at(person, organisation)
            if not (actor.roles | actor.functions) & watching():
                continue
            visible = visible_cases(actor)
            if visible.filter(id__in=cases).exists():
                yield "sees the case"
            for standing in standings_in(actor, list(cases), Case).values():
                if standing.reaches or any(rule.asks_a_case and standing.may(act) for act, rule in table().items()):
                    yield "may do something in the case"
            if suspects(actor).filter(case__in=cases).exists():
                yield "judges the report"
            if thoroughly:
                counted = [case for case, slot in cases.items() if person.id not in self.only_mentioned.get(slot, ())]
                if countable_cases(actor, among=counted).exists():
                    yield "counts the case"
                yield from self._on_pages(actor, visible, cases)

    def _on_pages(self, actor: Actor, visible, cases: dict[UUID, int]) -> Iterator[str]:
        """Lists, counts, search and the calendar hold no more than the cases that are somebody's."""
        attention = attention_of(actor)
        listed = listed_cases(visible, attention)
        if {row.id for row in listed} & cases.keys():
            yield "has the case in the list"
        if counts(listed, timezone.now()).open + counts(listed, timezone.now()).closed != visible.count():
            yield "has another count"
        numbers = Report.objects.filter(case__in=cases).values_list("number", flat=True)
        if any(search(actor, number).hits for number in numbers):
            yield "finds the case"
        running = Deadline.objects.running().filter(case__in=visible.open(), due__isnull=False).count()
        feed = read_feed(renew_feed(actor), "https://stad.demo") or b""
        if feed.count(b"BEGIN:VEVENT") != running:
            yield "has the case in the calendar"

    def _new_pings(self) -> list[tuple[UUID, UUID]]:
        """(case, person) of every mail to somebody at work that was promised since the last look."""
        jobs = Job.objects.filter(kind=ReportJob.PING_PERSON).exclude(id__in=self.pings)
        new = [(job, _case_of_ping(job)) for job in jobs]
        self.pings |= {job.id for job, _case in new}
        return [(case, job.target) for job, case in new if case and job.target]

    @property
    def _is_work_waiting(self) -> bool:
        kinds = [ReportJob.END_PARTS, ReportJob.OPEN_CASE, OrganisationJob.COMPARE]
        return Job.objects.filter(kind__in=kinds).exclude(state="done").exists()


def _case_of_ping(job: Job) -> UUID | None:
    """The case that a mail is about, by the key of its job."""
    what, _colon, rest = job.key.partition(":")
    which = _uuid(rest.partition(":")[0])
    if what == "wrote" and which:
        return Message.objects.values_list("report__case", flat=True).get(id=which)
    if what == "handover" and which:
        return Assignment.objects.values_list("case", flat=True).get(id=which)
    if what in {"opened", "alarm"} and which:
        report = Report.objects.filter(id=which).first()
        return report.case if report else which
    reminder = _uuid(what)
    if reminder is None:
        return None
    target = Job.objects.values_list("target", flat=True).get(id=reminder)
    return Deadline.objects.values_list("case", flat=True).get(id=target)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# How people write names


def _surnames(person: Person) -> list[tuple[str, ...]]:
    return [(person.surname,), *([(person.second_surname,)] if person.second_surname else [])]


def _plain(name: str) -> str:
    return name.translate(str.maketrans("łŁęıöüÖÜäş", "lLeiouOUas"))


def whole_name(person: Person) -> str:
    return " ".join(filter(None, (person.given_names, person.prefix, person.surname)))


def spelled(person: Person, chance: Random, *, field: bool) -> str:
    """The name of somebody as people write it: in a field, or in the middle of a sentence."""
    last = " ".join(filter(None, (person.prefix, person.surname)))
    capital = last[:1].upper() + last[1:]
    ways = [
        whole_name(person),
        f"{person.initials} {last}",
        f"{person.given_names[0]}. {last}",
        capital,
        f"de heer {capital}",
        f"mevrouw {person.surname}",
        _plain(whole_name(person)),
        _plain(capital),
        f"{whole_name(person)}'s kantoor",
    ]
    if person.second_surname:
        ways += [
            f"{last}-{person.second_surname}",
            f"{person.given_names} {person.second_surname}",
            person.second_surname,
        ]
    if "ü" in last:
        ways.append(capital.replace("ü", "ue"))
    if person.prefix:
        ways += [person.surname, "".join(word[0] + "." for word in person.prefix.split()) + " " + person.surname]
    if field:
        ways += [
            f"{person.surname}, {person.given_names[0]}.",
            last.casefold(),
            whole_name(person).upper(),
            _plain(whole_name(person)).casefold(),
            person.email,
        ]
        if len(person.surname) >= 6:
            ways.append(person.surname[:-2] + person.surname[-1])
    return chance.choice(ways)


def _about(name: str, chance: Random) -> str:
    return chance.choice(
        [
            "Na de vergadering zei {} dat ik beter mijn mond kon houden.",
            "Gisteren werd het mij duidelijk dat {} geld heeft aangenomen.",
            "Wat mij is aangedaan, deed {} en niemand anders.",
        ]
    ).format(name)


# What can happen


def _report(history: History, slot: int, chance: Random) -> None:
    if slot in history.reports:
        return
    kind = chance.choice(["integrity", "integrity", "aggression", "pressure"])
    way = chance.choice(
        ["chosen", "typed", "typed", "perpetrator", "account", "account", "function", "nobody", "excluded"]
    )
    person = history.someone(chance)
    earlier = history.reports.get(chance.choice([0, 1, 2])) if chance.random() < 0.25 else None
    answers = _least(kind, chance.choice(["named", "anonymous", "confidential"]))
    subject = "subject" if kind == "integrity" else "colleague"
    if kind == "integrity":
        answers["subject"] = chance.choice(["employee:", "alderman:", "officer:"])
    meant = [person]
    if way == "chosen":
        answers[subject] = f"{_code_of(person)}:{person.id}"
    elif way == "typed":
        answers["subject_name"] = spelled(person, chance, field=True)
    elif way == "perpetrator":
        answers["perpetrator_name"] = spelled(person, chance, field=True)
    elif way == "account":
        answers["account"] = _about(spelled(person, chance, field=False), chance)
        answers |= chance.choice([{}, {"about_reader": UNKNOWN}])
    elif way == "function":
        answers[subject] = f"{_code_of(person)}:"
        meant = history.holders(_code_of(person))
    elif way == "excluded":
        answers["excluded"] = [str(person.id)]
    else:
        meant = []
    if kind == "integrity" and answers["subject"].endswith(":"):  # everybody who holds a function that was chosen
        meant = [*meant, *history.holders(answers["subject"][:-1])]
    try:
        report, receipt = sent(history.world, kind, earlier, **answers)
    except NoAdviser:
        report, receipt = sent(history.world, kind, earlier, **{**answers, "known_as": "anonymous"})
    history.reports[slot], history.receipts[slot] = report, receipt
    history.done[-1] += f" {kind} {way} {answers}"
    history.is_meant(slot, *meant)
    if earlier:
        before = next(number for number, other in history.reports.items() if other == earlier)
        ids = {*history.about.get(before, ())}
        history.is_meant(slot, *(other for other in history.people if other.id in ids))
    history.held[slot] = set()


def sent(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> tuple[Report, str]:
    """A report with these answers and its receipt; what is not answered gets the shortest safe answer."""
    submission = submission_of(world, kind, earlier, **answers)
    return submit(submission), submission.receipt


def submission_of(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> Submission:
    answers = _least(kind, answers.get("known_as", "named")) | answers
    return _submission(world.town, kind, answers, new_receipt(), earlier)


def opened(world: World, kind: str = "integrity", earlier: Report | None = None, **answers: Any) -> Case:
    """The case of such a report, after a worker looked."""
    report, _receipt = sent(world, kind, earlier, **answers)
    run_due()
    return Case.objects.get(id=report.case)


def _least(kind: str, known_as: str) -> dict[str, Any]:
    code = {"aggression": "threat", "integrity": "conflict_of_interest", "pressure": "P3"}[kind]
    answers: dict[str, Any] = {FORM[kind]: [code], "account": "Er is iets gebeurd na de raadsvergadering."}
    answers |= {"subject": "alderman:"} if kind == "integrity" else {"danger": "safe"}
    return answers | {"known_as": known_as, "name": "Robin Vermelder"}


def _codes_of(person: Person) -> set[str]:
    day = timezone.localdate()
    return {
        code
        for model in (Function, Role)
        for code in model.objects.on(day).filter(person=person).values_list("code", flat=True)
    }


def _code_of(person: Person) -> str:
    codes = sorted(_codes_of(person) - {"chair"}) or ["employee"]
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


def _message(history: History, slot: int, chance: Random) -> None:
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    person, token = history.someone(chance, slot), chance.randbytes(16)
    what = chance.choice(["meant", "meant", "asked", "retaliation", "withdrawal", "mentioned", "said"])
    text = _about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    if what == "mentioned":
        if history.nobody_meant_is_called_so(slot, person):
            mailbox.send_message(box, f"{whole_name(person)} was ook in de zaal.", NO, [], token=token)
        return
    if what == "meant":
        mailbox.send_message(box, text, chance.choice(["", UNKNOWN]), [], token=token)
    elif what == "asked":
        asked = mailbox.functions_reading(box.report)
        codes = sorted(_codes_of(person) & set(asked))
        mailbox.send_message(box, text, codes[0] if codes else UNKNOWN, [], token=token)
        if codes:
            reading = Assignment.objects.holding().filter(case=box.report.case, capacity=codes[0])
            ids = set(reading.values_list("person", flat=True))
            history.is_meant(slot, *history.holders(codes[0]))
            history.is_meant(slot, *(other for other in history.people if other.id in ids))
    elif what == "retaliation":
        mailbox.tell_retaliation(box, text, token=token)
    elif what == "withdrawal":
        mailbox.ask_withdrawal(box, text, token=token)
    else:
        mailbox.tell_experience(box, "2", text, token=token)
    history.is_meant(slot, person)


def _evidence(history: History, slot: int, chance: Random) -> None:
    """Words that nobody can be asked about: what the mailbox does with a pile of messages, without cleaning files."""
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    person = history.someone(chance, slot)
    text = _about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    weigh(box.report, Circle(unasked=(text,)))
    say(box.report, box.key, text, token=chance.randbytes(16))
    history.is_meant(slot, person)


def _name_given(history: History, slot: int, chance: Random) -> None:
    box = mailbox.open_mailbox(history.receipts[slot])
    assert box
    if not box.can_give_name:
        return
    person = history.someone(chance, slot)
    how = chance.choice(["named", "confidential"])
    mailbox.share_identity(box, whole_name(person), "", how, token=chance.randbytes(16))
    history.is_meant(slot, person)


def _writes(history: History, slot: int, chance: Random) -> None:
    """A note, a to-do, a message or a reason of somebody of the case."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader")
    if not case or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    what = chance.choice(["note", "note", "todo", "message", "reason"])
    if person.id == actor.person.id:
        return
    meant = chance.random() < 0.6
    text = _about(spelled(person, chance, field=False), chance)
    history.done[-1] += f" {text}"
    about = CONCERNED
    if not meant:
        if not history.nobody_meant_is_called_so(slot, person):
            return
        text, about = f"Besproken met {whole_name(person)}.", MENTIONED
    if what == "note":
        write_note(case, text, kind="note", actor=actor, token=_token(chance), about=about)
    elif what == "todo":
        write_todo(case, text, due=None, whom=None, actor=actor, token=_token(chance), about=about)
    elif what == "message":
        write_to_reporter(case, text, actor=actor, about=about)
    else:
        option = next((option for option in options_of(case) if option.allowed), None)
        if option is None:
            return
        decide(case, option.code, actor=actor, reason=text, revision=case.revision, about=about)
    if meant:
        history.is_meant(slot, person)
        if person.id not in history.held[slot]:
            history.only_mentioned.setdefault(slot, set()).add(person.id)


def _token(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _name_recorded(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or not actors:
        return
    actor, person = chance.choice(actors), history.someone(chance, slot)
    if person.id != actor.person.id:
        add_name(case, spelled(person, chance, field=True), actor=actor)
        history.is_meant(slot, person)


def _appoint(history: History, slot: int, chance: Random) -> None:
    person, organisation = history.someone(chance), chance.choice(history.world.organisations)
    code = chance.choice(["officer", "officer", "coordinator", "confidential_adviser", "chair", "administrator"])
    appoint(person, organisation, code)


def _office(history: History, slot: int, chance: Random) -> None:
    """An acting mayor, another secretary, somebody new at the ministry."""
    person, today = history.someone(chance), timezone.localdate()
    organisation, code = chance.choice(
        [
            (history.world.town, "mayor"),
            (history.world.town, "general_secretary"),
            (history.world.town, "registrar"),
            (history.world.province, "kc_cabinet"),
            (history.world.ministry, "ministry_desk"),
        ]
    )
    take_office(person, organisation, code, since=today)


def _leaves(history: History, slot: int, chance: Random) -> None:
    """Somebody loses one of what they hold, and somebody else may get it."""
    person, yesterday = history.someone(chance), timezone.localdate() - timedelta(days=1)
    held = [*person.roles.on(timezone.localdate()), *person.functions.on(timezone.localdate())]
    held = sorted((row for row in held if row.held_from <= yesterday), key=lambda row: row.code)
    if held:
        end_role(chance.choice(held), by=None)


def _away(history: History, slot: int, chance: Random) -> None:
    today = timezone.localdate()
    be_away(history.someone(chance), history.world.town, today, today + timedelta(days=chance.randrange(1, 30)))


def _related(history: History, slot: int, chance: Random) -> None:
    """Somebody tells to be related to somebody. Whoever is meant chooses no handlers with it."""
    person, other = history.someone(chance), history.someone(chance)
    if person == other:
        return
    declare_relation(person, history.world.town, other, "partner")
    for number, meant in history.about.items():
        if other.id in meant and _codes_of(other):
            history.is_meant(number, person, soon=True)


def _renamed(history: History, slot: int, chance: Random) -> None:
    """Somebody marries, and takes another name."""
    person = Person.objects.get(id=history.someone(chance).id)
    prefix, surname = chance.choice(_NEW_SURNAMES)
    parts = replace(person.parts, prefix=prefix, surname=surname)
    by = history.world.named("Fatima")
    check_names(
        person.id, parts, former_names_of(person), organisation=history.world.town, by=by, seen=fingerprint(person)
    )
    history.people = [Person.objects.get(id=other.id) if other.id == person.id else other for other in history.people]


def _second_row(history: History, slot: int, chance: Random) -> None:
    """One human, entered a second time with another address."""
    person = history.someone(chance)
    if person.id in history.twins:
        return
    twin = Person.objects.create_person(person.parts, f"tweede-{person.email}")
    history.people.append(twin)
    history.twins |= {person.id: twin.id, twin.id: person.id}
    appoint(twin, history.world.town, chance.choice(["officer", "coordinator"]))
    for number, meant in history.about.items():
        if person.id in meant:
            history.is_meant(number, twin, soon=True)


def _hand_over(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    if not case or not actors:
        return
    given = Assignment.objects.holding().filter(case=case.id, relation__in=["case_officer", "co_reader"])
    given, to = sorted(given, key=lambda row: row.relation), colleagues(case)
    if given and to:
        comes = chance.choice(sorted(to, key=lambda successor: successor.person.email)).person.id
        hand_over(case, chance.choice(given).id, comes, actor=chance.choice(actors), reason=REASON)


def _transfer(history: History, slot: int, chance: Random) -> None:
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer")
    where = sorted(destinations(case), key=lambda successor: successor.organisation.name) if case else []
    if case and len(actors) > 1 and where and not case.transfers.filter(state=Transfer.State.ASKED).exists():
        asked = ask_transfer(case, chance.choice(where).organisation.id, actor=actors[0], reason=REASON)
        decide_transfer(asked, actor=actors[1], agree=True)


def _not_free(history: History, slot: int, chance: Random) -> None:
    """Said of oneself it is final; of somebody else, a second one decides."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader", "support")
    running = Assignment.objects.holding().filter(case=case.id).select_related("person") if case else []
    running = sorted(running, key=lambda row: (row.relation, row.person.email))
    if not (case and actors and running):
        return
    row, actor = chance.choice(running), chance.choice(actors)
    said = declare_conflict(case, row.id, actor=actor, grounds=["relative"], reason=REASON)
    if said == "final":
        history.is_meant(slot, row.person)


def _answers(history: History, slot: int, chance: Random) -> None:
    """Somebody of the case says honestly whether it concerns somebody who is out of it."""
    case, actors = history.case(slot), history.insiders(slot, "handler", "case_officer", "co_reader")
    if not case or not actors:
        return
    actor = chance.choice(actors)
    for question in questions_of(case, actor):
        is_meant = history.is_about(slot, question.person.id)
        if question.is_lifted and not is_meant:
            continue
        if is_meant or suspended_in(question.row).why == NOT_FREE:
            say_concerned(case, question.row.id, actor=actor)
            history.is_meant(slot, question.person)
        else:
            say_somebody_else(case, question.row.id, REASON, actor=actor)
        return


def _link(history: History, slot: int, chance: Random) -> None:
    """Two cases are linked, handled together, or handled apart again."""
    other = chance.choice([number for number in (0, 1, 2) if number != slot])
    if other not in history.reports or other in history.without:
        return
    case, second = history.case(slot), history.case(other)
    actors = history.insiders(slot, "handler", "case_officer")
    if not (case and second and actors):
        return
    actor, what = chance.choice(actors), chance.choice(["link", "join", "join", "separate"])
    if what == "link":
        link(case, second.id, "same_matter", actor=actor)
    elif what == "join":
        for handled in (case, second):
            _registered(handled, actor)
        join(case, second.id, actor=actor)
    else:
        separate(case, actor=actor)


def _registered(case: Case, actor: Actor) -> None:
    for code in ("acknowledge", "assess"):
        if code in {option.code for option in options_of(case) if option.allowed}:
            decide(case, code, actor=actor, reason=REASON, revision=case.revision)
            case.refresh_from_db()


def _work(history: History, slot: int, chance: Random) -> None:
    """A worker does what is due."""
    run_due()
    known = {
        person for people in history.soon.values() for person in people
    }  # a mail may have gone before the comparison
    mails = Job.objects.filter(kind=ReportJob.PING_PERSON, target__in=known)
    history.pings |= set(mails.values_list("id", flat=True))
    for number, people in history.soon.items():
        history.about.setdefault(number, set()).update(people)
    history.soon.clear()


def _late(history: History, slot: int, chance: Random) -> None:
    """Time goes by: what waited for a day or a slot is due."""
    kinds = [CaseJob.AFTER_SILENCE, CaseJob.REMIND, ReportJob.REPORTER_WROTE]
    Job.objects.filter(kind__in=kinds, state="open").update(due=timezone.now() - timedelta(minutes=1))
    _work(history, slot, chance)


_STEPS = {
    "report": _report,
    "message": _message,
    "evidence": _evidence,
    "name given": _name_given,
    "writes": _writes,
    "name recorded": _name_recorded,
    "appoint": _appoint,
    "office": _office,
    "leaves": _leaves,
    "away": _away,
    "related": _related,
    "renamed": _renamed,
    "second row": _second_row,
    "hand over": _hand_over,
    "transfer": _transfer,
    "not free": _not_free,
    "answers": _answers,
    "link": _link,
    "work": _work,
    "late": _late,
}
_OF_A_REPORT = {
    "report", "message", "evidence", "name given", "writes", "name recorded", "hand over", "transfer", "not free", "answers",
    "link",
}  # fmt: skip
OFTEN = [
    *_STEPS, "work", "work", "message", "message", "writes", "name recorded", "answers", "hand over", "transfer", "not free",
    "report",
]  # fmt: skip


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
    with undone():
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
