"""Killing processes, and waiting for what must come true."""

import os
import signal
import time
from collections.abc import Callable

import psutil
import psycopg

PATIENCE = 60
"""Seconds from the end of a fault until everything accepted has had its effect."""


def eventually(
    true: Callable[[], object], *, show: Callable[[], object] = str, within: float = PATIENCE
) -> None:
    """Wait until it is so; while the database is away it is not. ``show`` says what is instead."""
    deadline = time.monotonic() + within
    while not _holds(true):
        assert time.monotonic() < deadline, f"not so within {within} seconds: {show()}"
        time.sleep(0.02)


def _holds(true: Callable[[], object]) -> bool:
    try:
        return bool(true())
    except psycopg.OperationalError:
        return False


def kill_group(leader: int) -> None:
    """kill -9 of a process and all it started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def gone(process: psutil.Process) -> None:
    eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
