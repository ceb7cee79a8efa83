"""Writing to the reporter of a case."""

from uuid import UUID

from django.db import transaction

from cases.desk.keys import key_of, locked
from cases.desk.refusals import NotAllowed, Refused
from cases.models import Case
from cases.people.hearing import hear
from cases.protocol.checking.sanctions import names_sanction, sanction_question
from organisations.access.policy import Actor, may
from reporting.dialogue.dialogue import answer_reporter, page_digest
from vault.compartments import Compartment


@transaction.atomic
def write_to_reporter(
    case: Case, text: str, *, actor: Actor, token: UUID, about: str = "", no_sanction: bool = False
) -> None:
    """A message for the reporter's mailbox, sealed with the content of the report; the same page (`token`) sent twice
    writes one. `about` as for :func:`hear`; `no_sanction`: the writer said that the text names no sanction of a person. Raises
    :class:`NotAllowed`, :class:`Refused` and :class:`AskFirst`."""
    case = locked(case)
    if not may(actor, "case.talk", case):
        raise NotAllowed
    if not no_sanction and (word := names_sanction(text)):
        raise Refused(sanction_question(word), "no_sanction")
    key = key_of(case, Compartment.CONTENT, actor)
    if answer_reporter(case.report, key, text, author=actor.person, token=page_digest(token)):
        hear(case, text, about, actor=actor)
