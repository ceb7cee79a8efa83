"""What somebody of the workplace writes in a case may name a colleague who reads it, or who only counts it or stands at the
reception. The writer is asked before anybody gets the words: are they about that person, or do they only mention them?"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.desk.codes import case_codes
from cases.desk.refusals import Refused
from cases.events import CaseEvent
from cases.models import Case
from cases.people.barring import end_parts, keep_out_beside
from organisations.access import bars
from organisations.access.bars import NAMED, Suspended
from organisations.access.failing_closed import failing_closed
from organisations.access.mentions import marks_of
from organisations.access.names import KnownAs, mention
from organisations.access.policy import Actor, knowing_roles
from organisations.access.recusal import Circle, known_words, related_among
from organisations.access.routing import COLLEAGUES, could_come, watching
from organisations.desk.forms import AskedField
from organisations.models import Assignment, DeclaredRelation, Function, Person, Role
from organisations.people.namesakes import names_at_work
from reporting.dialogue.alarm import called_by_alarm
from reporting.form.persons.weighing import everybody_near
from vault import ledger
from vault.keyring.keys import keyed_digest

CONCERNED, MENTIONED, ONLY = "concerned", "mentioned", AskedField.one_of
ASKED = 16  # characters of the digest of one person about whom the writer was asked


class AskFirst(Refused):
    """The words name somebody who could know of the case, or a relative of somebody who could, and the writer has not said yet
    whether they are about that person. Nothing was kept. `asked`: of :func:`answer_about`; `digests`: what of it means whom;
    `all_read`: everybody who is named has or had a part in the case. The words are the same for the others: a relation was told
    in confidence. Of several people the writer says about whom it is: one answer would else count for two of one name."""

    def __init__(
        self,
        called: Mapping[UUID, str],
        digests: Mapping[UUID, Collection[str]],
        before: Collection[str] = (),
        *,
        all_read: bool = True,
    ) -> None:
        called = dict(sorted(called.items(), key=lambda row: row[1]))
        if all_read:
            words = _(
                "You name somebody who reads this or did so before: %(names)s. Say below whether it is about them."
            )
        else:
            words = _("You name somebody of whom we must know whether it is about them: %(names)s. Say so below.")
        every = {digest for found in digests.values() for digest in found}
        asked = ".".join(sorted(every | set(before)))
        super().__init__(words % {"names": ", ".join(called.values())}, field="about", asked=asked)
        self.called, self.digests, self.all_read = called, digests, all_read
        if len(called) > 1:
            self.answers = tuple(self._answers())

    def _answers(self) -> Iterator[tuple[str, str]]:
        for person, name in self.called.items():
            said = "-".join((ONLY, *sorted(self.digests[person])))
            yield said, _("It is about %(name)s. I only mention the others") % {"name": name}
        yield CONCERNED, _("It is about all of them: %(names)s") % {"names": ", ".join(self.called.values())}
        yield MENTIONED, _("I only mention all of them")

    @classmethod
    def of_all(cls, questions: Sequence["AskFirst"]) -> "AskFirst":
        """One question for an act in several cases: each answer is one for everybody whom any of them names."""
        called = {person: name for question in questions for person, name in question.called.items()}
        digests: dict[UUID, set[str]] = {person: set() for person in called}
        for question in questions:
            for person, found in question.digests.items():
                digests[person].update(found)
        before = {digest for question in questions for digest in question.asked.split(".")}
        return cls(called, digests, before, all_read=all(question.all_read for question in questions))


def about_field() -> AskedField:
    """The question, for a form with words of a case. The page shows it once it is asked."""
    return AskedField(
        label=gettext_lazy("Is it about that person, or do you only mention them?"),
        choices=[
            (
                CONCERNED,
                gettext_lazy(
                    "It is about them: they cannot get at this case from now on, until a second person says whether that is right"
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
    named = [person for person in named_people(case, words, actor.person.id) if str(person.id) != beside]
    if not named:
        return
    digests = _digests(case, [person.id for person in named], actor.person.id)
    said, _colon, before = about.partition(":")
    asked, now = set(filter(None, before.split("."))), set(digests.values())
    which, *only = said.split("-")
    is_answer = which in {CONCERNED, MENTIONED} or (which == ONLY and only)
    if not is_answer or ((asked or which != CONCERNED) and not now <= asked):
        called = names_at_work(named, case.organisation_id, case.report.organisation_id)
        reads = _with_a_part(case, actor.person.id).issuperset(digests)
        raise AskFirst(called, {person: [one] for person, one in digests.items()}, asked, all_read=reads)
    meant = {person for person, digest in digests.items() if which == CONCERNED or digest in only}
    _keep(case, words, actor, meant=meant, mentioned=digests.keys() - meant)


def _keep(case: Case, words: str, actor: Actor, *, meant: Collection[UUID], mentioned: Collection[UUID]) -> None:
    """Whom the words are about is out; of whom they only mention these words are remembered."""
    by = str(actor.person.id)
    if mentioned:
        bars.keep_mentioned(case.id, case.report.organisation, _marks(case, words, mentioned))
    if meant:
        suspended = [Suspended(str(person), NAMED, said_by=by) for person in meant]
        bars.suspend(case.id, case.report.organisation, suspended)
    for people, said in ((meant, CONCERNED), (mentioned, MENTIONED)):
        for person in people:
            ledger.record(case.id, CaseEvent.READER_NAMED, actor=actor.person.id, person=str(person), about=said)
    for person in meant:
        keep_out_beside(case, person, said_by=actor.person.id)
    if meant:
        end_parts(case)


def answer_about(case: Case, said: str, people: Iterable[UUID], *, writer: UUID) -> str:
    """:data:`CONCERNED` or :data:`MENTIONED`, and about whom the writer was asked: a page shows it as the value of each
    answer, and whoever is named beside them was not asked about. :data:`ONLY` is followed by what means whom it is about."""
    return f"{said}:{'.'.join(sorted(_digests(case, people, writer).values()))}"


def _digests(case: Case, people: Iterable[UUID], writer: UUID) -> dict[UUID, str]:
    return {person: keyed_digest("asked-about", case.id, person, writer).hex()[:ASKED] for person in people}


def named_people(case: Case, words: str, writer: UUID) -> list[Person]:
    """Of whom the writer is asked whether the words are about them: who is named of those who could know of the case, and of
    those to whom one of these, or the writer, declared to be related; without the writer and whoever is kept out of it; by name.

    Who has or had a part in it could know: who had one could get it back. So could, where the case happened or is handled, who can
    get a part in it or hears where nobody may open it, and who knows of cases by their role alone; and whom an alarm called.
    Whoever comes to know of it later is compared with the words then."""
    knowing = _with_a_part(case, writer) | _who_could_know(case, writer)
    known = _relatives(case, {*knowing, writer}) | _known(case, knowing)
    known.pop(writer, None)
    with failing_closed():
        out = bars.barred_among(case.id, known).everybody
        named = {person for person in known.keys() - out if mention(words, known[person])}
        declarers = {writer, *knowing - out}
        related = {person for person in named - knowing if related_among([person], declarers)}
    return list(Person.objects.filter(id__in=named & knowing | related).order_by("name"))


def _with_a_part(case: Case, writer: UUID) -> set[UUID]:
    return set(Assignment.objects.filter(case=case.id).exclude(person=writer).values_list("person", flat=True))


@failing_closed()
def _who_could_know(case: Case, writer: UUID) -> set[UUID]:
    """Without the codes of a case that is not opened yet, whoever could know of any case."""
    places = {case.organisation_id, case.report.organisation_id}
    everywhere: frozenset[str] | None = watching()
    came: set[tuple[UUID, str]] = set()
    if case.is_opened:
        everywhere = knowing_roles()
        came = could_come(case.report.organisation, case_codes(case).get("row", "unknown"))
    held = (
        model.objects.on(timezone.localdate())
        .filter(organisation__in=places)
        .values_list("person", "organisation", "code")
        for model in (Role, Function)
    )
    held_by = {
        person
        for rows in held
        for person, at, code in rows
        if everywhere is None or code in everywhere or code in COLLEAGUES or (at, code) in came
    }
    return (held_by | set(called_by_alarm(case.report))) - {writer}


@failing_closed()
def _known(case: Case, people: Collection[UUID]) -> dict[UUID, KnownAs]:
    return dict(known_words(people, case.report.organisation, timezone.localdate()))


@failing_closed()
def _relatives(case: Case, declarers: Collection[UUID]) -> dict[UUID, KnownAs]:
    """Everybody who may be a relative of one of `declarers`: whoever works there or was named in a declaration, where one of
    these has a declaration at all. What is in it is asked only of who is named (`related_among`)."""
    if not DeclaredRelation.objects.filter(person__in=declarers).exists():
        return {}
    return dict(everybody_near(case.report, Circle(), declarers).people)


@failing_closed()
def _marks(case: Case, words: str, people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Marks of the words that only mention these people, for each of them."""
    return {person: marks_of([words], called) for person, called in _known(case, people).items()}
