"""The link by which a fixed contact outside, who has no account, answers an alarm: signed, for some hours, and once."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from reporting.models import AlarmCall
from vault.keys import keyed_digest

LINK_LASTS = timedelta(hours=12)
PURPOSE = "alarm-link"


def link_of(called: AlarmCall) -> str:
    """The whole address. It names a row of one call and the end of the link, and nothing of the report."""
    until = int((timezone.now() + LINK_LASTS).timestamp())
    return f"{settings.SITE_ADDRESS}/alarm/{called.id}/{until}/{_signature(called.id, until)}/"


def call_of_link(which: UUID, until: int, signature: str) -> AlarmCall | None:
    """The call of a link; None where this installation did not sign it, it is too old, or the call is gone."""
    if not constant_time_compare(signature, _signature(which, until)) or until < timezone.now().timestamp():
        return None
    rows = AlarmCall.objects.select_related("alarm__report__organisation", "alarm__complaint", "shift")
    return rows.filter(id=which, person=None).first()


def _signature(which: UUID, until: int) -> str:
    return keyed_digest(PURPOSE, which, str(until)).hex()
