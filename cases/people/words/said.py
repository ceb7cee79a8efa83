"""Everything that was said in a case so far, for recusal and for nobody else: the recovery key opens it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from cases.desk.words import words_within
from cases.models import Case, Party
from cases.people.words.free_texts import compared_purposes
from cases.people.words.purposes import (
    ANSWERED,
    ANSWERED_AND_FILE,
    BUNDLE,
    BUNDLE_PURPOSE,
    CHANGE,
    CHOSEN,
    DETAILS,
    DOCUMENT,
    EXPORT,
    FILE,
    FILE_STRUCK,
    FILE_WORDS,
    HAND_OVER,
    IDENTITY_GROUND,
    KIND_WORDS,
    KNOWN_AS,
    MASKS,
    NOTE,
    OF_ANYBODY,
    PARTY,
    PARTY_ENDED,
    PROPOSAL,
    REASON,
    RECORD,
    SIGNAL,
    SIGNATURE,
    TODO,
    writers_of,
)
from cases.protocol.kinds.parts import parts
from organisations.access.bars import barred_among, lifted_among
from organisations.access.names import Likeness, alike
from organisations.access.recusal import Circle, Concerned, KeptOut, Near, as_typed, keep_out, known_as, known_words
from organisations.models import Function, Person, Role
from reporting.dialogue import dialogue
from reporting.evidence import custody
from reporting.form.persons.circle import circle_of, concerned_in
from reporting.form.persons.weighing import everybody_near, judge_people, keep_out_of, related_since
from reporting.questions.reading import ANSWERS, raw_answers
from vault.compartments import Compartment, ContentKey, open_each, read_text, sealed_in, texts_of_many
from vault.keyring.keys import NoKey, unlock
from vault.models import KeyPair, SealedText
from vault.sealing.primitives import PrivateKey


@dataclass(frozen=True)
class Later:
    """Words that came after the answers. `writer`: who of the workplace wrote them; None for the reporter, and where nobody
    kept who wrote."""

    writer: UUID | None
    text: str


def _words_of(kept: str) -> str:
    return "\n".join(words_within(json.loads(kept)))


def _of_document(kept: str) -> str:
    """What was filled in; the rest of a letter is its template. Who signs it and who was chosen as who holds a talk is named by
    that only as who does that."""
    letter = json.loads(kept)
    not_said = {*SIGNATURE, *letter.get(CHOSEN, ())}
    return "\n".join(words_within({name: words for name, words in letter["values"].items() if name not in not_said}))


def _of_masks(kept: str) -> str:
    """The words that are masked everywhere and the reason for another ground, without the codes of the grounds."""
    masks = json.loads(kept)
    return "\n".join([masks["reason"], *masks.get("words", ())])


# How the words of a sealed text are read: as they were typed, or out of what they are kept with.
_READ: dict[str, Callable[[str], str]] = {
    RECORD: _words_of,
    CHANGE: _words_of,
    PROPOSAL: _words_of,
    EXPORT: _words_of,
    IDENTITY_GROUND: _words_of,
    DOCUMENT: _of_document,
    MASKS: _of_masks,
    HAND_OVER: lambda kept: json.loads(kept)["reason"],  # who left and who came is no word about them
}


OF_EVIDENCE = (custody.PURPOSE, custody.WORDS)


class Said:
    """What was said in a case, opened once and only when it is asked for. `source`: the recovery key of the handling
    organisation."""

    def __init__(self, case: Case, source: KeyPair) -> None:
        self._case, self._source = case, source

    def judged(self, people: Sequence[UUID], *, all_watch: bool = False) -> KeptOut:
        """Who of these people recusal keeps out by all of it. Nobody is meant by what they wrote themselves. `all_watch` as
        for :func:`judge_people`."""
        writers = {later.writer for later in self._later} & set(people)
        recused: set[UUID] = set()
        suspended: set[UUID] = set()
        for group in (
            [person for person in people if person not in writers],
            *([writer] for writer in writers if writer),
        ):
            if group:
                found = judge_people(self._case.report, self._circle(group[0]), group, self._near, all_watch=all_watch)
                recused |= found.recused
                suspended |= found.suspended
        recused -= self._let_back(recused)
        return KeptOut(frozenset(recused), frozenset(suspended))

    def _let_back(self, people: set[UUID]) -> set[UUID]:
        """Who of these people was let back by two others, although somebody of the case wrote their name down: nobody expels
        a colleague alone. What the reporter said of them still keeps them out."""
        lifted = lifted_among(self._case.id, people)
        if not lifted:
            return set()
        said = self._circle(next(iter(lifted)))
        lifted -= related_since(self._case.report, said, lifted, self._near)
        circle = replace(said, subjects=self._answers.subjects, names=self._answers.names)
        return lifted - judge_people(self._case.report, circle, lifted, self._near).recused

    def may_mean(self, outsider: Person, also: Sequence[str] = ()) -> bool:
        """Whether somebody who has no row in the register may be meant, by the name and the address. `also`: words that stand
        elsewhere, such as what was told apart."""
        known = Near({outsider.id: known_as(outsider)}, frozenset({outsider.id}))
        circle = self._circle(outsider.id)
        return bool(keep_out(replace(circle, unasked=(*circle.unasked, *also)), known).everybody)

    def concerns(self, party: Party) -> Likeness:
        """How much a person of the case is called as somebody whom it is about: as typed into a field, as a person of the case who
        counts, or as who was chosen from a list or holds the function that was."""
        written = self._texts(Compartment.FILE, PARTY)
        typed = (*self._answers.names, *self._texts(Compartment.FILE, KNOWN_AS).values())
        named = (*typed, *self._named_parties(is_about=True, counts=True))
        known = [as_typed(name) for name in named if name.strip()]
        subjects = (*self._answers.subjects, *self._subjects)
        people = {subject.person for subject in subjects if subject.person}
        people |= {one for subject in subjects if not subject.person for one in self._near.holders(subject.function)}
        known += known_words(people, self._case.report.organisation, timezone.localdate()).values()
        found = {alike(json.loads(written[party.words])["name"], other) for other in known}
        return next((one for one in (Likeness.SAME, Likeness.POSSIBLE) if one in found), Likeness.DIFFERENT)

    def words(self) -> list[str]:
        """Every text in which somebody can be named: the fields, the answers, and what came later."""
        answered, later = self._answers, [words.text for words in self._later]
        beside = self._named_parties(is_about=False)
        return [*answered.names, *self._names, *beside, *answered.words, *answered.unasked, *self._piled, *later]

    def _circle(self, reader: UUID) -> Circle:
        later = [words.text for words in self._later if words.writer != reader]
        return replace(
            self._answers,
            subjects=(*self._answers.subjects, *self._subjects),
            names=(*self._answers.names, *self._names),
            parties=self._named_parties(is_about=False),
            unasked=(*self._answers.unasked, *self._piled, *later),
        )

    @cached_property
    def _near(self) -> Near:
        return everybody_near(self._case.report, self._answers)

    @cached_property
    def _answers(self) -> Circle:
        answers: dict[str, object] = {}
        for compartment in ANSWERED:
            if key := self._key(compartment):
                answers |= raw_answers(self._case.report, key, self._sealed)
        earlier = self._case.report.follows.case if self._case.report.follows else None
        return replace(circle_of(answers, earlier), taker=self._case.report.entered_by_id)

    @cached_property
    def _writers(self) -> dict[UUID, UUID | None]:
        """Who wrote each sealed text, {its id: person}, as the rows tell it that name it. One query; none where nothing was
        written."""
        if all(row.purpose == ANSWERS for row in self._sealed):
            return {}
        return writers_of(self._case)

    @cached_property
    def _kinds(self) -> list[tuple[UUID, dict[str, str]]]:
        """(person, coded answers and reason) of those who said that the case is of another kind, also where nobody agreed."""
        return [(writer, json.loads(words)) for writer, words in self._by_rows(Compartment.FILE, KIND_WORDS) if writer]

    @property
    def _subjects(self) -> tuple[Concerned, ...]:
        return tuple(concerned_in(said["subject"]) for _author, said in self._kinds if said["subject"])

    @cached_property
    def _names(self) -> list[str]:
        """Names of perpetrators and of people whom the case is about that people at work wrote down."""
        return [*self._texts(Compartment.FILE, KNOWN_AS).values(), *self._named_parties(is_about=True)]

    def _named_parties(self, *, is_about: bool, counts: bool = False) -> tuple[str, ...]:
        """Names of people of the case whom it is about, or of the others. `counts`: without those who no longer count."""
        return tuple(
            name
            for name, part, has_ended in self._people
            if parts()[part].is_about == is_about and not (counts and has_ended)
        )

    @cached_property
    def _people(self) -> list[tuple[str, str, bool]]:
        """(name, part, whether they no longer count) of the people of the case."""
        sealed = self._texts(Compartment.FILE, PARTY)
        rows = self._case.parties.values_list("words", "part", "ended_at") if sealed else ()
        return [
            (json.loads(sealed[words])["name"], part, ended_at is not None)
            for words, part, ended_at in rows
            if words in sealed
        ]

    @cached_property
    def _piled(self) -> tuple[str, ...]:
        """What the evidence says in words of its own."""
        key = self._key(Compartment.CONTENT)
        return custody.words_kept(self._case.report, key, self._evidence) if key else ()

    @cached_property
    def _later(self) -> list[Later]:
        return [
            *self._messages(),
            *self._notes(),
            *self._todos(),
            *self._reasons(),
            *self._deeds(),
            *self._files(),
            *self._parties(),
            *self._bundles(),
            *self._signals(),
        ]

    def _by_rows(self, compartment: Compartment, purpose: str) -> Iterator[tuple[UUID | None, str]]:
        """(who wrote it, words) of each text of a purpose that a row names."""
        for text, words in self._texts(compartment, purpose).items():
            if text in self._writers:
                yield self._writers[text], words

    def _messages(self) -> Iterator[Later]:
        for writer, words in self._by_rows(Compartment.CONTENT, dialogue.PURPOSE):
            yield Later(writer, words)

    def _notes(self) -> Iterator[Later]:
        for writer, words in self._by_rows(Compartment.FILE, NOTE):
            yield Later(writer, words)

    def _todos(self) -> Iterator[Later]:
        for writer, words in self._by_rows(Compartment.FILE, TODO):
            yield Later(writer, words)

    def _reasons(self) -> Iterator[Later]:
        for writer, said in self._kinds:
            yield Later(writer, said["reason"])
        for decider, words in self._by_rows(Compartment.FILE, REASON):
            yield Later(decider, words)
        for decider, words in self._by_rows(Compartment.FILE, DETAILS):
            yield Later(decider, _words_of(words))

    def _deeds(self) -> Iterator[Later]:
        """What stands in a text of its own: records with what they came to, proposals, reasons of what was done, what was
        filled in in letters, and what was masked. Also where no row tells any more who wrote it."""
        for purpose in OF_ANYBODY:
            sealed = self._texts(Compartment.FILE, purpose) | self._texts(Compartment.CONTENT, purpose)
            read = _READ.get(purpose, str)
            for text, words in sealed.items():
                yield Later(self._writers.get(text), read(words))

    def _files(self) -> Iterator[Later]:
        """Titles of files, what was read in them, and why one was struck out. Nobody is meant by
        what they added themselves: a letter to an officer names that officer."""
        described = self._texts(Compartment.FILE, FILE)
        reasons = self._texts(Compartment.FILE, FILE_STRUCK) if described else {}
        read = {str(name): text for name, text in self._texts(Compartment.FILE, FILE_WORDS).items()}
        key = self._key(Compartment.FILE)
        for row in self._case.files.all() if described else ():
            if key and row.described in described:
                known = json.loads(described[row.described])
                inside = [read[known["words"]]] if known.get("words") in read else ()
                words = [known["title"], *(inside or custody.words_in(key, row.file, known["form"]))]
                yield Later(row.added_by_id, "\n".join(words))
            if row.struck_because in reasons:
                yield Later(row.struck_by_id, reasons[row.struck_because])

    def _parties(self) -> Iterator[Later]:
        """What was written of people of the case beside their names, and why one no longer counts."""
        for writer, words in self._by_rows(Compartment.FILE, PARTY):
            yield Later(writer, _words_of(words))
        for writer, words in self._by_rows(Compartment.FILE, PARTY_ENDED):
            yield Later(writer, words)

    def _bundles(self) -> Iterator[Later]:
        """What stands on the papers pages of people of the case, and what each page is for."""
        columns = ("id", "purpose", "made_by", "entries__text", "entries__author", "entries__file")
        rows = list(self._case.bundles.values_list(*columns))
        if not rows:
            return
        pages = {bundle for bundle, *_rest in rows}
        purposes = {purpose: maker for _bundle, purpose, maker, *_entry in rows}
        entries = {text: (author, file) for *_bundle, text, author, file in rows if text}
        keys = open_each(pages, [Compartment.CONTENT], self._source, self._private)
        for sealed in texts_of_many(pages, [BUNDLE, BUNDLE_PURPOSE]):
            if sealed.id not in purposes and sealed.id not in entries:
                continue
            key = keys.get((sealed.case, Compartment.CONTENT))
            if key is None:
                raise NoKey("the recovery key does not open a papers page")
            said = read_text(key, sealed)
            if sealed.id in purposes:
                yield Later(purposes[sealed.id], said)
                continue
            author, file = entries[sealed.id]
            words = json.loads(said)
            read = custody.words_in(key, file, words["form"]) if file else ()
            yield Later(author, "\n".join([words["text"], words["title"], *read]))

    def _signals(self) -> Iterator[Later]:
        """Why a signal was parked again or dropped, each time, also after it became a case."""
        for kept in self._texts(Compartment.FILE, SIGNAL).values():
            said = json.loads(kept)
            yield Later(UUID(said["by"]), said["reason"])

    def _texts(self, compartment: Compartment, purpose: str) -> dict[UUID, str]:
        key = self._key(compartment)
        rows = [row for row in self._sealed if (row.compartment, row.purpose) == (compartment, purpose)]
        return {row.id: read_text(key, row) for row in rows} if key else {}

    @cached_property
    def _sealed(self) -> list[SealedText]:
        """Every text of the case that is read here."""
        return [row for row in self._every.values() if row.purpose not in OF_EVIDENCE]

    @cached_property
    def _evidence(self) -> dict[UUID, SealedText]:
        content = Compartment.CONTENT
        return {
            name: row for name, row in self._every.items() if row.purpose in OF_EVIDENCE and row.compartment == content
        }

    @cached_property
    def _every(self) -> dict[UUID, SealedText]:
        return sealed_in(self._case.id, ANSWERED_AND_FILE, [*compared_purposes(), *OF_EVIDENCE])

    def _key(self, compartment: Compartment) -> ContentKey | None:
        return self._keys.get(compartment)

    @cached_property
    def _keys(self) -> dict[Compartment, ContentKey]:
        try:
            opened = open_each([self._case.id], ANSWERED_AND_FILE, self._source, self._private)
        except NoKey:  # the case was destroyed
            return {}
        return {compartment: key for (_case, compartment), key in opened.items()}

    @cached_property
    def _private(self) -> PrivateKey:
        return unlock(self._source)


def keep_out_who_works_there(case: Case, source: KeyPair) -> None:
    """Ask recusal about everybody who works for the handling organisation, to which the case has just come: they could come
    to know of it, also whoever was not looked at as a successor."""
    held = [model.objects.on(timezone.localdate()).filter(organisation=case.organisation) for model in (Role, Function)]
    people = {person for rows in held for person in rows.values_list("person", flat=True)}
    people -= barred_among(case.id, people).everybody  # what people look at already is not made final by a move
    keep_out_of(case.report, Said(case, source).judged(sorted(people)))
