"""F15: while old and new code run side by side, a job waits for a worker that knows its task."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job
from jobs.promising import promise
from jobs.relaying import relay
from jobs.reviving import run_again
from jobs.running import STRANGE, STRANGE_FOR, run_now, take
from tests.jobs.brokers import messages, sent_ids

NEW = "tests.of_newer_code"
SENT_AGAIN = timedelta(seconds=11)


def time_passes(job: Job, span: timedelta) -> None:
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - span)


def test_a_worker_that_does_not_know_a_task_spends_no_attempt_and_says_so(db):
    job = promise(NEW)

    for _ in range(MAX_ATTEMPTS + 2):
        assert not run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, STRANGE)


def test_it_is_sent_again_until_a_worker_knows_it(db, app, task):
    seen = []
    job = promise("tests.<lambda>")
    relay(app)
    run_now(job.pk)
    messages(app)

    relay(app, now=timezone.now() + SENT_AGAIN)
    task(lambda job: seen.append(1))
    for pk in sent_ids(app):
        run_now(pk)

    job.refresh_from_db()
    assert seen == [1]
    assert (job.state, job.attempts, job.error) == (Job.State.DONE, 1, "")


def test_a_job_of_newer_code_whose_worker_died_keeps_its_attempts(db, task):
    job = promise(task(lambda job: None))
    take(job.pk, timezone.now())
    Job.objects.update(task=NEW, lease_until=timezone.now() - timedelta(seconds=1))

    run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 1)


@pytest.mark.parametrize(
    ("waited", "state"),
    [(STRANGE_FOR - timedelta(minutes=1), "queued"), (STRANGE_FOR + timedelta(minutes=1), "dead")],
)
def test_what_no_worker_has_known_for_a_day_is_given_up(db, waited, state):
    job = promise(NEW)
    run_now(job.pk)
    time_passes(job, waited)

    run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (state, STRANGE)


def test_the_day_begins_when_a_worker_first_says_so_not_when_the_job_was_promised(db):
    job = promise(NEW)
    time_passes(job, 2 * STRANGE_FOR)

    for _ in range(2):
        run_now(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.QUEUED, STRANGE)


def test_run_again_gives_it_another_day(db):
    job = promise(NEW)
    run_now(job.pk)
    time_passes(job, 2 * STRANGE_FOR)
    run_now(job.pk)

    run_again(job)
    run_now(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
