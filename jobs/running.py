"""Running jobs under a lease.

A worker takes a job's lease by a conditional update, renews it while its handler is busy and checks
it in its last write, so that of two workers with the same job only one says how it ended.
"""

import logging
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from jobs.describing import describe
from jobs.models import MAX_ATTEMPTS, Job, JobQuerySet

logger = logging.getLogger(__name__)
Handler = Callable[..., None]

HEARTBEAT_SECONDS = 1.0
LEASE_SECONDS = 20
"""How long a dead worker keeps others waiting; a living one renews its lease meanwhile."""
PAUSE_SECONDS = 2
STRANGE_FOR = timedelta(days=1)
"""How long a job waits for a worker that knows its task. An update may take that long."""
STRANGE = "No worker that was asked knows this task. Workers of newer or of older code may."
WORN_OUT = "The worker ended during every attempt."
UNLEASED: dict[str, Any] = {"lease": None, "lease_until": None}


class LeaseLost(Exception):
    """Another worker has taken this job over; this one must stop and write nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Durable:
    """A handler and how it is run. ``pause`` is how long a first failure waits."""

    name: str
    handler: Handler
    lease: timedelta = timedelta(seconds=LEASE_SECONDS)
    pause: timedelta = timedelta(seconds=PAUSE_SECONDS)

    def pause_after(self, attempt: int) -> timedelta:
        """Twice as long after each failure."""
        return self.pause * 2 ** (attempt - 1)


HANDLERS: dict[str, Durable] = {}


def durable(
    name: str, *, lease_seconds: int = LEASE_SECONDS, pause_seconds: int = PAUSE_SECONDS
) -> Callable[[Handler], Handler]:
    """Register a handler: ``handler(job: RunningJob, **args)``. It may run more than once."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = Durable(
            name=name,
            handler=handler,
            lease=timedelta(seconds=lease_seconds),
            pause=timedelta(seconds=pause_seconds),
        )
        return handler

    return register


@dataclass(slots=True, kw_only=True)
class RunningJob:
    """A job while its handler runs. ``lost`` is set when another worker has taken it."""

    pk: int
    key: str
    task: Durable
    args: dict[str, Any]
    attempt: int
    lease: uuid.UUID
    done: int = 0
    total: int = 0
    lost: bool = False
    finished: bool = False

    def progress(self, done: int, total: int = 0) -> None:
        """Say how far it is, anywhere, also inside a transaction. Raises LeaseLost."""
        if self.lost:
            raise LeaseLost
        self.done, self.total = done, total

    def renew(self) -> None:
        """Extend the lease and store the progress. Raises LeaseLost."""
        self._write(
            progress_done=self.done,
            progress_total=self.total,
            lease_until=timezone.now() + self.task.lease,
        )

    def finish(self) -> None:
        """Raises LeaseLost."""
        self._write(
            state=Job.State.DONE,
            finished_at=timezone.now(),
            progress_done=self.done,
            progress_total=self.total,
            error="",
            **UNLEASED,
        )
        self.finished = True

    def fail(self, error: BaseException) -> None:
        """Wait longer after each failure; after the last one give up. Raises LeaseLost."""
        now = timezone.now()
        said = describe(error)
        logger.error("Job %s, %s, attempt %s: %s", self.pk, self.task.name, self.attempt, said)
        if self.attempt >= MAX_ATTEMPTS:
            if not give_up(self._held(), said, now):
                raise LeaseLost
            return
        try:
            self._pause(said, now)
        except IntegrityError:  # Its key was promised again meanwhile, which the next attempt does.
            with transaction.atomic():
                Job.objects.filter(key=self.key, state=Job.State.QUEUED).delete()
                self._pause(said, now)

    @transaction.atomic
    def _pause(self, said: str, now: datetime) -> None:
        self._write(
            state=Job.State.FAILED,
            run_after=now + self.task.pause_after(self.attempt),
            sent_at=None,
            error=said,
            **UNLEASED,
        )

    def _write(self, **changes: Any) -> None:
        """Only while this attempt holds the lease."""
        if self._held().update(**changes) != 1:
            raise LeaseLost

    def _held(self) -> JobQuerySet:
        """The job, while this attempt holds its lease."""
        return Job.objects.filter(
            pk=self.pk, lease=self.lease, attempts=self.attempt, state=Job.State.RUNNING
        )


