"""Whether a number changed: an arrow only where chance does not explain it."""

from datetime import UTC, timedelta, timezone

import pytest

from metrics.comparing import change
from metrics.declared import SALES_CYCLE, WIN_RATE, WIN_RATE_VALUE
from metrics.periods import parse
from metrics.reading import Scope, trends
from metrics.recomputing import recompute_all
from metrics.statistics import newcombe
from tests.world import day, deal, lost, won

FEBRUARY, MARCH = day("2021-02-15"), day("2021-03-15")


def decided(organisation, owner, at, *, wins, losses, **more):
    for _number in range(wins):
        won(organisation, owner, at, **more)
    for _number in range(losses):
        lost(organisation, owner, at, **more)


def took(organisation, owner, at, days):
    for each in days:
        deal(organisation, owner, ("open", 1, at - timedelta(days=each)), ("won", at))


def changed(team, metric, code="2021-03", *, rep=None, as_of=None):
    recompute_all(team.organisation)
    scope, period = Scope(team=team, rep=rep), parse(code)
    before, now = trends(scope, [metric], [period.previous(), period], as_of=as_of)[metric.slug]
    return change(scope, metric, period, (before, now), as_of=as_of)


def test_a_change_of_a_rate_is_in_percentage_points_with_newcombes_interval(acme, ben):
    decided(acme, ben, FEBRUARY, wins=6, losses=24)
    decided(acme, ben, MARCH, wins=20, losses=10)

    found = changed(acme.root, WIN_RATE)

    low, high = newcombe((20, 30), (6, 30))
    assert found.delta == pytest.approx(100 * 14 / 30)
    assert (found.low, found.high) == pytest.approx((100 * low, 100 * high))
    assert found.detectable
    assert found.is_good(WIN_RATE)


def test_what_chance_may_explain_is_not_detectable(acme, ben):
    decided(acme, ben, FEBRUARY, wins=5, losses=5)
    decided(acme, ben, MARCH, wins=6, losses=4)

    found = changed(acme.root, WIN_RATE)

    assert found.delta == pytest.approx(10)
    assert not found.detectable


@pytest.mark.parametrize(("before", "now"), [(4, 40), (40, 4)])
def test_a_small_side_is_never_detectable(acme, ben, before, now):
    decided(acme, ben, FEBRUARY, wins=before, losses=0)
    decided(acme, ben, MARCH, wins=0, losses=now)

    found = changed(acme.root, WIN_RATE)

    assert (found.delta, found.high < 0) == (-100, True)
    assert not found.detectable


def test_five_on_either_side_are_enough(acme, ben):
    decided(acme, ben, FEBRUARY, wins=5, losses=0)
    decided(acme, ben, MARCH, wins=0, losses=5)

    assert changed(acme.root, WIN_RATE).detectable


def test_without_a_number_on_both_sides_there_is_no_change(acme, ben):
    decided(acme, ben, MARCH, wins=9, losses=9)

    assert changed(acme.root, WIN_RATE) is None
    assert changed(acme.root, WIN_RATE, "2021-04") is None


def test_amounts_have_a_difference_but_no_interval_and_no_arrow(acme, ben):
    decided(acme, ben, FEBRUARY, wins=0, losses=50, amount=100)
    decided(acme, ben, MARCH, wins=50, losses=0, amount=100)

    found = changed(acme.root, WIN_RATE_VALUE)

    assert (found.delta, found.low, found.high, found.detectable) == (100, None, None, False)


def test_a_change_of_a_median_is_in_days_with_a_bootstrap_interval(acme, ben):
    took(acme, ben, FEBRUARY, range(60, 90))
    took(acme, ben, MARCH, range(20, 40))

    found = changed(acme.root, SALES_CYCLE)

    assert found.delta == 29.5 - 74.5
    assert -60 < found.low < found.delta < found.high < -30
    assert found.detectable
    assert found.is_good(SALES_CYCLE)


def test_a_median_of_few_is_never_detectable(acme, ben):
    took(acme, ben, FEBRUARY, [100] * 4)
    took(acme, ben, MARCH, [1] * 40)

    found = changed(acme.root, SALES_CYCLE)

    assert (found.delta, found.high < 0, found.detectable) == (-99, True, False)


@pytest.mark.parametrize("code", ["2021-Q1", "2021-03-01..2021-03-31", "2021"])
def test_a_change_is_to_the_period_before_of_the_same_kind(acme, ben, code):
    before = parse(code).start - timedelta(days=10)
    took(acme, ben, day(str(before)), range(60, 90))
    took(acme, ben, MARCH, range(20, 40))

    assert changed(acme.root, SALES_CYCLE, code).delta == 29.5 - 74.5


def test_the_same_reading_has_the_same_interval_wherever_its_instant_is_written(acme, ben):
    took(acme, ben, FEBRUARY, range(60, 90, 4))
    took(acme, ben, MARCH, range(20, 80, 7))
    as_of = day("2021-06-01").astimezone(UTC)
    in_jakarta = as_of.astimezone(timezone(timedelta(hours=7)))

    found = changed(acme.root, SALES_CYCLE, as_of=as_of)

    assert found == changed(acme.root, SALES_CYCLE, as_of=in_jakarta)
    assert changed(acme.root, SALES_CYCLE) == changed(acme.root, SALES_CYCLE)


def test_a_persons_change_is_of_the_persons_deals(acme, north, ana, ben):
    took(acme, ana, FEBRUARY, [10] * 9)
    took(acme, ana, MARCH, [10] * 9)
    took(acme, ben, FEBRUARY, [50] * 9)
    took(acme, ben, MARCH, [30] * 9)

    assert changed(north, SALES_CYCLE, rep=ben).delta == -20
    assert changed(north, SALES_CYCLE, rep=ana).detectable is False
