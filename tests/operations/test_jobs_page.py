"""Whoever runs the installation sees its jobs and decides about those that were given up."""

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from tests import world


@pytest.fixture
def operator(db) -> Client:
    client = Client()
    client.force_login(world.user("operator@example.com", is_staff=True))
    return client


def given_up(**fields) -> Job:
    return Job.objects.create(
        task="sales.commit",
        state=Job.State.DEAD,
        attempts=5,
        error="ValueError in sales/importing",
        finished_at=timezone.now(),
        **fields,
    )


def test_jobs_are_listed_by_state_with_their_error(operator):
    given_up()
    Job.objects.create(task="metrics.recompute")

    everything = operator.get("/operations/").content.decode()
    dead = operator.get("/operations/?state=dead").content.decode()

    assert "metrics.recompute" in everything
    assert "metrics.recompute" not in dead
    assert "ValueError in sales/importing" in dead


def test_a_job_that_was_given_up_runs_again_with_all_its_attempts(operator):
    job = given_up(key="sales.commit:1")

    operator.post(f"/operations/{job.pk}/run-again/")

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (Job.State.QUEUED, 0, "")


@pytest.mark.parametrize(("task", "revived"), [("sales.commit", 2), ("", 3)])
def test_all_given_up_jobs_of_the_chosen_task_run_again(operator, task, revived):
    given_up(key="sales.commit:1")
    given_up(key="sales.commit:2")
    Job.objects.create(task="sales.plan", state=Job.State.DEAD, finished_at=timezone.now())
    Job.objects.create(task="sales.commit", state=Job.State.DONE, finished_at=timezone.now())

    operator.post("/operations/run-again/", {"task": task})

    queued = Job.objects.waiting()
    assert list(queued.values_list("attempts", "error", "finished_at")) == [(0, "", None)] * revived
    assert Job.objects.count() == 4


def test_run_all_again_is_offered_where_only_given_up_jobs_are_listed(operator):
    given_up()

    offered = {
        query: "Run all again" in operator.get(f"/operations/{query}").content.decode()
        for query in ("", "?state=dead", "?state=done")
    }

    assert offered == {"": False, "?state=dead": True, "?state=done": False}


def test_a_job_that_was_given_up_can_be_forgotten(operator):
    job = given_up()

    operator.post(f"/operations/{job.pk}/forget/")

    assert not Job.objects.filter(pk=job.pk).exists()


@pytest.mark.parametrize("act", ["run-again", "forget"])
def test_only_what_was_given_up_is_decided_about(act, operator):
    job = Job.objects.create(task="metrics.recompute")

    response = operator.post(f"/operations/{job.pk}/{act}/")

    assert response.status_code == 404
    assert Job.objects.get(pk=job.pk).state == Job.State.QUEUED


def test_an_admin_of_an_organisation_does_not_see_it(cora, signed_in):
    assert signed_in(cora).get("/operations/").status_code == 404


def test_health_answers_without_signing_in(db):
    response = Client().get("/health/")

    assert (response.status_code, response.content) == (200, b"ok")
