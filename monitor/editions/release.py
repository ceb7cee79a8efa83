"""Releasing an edition by a second person, at once or under an embargo; taking it back; withdrawing it. The ledger has an
entry of every act."""

from datetime import datetime
from importlib.metadata import version

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from monitor.editions.archive import PUBLISHER, NotSafe, archive_of
from monitor.editions.build import EditionRefused, check_order
from monitor.editions.prior import prior_editions
from monitor.events import MonitorEvent
from monitor.models import Edition
from monitor.rules.periods import is_quarter, year_of
from organisations.access.policy import Actor, may
from vault import ledger
from vault.keyring.period_keys import destroy_period_key, periods_with_secret

MIN_REASON = 10


class MayNot(EditionRefused):
    """This person may not do this with an edition."""


@transaction.atomic
def release(edition_id: str, actor: Actor, *, embargo_until: datetime | None = None) -> Edition:
    """Publish a draft that somebody else built, now or when the embargo ends. Raises :class:`EditionRefused`, or
    :class:`MayNot` for the person who built it."""
    edition = _locked(edition_id, actor)
    if edition.status != Edition.Status.DRAFT:
        raise EditionRefused(_("Edition %(edition)s is not a draft any more.") % {"edition": edition.id})
    if edition.proposed_by_id in (None, actor.person.id):
        raise MayNot(_("Somebody else than who built the edition has to release it."))
    if embargo_until and embargo_until <= timezone.now():
        raise EditionRefused(_("The end of the embargo lies in the past. Choose a later moment, or publish at once."))
    check_order(edition.id)
    if edition.software_version != version("weerbaar"):
        raise EditionRefused(_("This draft was made by another version of Weerbaar. Throw it away and build it again."))
    if prior_editions(edition.id).ids != edition.rests_on:
        raise EditionRefused(
            _(
                "Since %(edition)s was built other editions were released or taken back. Throw the draft away and build it again."
            )
            % {"edition": edition.id}
        )
    out = embargo_until or timezone.now()
    if any(
        (prior.published_at or prior.embargo_until or out) > out
        for prior in Edition.objects.filter(id__in=edition.rests_on)
    ):
        raise EditionRefused(
            _(
                "It rests on an edition of which the embargo lasts longer. Its archive would show that one before its time."
            )
        )
    try:
        archive_of(edition)
    except NotSafe as changed:
        raise EditionRefused(str(changed)) from None
    edition.released_by = actor.person
    edition.status = Edition.Status.EMBARGOED if embargo_until else Edition.Status.PUBLISHED
    edition.embargo_until = embargo_until
    edition.published_at = None if embargo_until else timezone.now()
    edition.save()
    _forget_secrets(edition.id)
    _tell(MonitorEvent.EDITION_RELEASED, edition, actor)
    return edition


@transaction.atomic
def take_back(edition_id: str, actor: Actor) -> Edition:
    """Turn an edition under embargo into a draft again. Raises :class:`EditionRefused` where the embargo is over, where a
    client read the edition ahead, or where another released edition rests on it."""
    edition = _locked(edition_id, actor)
    if edition.status_now != Edition.Status.EMBARGOED:
        raise EditionRefused(_("Only an edition under embargo can be taken back."))
    if _was_read_ahead(edition):
        raise EditionRefused(
            _(
                "The ministry's systems have read this edition, so that it is out. If it is wrong, withdraw it with a reason when the embargo is over."
            )
        )
    for other in Edition.objects.released().exclude(id=edition.id):
        if edition.id in other.rests_on:
            raise EditionRefused(
                _("%(other)s was released meanwhile and rests on this edition: take that one back first.")
                % {"other": other.id}
            )
    edition.status, edition.released_by, edition.embargo_until = Edition.Status.DRAFT, None, None
    edition.save()
    _tell(MonitorEvent.EDITION_TAKEN_BACK, edition, actor)
    return edition


@transaction.atomic
def withdraw(edition_id: str, actor: Actor, reason: str) -> Edition:
    """Mark a published edition as withdrawn, with a reason that everybody reads. Its values stay known to attackers, so
    later editions still rest on it. Raises :class:`EditionRefused`."""
    edition = _locked(edition_id, actor)
    if edition.status_now != Edition.Status.PUBLISHED:
        raise EditionRefused(_("Only a published edition can be withdrawn."))
    if len(reason.strip()) < MIN_REASON:
        raise EditionRefused(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON})
    edition.status, edition.withdrawn_at, edition.withdrawn_because = (
        Edition.Status.WITHDRAWN,
        timezone.now(),
        reason.strip(),
    )
    edition.save()
    _tell(MonitorEvent.EDITION_WITHDRAWN, edition, actor)
    return edition


@transaction.atomic
def throw_away(edition_id: str, actor: Actor) -> None:
    """Delete a draft. It can be built again as long as the secret of its period exists. Raises :class:`EditionRefused`."""
    edition = _locked(edition_id, actor)
    if edition.status != Edition.Status.DRAFT:
        raise EditionRefused(_("Only a draft can be thrown away."))
    if _was_read_ahead(edition):
        raise EditionRefused(
            _(
                "The ministry's systems read this edition under its embargo. It can only be released as it is: another rounding of the same reports would say more."
            )
        )
    _tell(MonitorEvent.EDITION_THROWN_AWAY, edition, actor)
    edition.delete()


def check_publisher(actor: Actor) -> None:
    """Raises :class:`MayNot` for somebody who may not publish figures."""
    if not may(actor, "figures.publish"):
        raise MayNot(_("Only who publishes figures may do this."))


def _locked(edition_id: str, actor: Actor) -> Edition:
    check_publisher(actor)
    # All editions are locked, because the ones that are out decide whether another one may follow.
    edition = {locked.id: locked for locked in Edition.objects.select_for_update()}.get(edition_id)
    if edition is None:
        raise EditionRefused(_("There is no edition of %(period)s any more.") % {"period": edition_id})
    return edition


def _was_read_ahead(edition: Edition) -> bool:
    acts = ledger.entries(PUBLISHER)
    return any(act.action == "edition.read_ahead" and act.detail.get("edition") == edition.id for act in acts)


def _forget_secrets(edition_id: str) -> None:
    """Destroy the secrets of periods that cannot be built any more: releasing a year ends its own quarters and every
    earlier year, whether those were released or not."""
    if is_quarter(edition_id):
        return
    year = year_of(edition_id)
    for period in periods_with_secret():
        if year_of(period) < year or (is_quarter(period) and year_of(period) == year):
            destroy_period_key(period)


def _tell(event: MonitorEvent, edition: Edition, actor: Actor) -> None:
    ledger.record(PUBLISHER, event, actor=actor.person.id, edition=edition.id)
