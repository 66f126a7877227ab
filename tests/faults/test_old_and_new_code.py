"""F15: workers of old code beside what new code has promised."""

import signal

import pytest

from tests.faults.processes import eventually, gone

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

OLD = "config.settings"
"""Without the tasks of this package."""
PROMISED = 8
REFUSED = """SELECT count(*) FROM jobs_job
    WHERE task = 'faults.newer' AND error LIKE 'No worker that was asked knows this task.%'"""
SENT_AGAIN = """SELECT count(*) FROM jobs_job
    WHERE task = 'faults.newer' AND sent_at > created_at + interval '35 seconds'"""
ENDED = "SELECT DISTINCT state, attempts, error FROM jobs_job WHERE task = 'faults.newer'"


def test_a_worker_of_old_code_spends_no_attempt_of_a_new_task(installation):
    old = installation.start_worker(DJANGO_SETTINGS_MODULE=OLD)
    installation.promise(["faults.newer"] * PROMISED)
    eventually(lambda: installation.number(REFUSED) == PROMISED)
    eventually(lambda: installation.number(SENT_AGAIN) == PROMISED)
    assert installation.query(ENDED)[0][:2] == ("queued", 0)

    installation.start_worker()
    old.send_signal(signal.SIGTERM)
    gone(old)

    installation.settle()
    assert installation.query(ENDED) == [("done", 1, "")]
