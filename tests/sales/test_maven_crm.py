"""A real CRM export of 8,800 opportunities: every figure known of it, exactly."""

from datetime import datetime, timedelta
from fractions import Fraction
from io import StringIO
from statistics import mean, quantiles

import pytest
from django.core.management import call_command

from sales.models import Opportunity, OpportunityDetail, OpportunityOwner, StageEvent
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
    pytest.mark.xdist_group("maven_crm"),
]

FILE = REAL_DATA / "maven_crm" / "sales_pipeline.csv"
FACTS = (Opportunity, OpportunityDetail, OpportunityOwner, StageEvent)

BY_TEAM = {
    "Cara Losch": (480, 265, 64.43),
    "Summer Sewald": (828, 459, 64.34),
    "Celia Rouche": (610, 352, 63.41),
    "Dustin Brinkmann": (747, 439, 62.98),
    "Melvin Marxen": (882, 536, 62.20),
    "Rocco Neubert": (691, 422, 62.08),
    "West": (1_438, 811, 63.94),
    "Central": (1_629, 975, 62.56),
    "East": (1_171, 687, 63.02),
}
BY_QUARTER = {
    "2017-Q1": (531, 116, 82.07),
    "2017-Q2": (1_254, 778, 61.71),
    "2017-Q3": (1_257, 790, 61.41),
    "2017-Q4": (1_196, 789, 60.25),
}
"""Won, lost and won of those in per cent."""

CYCLES = {
    "Cara Losch": 58,
    "Summer Sewald": 57,
    "Celia Rouche": 61,
    "Dustin Brinkmann": 63,
    "Melvin Marxen": 51.5,
    "Rocco Neubert": 45,
}
REVENUE = 10_005_534


@pytest.fixture(scope="module", autouse=True)
def imports(django_db_setup, django_db_blocker):
    """What two imports said and how many facts there were after each; in UTC, where every day has
    24 hours."""
    with taken_back(django_db_blocker):
        founding = ("--name", "Maven", "--timezone", "UTC", "--currency", "USD")
        call_command("create_organization", "maven", *founding, stdout=StringIO())
        imports = [
            (import_sales("opportunities", FILE, "maven", "maven_crm.toml"), count_facts())
            for _time in (1, 2)
        ]
        settle("maven")
        yield imports


def count_facts():
    """Of every kind, voided ones too."""
    return [model.objects.count() for model in FACTS]


def test_a_second_import_changes_nothing(imports):
    (first, facts), (second, facts_then) = imports

    assert first.splitlines() == [
        "Owners file: 35 people added, 0 put into a first team, 9 teams added, 0 people stay in "
        "their team",
        "8800 rows: 8800 created, 0 updated, 0 unchanged, 0 ignored, 0 rejected",
    ]
    assert second.splitlines() == [
        "Owners file: 0 people added, 0 put into a first team, 0 teams added, 35 people stay in "
        "their team",
        "8800 rows: 0 created, 0 updated, 8800 unchanged, 0 ignored, 0 rejected",
    ]
    assert facts == facts_then


def test_the_whole():
    (found,) = metric("win-rate", "maven")

    assert outcome(found) == (4_238, 2_473, 63.15)
    assert Opportunity.objects.count() - found["denominator"] == 2_089


def test_every_manager_and_region():
    found = metric("win-rate", "maven", "--by", "team")

    assert {row["team"]: outcome(row) for row in found} == BY_TEAM


@pytest.mark.parametrize("quarter", BY_QUARTER)
def test_every_quarter(quarter):
    (found,) = metric("win-rate", "maven", "--period", quarter)

    assert outcome(found) == BY_QUARTER[quarter]


def outcome(row):
    won, decided = row["numerator"], row["denominator"]
    return won, decided - won, round(row["value"], 2)


def test_five_agents_without_deals_read_no_data_and_never_zero():
    found = metric("win-rate", "maven", "--by", "rep")

    values = [row["value"] for row in found]
    assert (len(values), values.count(None), values.count(0)) == (35, 5, 0)


def test_the_length_of_a_cycle():
    (found,) = metric("sales-cycle", "maven")

    assert (found["value"], found["p25"], found["p75"], found["n"]) == (57, 9, 88, 4_238)
    assert round(found["mean"], 2) == 51.78


def test_every_managers_median_cycle():
    found = metric("sales-cycle", "maven", "--by", "team")

    values = {row["team"]: row["value"] for row in found}
    assert {name: values[name] for name in CYCLES} == CYCLES


def test_won_revenue():
    (found,) = metric("win-rate-value", "maven")

    assert found["numerator"] == REVENUE * 100


@pytest.mark.parametrize(
    ("team", "period"),
    [("Maven", "all"), *((name, "all") for name in BY_TEAM), *(("Maven", q) for q in BY_QUARTER)],
)
def test_the_rows_recompute_every_win_rate(team, period):
    rows = rows_behind("win-rate", "maven", team, period)

    (found,) = metric("win-rate", "maven", "--team", team, "--period", period)
    won = sum(row["won"] == "yes" for row in rows)
    assert (won, len(rows)) == (found["numerator"], found["denominator"])
    assert 100 * won / len(rows) == found["value"]


@pytest.mark.parametrize("team", ["Maven", *CYCLES])
def test_the_rows_recompute_every_cycle(team):
    days = [elapsed(row) for row in rows_behind("sales-cycle", "maven", team)]

    (found,) = metric("sales-cycle", "maven", "--team", team)
    quartiles = quantiles(days, n=4, method="inclusive")
    assert quartiles == [found["p25"], found["value"], found["p75"]]
    assert float(mean(days)) == pytest.approx(found["mean"], rel=1e-14)


def elapsed(row):
    started, closed = (datetime.fromisoformat(row[name]) for name in ("started_at", "at"))
    return Fraction(
        (closed - started) // timedelta.resolution, timedelta(1) // timedelta.resolution
    )


def test_the_rows_recompute_the_revenue():
    rows = rows_behind("win-rate-value", "maven")

    assert sum(Fraction(row["amount"]) for row in rows if row["won"] == "yes") == REVENUE
