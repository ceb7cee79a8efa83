"""The pages around the apps: finding an organisation, quick exit, statements."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from organisations.desk.middleware import WorkRequest, choose
from organisations.desk.sign_in import start_page
from organisations.models import Organisation
from organisations.register.finding import found

MOST_SHOWN = 30


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page, with a search for an organisation (`q`) by whatever people call it. Those that take no reports here are
    found too: their page says where to go. Without a search all that take reports are listed, if they are few."""
    query = request.GET.get("q", "").strip()[:80]
    reportable = Organisation.objects.reportable()
    if query:
        rows = found(query, reportable)[:MOST_SHOWN]
    else:
        rows = list(reportable.filter(live=True)[: MOST_SHOWN + 1])
        rows = rows if len(rows) <= MOST_SHOWN else []
    shown = {
        "query": query,
        "organisations": [row for row in rows if row.live],
        "elsewhere": [row for row in rows if not row.live],
    }
    return render(request, "weerbaar/home.html", shown)


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit: the browser forgets what it kept of us, and shows something neutral."""
    response = HttpResponse(status=303, headers={"Location": settings.EXIT_URL, "Referrer-Policy": "no-referrer"})
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The statement on accessibility that the law asks of a public body."""
    return render(request, "weerbaar/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What becomes of the data of a reporter."""
    return render(request, "weerbaar/privacy.html")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weak spot (RFC 9116). Without an address of a real contact there is no such page."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.combine(datetime.now(UTC).date() + timedelta(days=180), time(), UTC)
    lines = [
        f"Contact: mailto:{settings.SECURITY_CONTACT}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_POST
def switch(request: WorkRequest) -> HttpResponse:
    """Work for another of the organisations that one belongs to."""
    if not choose(request, request.POST.get("organisation", "")):
        return HttpResponseBadRequest()
    return redirect(start_page(request.actor))
