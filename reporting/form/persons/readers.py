"""Who would read a report, as far as a reporter may see it: by what was chosen, never by what was typed.

Whoever types names into the public form must not learn from it who works here.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import OperationalError, transaction

from organisations.access.recusal import Circle
from organisations.access.routing import NobodyLeft, route, rules
from organisations.models import Organisation
from organisations.people.appointments import Rosters
from reporting.form.persons.circle import circle_of
from reporting.questions.meanings import Meaning
from reporting.questions.questions import ids_meaning

logger = logging.getLogger(__name__)
CONFIDENTIAL = "confidential"  # the way of reporting in which an adviser reads too


def functions_asked(organisation: Organisation, kind: str, circle: Circle, day: date, rosters: Rosters) -> list[str]:
    """The functions that the question about readers names: everybody who would read or follow it, were no name typed and
    whichever way of reporting is chosen, and the chair, who counts cases."""
    chosen = replace(circle.chosen_only, answer="")
    try:
        with transaction.atomic():  # what breaks in here breaks nothing around it
            found = route(organisation, kind, chosen, CONFIDENTIAL, day, rosters, needs_adviser=False)
    except NobodyLeft:
        return []
    except OperationalError:  # a database that is away comes back, and the same page can be sent again
        raise
    except Exception as error:  # whatever is wrong with the routing, the question is asked and the report is kept
        logger.error("routing failed: %s", type(error).__name__)
        return []
    chair = rules().chair.get(organisation.kind)
    return list(dict.fromkeys([*found.functions, *([chair] if chair else [])]))


def typed_circle(typed: Mapping[str, Sequence[str]]) -> Circle:
    """What was chosen on earlier pages ({question id: values}), as far as it is right: it may not be judged yet."""
    chosen: dict[str, object] = {}
    for question in ids_meaning(Meaning.SUBJECT):
        if (value := next(iter(typed.get(question, ())), "")) and _is_subject(value):
            chosen[question] = value
    for question in ids_meaning(Meaning.EXCLUDED):
        chosen[question] = [value for value in typed.get(question, ()) if _is_uuid(value)]
    for question in ids_meaning(Meaning.REPORTER_FUNCTION):
        chosen[question] = next(iter(typed.get(question, ())), "")
    return circle_of(chosen, None)


def names_typed(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The names that were typed on earlier pages."""
    ids = (*ids_meaning(Meaning.SUBJECT_NAME), *ids_meaning(Meaning.PERPETRATOR_NAME))
    return [value.strip() for question in ids for value in typed.get(question, ()) if value.strip()]


def _is_subject(value: str) -> bool:
    function, _colon, person = value.partition(":")
    return bool(function) and (not person or _is_uuid(person))


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
