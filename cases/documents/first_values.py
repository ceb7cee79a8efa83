"""What the fields of a document begin with, out of the report and what was put right in it since."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format

from cases.counting.facts import facts_of_case
from cases.desk.codes import case_codes
from cases.desk.keys import key_of
from cases.desk.refusals import NotAllowed
from cases.documents.kinds import Kind, code_in_document
from cases.documents.writing import LANGUAGE
from cases.models import Case
from organisations.access.policy import Actor
from organisations.access.recusal import UNKNOWN
from reporting.counting.corrections import as_counted, now_counted
from reporting.dialogue.corrected import answers_now
from reporting.questions.meanings import Meaning
from reporting.questions.own import national_questions
from reporting.questions.questions import Question, answer_meaning, ids_meaning
from reporting.questions.reading import raw_answers
from vault.compartments import Compartment

SAYS_NOTHING = {"not_given", "none", "not_applicable"}  # leaves that tell a reader nothing
WITNESS = "witness"  # a code of the list reporter_role


@dataclass(frozen=True)
class Quoted:
    """What the reporter wrote about the subject of a field, which nobody puts in without reading it. `day`: of the report."""

    words: str
    day: str


def words_for(case: Case, kind: Kind, actor: Actor) -> Mapping[str, str]:
    """{id of a national question: its answer in the words of a document}, opened for this actor; without those that say
    nothing, and empty where the document asks nothing that the report knows."""
    known = any(asked.source or asked.beside for asked in kind.fields.values())
    return _words(case, actor) if known else {}


def first_values(kind: Kind, words: Mapping[str, str]) -> dict[str, str]:
    """What the fields of a document begin with, {field: words}. What was put right since it was reported holds; a field of
    which nothing is known is empty. `words`: of :func:`words_for`."""
    return {
        name: "\n".join(dict.fromkeys(words[question] for question in asked.source if words.get(question)))
        for name, asked in kind.fields.items()
    }


def said_beside(case: Case, kind: Kind, words: Mapping[str, str]) -> dict[str, Quoted]:
    """What stands beside a field for whoever fills it in, {field: what the reporter wrote}. A reporter writes “last night”, and
    a document is read on another day: it is never filled in."""
    with translation.override(LANGUAGE):
        day = date_format(case.report.received_on, "j F Y")
    beside = {
        name: "; ".join(words[question] for question in asked.beside if words.get(question))
        for name, asked in kind.fields.items()
    }
    return {name: Quoted(said, day) for name, said in beside.items() if said}


def _words(case: Case, actor: Actor) -> dict[str, str]:
    given: dict[str, object] = {}
    words: dict[str, str] = {}
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            key = key_of(case, compartment, actor)
        except NotAllowed:
            continue
        given |= raw_answers(case.report, key)
        with translation.override(LANGUAGE):
            words |= {answered.question: answered.text for answered in answers_now(case.report, key).answers}
    for name in ids_meaning(Meaning.SUBJECT):
        if str(given.get(name, "")).partition(":")[0] == UNKNOWN:
            words.pop(name, None)
    right = _put_right(case)
    for question in national_questions().values():
        if question.type in {"codes", "code"}:
            words[question.id] = _coded(case, question, given, right)
    if answer_meaning(Meaning.REPORTER_ROLE, given) == WITNESS:
        for name in ids_meaning(Meaning.REPORTER_FUNCTION):
            words.pop(name, None)  # a witness may have given their own function
    return words


def _coded(case: Case, question: Question, given: Mapping[str, object], right: Mapping[str, str]) -> str:
    value = given.get(question.id) or []
    codes = [str(code) for code in value] if isinstance(value, list) else [str(value)]
    counts = right.get(question.counts_as, "") if case.kind in question.kinds else ""
    if counts and counts not in SAYS_NOTHING and counts not in codes:
        codes = [counts]
    if question.counts_as and case.kind != case.report.kind and case.kind not in question.kinds:
        codes = []  # the case is not about this any more
    said = [code for code in codes if code not in SAYS_NOTHING]
    with translation.override(LANGUAGE):
        return ", ".join(code_in_document(question.codes, code) for code in said)


def _put_right(case: Case) -> dict[str, str]:
    """{code list: leaf} as the case knows it, with what was put right after it was counted."""
    codes = case_codes(case)
    for fact in facts_of_case(case)[:1]:
        before, after = as_counted(fact), now_counted(fact)
        if after and before.codes["kind"] == case.kind:
            codes |= {name: code for name, code in after.codes.items() if before.codes.get(name) != code}
    return codes
