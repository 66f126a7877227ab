"""F8: jobs that fail every time, or end the process that runs them, beside jobs that do not."""

import pytest

from tests.faults.files import SMALL
from tests.faults.processes import eventually

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

ERRORS = {
    "faults.poison": "ArithmeticError: Base class for arithmetic errors.",
    "faults.deadly": "The worker ended during every attempt.",
}
GIVEN_UP_WITHIN = 180
"""Seconds. The pauses between five attempts are 30 in all; the rest is for machines that are busy.
How soon poison is given up is no promise; that others have their effect in time is one."""
BESIDE = """SELECT count(*) FROM jobs_job
    WHERE state <> 'done' AND task NOT LIKE 'faults.%' AND key NOT LIKE 'slot:%'"""
ENDED = """SELECT task, split_part(error, E'\\n', 1) FROM jobs_job
    WHERE state = 'dead' AND attempts = 5"""


def test_poison_jobs_are_given_up_after_five_attempts_and_others_go_on(installation, ledger):
    worker = installation.start_worker()
    installation.promise(ERRORS)

    ledger.commit(SMALL)

    eventually(lambda: installation.number(BESIDE) == 0, show=installation.late)
    eventually(
        lambda: dict(installation.query(ENDED)) == ERRORS,
        show=installation.late,
        within=GIVEN_UP_WITHIN,
    )
    installation.settle()
    ledger.verify()
    assert worker.is_running()
