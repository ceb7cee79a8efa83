"""What of a case is counted in the figures, and putting errors in it right. Only codes are counted; the reason for a
correction stays in the file."""

from collections.abc import Collection, Mapping
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from cases.counting.facts import facts_of_case
from cases.desk.keys import file_key, locked
from cases.desk.refusals import NotAllowed
from cases.events import CaseEvent
from cases.file.notes import NOTE
from cases.models import Case, Note
from organisations.access.policy import Actor, may
from organisations.codes import code_list
from reporting.codes import EXCLUSIVE_GROUPS
from reporting.counting.corrections import as_counted, correct, now_counted
from reporting.counting.facts import populations
from reporting.models import Fact
from vault import ledger
from vault.compartments import write_text


class CorrectedMeanwhile(Exception):
    """Somebody else corrected the count since the page was made."""


def revision_of(facts: Collection[Fact]) -> int:
    """How many corrections these facts have."""
    return sum(len(fact.corrections.all()) for fact in facts)


def codes_now(facts: Collection[Fact]) -> dict[str, str]:
    """The codes of a case as they are counted now, {code list: code}. A fact that does not count any more gives the
    codes with which it was left."""
    codes: dict[str, str] = {}
    for fact in facts:
        for name, code in (now_counted(fact) or as_counted(fact)).codes.items():
            codes.setdefault(name, code)
    return codes


def possible_codes(facts: Collection[Fact], layer: str) -> dict[str, list[str]]:
    """What each code list can be corrected to, {code list: leaf codes in their order}. Lists without a choice are left
    out. `layer` is the kind of organisation."""
    codes, choices = codes_now(facts), {}
    elsewhere = {group for other, groups in EXCLUSIVE_GROUPS.items() if other != layer for group in groups}
    for fact in facts:
        rules = populations()[fact.population]
        for name in rules.lists(codes["kind"]):
            possible = set(rules.possible(name, codes["kind"])) - (elsewhere if name == "group" else set())
            if name not in rules.lasting and len(possible) > 1:
                choices[name] = [code.id for code in code_list(name).leaves if code.id in possible]
    return choices


@transaction.atomic
def correct_count(case: Case, codes: Mapping[str, str] | None, why: str, *, actor: Actor, revision: int) -> bool:
    """Give all facts of the case other codes, {code list: code}; None says that nothing of it should have been
    counted.

    `why` is kept as a note. `revision` is :func:`revision_of` when the page was made. Returns False where nothing
    changes. Raises :class:`NotAllowed`, :class:`CorrectedMeanwhile` or :class:`reporting.counting.facts.CannotCount`.
    """
    if not may(actor, "case.correct", case):
        raise NotAllowed
    facts = facts_of_case(locked(case))
    if revision_of(facts) != revision:
        raise CorrectedMeanwhile
    today, changed = timezone.localdate(), False
    for fact in facts:
        counted = now_counted(fact) or as_counted(fact)
        right = (
            None if codes is None else counted.codes | {name: codes[name] for name in counted.codes if name in codes}
        )
        changed |= correct(fact, right, today)
    if changed:
        words = write_text(file_key(case, actor), NOTE, why)
        Note.objects.create(case=case, kind=Note.Kind.COUNT, author=actor.person, text=words.id, token=uuid4())
        ledger.record(case.id, CaseEvent.COUNT_CORRECTED, actor=actor.person.id)
    return changed


def correction_notes(case: Case) -> list[Note]:
    """Who corrected the count of a case, and when; the newest first. The reasons are in the notes of the case."""
    return list(case.notes.filter(kind=Note.Kind.COUNT).select_related("author"))
