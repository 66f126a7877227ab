"""A real log of 60,849 stage changes of loan applications: every figure known of it, exactly."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import Count, OuterRef, Subquery

from sales.models import Opportunity, StageEvent
from tests.sales.from_files import (
    REAL_DATA,
    import_sales,
    metric,
    only_with_real_data,
    rows_behind,
    settle,
    taken_back,
)

pytestmark = [
    only_with_real_data,
    pytest.mark.django_db,
    pytest.mark.xdist_group("bpic2012"),
]

FILE = REAL_DATA / "bpic2012" / "applications_A.csv.gz"
REACHED = {1: 13_087, 2: 7_367, 3: 5_113, 4: 5_015, 5: 2_246}
"""Applications that ever stood at a position: submitted, preaccepted, accepted, finalized, won."""

APPROVED_BY_MONTH = {
    "2011-10": 20.89,
    "2011-11": 15.65,
    "2011-12": 17.72,
    "2012-01": 17.86,
    "2012-02": 16.88,
}
"""Per cent of those submitted in the month, Amsterdam time, and decided."""


@pytest.fixture(scope="module", autouse=True)
def said(django_db_setup, django_db_blocker):
    """What the first import said and what the second; imported once for all tests."""
    zone = ("--timezone", "Europe/Amsterdam")
    with taken_back(django_db_blocker):
        call_command("create_organization", "bank", *zone, stdout=StringIO())
        said = [import_sales("stage_events", FILE, "bank", "bpic2012.toml") for _time in (1, 2)]
        settle("bank")
        yield said


def test_a_second_import_changes_nothing(said):
    assert said == [
        "60849 rows: 43270 created, 0 updated, 0 unchanged, 17579 ignored, 0 rejected\n",
        "60849 rows: 0 created, 0 updated, 43270 unchanged, 17579 ignored, 0 rejected\n",
    ]
    assert StageEvent.objects.count() == 43_270


def test_how_many_reach_each_stage():
    events = StageEvent.objects.in_force().exclude(to_pos=None)

    reached = events.values_list("to_pos").annotate(Count("opportunity", distinct=True))

    assert dict(reached.order_by("to_pos")) == REACHED


def test_what_is_decided_and_what_is_not():
    kinds = newest_kinds()

    (found,) = metric("win-rate", "bank")

    assert (found["numerator"], found["denominator"]) == (2_246, 12_688)
    assert round(found["value"], 2) == 17.70
    assert (len(kinds), kinds.count("open")) == (13_087, 399)


@pytest.mark.parametrize("month", APPROVED_BY_MONTH)
def test_the_approved_share_by_local_month_of_submission(month):
    (found,) = metric("win-rate-by-start", "bank", "--period", month)

    assert round(found["value"], 2) == APPROVED_BY_MONTH[month]


def test_late_on_30_september_in_utc_is_october_in_amsterdam():
    rows = rows_behind("win-rate-by-start", "bank", period="2011-10")

    assert min(row["started_at"] for row in rows) == "2011-10-01T00:38:44.546000+02:00"
    assert metric("win-rate-by-start", "bank", "--period", "2011-09")[0]["value"] is None


@pytest.mark.parametrize("month", APPROVED_BY_MONTH)
def test_the_rows_recompute_a_month(month):
    rows = rows_behind("win-rate-by-start", "bank", period=month)

    (found,) = metric("win-rate-by-start", "bank", "--period", month)
    approved = sum(row["won"] == "yes" for row in rows)
    assert 100 * approved / len(rows) == found["value"]


def newest_kinds():
    newest = StageEvent.objects.in_force().filter(opportunity=OuterRef("pk"))
    kind = Subquery(newest.order_by("-at", "-seq").values("kind")[:1])
    return list(Opportunity.objects.annotate(kind=kind).values_list("kind", flat=True))


def test_the_funnel():
    steps = metric("stage-conversion", "bank", "--by", "stage")

    assert [step["entered"] for step in steps] == [13_087, 7_367, 5_113, 5_015, 2_246]
    assert [step["stage"] for step in steps][-1] == "Won"


def test_how_long_the_first_stages_take():
    """The log gives three decimals of the median and two of the mean."""
    first, second, *_rest = metric("stage-conversion", "bank", "--by", "stage")

    assert (round(first["median_days"], 3), round(first["mean_days"], 2)) == (0.001, 0.09)
    assert (round(second["median_days"], 3), round(second["mean_days"], 2)) == (0.172, 0.78)
