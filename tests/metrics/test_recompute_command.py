"""``manage.py recompute``: everything, one metric's atoms, or from a day on."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from metrics.declared import METRICS
from metrics.models import Snapshot, Stale
from metrics.recomputing import recompute_all
from tests.metrics.editing import contents, tell
from tests.world import day, happen, won

pytestmark = pytest.mark.django_db


def recompute(*options):
    out = StringIO()
    call_command("recompute", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def spoilt(acme, ben):
    """Numbers of two years, all of them wrong."""
    for date in ("2020-06-15", "2021-06-15"):
        won(acme, ben, day(date))
    recompute_all(acme)
    Snapshot.objects.update(n=99)


def wrong():
    return {(row.metric, row.start.year) for row in Snapshot.objects.filter(n=99)}


def test_everything_of_every_organisation(acme, stranger, spoilt):
    assert recompute() == "Recomputed acme.\nRecomputed globex.\n"

    assert wrong() == set()
    assert Snapshot.objects.exists()


def test_one_organisation(acme, stranger, spoilt):
    recompute("--organization", "globex")

    assert wrong()


def test_since_a_day_leaves_what_ended_before(acme, spoilt):
    recompute("--since", "2021-06-20")

    assert {year for _metric, year in wrong()} == {2020}


def test_one_metric_with_those_that_count_the_same_deals(acme, spoilt):
    recompute("--metric", "win-rate")

    assert {metric for metric, _year in wrong()} == {
        "sales-cycle", "win-rate-by-start", "win-rate-cohort",
    }  # fmt: skip


@pytest.mark.parametrize("options", [["--metric", "sales-cycle"], ["--since", "2021-06-20"]])
def test_a_narrow_recompute_forgets_no_mark(acme, ben, options):
    made = won(acme, ben, day("2020-06-15"))
    recompute_all(acme)
    made.events.filter(kind="won").void(datetime.now(UTC))
    happen(made, ("won", day("2021-07-01")))
    tell(made)

    recompute(*options)

    assert not Stale.objects.exists()
    kept = contents(acme)
    recompute_all(acme)
    assert contents(acme) == kept


def test_numbers_of_an_earlier_definition_are_replaced(acme, spoilt):
    Snapshot.objects.update(version=0)

    recompute()

    versions = set(Snapshot.objects.values_list("metric", "version"))
    assert versions == {(each.kept_as.slug, each.kept_as.version) for each in METRICS}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--organization", "nobody"], "nobody.*acme"),
        (["--metric", "luck"], "--metric.*luck"),
        (["--since", "soon"], "--since.*soon"),
    ],
)
def test_errors_name_what_is_wrong(acme, options, said):
    with pytest.raises(CommandError, match=said):
        recompute(*options)
