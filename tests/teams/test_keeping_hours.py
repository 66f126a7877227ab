"""Whose working hours hold, and that the database measures the same as the clock on the wall."""

from datetime import date, datetime, timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from teams.keeping_hours import (
    add_calendar,
    calendar_of,
    cancel_leave,
    change_calendar,
    ensure_stretches,
    hours_of,
    remove_calendar,
    set_holidays,
    take_leave,
    work_by,
)
from teams.measuring_hours import open_time
from teams.models import WorkingWindow
from teams.working_time import business_time
from tests import world

pytestmark = pytest.mark.django_db
SHIFTS = [[(6 * 60, 12 * 60), (13 * 60, 24 * 60)]] * 7


@pytest.fixture
def shifts(acme):
    return add_calendar(acme, name="Shifts", zone="Australia/Lord_Howe", weekly=SHIFTS)


def whose(person):
    return calendar_of(person, at=timezone.now()).name


def test_an_organisation_starts_with_office_hours_in_its_zone(acme, ben):
    hours = hours_of(ben, at=timezone.now())

    assert str(hours.zone) == "Europe/Berlin"
    week = world.day("2024-03-04"), world.day("2024-03-11")
    assert business_time(*week, hours) == timedelta(hours=40)


def test_a_persons_own_hours_come_before_the_teams_and_those_before_the_ones_above(
    acme, north, ben, shifts
):
    assert whose(ben) == "Office hours"

    work_by(north, calendar=shifts)
    assert whose(ben) == "Shifts"

    own = add_calendar(acme, name="Part time", zone="Europe/Berlin")
    work_by(ben, calendar=own)
    assert whose(ben) == "Part time"

    work_by(ben, calendar=None)
    assert whose(ben) == "Shifts"


def test_the_organisation_itself_always_has_hours(acme):
    with pytest.raises(ValidationError, match="needs working hours"):
        work_by(acme.root, calendar=None)


def test_hours_of_another_organisation_are_none_here(acme, stranger):
    with pytest.raises(ValidationError, match="no such calendar"):
        work_by(acme.root, calendar=stranger.organisation.root.calendar)


def test_days_off_are_not_worked_until_they_are_cancelled(ben):
    week = world.day("2024-03-04"), world.day("2024-03-11")
    leave = take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))
    assert business_time(*week, hours_of(ben, at=timezone.now())) == timedelta(hours=24)

    cancel_leave(leave)

    assert business_time(*week, hours_of(ben, at=timezone.now())) == timedelta(hours=40)


def test_a_day_is_off_once(ben):
    take_leave(ben, first=date(2024, 3, 5), last=date(2024, 3, 6))

    with pytest.raises(ValidationError, match="off already"):
        take_leave(ben, first=date(2024, 3, 6), last=date(2024, 3, 8))


def test_two_people_are_off_on_the_same_day(ana, ben):
    for person in (ana, ben):
        take_leave(person, first=date(2024, 3, 5), last=date(2024, 3, 6))

    assert [person.leaves.in_force().count() for person in (ana, ben)] == [1, 1]


def test_days_off_run_forward(ben):
    with pytest.raises(ValidationError, match="is the first or a later one"):
        take_leave(ben, first=date(2024, 3, 6), last=date(2024, 3, 5))


def test_hours_that_overlap_are_refused_by_name_and_by_the_database(acme, shifts):
    crossed = [[(540, 720), (700, 1020)], *[[]] * 6]

    with pytest.raises(ValidationError, match="follow each other"):
        change_calendar(shifts, name="Shifts", zone="Europe/Berlin", weekly=crossed)
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        WorkingWindow.objects.create(calendar=shifts, weekday=0, opens=700, closes=730)


def test_a_calendar_somebody_works_by_stays(north, shifts):
    work_by(north, calendar=shifts)

    with pytest.raises(ValidationError, match="work by this calendar"):
        remove_calendar(shifts)


def measured(calendar, start, end):
    """By the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {open_time('%(calendar)s', '%(end)s')}"
            f" - {open_time('%(calendar)s', '%(start)s')}",
            {"calendar": calendar.pk, "start": start, "end": end},
        )
        return cursor.fetchone()[0]


def test_the_database_measures_what_the_clock_on_the_wall_does(acme, shifts):
    set_holidays(shifts, days=[(date(2024, 4, 7), ""), (date(2024, 12, 25), "Christmas")])
    ensure_stretches(acme)
    hours, random = shifts.hours(), Random(3)
    first = world.day("2024-01-01")

    for _ in range(40):
        start = first + timedelta(seconds=random.randrange(300 * 86_400))
        end = start + timedelta(seconds=random.randrange(90 * 86_400))
        assert measured(shifts, start, end) == business_time(start, end, hours)


def test_other_hours_reach_the_database_at_once(acme, shifts):
    ensure_stretches(acme)
    day = datetime(2024, 3, 4, tzinfo=hours_zone(shifts))

    change_calendar(
        shifts, name="Shifts", zone="Australia/Lord_Howe", weekly=[[(0, 60)], *[[]] * 6]
    )

    assert measured(shifts, day, day + timedelta(days=7)) == timedelta(hours=1)


def hours_zone(calendar):
    return calendar.hours().zone
