"""Installations of a test's own: a folder, and servers that end with the test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import postgres, redis
from config.embedded.places import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Where the servers of a fresh installation will be; nothing is there yet."""
    monkeypatch.setenv("DAYA_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    home = Home.find()
    yield home
    clear(home)


def clear(home: Home) -> None:
    """Stop what a failed test left, and remove the servers' folders."""
    if (home.data / "postmaster.pid").exists():
        postgres.stop(home)
    redis.stop(home)
    for folder in (home.path, home.sockets):
        shutil.rmtree(folder, ignore_errors=True)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
