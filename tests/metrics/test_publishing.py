"""A new version of a definition reaches the numbers by itself."""

import pytest
from django.utils import timezone

from jobs.models import Job
from metrics.declared import DEFINITIONS, WIN_RATE
from metrics.freshening import bring_up_to_date
from metrics.models import Counted, Snapshot
from metrics.publishing import publish_definitions
from metrics.recomputing import recompute_all, recompute_stale
from tests import world
from tests.metrics.asking import read
from tests.metrics.editing import tell

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(acme, ben):
    """Acme, with numbers that code of the definitions before these has written."""
    world.won(acme, ben, world.day("2024-03-05"))
    recompute_all(acme)
    be_old(acme)
    Job.objects.all().delete()
    return acme


def be_old(organisation):
    Snapshot.objects.filter(metric=WIN_RATE.slug).update(version=WIN_RATE.version - 1)
    Counted.objects.filter(organisation=organisation).update(definitions="those before")


def is_current(organisation):
    return Counted.objects.get(organisation=organisation).definitions == DEFINITIONS


def versions():
    return set(Snapshot.objects.filter(metric=WIN_RATE.slug).values_list("version", flat=True))


def test_numbers_of_an_earlier_definition_are_not_shown(counted):
    assert read(counted.root, WIN_RATE, "2024-03").value is None


def test_every_organisation_is_recomputed_once(counted):
    publish_definitions()
    publish_definitions()

    assert [job.args for job in Job.objects.all()] == [{"organisation": counted.pk}]
    bring_up_to_date(counted)
    assert versions() == {WIN_RATE.version}
    assert is_current(counted)
    publish_definitions()
    assert not Job.objects.waiting().exists()


def test_a_command_that_reads_numbers_need_not_wait_for_the_sweep(counted):
    bring_up_to_date(counted)

    assert versions() == {WIN_RATE.version}


def test_what_old_code_wrote_once_more_is_recomputed_again(counted):
    bring_up_to_date(counted)
    be_old(counted)

    publish_definitions()

    assert Job.objects.waiting().get().args == {"organisation": counted.pk}


def test_a_few_deals_counted_anew_do_not_make_all_numbers_current(counted, ben):
    tell(world.won(counted, ben, world.day("2024-04-05")))

    recompute_stale(counted)

    assert not is_current(counted)


def test_the_first_numbers_of_an_organisation_are_of_these_definitions(acme, ben):
    tell(world.won(acme, ben, world.day("2024-04-05")))

    recompute_stale(acme)

    assert acme.counted.definitions == DEFINITIONS


def test_one_that_was_given_up_waits_for_a_person(counted):
    publish_definitions()
    Job.objects.update(state=Job.State.DEAD, finished_at=timezone.now())

    publish_definitions()

    assert Job.objects.get().state == Job.State.DEAD


def test_where_nothing_is_counted_yet_nothing_is_recomputed(acme):
    Job.objects.all().delete()

    publish_definitions()

    assert not Job.objects.exists()
