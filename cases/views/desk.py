"""Finding a case without telling that it exists."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from cases.access import visible_cases
from cases.models import Case
from organisations.access.policy import Actor, may


def case_or_404(actor: Actor, case_id: UUID, action: str) -> Case:
    """A case that the actor may see. Unknown, foreign and recused cases answer alike."""
    case = visible_cases(actor).filter(id=case_id).first()
    if case is None or not may(actor, action, case):
        raise Http404
    return case


def to_save(content: bytes, media_type: str, name: str, *, shown: bool = False) -> HttpResponse:
    """A file for the browser to save (or to show, where that is harmless), in which nothing runs."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
