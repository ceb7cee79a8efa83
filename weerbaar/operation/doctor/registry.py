"""A check is data: a name, a function that looks, and whether it may be asked often. The list of them is `checks.CHECKS`."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from django.db import Error as DatabaseTrouble
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


class Level(IntEnum):
    """How bad it is."""

    FINE = 0
    MEND = 1  # to be mended: reports are kept meanwhile
    STOPS = 2  # no report can be kept, or none can be read later


@dataclass(frozen=True)
class Finding:
    """What one check found: a sentence that names nobody and, unless all is well, what to do."""

    says: str
    level: Level = Level.FINE
    do: str = ""


@dataclass(frozen=True)
class Given:
    """What the operator asked beside. `mail`: an address to which one mail is sent. `is_deep`: also what takes long."""

    mail: str = ""
    is_deep: bool = False


Look = Callable[[Given], Finding]


@dataclass(frozen=True)
class Check:
    """`is_quick`: asks no other service and little of the database, so that metrics may ask it twice a minute. `at_database`: says
    nothing where the database does not answer."""

    name: str
    look: Look
    is_quick: bool = False
    at_database: bool = False


def fine(says: str) -> Finding:
    """All is well."""
    return Finding(says)


def mend(says: str, do: str) -> Finding:
    """Something must be mended."""
    return Finding(says, Level.MEND, do)


def stops(says: str, do: str) -> Finding:
    """Something keeps reports from being kept, or from being read later."""
    return Finding(says, Level.STOPS, do)


def findings(checks: Iterable[Check], given: Given) -> Iterator[tuple[Check, Finding]]:
    """What each check finds, in their order. A check that breaks is a finding too. After the database did not answer, what
    needs it is not asked: it would only wait."""
    is_away = False
    for check in checks:
        if is_away and check.at_database:
            yield check, mend(_("This was not looked at: the database does not answer."), _("Mend the database first."))
            continue
        try:
            yield check, check.look(given)
        except Exception as error:
            is_away = is_away or isinstance(error, DatabaseTrouble)
            logger.warning("the check %s broke: %s", check.name, type(error).__name__)
            says = _("This check itself broke (%(error)s).") % {"error": type(error).__name__}
            do = _("See whether what stands above explains it. If not, tell whoever makes Weerbaar.")
            yield check, mend(says, do)
