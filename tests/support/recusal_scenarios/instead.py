"""What stands in the place of a call of recusal that is left out."""

from collections.abc import Callable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils import timezone

from jobs.models import Job
from organisations.access.bars import Barred
from organisations.access.names import Likeness
from organisations.access.recusal import Circle, KeptOut, Near, keep_out, near
from organisations.access.routing import reachable, watching
from organisations.models import Recusal, Suspension
from reporting.models import Report


def nothing(*_given, **_named) -> KeptOut:
    return KeptOut()


def no_rows(*_given, **_named) -> set:
    return set()


def no_list(*_given, **_named) -> list:
    return []


def nobody(*_given, **_named) -> Barred:
    return Barred()


def false(*_given, **_named) -> bool:
    return False


def true(*_given, **_named) -> bool:
    return True


def no_bars(*_given, **_named) -> tuple:
    return Recusal.objects.none(), Suspension.objects.none()


def no_jobs(*_given, **_named) -> QuerySet:
    return Job.objects.none()


def no_subjects(*_given, **_named) -> tuple:
    return ()


def unlike(*_given, **_named) -> Likeness:
    return Likeness.DIFFERENT


def only_of_the_table(report: Report, said: Circle, _people: object = ()) -> Near:
    """Without who has a part in the case."""
    places = reachable(report.organisation, said, report.kind)
    return near(report.organisation, places, watching(), timezone.localdate())


def without(**left_out) -> Callable:
    """keep_out, blind for a part of what it is given."""
    return lambda circle, people: keep_out(replace(circle, **left_out), people)
