"""Whom the report names, as long as nobody wrote them down among the people of the case."""

from collections.abc import Collection

from cases.desk.keys import key_of
from cases.desk.refusals import NotAllowed
from cases.models import Case
from cases.parties.parties import OpenedParty, PartyWords
from organisations.access.policy import Actor
from organisations.models import Person, function_code
from reporting.questions.meanings import Meaning
from reporting.questions.questions import answers_meaning
from reporting.questions.reading import raw_answers
from vault.compartments import Compartment

PART = "person_concerned"  # of parts.yaml: in which the people belong of whom the report is, or who did it


def reported_people(case: Case, actor: Actor, known: Collection[OpenedParty]) -> list[PartyWords]:
    """Those whom the reporter named as who did it or whom it is about, without the `known` people of the case, also those who no
    longer count. Empty for who has no key of these answers."""
    given: dict[str, object] = {}
    for compartment in (Compartment.CONTENT, Compartment.PERPETRATOR):
        try:
            given |= raw_answers(case.report, key_of(case, compartment, actor))
        except NotAllowed:
            continue
    found = []
    for answer in answers_meaning(Meaning.SUBJECT, given):
        function, _sep, person = str(answer).partition(":")
        if row := Person.objects.filter(id=person).first() if person else None:
            found.append(PartyWords(row.name, str(function_code(function))))
    for meaning in (Meaning.SUBJECT_NAME, Meaning.PERPETRATOR_NAME):
        found += [PartyWords(str(name).strip()) for name in answers_meaning(meaning, given) if str(name).strip()]
    written = {one.words.name.casefold() for one in known}
    return [one for one in dict.fromkeys(found) if one.name.casefold() not in written]
