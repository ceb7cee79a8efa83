"""How an act in a case is refused."""

from django.http import Http404

MIN_REASON = 10


class NotAllowed(Http404):
    """The actor may not decide in this case; tell them nothing about it. For who asks it there is no such page."""
