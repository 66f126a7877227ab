"""A recompute outlasts a trouble of some minutes: its attempts are far apart."""

from datetime import timedelta

import pytest

from jobs.models import MAX_ATTEMPTS
from jobs.running import HANDLERS


@pytest.mark.parametrize("task", ["metrics.recompute", "metrics.recompute_all"])
def test_the_five_attempts_of_a_recompute_span_several_minutes(task):
    pauses = [HANDLERS[task].pause_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]

    assert sum(pauses, timedelta()) > timedelta(minutes=5)
    assert pauses[0] < timedelta(minutes=1)
