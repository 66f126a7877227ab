"""First contact is the dated entry into stage 1. Where a row only shows an opportunity there, it is
its creation, and only where that is unknown too, when it was seen. Either is marked as such."""

from datetime import timedelta

import pytest
from django.utils import timezone

from metrics.declared import SALES_CYCLE, WIN_RATE_COHORT
from metrics.freshening import bring_up_to_date
from metrics.periods import Period
from metrics.reading import Scope, read
from metrics.rows import Behind, every
from sales.models import StageEvent
from tests.sales.crm import imported, local, steps

UNDATED = "Id,Stage,Created,Closed"
DATED = "Id,Stage,Created,Contacted,Closed"


def seen(organisation, header, row, *, days_ago=90):
    """Imported so long ago from a row that only shows where it stands."""
    imported(organisation, header, row)
    StageEvent.objects.update(at=timezone.now() - timedelta(days=days_ago))


def ago(organisation, days):
    return local(organisation, timezone.now() - timedelta(days=days))


def cycle(organisation):
    """(days, mark) of the only deal."""
    bring_up_to_date(organisation)
    asked = Behind(
        scope=Scope(team=organisation.root), metric=SALES_CYCLE, period=Period.all_time()
    )
    (row,) = every(asked)
    return round(row.days), row.flag


def test_shown_in_stage_1_without_its_date_it_began_when_it_was_created(acme):
    created = ago(acme, 100)
    seen(acme, UNDATED, f"A,First contact,{created},", days_ago=90)

    imported(acme, UNDATED, f"A,Won,{created},{ago(acme, 80)}")

    assert steps(acme, "A") == ["First contact", "won"]
    assert cycle(acme) == (20, "from_creation")


def test_where_its_creation_is_unknown_it_began_when_it_was_seen(acme):
    seen(acme, UNDATED, "A,First contact,,", days_ago=90)

    imported(acme, UNDATED, f"A,Won,,{ago(acme, 80)}")

    assert cycle(acme) == (10, "from_sighting")


@pytest.mark.parametrize("created", ["", "2024-01-01"])
def test_a_date_that_a_later_file_brings_counts_from_then_on(acme, created):
    seen(acme, UNDATED, f"A,First contact,{created},", days_ago=90)
    contacted = ago(acme, 95)

    imported(acme, DATED, f"A,Won,{created},{contacted},{ago(acme, 80)}")

    assert cycle(acme) == (15, "")


def test_a_date_that_a_log_brings_counts_too(acme):
    seen(acme, UNDATED, "A,First contact,,", days_ago=90)

    imported(acme, "Id,Stage,At", f"A,First contact,{ago(acme, 95)}", f"A,Won,{ago(acme, 80)}")

    assert cycle(acme) == (15, "")


def test_an_event_of_a_log_is_dated_whatever_its_id(acme):
    imported(
        acme,
        "Id,Stage,At,Event,Created",
        f"A,First contact,{ago(acme, 95)},seen,2024-01-01",
        f"A,Won,{ago(acme, 80)},closed,2024-01-01",
    )

    assert cycle(acme) == (15, "")


def test_the_cohort_is_that_of_the_same_first_contact(acme):
    seen(acme, UNDATED, f"A,First contact,{ago(acme, 300)},", days_ago=90)

    imported(acme, UNDATED, f"A,Won,{ago(acme, 300)},{ago(acme, 80)}")

    bring_up_to_date(acme)
    reading = read(Scope(team=acme.root), WIN_RATE_COHORT, Period.all_time())
    assert (reading.statistics.numerator, reading.statistics.denominator) == (0, 1)


def test_the_event_says_that_it_was_only_seen(acme):
    imported(acme, UNDATED, "A,First contact,2024-01-01,", "B,Proposal,,")
    imported(acme, DATED, "C,Won,2024-01-01,2024-01-05,2024-02-05")

    flags = StageEvent.objects.order_by("opportunity__external_id", "seq")
    assert [(each.opportunity.external_id, each.seen) for each in flags] == [
        ("A", True),
        ("B", True),
        ("C", False),
        ("C", False),
    ]
