"""Business time, against somebody who looks at the clock on the wall every minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from teams.working_time import BadWindow, Calendar, business_time, open_stretches, window

NINE_TO_FIVE = (window(time(9), time(17)),)
AROUND_THE_CLOCK = (window(time(), time()),)
SHIFTS = (window(time(1, 15), time(2, 20)), window(time(2, 40), time(12)), window(time(13), time()))
MINUTE = timedelta(minutes=1)


def calendar(zone, day=NINE_TO_FIVE, *, weekend=(), closed=()):
    return Calendar(ZoneInfo(zone), (day,) * 5 + (weekend,) * 2, frozenset(closed))


def at(zone, text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def watched(start, end, working):
    """Minutes at whose beginning the clock on the wall shows working hours."""
    open_minutes, instant = 0, start.astimezone(UTC)
    while instant < end:
        wall = instant.astimezone(working.zone)
        clock = timedelta(hours=wall.hour, minutes=wall.minute)
        windows = () if wall.date() in working.closed else working.weekly[wall.weekday()]
        open_minutes += any(opens <= clock < closes for opens, closes in windows)
        instant += MINUTE
    return open_minutes * MINUTE


def minutes(zone, start, end, working=None):
    working = working or calendar(zone)
    return business_time(at(zone, start), at(zone, end), working) / MINUTE


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-03-04T09:00", "2024-03-04T09:20", 20),
        ("2024-03-08T16:30", "2024-03-11T09:30", 60),
        ("2024-03-09T10:00", "2024-03-09T15:00", 0),
        ("2024-03-04T12:00", "2024-03-06T12:00", 960),
        ("2024-03-06T10:00", "2024-03-06T13:00", 180),
        ("2024-03-06T13:00", "2024-03-06T10:00", 0),
        ("2024-03-06T13:00", "2024-03-06T13:00", 0),
    ],
)
def test_monday_to_friday_nine_to_five_in_berlin(start, end, expected):
    assert minutes("Europe/Berlin", start, end) == expected


def test_a_closed_day_is_not_worked_also_where_it_began_or_ended():
    working = calendar("Europe/Berlin", closed=[date(2024, 5, 1)])

    assert minutes("Europe/Berlin", "2024-04-30T16:00", "2024-05-02T10:00", working) == 120
    assert minutes("Europe/Berlin", "2024-05-01T10:00", "2024-05-02T10:00", working) == 60
    assert minutes("Europe/Berlin", "2024-04-30T16:00", "2024-05-01T15:00", working) == 60


def test_an_hour_that_is_skipped_is_not_worked_and_one_that_is_repeated_is_worked_twice():
    night = calendar("Europe/Berlin", AROUND_THE_CLOCK, weekend=AROUND_THE_CLOCK)

    assert minutes("Europe/Berlin", "2024-03-31T00:00", "2024-04-01T00:00", night) == 23 * 60
    assert minutes("Europe/Berlin", "2024-10-27T00:00", "2024-10-28T00:00", night) == 25 * 60


def test_seconds_and_less_count():
    working, start = calendar("Asia/Kathmandu"), at("Asia/Kathmandu", "2024-03-04T09:00")
    late = start + timedelta(seconds=61, microseconds=7)

    assert business_time(start, late, working) == timedelta(seconds=61, microseconds=7)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Berlin", "2024-03-29"),
        ("Europe/Berlin", "2024-10-25"),
        ("Australia/Lord_Howe", "2024-04-05"),
        ("Australia/Lord_Howe", "2024-10-04"),
        ("Asia/Kathmandu", "2024-02-27"),
        ("America/New_York", "2024-12-30"),
        ("Pacific/Apia", "2011-12-28"),
        ("Africa/Casablanca", "2024-03-08"),
    ],
)
@pytest.mark.parametrize("windows", [NINE_TO_FIVE, SHIFTS, AROUND_THE_CLOCK])
def test_whoever_looks_every_minute_agrees(zone, first, windows):
    start, random = at(zone, f"{first}T00:00"), Random(f"{zone} {first}")
    closed = [start.date() + timedelta(days=random.randrange(6))]
    working = calendar(zone, windows, weekend=windows[:1], closed=closed)

    for _ in range(6):
        begins = start.astimezone(UTC) + random.randrange(3 * 1440) * MINUTE
        ends = begins + random.randrange(4 * 1440) * MINUTE
        assert business_time(begins, ends, working) == watched(begins, ends, working)


def test_parts_add_up_to_the_whole_over_years():
    working = calendar("Australia/Lord_Howe", SHIFTS, closed=[date(2024, 2, 29)])
    random, start = Random(7), datetime(2019, 6, 1, tzinfo=UTC)
    ends = sorted(start + timedelta(seconds=random.randrange(6 * 365 * 86_400)) for _ in range(50))

    parts = [business_time(*pair, working) for pair in pairwise(ends)]

    assert sum(parts, timedelta()) == business_time(ends[0], ends[-1], working)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("windows", [NINE_TO_FIVE, SHIFTS, AROUND_THE_CLOCK])
def test_the_windows_listed_hold_the_same_time(zone, windows):
    working = calendar(zone, windows, closed=[date(2024, 3, 29), date(2024, 10, 28)])
    first, last = date(2024, 1, 1), date(2024, 12, 31)

    found = list(open_stretches(first, last, working))

    assert all(closes < opens for (_, closes), (opens, _) in pairwise(found))
    start, end = at(zone, "2024-01-01T00:00"), at(zone, "2025-01-01T00:00")
    assert sum((b - a for a, b in found), timedelta()) == business_time(start, end, working)


@pytest.mark.parametrize(
    "day",
    [
        (window(time(9), time(12)), window(time(11), time(17))),
        (window(time(17), time(9)),),
        (window(time(9), time(9)),),
        (window(time(13), time(17)), window(time(9), time(12))),
    ],
)
def test_windows_that_overlap_or_run_backwards_are_refused(day):
    with pytest.raises(BadWindow):
        calendar("Europe/Berlin", day)
