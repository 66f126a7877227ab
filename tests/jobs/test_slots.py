"""The schedule: each slot is taken once, whoever and however many keep it."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils.module_loading import import_string

from jobs.models import Job, SlotRun
from jobs.running import HANDLERS
from jobs.scheduling import Slot, tick
from tests.jobs.threads import together

HOURLY = Slot(name="tests.hourly", every=timedelta(hours=1), task="tests.count", args={"a": 1})
SCHEDULE = [HOURLY]
NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hourly(settings):
    settings.JOBS_SCHEDULE = f"{__name__}.SCHEDULE"


def do_job() -> None:
    Job.objects.update(state=Job.State.DONE, finished_at=NOON)


@pytest.mark.parametrize(
    ("every", "now", "slot"),
    [
        (timedelta(hours=1), NOON, NOON),
        (timedelta(hours=1), NOON + timedelta(minutes=59), NOON),
        (timedelta(days=1), NOON, NOON - timedelta(hours=12)),
        (timedelta(seconds=30), NOON + timedelta(seconds=31), NOON + timedelta(seconds=30)),
    ],
)
def test_a_slot_is_the_newest_not_after_now(every, now, slot):
    assert Slot(name="any", every=every, task="any").latest(now) == slot


def test_a_slot_that_is_due_promises_its_job(db):
    assert tick(NOON) == 1

    assert Job.objects.values_list("task", "args", "state").get() == (
        "tests.count",
        {"a": 1},
        Job.State.QUEUED,
    )


def test_a_slot_is_taken_once(db):
    tick(NOON)
    do_job()

    assert tick(NOON + timedelta(minutes=59)) == 0
    assert Job.objects.count() == 1


def test_the_next_slot_is_taken_too(db):
    tick(NOON)
    do_job()

    assert tick(NOON + timedelta(hours=1)) == 1
    assert Job.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_take_a_slot_once():
    taken = together(partial(tick, NOON), partial(tick, NOON), partial(tick, NOON))

    assert sorted(taken) == [0, 0, 1]
    assert Job.objects.count() == 1


def test_slots_missed_while_nothing_ran_are_caught_up_by_one_job(db):
    tick(NOON)
    do_job()

    assert tick(NOON + timedelta(days=3, minutes=5)) == 1
    assert Job.objects.count() == 2


def test_a_job_that_still_waits_is_not_promised_a_second_time(db):
    tick(NOON)

    tick(NOON + timedelta(hours=1))

    assert Job.objects.count() == 1


def test_only_the_newest_slot_is_remembered(db):
    tick(NOON)
    tick(NOON + timedelta(hours=1))

    assert SlotRun.objects.values_list("name", "at").get() == (
        "tests.hourly",
        NOON + timedelta(hours=1),
    )


def test_what_the_schedule_names_is_known():
    schedule = import_string("config.schedule.SCHEDULE")

    assert {slot.task for slot in schedule} <= HANDLERS.keys()
    assert len({slot.name for slot in schedule}) == len(schedule)
