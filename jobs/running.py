"""Running jobs under a lease.

A worker takes a job's lease by a conditional update, renews it between chunks and checks it in its
last write, so that of two workers with the same job one finishes and the other's work is undone.
"""

import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job

Handler = Callable[..., None]


HEARTBEAT_SECONDS = 1.0
LEASE_SECONDS = 20
"""How long a dead worker keeps others waiting; a living one renews its lease meanwhile."""


class LeaseLost(Exception):
    """Another worker has taken this job over; this one must stop and write nothing more."""


class UnknownTask(LookupError):
    """No handler of that name is registered in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable:
    name: str
    handler: Handler
    lease: timedelta


HANDLERS: dict[str, Durable] = {}


def durable(name: str, *, lease_seconds: int = LEASE_SECONDS) -> Callable[[Handler], Handler]:
    """Register a handler: ``handler(job: RunningJob, **args)``. It may run more than once."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = Durable(name=name, handler=handler, lease=timedelta(seconds=lease_seconds))
        return handler

    return register


@dataclass(slots=True, kw_only=True)
class RunningJob:
    """A job while its handler runs. ``lost`` is set when another worker has taken it."""

    pk: int
    lease: uuid.UUID
    duration: timedelta
    done: int = 0
    total: int = 0
    lost: bool = False

    def progress(self, done: int, total: int = 0) -> None:
        """Say how far it is, anywhere, also inside a transaction. Raises LeaseLost."""
        if self.lost:
            raise LeaseLost(self.pk)
        self.done, self.total = done, total

    def renew(self) -> None:
        """Extend the lease and store the progress."""
        self._write(
            progress_done=self.done,
            progress_total=self.total,
            lease_until=timezone.now() + self.duration,
        )

    def finish(self) -> None:
        self._write(state=Job.State.DONE, finished_at=timezone.now(), error="", **UNLEASED)

    def _write(self, **changes: Any) -> None:
        held = Job.objects.filter(pk=self.pk, lease=self.lease, state=Job.State.RUNNING)
        if held.update(**changes) != 1:
            raise LeaseLost(self.pk)


class Heartbeat(threading.Thread):
    """Renews a lease every second while its handler is busy, on a connection of its own, so that
    progress shows while a transaction is open. When the process dies, so does the lease."""

    def __init__(self, running: RunningJob) -> None:
        super().__init__(name=f"heartbeat of job {running.pk}", daemon=True)
        self.running = running
        self.over = threading.Event()

    def run(self) -> None:
        while not (self.over.wait(HEARTBEAT_SECONDS) or self.running.lost):
            try:
                self.running.renew()
            except LeaseLost:
                self.running.lost = True
            except Error:
                connection.close()
        connection.close()

    def __enter__(self) -> "Heartbeat":
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.over.set()
        self.join()


UNLEASED: dict[str, Any] = {"lease": None, "lease_until": None}


def take(pk: int, now: datetime) -> RunningJob | None:
    """Take the lease if the job may run now; None if it is done, not due or somebody has it."""
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        return None
    duration = (
        HANDLERS[job.task].lease if job.task in HANDLERS else timedelta(seconds=LEASE_SECONDS)
    )
    lease = uuid.uuid4()
    taken = Job.objects.due(now).filter(pk=pk, attempts__lt=MAX_ATTEMPTS)
    changed = taken.update(
        state=Job.State.RUNNING,
        lease=lease,
        lease_until=now + duration,
        attempts=F("attempts") + 1,
        started_at=now,
    )
    return RunningJob(pk=pk, lease=lease, duration=duration) if changed else None


def bury_worn_out(now: datetime) -> int:
    """Give up jobs whose last permitted attempt lost its lease; how many."""
    worn = Job.objects.due(now).filter(attempts__gte=MAX_ATTEMPTS)
    return worn.update(
        state=Job.State.DEAD,
        finished_at=now,
        error="The worker ended during every attempt.",
        **UNLEASED,
    )


def run_now(pk: int) -> bool:
    """Run a job in this process, under the same rules as a worker; whether it was run to its end.

    A failing handler is recorded, not raised.
    """
    running = take(pk, timezone.now())
    if running is None:
        return False
    job = Job.objects.get(pk=pk)
    try:
        with Heartbeat(running):
            _handler(job.task)(running, **job.args)
        running.finish()
    except LeaseLost:
        return False
    except (Exception, SoftTimeLimitExceeded) as error:
        _record_failure(running, job, error)
        return False
    return True


def _handler(task: str) -> Handler:
    if task not in HANDLERS:
        raise UnknownTask(task)
    return HANDLERS[task].handler


def _record_failure(running: RunningJob, job: Job, error: BaseException) -> None:
    """Wait longer after each failure; after the last one give up and say why."""
    last = job.attempts >= MAX_ATTEMPTS
    now = timezone.now()
    with transaction.atomic():
        Job.objects.filter(pk=running.pk, lease=running.lease).update(
            state=Job.State.DEAD if last else Job.State.FAILED,
            finished_at=now if last else None,
            run_after=now + timedelta(seconds=2**job.attempts),
            sent_at=None,
            error=describe(error),
            **UNLEASED,
        )


def describe(error: BaseException) -> str:
    """What happened and where in our code, without values of variables."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = [f"{frame.name}, line {frame.lineno} of {_short(frame.filename)}" for frame in frames]
    return "\n".join([f"{type(error).__name__}: {error}"[:500], *places])


def _short(path: str) -> str:
    return "/".join(path.split("/")[-2:])


@shared_task(name="jobs.run", acks_late=True)
def run(pk: str) -> None:
    """The one Celery task: a door to ``run_now``."""
    run_now(int(pk))
