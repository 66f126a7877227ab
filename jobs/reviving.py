"""What a person decides about jobs that were given up."""

from django.db import transaction
from django.utils import timezone

from jobs.models import Job, JobQuerySet
from jobs.promising import wake


def run_again(job: Job) -> None:
    """Queue a dead job with all its attempts."""
    run_all_again(Job.objects.filter(pk=job.pk))


@transaction.atomic
def run_all_again(jobs: JobQuerySet) -> int:
    """Queue those of the jobs that are dead with all their attempts; how many."""
    revived = jobs.dead().update(
        state=Job.State.QUEUED,
        attempts=0,
        error="",
        sent_at=None,
        finished_at=None,
        run_after=timezone.now(),
    )
    wake()
    return revived


def forget(job: Job) -> None:
    """Remove a dead job: what it promised will not be done."""
    Job.objects.dead().filter(pk=job.pk).delete()
