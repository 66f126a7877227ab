"""One installation is prepared for all; each test breaks a copy of its own."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import postgres, redis
from tests.faults.installation import Installation
from tests.faults.ledger import Ledger


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Migrated, with an organisation and checked imports; stopped."""
    for number in (signal.SIGINT, signal.SIGTERM):  # However the run ends, its processes do.
        signal.signal(number, signal.default_int_handler)
    made = Installation(tmp_path_factory.mktemp("prepared"))
    try:
        made.start_servers()
        made.manage("prepare_faults")
        redis.stop(made.home)
        postgres.stop(made.home)
        yield made
    finally:
        made.stop()


@pytest.fixture
def installation(prepared: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Running, with web and beat. Each test starts its workers."""
    shutil.copytree(prepared.var, tmp_path / "var")
    made = Installation(tmp_path / "var")
    made.home.prepare()
    copy = ["cp", "-a", f"{prepared.home.data}", f"{made.home.data}"]
    subprocess.run(copy, check=True)
    try:
        made.start_servers()
        made.start_web()
        made.start_beat()
        yield made
    finally:
        made.stop()


@pytest.fixture
def ledger(installation: Installation) -> Ledger:
    return Ledger(installation)
