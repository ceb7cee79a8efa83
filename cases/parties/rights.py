"""What a person of the case reads on their papers page of what they may do: sentences of parts.yaml that are true now."""

from collections.abc import Callable, Mapping

from cases.models import Bundle, Case
from cases.parties.told import TELLS_OUTCOME, outcome_told_on
from cases.protocol.definitions import Decision
from cases.protocol.kinds.forms import record_forms
from cases.protocol.kinds.parts import RightWhen, parts


def rights_of(bundle: Bundle) -> list[str]:
    """The sentences that hold today, in the order of parts.yaml."""
    known: dict[RightWhen, bool] = {}  # each is looked up once
    said = []
    for right in parts()[bundle.party.part].rights:
        for when in right.when:
            if when not in known:
                known[when] = _HOLDS[when](bundle)
        if all(known[when] for when in right.when):
            said.append(str(right.words))
    return said


def judging_codes(case: Case) -> set[str]:
    """The decisions of this protocol that judge or decide about somebody: that give an outcome, write a judgement down, or take
    a measure."""
    return {code for code, rule in case.protocol.every_decision() if _judges(rule)}


def _judges(rule: Decision) -> bool:
    form = record_forms().get(rule.done_by.record)
    return bool(rule.outcome or (form and (form.judges or form.against)))


def _is_unjudged(bundle: Bundle) -> bool:
    return not bundle.case.decisions.filter(code__in=judging_codes(bundle.case)).exists()


def _is_told(bundle: Bundle) -> bool:
    told = outcome_told_on(bundle.case, bundle.party.all_of_them())
    last = bundle.case.decisions.filter(code__in=judging_codes(bundle.case)).order_by("sequence").last()
    return told is not None and (last is None or told.sequence > last.sequence)


def _is_untold(bundle: Bundle) -> bool:
    """Whether something was decided of which this protocol has this person told, and they were not."""
    tells = any(TELLS_OUTCOME in rule.done_by.document for _code, rule in bundle.case.protocol.every_decision())
    return tells and bundle.case.is_open and not _is_unjudged(bundle) and not _is_told(bundle)


def _reply_comes(bundle: Bundle) -> bool:
    """Whether the replies of people are still asked. What was done before the case was opened again asks nobody now."""
    case, forms = bundle.case, record_forms()
    ends = {
        code
        for code, rule in case.protocol.every_decision()
        if rule.not_before and rule.not_before.unless and forms[rule.not_before.unless].answered
    }
    gone_through = case.decisions.filter(code__in=ends)
    if case.reopened_on:
        gone_through = gone_through.filter(made_at__date__gte=case.reopened_on)
    return bool(ends) and not gone_through.exists()


_HOLDS: Mapping[RightWhen, Callable[[Bundle], bool]] = {
    RightWhen.OPEN: lambda bundle: bundle.can_write,
    RightWhen.UNJUDGED: _is_unjudged,
    RightWhen.TOLD: _is_told,
    RightWhen.UNTOLD: _is_untold,
    RightWhen.REPLY_COMES: _reply_comes,
}
