"""Celery's door: the one task, and the jobs this app runs for itself."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.running import RunningJob, durable, run

__all__ = ["run"]

KEPT_DAYS = 14
SCHEDULED_KEPT_DAYS = 1
"""Its jobs come every half minute and tell little."""


@durable("jobs.clean")
def clean(job: RunningJob) -> None:
    """Forget jobs that were done two weeks ago, the schedule's after a day. What was given up stays
    until somebody decides."""
    now = timezone.now()
    Job.objects.finished_before(now - timedelta(days=KEPT_DAYS)).delete()
    scheduled = Job.objects.scheduled()
    scheduled.finished_before(now - timedelta(days=SCHEDULED_KEPT_DAYS)).delete()
