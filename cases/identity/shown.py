"""The name of a reporter on the case page, where care cannot wait (`look_after` in identity.yaml): open at once for who
handles the case. The page makes one request for each of them, at which a second person looks afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.desk.keys import key_of
from cases.identity.identity import MOTIVE, State, is_open, known_as, own_request
from cases.identity.rules import Way, identity_rules
from cases.models import Case, IdentityRequest
from organisations.access.policy import Actor, Standing
from vault.compartments import Compartment, write_text

CASE_PAGE = "case_page"  # the motive of such a request


@dataclass(frozen=True)
class NameForActor:
    """How the name of the reporter stands for one actor, on whatever page. `on_case_page`: it stands there; `knows`: it was given
    to this confidential adviser; `request`: that of this actor which is open now; `waits`: this actor asked; `may_ask`: they can
    ask now."""

    on_case_page: bool = False
    knows: bool = False
    request: UUID | None = None
    waits: bool = False
    may_ask: bool = False


def name_for(case: Case, actor: Actor, standing: Standing) -> NameForActor:
    """How the name stands for this actor. Where the case page shows it, nothing has to be asked."""
    if known_as(case) == "anonymous":
        return NameForActor()
    if standing.may("identity.know"):
        return NameForActor(knows=True)
    if may_be_shown(case, actor, standing, case.identity_requests.filter(asked_by=actor.person)):
        return NameForActor(on_case_page=True)
    if not standing.may("identity.ask"):
        return NameForActor()
    own = own_request(case, actor)
    if own is None:
        return NameForActor(may_ask=True)
    return NameForActor(request=own.id) if is_open(own) else NameForActor(waits=True)


def may_be_shown(case: Case, actor: Actor, standing: Standing, asked: Iterable[IdentityRequest]) -> bool:
    """Whether the case page shows this actor who reported. `asked`: the requests of the case. Never after an objection, or
    after the actor said to need it no more, until they ask and it opens."""
    if not standing.may("identity.ask") or Compartment.IDENTITY not in standing.keys:
        return False
    if identity_rules().ways[case.kind][known_as(case)] != Way.LOOK_AFTER:
        return False
    own = [request for request in asked if request.asked_by_id == actor.person.id]
    ended = any(request.state in {State.OBJECTED, State.WITHDRAWN} for request in own)
    return not ended or any(is_open(request) for request in own)


def request_of_page(case: Case, actor: Actor, asked: Iterable[IdentityRequest]) -> UUID:
    """The request by which the page shows the name to this actor; made at the first view. It is open while the case is."""
    own = [request for request in asked if request.asked_by_id == actor.person.id and is_open(request)]
    if own:
        return own[0].id
    now = timezone.now()
    made, _is_new = IdentityRequest.objects.get_or_create(
        token=uuid5(case.id, str(actor.person.id)),
        defaults={
            "case": case,
            "asked_by": actor.person,
            "organisation": actor.organisation,
            "asked_at": now,
            "motive": CASE_PAGE,
            "way": Way.LOOK_AFTER.value,
            "words": write_text(key_of(case, Compartment.FILE, actor), MOTIVE, _("The case page showed the name.")).id,
            "state": State.OPEN,
            "opens_from": now,
            "opened": True,
        },
    )
    return made.id
