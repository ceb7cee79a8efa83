"""The list by which a platform is asked to take messages away: where each stands, and not what it says."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from organisations.desk.saving import harmless
from reporting.evidence.custody import Described


def can_be_removed(evidence: Iterable[Described]) -> list[Described]:
    """The messages of which a platform can find the place; those with an address or telephone number first."""
    linked = [piece for piece in evidence if piece.is_message and piece.link]
    return sorted(linked, key=lambda piece: (not piece.names_address, piece.row.number))


def removal_list(evidence: Iterable[Described]) -> bytes:
    """The list as CSV. The words stay here: they may hold the address that has to go, and who it is about."""
    kept = io.StringIO(newline="")
    rows = csv.writer(kept, lineterminator="\r\n")
    rows.writerow([_("number"), _("link"), _("when"), _("sender"), _("why"), "sha256"])
    for piece in can_be_removed(evidence):
        why = (
            _("spreads an address or telephone number")
            if piece.names_address
            else _("is evidence of what was reported")
        )
        row = [str(piece.row.number), piece.link, ", ".join(piece.at), piece.sender, why, piece.sha256]
        rows.writerow([harmless(cell) for cell in row])
    return kept.getvalue().encode("utf-8-sig")
