"""What a person of the case does on their papers page is the deed: the record that waits for it ends with it, or with its term."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.deciding.records.records import end_answered
from cases.desk.keys import locked, locked_cases
from cases.models import Case, CaseRecord
from cases.parties.entries import Kind, write_back
from cases.parties.opened import OpenedBundle
from cases.protocol.kinds.forms import record_forms
from reporting.evidence.intake import EvidencePiece


@transaction.atomic
def write_on_page(
    box: OpenedBundle,
    text: str,
    *,
    token: bytes,
    kind: str = Kind.MESSAGE,
    answers: UUID | None = None,
    pieces: Iterable[EvidencePiece] = (),
    right: str = "",
) -> bool:
    """As :func:`write_back`, with what follows of it in the case."""
    case = locked(box.bundle.case)
    done = write_back(box, text, token=token, kind=kind, answers=answers, pieces=pieces, right=right)
    if done:
        end_answered(case, timezone.now())
    return done


def end_terms() -> None:
    """What waited for a reply ends where the term of its person has passed. Each case is a transaction of its own."""
    forms = [name for name, form in record_forms().items() if form.answered]
    waiting = CaseRecord.objects.running().filter(form__in=forms).exclude(party=None)
    for case in Case.objects.filter(closed_on=None, id__in=waiting.values("case")).values_list("id", flat=True):
        with transaction.atomic():
            end_answered(locked_cases().get(id=case), timezone.now())
