"""From the jobs table to the broker: only ids, each once, and again when they were lost."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.promising import promise
from jobs.relaying import CROWDED, relay
from jobs.running import run_now, take
from tests.jobs.brokers import broker_at, fill, messages, sent_ids
from tests.jobs.threads import together

LATER = timedelta(seconds=11)


def test_only_the_id_of_a_job_goes_to_the_broker(db, app):
    job = promise("tests.count", key="count:1", args={"secret": "ben@acme.example"})

    assert relay(app) == 1

    [(args, kwargs, _embedded)] = messages(app)
    assert (args, kwargs) == ([str(job.pk)], {})


def test_jobs_are_sent_in_the_order_in_which_they_are_due(db, app):
    now = timezone.now()
    second = promise("tests.count", run_after=now - timedelta(minutes=1))
    first = promise("tests.count", run_after=now - timedelta(minutes=2))

    relay(app)

    assert sent_ids(app) == [first.pk, second.pk]


def test_a_job_is_not_sent_before_its_time(db, app):
    promise("tests.count", run_after=timezone.now() + timedelta(hours=1))

    assert relay(app) == 0
    assert relay(app, now=timezone.now() + timedelta(hours=2)) == 1


def test_what_was_just_sent_is_not_sent_again(db, app):
    promise("tests.count")

    assert [relay(app), relay(app)] == [1, 0]


def test_what_the_broker_lost_is_sent_again(db, app):
    job = promise("tests.count")
    relay(app)
    messages(app)

    relay(app, now=timezone.now() + LATER)

    assert sent_ids(app) == [job.pk]


def test_a_job_whose_worker_died_is_sent_again_when_its_lease_ends(db, app, task):
    job = promise(task(lambda job: None))
    relay(app)
    messages(app)
    take(job.pk, timezone.now())

    assert relay(app, now=timezone.now() + LATER) == 0
    assert relay(app, now=timezone.now() + 2 * LATER) == 1


def test_a_short_lease_that_ends_is_not_waited_for_any_longer(db, app, task):
    job = promise(task(lambda job: None, lease_seconds=3))
    relay(app)
    take(job.pk, timezone.now())

    assert relay(app, now=timezone.now() + timedelta(seconds=4)) == 1
    assert relay(app, now=timezone.now() + timedelta(seconds=5)) == 0


def test_a_failed_job_is_sent_again_as_soon_as_its_pause_is_over(db, app, task):
    job = promise(task(lambda job: None), args={"unexpected": 1})
    relay(app)
    run_now(job.pk)
    job.refresh_from_db()

    assert relay(app, now=job.run_after - timedelta(seconds=1)) == 0
    assert relay(app, now=job.run_after) == 1


@pytest.mark.parametrize("state", ["dead", "done"])
def test_what_is_over_is_not_sent(db, app, state):
    promise("tests.count")
    Job.objects.update(state=state, finished_at=timezone.now())

    assert relay(app) == 0


def test_while_the_broker_is_away_jobs_wait_and_are_sent_when_it_is_back(db, app, tmp_path):
    job = promise("tests.count")

    with broker_at(tmp_path / "nothing.sock", app=app):
        assert relay(app) == 0
    job.refresh_from_db()
    assert job.sent_at is None

    assert relay(app) == 1
    assert sent_ids(app) == [job.pk]


def test_a_broker_full_of_messages_gets_no_copies_but_gets_what_is_new(db, app):
    promise("tests.count", key="old")
    relay(app)
    fill(app, CROWDED)
    Job.objects.update(sent_at=timezone.now() - LATER)
    promise("tests.count", key="new")

    assert relay(app) == 1
    assert Job.objects.get(key="new").sent_at > Job.objects.get(key="old").sent_at


@pytest.mark.django_db(transaction=True)
def test_three_relays_at_once_send_each_job_once(app):
    jobs = [promise("tests.count").pk for _ in range(40)]

    sent = together(*[partial(relay, app)] * 3)

    assert sum(sent) == len(jobs)
    assert sorted(sent_ids(app)) == jobs
