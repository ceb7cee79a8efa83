"""Whether a case or a signal concerns somebody who is out of it: who reads it says so, and can say otherwise later. `case` is
one that is not opened yet (`Case.before_opening`) where it is of a signal.

One person is enough to keep somebody out for good about whom something else asked already. Whom a writer only mentioned nobody
asked about: the first who says that it concerns them only asks, and they are out until a second one answers. It takes two to let
somebody back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.access import give_access
from cases.desk.keys import file_key, locked_or_waiting
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.events import CaseEvent
from cases.models import Case
from cases.people.barring import end_parts, keep_out_beside, pass_on_held
from cases.people.handover import PURPOSE as NOT_FREE_WORDS
from cases.people.handover import Successor, begin, recovery_of
from cases.people.hearing import CONCERNED as ABOUT_THEM
from cases.people.hearing import hear
from cases.people.words.purposes import LIFT_WORDS
from cases.people.words.said import Said
from organisations.access import bars
from organisations.access.bars import BESIDE, NOT_FREE, Suspended, change_suspension, suspended_in
from organisations.access.failing_closed import failing_closed
from organisations.access.names import KnownAs, mention
from organisations.access.policy import Actor, may
from organisations.access.recusal import known_words, rows_of_one
from organisations.models import Assignment, Organisation, Person, Suspension
from organisations.people.namesakes import names_at_work
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, sealed_by_id, write_text
from vault.models import SealedText

FINAL = Suspension.State.FINAL
WAITING = (Suspension.State.OPEN, Suspension.State.ASKED)


@dataclass(frozen=True)
class Question:
    """Whether a case concerns somebody. `is_not_free`: somebody (`said_by`) said that they are not free; otherwise they may
    be meant, and `sentence` is where they are named, if anywhere, and `said_by` who wrote it about them, if anybody did.
    `name`, `said_by` and `lift_by` are what people are called (`names_at_work`). `own`: the asker said what a second person must agree with; `from_own`: of what the asker
    said the question came, also where they said it about somebody else. `holds`: whether what they lost still waits for them."""

    row: Suspension
    person: Person
    name: str
    is_not_free: bool
    sentence: str
    reason: str
    said_by: str
    lift_by: str
    own: bool
    from_own: bool
    holds: bool

    @property
    def is_in(self) -> bool:
        """Whether the question keeps nobody out: two people answered it, or a writer only mentioned the person."""
        return self.is_mentioned or self.row.state == Suspension.State.LIFTED

    @property
    def is_mentioned(self) -> bool:
        return self.row.state == Suspension.State.MENTIONED

    @property
    def waits_until(self) -> datetime | None:
        """Until when what they lost waits for an answer, before the next in the chain takes it over."""
        return self.row.due if self.holds and not (self.is_in or self.is_asked) else None

    @property
    def needs_second(self) -> bool:
        """Whether it takes another person than the asker to answer it, or one beside them."""
        is_first = not (self.is_in or self.is_not_free or self.lift_by)
        return self.from_own or self.own or is_first or self.is_mentioned

    @property
    def is_asked(self) -> bool:
        return self.row.state == Suspension.State.ASKED


def questions_of(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[Question]:
    """Who is out of the case until people look, and whom people let back, by name; never the actor. The caller has asked
    whether the actor reads the file. `sealed`: texts of the file by their id that were looked up already."""
    rows = [(row, suspended) for row, suspended in _about_others(case, actor) if row.state != FINAL]
    if not rows:
        return []
    ids = {UUID(suspended.person) for _row, suspended in rows}
    by = {UUID(who) for _row, suspended in rows for who in (suspended.said_by, suspended.lift_by) if who}
    people = Person.objects.in_bulk(ids | by)
    with failing_closed():
        known = known_words(ids, case.report.organisation, timezone.localdate())
        said, reasons = Said(case, recovery_of(case)).words(), _reasons(case, actor, sealed)
        called = names_at_work(people.values(), case.organisation_id, case.report.organisation_id)
        questions = [_question(row, suspended, people, called, known, said, reasons, actor) for row, suspended in rows]
    return sorted(questions, key=lambda question: question.name)


def is_asked(case: Case, actor: Actor) -> bool:
    """Whether the actor must look whether the case concerns somebody else: not where they said so themselves already, and a second
    person is asked."""
    rows = [(row, suspended_in(row)) for row in Suspension.objects.filter(case=case.id, state__in=WAITING)]
    people = [{UUID(who) for who in (of.person, of.said_by, of.lift_by) if who} for _row, of in rows]
    own = rows_of_one(actor.person.id, set().union(*people))
    return any(not of & own for of in people)


def was_asked(case: Case, which: UUID, actor: Actor) -> bool:
    """Whether the actor could see this question, also where it was answered since."""
    return any(row.id == which for row, _suspended in _about_others(case, actor))


def _about_others(case: Case, actor: Actor) -> list[tuple[Suspension, Suspended]]:
    """Nobody sees or answers what was asked about themselves, under whatever row: a question keeps nobody out before a second
    person agrees."""
    rows = [(row, suspended_in(row)) for row in Suspension.objects.filter(case=case.id)]
    own = rows_of_one(actor.person.id, {UUID(suspended.person) for _row, suspended in rows})
    return [(row, suspended) for row, suspended in rows if UUID(suspended.person) not in own]


def _question(
    row: Suspension,
    suspended: Suspended,
    people: Mapping[UUID, Person],
    called: Mapping[UUID, str],
    known: Mapping[UUID, KnownAs],
    said: list[str],
    reasons: Mapping[str, str],
    actor: Actor,
) -> Question:
    person = UUID(suspended.person)
    name = {str(who): words for who, words in called.items()}
    is_not_free = suspended.why == NOT_FREE
    return Question(
        row,
        people[person],
        called[person],
        is_not_free,
        "" if is_not_free else _sentence(said, known[person]),
        reasons.get(suspended.reason, ""),
        name.get(suspended.said_by, "") if suspended.why != BESIDE else "",
        name.get(suspended.lift_by, ""),
        str(actor.person.id) in {suspended.said_by, suspended.lift_by},
        str(actor.person.id) == suspended.said_by,
        bool(suspended.held),
    )


def _sentence(said: list[str], known: KnownAs) -> str:
    return next((found.sentence for text in said if (found := mention(text, known))), "")


def _reasons(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None) -> dict[str, str]:
    key = file_key(case, actor)
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, LIFT_WORDS, NOT_FREE_WORDS)
    opened = {str(row.id): (row.purpose, read_text(key, row)) for row in sealed.values()}
    return {
        name: json.loads(words)["reason"] if purpose == NOT_FREE_WORDS else words
        for name, (purpose, words) in opened.items()
    }


@transaction.atomic
def say_concerned(case: Case, which: UUID, *, actor: Actor) -> bool:
    """The case concerns this person, or they are not free of it: out for good, and what they had goes along the chain (True).
    Whom a writer only mentioned is out until a second person answers (False). Raises Refused."""
    case, _key = _opened(case, actor)
    row, suspended = _row(case, which, actor)
    if row.state == Suspension.State.MENTIONED:
        said = Suspended(suspended.person, said_by=str(actor.person.id))
        bars.suspend(case.id, case.report.organisation, [said])
        ledger.record(case.id, CaseEvent.READER_NAMED, actor=actor.person.id, person=said.person, about=ABOUT_THEM)
        keep_out_beside(case, UUID(said.person), said_by=actor.person.id)
        end_parts(case)
        return False
    if _is_one(suspended.said_by, actor):
        raise Refused(_("Somebody else must agree to this."))
    for handled in (case, *case.together().exclude(id=case.id)):
        _keep_out_for_good(handled, UUID(suspended.person), actor)
    ledger.record(case.id, CaseEvent.CONCERNED, actor=actor.person.id, person=suspended.person)
    end_parts(case)
    return True


def _keep_out_for_good(case: Case, person: UUID, actor: Actor) -> None:
    rows = Suspension.objects.select_for_update().filter(case=case.id, token=bars.token_of(case.id, person))
    row = rows.exclude(state=FINAL).first()
    bars.recuse(case.id, [person])
    keep_out_beside(case, person, said_by=actor.person.id)
    if row:
        pass_on_held(case, row, suspended_in(row))


@transaction.atomic
def say_somebody_else(case: Case, which: UUID, reason: str, *, actor: Actor, about: str = "") -> bool:
    """The case concerns somebody else, or they are free after all. The first who says so proposes it (False); a second one
    lets the person back (True). The reason is heard, of others than that person; `about` as for :func:`hear`. Raises
    Refused and AskFirst."""
    case, key = _opened(case, actor)
    row, suspended = _row(case, which, actor)
    first = suspended.said_by if suspended.why == NOT_FREE else suspended.lift_by
    if _is_one(first, actor):
        raise Refused(_("Somebody else must agree to this."))
    words = write_text(key, LIFT_WORDS, reason_of(reason)).id
    if not first:
        change_suspension(row, lift_by=str(actor.person.id), reason=str(words))
        ledger.record(case.id, CaseEvent.LIFT_ASKED, actor=actor.person.id, person=suspended.person)
        hear(case, reason, about, actor=actor, beside=suspended.person)
        return False
    declared = Person.objects.get(id=suspended.person).declared.values_list("id", flat=True)
    change_suspension(row, held=(), lift_by=str(actor.person.id), declared=tuple(sorted(map(str, declared))))
    Suspension.objects.filter(id=row.id).update(state=Suspension.State.LIFTED, due=None)
    ledger.record(case.id, CaseEvent.LIFTED, actor=actor.person.id, person=suspended.person)
    _give_back(case, suspended)
    hear(case, reason, about, actor=actor, beside=suspended.person)
    return True


def _opened(case: Case, actor: Actor) -> tuple[Case, ContentKey]:
    """The locked case with the key of its file, for who may answer in it. Raises NotAllowed."""
    case = locked_or_waiting(case.id)
    if not may(actor, "case.concerned" if case.is_opened else "signal.concerned", case):
        raise NotAllowed
    return case, file_key(case, actor)


def _is_one(said_by: str, actor: Actor) -> bool:
    """Whether the actor is who said it, also under another row."""
    return bool(said_by and rows_of_one(UUID(said_by), [actor.person.id]))


def _row(case: Case, which: UUID, actor: Actor) -> tuple[Suspension, Suspended]:
    rows = Suspension.objects.select_for_update().filter(id=which).exclude(state=FINAL)
    row = rows.first() if was_asked(case, which, actor) else None
    if row is None:
        raise Refused(_("This has been decided already. Look at the case again."))
    return row, suspended_in(row)


def _give_back(case: Case, suspended: Suspended) -> None:
    """What still waits goes back with its keys; what went along the chain does not. Where somebody else has that part by
    now, the person reads along."""
    person, source = Person.objects.get(id=suspended.person), recovery_of(case)
    for held in suspended.held:
        organisation = Organisation.objects.get(id=held["organisation"])
        running = Assignment.objects.running().filter(case=case.id)
        one_only = held["relation"] in {"handler", "case_officer"}
        taken = one_only and running.filter(relation=held["relation"]).exists()
        relation = "co_reader" if taken else held["relation"]
        if not running.filter(person=person, relation=relation).exists():
            begin(case, relation, Successor(person, organisation, held["capacity"]), source)
    give_access(case)
