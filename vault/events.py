"""The events of the ledger that the vault records by itself. From 0.10.0 on stored values never change: chains hold them."""

from django.utils.translation import gettext_lazy as _

from vault.ledger import Event


class VaultEvent(Event):
    """What is recorded of no case and no organisation."""

    TOMBSTONE = "vault.tombstone", _("Tombstone of a case that was destroyed"), "ground", "of"
