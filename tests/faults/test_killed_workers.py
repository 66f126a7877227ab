"""F1, F2, F7: workers that are killed or stopped while they work."""

import signal

import psutil
import pytest

from tests.faults.files import LARGE, SMALL
from tests.faults.installation import Installation
from tests.faults.processes import eventually, gone, kill_group

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

BEFORE, AFTER = list(SMALL)[:8], list(SMALL)[8:]
RUNNING = "SELECT count(*) FROM jobs_job WHERE task = %s AND state = 'running'"


def caught(installation: Installation, task: str) -> None:
    """Wait until a worker is in the middle of it."""
    eventually(lambda: installation.number(RUNNING, task))


@pytest.mark.parametrize("task", ["metrics.recompute", "sales.commit"])
def test_nothing_is_lost_when_a_worker_group_is_killed_at_work(installation, ledger, task):
    ledger.commit([*LARGE, *BEFORE])
    worker = installation.start_worker()
    caught(installation, task)

    kill_group(worker.pid)
    ledger.commit(AFTER)
    installation.start_worker()

    installation.settle()
    assert ledger.acknowledged == {*LARGE, *SMALL}
    ledger.verify()


def test_nothing_is_lost_when_one_child_is_killed_at_work(installation, ledger):
    ledger.commit([*LARGE, *BEFORE])
    worker = installation.start_worker(children=2)
    caught(installation, "metrics.recompute")

    busiest(worker).kill()
    ledger.commit(AFTER)

    installation.settle()
    assert ledger.acknowledged == {*LARGE, *SMALL}
    ledger.verify()
    assert worker.is_running()


def busiest(worker: psutil.Process) -> psutil.Process:
    """The child that holds most connections: its job's, and the heartbeat's."""
    return max(worker.children(), key=lambda child: len(child.net_connections(kind="unix")))


def test_a_worker_told_to_stop_ends_its_job_and_itself_and_nothing_is_lost(installation, ledger):
    ledger.commit(LARGE)
    worker = installation.start_worker()
    caught(installation, "sales.commit")

    worker.send_signal(signal.SIGTERM)
    gone(worker)
    assert installation.number("SELECT count(*) FROM jobs_job WHERE state = 'running'") == 0
    installation.start_worker()

    installation.settle()
    ledger.verify()
    assert installation.number("SELECT max(attempts) FROM jobs_job") == 1
