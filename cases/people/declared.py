"""What somebody loses who says to be related to somebody: every case that came before and that they guard without reading it.

Whomever they name: else they could find out about whom a case is by naming one colleague after another.
"""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from cases.desk.access import take_away
from cases.desk.keys import locked_or_waiting
from cases.models import Case, HandOver
from cases.people.handover import change_in_words, pass_on, record_hand_over, recovery_of
from organisations.models import HANDLING, Assignment, Person
from organisations.people.relations import declared_after
from reporting.dialogue.alarm import call_again
from reporting.models import Alarm, Report
from vault.compartments import Compartment, remove_reader
from vault.models import KeyGrant


def stop_guarding(person: Person) -> None:
    """Every part without a key in what came before the last declaration ends, and the next in the chain guards the case. The file
    says that the task was given to somebody else, and not why. Can be repeated."""
    for part in _parts_without_key(person):
        case: Case = locked_or_waiting(part.case)
        source = recovery_of(case)
        take_away(case, person)
        source = pass_on(case, part.relation, source, leaving=person.id) or source
        if case.is_opened:
            words = change_in_words(person.name, reason=_("The task was given to somebody else."))
            record_hand_over(case, HandOver.Why.HANDED_OVER, part.relation, words, None, source)
    _stop_calling(person)


def _stop_calling(person: Person) -> None:
    """What came before and they said to call about: the next on duty calls."""
    before = Exists(declared_after(person.id, OuterRef("report__received_on")))
    reads = Assignment.objects.running().filter(case=OuterRef("report__case"), relation__in=HANDLING, person=person)
    for alarm in Alarm.objects.filter(before, ~Exists(reads), answered_by=person).select_related("report"):
        remove_reader(alarm.report.case, person.id, Compartment.CALL)
        call_again(alarm)


def _parts_without_key(person: Person) -> list[Assignment]:
    keys = KeyGrant.objects.filter(
        case=OuterRef("case"), compartment=Compartment.CONTENT, reader__holder=OuterRef("person")
    )
    before = Report.objects.filter(Exists(declared_after(person.id, OuterRef("received_on"))), case=OuterRef("case"))
    return list(Assignment.objects.running().filter(~Exists(keys), Exists(before), person=person))
