from celery import shared_task

from jobs import runner


@shared_task(name="jobs.run_due")
def run_due(queue: str = "") -> None:
    """The doorbell of one queue; without one, of all (rung by a program of before 0.10.0)."""
    runner.sweep(queue)
