"""Two beats, three relays and four workers at once: every promise is kept once."""

import json
import time
from collections.abc import Callable
from functools import partial
from threading import Event

import pytest
from celery import Celery
from django.utils import timezone
from kombu.simple import SimpleQueue

from jobs.models import Job
from jobs.promising import promise
from jobs.relaying import relay
from jobs.running import RunningJob, run_now
from jobs.scheduling import tick
from tests.jobs.threads import PATIENCE, together


def until(over: Event, act: Callable[[], object]) -> None:
    while not over.is_set():
        act()


def work(app: Celery, over: Event) -> None:
    """What a worker does with its messages."""
    with app.connection_for_read() as connection:
        queue = SimpleQueue(connection, app.conf.task_default_queue)
        while not over.is_set():
            try:
                message = queue.get(timeout=0.1)
            except queue.Empty:
                continue
            args, _kwargs, _embedded = json.loads(message.body)
            run_now(int(args[0]))
            message.ack()
        queue.close()


def watch(over: Event) -> None:
    deadline = time.monotonic() + PATIENCE
    while Job.objects.exclude(state=Job.State.DONE).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    over.set()


@pytest.mark.django_db(transaction=True)
def test_every_promise_is_kept_once(app, task, settings):
    effects: list[int] = []

    def take_effect(job: RunningJob) -> None:
        effects.append(job.pk)

    name = task(take_effect)
    promised = [promise(name, key=f"effect:{number}").pk for number in range(40)]
    over = Event()

    together(
        *[partial(until, over, lambda: tick(timezone.now()))] * 2,
        *[partial(until, over, partial(relay, app))] * 3,
        *[partial(work, app, over)] * 4,
        partial(watch, over),
    )

    assert sorted(effects) == promised
    scheduled = Job.objects.exclude(pk__in=promised)
    assert scheduled.values("task").distinct().count() == scheduled.count()
    assert not Job.objects.exclude(state=Job.State.DONE).exists()
