"""Doing things at the same moment, each on a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

PATIENCE = 60


def together(*calls: Callable[[], Any]) -> list[Any]:
    """The results, in the order of the calls, which all begin at once."""
    barrier = Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        barrier.wait(PATIENCE)
        return _on_own_connection(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


def aside(pool: ThreadPoolExecutor, call: Callable[[], Any]) -> Future[Any]:
    """Begin a call beside this thread."""
    return pool.submit(_on_own_connection, call)


def _on_own_connection(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        connection.close()
