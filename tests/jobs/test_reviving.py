"""Dead jobs: a person has them run again, or forgets them."""

import pytest
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job
from jobs.promising import promise
from jobs.reviving import forget, run_again
from jobs.running import run_now


@pytest.fixture
def dead(db, task) -> Job:
    job = promise(task(lambda job: None), key="count:1")
    Job.objects.update(
        state=Job.State.DEAD,
        attempts=MAX_ATTEMPTS,
        finished_at=timezone.now(),
        sent_at=timezone.now(),
        error="ValueError",
    )
    job.refresh_from_db()
    return job


def test_a_dead_job_runs_again_with_all_its_attempts(dead):
    run_again(dead)

    assert run_now(dead.pk)
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.error) == (Job.State.DONE, 1, "")


def test_a_dead_job_can_be_forgotten(dead):
    forget(dead)

    assert not Job.objects.exists()


def test_a_job_that_is_not_dead_is_neither_run_again_nor_forgotten(dead):
    run_again(dead)
    run_now(dead.pk)

    run_again(dead)
    forget(dead)

    assert Job.objects.get().state == Job.State.DONE
