"""Promising a job. Never talks to the broker: a hung broker must not hang a page."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jobs.models import Job

CHANNEL = "daya_jobs"


@transaction.atomic
def promise(
    task: str,
    *,
    key: str = "",
    args: dict[str, Any] | None = None,
    run_after: datetime | None = None,
) -> Job:
    """Promise to run ``task`` with ``args`` (JSON) once this transaction commits.

    With a ``key``, a job of that key that still waits, also one that failed, is returned instead of
    another; one that was given up is forgotten, since this promise does its work with all attempts.
    Delayed work says so by ``run_after``; of two promises of a key the earlier counts, but a job
    that failed keeps its pause.
    """
    job = Job(task=task, key=key, args=args or {}, run_after=run_after or timezone.now())
    if key:
        Job.objects.dead().filter(key=key).delete()
        Job.objects.bulk_create([job], ignore_conflicts=True)
        # Locked, so that no worker starts it before what this transaction wrote can be read.
        waiting = Job.objects.waiting().select_for_update().filter(key=key)
        wanted = job.run_after
        job = waiting.first() or promise(task, key=key, args=args, run_after=run_after)
        if job.state == Job.State.QUEUED and job.run_after > wanted:
            job.run_after = wanted
            job.save(update_fields=["run_after"])
    else:
        job.save()
    wake()
    return job


@transaction.atomic
def promise_all(task: str, jobs: dict[str, dict[str, Any]]) -> None:
    """Promise ``task`` for many new keys at once, each with its arguments.

    One that waits already is left as it is and may start before this commits: for keys that others
    may have promised before, use ``promise``.
    """
    Job.objects.dead().filter(key__in=jobs).delete()
    Job.objects.bulk_create(
        [
            Job(task=task, key=key, args=args, run_after=timezone.now())
            for key, args in jobs.items()
        ],
        ignore_conflicts=True,
    )
    wake()


def wake() -> None:
    """Tell the relay; heard when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
