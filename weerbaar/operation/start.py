"""What must be right before a web server or a worker starts."""

import logging

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from vault.keyring.master import require_right_key
from weerbaar.backup import unfinished

logger = logging.getLogger(__name__)


def refuse_what_is_wrong() -> None:
    """Ends the process with a sentence where the master key is not that of the database, or half of a backup is in it. A database that does not answer is
    no reason: whoever opens something asks again, and a page can tell a reporter what to do meanwhile."""
    try:
        unfinished.require_none()
        require_right_key()
    except ImproperlyConfigured as error:
        raise SystemExit(f"weerbaar: {error}") from None
    except DatabaseError as error:
        logger.warning("the database does not answer at the start: %s", type(error).__name__)
