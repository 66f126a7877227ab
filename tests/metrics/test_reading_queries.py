"""Reading costs the same number of queries however many teams and reps there are."""

import pytest

from metrics.asking import periods_of, pipelines_of
from metrics.comparing import change
from metrics.deciding import median_decision
from metrics.declared import METRICS, SALES_CYCLE, WIN_RATE, WIN_RATE_COHORT
from metrics.periods import parse
from metrics.reading import Scope, below, by_team, trends
from metrics.recomputing import recompute_all
from metrics.rows import Behind, page
from teams.models import Team
from tests import world
from tests.world import day, lost, won

QUARTER = parse("2021-Q1")
TREND = QUARTER.back(12)
NOW = day("2021-06-01")


@pytest.fixture(params=[1, 6], ids=["few", "many"])
def root(request, acme):
    """An organisation with so many branches of so many reps, each with a deal or two."""
    for number in range(request.param):
        branch = world.team(acme.root, f"Branch {number}")
        for name in range(request.param):
            rep = world.person(branch, f"Rep {number} {name}")
            won(acme, rep, day("2021-02-10"))
            lost(acme, rep, day("2020-11-10"))
    recompute_all(acme)
    return Team.objects.select_related("organisation").get(pk=acme.root.pk)


def test_trends_of_all_kept_metrics(root, django_assert_num_queries):
    with django_assert_num_queries(1):
        trends(Scope(team=root), [each for each in METRICS if each.kept], TREND)


def test_trends_of_kept_metrics(root, django_assert_num_queries):
    with django_assert_num_queries(1):
        trends(Scope(team=root), [WIN_RATE, SALES_CYCLE], TREND)


def test_trends_of_what_was_known_then(root, django_assert_num_queries):
    with django_assert_num_queries(2):
        trends(Scope(team=root), [WIN_RATE, SALES_CYCLE], TREND, as_of=NOW)


def test_the_numbers_of_sub_teams(root, django_assert_num_queries):
    children = list(Team.objects.children_of(root).select_related("organisation"))

    with django_assert_num_queries(1):
        by_team(children, [WIN_RATE, SALES_CYCLE], QUARTER)


def test_no_teams_no_query(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert by_team([], [WIN_RATE], QUARTER) == []


@pytest.mark.parametrize("metric", [WIN_RATE, WIN_RATE_COHORT], ids=lambda metric: metric.slug)
@pytest.mark.parametrize("as_of", [None, NOW], ids=["now", "then"])
def test_a_number_taken_apart(root, django_assert_num_queries, metric, as_of):
    with django_assert_num_queries(3):
        parts = below(root, metric, QUARTER, as_of=as_of)

    assert len(parts.reps) == len(parts.teams) ** 2


def test_what_nobody_owned_costs_one_query_more(root, django_assert_num_queries):
    won(root.organisation, None, day("2021-02-10"))
    recompute_all(root.organisation)

    with django_assert_num_queries(4):
        assert below(root, WIN_RATE, QUARTER).unassigned.n == 1


def test_a_change(root, django_assert_num_queries):
    for metric, queries in ((WIN_RATE, 0), (SALES_CYCLE, 1)):
        readings = trends(Scope(team=root), [metric], QUARTER.back(2))[metric.slug]

        with django_assert_num_queries(queries):
            change(Scope(team=root), metric, QUARTER, (readings[-1], readings[-1]))


def test_the_rows_behind_a_number(root, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert page(Behind(scope=Scope(team=root), metric=WIN_RATE, period=QUARTER))


def test_the_time_to_decision(root, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert median_decision(Scope(team=root), parse("2020")) is not None


def test_the_pipelines_and_the_periods_to_pick_from(root, django_assert_num_queries):
    organisation = root.organisation

    with django_assert_num_queries(1):
        periods = periods_of(organisation, "quarter", pipelines_of(organisation, "quarter"))

    assert (periods[-1].code, periods[0].code) == ("2020-Q1", "2021-Q1")
