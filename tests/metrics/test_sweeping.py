"""The sweep: marks that no job stands for get one; a recompute that was given up is left to people
and to newly changed facts."""

import pytest
from django.utils import timezone

from jobs.models import MAX_ATTEMPTS, Job
from jobs.reviving import run_again
from jobs.running import run_now, take
from metrics.freshening import bring_up_to_date
from metrics.marking import promise_recompute
from metrics.models import Stale
from metrics.tasks import sweep
from tests.metrics.editing import tell
from tests.world import day, won


@pytest.fixture
def mark(acme, ben) -> Stale:
    """A changed fact whose promise was missed."""
    deal = won(acme, ben, day("2021-03-31"))
    bring_up_to_date(acme)
    Job.objects.all().delete()
    return Stale.objects.create(organisation=acme, subject=1, entity=deal.pk)


def recomputes() -> list[tuple[int, str]]:
    found = Job.objects.filter(task="metrics.recompute").order_by("pk")
    return list(found.values_list("pk", "state"))


def promised(acme, **fields) -> Job:
    promise_recompute(acme)
    Job.objects.update(**fields)
    return Job.objects.get()


def given_up(acme) -> Job:
    return promised(acme, state="dead", attempts=MAX_ATTEMPTS, finished_at=timezone.now())


def test_marks_that_nobody_promised_to_use_up_are_promised(acme, stranger, mark):
    sweep(None)

    (job,) = Job.objects.all()
    assert (job.task, job.args) == ("metrics.recompute", {"organisation": acme.pk})


def test_a_recompute_that_waits_is_not_promised_again(acme, mark):
    job = promised(acme)

    sweep(None)

    assert recomputes() == [(job.pk, Job.State.QUEUED)]


def test_a_recompute_that_failed_is_left_to_its_next_attempt(acme, mark):
    job = promised(acme, state=Job.State.FAILED, attempts=1)

    sweep(None)

    assert recomputes() == [(job.pk, Job.State.FAILED)]


def test_a_recompute_that_runs_is_not_promised_again(acme, mark):
    job = promised(acme)
    take(job.pk, timezone.now())

    sweep(None)

    assert recomputes() == [(job.pk, Job.State.RUNNING)]


def test_a_recompute_that_was_given_up_is_not_promised_again_and_its_marks_stay(acme, mark):
    job = given_up(acme)

    for _ in range(3):
        sweep(None)

    assert recomputes() == [(job.pk, Job.State.DEAD)]
    assert Stale.objects.get() == mark


def test_another_organisations_recompute_that_was_given_up_does_not_matter(acme, stranger, mark):
    given_up(stranger.organisation)

    sweep(None)

    assert Job.objects.waiting().get().args == {"organisation": acme.pk}


def test_changed_facts_begin_the_recompute_that_was_given_up_afresh_with_all_its_marks(
    acme, ben, mark
):
    given_up(acme)

    tell(won(acme, ben, day("2021-03-31")))

    [(fresh, state)] = recomputes()
    assert state == Job.State.QUEUED
    assert run_now(fresh)
    assert not Stale.objects.exists()


def test_run_again_uses_up_the_marks(acme, mark):
    job = given_up(acme)

    run_again(job)
    run_now(job.pk)

    assert recomputes() == [(job.pk, Job.State.DONE)]
    assert not Stale.objects.exists()
