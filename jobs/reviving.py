"""What a person decides about a job that was given up."""

from django.db import transaction
from django.utils import timezone

from jobs.models import Job
from jobs.promising import wake


@transaction.atomic
def run_again(job: Job) -> None:
    """Queue a dead job with all its attempts."""
    Job.objects.dead().filter(pk=job.pk).update(
        state=Job.State.QUEUED,
        attempts=0,
        error="",
        sent_at=None,
        finished_at=None,
        run_after=timezone.now(),
    )
    wake()


def forget(job: Job) -> None:
    """Remove a dead job: what it promised will not be done."""
    Job.objects.dead().filter(pk=job.pk).delete()
