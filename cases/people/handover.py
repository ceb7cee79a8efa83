"""Somebody else comes to work a case: after a conflict of interest, as a colleague who takes over, or in another
organisation.

Access ends in the same transaction in which somebody else gets it, so that a case is never without anybody
(docs/domain.md#handing-over).
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.access import give_access, take_away
from cases.desk.codes import case_codes, seal_case_codes
from cases.desk.keys import file_key, locked
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case, HandOver
from cases.people.words.purposes import HAND_OVER as PURPOSE
from cases.people.words.said import Said, keep_out_who_works_there
from jobs.outbox import enqueue
from organisations.access.bars import barred_among, barred_from_any, barred_in_each
from organisations.access.policy import Actor
from organisations.access.routing import TAKING_OVER, chain, supporters
from organisations.models import HANDLING, Assignment, Organisation, Person
from organisations.people.appointments import Rosters
from organisations.people.relations import has_declared_after
from reporting.complaints.heard import named_apart
from reporting.complaints.readers import keep_apart
from reporting.dialogue.progress import tell
from reporting.job_kinds import ReportJob
from reporting.pings import ping_key
from vault import ledger
from vault.compartments import (
    Compartment,
    add_reader,
    move_case,
    open_with,
    read_text,
    sealed_by_id,
    write_text,
)
from vault.keyring.keys import Codes, ensure_key_pair, recovery_key_pair, unlock
from vault.models import KeyPair, SealedText

HANDED_OVER = ("case_officer", "co_reader")  # relations that go over to a colleague
# Compare Wbk 3f and 3g: docs/domain.md#recusal.
GROUND_WORDS = {
    "relative": gettext_lazy("A relative by blood or marriage up to the fourth degree, or a partner"),
    "interest": gettext_lazy("An own interest, or an organisation in which they work or worked"),
    "involved": gettext_lazy("Involved in the facts before"),
    "reporter_or_witness": gettext_lazy("The reporter or a witness"),
    "same_group": gettext_lazy("The same political group as the person concerned or the reporter"),
    "adviser": gettext_lazy("Was confidential adviser in this matter"),
    "other": gettext_lazy("Something else that makes them not free, or look so"),
}
_READS = {
    "handler": (Compartment.CONTENT, Compartment.FILE, Compartment.PERPETRATOR),
    "case_officer": (Compartment.CONTENT, Compartment.FILE, Compartment.PERPETRATOR),
    "co_reader": (Compartment.CONTENT, Compartment.FILE, Compartment.PERPETRATOR),
    "adviser": (Compartment.CONTENT, Compartment.IDENTITY),
    "support": (),
}

_EVENTS = {
    HandOver.Why.CONFLICT: CaseEvent.HAND_OVER_CONFLICT,
    HandOver.Why.NAMED: CaseEvent.HAND_OVER_NAMED,
    HandOver.Why.HANDED_OVER: CaseEvent.HAND_OVER_HANDED_OVER,
    HandOver.Why.TRANSFERRED: CaseEvent.HAND_OVER_TRANSFERRED,
    HandOver.Why.ROLE_ENDED: CaseEvent.HAND_OVER_ROLE_ENDED,
}


@dataclass(frozen=True)
class Successor:
    """Who comes, for which organisation and in which capacity (a function or role)."""

    person: Person
    organisation: Organisation
    capacity: str


def colleagues(case: Case) -> list[Successor]:
    """Who of the handling organisation can take over from an officer: free of the case, and without an assignment in it."""
    could = _successors(case, Rosters(timezone.localdate()))
    free = {person.id for person in FreePeople(case, recovery_of(case)).among(one.person for one in could)}
    return [one for one in could if one.person.id in free]


def perhaps_free(cases: Sequence[Case], rosters: Rosters) -> dict[UUID, list[Successor]]:
    """Of each case who of the handling organisation could take over from an officer, as far as that shows without what was said in
    it: the act itself asks all of it (:func:`colleagues`). Two queries beside those of `rosters`."""
    ids = [case.id for case in cases]
    busy: dict[UUID, set[UUID]] = {}
    for case, person in Assignment.objects.running().filter(case__in=ids).values_list("case", "person"):
        busy.setdefault(case, set()).add(person)
    found = {case.id: _successors(case, rosters) for case in cases}
    out = barred_in_each(ids, {one.person.id for comes in found.values() for one in comes})
    return {
        case: [one for one in comes if one.person.id not in busy.get(case, set()) | out[case]]
        for case, comes in found.items()
    }


def _successors(case: Case, rosters: Rosters) -> list[Successor]:
    return [
        Successor(person, case.organisation, code)
        for code in TAKING_OVER
        for person in rosters.holders(case.organisation, code)
    ]


@dataclass(frozen=True)
class PeopleChange:
    """A change of people with its opened words, for who may read the file. `comes` is who came, where that was kept."""

    hand_over: HandOver
    person: str
    grounds: list[str]
    reason: str
    comes: str = ""

    @property
    def is_conflict(self) -> bool:
        return self.hand_over.why == HandOver.Why.CONFLICT

    @property
    def is_named(self) -> bool:
        return self.hand_over.why == HandOver.Why.NAMED

    @property
    def is_role_ended(self) -> bool:
        return self.hand_over.why == HandOver.Why.ROLE_ENDED


def people_changes(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[PeopleChange]:
    """Who left the case and why, newest first. The caller has asked `may(actor, "case.file", case)`. `sealed`: texts of the file
    by their id that were looked up already."""
    key = file_key(case, actor)
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, PURPOSE)
    changes = []
    for hand_over in case.hand_overs.select_related("made_by"):
        words = json.loads(read_text(key, sealed[hand_over.reason]))
        grounds = [str(GROUND_WORDS[ground]) for ground in words["grounds"]]
        changes.append(PeopleChange(hand_over, words["person"], grounds, words["reason"], words.get("comes", "")))
    return changes


def locked_assignment(case: Case, assignment: UUID) -> tuple[Case, Assignment]:
    """The locked case, and the assignment in it that is about to end. Raises Refused where it ended
    already."""
    case = locked(case)
    leaving = (
        Assignment.objects.running()
        .select_related("person", "organisation")
        .filter(id=assignment, case=case.id)
        .first()
    )
    if leaving is None:
        raise Refused(_("This has changed meanwhile: this person has no assignment in the case any more."))
    return case, leaving


def recovery_of(case: Case) -> KeyPair:
    """The recovery key of the handling organisation, which opens the case for a successor."""
    return recovery_key_pair(case.organisation_id)


class FreePeople:
    """Who has no assignment in a case and is kept out neither of it nor of those decided together with it, also by what
    was said so far in it, and by what a reporter told apart about it.

    Who has an assignment and what was said is looked up once. For one look at who could come: make another after somebody
    came or left. `source` is the recovery key, `leaving` the id of who leaves; `never` are others who cannot come.
    """

    def __init__(
        self, case: Case, source: KeyPair, leaving: UUID | None = None, never: Collection[UUID] = frozenset()
    ) -> None:
        self._case, self._never = case, {leaving, *never}
        self._said = Said(case, source)

    def among(self, candidates: Iterable[Person]) -> list[Person]:
        """Those of the candidates who are free, in their order."""
        people = [person for person in candidates if person.id not in self._busy and person.id not in self._never]
        if people:
            barred = self._barred([person.id for person in people])
            people = [person for person in people if person.id not in barred]
        if not people:
            return []
        ids = [person.id for person in people]
        kept_out = self._said.judged(ids).everybody | named_apart(self._case.report, ids)
        return [person for person in people if person.id not in kept_out]

    def _barred(self, people: list[UUID]) -> Collection[UUID]:
        if not self._case.is_opened:
            return barred_among(self._case.id, people).everybody
        return barred_from_any(self._case.together().values("id"), people)

    @cached_property
    def _busy(self) -> set[UUID]:
        return set(Assignment.objects.running().filter(case=self._case.id).values_list("person", flat=True))


def successor(
    case: Case, relation: str, source: KeyPair, *, leaving: UUID | None, never: Collection[UUID] = frozenset()
) -> Successor | None:
    """Who comes for an assignment with this relation: the first in the chain who is free. None where nobody is, and where it
    would be somebody of another organisation for a report that is no case yet: nobody judged it. `leaving` and `never` are
    those of :class:`FreePeople`."""
    free, rosters = FreePeople(case, source, leaving, never), Rosters(timezone.localdate())
    row = case_codes(case).get("row", "unknown")
    organisation = case.report.organisation
    if relation == "handler":
        where = _onward(list(chain(organisation, row)), case.organisation_id)
    elif relation == "support":
        where = list(supporters(organisation, row))
    elif relation == "adviser":
        where = [(organisation, "confidential_adviser"), (case.organisation, "confidential_adviser")]
    else:
        inside = [(at, code) for at, code in chain(organisation, row) if at.id == case.organisation_id]
        where = [(case.organisation, "officer"), *inside]
    for at, code in where:
        holders = rosters.holders(at, code)
        if people := free.among(may_guard(case, holders) if relation == "support" else holders):
            goes = relation == "handler" and at.id != case.organisation_id
            return None if goes and not case.is_opened else Successor(people[0], at, code)
    return None


def may_guard(case: Case, people: Iterable[Person]) -> list[Person]:
    """Those who said nothing of a relation since the report came: who guards a case does not read it, and else could find out by
    it about whom it is (:func:`~organisations.people.relations.declared_after`)."""
    return [person for person in people if not has_declared_after(person, case.report.received_on)]


def _onward(steps: list[tuple[Organisation, str]], organisation: UUID) -> list[tuple[Organisation, str]]:
    """The steps of a chain from the organisation that handles the case now: what went on never comes back."""
    here = next((place for place, (at, _code) in enumerate(steps) if at.id == organisation), 0)
    return steps[here:]


def succeed(case: Case, relation: str, comes: Successor | None, source: KeyPair, *, by: Person | None) -> KeyPair:
    """Who comes, if anybody, gets the assignment and its keys; a handler of another organisation takes the case along.
    Returns the recovery key of the organisation that handles the case from now on."""
    if comes and relation == "handler" and comes.organisation.id != case.organisation_id:
        return move(case, comes, source, by=by)
    if comes:
        begin(case, relation, comes, source)
    return source


def tell_of_successor(case: Case, before: UUID) -> None:
    """Tell the reporter that somebody else handles the report. `before` is the organisation that did until now."""
    tell(case.report, _where(case) if case.organisation_id != before else "handed_over", on=timezone.localdate())


def tell_moved(case: Case) -> None:
    """Tell the reporter that another organisation handles the report."""
    tell(case.report, _where(case), on=timezone.localdate())


def _where(case: Case) -> str:
    return "moved_back" if case.organisation_id == case.report.organisation_id else "moved"


def begin(case: Case, relation: str, comes: Successor, source: KeyPair) -> None:
    """Give somebody an assignment and its keys, and send a mail without content. What was told apart of the case they read
    no longer."""
    assignment = Assignment.objects.create(
        case=case.id, person=comes.person, organisation=comes.organisation, relation=relation, capacity=comes.capacity
    )
    pair = ensure_key_pair(comes.organisation.id, comes.person.id)
    wanted = list(_READS[relation])
    if relation in HANDLING and "named" in {case.report.known_as, case.report.identity_shared}:
        wanted.append(Compartment.IDENTITY)
    for compartment in wanted:
        add_reader(case.id, compartment, pair, through=source)
    if comes.person.email:
        enqueue(ReportJob.PING_PERSON, comes.person.id, key=ping_key("handover", case.id, assignment.id))
    ledger.record(case.id, CaseEvent.ACCESS_GIVEN, person=str(comes.person.id), relation=relation)
    keep_apart(case.report)


def move(case: Case, comes: Successor, source: KeyPair, *, by: Person | None) -> KeyPair:
    """The case goes to another organisation with its keys. Who guards the process stays, without any content. Returns
    the recovery key of the new organisation."""
    handling = Assignment.objects.running().filter(case=case.id, relation__in=HANDLING)
    for assignment in handling.select_related("person"):
        take_away(case, assignment.person, by=by)
    sealing = Codes()
    codes = case_codes(case, sealing)
    recovery = recovery_key_pair(comes.organisation.id)
    for vault_case in (case.id, *case.bundles.values_list("id", flat=True)):
        move_case(vault_case, comes.organisation.id, recovery=recovery, through=source)
    case.bundles.update(organisation=comes.organisation)
    case.organisation = comes.organisation
    case.codes = seal_case_codes(comes.organisation.id, case.id, codes, sealing)
    case.save(update_fields=["organisation", "codes"])
    case.report.handled_by = comes.organisation
    case.report.save(update_fields=["handled_by"])
    keep_out_who_works_there(case, recovery)
    begin(case, "handler", comes, recovery)
    rosters = Rosters(timezone.localdate())
    for relation in ("case_officer", "co_reader"):
        for code in ("officer", comes.capacity):
            free = FreePeople(case, recovery).among(rosters.holders(comes.organisation, code))
            if free:
                begin(case, relation, Successor(free[0], comes.organisation, code), recovery)
                break
    ledger.record(case.id, CaseEvent.MOVED, organisation=str(comes.organisation.id))
    return recovery


def pass_on(case: Case, relation: str, source: KeyPair, *, leaving: UUID) -> KeyPair | None:
    """Let the chain bring somebody for a part that `leaving` has lost. Returns the recovery key of whoever handles the case
    from now on, or None where nobody is left."""
    comes = successor(case, relation, source, leaving=leaving)
    if comes is None:
        return None
    source = succeed(case, relation, comes, source, by=None)
    give_access(case)
    return source


def change_in_words(person: str, *, grounds: Collection[str] = (), reason: str = "", comes: str = "") -> str:
    """What is sealed of a change of people, for :func:`people_changes`: the name of who leaves, codes of
    :data:`GROUND_WORDS`, a reason, and the name of who comes where that is known."""
    return json.dumps({"grounds": list(grounds), "reason": reason, "person": person, "comes": comes})


def record_hand_over(case: Case, why: str, relation: str, words: str, by: Person | None, source: KeyPair) -> HandOver:
    """Keep that somebody else came, with the words of :func:`change_in_words`. `source` is a key that opens the file."""
    key = open_with(case.id, Compartment.FILE, source, unlock(source))
    return record_change(case, why, relation, write_text(key, PURPOSE, words).id, by)


def record_change(case: Case, why: str, relation: str, reason: UUID, by: Person | None) -> HandOver:
    """The same with words that are sealed already. `reason`: the sealed text."""
    hand_over = HandOver.objects.create(case=case, why=why, relation=relation, made_by=by, reason=reason)
    ledger.record(case.id, _EVENTS[HandOver.Why(why)], actor=by.id if by else None, relation=relation)
    return hand_over
