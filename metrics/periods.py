"""Periods of local time: months, fiscal quarters and years, ranges of days, and all time.

A period is half-open in local days, ``[start, end)``; an instant belongs to it by the local
midnight of the organisation's zone, whoever looks.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

MONTH, QUARTER, YEAR, RANGE, ALL = "month", "quarter", "year", "range", "all"
GRAINS = (MONTH, QUARTER, YEAR)
MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}
FIRST, LAST = date(1900, 1, 1), date(9999, 1, 1)


class UnknownPeriod(ValueError):
    """What was asked for is not a period; the message says how one is written."""


def month_index(day: date) -> int:
    """Months since year 0; January 2017 is 2017 * 12."""
    return day.year * 12 + day.month - 1


def from_index(index: int) -> date:
    """The first day of the month with that index."""
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """``[start, end)`` in local days. ``fiscal`` is the month (1-12) the fiscal year starts in."""

    grain: str
    start: date
    end: date
    fiscal: int = 1

    @classmethod
    def containing(cls, day: date, grain: str, fiscal: int = 1) -> "Period":
        """The month, fiscal quarter or fiscal year that ``day`` lies in."""
        months = MONTHS_IN[grain]
        shifted = month_index(day) - (fiscal - 1)
        first = shifted - shifted % months + (fiscal - 1)
        return cls(grain, from_index(first), from_index(first + months), fiscal)

    @classmethod
    def all_time(cls) -> "Period":
        return cls(ALL, FIRST, LAST)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end as instants: local midnights in ``zone``."""
        start, end = (datetime.combine(day, time(), zone) for day in (self.start, self.end))
        return start, end

    def previous(self) -> "Period | None":
        """The one before of the same type; for a range the same number of days.

        None for all time, and for a range so long that its like before would begin before FIRST.
        """
        if self.grain == ALL:
            return None
        if self.grain == RANGE:
            days = self.end - self.start
            fits = self.start - FIRST >= days
            return Period(RANGE, self.start - days, self.start) if fits else None
        return Period.containing(self.start - timedelta(days=1), self.grain, self.fiscal)

    def next(self) -> "Period | None":
        """The one after of the same type; none for ranges and all time, nor past LAST."""
        if self.grain in (ALL, RANGE) or self.end >= LAST:
            return None
        return Period.containing(self.end, self.grain, self.fiscal)

    def back(self, count: int) -> list["Period"]:
        """This period and those before it, ``count`` in all, oldest first."""
        periods = [self]
        while len(periods) < count and (before := periods[0].previous()):
            periods.insert(0, before)
        return periods

    def is_partial(self, now: datetime) -> bool:
        """Still running at ``now`` (an aware instant in the organisation's zone)."""
        return self.grain != ALL and self.start <= now.date() < self.end

    @property
    def months(self) -> tuple[int, int]:
        """Half-open range of month indexes; exact for months, quarters, years and all time."""
        return month_index(self.start), month_index(self.end)

    @property
    def _named_year(self) -> int:
        """A fiscal year is called after the calendar year it ends in."""
        return (self.end - timedelta(days=1)).year if self.fiscal > 1 else self.start.year

    @property
    def code(self) -> str:
        """How the period is written in URLs and commands: ``2017``, ``2017-Q1``, ``2017-03``, …"""
        return _code(self)

    @property
    def label(self) -> str:
        """For people, in the current language: “March 2017”, “Q1 2017”, “2017”."""
        if self.grain == ALL:
            return _("All time")
        if self.grain == RANGE:
            last = self.end - timedelta(days=1)
            return (
                f"{formats.date_format(self.start, 'j M Y')} – {formats.date_format(last, 'j M Y')}"
            )
        if self.grain == MONTH:
            return formats.date_format(self.start, "F Y")
        year, _dash, quarter = self.code.partition("-")
        name = _("FY %(year)s") % {"year": year} if self.fiscal > 1 else year
        return f"{quarter} {name}" if quarter else name

    @property
    def short_label(self) -> str:
        """For axes: “Mar 17”, “Q1 17”, “2017”."""
        if self.grain == MONTH:
            return formats.date_format(self.start, "M y")
        if self.grain == QUARTER:
            year, _dash, quarter = self.code.partition("-")
            return f"{quarter} {year[2:]}"
        return self.label


@lru_cache(maxsize=4096)
def _code(period: Period) -> str:
    if period.grain == ALL:
        return "all"
    if period.grain == RANGE:
        return f"{period.start}..{period.end - timedelta(days=1)}"
    if period.grain == MONTH:
        return f"{period.start:%Y-%m}"
    year = Period.containing(period.start, YEAR, period.fiscal)
    if period.grain == YEAR:
        return f"{year._named_year:04d}"
    quarter = (month_index(period.start) - month_index(year.start)) // 3 + 1
    return f"{year._named_year:04d}-Q{quarter}"


def parse(code: str, fiscal: int = 1) -> Period:
    """Read a period: ``all``, ``2017``, ``2017-Q1``, ``2017-03``, ``2017-01-15..2017-02-14``.

    A range includes its last day. Raises UnknownPeriod.
    """
    if code == "all":
        return Period.all_time()
    try:
        return _parse_range(code) if ".." in code else _parse_named(code, fiscal)
    except (ValueError, OverflowError) as error:
        raise UnknownPeriod(
            _(
                "“%(code)s” is not a period. Write 2017, 2017-Q1, 2017-03, "
                "2017-01-15..2017-02-14 or all."
            )
            % {"code": code[:40]}
        ) from error


def _parse_range(code: str) -> Period:
    first, last = (date.fromisoformat(part) for part in code.split(".."))
    if last < first or not first > FIRST or last >= LAST - timedelta(days=1):
        raise ValueError(code)
    return Period(RANGE, first, last + timedelta(days=1))


def _parse_named(code: str, fiscal: int) -> Period:
    match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?", code, re.ASCII)
    if match is None or not FIRST.year < int(match[1]) < LAST.year:
        raise ValueError(code)
    year = int(match[1])
    if match[3]:
        return Period.containing(date(year, int(match[3]), 1), MONTH, fiscal)
    first = month_index(date(year, fiscal, 1)) - (12 if fiscal > 1 else 0)
    if match[2]:
        return Period.containing(from_index(first + 3 * (int(match[2]) - 1)), QUARTER, fiscal)
    return Period.containing(from_index(first), YEAR, fiscal)
