"""A new version of a definition reaches the numbers by itself."""

import pytest

from jobs.models import Job
from metrics.declared import METRICS, WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.models import Published, Snapshot
from metrics.publishing import publish_definitions
from metrics.recomputing import recompute_all
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(acme, ben):
    """Acme, with numbers of the definition before this one."""
    world.won(acme, ben, world.day("2024-03-05"))
    recompute_all(acme)
    publish_definitions()
    Snapshot.objects.filter(metric=WIN_RATE.slug).update(version=WIN_RATE.version - 1)
    Published.objects.filter(metric=WIN_RATE.slug).update(version=WIN_RATE.version - 1)
    Job.objects.all().delete()
    return acme


def versions():
    return set(Snapshot.objects.filter(metric=WIN_RATE.slug).values_list("version", flat=True))


def test_every_organisation_is_recomputed_once(counted):
    publish_definitions()
    publish_definitions()

    assert [job.args for job in Job.objects.all()] == [{"organisation": counted.pk}]
    bring_up_to_date(counted)
    assert versions() == {WIN_RATE.version}


def test_a_command_that_reads_numbers_need_not_wait_for_the_sweep(counted):
    bring_up_to_date(counted)

    assert versions() == {WIN_RATE.version}


def test_old_code_does_not_undo_what_new_code_published(counted):
    Published.objects.update(version=1_000)

    publish_definitions()

    assert not Job.objects.exists()


def test_where_nothing_is_counted_yet_nothing_is_recomputed(acme):
    Job.objects.all().delete()

    publish_definitions()

    assert Published.objects.count() == len(METRICS)
    assert not Job.objects.exists()
