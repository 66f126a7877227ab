"""Starting after a crash: what was left behind is no obstacle."""

import os
import subprocess

import pytest

from config import embedded
from config.embedded import postgres
from tests.config.servers import BOTH, query, running


@pytest.fixture
def stopped(home):
    """An installation that ran once and holds something."""
    with embedded.running(durable=False):
        query(home, "CREATE TABLE kept AS SELECT 42 AS answer")
    return home


def leave_lock_of(home, pid: int) -> None:
    lock = home.data / "postmaster.pid"
    lock.write_text(f"{pid}\n{home.data}\n0\n5432\n{home.sockets}\n\n")
    lock.chmod(0o600)
    os.chown(lock, *home.owner)


def test_the_lock_of_a_process_that_is_gone_is_no_obstacle(stopped):
    gone = subprocess.Popen(["true"])
    gone.wait()
    leave_lock_of(stopped, gone.pid)

    with embedded.running(durable=False):
        assert running(stopped) == BOTH


def test_the_lock_whose_number_is_another_programs_by_now_is_no_obstacle(stopped):
    other = subprocess.Popen(["sleep", "60"], **stopped.as_owner())
    try:
        leave_lock_of(stopped, other.pid)

        with embedded.running(durable=False):
            assert query(stopped, "SELECT answer FROM kept") == [(42,)]
    finally:
        other.kill()
        other.wait()


def test_data_survives_a_crash_of_the_server(home):
    with embedded.running():
        query(home, "CREATE TABLE kept AS SELECT 42 AS answer")
        postgres._pg_ctl(home, "stop", "-m", "immediate")

        with embedded.running() as started:
            assert started == ["postgres"]
            assert query(home, "SELECT answer FROM kept") == [(42,)]


def test_a_first_start_that_was_interrupted_is_begun_afresh(home):
    home.prepare()
    half_made = home.data.with_suffix(".new")
    home.claim(half_made)
    (half_made / "PG_VERSION").write_text("18\n")

    with embedded.running(durable=False):
        assert running(home) == BOTH


def test_a_start_that_ended_before_the_database_was_made_makes_it(stopped):
    with embedded.running(durable=False):
        with postgres.psycopg.connect(
            host=str(stopped.sockets), user=postgres.SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute("DROP DATABASE daya")

        with embedded.running(durable=False):
            assert query(stopped, "SELECT 1") == [(1,)]
