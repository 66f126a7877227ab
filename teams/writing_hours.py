"""Working hours as people write and read them: ``09:00-12:00, 13:00-17:00``; holidays by line."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

Hours = Sequence[tuple[int, int]]
"""Of a day, in minutes since midnight; in order, none overlapping."""

DAY = 24 * 60
STRETCH = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})", re.ASCII)
HOLIDAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s+([^\x00-\x1f\x7f-\x9f]+))?")
YEARS = range(2000, 2101)
NAME = 100
"""Characters in the name of a holiday."""


def parse_hours(text: str, *, day: str) -> list[tuple[int, int]]:
    """What ``hours_text`` writes; closed if empty. Raises ValidationError naming ``day``."""
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    matches = [STRETCH.fullmatch(part) for part in parts]
    found = []
    for match in matches:
        if match is None or max(int(match[2]), int(match[4])) > 59:
            raise ValidationError(
                _("%(day)s: write hours such as 09:00-12:00, 13:00-17:00; empty is closed.")
                % {"day": day}
            )
        hours = [int(number) for number in match.groups()]
        found.append((hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]))
    ends = [end for hours in found for end in hours]
    if ends != sorted(set(ends)) or (ends and ends[-1] > DAY):
        raise ValidationError(
            _("%(day)s: hours follow each other, the last ends at 24:00 or before.") % {"day": day}
        )
    return found


def hours_text(hours: Hours, *, dash: str = "-") -> str:
    return ", ".join(f"{_clock(opens)}{dash}{_clock(closes)}" for opens, closes in hours)


def week_in_words(weekly: Sequence[Hours]) -> str:
    """``Mon–Fri 09:00–17:00; Sat 09:00–12:00``: days in a row with the same hours together."""
    days = groupby(range(7), key=lambda day: tuple(weekly[day]))
    told = [(list(each), hours) for hours, each in days if hours]
    return "; ".join(
        f"{_days(days[0], days[-1])} {hours_text(hours, dash='–')}" for days, hours in told
    )


def _days(first: int, last: int) -> str:
    names = [str(WEEKDAYS_ABBR[day]) for day in dict.fromkeys((first, last))]
    return "–".join(names)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_holidays(text: str) -> list[tuple[date, str]]:
    """What ``holidays_text`` writes; empty lines are none. Raises ValidationError naming lines."""
    found: dict[date, str] = {}
    troubles = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            day, name = _holiday(line.strip())
            if day in found:
                raise ValidationError(_("this day stands in an earlier line already."))
        except ValidationError as error:
            troubles.append(_("Line %(number)s: %(reason)s") % _told(number, error))
        else:
            found[day] = name
    if troubles:
        raise ValidationError(troubles)
    return list(found.items())


def _told(number: int, error: ValidationError) -> dict[str, object]:
    return {"number": number, "reason": " ".join(error.messages)}


def _holiday(line: str) -> tuple[date, str]:
    match = HOLIDAY.fullmatch(line)
    if match is None:
        raise ValidationError(_("write the day and its name, such as 2026-12-25 Christmas."))
    try:
        day = date.fromisoformat(match[1])
    except ValueError as error:
        raise ValidationError(_("there is no day %(day)s.") % {"day": match[1]}) from error
    name = match[2] or ""
    if day.year not in YEARS:
        raise ValidationError(_("choose a day from 2000 to 2100."))
    if len(name) > NAME:
        raise ValidationError(_("the name may have 100 characters."))
    return day, name


def holidays_text(days: Iterable[tuple[date, str]]) -> str:
    return "\n".join(f"{day.isoformat()} {name}".strip() for day, name in days)
