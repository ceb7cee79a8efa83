"""Finding a case without telling that it exists."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from cases.desk.access import visible_cases
from cases.desk.codes import case_codes
from cases.models import Case
from organisations.access.policy import Actor, may
from organisations.desk.middleware import WorkRequest
from reporting.models import Message
from reporting.questions.reading import main_code


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


def frame(request: WorkRequest, case: Case, part: str) -> dict:
    """What the head of every case page needs."""
    reads = bool(may(request.actor, "case.read", case))
    parts = [("overview", _("Overview"))]
    if reads:
        unread = case.report.messages.filter(by=Message.By.REPORTER, seen=False).count()
        pieces = case.report.evidence.count()
        parts.append(("report", _("Report")))
        parts.append(("messages", _("Messages (%(count)d new)") % {"count": unread} if unread else _("Messages")))
        parts.append(("evidence", _("Evidence (%(count)d)") % {"count": pieces} if pieces else _("Evidence")))
    if may(request.actor, "case.file", case):
        parts.append(("decisions", _("Decisions")))
        to_do = case.todos.filter(done_at=None).count()
        parts.append(("notes", _("Notes (%(count)d to do)") % {"count": to_do} if to_do else _("Notes")))
        parts.append(("documents", _("Documents")))
        parts.append(("connections", _("Belongs together")))
        parts.append(("exports", _("Export")))
    parts.append(("people", _("Who has access")))
    if reads:
        parts.append(("log", _("Log")))
    title = main_code(case_codes(case)) if reads else str(case.kind_label)
    return {
        "section": "work",
        "case": case,
        "title": title,
        "part": part,
        "parts": parts,
        "reads": reads,
        "done": request.GET.get("gedaan", ""),
    }
