"""Whether who it happened to is safe, as far as anybody said so: the report, and after it the decisions that say it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cases.deciding.judging import is_weighing
from cases.models import Case, CaseDecision
from cases.protocol.definitions import Decision


class Safety(NamedTuple):
    """The last word about it. `is_safe` is None where nobody said anything of what happened last; `since`: of a decision, when
    it was done."""

    is_safe: bool | None
    since: datetime | None = None


def last_said(case: Case, danger: str, history: Sequence[CaseDecision]) -> Safety:
    """The last word of the report (`danger`: the answer in it) and of the decisions (`history`, the newest first). Safe is what
    ends the deadline that danger starts; not safe is what leads to the step that asks for it. Who was safe before a case opened
    again was safe from what happened before."""
    rules = dict(case.protocol.every_decision())
    now = since_opened(case, history)
    for made in now:
        rule = rules.get(made.code)
        if rule and _says_safe(case, rule):
            return Safety(True, made.done_at)
        if rule and _is_care(case, rule.to):
            return Safety(False, made.done_at)
    if len(now) < len(history) or not danger:
        return Safety(None)
    if not case.protocol.on_danger and last_weighed(case, history):  # no decision of such a protocol says more
        return Safety(None)
    return Safety(danger != "unsafe")


def last_weighed(case: Case, history: Sequence[CaseDecision]) -> CaseDecision | None:
    """The last decision that says how bad it is. What was weighed before a case opened again was another event."""
    rules: Mapping[str, Decision] = dict(case.protocol.every_decision())
    now = since_opened(case, history)
    return next((made for made in now if made.code in rules and is_weighing(rules[made.code])), None)


def since_opened(case: Case, history: Sequence[CaseDecision]) -> list[CaseDecision]:
    """The decisions since the case last opened again, the newest first; all of them where it never did."""
    last = next((at for at, made in enumerate(history) if _opens_again(case, made)), len(history))
    return list(history[:last])


def _opens_again(case: Case, made: CaseDecision) -> bool:
    phases = case.protocol.phases
    left, to = phases.get(made.phase), phases.get(made.following)
    return not made.track and left is not None and left.final and to is not None and not to.final


def _says_safe(case: Case, rule: Decision) -> bool:
    return bool({*rule.meets, *rule.waives} & set(case.protocol.on_danger))


def _is_care(case: Case, phase: str) -> bool:
    """Whether a phase is the step in which somebody is made safe."""
    found = case.protocol.phases.get(phase)
    asked = {code for rule in found.decisions.values() for code in rule.meets} if found else set()
    return bool(asked & set(case.protocol.on_danger))
