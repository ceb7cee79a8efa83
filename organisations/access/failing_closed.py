"""What happens where recusal itself breaks: nobody gets anything."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

logger = logging.getLogger(__name__)


class CannotWeigh(Exception):
    """Recusal broke, so nobody may get what has just arrived, or what they asked for. Nothing was kept."""


@contextmanager
def failing_closed() -> Iterator[None]:
    """Whatever breaks in here is :class:`CannotWeigh`, and the caller's transaction keeps nothing then. That the database does not
    answer stays what it is: everything else meets it too, and the same asked again finds it back."""
    try:
        yield
    except (CannotWeigh, OperationalError):
        raise
    except Exception as error:
        logger.error("recusal failed: %s", type(error).__name__)
        raise CannotWeigh from error
