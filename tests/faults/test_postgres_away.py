"""F6: PostgreSQL crashes and comes back; workers that find it away."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from config.embedded import postgres
from tests.faults.files import LARGE, SMALL
from tests.faults.installation import Installation
from tests.faults.processes import eventually

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]


def crash(installation: Installation) -> None:
    postgres._pg_ctl(installation.home, "stop", "-m", "immediate")


def test_what_was_acknowledged_survives_a_crash_of_postgres(installation, ledger):
    worker = installation.start_worker()
    browser = installation.browser()
    plans = {name: ledger.plan(name) for name in [*LARGE, *SMALL]}
    ledger.plan = plans.__getitem__

    with ThreadPoolExecutor(1) as people:
        working = people.submit(ledger.commit, [*LARGE, *SMALL], browser)
        eventually(lambda: len(ledger.acknowledged) > 4)
        crash(installation)
        installation.start_servers()
        working.result()

    installation.settle()
    ledger.verify()
    assert worker.is_running()
    assert browser.get("/teams/acme/acme/").status == 200


def test_a_worker_that_finds_postgres_away_works_when_it_is_back(installation, ledger):
    ledger.commit(SMALL)
    eventually(lambda: installation.number("SELECT count(sent_at) FROM jobs_job") >= len(SMALL))
    crash(installation)

    worker = installation.start_worker()
    eventually(lambda: b"OperationalError" in (installation.var / "worker.log").read_bytes())
    installation.start_servers()

    installation.settle()
    ledger.verify()
    assert worker.is_running()
