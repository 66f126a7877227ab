"""Business time: how much of a stretch of time lay within working hours. Pure and exact.

An instant is open if the clock on the wall in the calendar's zone then shows a time inside one of
that weekday's windows, and the day is not closed. So an hour that summer time skips is never
worked, and one that it repeats is worked twice.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONDAY = datetime(1, 1, 1)  # noqa: DTZ001  # Wall clocks have no zone.
"""The first Monday there is; wall clock times are counted from it."""

Window = tuple[timedelta, timedelta]
"""Half-open, since local midnight; at most a day."""


class BadWindow(ValueError):
    """Windows of a day overlap, end before they begin, or reach beyond the day."""


def window(start: time, end: time) -> Window:
    """From ``start`` to ``end``; an end of midnight is the end of the day."""
    opens = datetime.combine(MONDAY, start) - MONDAY
    closes = datetime.combine(MONDAY, end) - MONDAY
    return opens, closes or DAY


@dataclass(frozen=True)
class Calendar:
    """Working hours: windows by weekday (Monday first), and days on which nobody works.

    Raises BadWindow.
    """

    zone: ZoneInfo
    weekly: tuple[tuple[Window, ...], ...]
    closed: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise BadWindow("A week has seven days.")
        for day in self.weekly:
            ends = [instant for opens_closes in day for instant in opens_closes]
            if ends != sorted(set(ends)) or (ends and not timedelta() <= ends[0] < ends[-1] <= DAY):
                raise BadWindow("Windows of a day follow each other within it.")

    def open_until(self, wall: datetime) -> timedelta:
        """Working hours on a wall clock that is never set, from MONDAY to ``wall``."""
        weeks, rest = divmod(wall - MONDAY, WEEK)
        day, clock = divmod(rest, DAY)
        ordinary = (
            weeks * self._before[7] + self._before[day] + _open_before(clock, self.weekly[day])
        )
        return ordinary - self._missed(wall.date(), clock)

    def _missed(self, day: date, clock: timedelta) -> timedelta:
        """What closed days before ``wall`` take away."""
        place = bisect_left(self._closed_days, day)
        missed = self._closed_before[place]
        if day in self.closed:
            missed += _open_before(clock, self.weekly[day.weekday()])
        return missed

    @cached_property
    def _before(self) -> list[timedelta]:
        """Open time of a week before each of its days, then of the whole week."""
        return list(accumulate((_length(day) for day in self.weekly), initial=timedelta()))

    @cached_property
    def _closed_days(self) -> list[date]:
        return sorted(self.closed)

    @cached_property
    def _closed_before(self) -> list[timedelta]:
        lengths = (_length(self.weekly[day.weekday()]) for day in self._closed_days)
        return list(accumulate(lengths, initial=timedelta()))


def business_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Open time in ``[start, end)``; none where ``end`` is not after ``start``. Aware instants."""
    spells = _spells(_naive(start), _naive(end), calendar.zone)
    return sum(
        (
            calendar.open_until(ends + offset) - calendar.open_until(begins + offset)
            for begins, ends, offset in spells
        ),
        start=timedelta(),
    )


def open_stretches(
    first: date, last: date, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of open instants, in UTC and in order, of the local days ``[first, last]``.

    Stretches that touch are one, also across midnight.
    """
    start, end = (
        _naive(datetime.combine(day, time(), calendar.zone)) for day in (first, last + DAY)
    )
    opened = closed = None
    for begins, ends in _stretches(start, end, calendar):
        if closed == begins:
            closed = ends
            continue
        if opened and closed:
            yield opened.replace(tzinfo=UTC), closed.replace(tzinfo=UTC)
        opened, closed = begins, ends
    if opened and closed:
        yield opened.replace(tzinfo=UTC), closed.replace(tzinfo=UTC)


def _stretches(
    start: datetime, end: datetime, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """Window by window, cut where the clock is set."""
    for begins, ends, offset in _spells(start, end, calendar.zone):
        midnight = datetime.combine((begins + offset).date(), time()) - offset
        while midnight < ends:
            day = (midnight + offset).date()
            for opens, closes in () if day in calendar.closed else calendar.weekly[day.weekday()]:
                stretch = max(begins, midnight + opens), min(ends, midnight + closes)
                if stretch[0] < stretch[1]:
                    yield stretch
            midnight += DAY


def _spells(
    start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """``[start, end)`` in naive UTC, cut into spells during which the clock is not set."""
    begins = start
    for year in range(start.year, end.year + 1):
        for turn in _turns(zone, year):
            if begins < turn < end:
                yield begins, turn, _offset(zone, begins)
                begins = turn
    if begins < end:
        yield begins, end, _offset(zone, begins)


@lru_cache(maxsize=4096)
def _turns(zone: ZoneInfo, year: int) -> tuple[datetime, ...]:
    """The instants of a year, in naive UTC, at which the clock of a zone is set."""
    days = [datetime(year, 1, 1) + number * DAY for number in range(367)]  # noqa: DTZ001
    found = []
    for before, after in pairwise(days):
        if _offset(zone, before) != _offset(zone, after):
            found.append(_turn(zone, before, after))
    return tuple(turn for turn in found if turn.year == year)


def _turn(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Between two instants with different offsets, the first second with the later one."""
    old = _offset(zone, before)
    seconds = range(1, int((after - before).total_seconds()) + 1)
    place = bisect_left(
        seconds, 1, key=lambda each: int(_offset(zone, before + timedelta(seconds=each)) != old)
    )
    return before + timedelta(seconds=seconds[place])


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def _length(day: tuple[Window, ...]) -> timedelta:
    return sum((closes - opens for opens, closes in day), start=timedelta())


def _open_before(clock: timedelta, day: tuple[Window, ...]) -> timedelta:
    """Open time of a day until the clock shows so much."""
    return sum(
        (min(clock, closes) - opens for opens, closes in day if opens < clock), start=timedelta()
    )
