"""Working hours in words and out of them; what cannot be read is named by its day or line."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from teams.writing_hours import (
    holidays_text,
    hours_text,
    parse_holidays,
    parse_hours,
    week_in_words,
)

NINE_TO_FIVE = [(540, 1020)]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("  ", []),
        ("09:00-17:00", NINE_TO_FIVE),
        ("9:00 – 17:00", NINE_TO_FIVE),
        ("09.00-17.00", NINE_TO_FIVE),
        ("09:00-12:00, 13:00-17:00", [(540, 720), (780, 1020)]),
        ("00:00-24:00", [(0, 1440)]),
    ],
)
def test_hours_are_read_as_people_write_them(text, hours):
    assert parse_hours(text, day="Monday") == hours
    assert parse_hours(hours_text(hours), day="Monday") == hours


@pytest.mark.parametrize("text", ["9-17", "nine to five", "09:00", "09:60-17:00", "09:00-17:00,"])
def test_what_are_no_hours_is_refused_by_its_day(text):
    with pytest.raises(ValidationError, match="Tuesday: write hours such as 09:00-12:00"):
        parse_hours(text, day="Tuesday")


@pytest.mark.parametrize(
    "text",
    [
        "17:00-09:00",
        "09:00-09:00",
        "09:00-12:00, 11:00-17:00",
        "09:00-12:00, 12:00-17:00",
        "13:00-17:00, 09:00-12:00",
        "22:00-24:30",
    ],
)
def test_hours_that_do_not_follow_each_other_are_refused_by_their_day(text):
    with pytest.raises(ValidationError, match="Tuesday: hours follow each other"):
        parse_hours(text, day="Tuesday")


@pytest.mark.parametrize(
    ("weekly", "words"),
    [
        ([NINE_TO_FIVE] * 5 + [[], []], "Mon–Fri 09:00–17:00"),
        ([NINE_TO_FIVE] * 5 + [[(540, 720)], []], "Mon–Fri 09:00–17:00; Sat 09:00–12:00"),
        ([NINE_TO_FIVE, [], NINE_TO_FIVE, *[[]] * 4], "Mon 09:00–17:00; Wed 09:00–17:00"),
        ([[(540, 720), (780, 1020)]] * 7, "Mon–Sun 09:00–12:00, 13:00–17:00"),
    ],
)
def test_a_week_is_told_by_days_in_a_row(weekly, words):
    assert week_in_words(weekly) == words


def test_a_week_is_told_in_the_language_of_who_reads():
    with translation.override("id"):
        assert week_in_words([NINE_TO_FIVE] * 5 + [[], []]) == "Sen–Jum 09:00–17:00"


def test_holidays_are_a_day_and_a_name_on_each_line():
    days = [(date(2026, 12, 25), "Christmas"), (date(2027, 1, 1), "")]

    assert parse_holidays("2026-12-25  Christmas \r\n\r\n 2027-01-01\n") == days
    assert parse_holidays(holidays_text(days)) == days


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Christmas", "write the day and its name"),
        ("25.12.2026 Christmas", "write the day and its name"),
        ("2026-12-25Christmas", "write the day and its name"),
        ("2026-12-25 Christ\x01mas", "write the day and its name"),
        ("2026-02-30 Thaw", "there is no day 2026-02-30"),
        ("1999-12-31 Eve", "choose a day from 2000 to 2100"),
        ("2026-12-25 " + "x" * 101, "the name may have 100 characters"),
        ("2026-12-24 Again", "stands in an earlier line"),
    ],
)
def test_what_is_no_holiday_is_refused_by_its_line(line, reason):
    with pytest.raises(ValidationError, match=f"Line 3: {reason}|Line 3: this day {reason}"):
        parse_holidays(f"2026-12-24 Eve\n\n{line}\n")


def test_every_line_that_is_wrong_is_named():
    with pytest.raises(ValidationError) as refused:
        parse_holidays("x\n2026-12-25\ny")

    assert [message[:7] for message in refused.value.messages] == ["Line 1:", "Line 3:"]
