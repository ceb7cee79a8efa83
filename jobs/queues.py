"""In which queue each kind of work waits, and what it needs from outside: the one place that says so. Celery and
`manage.py work` both go by it.

A queue has workers of its own, so that a mail server that hangs holds up no case, and an edition that takes an hour no
mail. Whatever is named nowhere here waits in `cases`.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Queue:
    """`longest`: how long one piece of its work may take; a worker that takes longer counts as stuck. `at_once`: how much
    of it is done at the same moment, by all workers together."""

    name: str
    longest: timedelta
    at_once: int
    kinds: frozenset[str] = frozenset()


MAIL = Queue(
    "mail",
    timedelta(minutes=2),
    2,
    frozenset(
        {
            "mail.ping", "reporting.ping", "cases.ping_waiting", "cases.alarm_call", "cases.alarm_webhook",
            "cases.tell_broken", "jobs.tell_operator", "jobs.post_operator",
        }
    ),
)  # fmt: skip
CASES = Queue("cases", timedelta(minutes=10), 8)
HEAVY = Queue(
    "heavy",
    timedelta(hours=2),
    1,
    frozenset(
        {
            "monitor.build_edition", "cases.check_invariants", "cases.bundles_daily", "cases.signals_daily",
            "cases.reception_daily", "cases.waiting_daily", "cases.waiting", "reporting.drop_unsent",
        }
    ),
)  # fmt: skip
QUEUES = {queue.name: queue for queue in (CASES, MAIL, HEAVY)}

# Done outside a transaction: what only reads, and then waits for somebody else. A transaction would hold SQLite's only writer.
READING = MAIL.kinds | {"cases.check_invariants"}

# What each service is asked by. When one does not answer, all of it waits, and one piece at a time tries again.
_WEBHOOKS = {"cases.alarm_webhook": "alarm_webhook", "jobs.post_operator": "operator_webhook"}
NEEDS = {kind: _WEBHOOKS.get(kind, "mail") for kind in MAIL.kinds}
SERVICES = frozenset(NEEDS.values())


class Away(OSError):
    """A service does not answer at all, so that nobody else who needs it must try now. `service`: one of SERVICES."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


def queue_of(kind: str) -> Queue:
    """The queue in which this kind of work waits."""
    return next((queue for queue in (MAIL, HEAVY) if kind in queue.kinds), CASES)
