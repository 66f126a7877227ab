"""What never counts (D0): test records, merged duplicates, what the CRM deleted."""

import pytest

from metrics.declared import METRICS, SALES_CYCLE, WIN_RATE
from metrics.recomputing import recompute_all
from metrics.rows import COUNTED, EXCLUDED
from tests.metrics.asking import behind, read, reasons
from tests.metrics.changing import correct
from tests.world import day, won

CLOSE = day("2020-03-15")
LATER = day("2021-04-01")
SOLD = [metric for metric in METRICS if not metric.is_of_leads]
ALL = pytest.mark.parametrize("metric", SOLD, ids=lambda metric: metric.slug)


@ALL
def test_left_out_of_every_metric_and_listed_with_the_reason(acme, ben, metric):
    kept = won(acme, ben, CLOSE, amount=100, name="Kept")
    won(acme, ben, CLOSE, amount=100, name="Trial", is_test=True)
    won(acme, ben, CLOSE, amount=100, name="Gone", deleted=True)
    won(acme, ben, CLOSE, amount=100, name="Twin", merged_into=kept.external_id)

    reading = read(acme.root, metric, "2020", as_of=LATER)
    counted = behind(acme.root, metric, "2020", shown=COUNTED, as_of=LATER)
    left_out = behind(acme.root, metric, "2020", shown=EXCLUDED, as_of=LATER)

    assert (reading.n, reading.statistics.excluded) == (1, 3)
    assert [row.name for row in counted] == ["Kept"]
    assert reasons(left_out) == {"Trial": "test", "Gone": "deleted", "Twin": "duplicate"}


@ALL
def test_all_left_out_is_no_number(acme, ben, metric):
    won(acme, ben, CLOSE, amount=100, is_test=True)

    reading = read(acme.root, metric, "2020", as_of=LATER)

    assert (reading.value, reading.n, reading.statistics.excluded) == (None, 0, 1)


def test_a_deal_deleted_later_counted_until_then(acme, ben, ask):
    made = won(acme, ben, CLOSE)
    correct(made, deleted=True, recorded_at=day("2020-06-01"))

    assert read(acme.root, WIN_RATE, "2020", as_of=day("2020-05-31")).n == 1
    assert ask(acme.root, WIN_RATE, "2020").n == 0


def test_a_correction_holds_from_the_very_instant_it_was_recorded(acme, ben):
    made = won(acme, ben, CLOSE)
    correct(made, deleted=True, recorded_at=day("2020-06-01"))

    assert read(acme.root, WIN_RATE, "2020", as_of=day("2020-06-01")).n == 0


def test_a_voided_event_did_not_happen(acme, ben, ask):
    made = won(acme, ben, CLOSE)
    made.events.filter(kind="won").void(day("2020-06-01"))

    assert ask(acme.root, WIN_RATE, "2020").value is None
    assert ask(acme.root, SALES_CYCLE, "2020").value is None
    assert read(acme.root, WIN_RATE, "2020", as_of=day("2020-05-31")).value == 100.0


def test_a_deal_learned_of_later_was_not_known_before(acme, ben, ask):
    won(acme, ben, CLOSE, recorded_at=day("2020-08-01"))

    assert read(acme.root, WIN_RATE, "2020", as_of=day("2020-07-31")).value is None
    assert ask(acme.root, WIN_RATE, "2020").value == 100.0


def test_facts_recorded_by_a_clock_that_runs_ahead_count_at_once(acme, ben):
    won(acme, ben, CLOSE, recorded_at=day("2999-01-01"))

    recompute_all(acme)

    assert read(acme.root, WIN_RATE, "2020").value == 100.0
