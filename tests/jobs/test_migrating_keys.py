"""Jobs of one key that waited or ran side by side before are made one when the database is told."""

from importlib import import_module
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from jobs.models import Job

MIGRATION = import_module("jobs.migrations.0002_one_job_of_a_key")
CONSTRAINTS = ("job_of_a_key_waits_or_is_dead_once", "job_of_a_key_runs_once")


def migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MIGRATION.ONE_RUNS)
        cursor.execute(MIGRATION.ONE_WAITS)


def as_before() -> None:
    with connection.cursor() as cursor:
        for name in CONSTRAINTS:
            cursor.execute(f"DROP INDEX {name}")


def job(state: str, key: str = "count:1") -> Job:
    now = timezone.now()
    leased = {"lease": uuid4(), "lease_until": now} if state == "running" else {}
    over = {"finished_at": now} if state in {"dead", "done"} else {}
    return Job.objects.create(task="tests.count", key=key, state=state, **leased, **over)


def left() -> list[tuple[int, str]]:
    return list(Job.objects.order_by("pk").values_list("pk", "state"))


def test_of_those_that_wait_the_one_that_does_the_work_soonest_stays(db):
    as_before()
    queued, done = job("queued"), job("done")
    job("failed")
    job("dead")
    job("dead")

    migrate()

    assert left() == [(queued.pk, "queued"), (done.pk, "done")]


def test_of_those_that_run_the_youngest_goes_on_and_one_waits(db):
    as_before()
    first, second = job("running"), job("running")

    migrate()

    assert left() == [(first.pk, "failed"), (second.pk, "running")]


def test_jobs_of_other_keys_and_of_none_stay(db):
    as_before()
    for key in ("count:1", "count:2", "", ""):
        job("dead", key)

    migrate()

    assert len(left()) == 4
