"""The events of the ledger that monitor records. From 0.8.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class MonitorEvent(Event):
    """What is recorded of the editions of the figures, in the chain of the publisher."""

    EDITION_ASKED = "edition.asked", _("Edition asked"), "edition"
    EDITION_RELEASED = "edition.released", _("Edition released"), "edition"
    EDITION_TAKEN_BACK = "edition.taken_back", _("Release of an edition taken back"), "edition"
    EDITION_WITHDRAWN = "edition.withdrawn", _("Edition withdrawn"), "edition"
    EDITION_THROWN_AWAY = "edition.thrown_away", _("Draft of an edition thrown away"), "edition"
    EDITION_READ_AHEAD = (
        "edition.read_ahead",
        _("Edition read before its publication"),
        "client",
        "edition",
        "table",
        "part",
    )
