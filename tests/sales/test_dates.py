"""A date is the instant its text, format and zone make of it."""

from zoneinfo import ZoneInfo

import pytest

from sales.importing.dates import UnparsableDate, formats_of, is_day, is_format, parser

BERLIN, AMSTERDAM, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Europe/Amsterdam", "Australia/Lord_Howe")
)


def utc(text, fmt="iso", zone=BERLIN):
    return parser(fmt, zone)(text).isoformat()


@pytest.mark.parametrize(
    ("fmt", "text", "instant"),
    [
        ("iso", "2024-01-31", "2024-01-30T23:00:00+00:00"),
        ("iso", "2024-01-31 15:45", "2024-01-31T14:45:00+00:00"),
        ("iso", "2024-01-31T15:45:10.250", "2024-01-31T14:45:10.250000+00:00"),
        ("iso", "20240131", "2024-01-30T23:00:00+00:00"),
        ("dmy", "31.1.2024", "2024-01-30T23:00:00+00:00"),
        ("dmy", "31/01/2024 15:45", "2024-01-31T14:45:00+00:00"),
        ("dmy", "31-01-24, 15:45:10", "2024-01-31T14:45:10+00:00"),
        ("mdy", "1/31/2024 3:45 PM", "2024-01-31T14:45:00+00:00"),
        ("mdy", "1/31/2024 12:05 am", "2024-01-30T23:05:00+00:00"),
        ("ymd", "2024/01/31", "2024-01-30T23:00:00+00:00"),
        ("%d %b %Y", "31 Jan 2024", "2024-01-30T23:00:00+00:00"),
        ("%Y-%m-%d %H:%M %z", "2024-01-31 15:45 +0500", "2024-01-31T10:45:00+00:00"),
    ],
)
def test_each_format_reads_local_time(fmt, text, instant):
    assert utc(text, fmt) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2011-10-01T00:38:44.546+02:00", "2011-09-30T22:38:44.546000+00:00"),
        ("2024-01-31T15:45Z", "2024-01-31T15:45:00+00:00"),
        ("2024-01-31 15:45-08:00", "2024-01-31T23:45:00+00:00"),
    ],
)
def test_an_offset_in_the_text_is_kept_whatever_the_zone(text, instant):
    assert utc(text, zone=AMSTERDAM) == utc(text, zone=LORD_HOWE) == instant


@pytest.mark.parametrize(
    ("zone", "text", "instant"),
    [
        (BERLIN, "2024-10-27 02:30", "2024-10-27T00:30:00+00:00"),
        (BERLIN, "2024-10-27 03:00", "2024-10-27T02:00:00+00:00"),
        (LORD_HOWE, "2024-04-07 01:45", "2024-04-06T14:45:00+00:00"),
    ],
)
def test_a_time_that_occurs_twice_is_the_first(zone, text, instant):
    assert utc(text, zone=zone) == instant


@pytest.mark.parametrize(
    ("zone", "text", "instant"),
    [
        (BERLIN, "2024-03-31 02:30", "2024-03-31T01:30:00+00:00"),
        (LORD_HOWE, "2024-10-06 02:15", "2024-10-05T15:45:00+00:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_read_as_if_they_had_not_moved(zone, text, instant):
    assert utc(text, zone=zone) == instant


@pytest.mark.parametrize(
    ("fmt", "text"),
    [
        ("iso", "31.01.2024"),
        ("iso", "2024-02-30"),
        ("iso", "soon"),
        ("iso", "0001-01-01"),
        ("iso", "1900-06-01"),
        ("iso", "9999-12-31"),
        ("iso", "2024-01-31T25:00"),
        ("dmy", "1/31/2024"),
        ("dmy", "31/01"),
        ("dmy", "31/01/202"),
        ("dmy", "2024-01-31"),
        ("mdy", "31/1/2024"),
        ("mdy", "1/31/2024 13:00 PM"),
        ("mdy", "1/31/2024 0:10 AM"),
        ("ymd", "24/01/31/5"),
        ("%d %b %Y", "31 Foo 2024"),
    ],
)
def test_what_is_no_date_of_the_format_is_refused(fmt, text):
    with pytest.raises(UnparsableDate):
        utc(text, fmt)


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2024-01-31", "2024-02-01"], ["iso"]),
        (["01/02/2024", "03/04/2024"], ["dmy", "mdy"]),
        (["01/02/2024", "31/01/2024"], ["dmy"]),
        (["01/02/2024", "1/31/2024"], ["mdy"]),
        (["2024/01/31"], ["ymd"]),
        (["31/01/2024", "1/31/2024"], []),
        (["", " 31/01/2024 "], ["dmy"]),
    ],
)
def test_the_formats_that_read_every_value(values, formats):
    assert formats_of(values) == formats


@pytest.mark.parametrize("fmt", ["iso", "dmy", "%d.%m.%Y", "%Y-%m-%dT%H:%M:%S%z", "%d %B %y"])
def test_a_format_that_reads_what_it_writes_may_be_stated(fmt):
    assert is_format(fmt)


@pytest.mark.parametrize("fmt", ["European", "%d.%m", "%Q", "%", "%d%d%Y", "%H:%M"])
def test_any_other_is_refused(fmt):
    assert not is_format(fmt)


@pytest.mark.parametrize(
    ("text", "fmt", "expected"),
    [
        ("2024-01-31", "iso", True),
        ("2024-01-31 00:00", "iso", False),
        ("31.01.2024", "%d.%m.%Y", True),
        ("31.01.2024 00", "%d.%m.%Y %H", False),
    ],
)
def test_a_day_is_told_from_its_midnight(text, fmt, expected):
    assert is_day(text, fmt) == expected
