"""Locks that hold a worker where it is to be killed."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.installation import Installation
from tests.faults.processes import eventually

STUCK = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = 'daya' AND wait_event_type = 'Lock' AND query LIKE %s"""


@contextmanager
def locked(installation: Installation, sql: str) -> Iterator[None]:
    """While this lasts, rows are locked that the query names."""
    with installation.connected() as connection, connection.transaction():
        assert connection.execute(sql).fetchall()
        yield


def stuck(installation: Installation, query: str) -> None:
    """Wait until somebody waits there for a lock; ``query`` is a pattern of what it asks."""
    eventually(lambda: installation.number(STUCK, query), show=installation.late)
