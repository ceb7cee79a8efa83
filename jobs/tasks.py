from celery import shared_task

from jobs import runner


@shared_task(name="jobs.run_due")
def run_due() -> None:
    """The doorbell, and the sweeper by Celery's beat."""
    runner.sweep()
