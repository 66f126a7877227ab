"""A recompute outlasts a short trouble, and facts need not wait long for its next attempt."""

from datetime import timedelta

import pytest

from jobs.models import MAX_ATTEMPTS
from jobs.running import HANDLERS


@pytest.mark.parametrize("task", ["metrics.recompute", "metrics.recompute_all"])
def test_the_five_attempts_of_a_recompute_span_minutes_the_first_ones_the_promised_one(task):
    pauses = [HANDLERS[task].pause_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]

    assert sum(pauses, timedelta()) > timedelta(minutes=2)
    assert sum(pauses[:2], timedelta()) < timedelta(minutes=1)