class Heartbeat(threading.Thread):
    """Renews a lease every second while its handler is busy, on a connection of its own, so that
    progress shows while a transaction is open. When the process dies, so does the lease.

    A lease taken within a transaction needs none: until that ends nobody sees it, nor could this
    connection."""

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
        if not connection.in_atomic_block:
            self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.over.set()
        if self.ident:
            self.join()


class Recording:
    """Turns what goes wrong in an attempt into the job's error, so that the worker goes on.

    A worker told to stop is stopped all the same. When the database does not take the error, that
    is raised, and the lease runs out.
    """

    def __init__(self, running: RunningJob) -> None:
        self.running = running

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if error is None:
            return False
        if not isinstance(error, LeaseLost):
            with suppress(LeaseLost):
                self.running.fail(error)
        return isinstance(error, Exception)


def take(pk: int, now: datetime) -> RunningJob | None:
    """Take the lease if the job may run now and here; None if it is done, not due, somebody has it
    or another of its key, or this process does not know its task."""
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        return None
    if job.task not in HANDLERS:
        _leave_to_others(job, now)
        return None
    running = RunningJob(
        pk=pk,
        key=job.key,
        task=HANDLERS[job.task],
        args=job.args,
        attempt=job.attempts + 1,
        lease=uuid.uuid4(),
    )
    free = Job.objects.due(now).filter(pk=pk, attempts=job.attempts, attempts__lt=MAX_ATTEMPTS)
    return running if _lease(free, running, now) else None


def _lease(free: JobQuerySet, running: RunningJob, now: datetime) -> bool:
    try:
        with transaction.atomic():
            taken = free.update(
                state=Job.State.RUNNING,
                lease=running.lease,
                lease_until=now + running.task.lease,
                attempts=running.attempt,
                started_at=now,
            )
    except IntegrityError:  # Another of its key began at this moment.
        return False
    return bool(taken)


def _leave_to_others(job: Job, now: datetime) -> None:
    """During an update old workers meet new tasks and new workers old ones: say so and spend no
    attempt. The relay sends it again, until one knows it or a day is over since the first said
    so, however long the job had waited before: ``run_after`` is that instant from then on."""
    logger.warning("Job %s, %s: this worker does not know its task.", job.pk, job.task)
    due = Job.objects.due(now).filter(pk=job.pk)
    if job.error != STRANGE:
        due.update(error=STRANGE, run_after=now)
    elif job.run_after < now - STRANGE_FOR:
        give_up(due, STRANGE, now)


def give_up(job: JobQuerySet, said: str, now: datetime) -> bool:
    """Leave one job to a person; whether it was still there to be given up.

    If its key was promised again meanwhile, that promise does the work and this job is forgotten.
    """
    try:
        with transaction.atomic():
            return bool(job.update(state=Job.State.DEAD, finished_at=now, error=said, **UNLEASED))
    except IntegrityError:
        return bool(job.delete()[0])


def bury_worn_out(now: datetime) -> int:
    """Give up jobs whose last permitted attempt lost its lease; how many."""
    worn = Job.objects.due(now).filter(attempts__gte=MAX_ATTEMPTS)
    ids = list(worn.values_list("pk", flat=True))
    return sum(give_up(worn.filter(pk=pk), WORN_OUT, now) for pk in ids)


def run_now(pk: int) -> bool:
    """Run a job in this process, under the same rules as a worker; whether it was run to its end.

    A failing handler is recorded, not raised.
    """
    running = take(pk, timezone.now())
    if running is None:
        return False
    with Recording(running):
        with Heartbeat(running):
            running.task.handler(running, **running.args)
        running.finish()
    return running.finished


@shared_task(name="jobs.run", acks_late=True)
def run(pk: str) -> None:
    """The one Celery task: a door to ``run_now``."""
    run_now(int(pk))
