"""When a job runs that was promised more than once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.promising import promise


@pytest.mark.parametrize(("first", "second"), [(1, 24), (24, 1)])
def test_of_two_times_for_a_key_the_earlier_counts(db, first, second):
    now = timezone.now()
    promise("tests.count", key="count:1", run_after=now + timedelta(hours=first))

    promise("tests.count", key="count:1", run_after=now + timedelta(hours=second))

    assert Job.objects.get().run_after == now + timedelta(hours=1)


def test_a_job_that_failed_keeps_its_pause(db):
    job = promise("tests.count", key="count:1", run_after=timezone.now() + timedelta(minutes=1))
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)

    promise("tests.count", key="count:1")

    assert Job.objects.get().run_after == job.run_after
