"""How an act in a case is refused."""

from django.http import Http404

from organisations.desk.forms import MIN_REASON
from organisations.desk.refusals import Refused

__all__ = ["MIN_REASON", "NotAllowed", "Refused"]


class NotAllowed(Http404):
    """The actor may not do this in this case; for them there is no such page. It tells nothing about the case."""
