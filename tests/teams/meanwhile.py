"""Somebody else is quicker: what they do is done when a verb gets the organisation's lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LOCK = "FOR NO KEY UPDATE"


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """``act`` is done once, when the first lock inside is asked for."""
    acts = [act]

    def wait(execute: Any, sql: str, *rest: Any) -> Any:
        if acts and LOCK in sql:
            acts.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(wait):
        yield
