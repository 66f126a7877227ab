"""A real worker on the real Redis."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from django.utils import timezone

from jobs.models import Job
from jobs.promising import promise
from jobs.relaying import relay
from tests.jobs.threads import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker(app: Celery) -> Iterator[None]:
    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="ERROR"):
        yield


def wait_until_done(job: Job) -> None:
    deadline = time.monotonic() + PATIENCE
    while not Job.objects.filter(pk=job.pk, state=Job.State.DONE).exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_promise_is_relayed_and_kept(app, worker, task):
    seen = []
    job = promise(task(lambda job, number: seen.append(number)), args={"number": 3})

    relay(app)

    wait_until_done(job)
    assert seen == [3]


def test_a_pickled_message_is_refused_and_the_worker_goes_on(app, worker, task):
    seen = []
    name = task(lambda job: seen.append(job.pk))
    pickled, sent = promise(name), promise(name)
    Job.objects.filter(pk=pickled.pk).update(sent_at=timezone.now() + timedelta(hours=1))

    app.send_task("jobs.run", args=[str(pickled.pk)], serializer="pickle")
    relay(app)

    wait_until_done(sent)
    assert seen == [sent.pk]


def test_the_same_message_twice_has_one_effect(app, worker, task):
    seen = []
    name = task(lambda job: seen.append(job.pk))
    job, last = promise(name), promise(name)

    for _ in range(3):
        app.send_task("jobs.run", args=[str(job.pk)])
    app.send_task("jobs.run", args=[str(last.pk)])

    wait_until_done(last)
    assert seen == [job.pk, last.pk]
