"""What somebody typed when the session had ended meanwhile: kept for two days, for the person who typed it only.

Whose browser it is says a cookie that outlives the session; it tells nobody else anything. What is kept opens only with
that cookie and the master key together, for that person, on that page, and is gone once it was shown. Whoever signs in
next at the same browser gets a cookie of their own, and nothing tells them that something was kept.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode

from jobs.outbox import enqueue
from organisations.job_kinds import OrganisationJob
from organisations.models import KeptForm
from vault.keyring.keys import stored_digest
from vault.sealed_state import (
    READABLE,
    StateExpired,
    StateInvalid,
    open_row,
    open_state,
    seal_row,
    seal_state,
)

COOKIE = "__Host-typist" if settings.PRODUCTION else "typist"
REFRESHED_AFTER = READABLE / 4  # a page that was read can be sent for at least a day and a half
MOST_TYPED = 200_000
MOST_FORMS = 500  # a flood of forms pushes out the oldest, never fills the disk
LONG = 60


@dataclass(frozen=True)
class KeptField:
    name: str
    value: str

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONG or "\n" in self.value

    @property
    def is_words(self) -> bool:
        """Whether somebody can have typed it: no number of a row or of a page."""
        try:
            UUID(self.value)
        except ValueError:
            return bool(self.value.strip()) and not self.value.isdigit()
        return False


@dataclass(frozen=True)
class Typist:
    """Who types at this browser, with the secret that seals what they type. `waits`: something of theirs is kept."""

    person: UUID
    secret: str
    waits: bool = False


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back again. What was typed is kept; where nobody knows whose it is, or it is too long, it is
    shown at once to whoever sent it, and not kept."""
    if request.method != "POST":
        return _to_sign_in(request.get_full_path())
    fields = fields_sent(request)
    answer = _to_sign_in(request.path)
    if not fields:
        return answer
    typist, _is_fresh = _typist(request)
    if typist is None or not _keep(typist, request.path, fields):
        context = {"typed": typed_in(request), "address": answer["Location"]}
        return render(request, "organisations/desk/not_kept.html", context, status=403)
    _remember(answer, replace(typist, waits=True))
    return answer


def fields_sent(request: HttpRequest) -> list[KeptField]:
    """What came with a page that was sent, without the token against forged pages."""
    return [
        KeptField(name, value)
        for name in request.POST
        if name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]


def typed_in(request: HttpRequest) -> list[KeptField]:
    """What of it somebody can have typed."""
    return [field for field in fields_sent(request) if field.is_words]


def take(request: HttpRequest) -> list[KeptField] | None:
    """The fields that this person typed on this page at this browser, once; None when nothing was kept."""
    typist, _is_fresh = _typist(request)
    if typist is None or not typist.waits or typist.person != request.user.pk:
        return None
    for form, body in _kept_by(typist):
        if body["path"] == request.path:
            form.delete()
            return [KeptField(name, value) for name, value in body["fields"]]
    return None


def remember_typist(request: HttpRequest, answer: HttpResponse) -> None:
    """Tell the browser whose it is now, where it does not know that yet or will forget it before long."""
    typist, is_fresh = _typist(request)
    if typist is None or typist.person != request.user.pk:
        _remember(answer, Typist(cast(UUID, request.user.pk), secrets.token_urlsafe(32)))
        return
    waits = typist.waits and KeptForm.objects.filter(mark=_mark(typist)).exists()
    if not is_fresh or waits != typist.waits:
        _remember(answer, replace(typist, waits=waits))


def _to_sign_in(back: str) -> HttpResponse:
    answer = cast(HttpResponseRedirect, redirect(settings.LOGIN_URL))
    answer["Location"] = f"{settings.LOGIN_URL}?{urlencode({'next': back})}"
    return answer


def _typist(request: HttpRequest) -> tuple[Typist | None, bool]:
    """Whose the browser is by its cookie, and whether that was said not long ago."""
    try:
        opened = open_state("typist", request.COOKIES.get(COOKIE, ""))
    except (StateExpired, StateInvalid):
        return None, False
    said = json.loads(opened.body)
    is_fresh = timezone.now() - opened.sealed_at < REFRESHED_AFTER
    return Typist(UUID(said["person"]), said["secret"], said["waits"]), is_fresh


def _remember(answer: HttpResponse, typist: Typist) -> None:
    said = {"person": str(typist.person), "secret": typist.secret, "waits": typist.waits}
    answer.set_cookie(
        COOKIE,
        seal_state("typist", json.dumps(said).encode()),
        max_age=READABLE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Strict",
    )


@transaction.atomic
def _keep(typist: Typist, path: str, fields: list[KeptField]) -> bool:
    body = json.dumps({"path": path, "fields": [(field.name, field.value) for field in fields]})
    if len(body) > MOST_TYPED:
        return False
    until = timezone.now() + READABLE
    sealed = seal_row(_purpose(typist), body.encode())
    form = KeptForm.objects.create(id=uuid4(), mark=_mark(typist), sealed=sealed, until=until)
    oldest = KeptForm.objects.order_by("-until").values_list("id", flat=True)[MOST_FORMS:]
    KeptForm.objects.filter(id__in=list(oldest)).delete()
    enqueue(OrganisationJob.DROP_KEPT, form.id, due=until + timedelta(minutes=1))
    return True


def _kept_by(typist: Typist) -> Iterator[tuple[KeptForm, dict]]:
    """What is kept of somebody, the newest first."""
    for form in KeptForm.objects.filter(mark=_mark(typist)).order_by("-until"):
        try:
            yield form, json.loads(open_row(_purpose(typist), form.sealed).body)
        except (StateExpired, StateInvalid):
            continue


def _mark(typist: Typist) -> bytes:
    return stored_digest("kept", typist.person, typist.secret)


def _purpose(typist: Typist) -> str:
    return f"kept:{typist.person}:{typist.secret}"
