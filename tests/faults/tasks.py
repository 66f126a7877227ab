"""Jobs that no sound program has, and one that the application's own settings do not know."""

import os
import signal

from jobs.running import RunningJob, durable


@durable("faults.newer")
def newer(job: RunningJob) -> None:
    """Known to this settings module's workers only, as a task is that an update brings."""


@durable("faults.poison")
def poison(job: RunningJob) -> None:
    raise ArithmeticError


@durable("faults.deadly", lease_seconds=3)
def deadly(job: RunningJob) -> None:
    """Ends the process that runs it, as a crash in native code or want of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
