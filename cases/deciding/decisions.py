"""Taking a decision: engine, phase, deadlines, reason, what the reporter is told, what is counted, ledger. One transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.counting.facts import count_outcome, count_report
from cases.deadlines.running import go_on, meet, rest, start_deadlines, stop_all, waive
from cases.desk.codes import case_codes, seal_case_codes
from cases.desk.refusals import MIN_REASON, NotAllowed, Refused
from cases.models import Case, CaseDecision, CaseTrack
from cases.protocol.decision_questions import decision_questions, in_words, moves
from cases.protocol.definitions import Decision
from cases.protocol.engine import NotNow, Option, Situation, labels, options, state_of, take
from organisations.access.policy import Actor, may
from organisations.codes import code_list
from organisations.models import Assignment
from reporting.codes import OUTCOME_OF_DISPOSITION
from reporting.dialogue.progress import tell
from vault import ledger
from vault.compartments import Compartment, open_compartment, read_text, sealed_by_id, write_text
from vault.keys import Codes, NoKey


class CannotDecide(Refused):
    """A decision that does not stand, with words that say what to do."""


class Stale(CannotDecide):
    """Somebody decided since this page was opened."""


@dataclass(frozen=True)
class Taken:
    """A decision with its reason in words, for who may read the file."""

    decision: CaseDecision
    label: str
    phase: str
    reason: str
    details: list[tuple[str, str]]


def situation(case: Case, codes: dict[str, str] | None = None) -> Situation:
    taken = frozenset(case.decisions.values_list("code", flat=True))
    has_subject = (codes or case_codes(case)).get("subject") == "given"
    tracks = dict(case.tracks.values_list("track", "state"))
    joined = case.joined_to_id is not None
    return Situation(case.phase, taken, has_subject, case.previous_phase, tracks, joined)


def options_of(case: Case, codes: dict[str, str] | None = None) -> list[Option]:
    """What can be done in the case now, and what not yet."""
    return options(case.protocol, situation(case, codes))


def acts_as(case: Case, actor: Actor) -> set[str]:
    """What the actor is in this case."""
    assignments = Assignment.objects.filter(
        case=case.id, person=actor.person, organisation=actor.organisation, ended=False
    )
    return set(assignments.values_list("relation", flat=True))


def decide(
    case: Case,
    decision: str,
    *,
    actor: Actor,
    reason: str,
    revision: int,
    outcome: str = "",
    details: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> CaseDecision:
    """Take a decision. `revision` is that of the page on which it was taken; `details` are what the protocol asks beside
    the reason ({criterion: choice}, or {"power": code}).

    Raises :class:`NotAllowed`, :class:`Stale` or :class:`CannotDecide`; nothing has changed then.
    """
    if not may(actor, "case.decide", case):
        raise NotAllowed
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("report__ping_address").get(id=case.id)
        given = dict(details or {})
        return _decide(case, decision, actor, reason.strip(), revision, outcome, given, now or timezone.now())


def _decide(
    case: Case,
    code: str,
    actor: Actor,
    reason: str,
    revision: int,
    outcome: str,
    details: dict[str, str],
    now: datetime,
) -> CaseDecision:
    if case.revision != revision:
        last = case.decisions.order_by("-sequence").first()
        raise Stale(
            _("Meanwhile %(who)s decided: “%(what)s”. Look at the case again; your reason is still here.")
            % {"who": last.actor.name if last else "", "what": last.label if last else ""}
        )
    sealing = Codes([case.organisation_id, actor.organisation.id])
    codes = case_codes(case, sealing)
    now_at = situation(case, codes)
    try:
        option, following = take(case.protocol, now_at, code)
    except NotNow as not_now:
        raise CannotDecide(_explain(case, not_now)) from None
    rule = option.decision
    if not acts_as(case, actor) & set(rule.who):
        raise CannotDecide(_("In this protocol somebody else decides this: %(who)s.") % {"who": who_in_words(rule)})
    if len(reason) < MIN_REASON:
        raise CannotDecide(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON})
    if rule.outcome and outcome not in rule.outcome:
        raise CannotDecide(_("Choose what the outcome is."))
    if (
        rule.form == "power"
        and outcome == "statutory_power"
        and details.get("power") not in decision_questions().powers
    ):
        raise CannotDecide(_("Choose which statutory power was used."))
    ends = not option.track and case.protocol.phases[following].final
    together = list(case.joined.select_for_update(of=("self",)).select_related("report__ping_address")) if ends else []
    if together:
        _refuse_while_joined(case, option, together, actor)

    try:
        key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id, sealing.keys)
    except NoKey:  # access ended while the page was open
        raise NotAllowed from None
    case.revision += 1
    decision = CaseDecision.objects.create(
        case=case,
        sequence=case.revision,
        code=code,
        phase=state_of(case.protocol, now_at, option.track) if option.track else case.phase,
        following=following,
        track=option.track,
        actor=actor.person,
        made_at=now,
        reason=write_text(key, "reason", reason).id,
        details=write_text(key, "details", json.dumps(details)).id if details else None,
    )
    if rule.counts == "report":  # before its deadlines move: what fell due before counts too
        count_report(case, codes, now)
    _move_tracks(case, {option.track: following} if option.track else moves(details))
    _move(case, rule, case.phase if option.track else following, codes, sealing, outcome, now)
    if rule.form == "power" and details.get("power") in decision_questions().powers:
        start_deadlines(case, decision_questions().powers[details["power"]].starts, now)
    if rule.tell:
        tell(case.report, rule.tell, on=timezone.localdate(now))
    if rule.counts == "outcome":
        count_outcome(case, codes, now)
    ledger.record(case.id, "case.decided", actor=actor.person.id, decision=code, following=following)
    for joined in together:
        _end_joined(joined, case, code, rule, codes, sealing, actor, reason, now)
    return decision


def _refuse_while_joined(case: Case, option: Option, together: list[Case], actor: Actor) -> None:
    """A case that others are joined to ends with them: each reporter was told, and who ends it may decide in each."""
    numbers = ", ".join(joined.number for joined in together)
    if option.anytime:
        raise CannotDecide(
            _("First separate the cases that are handled together with this one: %(numbers)s.") % {"numbers": numbers}
        )
    still = [code for code, decision in case.protocol.anytime.items() if not decision.to]
    still += [code for code, _decision in case.protocol.every_track_decision()]
    asked_first = {act for _code, decision in case.protocol.every_decision() for act in decision.after}
    owed = asked_first & set(still) & set(_made(case))
    words = labels(case.protocol)
    for joined in together:
        if not may(actor, "case.decide", joined):
            raise CannotDecide(
                _(
                    "You may not decide in every case that is handled together with this one. Separate it first, or let "
                    "somebody who works both decide."
                )
            )
        if missing := sorted(owed - set(_made(joined))):
            raise CannotDecide(
                _("First record in %(number)s: %(first)s.")
                % {"number": joined.number, "first": ", ".join(f"“{words[act]}”" for act in missing)}
            )


def _made(case: Case) -> list[str]:
    return list(case.decisions.values_list("code", flat=True))


def _end_joined(
    case: Case,
    lead: Case,
    code: str,
    rule: Decision,
    of_lead: dict[str, str],
    sealing: Codes,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """What ends the lead ends this case, with the same outcome."""
    codes = case_codes(case, sealing) | {
        name: of_lead[name] for name in ("disposition", "outcome", "path") if name in of_lead
    }
    key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id, sealing.keys)
    words = _("Together with %(number)s.") % {"number": lead.number}
    case.revision += 1
    CaseDecision.objects.create(
        case=case,
        sequence=case.revision,
        code=code,
        phase=case.phase,
        following=lead.phase,
        actor=actor.person,
        made_at=now,
        reason=write_text(key, "reason", f"{words} {reason}").id,
    )
    _move(case, rule.model_copy(update={"outcome": []}), lead.phase, codes, sealing, "", now)
    if rule.tell:
        tell(case.report, rule.tell, on=timezone.localdate(now))
    if rule.counts == "outcome":
        count_outcome(case, codes, now)
    ledger.record(case.id, "case.decided", actor=actor.person.id, decision=code, following=lead.phase)


def _move_tracks(case: Case, states: dict[str, str]) -> None:
    moved = [
        CaseTrack(case=case, track=track, state=state)
        for track, state in states.items()
        if track in case.protocol.tracks
    ]
    CaseTrack.objects.bulk_create(
        moved, update_conflicts=True, unique_fields=["case", "track"], update_fields=["state"]
    )


def _move(
    case: Case, rule: Decision, following: str, codes: dict[str, str], sealing: Codes, outcome: str, now: datetime
) -> None:
    """Phase, deadlines and what is known of the outcome."""
    if following != case.phase:
        was_aside, is_aside = case.phase_data.aside, case.protocol.phases[following].aside
        case.previous_phase = case.phase if is_aside else ""
        case.phase = following
        if is_aside and not case.phase_data.final:
            rest(case, now)
        elif was_aside:
            go_on(case, now)
    codes.update(rule.note)
    if rule.outcome:
        codes["disposition"] = outcome
        codes["outcome"] = OUTCOME_OF_DISPOSITION[outcome]
    case.codes = seal_case_codes(case.organisation_id, case.id, codes, sealing)
    meet(case, rule.meets, now)
    waive(case, rule.waives, now)
    start_deadlines(case, rule.starts, now)
    if case.phase_data.final:
        case.closed_on = timezone.localdate(now)
        stop_all(case, now)
    case.save()


def _explain(case: Case, not_now: NotNow) -> str:
    words = labels(case.protocol)
    if not_now.elsewhere:
        return _("This case is handled together with another one. Decide there, or separate it first.")
    if not_now.missing:
        first = ", ".join(f"“{words[act]}”" for act in not_now.missing)
        return _("This cannot be done yet. First record: %(first)s.") % {"first": first}
    if not_now.waits_for:
        tracks = ", ".join(f"“{case.protocol.tracks[name].title}”" for name in not_now.waits_for)
        return _("This has to wait for %(tracks)s. Record first what came out there.") % {"tracks": tracks}
    if not case.is_open:
        return _("This case is closed. Nothing can be decided in it any more.")
    return _("This cannot be done in the step “%(step)s”. Choose from what the case page offers now.") % {
        "step": case.phase_data.title
    }


def decisions_taken(case: Case, actor: Actor) -> list[Taken]:
    """The decisions, newest first, with their reasons. The caller has asked `may(actor, "case.file", case)`."""
    key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id)
    sealed = sealed_by_id(case.id, Compartment.FILE, "reason", "details")
    return [
        Taken(
            decision,
            decision.label,
            _title(case, decision),
            read_text(key, sealed[decision.reason]),
            in_words(json.loads(read_text(key, sealed[decision.details]))) if decision.details else [],
        )
        for decision in case.decisions.select_related("actor", "case").order_by("-sequence")
    ]


def _title(case: Case, decision: CaseDecision) -> str:
    """The words for where a decision was made, also when a newer version of the protocol has that step no more."""
    try:
        return case.protocol.title_of(decision.phase, decision.track)
    except KeyError:
        return decision.phase


def who_in_words(rule: Decision) -> str:
    relations = code_list("relation")
    return ", ".join(str(relations[relation]) for relation in rule.who)
