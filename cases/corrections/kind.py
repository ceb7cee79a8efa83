"""A case turns out to be of another kind: it goes on with the report, the people and the number that it has, in the first
phase of the other protocol. One person asks, another one who reads the case agrees."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.administration.adoption import protocol_in_force
from cases.counting.facts import count_as_another_kind, count_deadlines
from cases.deadlines.receipt import asked_at_opening
from cases.deadlines.running import bring_forward, start_deadlines, waive
from cases.deciding.judging import situation
from cases.desk.access import give_access, take_away
from cases.desk.codes import case_codes, seal_case_codes
from cases.desk.keys import file_key, opened_file
from cases.desk.refusals import NotAllowed, Refused, reason_of
from cases.desk.two_people import agree_to, ask_second, turn_down, waiting
from cases.events import CaseEvent
from cases.models import Case, HandOver, KindChange
from cases.people.barring import end_parts
from cases.people.handover import (
    FreePeople,
    Successor,
    begin,
    change_in_words,
    may_guard,
    record_hand_over,
    recovery_of,
    succeed,
    tell_of_successor,
)
from cases.people.hearing import hear
from cases.people.words.purposes import KIND_WORDS
from cases.protocol.definitions import Protocol
from cases.protocol.engine import state_of
from cases.protocol.kinds.deadline_kinds import deadline_kinds
from cases.protocol.kinds.forms import record_forms
from organisations.access.policy import Actor
from organisations.access.recusal import Circle
from organisations.access.routing import chain, row_of, supporters
from organisations.codes import code_list
from organisations.models import Assignment
from organisations.people.appointments import Rosters
from reporting.codes import NOT_GIVEN
from reporting.counting.facts import form_of_kind
from reporting.dialogue.progress import tell
from reporting.form.coded import group_of_subject
from reporting.form.persons.circle import concerned_in
from reporting.form.persons.weighing import weigh
from vault import ledger
from vault.compartments import Compartment, ContentKey, read_text, texts, write_text
from vault.keyring.keys import Codes

ENDED = ("outcome", "disposition", "path")  # what was decided under the old kind
State = KindChange.State


@dataclass(frozen=True)
class KindAnswers:
    """The coded answers that the new kind needs. `form`: a leaf of its own list (aggression_form, integrity_type or
    pressure_form); `subject`: "function:person", "function:" or nothing; `perpetrator` and `group` (of who was hit) may be
    left out."""

    form: str
    subject: str = ""
    perpetrator: str = ""
    group: str = ""


@dataclass(frozen=True)
class AskedKind:
    """A change that somebody asked for, with its opened words."""

    change: KindChange
    answers: KindAnswers
    reason: str

    @property
    def in_words(self) -> str:
        return str(code_list(form_of_kind()[self.change.kind])[self.answers.form])


@transaction.atomic
def ask_kind(case: Case, kind: str, answers: KindAnswers, reason: str, *, actor: Actor, about: str = "") -> KindChange:
    """Ask that a case goes on as one of another kind. Whom it is about from now on is kept out at once. `about` as for
    :func:`hear`. Raises Refused, NotAllowed and AskFirst."""
    case, key = opened_file(case, actor, "case.decide")
    _refuse_unless_possible(case, kind, answers)
    reason_of(reason)
    if case.kind_changes.filter(state=State.ASKED).exists():
        raise Refused(_("Somebody asked for another kind already. Decide about that first."))
    words = {**vars(answers), "reason": reason.strip()}
    sealed = write_text(key, KIND_WORDS, json.dumps(words))
    change = KindChange.objects.create(case=case, kind=kind, asked_by=actor.person, words=sealed.id)
    ledger.record(case.id, CaseEvent.KIND_ASKED, actor=actor.person.id, kind=kind)
    ask_second(change)
    if answers.subject:
        chosen = Circle(subjects=(concerned_in(answers.subject),))
        weigh(case.report, chosen, writer=actor.person.id, together=case.ids_together())
    hear(case, reason, about, actor=actor)
    if answers.subject:
        end_parts(case)
    return change


def asked_kind(case: Case, actor: Actor) -> AskedKind | None:
    """The change that waits for a second person. The caller has asked `may(actor, "case.file", case)`."""
    change = case.kind_changes.filter(state=State.ASKED).select_related("asked_by").first()
    return _opened(change, file_key(case, actor)) if change else None


def _opened(change: KindChange, key: ContentKey) -> AskedKind:
    words = json.loads(read_text(key, texts(change.case_id, Compartment.FILE, KIND_WORDS).get(id=change.words)))
    reason = words.pop("reason")
    return AskedKind(change, KindAnswers(**words), reason)


@transaction.atomic
def decide_kind(case: Case, *, actor: Actor, agree: bool) -> None:
    """A second person who reads the case agrees or refuses; who asked can only take it back. Raises Refused and
    NotAllowed."""
    case, key = opened_file(case, actor, "case.file")
    change = waiting(case.kind_changes.select_related("case"))
    if not agree:
        event = CaseEvent.KIND_WITHDRAWN if turn_down(change, actor=actor) else CaseEvent.KIND_REFUSED
        ledger.record(case.id, event, actor=actor.person.id)
        return
    agree_to(change, actor=actor, asking="case.decide")
    answers = _opened(change, key).answers
    _refuse_unless_possible(case, change.kind, answers)
    change_kind(case, change.kind, answers, actor=actor)


def change_kind(case: Case, kind: str, answers: KindAnswers, *, actor: Actor) -> None:
    """Let a locked case go on as one of another kind. The report and its answers stay as they were given."""
    now, sealing = timezone.now(), Codes()
    before = case_codes(case, sealing)
    after = _codes(case, kind, answers, before)
    count_as_another_kind(case, before, now)
    own, rules = protocol_in_force(case.organisation, kind)
    case.kind, case.own_protocol = kind, own
    case.protocol_id, case.protocol_version = rules.id, rules.version
    case.phase, case.previous_phase = rules.first, ""
    case.codes = seal_case_codes(case.organisation_id, case.id, after, sealing)
    case.revision += 1
    case.save()
    for row in case.tracks.all():
        if not _knows(rules, row.track, row.state):
            row.delete()
    _change_deadlines(case, rules, after, now)
    count_deadlines(case, case.deadlines.all(), now)
    _reroute(case, after["row"], actor)
    tell(case.report, f"kind_{kind}", on=timezone.localdate(now))
    ledger.record(case.id, CaseEvent.KIND_CHANGED, actor=actor.person.id, kind=kind)
    end_parts(case)


def _refuse_unless_possible(case: Case, kind: str, answers: KindAnswers) -> None:
    if not case.is_open:
        raise NotAllowed
    if kind not in code_list("kind") or kind == case.kind:
        raise Refused(_("Choose another kind than the case has."), "kind")
    if answers.form not in {leaf.id for leaf in code_list(form_of_kind()[kind]).leaves}:
        raise Refused(_("Choose what happened."), form_of_kind()[kind])
    if kind == "integrity" and not answers.subject:
        raise Refused(_("Choose whom it is about, or choose ‘I do not know’."), "subject")
    if case.together().exclude(id=case.id).exists():
        raise Refused(_("This case is handled together with another one. Separate them first."))
    _refuse_what_would_be_lost(case, protocol_in_force(case.organisation, kind)[1])


def _refuse_what_would_be_lost(case: Case, rules: Protocol) -> None:
    """Raises Refused while something cannot wait, or runs against somebody, that the other protocol does not know: nobody would tell
    it or end it any more."""
    now_is, old = situation(case), case.protocol
    open_still = []
    for name, track in old.tracks.items():
        state = state_of(old, now_is, name)
        if track.states[state].at_once and not _knows(rules, name, state):
            open_still.append(str(old.title_of(state, name)))
    recorded = {decision.done_by.record for _code, decision in rules.every_decision()}
    for form in sorted(now_is.running - recorded):
        known = record_forms().get(form)
        if known and known.ends and (known.tells or known.against):
            open_still.append(_("“%(what)s” still runs") % {"what": known.label})
    if open_still:
        words = _("First finish what the other kind of case does not know: %(what)s. After that the kind can change.")
        raise Refused(words % {"what": "; ".join(open_still)})


def _knows(rules: Protocol, track: str, state: str) -> bool:
    return track in rules.tracks and state in rules.tracks[track].states


def _codes(case: Case, kind: str, answers: KindAnswers, before: Mapping[str, str]) -> dict[str, str]:
    """{code list: code} of the case from now on."""
    gone = {*form_of_kind().values(), *ENDED}
    codes = {name: code for name, code in before.items() if name not in gone}
    codes |= {"kind": kind, form_of_kind()[kind]: answers.form}
    subject = concerned_in(answers.subject) if answers.subject else None
    codes["subject"] = "given" if subject else "none"
    if kind == "integrity" and subject:
        codes["group"] = group_of_subject(subject.function, case.report.organisation)
    else:
        codes["group"] = answers.group or (codes["group"] if before["kind"] != "integrity" else NOT_GIVEN)
        codes["perpetrator"] = answers.perpetrator or codes.get("perpetrator", NOT_GIVEN)
    codes["row"] = row_of(kind, Circle(subjects=(subject,) if subject else ()), codes["group"])[0]
    return codes


def _change_deadlines(case: Case, rules: Protocol, codes: dict[str, str], now: datetime) -> None:
    """What the new protocol cannot meet is waived; what the law gives keeps its start at receipt, and what a record asks goes on
    with it; the rest begins now."""
    kinds = deadline_kinds()
    met_by = {code for _code, decision in rules.every_decision() for code in decision.meets}
    running = list(case.deadlines.pending())
    old = {deadline.code for deadline in running}
    acknowledged_by = min((one.due for one in running if one.due and one.kind.group == "ack"), default=None)
    of_records = {deadline.code for deadline in running if deadline.record_id}
    goes_on = {code for code in old & met_by if kinds[code].statutory or code in of_records}
    stays = {code for code in old if kinds[code].by_hand} | goes_on
    waive(case, sorted(old - stays), now)
    had = set(case.deadlines.filter(met_at__isnull=False).values_list("code", flat=True))
    groups = {kinds[code].group for code in had}
    asked = list(asked_at_opening(rules, codes))
    wanted = [code for code in asked if not (kinds[code].group == "ack" and "ack" in groups)]
    promised = [code for code in wanted if kinds[code].statutory or kinds[code].group == "ack"]
    start_deadlines(case, [code for code in promised if code not in had], case.report.received_at)
    start_deadlines(case, [code for code in wanted if code not in promised], now)
    for deadline in case.deadlines.pending().filter(code__in=promised):
        if deadline.kind.group == "ack":  # what the reporter was promised at the receipt does not become later
            bring_forward(deadline, acknowledged_by)


def _reroute(case: Case, row: str, actor: Actor) -> None:
    """The handler of the new kind comes, where it is another function; who guards the process by the new row joins. A case
    that went outside stays there."""
    source, here, before = recovery_of(case), case.report.organisation, case.organisation_id
    handler = Assignment.objects.running().select_related("person").filter(case=case.id, relation="handler").first()
    free, rosters = FreePeople(case, source), Rosters(timezone.localdate())
    comes = None
    for at, code in chain(here, row) if before == here.id else ():
        if handler and (handler.organisation_id, handler.capacity) == (at.id, code):
            break
        if people := free.among(rosters.holders(at, code)):
            comes = Successor(people[0], at, code)
            break
    if comes:
        if handler:
            take_away(case, handler.person, by=actor.person)
        source = succeed(case, "handler", comes, source, by=actor.person)
        words = change_in_words(handler.person.name if handler else "", reason=_("The case is of another kind now."))
        record_hand_over(case, HandOver.Why.HANDED_OVER, "handler", words, actor.person, source)
        tell_of_successor(case, before)
    guards = set(Assignment.objects.running().filter(case=case.id).values_list("capacity", flat=True))
    for at, code in supporters(here, row):
        people = (
            FreePeople(case, source).among(may_guard(case, rosters.holders(at, code))) if code not in guards else []
        )
        if people:
            begin(case, "support", Successor(people[0], at, code), source)
    give_access(case)
