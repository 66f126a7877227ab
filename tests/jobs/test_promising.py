"""Promises: rows of the transaction that needs them."""

import ast
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

import jobs.promising
from jobs.models import Job
from jobs.promising import CHANNEL, promise
from jobs.relaying import relay
from jobs.running import take
from tests.jobs.brokers import hung_broker
from tests.jobs.threads import PATIENCE, aside, together


def test_a_promise_is_a_queued_job(db):
    job = promise("tests.count", args={"up_to": 3})

    assert Job.objects.values_list("task", "args", "state", "attempts").get(pk=job.pk) == (
        "tests.count",
        {"up_to": 3},
        Job.State.QUEUED,
        0,
    )


def test_a_key_that_waits_is_not_promised_again(db):
    first = promise("tests.count", key="count:1", args={"up_to": 1})

    second = promise("tests.count", key="count:1", args={"up_to": 2})

    assert second == first
    assert Job.objects.get().args == {"up_to": 1}


def test_jobs_without_a_key_are_all_promised(db):
    promise("tests.count")
    promise("tests.count")

    assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_promise_a_key_at_once_one_does():
    made = together(*[partial(promise, "tests.count", key="count:1")] * 8)

    assert set(made) == {Job.objects.get()}


@pytest.mark.parametrize("state", ["running", "dead", "done"])
def test_a_key_whose_job_no_longer_waits_is_promised_again(db, state):
    begun = promise("tests.count", key="count:1")
    over = {"finished_at": timezone.now()} if state in {"dead", "done"} else {}
    leased = (
        {"lease": "00000000-0000-0000-0000-000000000001", "lease_until": timezone.now()}
        if state == "running"
        else {}
    )
    Job.objects.filter(pk=begun.pk).update(state=state, **over, **leased)

    assert promise("tests.count", key="count:1") != begun


@pytest.mark.django_db(transaction=True)
def test_a_promise_in_a_transaction_that_is_rolled_back_leaves_nothing():
    with transaction.atomic():
        promise("tests.count", key="count:1")
        transaction.set_rollback(True)

    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_does_not_start_before_a_transaction_that_counts_on_it_ends(task):
    job = promise(task(lambda job: None), key="count:1")

    def take_impatiently():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        return take(job.pk, timezone.now() + timedelta(seconds=1))

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        promise(job.task, key="count:1")
        with pytest.raises(OperationalError, match="lock timeout"):
            aside(pool, take_impatiently).result(PATIENCE)

    assert take_impatiently() is not None


@pytest.mark.django_db(transaction=True)
def test_a_promise_wakes_the_relay_when_it_is_committed():
    settings = connection.get_connection_params()
    where = {name: settings[name] for name in ("dbname", "user", "host", "port")}
    with psycopg.connect(**where, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")

        with transaction.atomic():
            promise("tests.count")
            early = list(listener.notifies(timeout=0.1))
        news = list(listener.notifies(timeout=PATIENCE, stop_after=1))

    assert not early
    assert [each.channel for each in news] == [CHANNEL]


@pytest.mark.django_db(transaction=True)
def test_who_promises_does_not_wait_for_a_relay_that_waits_for_a_hung_broker(app, tmp_path):
    job = promise("tests.count", key="count:1")
    with ThreadPoolExecutor(1) as pool:
        with hung_broker(tmp_path, app=app):
            relaying = aside(pool, partial(relay, app))
            _until_claimed(job)

            promise("tests.count", key="count:1")

            assert not relaying.done()
        assert relaying.result(PATIENCE) == 0


def _until_claimed(job: Job) -> None:
    deadline = timezone.now() + timedelta(seconds=PATIENCE)
    while not Job.objects.exclude(sent_at=None).filter(pk=job.pk).exists():
        assert timezone.now() < deadline


def test_promising_knows_nothing_of_the_broker():
    tree = ast.parse(Path(jobs.promising.__file__).read_text())

    imported = {
        (getattr(node, "module", None) or node.names[0].name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    assert imported == {"datetime", "typing", "django", "jobs"}
