"""Of one key one job runs and one waits or is given up, whatever is promised and what fails."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job
from jobs.promising import promise
from jobs.relaying import relay, sweep
from jobs.running import RunningJob, run_now, take
from tests.jobs.threads import PATIENCE, aside, together


def poison(job: RunningJob) -> None:
    raise ArithmeticError


def states() -> list[tuple[int, str, int]]:
    return list(Job.objects.order_by("pk").values_list("pk", "state", "attempts"))


def lease_runs_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_job_waits_while_another_of_its_key_runs(db, app, task):
    name = task(lambda job: None)
    first = take(promise(name, key="count:1").pk, timezone.now())
    second = promise(name, key="count:1")

    assert not run_now(second.pk)
    assert relay(app) == 0

    first.finish()
    assert relay(app) == 1
    assert run_now(second.pk)


def test_jobs_without_a_key_do_not_wait_for_each_other(db, task):
    name = task(lambda job: None)
    take(promise(name).pk, timezone.now())

    assert run_now(promise(name).pk)


def test_a_job_whose_lease_ran_out_goes_before_the_next_of_its_key(db, app, task):
    name = task(lambda job: None)
    first = promise(name, key="count:1")
    take(first.pk, timezone.now())
    second = promise(name, key="count:1")
    lease_runs_out(first)

    assert relay(app) == 1
    assert not run_now(second.pk)
    assert run_now(first.pk)
    assert run_now(second.pk)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_jobs_of_one_key_at_once(task):
    name = task(lambda job: None)
    for _ in range(20):
        first = promise(name, key="count:1")
        take(first.pk, timezone.now())
        second = promise(name, key="count:1")
        lease_runs_out(first)

        taken = together(*[partial(take, job.pk, timezone.now()) for job in (first, second)])

        assert [running.pk for running in taken if running] == [first.pk]
        Job.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_job_is_not_taken_at_the_moment_in_which_another_of_its_key_is(task):
    name = task(lambda job: None)
    other = promise(name, key="count:2")
    take(other.pk, timezone.now())
    job = promise(name, key="count:1")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Job.objects.filter(pk=other.pk).update(key="count:1")
            taking = aside(pool, partial(take, job.pk, timezone.now()))
            until_blocked(taking)
        assert taking.result(PATIENCE) is None


def until_blocked(call: Future) -> None:
    """Until another connection waits for what this one has written."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while not call.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_promise_joins_a_job_of_its_key_that_failed_and_will_be_tried_again(db, task):
    failed = promise(task(poison), key="count:1")
    run_now(failed.pk)

    assert promise(failed.task, key="count:1") == failed
    assert states() == [(failed.pk, Job.State.FAILED, 1)]


def test_a_promise_takes_the_place_of_a_dead_job_of_its_key(db):
    dead = Job.objects.create(
        task="tests.count", key="count:1", state=Job.State.DEAD, finished_at=timezone.now()
    )

    fresh = promise("tests.count", key="count:1")

    assert fresh != dead
    assert states() == [(fresh.pk, Job.State.QUEUED, 0)]


def test_a_job_that_fails_takes_along_what_was_promised_meanwhile(db, task):
    def promised_again(job: RunningJob) -> None:
        promise("tests.promised_again", key="count:1")
        raise ArithmeticError

    job = promise(task(promised_again), key="count:1")

    run_now(job.pk)

    assert states() == [(job.pk, Job.State.FAILED, 1)]


def test_a_job_that_fails_for_the_last_time_leaves_the_work_to_what_was_promised_meanwhile(
    db, task
):
    def promised_again(job: RunningJob) -> None:
        fresh.append(promise("tests.promised_again", key="count:1").pk)
        raise ArithmeticError

    fresh: list[int] = []
    job = promise(task(promised_again), key="count:1")
    Job.objects.update(attempts=MAX_ATTEMPTS - 1)

    run_now(job.pk)

    assert states() == [(fresh[0], Job.State.QUEUED, 0)]


def test_a_job_whose_workers_all_died_leaves_the_work_to_what_was_promised_meanwhile(db, task):
    job = promise(task(poison), key="count:1")
    Job.objects.update(attempts=MAX_ATTEMPTS - 1)
    take(job.pk, timezone.now())
    fresh = promise(job.task, key="count:1")
    lease_runs_out(job)

    assert sweep() == 1

    assert states() == [(fresh.pk, Job.State.QUEUED, 0)]
