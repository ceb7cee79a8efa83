"""Whether a decision can be taken in a case now: only who decides knows, and pages below it say so."""

from collections.abc import Callable

from cases.models import Case

Offering = Callable[[Case, str], bool]
_ANSWERING: list[Offering] = []


def answers_what_can_be_decided(answer: Offering) -> Offering:
    """Register the one function that knows which decisions, by their codes, a case offers now. Raises ValueError for a second
    one."""
    if _ANSWERING:
        raise ValueError("somebody answers what can be decided already")
    _ANSWERING.append(answer)
    return answer


def can_be_decided(case: Case, code: str) -> bool:
    """Whether a case offers this decision now. Raises LookupError where nobody answers."""
    if not _ANSWERING:
        raise LookupError("nobody answers what can be decided")
    return _ANSWERING[0](case, code)
