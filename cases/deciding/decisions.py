"""Taking a decision: whether it may be taken, and what was decided. What it brings about stands in `effects.py`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.effects import Deciding, take_effect
from cases.desk.codes import case_codes
from cases.desk.refusals import MIN_REASON, NotAllowed, Refused
from cases.models import Case, CaseDecision
from cases.people.hearing import hear
from cases.protocol.decision_questions import decision_questions, in_words
from cases.protocol.definitions import Decision
from cases.protocol.engine import NotNow, Option, Situation, labels, options, state_of, take
from organisations.access.policy import Actor, may, standing_in
from organisations.codes import code_list
from vault.compartments import Compartment, ContentKey, open_compartment, read_text, sealed_by_id
from vault.keys import Codes, NoKey
from vault.models import SealedText

WORDS = ("reason", "details")  # stored purposes of sealed texts


class CannotDecide(Refused):
    """The decision is refused, with words that say what to do. Nothing has changed."""


class Stale(CannotDecide):
    """Somebody else decided in the case since the page was opened."""


@dataclass(frozen=True)
class Taken:
    """A decision with its reason in words, for who may read the file."""

    decision: CaseDecision
    label: str
    phase: str
    reason: str
    details: list[tuple[str, str]]


def situation(case: Case, codes: dict[str, str] | None = None) -> Situation:
    """What the engine may know of a case. `codes` is {code list: code} of the case, where the caller has opened it
    already."""
    taken = frozenset(case.decisions.values_list("code", flat=True))
    has_subject = (codes or case_codes(case)).get("subject") == "given"
    tracks = dict(case.tracks.values_list("track", "state"))
    joined = case.joined_to_id is not None
    return Situation(case.phase, taken, has_subject, case.previous_phase, tracks, joined)


def options_of(case: Case, codes: dict[str, str] | None = None) -> list[Option]:
    """What can be decided in the case now, and what not yet. `codes` as in :func:`situation`."""
    return options(case.protocol, situation(case, codes))


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
    about: str = "",
) -> CaseDecision:
    """Take a decision (a code of the protocol) and everything that follows from it, in one transaction.

    `revision` is that of the page on which it was taken. `outcome` is a code of the list `disposition`, `details` are what
    the protocol asks beside the reason ({criterion: choice}, or {"power": code}).

    `about` as for :func:`hear`. Raises :class:`NotAllowed`, :class:`Stale`, :class:`CannotDecide` or :class:`AskFirst`;
    nothing has changed then.
    """
    reason, details = reason.strip(), dict(details or {})
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("report__ping_address").get(id=case.id)
        standing = standing_in(actor, case)
        if not standing.may("case.decide"):
            raise NotAllowed
        _refuse_stale(case, revision)
        sealing = Codes([case.organisation_id, actor.organisation.id])
        codes = case_codes(case, sealing)
        now_at = situation(case, codes)
        try:
            option, following = take(case.protocol, now_at, decision)
        except NotNow as not_now:
            raise CannotDecide(_explain(case, not_now)) from None
        if not standing.relations & set(option.decision.who):
            who = who_in_words(option.decision)
            raise CannotDecide(_("In this protocol somebody else decides this: %(who)s.") % {"who": who})
        _refuse_incomplete(option.decision, reason, outcome, details)
        together = _ended_too(case, option, following, actor)
        deciding = Deciding(
            case=case,
            code=decision,
            rule=option.decision,
            track=option.track,
            phase=state_of(case.protocol, now_at, option.track) if option.track else case.phase,
            following=following,
            actor=actor,
            now=now or timezone.now(),
            codes=codes,
            reason=reason,
            key=_file_key(case, actor, sealing),
            sealing=sealing,
            outcome=outcome,
            details=details,
        )
        row = take_effect(deciding)
        for joined in together:
            take_effect(_with_lead(joined, deciding))
        hear(case, "\n".join([reason, *details.values()]), about, actor=actor)
    return row


def _refuse_stale(case: Case, revision: int) -> None:
    if case.revision != revision:
        last = case.decisions.order_by("-sequence").first()
        raise Stale(
            _("Meanwhile %(who)s decided: “%(what)s”. Look at the case again; your reason is still here.")
            % {"who": last.actor.name if last else "", "what": last.label if last else ""}
        )


def _refuse_incomplete(rule: Decision, reason: str, outcome: str, details: Mapping[str, str]) -> None:
    if len(reason) < MIN_REASON:
        raise CannotDecide(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON})
    if rule.outcome and outcome not in rule.outcome:
        raise CannotDecide(_("Choose what the outcome is."))
    asks_power = rule.form == "power" and outcome == "statutory_power"
    if asks_power and details.get("power") not in decision_questions().powers:
        raise CannotDecide(_("Choose which statutory power was used."))


def _ended_too(case: Case, option: Option, following: str, actor: Actor) -> list[Case]:
    """The cases that are handled together with this one, where the decision ends it; locked."""
    if option.track or not case.protocol.phases[following].final:
        return []
    together = list(case.joined.select_for_update(of=("self",)).select_related("report__ping_address"))
    if together:
        _refuse_while_joined(case, option, together, actor)
    return together


def _file_key(case: Case, actor: Actor, sealing: Codes) -> ContentKey:
    try:
        return open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id, sealing.keys)
    except NoKey:  # access ended while the page was open
        raise NotAllowed from None


def _with_lead(joined: Case, deciding: Deciding) -> Deciding:
    """The same decision in a case that is handled together with the one that it ended, with the same outcome."""
    codes = case_codes(joined, deciding.sealing)
    of_lead = deciding.codes_after
    words = _("Together with %(number)s.") % {"number": deciding.case.number}
    return replace(
        deciding,
        case=joined,
        lead=deciding.case,
        phase=joined.phase,
        codes=codes | {name: of_lead[name] for name in ("disposition", "outcome", "path") if name in of_lead},
        reason=f"{words} {deciding.reason}",
        key=_file_key(joined, deciding.actor, deciding.sealing),
        outcome="",
        details={},
    )


def _refuse_while_joined(case: Case, option: Option, together: list[Case], actor: Actor) -> None:
    """Cases that are handled together end together. Before that the reporter of each was told what has to be told, and
    who ends them may decide in each."""
    numbers = ", ".join(joined.number for joined in together)
    if option.anytime:
        raise CannotDecide(
            _("First separate the cases that are handled together with this one: %(numbers)s.") % {"numbers": numbers}
        )
    still = [code for code, decision in case.protocol.anytime.items() if not decision.to]
    still += [code for code, _decision in case.protocol.every_track_decision()]
    asked_first = {act for _code, decision in case.protocol.every_decision() for act in decision.after}
    owed = asked_first & set(still) & _taken_codes(case)
    words = labels(case.protocol)
    for joined in together:
        if not may(actor, "case.decide", joined):
            raise CannotDecide(
                _(
                    "You may not decide in every case that is handled together with this one. Separate it first, or let "
                    "somebody who works both decide."
                )
            )
        if missing := sorted(owed - _taken_codes(joined)):
            raise CannotDecide(
                _("First record in %(number)s: %(first)s.")
                % {"number": joined.number, "first": ", ".join(f"“{words[act]}”" for act in missing)}
            )


def _taken_codes(case: Case) -> set[str]:
    return set(case.decisions.values_list("code", flat=True))


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


def decisions_taken(case: Case, actor: Actor, sealed: Mapping[UUID, SealedText] | None = None) -> list[Taken]:
    """The decisions, newest first, with their reasons. The caller has asked `may(actor, "case.file", case)`. `sealed`:
    texts of the file by their id that were looked up already, reasons and details among them."""
    key = open_compartment(case.id, Compartment.FILE, actor.organisation.id, actor.person.id)
    if sealed is None:
        sealed = sealed_by_id(case.id, Compartment.FILE, *WORDS)
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
    """The words for where a decision was taken. A newer version of the protocol may not have that step any more; then
    its code."""
    try:
        return case.protocol.title_of(decision.phase, decision.track)
    except KeyError:
        return decision.phase


def who_in_words(rule: Decision) -> str:
    """Who may take a decision, in words."""
    relations = code_list("relation")
    return ", ".join(str(relations[relation]) for relation in rule.who)
