"""Periods: how they are written, where they begin and end, what comes before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.periods import (
    GRAINS,
    Period,
    UnknownPeriod,
    from_index,
    month_index,
    parse,
)

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HAVANA = ZoneInfo("America/Havana")

WRITTEN = [
    ("2017", 1, "2017-01-01", "2018-01-01"),
    ("2017-Q1", 1, "2017-01-01", "2017-04-01"),
    ("2017-Q4", 1, "2017-10-01", "2018-01-01"),
    ("2017-03", 1, "2017-03-01", "2017-04-01"),
    ("2016-02", 1, "2016-02-01", "2016-03-01"),
    ("2017-01-15..2017-02-14", 1, "2017-01-15", "2017-02-15"),
    ("2017-01-15..2017-01-15", 1, "2017-01-15", "2017-01-16"),
    ("2017", 4, "2016-04-01", "2017-04-01"),
    ("2017-Q1", 4, "2016-04-01", "2016-07-01"),
    ("2017-Q4", 4, "2017-01-01", "2017-04-01"),
    ("2017-03", 4, "2017-03-01", "2017-04-01"),
    ("2017-Q2", 2, "2016-05-01", "2016-08-01"),
    ("2017", 12, "2016-12-01", "2017-12-01"),
]


@pytest.mark.parametrize(("code", "fiscal", "start", "end"), WRITTEN)
def test_a_code_names_half_open_local_days(code, fiscal, start, end):
    period = parse(code, fiscal)

    assert (str(period.start), str(period.end)) == (start, end)


@pytest.mark.parametrize(("code", "fiscal"), [(code, fiscal) for code, fiscal, *_ in WRITTEN])
def test_a_period_is_written_as_it_was_read(code, fiscal):
    assert parse(code, fiscal).code == code


@pytest.mark.parametrize("fiscal", range(1, 13))
@pytest.mark.parametrize("grain", GRAINS)
def test_every_day_lies_in_one_period_that_can_be_read_back(grain, fiscal):
    for index in range(month_index(date(2015, 1, 1)), month_index(date(2018, 1, 1))):
        last_day = from_index(index + 1) - timedelta(days=1)

        period = Period.containing(last_day, grain, fiscal)

        assert period.start <= last_day < period.end
        assert parse(period.code, fiscal) == period


@pytest.mark.parametrize("fiscal", [1, 4, 12])
@pytest.mark.parametrize("grain", GRAINS)
def test_before_and_after_touch(grain, fiscal):
    period = Period.containing(date(2017, 3, 15), grain, fiscal)

    assert period.previous().end == period.start
    assert period.next().start == period.end
    assert period.next().previous() == period


def test_before_a_range_is_the_same_number_of_days():
    assert parse("2017-03-01..2017-03-10").previous().code == "2017-02-19..2017-02-28"


def test_all_time_has_nothing_before_or_after():
    assert parse("all").previous() is None
    assert parse("all").next() is None


@pytest.mark.parametrize("code", ["9998", "9998-Q4", "9998-12"])
def test_nothing_comes_after_the_last_year(code):
    assert parse(code).next() is None


def test_a_range_too_long_to_have_one_before_has_none():
    assert parse("1900-01-02..9998-12-30").previous() is None
    assert parse("1950-01-01..2050-12-31").previous() is None


def test_a_dozen_months_back_oldest_first():
    codes = [period.code for period in parse("2017-02").back(12)]

    assert (len(codes), codes[0], codes[-2:]) == (12, "2016-03", ["2017-01", "2017-02"])


@pytest.mark.parametrize(
    "code",
    [
        "", "17", "2017-Q0", "2017-Q5", "2017-q1", "2017-00", "2017-13", "2017-3", "2017-03-01",
        "0000", "1900", "9999", "20170301", "2017..2018", "2017-02-30..2017-03-01",
        "2017-03-02..2017-03-01", "2017-01-01..2017-01-02..2017-01-03", "..", "2017-01-01..",
        "1899-12-31..2017-01-01", "2017-01-01..9998-12-31", "ALL", "٢٠١٧", "2017 ", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_ways_to_write_one(code):
    with pytest.raises(UnknownPeriod, match="2017-Q1"):
        parse(code)


def test_an_error_repeats_no_more_than_the_beginning_of_a_long_code():
    with pytest.raises(UnknownPeriod) as refused:
        parse("x" * 5000)

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("code", "zone", "start", "hours"),
    [
        ("2021-03", BERLIN, "2021-02-28T23:00", 31 * 24 - 1),
        ("2021-10", BERLIN, "2021-09-30T22:00", 31 * 24 + 1),
        ("2021-04", LORD_HOWE, "2021-03-31T13:00", 30 * 24 + 0.5),
        ("2021-10", LORD_HOWE, "2021-09-30T13:30", 31 * 24 - 0.5),
        ("2018-11-04..2018-11-04", SAO_PAULO, "2018-11-04T03:00", 23),
        ("2018-02-17..2018-02-17", SAO_PAULO, "2018-02-17T02:00", 25),
        ("2020-11-01..2020-11-01", HAVANA, "2020-11-01T04:00", 25),
        ("2020-03-08..2020-03-08", HAVANA, "2020-03-08T05:00", 23),
    ],
)
def test_periods_begin_and_end_at_local_midnight_whatever_the_clocks_do(code, zone, start, hours):
    first, end = (instant.astimezone(UTC) for instant in parse(code).bounds(zone))

    assert first == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert (end - first) / timedelta(hours=1) == hours


def test_a_period_is_partial_from_its_first_instant_until_its_end():
    march = parse("2021-03")

    assert march.is_partial(datetime(2021, 3, 1, tzinfo=BERLIN))
    assert march.is_partial(datetime(2021, 3, 31, 23, 59, tzinfo=BERLIN))
    assert not march.is_partial(datetime(2021, 4, 1, tzinfo=BERLIN))
    assert not march.is_partial(datetime(2021, 2, 28, 23, 59, tzinfo=BERLIN))
    assert not parse("all").is_partial(datetime(2021, 4, 1, tzinfo=BERLIN))
