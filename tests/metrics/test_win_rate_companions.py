"""What stands beside the win rate: strict, by value, by cohort and by start."""

from datetime import timedelta

import pytest

from metrics.declared import (
    WIN_RATE,
    WIN_RATE_BY_START,
    WIN_RATE_COHORT,
    WIN_RATE_STRICT,
    WIN_RATE_VALUE,
)
from metrics.rows import EXCLUDED, PENDING
from tests import world
from tests.metrics.asking import behind, counts, names, read, reasons
from tests.metrics.changing import correct, hand_over
from tests.world import day, deal, happen, lost, won

CONTACT = day("2021-03-01")
LATER = CONTACT + timedelta(days=400)


def test_strict_counts_every_disqualified_deal_as_lost(acme, ben, ask):
    won(acme, ben, day("2021-03-02"))
    deal(acme, ben, ("open", 1, CONTACT), ("lost", day("2021-03-05"), "disqualified"))

    assert counts(ask(acme.root, WIN_RATE, "2021-03")) == (1, 1)
    assert counts(ask(acme.root, WIN_RATE_STRICT, "2021-03")) == (1, 2)


def test_strict_still_leaves_out_a_test_record(acme, ben, ask):
    steps = ("open", 1, CONTACT), ("lost", day("2021-03-05"), "disqualified")
    deal(acme, ben, *steps, is_test=True)

    reading = ask(acme.root, WIN_RATE_STRICT, "2021-03")

    assert (counts(reading), reading.statistics.excluded) == ((0, 0), 1)


def test_by_value_divides_amounts_not_deals(acme, ben, ask):
    won(acme, ben, day("2021-03-02"), amount=30_000)
    for _number in range(2):
        lost(acme, ben, day("2021-03-03"), amount=5_000)

    reading = ask(acme.root, WIN_RATE_VALUE, "2021-03")

    assert (reading.value, reading.n) == (75.0, 3)
    assert (reading.low, reading.high) == (None, None)


def test_by_value_leaves_out_and_counts_what_has_no_amount_in_our_currency(acme, ben, ask):
    won(acme, ben, day("2021-03-02"), amount=30_000)
    lost(acme, ben, day("2021-03-03"), name="Unpriced")
    dollars = lost(acme, ben, day("2021-03-03"), amount=90_000, name="Dollars")
    correct(dollars, currency="USD", recorded_at=day("2021-03-04"))

    reading = ask(acme.root, WIN_RATE_VALUE, "2021-03")
    left_out = behind(acme.root, WIN_RATE_VALUE, "2021-03", shown=EXCLUDED, as_of=LATER)

    assert (reading.value, reading.n, reading.statistics.excluded) == (100.0, 1, 2)
    assert reasons(left_out) == {"Unpriced": "no_amount", "Dollars": "no_amount"}


def test_by_value_is_no_number_where_all_amounts_are_zero(acme, ben, ask):
    won(acme, ben, day("2021-03-02"), amount=0)

    assert ask(acme.root, WIN_RATE_VALUE, "2021-03").value is None


def decided_after(acme, ben, days, kind="won", **more):
    return deal(acme, ben, ("open", 1, CONTACT), (kind, CONTACT + timedelta(days=days)), **more)


def test_a_cohort_counts_wins_within_180_days_of_first_contact(acme, ben, ask):
    decided_after(acme, ben, 179)
    decided_after(acme, ben, 180)
    decided_after(acme, ben, 10, "lost")
    deal(acme, ben, ("open", 1, CONTACT))

    assert counts(ask(acme.root, WIN_RATE_COHORT, "2021-03")) == (1, 4)


def test_a_cohort_is_pending_until_its_180_days_are_over_whatever_became_of_it(acme, ben):
    decided_after(acme, ben, 10, name="Early win")

    early = CONTACT + timedelta(days=180, microseconds=-1)
    waiting = read(acme.root, WIN_RATE_COHORT, "2021-03", as_of=early)
    matured = read(acme.root, WIN_RATE_COHORT, "2021-03", as_of=CONTACT + timedelta(days=180))
    rows = behind(acme.root, WIN_RATE_COHORT, "2021-03", shown=PENDING, as_of=early)

    assert (waiting.value, waiting.statistics.pending) == (None, 1)
    assert names(rows) == {"Early win"}
    assert (counts(matured), matured.statistics.pending) == ((1, 1), 0)


def test_lost_then_reopened_and_won_in_time_is_a_win_of_its_cohort(acme, ben, ask):
    made = decided_after(acme, ben, 10, "lost")
    reopened = CONTACT + timedelta(days=20)
    happen(made, ("open", 2, reopened), ("won", reopened + timedelta(days=30)))

    assert counts(ask(acme.root, WIN_RATE_COHORT, "2021-03")) == (1, 1)


def test_a_win_before_first_contact_is_no_win_of_the_cohort(acme, ben, ask):
    before = CONTACT - timedelta(days=30)
    deal(acme, ben, ("open", 2, before), ("won", before), ("open", 1, CONTACT), ("lost", LATER))

    assert counts(ask(acme.root, WIN_RATE_COHORT, "2021-03")) == (0, 1)


def test_a_deal_that_began_past_stage_1_is_in_no_cohort(acme, ben, ask):
    deal(acme, ben, ("open", 2, CONTACT), ("won", CONTACT + timedelta(days=5)))

    assert counts(ask(acme.root, WIN_RATE_COHORT, "all")) == (0, 0)


def test_a_cohort_belongs_to_the_owner_at_first_contact(acme, north, south, ask):
    first, second = world.person(north, "First"), world.person(south, "Second")
    made = decided_after(acme, first, 60)
    hand_over(made, to=second, at=CONTACT + timedelta(days=30))

    assert counts(ask(north, WIN_RATE_COHORT, "2021-03")) == (1, 1)
    assert counts(ask(south, WIN_RATE_COHORT, "2021-03")) == (0, 0)
    assert counts(ask(south, WIN_RATE, "2021")) == (1, 1)


@pytest.mark.parametrize(("code", "expected"), [("2021-03", (1, 2)), ("2021-04", (0, 0))])
def test_by_start_counts_closes_in_the_period_of_first_contact(acme, ben, ask, code, expected):
    decided_after(acme, ben, 40)
    decided_after(acme, ben, 50, "lost")
    deal(acme, ben, ("open", 1, CONTACT))

    assert counts(ask(acme.root, WIN_RATE_BY_START, code)) == expected
