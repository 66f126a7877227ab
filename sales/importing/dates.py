"""Dates and times as files write them.

A column has one format: the stated one, or ISO 8601. Where days and months can be swapped, nobody
guesses: ``formats_of`` returns both and the person is asked.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

FORMATS = ("iso", "dmy", "mdy", "ymd")
WITH_OFFSET = "iso_with_offset"
"""ISO 8601 that always says its offset from UTC; how programs write."""

PARTS = re.compile(
    r"(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{1,4})"
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s*([AaPp][Mm])?)?",
    re.ASCII,
)
ORDERS = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}
ISO_LIKE = re.compile(r"\d{4}-?\d{2}-?\d{2}(?!\d)", re.ASCII)
DIGIT = re.compile(r"\d", re.ASCII)
CLOCK = re.compile("%[HIcXTRr]")


class UnparsableDate(ValueError):
    """The text is not a date in the stated format."""


def is_format(fmt: str) -> bool:
    """Whether it is one of FORMATS, WITH_OFFSET, or a ``strptime`` pattern that reads what it
    writes."""
    if fmt in (*FORMATS, WITH_OFFSET):
        return True
    moment = datetime(2024, 12, 31, 13, 45, 59, tzinfo=UTC)
    try:
        read = datetime.strptime(moment.strftime(fmt), fmt)  # noqa: DTZ007
    except (ValueError, re.error):
        return False
    return read.date() == moment.date()


def parser(fmt: str, zone: ZoneInfo) -> Callable[[str], datetime]:
    """A function from text to an instant in UTC; raises UnparsableDate.

    ``fmt`` is as ``is_format`` takes it. Text without an offset is local time of
    ``zone``, a date without a time its midnight. A local time that occurs twice (clocks go back)
    is the first; one that does not occur (clocks go forward) is read with the offset before.
    """
    read = _reader(fmt)

    @lru_cache(maxsize=65_536)
    def parse(text: str) -> datetime:
        try:
            found = read(text)
        except (ValueError, OverflowError) as error:
            raise UnparsableDate(text) from error
        if not 1900 < found.year < 9999:
            raise UnparsableDate(text)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    return parse


def is_day(text: str, fmt: str) -> bool:
    """Whether a date that ``fmt`` reads has no time of day."""
    if fmt == WITH_OFFSET:
        return False
    if fmt in FORMATS:
        return ":" not in text and "T" not in text
    return not CLOCK.search(fmt)


def _reader(fmt: str) -> Callable[[str], datetime]:
    if fmt == "iso":
        return datetime.fromisoformat
    if fmt == WITH_OFFSET:
        return _with_offset
    if fmt in ORDERS:
        order = ORDERS[fmt]
        return lambda text: _from_parts(text, order)
    return lambda text: datetime.strptime(text, fmt)  # noqa: DTZ007


def _with_offset(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _from_parts(text: str, order: tuple[int, int, int]) -> datetime:
    match = PARTS.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(match[1 + place]) for place in order)
    if len(match[1 + order[0]]) == 2:
        year += 2000 if year < 70 else 1900
    elif len(match[1 + order[0]]) != 4:
        raise ValueError(text)
    hour = _hour(int(match[4] or 0), match[8])
    micros = int((match[7] or "0").ljust(6, "0"))
    return datetime(  # noqa: DTZ001
        year, month, day, hour, int(match[5] or 0), int(match[6] or 0), micros
    )


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def formats_of(values: Iterable[str]) -> list[str]:
    """The formats that read every value; more than one of dmy and mdy means: ask."""
    possible = list(FORMATS)
    zone = ZoneInfo("UTC")
    parsers = {name: parser(name, zone) for name in FORMATS}
    for value in values:
        if value.strip():
            possible = [name for name in possible if _reads(parsers[name], value.strip())]
    return ["iso"] if "iso" in possible else possible


def _reads(parse: Callable[[str], datetime], value: str) -> bool:
    try:
        parse(value)
    except UnparsableDate:
        return False
    return True
