"""A page asks the database as often for a large organisation as for a small one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from metrics.recomputing import recompute_all
from tests import world

BUDGET = 12
PAGES = ("", "metrics/win-rate/", "metrics/sales-cycle/")


@pytest.fixture
def little(acme, north, ana, ben):
    """North with one rep and deals in two quarters, so that trends are drawn."""
    for day in ("2023-11-05", "2024-03-05", "2024-03-06"):
        world.won(acme, ben, world.day(day))
    recompute_all(acme)
    return acme


def grow(organisation, north):
    """Teams below with a rep and a deal each, and deals in North itself."""
    for number in range(4):
        below = world.team(north, f"Below {number}")
        for team in (north, below):
            rep = world.person(team, f"Rep {number} of {team.name}")
            world.lost(organisation, rep, world.day("2024-02-01"))
    recompute_all(organisation)


def queries(client, path):
    """What a second visit asks; the first draws the charts."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as seen:
        client.get(path)
    return [query["sql"][:300] for query in seen.captured_queries]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_within_its_budget_however_many_teams_and_reps(
    page, little, north, ana, signed_in
):
    client, path = signed_in(ana), f"/teams/acme/north/{page}?period=2024-Q1"
    few = queries(client, path)
    grow(little, north)

    many = queries(client, path)

    assert len(few) <= BUDGET, "\n".join(few)
    assert len(many) <= BUDGET, "\n".join(many)


def test_a_reps_page_asks_within_its_budget(little, ben, signed_in):
    assert len(queries(signed_in(ben), "/teams/acme/north/me/?period=2024-Q1")) <= BUDGET
