"""What somebody of the workplace writes in a case may name a colleague who reads it. The writer is asked before anybody
gets the words: are they about that person, or do they only mention them?"""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case
from cases.people.barring import end_parts, keep_out_beside
from organisations.access import bars
from organisations.access.bars import NAMED, Suspended
from organisations.access.failing_closed import failing_closed
from organisations.access.names import mention
from organisations.access.policy import Actor
from organisations.access.recusal import known_words
from organisations.models import Assignment, Person
from vault import ledger

CONCERNED, MENTIONED = "concerned", "mentioned"


class AskFirst(Refused):
    """The words name somebody who reads the case or has read it, and the writer has not said yet whether they are about that person.
    Nothing was kept."""

    def __init__(self, named: list[Person]) -> None:
        names = ", ".join(person.name for person in named)
        words = _("You name somebody who reads this or did so before: %(names)s. Say below whether it is about them.")
        super().__init__(words % {"names": names}, field="about")


def about_field() -> forms.ChoiceField:
    """The question, for a form with words of a case. The page shows it once it is asked."""
    return forms.ChoiceField(
        label=gettext_lazy("Is it about that person, or do you only mention them?"),
        choices=[
            (CONCERNED, gettext_lazy("It is about them: they must not read it, and lose the case now")),
            (MENTIONED, gettext_lazy("I only mention them")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )


def hear(
    case: Case,
    words: str,
    about: str,
    *,
    actor: Actor,
    beside: str = "",
    end: Callable[[Case], None] | None = None,
) -> None:
    """Ask about words that were just written, as the last part of the act that keeps them. `about`: :data:`CONCERNED`,
    :data:`MENTIONED` or nothing; `beside`: of whom the act itself is, so that naming them says nothing more; `end`: what ends
    the part of whom the words are about, where :func:`end_parts` cannot, since the case is not opened yet. Raises
    :class:`AskFirst`; the caller's transaction then keeps nothing."""
    named = [person for person in named_readers(case, words, actor.person.id) if str(person.id) != beside]
    if not named:
        return
    if about not in {CONCERNED, MENTIONED}:
        raise AskFirst(named)
    ids = [person.id for person in named]
    if about == MENTIONED:
        bars.keep_lifted(case.id, case.report.organisation, ids)
    else:
        suspended = [Suspended(str(person), NAMED, said_by=str(actor.person.id)) for person in ids]
        bars.suspend(case.id, case.report.organisation, suspended)
    for person in ids:
        ledger.record(case.id, CaseEvent.READER_NAMED, actor=actor.person.id, person=str(person), about=about)
    if about == CONCERNED:
        for person in ids:
            keep_out_beside(case, person)
        if end is None:
            end_parts(case)
        else:
            end(case)


def named_readers(case: Case, words: str, writer: UUID) -> list[Person]:
    """Who of those who have or had a part in the case, and are not kept out of it, is named in the words, without the
    writer; by name. Whoever had a part could get it back, and still counts the case."""
    rows = bars.not_barred(case.id, Assignment.objects.filter(case=case.id).exclude(person=writer))
    people = sorted({row.person_id: row.person for row in rows}.values(), key=lambda person: person.name)
    ids = [person.id for person in people]
    with failing_closed():
        known = known_words(ids, case.report.organisation, timezone.localdate())
        return [person for person in people if mention(words, known[person.id])]
