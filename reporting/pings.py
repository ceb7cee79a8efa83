"""By what key a mail to somebody at work is promised: it names the case, so that the bars are asked again when it goes."""

from contextlib import suppress
from uuid import UUID


def ping_key(what: str, case: UUID, *which: UUID) -> str:
    """The key of the job of one mail. `what`: a word for the occasion; `case`: the case, complaint or report that is no case
    yet, under whose identifier bars stand; `which`: what makes the mail one of its kind, such as the person."""
    return ":".join([what, *(name.hex for name in (case, *which))])


def case_of_ping(key: str) -> UUID | None:
    """The case of such a key; None for a mail about no case in particular."""
    with suppress(IndexError, ValueError):
        return UUID(key.split(":")[1])
    return None
