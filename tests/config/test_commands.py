"""``manage.py``: has the servers for a command and leaves them as they were."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.config.servers import BOTH, running

MANAGE = Path(__file__).resolve().parent.parent.parent / "manage.py"
PATIENCE = 150


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, MANAGE, *words],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_a_command_starts_the_servers_by_itself_and_leaves_them_stopped(home):
    done = manage("metric", "win-rate", "--organization", "nowhere")

    assert "There is no organisation “nowhere”" in done.stderr
    assert "Traceback" not in done.stderr
    assert not running(home)


def test_a_command_told_to_end_stops_what_it_started(home):
    beat = subprocess.Popen(
        [sys.executable, MANAGE, "beat"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with beat:
        assert beat.stdout.readline() == "beat: ready\n"
        assert running(home) == BOTH

        beat.send_signal(signal.SIGTERM)
        beat.wait(PATIENCE)

    assert not running(home)


def test_help_starts_nothing(home):
    assert manage("metric", "--help").returncode == 0
    assert not home.path.exists()


def test_a_given_database_that_does_not_answer_is_said_in_a_sentence(home):
    done = manage(
        "showmigrations",
        DATABASE_URL="postgresql://ana:secret@127.0.0.1:1/daya",
        REDIS_URL="redis://127.0.0.1:1",
    )

    assert done.returncode == 1
    assert done.stderr.startswith("daya: The database does not answer.")
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    assert not home.path.exists()
