"""Embedded servers: started when they are needed, left as they were found."""

import subprocess
import sys
from contextlib import ExitStack

import pytest

from config import embedded
from config.embedded.places import Home
from tests.config.servers import BOTH, query, running


def test_servers_are_had_and_left_as_they_were_found_and_data_survives(home):
    with embedded.running() as started:
        assert set(started) == running(home) == BOTH
        query(home, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert not running(home)

    with embedded.running():
        assert query(home, "SELECT answer FROM kept") == [(42,)]
    assert not running(home)


def test_of_several_users_the_last_to_leave_stops_the_servers(home):
    with ExitStack() as second:
        with embedded.running(durable=False) as started:
            assert set(started) == BOTH
            assert second.enter_context(embedded.running(durable=False)) == []
        assert running(home) == BOTH
    assert not running(home)


def test_servers_that_run_for_reasons_of_their_own_are_left_running(home):
    leave_them = (
        "import os; from config import embedded;"
        "servers = embedded.running(durable=False); servers.__enter__(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", leave_them], check=True)

    with embedded.running() as started:
        assert started == []

    assert running(home) == BOTH


def test_a_given_server_is_used_and_the_other_is_started(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/daya")

    with embedded.running() as started:
        assert started == ["redis"]
        assert running(home) == {"redis"}


def test_where_both_servers_are_given_nothing_is_started_or_made(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/daya")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example")

    with embedded.running() as started:
        assert started == []

    assert not home.path.exists()


def test_importing_the_settings_starts_nothing(home):
    subprocess.run([sys.executable, "-c", "import config.settings"], check=True)

    assert not home.path.exists()


def test_what_a_failed_start_began_is_stopped(home):
    home.prepare()
    (home.redis_data / "appendonly.aof").mkdir()

    with pytest.raises(embedded.EmbeddedServerError, match="Redis did not start"):
        embedded.running().__enter__()

    assert not running(home)


def test_two_installations_have_nothing_in_common(home, tmp_path, monkeypatch):
    monkeypatch.setenv("DAYA_VAR", str(tmp_path / "other"))

    assert {Home.find().path, Home.find().sockets}.isdisjoint({home.path, home.sockets})
