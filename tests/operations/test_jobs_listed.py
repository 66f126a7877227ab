"""The list of jobs shows what an operator looks for: by state, by task, routine only if asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from tests import world

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def operator(db) -> Client:
    client = Client()
    client.force_login(world.user("operator@example.com", is_staff=True))
    return client


def job(task: str, *, state: str = "queued", **fields) -> Job:
    over = {"finished_at": timezone.now()} if state in {"dead", "done"} else {}
    return Job.objects.create(task=task, state=state, **over, **fields)


def page(client: Client, query: str = ""):
    return client.get(f"/operations/{query}")


def listed(client: Client, query: str = "") -> list[str]:
    return [job.task for job in page(client, query).context["page"]]


def test_scheduled_work_that_goes_well_is_shown_only_if_asked(operator):
    job("sales.commit", key="sales.commit:1")
    for state in ("done", "queued"):
        job("metrics.sweep", state=state, key="slot:metrics.sweep")

    assert listed(operator) == ["sales.commit"]
    assert "Show scheduled work without trouble (2)" in page(operator).content.decode()
    assert listed(operator, "?routine=shown") == ["metrics.sweep"] * 2 + ["sales.commit"]


@pytest.mark.parametrize("state", ["failed", "dead"])
def test_scheduled_work_in_trouble_is_always_shown(operator, state):
    job("metrics.sweep", state=state, key="slot:metrics.sweep")

    assert listed(operator) == ["metrics.sweep"]


def test_jobs_of_one_task_and_state_are_listed(operator):
    job("sales.commit", state="dead")
    job("sales.commit")
    job("sales.plan", state="dead")

    assert listed(operator, "?task=sales.commit&state=dead") == ["sales.commit"]


def test_each_choice_says_how_many_it_would_list(operator):
    job("sales.commit", state="dead")
    job("sales.commit")
    job("sales.plan", state="dead")

    text = page(operator, "?task=sales.commit&state=dead").content.decode()

    assert "sales.commit (1)" in text
    assert "sales.plan (1)" in text
    assert "Queued (1)" in text
    assert "Given up (1)" in text


def test_a_task_without_jobs_is_an_empty_list_that_keeps_the_choice(operator):
    text = page(operator, "?task=sales.commit").content.decode()

    assert "No such jobs." in text
    assert '<option value="sales.commit" selected>sales.commit (0)</option>' in text


def test_times_are_those_of_the_operators_organisation_and_say_so(db, signed_in):
    berlin = world.found("berlin", timezone="Europe/Berlin")
    operator = world.person(berlin.root, "Otto", account=True)
    operator.user.is_staff = True
    operator.user.save()
    job("sales.commit", created_at=NOON)

    text = page(signed_in(operator)).content.decode()

    assert "Promised (Europe/Berlin)" in text
    assert "2026-03-01 13:00:00" in text


def test_an_operator_of_no_organisation_sees_utc(operator):
    job("sales.commit", created_at=NOON)

    text = page(operator).content.decode()

    assert "Promised (UTC)" in text
    assert "2026-03-01 12:00:00" in text


def test_an_operator_of_organisations_in_different_zones_sees_utc(operator):
    user = world.user("both@example.com", is_staff=True)
    for name, zone in [("here", "Europe/Berlin"), ("there", "Asia/Jakarta")]:
        person = world.person(world.found(name, timezone=zone).root, "Otto")
        person.user = user
        person.save()
    operator.force_login(user)

    job("sales.commit")

    assert "Promised (UTC)" in page(operator).content.decode()
