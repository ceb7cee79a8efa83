"""What somebody of the workplace writes in a case may name a colleague who reads it. The writer is asked before anybody
gets the words: are they about that person, or do they only mention them?"""

from collections.abc import Callable, Iterable
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
from organisations.desk.forms import AskedField
from organisations.models import Assignment, Person
from reporting.dialogue.alarm import called_by_alarm
from vault import ledger
from vault.keys import keyed_digest

CONCERNED, MENTIONED = "concerned", "mentioned"
ASKED = 16  # characters of the digest of one person about whom the writer was asked


class AskFirst(Refused):
    """The words name somebody who reads the case or has read it, and the writer has not said yet whether they are about that person.
    Nothing was kept. `asked`: of :func:`answer_about`."""

    def __init__(self, named: list[Person], asked: str) -> None:
        names = ", ".join(person.name for person in named)
        words = _("You name somebody who reads this or did so before: %(names)s. Say below whether it is about them.")
        super().__init__(words % {"names": names}, field="about", asked=asked)


def about_field() -> AskedField:
    """The question, for a form with words of a case. The page shows it once it is asked."""
    return AskedField(
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
    """Ask about words that were just written, as the last part of the act that keeps them. `about`: nothing, or of
    :func:`answer_about`, an answer about everybody who is named; :data:`CONCERNED` needs nobody to be asked. `beside`: of whom the act itself is, so that naming them says nothing more; `end`: what ends
    the part of whom the words are about, where :func:`end_parts` cannot, since the case is not opened yet. Raises
    :class:`AskFirst`; the caller's transaction then keeps nothing."""
    named = [person for person in named_readers(case, words, actor.person.id) if str(person.id) != beside]
    if not named:
        return
    ids = [person.id for person in named]
    said, _colon, before = about.partition(":")
    asked, now = set(filter(None, before.split("."))), _asked(case, ids, actor.person.id)
    if said not in {CONCERNED, MENTIONED} or ((asked or said == MENTIONED) and not now <= asked):
        raise AskFirst(named, ".".join(sorted(asked | now)))
    if said == MENTIONED:
        bars.keep_lifted(case.id, case.report.organisation, ids)
    else:
        suspended = [Suspended(str(person), NAMED, said_by=str(actor.person.id)) for person in ids]
        bars.suspend(case.id, case.report.organisation, suspended)
    for person in ids:
        ledger.record(case.id, CaseEvent.READER_NAMED, actor=actor.person.id, person=str(person), about=said)
    if said == CONCERNED:
        for person in ids:
            keep_out_beside(case, person)
        if end is None:
            end_parts(case)
        else:
            end(case)


def answer_about(case: Case, said: str, people: Iterable[UUID], *, writer: UUID) -> str:
    """:data:`CONCERNED` or :data:`MENTIONED`, and about whom the writer was asked: a page shows it as the value of each
    answer, and whoever is named beside them was not asked about."""
    return f"{said}:{'.'.join(sorted(_asked(case, people, writer)))}"


def _asked(case: Case, people: Iterable[UUID], writer: UUID) -> set[str]:
    return {keyed_digest("asked-about", case.id, person, writer).hex()[:ASKED] for person in people}


def named_readers(case: Case, words: str, writer: UUID) -> list[Person]:
    """Who of those who have or had a part in the case or were called by its alarm, and are not kept out of it, is named in the
    words, without the writer; by name. Whoever had a part could get it back, and still counts the case."""
    rows = bars.not_barred(case.id, Assignment.objects.filter(case=case.id).exclude(person=writer))
    there = {row.person_id: row.person for row in rows} | _called(case, writer)
    people = sorted(there.values(), key=lambda person: person.name)
    ids = [person.id for person in people]
    with failing_closed():
        known = known_words(ids, case.report.organisation, timezone.localdate())
        return [person for person in people if mention(words, known[person.id])]


def _called(case: Case, writer: UUID) -> dict[UUID, Person]:
    """Who was called by an alarm of the case and is not kept out of it."""
    called = {
        person.id: person for person in Person.objects.filter(id__in=called_by_alarm(case.report)).exclude(id=writer)
    }
    barred = bars.barred_among(case.id, called.keys()).everybody if called else frozenset()
    return {ident: person for ident, person in called.items() if ident not in barred}
