"""Leases: of several workers with the same job one runs it."""

import time
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.models import Job, SlotRun
from jobs.promising import promise
from jobs.running import HEARTBEAT_SECONDS, RunningJob, run_now, take
from tests.jobs.threads import PATIENCE, together


def test_a_job_is_run_with_its_arguments_and_is_done(db, task):
    seen = []
    job = promise(task(lambda job, up_to: seen.append(up_to)), args={"up_to": 3})

    assert run_now(job.pk)

    assert seen == [3]
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease) == (Job.State.DONE, 1, None)


def test_a_job_that_is_done_is_not_run_again(db, task):
    seen = []
    job = promise(task(lambda job: seen.append(1)))
    run_now(job.pk)

    assert not run_now(job.pk)
    assert seen == [1]


def test_a_job_that_is_not_there_is_not_run(db):
    assert not run_now(1)


def test_a_job_is_not_run_before_its_time(db, task):
    job = promise(task(lambda job: None), run_after=timezone.now() + timedelta(hours=1))

    assert not run_now(job.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_with_one_job_one_runs_it(task):
    seen = []
    job = promise(task(lambda job: seen.append(1)))

    ran = together(*[partial(run_now, job.pk)] * 2)

    assert sorted(ran) == [False, True]
    assert seen == [1]


def test_a_job_of_a_transaction_that_nobody_sees_yet_is_run_however_long_it_takes(db, task):
    def take_time(job: RunningJob) -> None:
        time.sleep(1.5 * HEARTBEAT_SECONDS)
        job.progress(1, 1)

    job = promise(task(take_time))

    assert run_now(job.pk)


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(db, task):
    job = promise(task(lambda job: None, lease_seconds=20))
    now = timezone.now()
    take(job.pk, now)

    assert take(job.pk, now + timedelta(seconds=19)) is None
    assert take(job.pk, now + timedelta(seconds=21)).attempt == 2


@pytest.mark.django_db(transaction=True)
def test_a_busy_handler_keeps_its_lease_and_shows_its_progress_from_within_a_transaction(task):
    busy = Event()

    def count(job: RunningJob) -> None:
        with transaction.atomic():
            SlotRun.objects.create(name="inside", at=timezone.now())
            job.progress(3, 10)
            busy.set()
            assert watched.wait(PATIENCE)

    def watch() -> Job:
        assert busy.wait(PATIENCE)
        begun = Job.objects.get()
        deadline = time.monotonic() + PATIENCE
        while (seen := Job.objects.get()).lease_until == begun.lease_until:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert not SlotRun.objects.exists()
        watched.set()
        return seen

    watched = Event()
    job = promise(task(count))

    _, seen = together(partial(run_now, job.pk), watch)

    assert (seen.state, seen.percent) == (Job.State.RUNNING, 30)
