"""What somebody of the workplace writes in a case may name a colleague who reads it, or who only counts it or stands at the
reception. The writer is asked before anybody gets the words: are they about that person, or do they only mention them?"""

from collections.abc import Collection, Iterable, Sequence
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
from organisations.access.mentions import marks_of
from organisations.access.names import mention
from organisations.access.policy import Actor
from organisations.access.recusal import known_words
from organisations.access.routing import watching
from organisations.desk.forms import AskedField
from organisations.models import Assignment, Function, Person, Role
from reporting.dialogue.alarm import called_by_alarm
from vault import ledger
from vault.keys import keyed_digest

CONCERNED, MENTIONED = "concerned", "mentioned"
ASKED = 16  # characters of the digest of one person about whom the writer was asked


class AskFirst(Refused):
    """The words name somebody who could know of the case, and the writer has not said yet whether they are about that person.
    Nothing was kept. `asked`: of :func:`answer_about`; `all_read`: everybody who is named has or had a part in the case."""

    def __init__(self, named: list[Person], asked: str, *, all_read: bool = True) -> None:
        names = ", ".join(person.name for person in named)
        if all_read:
            words = _(
                "You name somebody who reads this or did so before: %(names)s. Say below whether it is about them."
            )
        else:
            words = _("You name somebody who could know of this case: %(names)s. Say below whether it is about them.")
        super().__init__(words % {"names": names}, field="about", asked=asked)
        self.named, self.all_read = named, all_read

    @classmethod
    def of_all(cls, questions: Sequence["AskFirst"]) -> "AskFirst":
        """One question for an act in several cases: its answer is one for everybody whom any of them names."""
        named = {person.id: person for question in questions for person in question.named}
        every = {digest for question in questions for digest in question.asked.split(".")}
        people = sorted(named.values(), key=lambda person: person.name)
        return cls(people, ".".join(sorted(every)), all_read=all(question.all_read for question in questions))


def about_field() -> AskedField:
    """The question, for a form with words of a case. The page shows it once it is asked."""
    return AskedField(
        label=gettext_lazy("Is it about that person, or do you only mention them?"),
        choices=[
            (
                CONCERNED,
                gettext_lazy(
                    "It is about them: they must know nothing of this case, and lose what they have in it now"
                ),
            ),
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
) -> None:
    """Ask about words that were just written, as the last part of the act that keeps them. `about`: nothing, or of
    :func:`answer_about`, an answer about everybody who is named; :data:`CONCERNED` needs nobody to be asked. `beside`: of whom the act itself is, so that naming them says nothing more. Raises
    :class:`AskFirst`; the caller's transaction then keeps nothing."""
    parts = _with_a_part(case, actor.person.id)
    knowing = parts | _who_could_know(case, actor.person.id)
    named = [person for person in _named(case, words, knowing) if str(person.id) != beside]
    if not named:
        return
    ids = [person.id for person in named]
    said, _colon, before = about.partition(":")
    asked, now = set(filter(None, before.split("."))), _asked(case, ids, actor.person.id)
    if said not in {CONCERNED, MENTIONED} or ((asked or said == MENTIONED) and not now <= asked):
        raise AskFirst(named, ".".join(sorted(asked | now)), all_read=parts.issuperset(ids))
    if said == MENTIONED:
        bars.keep_mentioned(case.id, case.report.organisation, _marks(case, words, ids))
    else:
        suspended = [Suspended(str(person), NAMED, said_by=str(actor.person.id)) for person in ids]
        bars.suspend(case.id, case.report.organisation, suspended)
    for person in ids:
        ledger.record(case.id, CaseEvent.READER_NAMED, actor=actor.person.id, person=str(person), about=said)
    if said == CONCERNED:
        for person in ids:
            keep_out_beside(case, person, said_by=actor.person.id)
        end_parts(case)


def answer_about(case: Case, said: str, people: Iterable[UUID], *, writer: UUID) -> str:
    """:data:`CONCERNED` or :data:`MENTIONED`, and about whom the writer was asked: a page shows it as the value of each
    answer, and whoever is named beside them was not asked about."""
    return f"{said}:{'.'.join(sorted(_asked(case, people, writer)))}"


def _asked(case: Case, people: Iterable[UUID], writer: UUID) -> set[str]:
    return {keyed_digest("asked-about", case.id, person, writer).hex()[:ASKED] for person in people}


def named_people(case: Case, words: str, writer: UUID) -> list[Person]:
    """Who of those who could know of the case, and are not kept out of it, is named in the words, without the writer; by name.
    Whoever has or had a part in it: who had one could get it back. And whoever works where the case happened or is handled, in
    a function or role in which people handle, support or count reports or stand at the reception; and whom an alarm called."""
    return _named(case, words, _with_a_part(case, writer) | _who_could_know(case, writer))


def _with_a_part(case: Case, writer: UUID) -> set[UUID]:
    return set(Assignment.objects.filter(case=case.id).exclude(person=writer).values_list("person", flat=True))


def _who_could_know(case: Case, writer: UUID) -> set[UUID]:
    places = {case.organisation_id, case.report.organisation_id}
    held = (
        model.objects.on(timezone.localdate()).filter(organisation__in=places, code__in=watching())
        for model in (Role, Function)
    )
    held_by = {person for rows in held for person in rows.values_list("person", flat=True)}
    return (held_by | set(called_by_alarm(case.report))) - {writer}


@failing_closed()
def _marks(case: Case, words: str, people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Marks of the words that only mention these people, for each of them."""
    known = known_words(people, case.report.organisation, timezone.localdate())
    return {person: marks_of([words], called) for person, called in known.items()}


def _named(case: Case, words: str, knowing: Collection[UUID]) -> list[Person]:
    out = bars.barred_among(case.id, knowing).everybody
    people = list(Person.objects.filter(id__in=set(knowing) - out).order_by("name"))
    with failing_closed():
        known = known_words([person.id for person in people], case.report.organisation, timezone.localdate())
        return [person for person in people if mention(words, known[person.id])]
