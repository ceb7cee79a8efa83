"""What waits for somebody, as tests of the queue look at it."""

from datetime import timedelta

from django.utils import timezone

from cases.models import Case, Deadline
from cases.waiting.queue import waiting_for
from organisations.access.policy import Actor

NEW = "Een nieuwe zaak: niemand heeft die nog gelezen"
TURN = "U bent aan zet"


def calm(case: Case) -> Case:
    """None of its deadlines is near."""
    Deadline.objects.filter(case=case).update(due=timezone.now() + timedelta(days=40))
    return case


def whole_queue(actor: Actor) -> list[tuple[str, str]]:
    """(words, number of the case) of everything that waits."""
    return [(str(one.words), one.number) for one in waiting_for(actor)]


def queue(actor: Actor) -> list[tuple[str, str]]:
    """What waits, without what waits in every case of these tests: that it is new, or the next step."""
    return [one for one in whole_queue(actor) if one[0] not in {NEW, TURN}]
