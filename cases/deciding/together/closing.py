"""Cases that are handled together end together: what stands open in those that one decision closes too, and who reads it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.deciding.judging import NOT_IN_EVERY_CASE, ends_case, refuse_unheard, situation
from cases.desk.keys import locked_cases
from cases.desk.refusals import Refused
from cases.models import Case
from cases.protocol.engine import Option, Situation, labels, state_of
from cases.protocol.kinds.forms import record_forms
from organisations.access.policy import Actor, may


@dataclass(frozen=True)
class ClosesToo:
    """A case that closes with another, for who may see it, and what stands open in it, in words."""

    case: Case
    open: list[str]


def closed_too(
    case: Case, option: Option, now_is: Situation, following: str, readers: Collection[tuple[Actor, str]]
) -> list[Case]:
    """The open cases that are handled together with this one, where the decision ends it; locked. One that ended before stays as
    it is, also where its lead case was opened again. `readers`: who read a refusal, each with the act that they must be allowed
    in every case. Raises Refused where something stands open in one of them."""
    if not case.is_open or not ends_case(case, option):
        return []
    together = list(locked_cases().filter(joined_to=case.id, closed_on=None))
    if not together:
        return []
    if not _may_see(together, readers):
        raise Refused(str(NOT_IN_EVERY_CASE))
    if option.anytime:
        raise Refused(_separate(together))
    found = [words for joined in together for words in _stands_open(case, now_is, option, following, joined)]
    if found:
        raise Refused(" ".join(found))
    return together


def closes_too(case: Case, option: Option, now_is: Situation, actor: Actor, act: str) -> list[ClosesToo] | None:
    """The same for a page, before anything is decided. None where there are cases in which the actor may not do this act
    (`case.decide` or `case.agree`): nothing of them is said."""
    if not case.is_open or not ends_case(case, option):
        return []
    together = list(case.joined.filter(closed_on=None).select_related("report").order_by("number"))
    if not _may_see(together, [(actor, act)]):
        return None
    if option.anytime:
        return [ClosesToo(joined, [_separate([joined])]) for joined in together]
    to = option.decision.to
    return [ClosesToo(joined, list(_stands_open(case, now_is, option, to, joined))) for joined in together]


def _separate(together: Iterable[Case]) -> str:
    words = _("First separate the cases that are handled together with this one: %(numbers)s.")
    return words % {"numbers": ", ".join(sorted(joined.number for joined in together))}


def _may_see(together: Iterable[Case], readers: Collection[tuple[Actor, str]]) -> bool:
    return all(may(actor, act, joined) for joined in together for actor, act in readers)


def _stands_open(case: Case, now_is: Situation, option: Option, following: str, joined: Case) -> Iterator[str]:
    """Why a case cannot close with the one in which its steps are decided: its own tracks and records, what its own reporter
    and people wait for, and what its reporter was not told."""
    then, protocol = situation(joined), joined.protocol
    number = {"number": joined.number}
    ended = protocol.phases[following].ended if following in protocol.phases else []
    if runs := sorted(set(ended) & then.must_end):
        what = ", ".join(str(record_forms()[form].label) for form in runs)
        yield (
            _("In %(number)s this still runs: %(what)s. End it or hand it on there first.") % {**number, "what": what}
        )
    rule = protocol.rule_of(option.code) or option.decision
    for name, states in rule.blocked_by.items():
        if name in protocol.tracks and (state := state_of(protocol, then, name)) in states:
            where = {"track": protocol.tracks[name].title, "state": protocol.title_of(state, name)}
            yield (
                _("In %(number)s this is not done: “%(track)s” is “%(state)s”. Record there first what came out.")
                % {**number, **where}
            )
    try:
        refuse_unheard(joined)
    except Refused as unheard:
        yield unheard.message
    # That the reporter of the lead case wants no more care says nothing about the reporter of this one.
    pending = {one.code for one in joined.deadlines.pending() if one.kind.group == "aftercare"}
    care = {code for code, act in case.protocol.anytime.items() if pending & set(act.meets)}
    if missing := sorted((_owed(case, now_is) | care) - then.decided):
        words = labels(case.protocol)
        first = ", ".join(f"“{words[act]}”" for act in missing)
        yield _("First record in %(number)s: %(first)s.") % {**number, "first": first}


def _owed(case: Case, now_is: Situation) -> set[str]:
    """What was done in a case because something asks it first, and must be done for each reporter apart."""
    still = [code for code, decision in case.protocol.anytime.items() if not decision.to]
    still += [code for code, _decision in case.protocol.every_track_decision()]
    asked_first = {act for _code, decision in case.protocol.every_decision() for act in decision.after}
    return asked_first & set(still) & now_is.decided
