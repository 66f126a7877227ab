"""Failures: recorded, tried again after a pause, given up after five."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job
from jobs.promising import promise
from jobs.relaying import sweep
from jobs.running import Durable, RunningJob, run_now, take


def poison(job: RunningJob) -> None:
    raise ArithmeticError


def due_now(job: Job) -> None:
    """Time passes until the job may run again."""
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())


def test_a_failure_waits_and_says_why(db, task):
    job = promise(task(poison))

    assert not run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, 1)
    assert job.run_after > timezone.now()
    assert job.error.startswith("ArithmeticError")
    assert "test_failing.poison" in job.error


def test_each_pause_is_twice_the_last():
    task = Durable(name="tests.poison", handler=poison, pause=timedelta(seconds=2))

    assert [task.pause_after(attempt).seconds for attempt in (1, 2, 3, 4)] == [2, 4, 8, 16]


def test_a_failed_job_that_succeeds_at_last_is_done_without_an_error(db, task):
    def sometimes(job: RunningJob) -> None:
        if job.attempt < 3:
            raise ArithmeticError

    job = promise(task(sometimes))

    for _ in range(3):
        due_now(job)
        run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.DONE, 3, "")


def test_after_five_failures_a_job_is_dead_and_says_why(db, task):
    job = promise(task(poison))

    for _ in range(7):
        due_now(job)
        run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DEAD, MAX_ATTEMPTS)
    assert job.error.startswith("ArithmeticError")


def test_a_job_whose_workers_all_died_is_dead_after_five(db, task):
    job = promise(task(poison))
    for _ in range(MAX_ATTEMPTS):
        assert take(job.pk, timezone.now())
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert take(job.pk, timezone.now()) is None
    assert sweep() == 1

    job.refresh_from_db()
    assert job.state == Job.State.DEAD
    assert job.error == "The worker ended during every attempt."


def test_the_sweep_leaves_a_last_attempt_that_is_still_running(db, task):
    job = promise(task(poison))
    Job.objects.update(attempts=MAX_ATTEMPTS - 1)
    take(job.pk, timezone.now())

    assert sweep() == 0
    assert Job.objects.get().state == Job.State.RUNNING


def test_arguments_that_do_not_fit_are_a_failure(db, task):
    job = promise(task(poison), args={"unexpected": 1})

    run_now(job.pk)

    job.refresh_from_db()
    assert job.error.startswith("TypeError")


def test_a_worker_told_to_stop_stops_and_the_job_is_tried_again(db, task):
    def interrupted(job: RunningJob) -> None:
        raise KeyboardInterrupt

    job = promise(task(interrupted))

    with pytest.raises(KeyboardInterrupt):
        run_now(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_a_poison_job_does_not_keep_others_from_running(db, task):
    poisoned = promise(task(poison))
    others = [promise(task(lambda job: None)) for _ in range(3)]

    for _ in range(MAX_ATTEMPTS):
        due_now(poisoned)
        for job in [poisoned, *others]:
            run_now(job.pk)

    assert list(Job.objects.order_by("pk").values_list("state", flat=True)) == [
        "dead", "done", "done", "done",
    ]  # fmt: skip
