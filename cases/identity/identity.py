"""Seeing who reported: asked with a motive, agreed by a second person of the case, open for the asker alone.

The rule for each kind of case is data (identity.yaml). What concerns a confidential reporter is decided in
cases/identity/release.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import key_of, locked
from cases.desk.refusals import NotAllowed, Refused
from cases.desk.two_people import agree_to, ask_second, is_own, keep_answer, refuse_same, turn_down, waiting
from cases.events import CaseEvent
from cases.identity.rules import Way, identity_rules
from cases.models import Case, IdentityRelease, IdentityRequest
from cases.people.hearing import hear
from cases.people.words.purposes import MOTIVE
from organisations.access.policy import Actor, Standing, may
from organisations.desk.sent_once import sent_before
from reporting.dialogue.progress import tell
from reporting.questions.reading import Answered, answers
from vault import ledger
from vault.compartments import (
    Compartment,
    read_text,
    remove_reader,
    texts,
    write_text,
)

MIN_MOTIVE = 10
State = IdentityRequest.State


@dataclass(frozen=True)
class OpenedRequest:
    """A request with its opened motive, and what this actor can do with it."""

    request: IdentityRequest
    words: str
    motive: str
    is_own: bool
    is_open: bool
    can_answer: bool
    release: IdentityRelease | None

    @property
    def is_waiting(self) -> bool:
        return self.request.state == State.ASKED

    @property
    def opens_later(self) -> bool:
        """Whether the name opens some days from now: the reporter is told first (Wbk 1a lid 3)."""
        start = self.request.opens_from
        return self.request.state == State.OPEN and start is not None and start > timezone.now()


def known_as(case: Case) -> str:
    """How the reporter is known now (`anonymous`, `confidential` or `named`). A name that was given later counts."""
    return case.report.identity_shared or case.report.known_as


def way_of(case: Case, actor: Actor) -> Way:
    """How a name opens for this actor. After an objection to what the actor opened before, a second person agrees
    first from then on."""
    way = identity_rules().ways[case.kind][known_as(case)]
    objected = case.identity_requests.filter(asked_by=actor.person, state=State.OBJECTED)
    return Way.AGREE_FIRST if way == Way.LOOK_AFTER and objected.exists() else way


@transaction.atomic
def ask_identity(case: Case, *, motive: str, words: str, actor: Actor, token: UUID, about: str = "") -> IdentityRequest:
    """Ask to see who reported. In a case where care cannot wait the name opens at once. `motive` is a code of
    identity.yaml, `token` that of the page, `about` as for :func:`hear`. Raises Refused, NotAllowed and AskFirst."""
    case = locked(case)
    if existing := sent_before(case.identity_requests.filter(asked_by=actor.person), token):
        return existing[0]
    allow(actor, "identity.ask", case)
    way, now = way_of(case, actor), timezone.now()
    if way == Way.NOTHING:
        raise Refused(_("The reporter is anonymous. There is no name to see."))
    if motive not in identity_rules().asked_by_people:
        raise Refused(_("Choose why you want to see the name."))
    if len(words.strip()) < MIN_MOTIVE:
        raise Refused(_("Say why in at least %(count)d characters.") % {"count": MIN_MOTIVE})
    if running := own_request(case, actor):
        waits = running.state == State.ASKED
        raise Refused(_("You asked already. Wait for the answer.") if waits else _("You can see the name already."))
    compartment = Compartment.CONTENT if way == Way.CONSENT else Compartment.FILE
    asked = IdentityRequest(
        case=case,
        asked_by=actor.person,
        organisation=actor.organisation,
        asked_at=now,
        motive=motive,
        way=way.value,
        words=write_text(key_of(case, compartment, actor), MOTIVE, words.strip()).id,
        token=token,
    )
    if way == Way.LOOK_AFTER:
        _let_open(asked)
        asked.state = State.OPEN
    asked.save(force_insert=True)
    ask_second(asked)
    ledger.record(case.id, CaseEvent.IDENTITY_ASKED, actor=actor.person.id, motive=motive, way=way.value)
    hear(case, words, about, actor=actor)
    return asked


@transaction.atomic
def answer_identity(case: Case, request: UUID, *, agree: bool, actor: Actor) -> IdentityRequest:
    """A second person, never who asked, answers a request: agrees or refuses; and where the name opened at once,
    agrees or objects afterwards.

    Raises Refused and NotAllowed. What the confidential adviser decides is in cases/identity/release.py.
    """
    case = locked(case)
    allow(actor, "identity.answer", case)
    rows = case.identity_requests.select_related("case").filter(id=request).exclude(way=Way.CONSENT)
    if looked := rows.select_related("asked_by").filter(answered_by=None, state=State.OPEN).first():
        refuse_same(looked, actor)
        keep_answer(looked, State.OPEN if agree else State.OBJECTED, actor)
        event = CaseEvent.IDENTITY_LOOKED if agree else CaseEvent.IDENTITY_OBJECTED
        ledger.record(case.id, event, actor=actor.person.id, person=str(looked.asked_by_id))
        return looked
    asked = waiting(rows)
    refuse_same(asked, actor)
    if agree:
        _let_open(asked)
        agree_to(asked, actor=actor, asking="identity.ask")
    else:
        turn_down(asked, actor=actor)
    event = CaseEvent.IDENTITY_AGREED if agree else CaseEvent.IDENTITY_REFUSED
    ledger.record(case.id, event, actor=actor.person.id, person=str(asked.asked_by_id))
    return asked


@transaction.atomic
def withdraw_identity(case: Case, request: UUID, *, actor: Actor) -> None:
    """Who asked does not need the name any more: the request ends, and an open name is closed. Raises
    Refused."""
    case = locked(case)
    asked = case.identity_requests.filter(id=request, asked_by=actor.person).first()
    if asked is None or asked.state not in {State.ASKED, State.OPEN}:
        raise Refused(_("This was answered or taken back already. Here is how it stands."))
    asked.state = State.WITHDRAWN
    asked.save(update_fields=["state"])
    take_back_key(asked)
    ledger.record(case.id, CaseEvent.IDENTITY_WITHDRAWN, actor=actor.person.id)


@transaction.atomic
def open_identity(case: Case, request: UUID, *, actor: Actor) -> tuple[IdentityRequest, list[Answered]]:
    """The answers that tell who reported, for the person who asked and was given them. Each opening is recorded.
    Raises Refused and NotAllowed."""
    case = locked(case)
    allow(actor, "identity.ask", case)
    asked = case.identity_requests.filter(id=request, asked_by=actor.person).first()
    if asked is None:
        raise NotAllowed
    if not is_open(asked):
        raise Refused(_("The name is not open for you. Ask to see it, or look how your request stands."))
    name = answers(case.report, key_of(case, Compartment.IDENTITY, actor))
    release = IdentityRelease.objects.filter(request=asked).first()
    if not asked.opened:
        asked.opened = True
        asked.save(update_fields=["opened"])
        if release and release.told_on:
            tell(case.report, "identity_opened")
    ledger.record(case.id, CaseEvent.IDENTITY_OPENED, actor=actor.person.id, request=str(asked.id))
    return asked, name


def own_request(case: Case, actor: Actor) -> IdentityRequest | None:
    """The running request of this actor: it waits, or is open now."""
    rows = case.identity_requests.filter(asked_by=actor.person, state__in=[State.ASKED, State.OPEN])
    return next((request for request in rows if request.state == State.ASKED or not is_over(request)), None)


def requests_of(case: Case, actor: Actor, standing: Standing) -> list[OpenedRequest]:
    """All requests, newest first, each with its motive. Who does not read the file sees only those about a
    confidential name."""
    reads_file = bool(standing.may("case.file"))
    rows = case.identity_requests.select_related("asked_by", "answered_by", "release")
    if not reads_file:
        rows = rows.filter(way=Way.CONSENT)
    if not rows:
        return []
    opened: dict[UUID, str] = {}
    for compartment in [Compartment.CONTENT, *([Compartment.FILE] if reads_file else [])]:
        key = key_of(case, compartment, actor)
        opened |= {row.id: read_text(key, row) for row in texts(case.id, compartment, MOTIVE)}
    return [
        OpenedRequest(
            request=request,
            words=opened[request.words],
            motive=str(identity_rules().motives[request.motive].label),
            is_own=is_own(request, actor),
            is_open=case.is_open and is_open(request),
            can_answer=_waits_for(case, actor, request, reads_file),
            release=getattr(request, "release", None),
        )
        for request in rows
    ]


def waiting_for(
    case: Case, actor: Actor, standing: Standing, asked: Iterable[IdentityRequest]
) -> list[IdentityRequest]:
    """Those of the requests of a case that this actor can answer. The overview shows them until somebody answers."""
    reads_file = bool(standing.may("case.file"))
    return [request for request in asked if _waits_for(case, actor, request, reads_file)]


def is_open(asked: IdentityRequest) -> bool:
    """Whether the name is open now for who asked."""
    now = timezone.now()
    return asked.state == State.OPEN and asked.opens_from is not None and asked.opens_from <= now and not is_over(asked)


def is_over(asked: IdentityRequest) -> bool:
    """Whether the days in which the name was open have passed."""
    return asked.opens_until is not None and asked.opens_until <= timezone.now()


def allow(actor: Actor, action: str, case: Case) -> None:
    """Raises Refused in a closed case, and NotAllowed where the actor may not do this."""
    answer = may(actor, action, case)
    if answer.why == "closed":
        raise Refused(_("This case is closed. The name stays closed too."))
    if not answer:
        raise NotAllowed


def take_back_key(asked: IdentityRequest) -> None:
    """Take the copy of the key away, unless a later request of the same person needs it."""
    if not asked.holds_copy:
        return
    asked.holds_copy = False
    asked.save(update_fields=["holds_copy"])
    others = IdentityRequest.objects.filter(case=asked.case_id, asked_by=asked.asked_by_id, holds_copy=True)
    if not others.filter(state=State.OPEN, opens_until__gt=timezone.now()).exists():
        remove_reader(asked.case_id, asked.asked_by_id, Compartment.IDENTITY)


def _let_open(asked: IdentityRequest) -> None:
    asked.opens_from = timezone.now()
    asked.opens_until = asked.opens_from + timedelta(days=identity_rules().open_days)


def _waits_for(case: Case, actor: Actor, asked: IdentityRequest, reads_file: bool) -> bool:
    if asked.answered_by_id or is_own(asked, actor) or asked.state not in {State.ASKED, State.OPEN}:
        return False
    if asked.way == Way.CONSENT:
        return not reads_file and case.is_open
    return reads_file and (case.is_open or asked.state == State.OPEN)
