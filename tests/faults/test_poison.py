"""F8: jobs that fail every time, or end the process that runs them, beside jobs that do not."""

import pytest

from tests.faults.files import SMALL

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

ERRORS = {
    "faults.poison": "ArithmeticError: Base class for arithmetic errors.",
    "faults.deadly": "The worker ended during every attempt.",
    "faults.unheard_of": "UnknownTask: No handler of that name is registered in this process.",
}
PROMISE = """INSERT INTO jobs_job (task, args, key, state, run_after, attempts, error,
    progress_done, progress_total, created_at)
    SELECT unnest(%s::text[]), '{}', '', 'queued', now(), 0, '', 0, 0, now()"""
ENDED = """SELECT task, split_part(error, E'\\n', 1) FROM jobs_job
    WHERE state = 'dead' AND attempts = 5"""


def test_poison_jobs_are_given_up_after_five_attempts_and_others_go_on(installation, ledger):
    worker = installation.start_worker()
    installation.query(PROMISE, list(ERRORS))

    ledger.commit(SMALL)

    installation.settle()
    assert dict(installation.query(ENDED)) == ERRORS
    ledger.verify()
    assert worker.is_running()
