"""Jobs that no sound program has."""

import os
import signal

from jobs.running import RunningJob, durable


@durable("faults.poison")
def poison(job: RunningJob) -> None:
    raise ArithmeticError


@durable("faults.deadly", lease_seconds=3)
def deadly(job: RunningJob) -> None:
    """Ends the process that runs it, as a crash in native code or want of memory does."""
    os.kill(os.getpid(), signal.SIGKILL)
