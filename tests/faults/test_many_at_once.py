"""F12: several beats, relays and workers at once."""

import pytest

from tests.faults.files import SMALL

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

AGAIN = "SELECT count(*) FROM jobs_job WHERE attempts <> 1"
SLOTS = "SELECT name, count(*) FROM jobs_slotrun GROUP BY name HAVING count(*) > 1"


def test_three_beats_with_their_relays_and_four_workers_do_everything_once(installation, ledger):
    for _ in range(2):
        installation.start_beat()
    for _ in range(4):
        installation.start_worker(children=1)

    ledger.commit(SMALL)

    installation.settle()
    assert ledger.acknowledged == set(SMALL)
    ledger.verify()
    assert installation.number(AGAIN) == 0
    assert not installation.query(SLOTS)
