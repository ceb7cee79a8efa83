"""Writing to the reporter of a case."""

from django.db import transaction

from cases.desk.keys import key_of, locked
from cases.desk.refusals import NotAllowed
from cases.models import Case
from cases.people.hearing import hear
from organisations.access.policy import Actor, may
from reporting.dialogue.dialogue import answer_reporter
from vault.compartments import Compartment


@transaction.atomic
def write_to_reporter(case: Case, text: str, *, actor: Actor, about: str = "") -> None:
    """A message for the reporter's mailbox, sealed with the content of the report. `about` as for :func:`hear`. Raises
    :class:`NotAllowed` and :class:`AskFirst`."""
    case = locked(case)
    if not may(actor, "case.talk", case):
        raise NotAllowed
    answer_reporter(case.report, key_of(case, Compartment.CONTENT, actor), text, author=actor.person)
    hear(case, text, about, actor=actor)
