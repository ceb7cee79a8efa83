"""Searching the words of one's own cases. Each text is opened with the keys of the person who searches, so nobody
finds what they may not read. No index of words exists that could be stolen."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, Q, Value
from django.db.models.functions import Replace

from cases.desk.access import visible_cases
from cases.desk.words import words_within
from cases.documents.issue import REFERENCE_LENGTH
from cases.events import CaseEvent
from cases.models import Case
from organisations.access.policy import Actor
from organisations.models import Person
from organisations.names import folded
from reporting.questions.reading import free_words
from vault import ledger
from vault.compartments import Compartment, ContentKey, open_many, read_text, texts_of_many
from vault.models import SealedText

MIN_CHARACTERS = 3
NUMBER_LENGTH = 8
MOST_CASES = 2_000
MOST_HITS = 20
AROUND = 60
_AT_ONCE = 200
# Which texts are searched, and on which page of the case they are read.
PAGES = {
    "answers": "report",
    "message": "messages",
    "evidence": "evidence",
    "note": "notes",
    "task": "notes",
    "reason": "decisions",
    "details": "decisions",
    "record": "records",
    "record_change": "records",
    "proposal": "decisions",
    "proposal_answer": "decisions",
    "added_file": "files",
    "added_file_struck": "files",
}
_STORED_AS_FIELDS = {"answers", "evidence"}
_STORED_AS_DATA = {"details", "record", "record_change", "proposal"}
_COMPARTMENTS = (Compartment.CONTENT, Compartment.PERPETRATOR, Compartment.FILE)


@dataclass(frozen=True)
class Hit:
    """A text in which every word stands: the part of the case page where it is read, and the text around the first
    word."""

    case: Case
    part: str
    before: str
    match: str
    after: str


@dataclass(frozen=True)
class SearchResult:
    """`there_is_more`: the search stopped at :data:`MOST_HITS`. `not_searched`: how many cases were not looked at, the
    oldest ones."""

    hits: list[Hit]
    there_is_more: bool
    not_searched: int


def search(actor: Actor, sought: str) -> SearchResult:
    """The texts with all words of `sought` (of at least :data:`MIN_CHARACTERS`), newest cases first, one text for each
    page of a case. A person's name also finds texts in which that person was chosen from a list."""
    words = plain(sought).split()
    mine = visible_cases(actor).order_by("closed_on", "-started_on", "number")
    cases = list(mine[:MOST_CASES])
    people = _people(sought)
    hits: dict[tuple[UUID, str], Hit] = {}
    for first in range(0, len(cases), _AT_ONCE):
        for case, row, key in _texts(cases[first : first + _AT_ONCE], actor):
            place = (case.id, PAGES[row.purpose])
            if place in hits:
                continue
            text = read_text(key, row)
            if hit := _hit(case, row.purpose, text, words, people):
                hits[place] = hit
        if len(hits) > MOST_HITS:
            break
    shown = list(hits.values())[:MOST_HITS]
    for case_id in dict.fromkeys(hit.case.id for hit in shown):
        ledger.record(case_id, CaseEvent.FOUND, actor=actor.person.id)
    ledger.record(actor.organisation.id, CaseEvent.CASES_SEARCHED, actor=actor.person.id, hits=len(shown))
    return SearchResult(
        shown, len(hits) > MOST_HITS, max(0, mine.count() - MOST_CASES) if len(cases) == MOST_CASES else 0
    )


def by_number(actor: Actor, sought: str) -> Case | None:
    """The case with this number, or with a letter of this reference, typed in any way, among those that the actor sees."""
    number = plain_number(sought)
    if len(number) == REFERENCE_LENGTH:
        return visible_cases(actor).filter(documents__reference=f"{number[:5]}-{number[5:]}").first()
    if len(number) != NUMBER_LENGTH:
        return None
    return visible_cases(actor).filter(number=f"{number[:4]}-{number[4:]}").first()


def by_part_of_number(actor: Actor, sought: str) -> list[Case]:
    """The cases whose number has these characters in a row, among those that the actor sees, the newest first; at most
    :data:`MOST_HITS`."""
    part = plain_number(sought)
    if not MIN_CHARACTERS <= len(part) < NUMBER_LENGTH:
        return []
    bare = Replace("number", Value("-"), Value(""), output_field=CharField())
    fitting = visible_cases(actor).annotate(bare=bare).filter(bare__contains=part)
    return list(fitting.order_by("closed_on", "-started_on", "number")[:MOST_HITS])


def plain_number(typed: str) -> str:
    """Letters and digits of a number, as capitals."""
    return "".join(character for character in typed.upper() if character.isalnum())


def plain(text: str) -> str:
    """Letters without accents or capitals. The result is as long as the text, so that a position in one is a position
    in the other."""
    return "".join(_plain_letter(letter) for letter in unicodedata.normalize("NFC", text))


def _plain_letter(letter: str) -> str:
    plain_letter = folded(unicodedata.normalize("NFKD", letter)[0])
    return plain_letter if len(plain_letter) == 1 else letter


def _texts(cases: list[Case], actor: Actor) -> Iterator[tuple[Case, SealedText, ContentKey]]:
    by_id = {case.id: case for case in cases}
    keys = open_many(list(by_id), _COMPARTMENTS, actor.organisation.id, actor.person.id)
    order = {case: number for number, case in enumerate(by_id)}
    rows = sorted(texts_of_many(list(by_id), list(PAGES)), key=lambda row: order[row.case])
    for row in rows:
        if key := keys.get((row.case, Compartment(row.compartment))):
            yield by_id[row.case], row, key


def _hit(case: Case, purpose: str, text: str, words: list[str], people: list[tuple[str, str]]) -> Hit | None:
    part, whole = PAGES[purpose], unicodedata.normalize("NFC", _words_of(purpose, text))
    searched = plain(whole)
    if all(word in searched for word in words):
        at, long = searched.index(words[0]), len(words[0])
        return Hit(case, part, whole[max(0, at - AROUND) : at], whole[at : at + long], whole[at + long :][:AROUND])
    for person, name in people:
        if person in text:
            return Hit(case, part, "", name, "")
    return None


def _words_of(purpose: str, text: str) -> str:
    if purpose in _STORED_AS_FIELDS:
        return free_words(text)
    if purpose == "added_file":
        return json.loads(text)["title"]
    return "\n".join(words_within(json.loads(text))) if purpose in _STORED_AS_DATA else text


def _people(sought: str) -> list[tuple[str, str]]:
    words = sought.strip()
    people = Person.objects.filter(Q(name__icontains=words) | Q(email__icontains=words)).values_list("id", "name")[:50]
    return [(str(person_id), name) for person_id, name in people]
