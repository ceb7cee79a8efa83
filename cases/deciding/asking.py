"""What the case of a page asks of who looks at it, with all that must be read for it; every page after an act says it."""

from collections.abc import Iterable

from cases.deciding.asked import CaseAsks, Looking, asked_of
from cases.deciding.judging import situation
from cases.deciding.proposals import seconds_in_words, waiting_proposals
from cases.desk.page import CasePage, says_what_comes_next
from cases.models import Deadline, Proposal
from cases.protocol.engine import Situation, options


def asked_in(
    page: CasePage,
    *,
    now_is: Situation | None = None,
    running: Iterable[Deadline] | None = None,
    waiting: Iterable[Proposal] | None = None,
) -> CaseAsks:
    """What the case asks now. `now_is`, `running` (the running deadlines) and `waiting` (the proposals that wait): where the
    caller looked them up already."""
    case = page.case
    now_is = now_is or situation(case)
    if running is None:
        running = case.deadlines.running()
    reads = page.may("case.read")
    if waiting is None:
        waiting = waiting_proposals(case)
    proposals = {row: seconds_in_words(row, by_name=reads) for row in waiting}
    looking = Looking(page.standing.relations, page.may("case.decide"), page.may("case.agree"), page.actor.person.id)
    return asked_of(case, now_is, options(case.protocol, now_is), running, proposals, looking)


@says_what_comes_next
def next_words(page: CasePage) -> str:
    """What comes next and by whom, in one sentence: the same that the top of the case page says."""
    return asked_in(page).turn.sentence
