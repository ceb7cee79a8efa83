"""Finding a case without telling that it exists."""

from uuid import UUID

from django.http import Http404

from cases.access import visible_cases
from cases.models import Case
from organisations.access.policy import Actor, may


def case_or_404(actor: Actor, case_id: UUID, action: str) -> Case:
    """A case that the actor may see. Unknown, foreign and recused cases answer alike."""
    case = visible_cases(actor).filter(id=case_id).first()
    if case is None or not may(actor, action, case):
        raise Http404
    return case
