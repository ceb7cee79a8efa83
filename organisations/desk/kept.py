"""What somebody typed when the session had ended meanwhile: kept for two days, for the browser that sent it.

It opens only with the cookie of that browser and the master key together, and is gone once it was shown.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from jobs.outbox import enqueue
from organisations.job_kinds import OrganisationJob
from organisations.models import KeptForm
from vault.sealed_state import READABLE, StateExpired, StateInvalid, open_state, seal_state

PARAMETER = "bewaard"
COOKIE = "__Host-kept" if settings.PRODUCTION else "kept"
MOST_CHARACTERS = 200_000
MOST_FORMS = 500  # a flood of forms pushes out the oldest, never fills the disk
LONG = 60


@dataclass(frozen=True)
class KeptField:
    name: str
    value: str

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONG or "\n" in self.value


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back again. What was typed comes along."""
    answer = cast(HttpResponseRedirect, redirect(settings.LOGIN_URL))
    back = request.get_full_path()
    if request.method == "POST" and (kept := _keep(request)):
        form, secret = kept
        back = f"{request.path}?{urlencode({PARAMETER: str(form.id)})}"
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=READABLE,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )
    answer["Location"] = f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
    return answer


def take(request: HttpRequest) -> list[KeptField] | None:
    """The fields that were typed on this page, once; None when nothing was kept for this browser and this page."""
    try:
        form = KeptForm.objects.filter(id=UUID(request.GET.get(PARAMETER, ""))).first()
        if form is None:
            return None
        body = json.loads(open_state(_purpose(request.COOKIES.get(COOKIE, "")), form.sealed).body)
    except (ValueError, StateExpired, StateInvalid):
        return None
    if body["path"] != request.path:
        return None
    form.delete()
    return [KeptField(name, value) for name, value in body["fields"]]


@transaction.atomic
def _keep(request: HttpRequest) -> tuple[KeptForm, str] | None:
    fields = [
        (name, value) for name in request.POST if name != "csrfmiddlewaretoken" for value in request.POST.getlist(name)
    ]
    body = json.dumps({"path": request.path, "fields": fields})
    if not fields or len(body) > MOST_CHARACTERS:
        return None
    secret, until = secrets.token_urlsafe(32), timezone.now() + READABLE
    form = KeptForm.objects.create(id=uuid4(), sealed=seal_state(_purpose(secret), body.encode()), until=until)
    oldest = KeptForm.objects.order_by("-until").values_list("id", flat=True)[MOST_FORMS:]
    KeptForm.objects.filter(id__in=list(oldest)).delete()
    enqueue(OrganisationJob.DROP_KEPT, form.id, due=until + timedelta(minutes=1))
    return form, secret


def _purpose(secret: str) -> str:
    return f"kept:{secret}"
