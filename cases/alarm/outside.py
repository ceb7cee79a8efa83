"""The link by which a fixed contact outside, who has no account, answers an alarm: signed, for some hours, and once."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from reporting.models import AlarmCall
from vault.keyring.keys import keyed_digest

LINK_LASTS = timedelta(hours=12)
AGAIN_FOR = timedelta(minutes=15)  # the same page once more: a button pressed twice, an answer that got lost
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


def page_of(called: AlarmCall) -> str:
    """What the page with the button carries. Once the number was opened, no page carries it any more."""
    return _signer(called).sign("call")


def is_same_page(called: AlarmCall, page: str) -> bool:
    """Whether a page was made a short while ago for this call: so before the number was opened."""
    try:
        return _signer(called).unsign(page, max_age=AGAIN_FOR) == "call"
    except BadSignature:
        return False


def _signer(called: AlarmCall) -> TimestampSigner:
    return TimestampSigner(salt=f"{PURPOSE}:{called.id}")


def _signature(which: UUID, until: int) -> str:
    return keyed_digest(PURPOSE, which, str(until)).hex()
