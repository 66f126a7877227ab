"""F5, F9, F14 for the API: every acknowledged batch is there once, whatever dies meanwhile."""

import time

import psutil
import pytest

from tests.faults.sending import Sender
from tests.faults.slow_line import slow_line

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

BATCHES = range(40)
CUT = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = 'daya' AND pid <> pg_backend_pid()"""
TIMES = 8
BREAKS = 10
PAUSE = 0.3
"""Seconds between two blows."""


@pytest.fixture
def sender(installation) -> Sender:
    installation.start_worker()
    return Sender(installation)


@pytest.mark.parametrize("named", [True, False], ids=["with a key", "without"])
def test_no_batch_is_lost_or_doubled_when_web_workers_are_killed(installation, sender, named):
    sender.named = named
    (web,) = [each for each in installation.processes if "gunicorn" in each.args]

    with sender.send_all(BATCHES):
        for _ in range(TIMES):
            time.sleep(PAUSE)
            for worker in psutil.Process(web.pid).children():
                worker.kill()

    assert sender.failed
    sender.verify(BATCHES)


def test_no_batch_is_lost_or_doubled_when_connections_are_cut(installation, sender):
    with sender.send_all(BATCHES):
        for _ in range(TIMES):
            time.sleep(PAUSE)
            installation.query(CUT)

    assert sender.failed
    sender.verify(BATCHES)


def test_no_batch_is_lost_or_doubled_when_nobody_hears_that_it_was_committed(installation, sender):
    with slow_line(installation, breaks_every=BREAKS) as line:
        installation.start_web(DATABASE_URL=line.url)

        with sender.send_all(BATCHES):
            pass

        assert line.broken
        assert sender.failed
        line.mend()
        sender.verify(BATCHES)


def test_batches_are_taken_in_while_redis_is_frozen(installation, sender):
    process = installation.redis_process()
    process.suspend()

    with sender.send_all(BATCHES):
        pass
    assert sorted(sender.acknowledged) == list(BATCHES)

    process.resume()
    sender.verify(BATCHES)
