"""The CSV of the rows behind a number: it recomputes the number exactly, and runs nothing."""

import csv
from datetime import datetime, timedelta
from fractions import Fraction
from statistics import mean, median

import pytest

from metrics.declared import (
    METRICS,
    SALES_CYCLE,
    WIN_RATE,
    WIN_RATE_COHORT,
    WIN_RATE_STRICT,
    WIN_RATE_VALUE,
)
from metrics.exporting import lines
from metrics.periods import parse
from metrics.reading import Scope
from metrics.rows import Behind
from tests.metrics.asking import read
from tests.metrics.changing import correct
from tests.world import day, deal, lost, won

CLOSE = day("2021-03-15")
LATER = day("2022-06-01")
DAY = timedelta(days=1)


def exported(team, metric, code="2021-03", *, as_of=LATER):
    asked = Behind(scope=Scope(team=team), metric=metric, period=parse(code), as_of=as_of)
    return list(csv.DictReader(lines(asked)))


def counted(rows):
    return [row for row in rows if row["counted"] == "yes"]


@pytest.fixture
def deals(acme, ben, ana):
    """Closes of all kinds, amounts and ages."""
    for number in range(1, 8):
        age = timedelta(days=number**2, microseconds=number)
        steps = ("open", 1, CLOSE - age), ("won", CLOSE)
        deal(acme, ben if number % 2 else ana, *steps, amount=1_05 * number)
    for number in range(5):
        lost(acme, ben, CLOSE, amount=number * 3_33)
    won(acme, ana, CLOSE)
    dollars = won(acme, ana, CLOSE, amount=77_700)
    correct(dollars, currency="USD", recorded_at=day("2021-04-01"))
    won(acme, ana, CLOSE, amount=1_000_000, is_test=True)
    deal(acme, ana, ("open", 1, CLOSE), ("lost", CLOSE, "disqualified"), amount=99_900)
    deal(acme, ana, ("open", 2, CLOSE), ("won", CLOSE), created_at=LATER, amount=5)


@pytest.mark.parametrize("metric", [WIN_RATE, WIN_RATE_STRICT], ids=lambda metric: metric.slug)
def test_a_rate(acme, deals, metric):
    rows = counted(exported(acme.root, metric))

    wins = sum(row["won"] == "yes" for row in rows)

    assert 100 * wins / len(rows) == read(acme.root, metric, "2021-03", as_of=LATER).value


def test_a_cohort_with_its_pending_rows(acme, deals):
    as_of = CLOSE + timedelta(days=160)
    rows = exported(acme.root, WIN_RATE_COHORT, "all", as_of=as_of)

    reading = read(acme.root, WIN_RATE_COHORT, "all", as_of=as_of)

    wins = sum(row["won"] == "yes" for row in counted(rows))
    assert 100 * wins / len(counted(rows)) == reading.value
    assert sum(row["counted"] == "pending" for row in rows) == reading.statistics.pending > 0


def test_a_rate_by_value(acme, deals):
    rows = counted(exported(acme.root, WIN_RATE_VALUE))

    amounts = [(Fraction(row["amount"]), row["won"] == "yes") for row in rows]
    share = sum(amount for amount, hit in amounts if hit) / sum(amount for amount, _ in amounts)

    assert float(100 * share) == read(acme.root, WIN_RATE_VALUE, "2021-03", as_of=LATER).value


def test_a_median_and_a_mean(acme, deals):
    rows = counted(exported(acme.root, SALES_CYCLE))

    ages = [
        Fraction((moment(row["at"]) - moment(row["started_at"])) // timedelta.resolution)
        / (DAY // timedelta.resolution)
        for row in rows
    ]

    reading = read(acme.root, SALES_CYCLE, "2021-03", as_of=LATER)
    assert float(median(ages)) == reading.value
    assert float(mean(ages)) == pytest.approx(reading.mean, rel=1e-14)
    assert [float(row["days"]) for row in rows] == [float(age) for age in ages]


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "metric", [each for each in METRICS if not each.is_of_leads], ids=lambda metric: metric.slug
)
def test_what_is_left_out_is_listed_with_its_reason(acme, deals, metric):
    rows = exported(acme.root, metric, "all")

    left_out = [row for row in rows if row["counted"] == "no"]

    reading = read(acme.root, metric, "all", as_of=LATER)
    assert len(left_out) == reading.statistics.excluded > 0
    assert all(row["left_out_because"] and not row["won"] for row in left_out)
    assert not any(row["left_out_because"] for row in counted(rows))


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_taken_for_a_formula(acme, ben, north, text):
    for thing in (ben, north):
        thing.name = text
        thing.save()
    won(acme, ben, CLOSE, name=text, account=text, product=text)

    (row,) = exported(acme.root, WIN_RATE)

    cells = [row[column] for column in ("name", "account", "product", "owner", "team")]
    assert cells == [f"'{text}"] * 5


def test_times_are_local_with_their_offset(acme, ben):
    won(acme, ben, day("2021-03-28", 12))

    (row,) = exported(acme.root, WIN_RATE)

    assert (row["started_at"], row["at"]) == (
        "2020-01-01T13:00:00+01:00",
        "2021-03-28T14:00:00+02:00",
    )


def test_cells_with_separators_and_quotes_survive(acme, ben):
    won(acme, ben, CLOSE, name='Pumps, "big"\nand small')

    (row,) = exported(acme.root, WIN_RATE)

    assert row["name"] == 'Pumps, "big"\nand small'
