"""What of a case is counted in the figures, and putting errors in it right. Only codes are counted; the reason for a
correction stays in the file."""

from collections.abc import Collection, Mapping
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from cases.counting.facts import counts_on, facts_of_case, leave_report
from cases.desk.codes import case_codes, seal_case_codes
from cases.desk.keys import file_key, locked
from cases.desk.refusals import NotAllowed
from cases.events import CaseEvent
from cases.file.notes import NOTE
from cases.models import Case, Note
from cases.people.hearing import hear
from organisations.access.policy import Actor, may
from organisations.codes import code_list
from reporting.codes import EXCLUSIVE_GROUPS
from reporting.counting.corrections import CountedFact, as_counted, correct, now_counted
from reporting.counting.facts import counted_codes, populations, quarter
from reporting.models import Fact
from vault import ledger
from vault.compartments import write_text
from vault.keyring.keys import Codes


class CorrectedMeanwhile(Exception):
    """Somebody else corrected the count since the page was made."""


def revision_of(case: Case, facts: Collection[Fact]) -> int:
    """How often the count of a case was put right: corrections of its facts, and before these were left its notes."""
    return (
        sum(len(fact.corrections.all()) for fact in facts) if facts else case.notes.filter(kind=Note.Kind.COUNT).count()
    )


def counts_of(case: Case, facts: Collection[Fact]) -> list[CountedFact]:
    """What counts of a case, its report first. A fact that does not count any more gives the codes with which it was left.
    Before the report is counted this is what it would count as today; nothing before it was registered."""
    if facts or case.registered_on is None:
        return [now_counted(fact) or as_counted(fact) for fact in facts]
    place = case.report.organisation
    codes = counted_codes("reports", place.kind, case_codes(case))
    return [CountedFact("reports", place.id, quarter(case.registered_on), codes)]


def codes_now(counts: Collection[CountedFact]) -> dict[str, str]:
    """The codes of a case as they are counted now, {code list: code}."""
    codes: dict[str, str] = {}
    for counted in counts:
        for name, code in counted.codes.items():
            codes.setdefault(name, code)
    return codes


def possible_codes(counts: Collection[CountedFact], layer: str) -> dict[str, list[str]]:
    """What each code list can be corrected to, {code list: leaf codes in their order}. Lists without a choice are left
    out. `layer` is the kind of organisation."""
    codes, choices = codes_now(counts), {}
    elsewhere = {group for other, groups in EXCLUSIVE_GROUPS.items() if other != layer for group in groups}
    for counted in counts:
        rules = populations()[counted.population]
        for name in rules.lists(codes["kind"]):
            possible = set(rules.possible(name, codes["kind"])) - (elsewhere if name == "group" else set())
            if name not in rules.lasting and len(possible) > 1:
                choices[name] = [code.id for code in code_list(name).leaves if code.id in possible]
    return choices


@transaction.atomic
def correct_count(
    case: Case, codes: Mapping[str, str] | None, why: str, *, actor: Actor, revision: int, about: str = ""
) -> bool:
    """Give all facts of the case other codes, {code list: code}; None says that nothing of it should have been
    counted.

    `why` is kept as a note, and `about` is as for :func:`hear`. `revision` is :func:`revision_of` when the page was made. Returns False where nothing
    changes. Raises :class:`NotAllowed`, :class:`CorrectedMeanwhile`, AskFirst or :class:`reporting.counting.facts.CannotCount`.
    """
    if not may(actor, "case.correct", case):
        raise NotAllowed
    case = locked(case)
    facts = facts_of_case(case)
    if revision_of(case, facts) != revision:
        raise CorrectedMeanwhile
    changed = _correct_facts(facts, codes) if facts else _correct_case(case, codes)
    if changed:
        words = write_text(file_key(case, actor), NOTE, why)
        Note.objects.create(case=case, kind=Note.Kind.COUNT, author=actor.person, text=words.id, token=uuid4())
        ledger.record(case.id, CaseEvent.COUNT_CORRECTED, actor=actor.person.id)
        hear(case, why, about, actor=actor)
    return changed


def _correct_facts(facts: Collection[Fact], codes: Mapping[str, str] | None) -> bool:
    today, changed = timezone.localdate(), False
    for fact in facts:
        counted = now_counted(fact) or as_counted(fact)
        right = (
            None if codes is None else counted.codes | {name: codes[name] for name in counted.codes if name in codes}
        )
        changed |= correct(fact, right, today)
    return changed


def _correct_case(case: Case, codes: Mapping[str, str] | None) -> bool:
    """Put right what will count. Where its day went by meanwhile because it was not to count, it counts now."""
    before, counted = codes_now(counts_of(case, [])), case.is_counted
    case.is_counted = codes is not None
    right = {name: code for name, code in (codes or {}).items() if before.get(name) != code}
    if not right and counted == case.is_counted:
        return False
    if right:
        sealing = Codes([case.organisation_id])
        case.codes = seal_case_codes(case.organisation_id, case.id, case_codes(case, sealing) | right, sealing)
    case.save(update_fields=["codes", "is_counted"])
    if case.registered_on and counts_on(case.registered_on) <= timezone.localdate():
        leave_report(case, timezone.now())
    return True


def correction_notes(case: Case) -> list[Note]:
    """Who corrected the count of a case, and when; the newest first. The reasons are in the notes of the case."""
    return list(case.notes.filter(kind=Note.Kind.COUNT).select_related("author"))
