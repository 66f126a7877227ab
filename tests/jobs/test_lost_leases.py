"""Lost leases: only the attempt that holds the lease says how a job ended."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job, SlotRun
from jobs.promising import promise
from jobs.running import LeaseLost, RunningJob, run_now, take


def test_a_worker_that_lost_its_lease_does_not_say_how_the_job_ended(db, task):
    other = uuid.uuid4()

    def count(job: RunningJob) -> None:
        SlotRun.objects.create(name="written", at=timezone.now())
        Job.objects.update(lease=other, attempts=2)

    job = promise(task(count))

    assert not run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.lease, job.attempts) == (Job.State.RUNNING, other, 2)
    assert SlotRun.objects.exists()


def test_a_worker_that_lost_its_lease_does_not_say_that_the_job_failed(db, task):
    def count(job: RunningJob) -> None:
        Job.objects.update(lease=uuid.uuid4(), attempts=2)
        raise ValueError

    job = promise(task(count))

    assert not run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.RUNNING, "")


def test_an_earlier_attempt_of_the_same_worker_does_not_end_a_later_one(db, task):
    job = promise(task(lambda job: None))
    earlier = take(job.pk, timezone.now())
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    later = take(job.pk, timezone.now())

    with pytest.raises(LeaseLost):
        earlier.finish()

    later.finish()
    assert Job.objects.get().state == Job.State.DONE


def test_a_handler_that_goes_on_after_its_lease_was_lost_is_stopped(db, task):
    job = promise(task(lambda job: None))
    running = take(job.pk, timezone.now())
    running.lost = True

    with pytest.raises(LeaseLost):
        running.progress(1)
