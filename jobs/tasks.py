"""Celery's door: the one task, and the jobs this app runs for itself."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.running import RunningJob, durable, run

__all__ = ["run"]

KEPT_DAYS = 14


@durable("jobs.clean")
def clean(job: RunningJob) -> None:
    """Forget jobs that were done two weeks ago. What was given up stays until somebody decides."""
    Job.objects.finished_before(timezone.now() - timedelta(days=KEPT_DAYS)).delete()
