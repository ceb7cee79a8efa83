"""How an act in a case is refused."""

from django.http import Http404
from django.utils.translation import gettext as _

from organisations.desk.forms import MIN_REASON
from organisations.desk.refusals import Refused

__all__ = ["NotAllowed", "Refused", "reason_of"]


class NotAllowed(Http404):
    """The actor may not do this in this case; for them there is no such page. It tells nothing about the case."""


def reason_of(reason: str, field: str = "reason") -> str:
    """The reason without blanks around it. Raises Refused, at this field, where it is too short."""
    if len(reason.strip()) < MIN_REASON:
        raise Refused(_("Give a reason of at least %(count)d characters.") % {"count": MIN_REASON}, field)
    return reason.strip()
