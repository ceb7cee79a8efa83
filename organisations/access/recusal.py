"""Whom a report keeps out: judged from everything that names somebody, before any key is wrapped and whenever more is
known.

Whoever surely is concerned is recused for good. Whoever may be meant is suspended until people say whether they are
(organisations/access/bars.py keeps both). Whatever goes wrong here keeps out.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from django.db.models import F, Q, QuerySet

from organisations.access.bars import Barred, barred_among
from organisations.access.mentions import left_of, marks_of
from organisations.access.names import KnownAs, Likeness, Surname, alike, mention
from organisations.access.subordination import subordinates
from organisations.models import Function, Organisation, Person, Role
from organisations.name_parts import guessed_parts
from organisations.names import plain
from organisations.people.naming import REMEMBERED
from organisations.people.relations import declared_others, related_among, related_people

# Functions that one person holds: whoever reports as the mayor is the mayor.
SINGLE_HOLDER = {"mayor", "kings_commissioner", "dike_reeve", "registrar", "general_secretary"}
NO, UNKNOWN = "no", "unknown"  # answers to the question whether the report is about somebody who would read it


@dataclass(frozen=True)
class Concerned:
    """Somebody whom a report is about: a person, or everybody who holds the function when no person was named."""

    function: str
    person: UUID | None = None


@dataclass(frozen=True)
class Circle:
    """What recusal looks at. `names` stand in fields that say whom it is about or who did it, `words` were written by
    somebody who could be asked, `unasked` by nobody who is present, such as the messages of a pile.

    `answer`: what the writer said about those who would read it: :data:`NO` (about none of them), something else, or
    nothing. `asked`: the functions that the question named. `taker`: who of the workplace wrote it down for somebody else,
    and so can say nothing of themselves or of whom they are related to.
    """

    subjects: tuple[Concerned, ...] = ()
    excluded: tuple[UUID, ...] = ()  # "not to be handled by …"
    reporter_function: str = ""  # of the reporter or the target, when they told
    reporter_name: str = ""  # as typed
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()  # people of the case whom it is not about, such as a witness, by name
    answer: str = ""
    asked: frozenset[str] = field(default_factory=frozenset)
    taker: UUID | None = None
    earlier: UUID | None = None  # the case of the report to which this one belongs
    is_shown: bool = False  # only for what the form shows of the readers: nobody is looked for by name
    # Marks of words of which a writer said that they only mention somebody (organisations/access/mentions.py).
    only_mentioned: Mapping[UUID, Collection[str]] = field(default_factory=dict)

    @property
    def chosen_only(self) -> "Circle":
        """The same without anything that was typed: what is shown of its readers must tell nobody who works here."""
        return replace(self, reporter_name="", names=(), words=(), unasked=(), parties=(), is_shown=True)

    @property
    def chosen(self) -> set[UUID]:
        """The people who were chosen from a list, and who wrote it down, wherever they work: whoever is called as they are may
        be the same human."""
        subjects = {subject.person for subject in self.subjects if subject.person}
        return {*self.excluded, *subjects, *([self.taker] if self.taker else [])}

    @property
    def is_said(self) -> bool:
        """Whether anything names or concerns anybody."""
        typed = (self.reporter_name, *self.names, *self.words, *self.unasked, *self.parties)
        return bool(self.subjects or self.excluded or self.reporter_function or any(map(str.strip, typed)))


@dataclass(frozen=True)
class KeptOut(Barred):
    """Who is to be kept out, and who is not (`mentioned`, with the marks of the words): the writer said not to mean them, although
    they are named."""

    mentioned: Mapping[UUID, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Near:
    """The people who could come to know of a report, and by what words each is known.

    Functions are those held in the organisation of the report; of people who work elsewhere, only functions that it does
    not have: "the registrar" is its own. `watchers`: who handles, supports or counts reports somewhere. Free words are
    compared with them only: whoever is no reader loses nothing by being mentioned, and is compared when they become one.
    """

    people: Mapping[UUID, KnownAs]
    watchers: frozenset[UUID]
    held_here: Mapping[UUID, frozenset[str]] = field(default_factory=dict)  # today, in the organisation of the report

    def holders(self, function: str) -> set[UUID]:
        return {person for person, known in self.people.items() if function in known.functions}

    def former_holders(self, function: str) -> set[UUID]:
        return {person for person, known in self.people.items() if function in known.former_functions}


def near(
    here: Organisation,
    others: Iterable[Organisation],
    watching: frozenset[str],
    day: date,
    people: Collection[UUID] = (),
) -> Near:
    """Everybody with a function or role in the organisation of the report, `here`, or one of the others, today or in the
    last four years; `people`, wherever they work; and to whom any of these declared to be related, who can be meant in a
    report of an organisation where they are nothing. `watching`: the functions and roles of watchers."""
    ids = {here.id, *(organisation.id for organisation in others)}
    whose = Q(organisation__in=ids) | Q(person__in=list(people))
    found = _near(whose, here.id, watching, day, people)
    if related := declared_others(found.people) - found.people.keys():
        return _near(whose | Q(person__in=related), here.id, watching, day, {*people, *related})
    return found


def known_words(people: Collection[UUID], here: Organisation, day: date) -> Mapping[UUID, KnownAs]:
    """By what words each of these people is known in a report of `here`."""
    return _near(Q(person__in=list(people)), here.id, frozenset(), day, people).people


def keep_out(circle: Circle, people: Near) -> KeptOut:
    """Everybody of `people` who may not handle, support or know of this (docs/domain.md#recusal). A pure function, but
    for the relations that people declared and the bars of an earlier report."""
    recused: set[UUID] = set(circle.excluded)
    concerned, present, possible, let_in = (set[UUID]() for _ in range(4))
    for subject in circle.subjects:
        if subject.person:
            concerned.add(subject.person)
        else:
            concerned |= people.holders(subject.function)
            possible |= people.former_holders(subject.function)
    own = _own(circle.taker, people)
    # What the taker said frees nobody who is, or came to be, related to them.
    only = {who: marks for who, marks in circle.only_mentioned.items() if circle.answer != NO or who not in own}
    mentioned = _mentioned(circle.words, people, only, unasked=not circle.answer)
    possible |= _mentioned(circle.unasked, people, only, unasked=True)
    for person, known in people.people.items():
        likeness, of_parties = _of_names(circle.names, known), _of_names(circle.parties, known)
        if likeness == Likeness.POSSIBLE and person in only:
            likeness = _of_names((left_of(name, known, only[person]) for name in circle.names), known)
        if likeness == Likeness.SAME:
            concerned.add(person)
        elif likeness == Likeness.POSSIBLE or person in mentioned:
            is_let_in = circle.answer == NO and known.functions & circle.asked and person not in own
            (let_in if is_let_in else possible).add(person)
        if of_parties == Likeness.SAME:
            present.add(person)
        elif of_parties == Likeness.POSSIBLE:
            possible.add(person)
    recused |= present | related_to(present, people.people)
    recused |= concerned | related_to(concerned, people.people) | _reporter(circle, people)
    recused |= _staff(circle, concerned, people)
    for person in () if circle.is_shown else concerned.union(present, circle.excluded):
        possible |= _namesakes(person, people)
    # Whoever reads nothing loses nothing by being mentioned, but their relatives may read.
    elsewhere = _mentioned(circle.unasked, people, only, watchers=False)
    if circle.answer != NO or own:
        named = _mentioned(circle.words, people, only, watchers=False)
        elsewhere |= named & own if circle.answer == NO else named
    possible |= related_to(possible | elsewhere, people.people)
    if circle.earlier:
        barred = barred_among(circle.earlier, people.people)
        recused |= barred.recused
        possible |= barred.suspended
    let_in -= possible | recused
    marks = {person: marks_of((*circle.words, *circle.names), people.people[person]) for person in let_in}
    return KeptOut(frozenset(recused), frozenset(possible - recused), marks)


def _own(taker: UUID | None, people: Near) -> set[UUID]:
    """Of whom the answer of who wrote it down does not count: themselves and whom they are related to, whoever of the two
    declared it, each under every row that is called so."""
    if taker is None:
        return set()
    rows = _rows(taker, people)
    related = related_people(rows, people.people) | declared_others(rows)
    return rows.union(related, *(_rows(person, people) for person in related))


def _rows(person: UUID, people: Near) -> set[UUID]:
    """The person, and everybody who is called as they are or as whom they are called."""
    back = {other for other in people.people if person in _namesakes(other, people, {person})}
    return {person, *back, *_namesakes(person, people)}


def related_to(people: Collection[UUID], near: Collection[UUID] = ()) -> set[UUID]:
    """Who declared to be related to one of these people, or has a declaration that cannot be opened. What the people
    concerned declare does not count: they could choose their own handler with it. `near`: whose declarations are looked at
    wherever they were made."""
    return related_people(set(people), near) - set(people) if people else set()


def _of_names(names: Iterable[str], known: KnownAs) -> Likeness:
    """The strongest of names that were typed into fields."""
    found = {alike(name, known) for name in names if name.strip()}
    return next((likeness for likeness in (Likeness.SAME, Likeness.POSSIBLE) if likeness in found), Likeness.DIFFERENT)


def _mentioned(
    texts: Iterable[str],
    people: Near,
    only: Mapping[UUID, Collection[str]],
    *,
    unasked: bool = True,
    watchers: bool = True,
) -> set[UUID]:
    """Who is named in free words. They are never sure, also where they give the whole name: they may only mention somebody.
    `only`: marks of words that only mention somebody. `unasked`: nobody could be asked about them. `watchers`: of those who could
    read or count reports, or of the others. Each text is read once for everybody."""
    among = [(person, known) for person, known in people.people.items() if (person in people.watchers) == watchers]
    found = [
        (person, text)
        for text in texts
        if text.strip()
        for person, known in among
        if mention(text, known, unasked=unasked)
    ]
    return {
        person
        for person, text in found
        if person not in only or _names_still(text, people.people[person], only[person], unasked=unasked)
    }


def _names_still(text: str, known: KnownAs, marks: Collection[str], *, unasked: bool) -> bool:
    """Whether a text names somebody also without the words that only mention them."""
    return mention(left_of(text, known, marks), known, unasked=unasked) is not None


def _staff(circle: Circle, concerned: Collection[UUID], people: Near) -> set[UUID]:
    """Who works under somebody who surely is concerned. Who may be meant suspends no staff: a name that is only mentioned
    would stop a whole organisation."""
    held = (people.held_here.get(person, ()) for person in concerned)
    heads = {code for codes in held for code in codes} | {subject.function for subject in circle.subjects}
    return subordinates(heads, people.held_here)


def _reporter(circle: Circle, people: Near) -> set[UUID]:
    """Who is the reporter: by the whole name only, since namesakes and relatives report too."""
    reporters = set()
    if circle.reporter_function in SINGLE_HOLDER:
        reporters |= people.holders(circle.reporter_function)
    if circle.reporter_name.strip():
        reporters |= {
            person
            for person, known in people.people.items()
            if alike(circle.reporter_name, replace(known, functions=frozenset(), former_functions=frozenset()))
            == Likeness.SAME
        }
    return reporters


def beside(out: Collection[UUID], people: Near, among: Collection[UUID]) -> set[UUID]:
    """Who `among` these is related to somebody who is out already, whatever they are out for, or is called as they are."""
    if not out:
        return set()
    called = set().union(*(_namesakes(person, people, among) for person in out))
    return (related_among(out, among) | called) - set(out)


def _namesakes(person: UUID, people: Near, among: Collection[UUID] | None = None) -> set[UUID]:
    """Who is called as this person is: one human can have two rows. `among`: who is looked at; everybody, where none."""
    known = people.people.get(person)
    name = _whole_name(known) if known else ""
    if not name:
        return set()
    return {
        other
        for other, other_known in people.people.items()
        if other != person and (among is None or other in among) and alike(name, other_known) == Likeness.SAME
    }


def rows_of_one(person: UUID, others: Collection[UUID], called: KnownAs | None = None) -> set[UUID]:
    """Which of the others are this human: the row itself, and every row that is called as it is, by a name of today or of
    before. Real namesakes count too, so a rule about two people fails closed. `called`: how the row would be known, where
    somebody wants to rename it. One query, none where there is only the row itself."""
    same = {other for other in others if other == person}
    if not set(others) - same:
        return same
    people = {row.id: known_as(row, former) for row, former in _with_former_names({person, *others})}
    if called:
        people[person] = called
    near = Near(people, frozenset())
    back = {other for other in others if person in _namesakes(other, near, {person})}
    return same | back | _namesakes(person, near, others)


def _with_former_names(ids: Collection[UUID]) -> list[tuple[Person, list[Surname]]]:
    """These people, each with the surnames that they had before. One query."""
    before = {"before_id": F("former_names__id"), "before": F("former_names__surname")}
    rows = Person.objects.filter(id__in=ids).annotate(**before, before_prefix=F("former_names__prefix"))
    found: dict[UUID, tuple[Person, dict[UUID, Surname]]] = {}
    for row in cast(Iterable[Any], rows):  # a row for each former name
        former = found.setdefault(row.id, (row, {}))[1]
        if row.before_id is not None:
            former[row.before_id] = Surname(row.before, row.before_prefix)
    return [(person, [former[name] for name in sorted(former)]) for person, former in found.values()]


def _whole_name(known: KnownAs) -> str:
    first = next(iter(known.given_names), known.initials)
    surname = next(iter(known.surnames), None)
    if surname is None:
        return " ".join(known.loose)
    return " ".join(filter(None, (first, surname.prefix, surname.name)))


def _near(whose: Q, here: UUID, watching: frozenset[str], day: date, wanted: Collection[UUID]) -> Near:
    """`whose`: which functions and roles to look at; `wanted`: people who are there whatever they hold."""
    since = day - REMEMBERED
    held: dict[UUID, list[tuple[UUID, str, bool]]] = {person: [] for person in wanted}
    for person, organisation, code, until in _held(Function, whose, day, since).union(
        _held(Role, whose, day, since), all=True
    ):
        held.setdefault(person, []).append((organisation, code, until is None or until >= day))
    codes_here = {code for rows in held.values() for organisation, code, _now in rows if organisation == here}
    people = {}
    for person, former in _with_former_names(held):
        rows = [row for row in held[person.id] if row[0] == here or row[1] not in codes_here]
        now, before = ({code for _place, code, is_now in rows if is_now == which} for which in (True, False))
        people[person.id] = known_as(person, former, now, before)
    watchers = {
        person for person, rows in held.items() if any(code in watching for _at, code, is_now in rows if is_now)
    }
    held_here = {
        person: frozenset(code for at, code, is_now in rows if at == here and is_now) for person, rows in held.items()
    }
    return Near(people, frozenset(watchers), held_here)


def _held(model: type[Function] | type[Role], whose: Q, day: date, since: date) -> QuerySet:
    held = model.objects.filter(whose, Q(held_to__isnull=True) | Q(held_to__gte=since), held_from__lte=day)
    return held.order_by().values_list("person", "organisation", "code", "held_to")


def known_as(
    person: Person, former: Iterable[Surname] = (), functions: Iterable[str] = (), former_functions: Iterable[str] = ()
) -> KnownAs:
    """By what words somebody is known. Words of the display name that are in no part may be a surname."""
    surnames = [
        Surname(name, prefix)
        for name, prefix in ((person.surname, person.prefix), (person.second_surname, person.second_prefix))
        if name
    ]
    given = tuple(person.given_names.replace(",", " ").split())
    parts = (person.initials, *given, *(part for name in surnames for part in (name.prefix, name.name)))
    today = frozenset(functions)
    return KnownAs(
        initials=person.initials,
        given_names=given,
        surnames=(*surnames, *former),
        loose=_loose(person.name, parts if person.names_checked else ()),
        email=person.email or "",
        functions=today,
        former_functions=frozenset(former_functions) - today,
    )


def as_typed(name: str) -> KnownAs:
    """By what words somebody is known of whom only a typed name is known. Where its parts cannot be seen, each word may be a
    surname."""
    parts = guessed_parts(name)
    if not parts.surnames:
        return KnownAs(loose=tuple(plain(name).split()))
    given = tuple(parts.given_names.replace(",", " ").split())
    return KnownAs(parts.initials, given, tuple(Surname(surname, prefix) for prefix, surname in parts.surnames))


@lru_cache(maxsize=2048)  # as `name_known.known`: everybody who could come to know of a report is looked at for each
def _loose(name: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a display name that are in none of the parts."""
    told = {word for part in parts for word in plain(part).split()}
    return tuple(word for word in plain(name).split() if word not in told)
