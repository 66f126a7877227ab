"""What is kept of jobs that are over."""

from datetime import timedelta

from django.utils import timezone

from jobs.models import Job
from jobs.promising import promise
from jobs.running import run_now


def ended(state: str, *, days_ago: int, key: str = "") -> Job:
    job = promise("tests.count", key=key)
    Job.objects.filter(pk=job.pk).update(
        state=state, finished_at=timezone.now() - timedelta(days=days_ago)
    )
    return job


def test_done_jobs_are_forgotten_after_two_weeks_and_dead_ones_never(db):
    ended("done", days_ago=15)
    recent = ended("done", days_ago=13)
    dead = ended("dead", days_ago=100)

    run_now(promise("jobs.clean").pk)

    left = Job.objects.exclude(task="jobs.clean").order_by("pk")
    assert list(left) == [recent, dead]


def test_done_jobs_of_the_schedule_are_forgotten_after_a_day(db):
    ended("done", days_ago=2, key="slot:tests.count")
    recent = ended("done", days_ago=0, key="slot:tests.count")
    dead = ended("dead", days_ago=2, key="slot:tests.count")

    run_now(promise("jobs.clean").pk)

    left = Job.objects.exclude(task="jobs.clean").order_by("pk")
    assert list(left) == [recent, dead]
