"""One act for several cases: a decision that asks nothing but a reason, or handing one's own assignment to a
colleague.

Each case is judged by itself, by the same functions as on its own page. A case in which the act is not possible says
why, and the others go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.deciding.decisions import Choice, decide
from cases.deciding.judging import situation
from cases.deciding.passed import passed_in
from cases.desk.access import visible_cases
from cases.desk.codes import case_codes
from cases.desk.refusals import NotAllowed, Refused
from cases.models import Case
from cases.people.colleague import hand_over
from cases.people.handover import HANDED_OVER, Successor, perhaps_free
from cases.people.hearing import AskFirst
from cases.protocol.engine import Situation, options
from organisations.access.policy import Actor, Standing, standings_in
from organisations.models import Assignment
from organisations.people.appointments import Rosters
from reporting.dialogue.dialogue import heard_in_each
from vault.keyring.keys import Codes

MOST = 50
HAND_OVER = "hand-over"


@dataclass(frozen=True)
class Act:
    """What can be done in at most `count` of the chosen cases: a decision by its code, or `hand-over:<id of the person>`. Each case is
    judged when it is done."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Result:
    """What came of the act in one case. `why_not` is empty where it was done."""

    case: Case
    why_not: str = ""


def chosen_cases(actor: Actor, ids: Sequence[UUID]) -> list[Case]:
    """Those of the chosen cases that the actor may see, by number; at most :data:`MOST`."""
    return list(visible_cases(actor).filter(id__in=ids[:MOST]).order_by("number"))


def acts_for(cases: list[Case], actor: Actor) -> list[Act]:
    """What can be done in these cases, the act that fits most cases first."""
    labels: dict[str, str] = {}
    fits: dict[str, int] = {}
    standings, rosters = standings_in(actor, [case.id for case in cases], Case), Rosters(timezone.localdate())
    passed, codes = passed_in([case.id for case in cases]), Codes({case.organisation_id for case in cases})
    heard, free = heard_in_each(case.report for case in cases), perhaps_free(cases, rosters)
    for case in cases:
        now_is = situation(case, case_codes(case, codes), passed=passed[case.id], heard=heard[case.report_id])
        standing = replace(standings[case.id], is_open=case.is_open)
        for code, label in _acts(case, now_is, standing, free[case.id]):
            labels[code] = label
            fits[code] = fits.get(code, 0) + 1
    acts = [Act(code, labels[code], count) for code, count in fits.items()]
    return sorted(acts, key=lambda act: (-act.count, act.label))


def _acts(case: Case, now_is: Situation, standing: Standing, free: list[Successor]) -> list[tuple[str, str]]:
    """(code, label) of what the actor can do in this case."""
    acts = []
    if standing.may("case.decide"):
        for option in options(case.protocol, now_is):
            rule = option.decision
            asks_more = rule.outcome or rule.form or not rule.done_by.is_empty
            if option.allowed and standing.relations & set(rule.who) and not asks_more:
                acts.append((option.code, str(rule.label)))
    if standing.relations & set(HANDED_OVER) and standing.may("case.hand_over"):
        for comes in free:
            words = _("Hand my assignment to %(name)s") % {"name": comes.person.name}
            acts.append((f"{HAND_OVER}:{comes.person.id}", words))
    return acts


@transaction.atomic
def do_together(
    cases: list[Case], act: str, *, actor: Actor, reason: str, revisions: Mapping[UUID, int], about: str = ""
) -> list[Result]:
    """Do one act in each case. `revisions` are those of the page, {case id: revision}: a case in which somebody
    decided meanwhile is refused. `about`: the answer for every case. Raises :class:`AskFirst` where the reason names
    somebody of any of the cases; nothing was done in any case then."""
    results, asked = [], list[AskFirst]()
    for case in cases:
        try:
            with transaction.atomic():
                _do(case, act, actor, reason, revisions.get(case.id, -1), about)
            results.append(Result(case))
        except AskFirst as question:
            asked.append(question)
        except Refused as cannot:
            results.append(Result(case, str(cannot)))
        except NotAllowed:
            results.append(Result(case, _("You can no longer do this here.")))
    if asked:
        raise AskFirst.of_all(asked)
    return results


def _do(case: Case, act: str, actor: Actor, reason: str, revision: int, about: str) -> None:
    code, _sep, person = act.partition(":")
    if code != HAND_OVER:
        decide(case, Choice(code, reason=reason), actor=actor, revision=revision, about=about)
        return
    assignment = _own_assignment(case, actor)
    if assignment is None:
        raise Refused(_("You have no assignment here that can be handed over."))
    hand_over(case, assignment.id, UUID(person), actor=actor, reason=reason, about=about)


def _own_assignment(case: Case, actor: Actor) -> Assignment | None:
    own = Assignment.objects.holding().filter(case=case.id, person=actor.person, organisation=actor.organisation)
    return own.filter(relation__in=HANDED_OVER).first()
