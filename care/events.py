"""The events of the ledger that care records. From 0.8.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class CareEvent(Event):
    """What is recorded of the overview of the duty of care."""

    SEEN = "care.seen", _("Duty of care viewed"), "year"
