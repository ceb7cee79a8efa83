"""Files that are made in a case and sealed with it."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from cases.desk.refusals import Refused
from vault import files
from vault.compartments import ContentKey


def seal(key: ContentKey, pieces: Iterable[bytes]) -> UUID:
    """Keep a file for who holds the key. Raises Refused."""
    try:
        loose = files.store(pieces)
    except files.NoRoom:
        raise Refused(_("There is no room for files now. Try later, and tell who runs this server.")) from None
    if not files.claim(key, loose):
        raise Refused(_("The file could not be kept. Try again."))
    return loose.id
